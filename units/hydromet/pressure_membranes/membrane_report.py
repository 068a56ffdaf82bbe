"""What a pressure-driven module publishes: power, rejections, pressures, the liquor at the membrane."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.system import WATER
from flowsheet.document.parameter_file import ParameterSet
from flowsheet.model.unit import Unit
from hydromet.pressure_membranes.driving import DrivenFlux, permeate_strength
from hydromet.pressure_membranes.wall import osmotic_pressure

if TYPE_CHECKING:
    from hydromet.pressure_membranes.pressure_membrane import PressureMembrane


def report(unit: PressureMembrane, driven: DrivenFlux | None) -> None:
    """Publish what all modules have; `driven`: the fluxes, where the pressure decides them."""
    pressure, drop = (unit.pressure, driven.drop) if driven is not None else _pressure_of_flux(unit)
    _flows(unit, pressure, drop)
    _pressures(unit, pressure, drop)
    _along(unit)
    _wall(unit)
    limits(unit, unit.set, ["operating_pressure"], ["wall_pH"], ["wall_ionic_strength"])


def _pressure_of_flux(unit: PressureMembrane) -> tuple[Any, Any]:
    """What a stated flux takes at the end of the module, and what friction takes of it [bar]."""
    module, last = unit.module, unit.elements
    volume = module.block.water_volume
    drop = sum(unit.friction(k) for k in module.elements)
    mixed = osmotic_pressure(unit.permeate_state, volume) / permeate_strength(module, None)
    opposed = osmotic_pressure(unit.walls[-1].state, volume) - mixed * permeate_strength(module, last)
    return module.flux(last) / unit.hydraulic_permeability + opposed + drop, drop


def _flows(unit: PressureMembrane, pressure: Any, drop: Any) -> None:
    module = unit.module
    power = unit.pumping(pressure, drop, unit.feed.volume_flow("aqueous"))
    unit.report("heat_duty", unit.heat_balance(unit.temperature, heat_of=power))
    unit.report("power", power)
    unit.report("membrane_area", unit.area + 0.0)
    unit.report("recovery", module.permeate(WATER) / unit.inlet[WATER])
    unit.report("mean_flux", module.permeate(WATER) * module.block.water_volume / unit.area)
    for c in unit.solutes:
        passed = module.permeate(c) / module.permeate(WATER)
        unit.report("rejection", 1.0 - passed * unit.inlet[WATER] / unit.inlet[c], index=c)


def _pressures(unit: PressureMembrane, pressure: Any, drop: Any) -> None:
    module = unit.module
    unit.report("operating_pressure", pressure)
    unit.report("pressure_drop", drop)
    unit.report("net_driving_pressure", module.flux(unit.elements) / unit.hydraulic_permeability)
    unit.report("osmotic_pressure", osmotic_pressure(unit.walls[-1].state, module.block.water_volume))


def _along(unit: PressureMembrane) -> None:
    """Water and solutes on both sides of the membrane, element by element."""
    module = unit.module
    for k in module.elements:
        unit.report("water_flux", module.flux(k) + 0.0, index=str(k))
        for c in unit.solutes:
            per_water = unit.system.component(c).molar_mass / module.block.water_volume
            for name, flows in (("retentate", module.leaving), ("permeate", module.passed)):
                concentration = flows[k, c] / flows[k, WATER] * per_water
                unit.report(f"{name}_concentration", concentration, index=f"{c}.{k}")


def _wall(unit: PressureMembrane) -> None:
    """The liquor at the membrane: of every element where all are known, else of the last one."""
    module, last = unit.module, unit.walls[-1]
    unit.report("wall_ionic_strength", last.state.block.ionic_strength)
    unit.report("wall_pH", last.state.ph)
    if len(unit.walls) == unit.elements:
        for k, wall in zip(module.elements, unit.walls, strict=True):
            total = wall.state.total
            held = sum(total[c] for c in unit.solutes) / total[WATER] / module.water_mass
            flowing = sum(module.mean_molality(k, c) for c in unit.solutes)
            unit.report("polarisation_factor", held / flowing, index=str(k))
    for solid in unit.system.present_solids(unit.feed.shape.names("aqueous"), last.state.model):
        unit.report(
            "saturation_index", last.state.ln_saturation(solid.name) / math.log(10.0), index=solid.name
        )


def limits(
    unit: Unit, published: ParameterSet, pressures: list[str], pH: list[str], strengths: list[str]
) -> None:
    """What the makers allow, and what the set was measured in, of numbers that a unit publishes."""
    unit.within_data(published.values.values(), {"pressure": pressures})
    if "minimum_pH" in published.values:
        unit.valid_within(
            pH,
            published.value("minimum_pH", "1"),
            published.value("maximum_pH", "1"),
            "pH",
            f"continuous operation of {published.name}",
        )
    if "ionic_strength" in published.values:
        unit.valid_within(
            strengths,
            0.0,
            published.value("ionic_strength", "mol/kg"),
            "ionic strength at the membrane",
            f"the permeances of {published.name}",
            "mol/kg",
        )
    unit.stay_below(
        pressures,
        published.value("maximum_pressure", "bar"),
        f"the pressure on the membrane {published.name}",
        "bar",
    )
