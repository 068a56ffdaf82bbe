"""What a diafiltration cascade takes and gives: pressures, pumps, flows by stage, recoveries."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER
from hydromet.basic.pumping import pumping_power
from hydromet.pressure_membranes.wall import Wall, osmotic_pressure

if TYPE_CHECKING:
    from hydromet.pressure_membranes.diafiltration_cascade import DiafiltrationCascade, Stage


def _liquor(unit: DiafiltrationCascade, stage: Stage, side: str) -> AqueousState:
    """Speciate a stage's retentate or permeate."""
    block = pyo.Block()
    unit.block.add_component(f"{side}_liquor_{stage.number}", block)
    solutes = [c for c in unit.components if c != WATER]
    liquor = Wall(block, unit.system, solutes, unit.temperature, unit.activity_model)
    flows = unit.flows(stage, side)
    water = flows[WATER] * unit.system.component(WATER).molar_mass
    liquor.hold(lambda c: flows[c] / water)
    liquor.register(unit, {c: unit.entering("aqueous", c) for c in unit.components})
    return liquor.state


def operating_pressure(unit: DiafiltrationCascade) -> Any:
    """What the feed pump gives [bar]: as stated, else what the flux takes in stage 1; None if unknown."""
    per_mole = AqueousVolume(unit.system, [WATER]).volume({WATER: 1.0}, unit.temperature)
    needed: dict[int, Any] = {}
    for stage in unit.cascade:
        n = str(stage.number)
        against: Any = 0.0
        if unit.osmosis == "counted":
            retentate, permeate = (_liquor(unit, stage, side) for side in ("retentate", "permeate"))
            against = osmotic_pressure(retentate, per_mole) - osmotic_pressure(permeate, per_mole)
            unit.report("osmotic_pressure", against, index=n)
            for solid in unit.system.present_solids(unit.components, unit.activity_model):
                index = retentate.ln_saturation(solid.name) / math.log(10.0)
                unit.report("saturation_index", index, index=f"{n}.{solid.name}")
        if unit.water_permeability is not None:
            needed[stage.number] = stage.flux / unit.water_permeability + against
            unit.report("needed_pressure", needed[stage.number], index=n)
    return needed.get(1) if unit.pressure is None else unit.pressure


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
