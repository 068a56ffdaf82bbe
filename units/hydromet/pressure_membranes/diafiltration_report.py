"""What a diafiltration cascade takes and gives: pressures, pumps, flows by stage, recoveries."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER
from hydromet.basic.pumping import pumping_power
from hydromet.pressure_membranes.driving import permeate_strength
from hydromet.pressure_membranes.sdem import SolutionDiffusionElectromigration
from hydromet.pressure_membranes.sieving import Sieving
from hydromet.pressure_membranes.wall import Wall, osmotic_pressure

if TYPE_CHECKING:
    from hydromet.pressure_membranes.cascade_channels import Channel
    from hydromet.pressure_membranes.diafiltration_cascade import DiafiltrationCascade, Stage


@dataclass(frozen=True)
class Liquors:
    """Where a stage's retentate leaves: the liquor at the membrane, or without a film the retentate itself,
    and the stage's permeate; None where osmosis is neglected and nothing else asks for them.
    """

    retentate: AqueousState | None
    permeate: AqueousState | None


def report_liquors(unit: DiafiltrationCascade) -> dict[int, Liquors]:
    """Speciate what osmosis and scaling ask for, stage by stage."""
    found = {}
    for stage in unit.cascade:
        last, n = unit.channels.of(stage)[-1], str(stage.number)
        retentate = permeate = None
        if isinstance(last.law, SolutionDiffusionElectromigration):
            retentate = last.law.walls[-1].state
            unit.report("wall_pH", retentate.ph, index=n)
            unit.report("wall_ionic_strength", retentate.block.ionic_strength, index=n)
        elif unit.osmosis == "counted":
            retentate = _retentate(unit, last)
        if unit.osmosis == "counted":
            permeate = _speciated(unit, f"permeate_liquor_{n}", _composition(unit, stage, "permeate"))
        if retentate is not None:
            for solid in unit.system.present_solids(unit.components, unit.activity_model):
                index = retentate.ln_saturation(solid.name) / math.log(10.0)
                unit.report("saturation_index", index, index=f"{n}.{solid.name}")
        found[stage.number] = Liquors(retentate, permeate)
    return found


def _retentate(unit: DiafiltrationCascade, last: Channel) -> AqueousState:
    name = f"retentate_liquor_{last.stage.number}"
    law = last.law
    if isinstance(law, Sieving) and law.film is not None:
        return _speciated(unit, name, partial(law.wall_molality, last.module, unit.elements))
    return _speciated(unit, name, _composition(unit, last.stage, "retentate"))


def _composition(unit: DiafiltrationCascade, stage: Stage, side: str) -> Callable[[str], Any]:
    """Molalities of a stage's retentate or permeate [mol/kg water]."""
    flows = unit.flows(stage, side)
    water = flows[WATER] * unit.system.component(WATER).molar_mass
    return lambda c: flows[c] / water


def _speciated(unit: DiafiltrationCascade, name: str, molality: Callable[[str], Any]) -> AqueousState:
    block = pyo.Block()
    unit.block.add_component(name, block)
    solutes = [c for c in unit.components if c != WATER]
    liquor = Wall(block, unit.system, solutes, unit.temperature, unit.activity_model)
    liquor.hold(molality)
    liquor.register(unit, {c: unit.entering("aqueous", c) for c in unit.components})
    return liquor.state


def operating_pressure(unit: DiafiltrationCascade, liquors: Mapping[int, Liquors]) -> Any:
    """What the feed pump gives [bar]: as stated, else what the flux takes in stage 1; None if unknown."""
    needed: dict[int, Any] = {}
    lost: Any = 0.0
    for stage in unit.cascade:
        n = str(stage.number)
        against = _opposing(unit, stage, liquors[stage.number])
        if against is not None:
            unit.report("osmotic_pressure", against, index=n)
        if unit.channels.hydraulic_permeability is not None:
            driving = stage.flux / unit.channels.hydraulic_permeability
            needed[stage.number] = driving if against is None else driving + against
            unit.report("needed_pressure", needed[stage.number], index=n)
        lost = lost + _friction(unit, stage)
    pressure = needed.get(1) if unit.pressure is None else unit.pressure
    return pressure if unit.pressure is not None or pressure is None else pressure + lost


def _opposing(unit: DiafiltrationCascade, stage: Stage, liquors: Liquors) -> Any:
    """Osmotic pressure at the membrane less the permeate's [bar]; None where it is neglected."""
    if liquors.retentate is None or liquors.permeate is None:
        return None
    per_mole = AqueousVolume(unit.system, [WATER]).volume({WATER: 1.0}, unit.temperature)
    retentate, permeate = (osmotic_pressure(s, per_mole) for s in (liquors.retentate, liquors.permeate))
    if unit.transport != "sdem":
        return retentate - permeate
    flows = unit.flows(stage, "permeate")
    mixed = sum(n for c, n in flows.items() if c != WATER) / flows[WATER]
    module = unit.channels.of(stage)[-1].module
    return retentate - permeate / mixed * permeate_strength(module, unit.elements)


def _friction(unit: DiafiltrationCascade, stage: Stage) -> Any:
    """Of a stage, as far as the feed comes along it [bar]."""
    channels = [c for c in unit.channels.of(stage) if c.spacer is not None]
    if not channels:
        return 0.0
    drops = [sum(c.friction(k) for k in c.module.elements) for c in channels]
    unit.report("pressure_drop", sum(drops), index=str(stage.number))
    if stage.number > unit.feed_stage:
        return 0.0
    return drops[-1] if stage.takes_feed else sum(drops)


def report_pumps(unit: DiafiltrationCascade, pressure: Any) -> Any:
    """Feed pump, and one in front of every stage that permeate or diafiltrate enters; their power [kW]."""
    pumped = {
        s.number: unit.volume(flow)
        for s in unit.cascade
        if not isinstance(flow := unit.pumped(s, WATER), float)
    }
    for number, flow in pumped.items():
        unit.report("pumped_flow", flow, index=str(number))
    power: Any = 0.0
    if pressure is None:
        unit.note("no pressure is stated, nor the membrane's permeability: the pumps' power isn't counted")
    else:
        unit.report("operating_pressure", pressure)
        fed = unit.volume(unit.feed.flow("aqueous", WATER))
        feed_pump = pumping_power(pressure, fed, unit.feed_pump_efficiency)
        unit.report("feed_pump_power", feed_pump)
        power = feed_pump
        for number, flow in pumped.items():
            rise = unit.stage_pressure.get(str(number), pressure)
            stage_pump = pumping_power(rise, flow, unit.stage_pump_efficiency)
            unit.report("stage_pump_power", stage_pump, index=str(number))
            power = power + stage_pump
        unit.report("pump_power", power)
    return power


def report_stages(unit: DiafiltrationCascade) -> None:
    """Area, flows and concentrations of every stage."""
    for s in unit.cascade:
        n = str(s.number)
        retentate, permeate = unit.flows(s, "retentate"), unit.flows(s, "permeate")
        unit.report("stage_area", s.area, index=n)
        unit.report("permeate_flow", unit.volume(permeate[WATER]), index=n)
        unit.report("retentate_flow", unit.volume((1.0 - s.recycled) * retentate[WATER]), index=n)
        for c in unit.components:
            if c != WATER:
                mass = unit.system.component(c).molar_mass
                for result, flows in (("retentate", retentate), ("permeate", permeate)):
                    concentration = mass * flows[c] / unit.volume(flows[WATER])
                    unit.report(f"{result}_concentration", concentration, index=f"{c}.{n}")


def report_separation(unit: DiafiltrationCascade) -> None:
    """Recoveries of all components, purities of the metals."""
    metals = [c for c in unit.components if unit.system.charge_of(c) > 0]
    for name, outlet in (("permeate", unit.permeate), ("retentate", unit.retentate)):
        for c in unit.components:
            recovery = outlet.n["aqueous"][c] / unit.entering("aqueous", c)
            unit.report(f"recovery_in_{name}", recovery, index=c)
        mass = {c: outlet.n["aqueous"][c] * unit.system.component(c).molar_mass for c in metals}
        for c in metals:
            unit.report(f"purity_in_{name}", mass[c] / sum(mass.values()), index=c)
