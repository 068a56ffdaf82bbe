"""Equilibrium of an extractant with an aqueous liquor: the organic phase's equations, written once.

Every species of the organic phase but the free extractant E forms from aqueous ions, water and E,

    sum_c nu_c c + n E = complex + k H+

    Nd+3 + 3 (HA)2 = NdA3(HA)3 + 3 H+               cation exchange
    Nd+3 + 3 Cl- + 3 TODGA = NdCl3(TODGA)3          solvation
    H+ + Cl- + TODGA = HCl(TODGA)                   co-extracted acid
    Nd+3 + Cl- + 2 (HA)2 = NdClA2(HA)2 + 2 H+       mixed

    ln c_j = ln K_j(T) + sum_c nu_jc ln a_c + n_j ln f + (1 - n_j) s      mass action
    E      = f + sum n_j c_j                                              extractant balance
    L_c    = sum nu_jc c_j                                                loading
    Q      = sum k_j c_j                                                  acid given to the liquor
    D_c    = L_c / C_c                                                    distribution ratio

    c    complex in the organic phase                                     mol/L organic
    f    free extractant, in the form that the constants count            mol/L organic
    E    all extractant, in the same form (see `extractant`)              mol/L organic
    a_c  activities of free ions (molality scale, 1 mol/kg), of H+ and of water
    C_c  all of a component in the aqueous phase, whatever its species    mol/L aqueous
    K    25 degC constant with its temperature dependence, in the organic phase's own scale y:
    s    ln c - ln y, the same for all organic species of a liquor's organic

    scale of K        y                  s
    molar             c                  0
    molality          c / d              ln d             d    diluent, kg/L organic
    mole_fraction     c / (C/x_d)        ln C - ln x_d    C    diluent, mol/L organic
                                                          1/x_d = 1 + (f + sum c_j) / C

The organic phase is ideal in the scale of its constants, its volume that which its diluent and extractant
were measured in.  Complexes are neutral, so that what an organic phase has given to the liquor as acid is the
charge of the ions that it took: it is described by the components that it holds and its extractant; its
protons follow.  A ceiling on the loading is not imposed: it follows from the extractant balance.  At high
loading of an acid that is MA2 (n = 1), which forms as the free dimer runs out; lithium forms LiA(HA) (n = 1),
sodium NaA (n = 1/2), which is also the form that saponification with caustic makes.

Every function takes floats, NumPy arrays or Pyomo expressions.

Sources: stoichiometries and constants are in `parameters/*.yaml`, each with its own.  Range: there too, per
constant.

    >>> system = load_extraction_system("cyanex272")
    >>> "Co" in system.components and "Ni" in system.components
    True
    >>> liquor = {"Co": math.log(1e-3), "Ni": math.log(1e-2)}
    >>> ln_free = system.ln_free_extractant(0.4, liquor, ln_hydrogen=-5.0 * math.log(10.0))
    >>> loaded = system.loading(system.concentrations(liquor, -5.0 * math.log(10.0), ln_free))
    >>> loaded["Co"] > loaded["Ni"]
    True
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Literal

from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE, EquilibriumConstant
from flowsheet.chemistry.system import PROTON, WATER
from hydromet.extraction.extractant import Extractant

Scale = Literal["molar", "molality", "mole_fraction"]
ALWAYS_PRESENT = (PROTON, WATER)
"""Components that every liquor has."""


@dataclass(frozen=True)
class Stoichiometry:
    """What one mole of an organic species is made of.

    Attributes:
        composition: aqueous components by count; H negative where protons go to the liquor.
        extractants: n, extractant in the form that the constants count.
    """

    composition: Mapping[str, float]
    extractants: float

    @cached_property
    def components(self) -> tuple[str, ...]:
        """Those that a liquor must hold for the species to form."""
        return tuple(c for c in self.composition if c not in ALWAYS_PRESENT)

    @cached_property
    def carried(self) -> Mapping[str, float]:
        """What it takes of each component but the proton, which follows from electroneutrality."""
        return {c: n for c, n in self.composition.items() if c != PROTON}

    @property
    def acid(self) -> float:
        """k, protons given to the liquor."""
        return -self.composition.get(PROTON, 0.0)

    def forms_from(self, components: Collection[str]) -> bool:
        """Whether a liquor of these components can form it."""
        return all(c in components for c in self.components)


@dataclass(frozen=True)
class Complex(Stoichiometry):
    """One organic species and its mass action.

    Attributes:
        name: as on the right-hand side of the reaction, `CoA2(HA)2`.
        constant: K of the reaction.
        basis: `fit`, `pH50`, `test` (back-calculated from one reported result), `literature` or `analogy`.
    """

    name: str
    constant: EquilibriumConstant
    reaction: str = ""
    basis: str = ""

    def ln_concentration(
        self, ln_activity: Mapping[str, Any], ln_free: Any, temperature: Any, shift: Any = 0.0
    ) -> Any:
        """ln of its concentration [mol/L organic]; `ln_activity` with H and, where it takes water, H2O."""
        value = self.constant.ln_k(temperature)
        for c, n in self.composition.items():
            value = value + n * ln_activity[c]
        if self.extractants:
            value = value + self.extractants * ln_free
        if self.extractants != 1.0 and not (isinstance(shift, float) and shift == 0.0):
            value = value + (1.0 - self.extractants) * shift
        return value


@dataclass(frozen=True)
class DistributionRatio(Stoichiometry):
    """A user's own D of a component, as an expression (see `distribution`), and what comes with one mole of
    it."""

    component: str
    expression: str


@dataclass(frozen=True)
class ExtractionSystem:
    """An extractant with all it extracts: one parameter set.

    `distribution` holds the user's own distribution ratios by component; such a component is in no complex.
    `missing` says why a component has no constant: it is then not extracted, and a unit that meets it must
    say so.  `practice` holds the operating figures (settler flow, entrainment, efficiency) with their
    sources.
    """

    name: str
    title: str
    extractant: Extractant
    complexes: tuple[Complex, ...]
    distribution: Mapping[str, DistributionRatio] = field(default_factory=dict)
    scale: Scale = "molar"
    missing: Mapping[str, str] = field(default_factory=dict)
    practice: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    statistics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def species(self) -> tuple[Stoichiometry, ...]:
        """All that carries components into the organic phase."""
        return (*self.complexes, *self.distribution.values())

    @property
    def components(self) -> tuple[str, ...]:
        """Components that this extractant takes, in the order of the file; not the proton."""
        return tuple(dict.fromkeys(c for s in self.species for c in s.carried))

    def of(self, components: Iterable[str]) -> ExtractionSystem:
        """The part of the system that a liquor of `components` can form."""
        wanted = set(components)
        return replace(
            self,
            complexes=tuple(c for c in self.complexes if c.forms_from(wanted)),
            distribution={k: v for k, v in self.distribution.items() if v.forms_from(wanted)},
        )

    def unextracted(self, cations: Iterable[str], components: Collection[str]) -> dict[str, str]:
        """Why the set extracts none of some cations: it has no constant, or wants what isn't there.

        >>> chlorides = load_extraction_system("pc88a_ree")
        >>> chlorides.unextracted(["Nd"], ["Nd", "SO4"])
        {'Nd': 'every species of it in this set takes Cl, which its liquor has none of'}
        >>> chlorides.unextracted(["Nd"], ["Nd", "Cl"])
        {}
        """
        found = {}
        for cation in cations:
            species = [s for s in self.species if cation in s.carried]
            lacking = [c for s in species for c in s.components if c not in components]
            if cation in self.missing:
                found[cation] = self.missing[cation]
            elif species and not any(s.forms_from(components) for s in species):
                named = " and ".join(dict.fromkeys(lacking))
                found[cation] = f"every species of it in this set takes {named}, which its liquor has none of"
        return found

    def with_distribution(self, distribution: Mapping[str, str | DistributionRatio]) -> ExtractionSystem:
        """The system with the user's own distribution ratios in place of the complexes of those components.

        An expression alone takes no extractant: a measured D holds for the loading that it was measured at.
        """
        own = {
            c: d if isinstance(d, DistributionRatio) else DistributionRatio({c: 1.0}, 0.0, c, d)
            for c, d in distribution.items()
        }
        return replace(
            self,
            complexes=tuple(c for c in self.complexes if not set(c.components) & set(own)),
            distribution={**self.distribution, **own},
        )

    # ---- equations

    def ln_concentrations(
        self,
        ln_activity: Mapping[str, Any],
        ln_hydrogen: Any,
        ln_free: Any,
        temperature: Any = REFERENCE_TEMPERATURE,
        ln_water: Any = 0.0,
        shift: Any = 0.0,
    ) -> dict[str, Any]:
        """Mass action: ln of each complex's concentration [mol/L organic] that a liquor of the components in
        `ln_activity` can form.

        Args:
            ln_activity: ln activity of each component's free ion (molality scale).
            ln_hydrogen: ln activity of H+ (pH = -ln_hydrogen / ln 10).
            ln_free: ln of the free extractant [mol/L organic].
            temperature: [K].
            ln_water: ln of water's activity.
            shift: s, from the scale of the constants to mol/L.
        """
        activities = {**ln_activity, PROTON: ln_hydrogen, WATER: ln_water}
        return {
            c.name: c.ln_concentration(activities, ln_free, temperature, shift)
            for c in self.complexes
            if c.forms_from(activities)
        }

    def concentrations(
        self,
        ln_activity: Mapping[str, Any],
        ln_hydrogen: Any,
        ln_free: Any,
        temperature: Any = REFERENCE_TEMPERATURE,
        ln_water: Any = 0.0,
        shift: Any = 0.0,
    ) -> dict[str, Any]:
        """Concentration of each complex [mol/L organic]."""
        ln_c = self.ln_concentrations(ln_activity, ln_hydrogen, ln_free, temperature, ln_water, shift)
        return {name: exp(value) for name, value in ln_c.items()}

    def loading(self, concentrations: Mapping[str, Any]) -> dict[str, Any]:
        """What the complexes hold of each component [mol/L organic]; the proton follows from
        electroneutrality."""
        totals: dict[str, Any] = {}
        for c in self._formed(concentrations):
            for component, n in c.carried.items():
                term = n * concentrations[c.name]
                totals[component] = totals[component] + term if component in totals else term
        return totals

    def bound_extractant(self, concentrations: Mapping[str, Any]) -> Any:
        """Extractant bound in complexes [mol/L organic]."""
        return sum(
            c.extractants * concentrations[c.name] for c in self._formed(concentrations) if c.extractants
        )

    def extractant_held(self, ln_free: Any, concentrations: Mapping[str, Any]) -> Any:
        """Extractant balance's right-hand side: free plus bound extractant [mol/L organic]."""
        return exp(ln_free) + self.bound_extractant(concentrations)

    def extractant_balance(self, ln_total: Any, ln_free: Any, concentrations: Mapping[str, Any]) -> Any:
        """ln of total over held extractant: zero when the balance closes, and relative by construction."""
        return ln_total - log(self.extractant_held(ln_free, concentrations))

    def acid_released(self, concentrations: Mapping[str, Any]) -> Any:
        """Acid that the organic phase has exchanged for its metals, as charge [mol/L organic]."""
        return sum(c.acid * concentrations[c.name] for c in self._formed(concentrations) if c.acid)

    def loading_ceiling(self, component: str) -> float:
        """Most moles of a component that one mole of extractant can hold, from the complex that uses least
        extractant; infinite where one takes none."""
        return max(
            c.composition[component] / c.extractants if c.extractants else math.inf
            for c in self.complexes
            if c.composition.get(component, 0.0) > 0.0
        )

    def ln_free_extractant(
        self,
        total: float,
        ln_activity: Mapping[str, float],
        ln_hydrogen: float,
        temperature: float = REFERENCE_TEMPERATURE,
        ln_water: float = 0.0,
        shift: float = 0.0,
    ) -> float:
        """Solve the extractant balance for the free extractant; numbers only.

        The held extractant rises with ln f, with a slope in ln-ln between the least and the greatest n, so
        that Newton's method on ln(held) converges from any start.

        Returns:
            ln f with f in mol/L organic.
        """
        at_one = self.ln_concentrations(ln_activity, ln_hydrogen, 0.0, temperature, ln_water, shift)
        here = [
            (c.extractants, math.log(c.extractants) + at_one[c.name])
            for c in self.complexes
            if c.name in at_one and c.extractants
        ]
        ln_total = math.log(total)
        ln_free = min([ln_total, *((ln_total - bound) / n for n, bound in here)])
        for _ in range(100):
            terms = [(1.0, ln_free), *((n, bound + n * ln_free) for n, bound in here)]
            largest = max(t for _, t in terms)
            held = sum(math.exp(t - largest) for _, t in terms)
            slope = sum(n * math.exp(t - largest) for n, t in terms) / held
            step = (ln_total - largest - math.log(held)) / slope
            ln_free += step
            if abs(step) < 1e-13:
                return ln_free
        raise ArithmeticError(f"the extractant balance of {self.name} did not converge")

    def _formed(self, concentrations: Mapping[str, Any]) -> list[Complex]:
        return [c for c in self.complexes if c.name in concentrations]


def distribution_ratio(loading: Any, aqueous: Any) -> Any:
    """D = metal in the organic over metal in the aqueous phase, both mol/L.

    >>> distribution_ratio(0.02, 0.01)
    2.0
    """
    return loading / aqueous


def separation_factor(first: Any, second: Any) -> Any:
    """Ratio of two distribution ratios.

    >>> separation_factor(100.0, 0.1)
    1000.0
    """
    return first / second


def extracted_fraction(ratio: Any, phase_ratio: Any) -> Any:
    """Fraction extracted in one equilibrium contact at `phase_ratio` organic/aqueous by volume.

    >>> extracted_fraction(1.0, 1.0)
    0.5
    """
    return ratio * phase_ratio / (1.0 + ratio * phase_ratio)


@cache
def load_extraction_system(name: str) -> ExtractionSystem:
    """A shipped parameter set by name (`cyanex272`), or a user's own by path; see `parameter_file.read`."""
    from hydromet.extraction.parameter_file import read

    return read(name)
