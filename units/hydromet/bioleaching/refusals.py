"""What cannot ferment: what must come in, and which settings belong to which mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydromet.bioleaching.stoichiometry import BIOMASS, GLUCOSE, OXYGEN

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor

_OF_THE_OTHER_MODE = {
    "batch": ("cell_retention", "dissolved_oxygen"),
    "continuous": ("heel", "fermentation_time"),
}


def refuse_what_cannot_ferment(unit: Bioreactor) -> None:
    """Raises DiagnosticError (E311) at the setting or the unit."""
    _inlets(unit)
    _nitrogen(unit)
    for setting in _OF_THE_OTHER_MODE[unit.mode]:
        if unit.entry.parameters[setting].given:
            unit.refuse(f"`{setting}` has no meaning in mode {unit.mode}", setting)
    if unit.mode == "batch" and unit.entry.value("heel") == 0.0 and not unit.seeded:
        unit.refuse(
            "nothing inoculates a batch", "heel", "keep a `heel`, or connect an `inoculum` with cells"
        )
    stated = [s for s in ("aeration", "dissolved_oxygen") if unit.given[s]]
    if unit.air.drawn is None and stated:
        unit.refuse("the air's flow is stated already", stated[0], "make the feed `flow: as needed`")
    if unit.air.drawn is not None and len(stated) != 1:
        unit.refuse("one of `aeration` and `dissolved_oxygen` must decide how much air enters")


def _inlets(unit: Bioreactor) -> None:
    if GLUCOSE not in unit.medium.shape.names("aqueous"):
        unit.refuse("the medium brings no glucose", help=f"state `{GLUCOSE}` in the feed")
    if OXYGEN not in unit.air.shape.names("gas"):
        unit.refuse("no oxygen comes in by `air`")
    biomass = unit.system.solids[BIOMASS].formula
    if not {"C", "N"} <= set(biomass.elements) <= {"C", "H", "O", "N"}:
        unit.refuse("the formula of the solid `biomass` must hold C and N, and nothing but C, H, O, N")


def _nitrogen(unit: Bioreactor) -> None:
    if len(unit.nitrogen_source) != 1:
        unit.refuse("name one component as source of nitrogen", "nitrogen_source")
    if unit.source not in unit.broth.shape.names("aqueous"):
        unit.refuse(f"nothing brings {unit.source}, the cells' source of nitrogen", "nitrogen_source")
    formula = unit.system.components[unit.source].formula
    if not formula.elements.get("N"):
        unit.refuse(f"{unit.source} holds no nitrogen", "nitrogen_source")
    if not set(formula.elements) <= {"C", "H", "O", "N"}:
        unit.refuse(f"{unit.source} holds more than C, H, O and N", "nitrogen_source")


def refuse_empty_kinetics(unit: Bioreactor) -> None:
    """Constants that make no product, or more cells than glucose has carbon or electrons for."""
    p = {name: value.value for name, value in unit.kinetic.constants.items()}
    if p["product.rate"] <= 0.0 and p["product.growth_associated"] <= 0.0:
        unit.refuse("these kinetics form no gluconic acid", "kinetics")
    largest = unit.metabolism.of_growth.largest_yield
    if p["growth.yield"] >= largest:
        unit.refuse(
            f"a yield of {p['growth.yield']:g} kg cells per kg glucose takes more carbon or electrons than "
            f"glucose has: it must be below {largest:.3g}",
            "kinetics",
        )
