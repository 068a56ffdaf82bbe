"""A chemistry system: components, aqueous species, activity coefficients' data, solids and gases.

Everything is expressed in the components' master species.  For species j

    ln a_j = ln K_j + sum_c nu_jc ln a_c + nu_jH ln a_H + nu_jw ln a_w

and a solid k is at saturation when ln Omega_k = sum nu_kc ln a_c - ln K_k = 0 for its dissolution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from flowsheet.chemistry.formula import Formula, parse
from flowsheet.chemistry.organic import OrganicPhase
from flowsheet.chemistry.reaction import EquilibriumConstant

ActivityModel = Literal["sit", "pitzer"]
WATER = "H2O"
PROTON = "H"
PROTON_SPECIES = "H+"


@dataclass(frozen=True)
class Component:
    """A total that aqueous streams carry, with its master species.

    delta_hf [kJ/mol] and cp [J/mol/K] are the master species' at infinite dilution (water: the liquid's).
    """

    name: str
    species: str
    delta_hf: float | None = None
    cp: float | None = None
    source: str = ""
    inert: bool = False
    density: float | None = None

    @cached_property
    def formula(self) -> Formula:
        return parse(self.species)

    @property
    def charge(self) -> int:
        return self.formula.charge

    @property
    def molar_mass(self) -> float:
        """[kg/mol]"""
        return self.formula.molar_mass / 1000.0


@dataclass(frozen=True)
class Species:
    """An aqueous species that is no master: its formation from master species, water and protons."""

    name: str
    composition: Mapping[str, float]  # by component name, with H and H2O; may be negative for H and H2O only
    constants: Mapping[str, EquilibriumConstant]  # by activity model

    @cached_property
    def formula(self) -> Formula:
        return parse(self.name)

    @property
    def charge(self) -> int:
        return self.formula.charge


class _OfFormula:
    """What follows from the formula of a substance, which its name need not be."""

    formula_text: str

    @cached_property
    def formula(self) -> Formula:
        return parse(self.formula_text)

    @property
    def molar_mass(self) -> float:
        """[kg/mol]"""
        return self.formula.molar_mass / 1000.0


@dataclass(frozen=True)
class Solid(_OfFormula):
    """A solid of fixed composition.

    `composition` counts components (with H and H2O) per formula unit for a solid that the components can make
    up; `constants` belong to its dissolution and are empty for a solid that only kinetics dissolve.
    """

    name: str
    formula_text: str
    composition: Mapping[str, float] | None
    constants: Mapping[str, EquilibriumConstant]
    density: float | None = None
    delta_hf: float | None = None
    cp: float | None = None
    source: str = ""


@dataclass(frozen=True)
class Gas(_OfFormula):
    """A gas species, ideal.

    `composition` counts components per mole for a gas that dissolves; `constants` are of its dissolution, at
    a fugacity of 1 bar.
    """

    name: str
    formula_text: str
    delta_hf: float
    cp: float
    source: str = ""
    composition: Mapping[str, float] | None = None
    constants: Mapping[str, EquilibriumConstant] = field(default_factory=dict)


@dataclass(frozen=True)
class PitzerParameters:
    """Pitzer's parameters; each value is a tuple (P25, a1, ..., a5) of PHREEQC's temperature form.

    mixing_slope [(kg/mol)^0.5]: the slope in the electrostatic mixing terms if the set was fitted with a
    fixed one.
    """

    binary: Mapping[tuple[str, str], Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    theta: Mapping[frozenset[str], tuple[float, ...]] = field(default_factory=dict)
    psi: Mapping[frozenset[str], tuple[float, ...]] = field(default_factory=dict)
    lambda_: Mapping[frozenset[str], tuple[float, ...]] = field(default_factory=dict)
    ranges: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    mixing_slope: float | None = None


@dataclass(frozen=True)
class ChemistrySystem:
    """All chemistry that a flowsheet may use."""

    name: str
    title: str
    components: Mapping[str, Component]
    species: Mapping[str, Species]
    solids: Mapping[str, Solid]
    gases: Mapping[str, Gas]
    sit: Mapping[frozenset[str], float]
    pitzer: PitzerParameters
    sources: Mapping[str, Mapping[str, str]]
    density: Mapping[str, Mapping[str, Any]]
    feed_enthalpy: Mapping[str, Mapping[str, object]]
    digest: str = ""
    origin: tuple[str, ...] = ()
    """Arguments of `load_system` that give this system again."""
    organic: OrganicPhase | None = None
    """The organic phase that extraction units may take their constants from."""

    @cached_property
    def component_of_master(self) -> Mapping[str, str]:
        return {c.species: c.name for c in self.components.values()}

    def component(self, name: str) -> Component:
        return self.components[name]

    def charge_of(self, component: str) -> int:
        return self.components[component].charge

    def solutes(self, components: Iterable[str]) -> list[str]:
        """Components whose amounts are unknowns of an aqueous phase: not water, the proton, inert ones."""
        return [c for c in components if c not in (WATER, PROTON) and not self.components[c].inert]

    def organic_density(self, component: str) -> float:
        """Density of an inert liquid [kg/m3]."""
        density = self.components[component].density
        if density is None:
            raise KeyError(f"the chemistry states no density for {component}")
        return density

    def present_species(self, components: Iterable[str], model: ActivityModel) -> list[Species]:
        """Non-master species that these components can form under an activity model."""
        present = {*components, WATER, PROTON}
        return [
            s
            for s in self.species.values()
            if model in s.constants and all(c in present for c in s.composition)
        ]

    def present_solids(self, components: Iterable[str], model: ActivityModel) -> list[Solid]:
        """Solids with a solubility constant that these components can form."""
        present = {*components, WATER, PROTON}
        return [
            s
            for s in self.solids.values()
            if model in s.constants and s.composition is not None and all(c in present for c in s.composition)
        ]

    def formula_of(self, name: str) -> Formula:
        """Formula of a component, solid or gas, by its name in streams."""
        if name in self.components:
            return self.components[name].formula
        if name in self.solids:
            return self.solids[name].formula
        return self.gases[name].formula
