"""What the cold start of a bioreactor (`hydromet.bioleaching.start`) is told: structure, names, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.system import WATER
from hydromet.bioleaching.kinetics import read_inhibitions
from hydromet.bioleaching.stoichiometry import BIOMASS

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor


def start_culture(unit: Bioreactor, culture: Mapping[str, Any], needs: Mapping[str, Any]) -> None:
    """Register the procedure; it starts the liquor as `start_at_equilibrium` would.

    `culture`: the mode and the names of its unknowns; `needs`: its settings.
    """
    components = (WATER, *unit.state.solutes)
    unit.start_at_equilibrium(unit.state, unit.broth, {c: unit.broth.n["aqueous"][c] for c in components})
    data = {
        **culture,
        "liquor": dict(unit.registry.procedures[unit.tag].data),
        "inhibitions": read_inhibitions(unit.kinetic_set),
        "source": unit.source,
        "biomass": unit.broth.n["solid"][BIOMASS].name,
        "gas": {g: x.name for g, x in unit.off_gas.n["gas"].items()},
    }
    unit.registry.add_procedure(
        "hydromet.bioleaching.start:CultureStart", data, {**needs, **_numbers(unit, components)}
    )


def _numbers(unit: Bioreactor, components: tuple[str, ...]) -> dict[str, Any]:
    """Expressions of the inlets and inputs, by the names that the procedure knows them by."""
    block = unit.block
    numbers: dict[str, Any] = {
        "temperature": unit.temperature,
        "volume_flow": unit.volume_at_start,
        "holding_time": unit.culture.holding_time,
        "running": unit.culture.running,
        "keto": unit.keto,
        "transfer_coefficient": block.transfer_coefficient,
        "solubility": block.solubility,
        "vapour_fraction": block.vapour_fraction,
    }
    numbers |= {f"p:{name}": value for name, value in unit.kinetic.constants.items()}
    for c in components:
        brought = unit._carriers("aqueous", c)
        numbers[f"N:{c}"] = unit.entering("aqueous", c) if brought else 0.0
    numbers["cells"] = unit.entering("solid", BIOMASS) if unit.seeded else 0.0
    for g in unit.off_gas.shape.names("gas"):
        numbers[f"air:{g}"] = unit.entering("gas", g) if unit._carriers("gas", g) else 0.0
    return {name: value + 0.0 for name, value in numbers.items()}
