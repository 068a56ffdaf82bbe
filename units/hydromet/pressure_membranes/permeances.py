"""Permeances of species: a membrane's parameter set, what the user gives in place of it, and temperature.

    P_i(T) = P_i(T_0) T/T_0 mu(T_0)/mu(T)

    P_i   permeance of a species                                                        m/h
    T_0   temperature that it was measured at; 25 degC of the user's own                K
    mu    viscosity of water: permeances follow the mobility of ions in it              mPa s

and the permeability to water A(T) = A(T_0) mu(T_0)/mu(T).

A set may say what charge is fixed to the membrane (`fixed_charge`); permeances are then those at no Donnan
potential.  A component's permeance is that of its master ion.  Other species (HSO4-, AlF+2) move by
themselves where the set has a permeance of theirs, else as what they are made of; see `carriers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, WATER
from flowsheet.document.parameter_file import ParameterSet
from flowsheet.model.unit import Unit
from hydromet.membranes.diffusivity import liquid_films, water_viscosity
from hydromet.pressure_membranes.carriers import Carriers
from hydromet.pressure_membranes.fixed_charge import FixedCharge
from hydromet.pressure_membranes.sdem import SolutionDiffusionElectromigration
from hydromet.pressure_membranes.wall import Film

_PREFIX = "permeance."


def electromigration(
    unit: Unit,
    published: ParameterSet,
    own: Mapping[str, Any],
    solutes: list[str],
    temperature: Any,
    film: Film | None,
) -> SolutionDiffusionElectromigration:
    """The law of solution, diffusion and electromigration by these permeances.

    Args:
        unit: has a setting `membrane`, which is refused where species lack a permeance.
        published: the membrane's set.
        own: by component, in place of the set's [m/h].
        solutes: what the feed side can carry.
        temperature: of the module [K].
        film: mass transfer in the feed channel.
    """
    carriers = carriers_of(unit, published, solutes)
    permeance = permeances(unit, published, own, carriers, temperature)
    return SolutionDiffusionElectromigration(
        unit.system, carriers, permeance, film, unit.activity_model, fixed_charge(published)
    )


def fixed_charge(published: ParameterSet) -> FixedCharge | None:
    """Of the set's membrane; None where it states none."""
    if "fixed_charge" not in published.values:
        return None
    return FixedCharge(published.value("fixed_charge", "mol/kg"), published.value("uptake", "1"))


def carriers_of(unit: Unit, published: ParameterSet, solutes: list[str]) -> Carriers:
    """What moves by itself: master ions, and what has a permeance of its own in the set."""
    return Carriers(unit.system, solutes, _moving_apart(unit, published, solutes))


def permeances(
    unit: Unit, published: ParameterSet, own: Mapping[str, Any], carriers: Carriers, temperature: Any
) -> dict[str, Any]:
    """By species, at a temperature [m/h]; refused where one is missing, and said where they are estimates."""
    measured = {s: (own[c], REFERENCE_TEMPERATURE) for c, s in carriers.masters.items() if c in own}
    others = [s for s in carriers.charges if s not in measured]
    lacking = [s for s in others if _PREFIX + s not in published.values]
    if lacking:
        unit.refuse(
            f"`{published.name}` has no permeance for {', '.join(lacking)}",
            "membrane",
            "give it as `permeance: {component: value}`, or choose another set",
        )
    estimated = [s for s in others if _is_estimate(published, _PREFIX + s)]
    if estimated:
        unit.note(
            f"`{published.name}` only estimates permeances of {', '.join(estimated)}; none was measured"
        )
    if others:
        at = published.value("measured_at", "K")
        measured |= {s: (published.value(_PREFIX + s, "m/h"), at) for s in others}
    films = liquid_films()
    there = water_viscosity(films, temperature)
    return {s: p * temperature / at * water_viscosity(films, at) / there for s, (p, at) in measured.items()}


def water_permeability(published: ParameterSet, own: Any, temperature: Any) -> Any:
    """At a temperature [m3/m2/h/bar]; `own`: at 25 degC, in place of the set's, or None."""
    films = liquid_films()
    at, reference = REFERENCE_TEMPERATURE, own
    if own is None:
        at = published.value("measured_at", "K")
        reference = published.value("water_permeability", "m3/m2/h/bar")
    return reference * water_viscosity(films, at) / water_viscosity(films, temperature)


def _moving_apart(unit: Unit, published: ParameterSet, solutes: list[str]) -> list[str]:
    """Species with a permeance of their own that may be there; `Carriers` leaves out the masters."""
    names = [n.removeprefix(_PREFIX) for n in published.values if n.startswith(_PREFIX)]
    present = {s.name for s in unit.system.present_species([*solutes, WATER, PROTON], unit.activity_model)}
    return [n for n in names if n in present and n != HYDROXIDE_SPECIES]


def _is_estimate(published: ParameterSet, name: str) -> bool:
    source = published.sources.get(published.values[name].source)
    return source is not None and source.citation.startswith("estimate")
