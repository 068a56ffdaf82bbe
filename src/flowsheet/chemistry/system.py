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

from flowsheet.chemistry.debye_huckel_forms import DebyeHuckelParameters
from flowsheet.chemistry.formula import Formula, parse
from flowsheet.chemistry.organic import OrganicPhase
from flowsheet.chemistry.reaction import Constant
from flowsheet.chemistry.temperature_function import TemperatureFunction

ActivityModel = Literal["sit", "pitzer", "ideal", "debye_huckel"]
WATER = "H2O"
PROTON = "H"
PROTON_SPECIES = "H+"
HYDROXIDE_SPECIES = "OH-"


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
    stated_formula: Formula | None = None
    """Where the species' name isn't its formula."""

    @cached_property
    def formula(self) -> Formula:
        return self.stated_formula or parse(self.species)

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
    constants: Mapping[str, Constant]  # by activity model
    stated_formula: Formula | None = None

    @cached_property
    def formula(self) -> Formula:
        return self.stated_formula or parse(self.name)

    @property
    def charge(self) -> int:
        return self.formula.charge


class _OfFormula:
    """What follows from the formula of a substance, which its name need not be."""

    formula_text: str
    stated_formula: Formula | None

    @cached_property
    def formula(self) -> Formula:
        return self.stated_formula or parse(self.formula_text)

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
    constants: Mapping[str, Constant]
    density: float | None = None
    delta_hf: float | None = None
    cp: float | None = None
    source: str = ""
    stated_formula: Formula | None = None


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
    constants: Mapping[str, Constant] = field(default_factory=dict)
    stated_formula: Formula | None = None


@dataclass(frozen=True)
class PitzerParameters:
    """Pitzer's parameters; each value is a tuple (P25, a1, ..., a5) of PHREEQC's temperature form.

    zeta is by (neutral, cation, anion), mu by neutral species.  mixing_slope [(kg/mol)^0.5]: the slope in the
    electrostatic mixing terms if the set was fitted with a fixed one; slope: A_phi(T), water's by default;
    all_ions: whether ions without coefficients take part in the mixing terms; cropped: where the phase that
    the set was taken from holds ln gamma, which ours doesn't.
    """

    binary: Mapping[tuple[str, str], Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    theta: Mapping[frozenset[str], tuple[float, ...]] = field(default_factory=dict)
    psi: Mapping[frozenset[str], tuple[float, ...]] = field(default_factory=dict)
    lambda_: Mapping[frozenset[str], tuple[float, ...]] = field(default_factory=dict)
    ranges: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    mixing_slope: float | None = None
    slope: TemperatureFunction | None = None
    all_ions: bool = False
    cropped: tuple[float, float] | None = None
    zeta: Mapping[tuple[str, str, str], tuple[float, ...]] = field(default_factory=dict)
    mu: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SimpleVolume:
    """Volume of an aqueous phase as the sum of fixed volumes of its components.

    V = n_w M_w / rho_w + sum_c n_c v_c

    water_density: rho_w [kg/m3], None for that of pure water at the temperature; molar_volumes: v_c [m3/mol],
    zero for components that aren't there.
    """

    water_density: float | None = None
    molar_volumes: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


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
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Elements that are counted together, with the mass of the compound that each counts as over its own."""
    organic: OrganicPhase | None = None
    """The organic phase that extraction units may take their constants from."""
    activity_models: tuple[ActivityModel, ...] = ("sit", "pitzer", "ideal")
    """Models that the constants serve, the first where nothing else is asked for."""
    debye_huckel: DebyeHuckelParameters | None = None
    volume: SimpleVolume | None = None
    """In place of the correlation of densities."""
    spectators: tuple[str, str] | None = None
    """A cation and an anion that take up what a feed's totals miss of electroneutrality."""

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
        """Solids with a solubility constant that these components can form; ice, of water alone, is none."""
        present, solvent = {*components, WATER, PROTON}, {WATER, PROTON}
        return [
            s
            for s in self.solids.values()
            if model in s.constants
            and s.composition is not None
            and present >= set(s.composition)
            and not solvent >= set(s.composition)
        ]

    def formula_of(self, name: str) -> Formula:
        """Formula of a component, solid or gas, by its name in streams."""
        if name in self.components:
            return self.components[name].formula
        if name in self.solids:
            return self.solids[name].formula
        return self.gases[name].formula
