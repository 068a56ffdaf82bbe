"""Equilibrium of an acidic extractant with an aqueous liquor: the organic phase's equations, written once.

An acidic extractant HA in an aliphatic diluent is mostly the dimer (HA)2.  Each complex forms by cation
exchange,

    m M+z + n (HA)2 = complex + m z H+

    ln c = ln K(T) + m ln a_M + n ln f - m z ln a_H                     mass action
    E    = f + sum n c                                                  extractant balance
    L_M  = sum m c                                                      loading
    Q    = sum m z c                                                    acid given to the liquor
    D_M  = L_M / C_M                                                    distribution ratio

    c    complex in the organic phase                                   mol/L organic
    f    free dimer (HA)2                                               mol/L organic
    E    all extractant, counted as dimer                               mol/L organic
    a_M, a_H   activities of the free ions (molality scale, 1 mol/kg)   -
    C_M  all metal in the aqueous phase, whatever its species           mol/L aqueous
    K    25 degC constant with van 't Hoff's temperature dependence     -

The organic phase is ideal.  A ceiling on the loading is not imposed: it follows from the extractant balance,
at m z / n equivalents of metal per dimer for the complex that uses least extractant.  At high loading that is
MA2(HA) (n = 3/2), which forms as the free dimer runs out; alkali ions form MA (n = 1/2), which is also the
form that saponification with caustic makes.

The acid that a cation exchange gives to the liquor equals the charge of the metal it takes, so that an
organic phase is described by its metals and its extractant: its protons follow.

Every function takes floats, NumPy arrays or Pyomo expressions.

Sources: stoichiometries and constants are in `parameters/*.yaml`, each with its own.  Range: there too, per
constant.

    >>> system = load_extraction_system("cyanex272")
    >>> "Co" in system.components and "Ni" in system.components
    True
    >>> liquor = {"Co": math.log(1e-3), "Ni": math.log(1e-2)}
    >>> ln_free = system.ln_free_dimer(0.4, liquor, ln_hydrogen=-5.0 * math.log(10.0))
    >>> loaded = system.loading(system.concentrations(liquor, -5.0 * math.log(10.0), ln_free))
    >>> loaded["Co"] > loaded["Ni"]
    True
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE, EquilibriumConstant


@dataclass(frozen=True)
class Complex:
    """One extracted species and its mass action.

    Attributes:
        name: as on the right-hand side of the reaction, `CoA2(HA)2`.
        component: the component that it carries, `Co`.
        charge: z of the free ion.
        metals: m, ions in one complex.
        dimers: n, extractant dimers in one complex.
        constant: K of the reaction, aqueous activities on the molality scale, organic concentrations in
        mol/L. basis: `fit`, `pH50`, `test` (back-calculated from one reported result) or `literature`.
    """

    name: str
    component: str
    charge: int
    metals: float
    dimers: float
    constant: EquilibriumConstant
    reaction: str = ""
    basis: str = ""

    def ln_concentration(self, ln_activity: Any, ln_hydrogen: Any, ln_free: Any, temperature: Any) -> Any:
        """ln of the complex's concentration [mol/L organic] at `temperature` [K]."""
        return (
            self.constant.ln_k(temperature)
            + self.metals * ln_activity
            + self.dimers * ln_free
            - self.metals * self.charge * ln_hydrogen
        )

    @property
    def equivalents_per_dimer(self) -> float:
        """Charge equivalents of metal that one dimer holds when all of it is this complex."""
        return self.metals * self.charge / self.dimers


@dataclass(frozen=True)
class AqueousLoss:
    """Extractant that dissolves in the liquor.

        (HA)2 (organic) = 2 HA (aqueous)        K_t = [HA]^2 / f        mol/L
        HA = H+ + A-                            K_a = a_H [A-] / [HA]   mol/L

    Range: measured at 0.1 mol/L ionic strength or less; salt lowers it, so that it is an upper bound in a
    liquor.
    """

    ln_transfer: float
    ln_acid: float
    source: str = ""

    def monomer(self, ln_hydrogen: Any, ln_free: Any) -> Any:
        """Extractant in the liquor, counted as HA [mol/L aqueous].

        >>> loss = AqueousLoss(math.log(1.0e-11), math.log(2.0e-2))
        >>> ln10, ln_free = math.log(10.0), math.log(0.5)
        >>> loss.monomer(-4.0 * ln10, ln_free) > loss.monomer(-2.0 * ln10, ln_free)
        True
        """
        return exp(0.5 * (self.ln_transfer + ln_free)) * (1.0 + exp(self.ln_acid - ln_hydrogen))


@dataclass(frozen=True)
class Extractant:
    """What an extractant is: `molar_mass` of HA [kg/mol], `density` [kg/m3] of the commercial liquid, its
    `assay` (mass of HA in it, kg/kg), the diluent's density [kg/m3] and the loss to the liquor, None where no
    source gives it."""

    name: str
    formula: str
    molar_mass: float
    density: float
    diluent_density: float
    assay: float = 1.0
    loss: AqueousLoss | None = None

    def dimer(self, volume_fraction: Any) -> Any:
        """Dimer [mol/L organic] in a solvent with `volume_fraction` of the commercial extractant.

        >>> Extractant("HA", "C16H35O4P", 0.32242, 975.0, 790.0).dimer(0.40) > 0.6
        True
        """
        return volume_fraction * self.density * self.assay / self.molar_mass / 2000.0


@dataclass(frozen=True)
class ExtractionSystem:
    """An extractant with all it extracts: one parameter set.

    `distribution` holds the user's own distribution ratios as expressions (text), by component; such a
    component has no complex.  `missing` says why a component has no constant: it is then not extracted, and a
    unit that meets it must say so.  `practice` holds the operating figures (settler flow, entrainment,
    efficiency) with their sources.
    """

    name: str
    title: str
    extractant: Extractant
    complexes: tuple[Complex, ...]
    distribution: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    practice: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    statistics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def components(self) -> tuple[str, ...]:
        """Components that this extractant takes, in the order of the file."""
        return tuple(dict.fromkeys([*(c.component for c in self.complexes), *self.distribution]))

    def of(self, components: Iterable[str]) -> ExtractionSystem:
        """The part of the system that concerns `components`: what a stream without the others needs."""
        wanted = set(components)
        return replace(
            self,
            complexes=tuple(c for c in self.complexes if c.component in wanted),
            distribution={k: v for k, v in self.distribution.items() if k in wanted},
        )

    def with_distribution(self, distribution: Mapping[str, str]) -> ExtractionSystem:
        """The system with the user's own distribution ratios in place of the complexes of those
        components."""
        return replace(
            self,
            complexes=tuple(c for c in self.complexes if c.component not in distribution),
            distribution={**self.distribution, **distribution},
        )

    def ln_concentrations(
        self,
        ln_activity: Mapping[str, Any],
        ln_hydrogen: Any,
        ln_free: Any,
        temperature: Any = REFERENCE_TEMPERATURE,
    ) -> dict[str, Any]:
        """Mass action: ln of each complex's concentration [mol/L organic], for the components in
        `ln_activity`.

        Args:
            ln_activity: ln activity of each component's free ion (molality scale).
            ln_hydrogen: ln activity of H+ (pH = -ln_hydrogen / ln 10).
            ln_free: ln of the free dimer [mol/L organic].
            temperature: [K].
        """
        return {
            c.name: c.ln_concentration(ln_activity[c.component], ln_hydrogen, ln_free, temperature)
            for c in self.complexes
            if c.component in ln_activity
        }

    def concentrations(
        self,
        ln_activity: Mapping[str, Any],
        ln_hydrogen: Any,
        ln_free: Any,
        temperature: Any = REFERENCE_TEMPERATURE,
    ) -> dict[str, Any]:
        """Concentration of each complex [mol/L organic]."""
        ln_c = self.ln_concentrations(ln_activity, ln_hydrogen, ln_free, temperature)
        return {name: exp(value) for name, value in ln_c.items()}

    def loading(self, concentrations: Mapping[str, Any]) -> dict[str, Any]:
        """Metal in the organic phase [mol/L organic], by component."""
        return self._sum_by_component(concentrations, {c.name: c.metals for c in self.complexes})

    def bound_dimer(self, concentrations: Mapping[str, Any]) -> Any:
        """Extractant bound in complexes, as dimer [mol/L organic]."""
        return sum(c.dimers * concentrations[c.name] for c in self.complexes if c.name in concentrations)

    def extractant_held(self, ln_free: Any, concentrations: Mapping[str, Any]) -> Any:
        """Extractant balance's right-hand side: free plus bound dimer [mol/L organic]."""
        return exp(ln_free) + self.bound_dimer(concentrations)

    def extractant_balance(self, ln_total: Any, ln_free: Any, concentrations: Mapping[str, Any]) -> Any:
        """ln of total over held extractant: zero when the balance closes, and relative by construction."""
        return ln_total - log(self.extractant_held(ln_free, concentrations))

    def acid_released(self, concentrations: Mapping[str, Any]) -> Any:
        """Acid that the organic phase has exchanged for its metals, as charge [mol/L organic]."""
        return sum(
            c.metals * c.charge * concentrations[c.name] for c in self.complexes if c.name in concentrations
        )

    def loading_ceiling(self, component: str) -> float:
        """Most equivalents of a component that one dimer can hold, from the complex that uses least
        extractant."""
        return max(c.equivalents_per_dimer for c in self.complexes if c.component == component)

    def ln_free_dimer(
        self,
        total_dimer: float,
        ln_activity: Mapping[str, float],
        ln_hydrogen: float,
        temperature: float = REFERENCE_TEMPERATURE,
    ) -> float:
        """Solve the extractant balance for the free dimer; numbers only.

        The held extractant rises with ln f, with a slope in ln-ln between the least and the greatest n, so
        that Newton's method on ln(held) converges from any start.

        Returns:
            ln f with f in mol/L organic.
        """
        here = [
            (c.dimers, c.ln_concentration(ln_activity[c.component], ln_hydrogen, 0.0, temperature))
            for c in self.complexes
            if c.component in ln_activity
        ]
        ln_total = math.log(total_dimer)
        ln_free = min([ln_total, *((ln_total - math.log(n) - at_one) / n for n, at_one in here)])
        for _ in range(100):
            terms = [(1.0, ln_free), *((n, math.log(n) + at_one + n * ln_free) for n, at_one in here)]
            largest = max(t for _, t in terms)
            held = sum(math.exp(t - largest) for _, t in terms)
            slope = sum(n * math.exp(t - largest) for n, t in terms) / held
            step = (ln_total - largest - math.log(held)) / slope
            ln_free += step
            if abs(step) < 1e-13:
                return ln_free
        raise ArithmeticError(f"the extractant balance of {self.name} did not converge")

    def _sum_by_component(
        self, concentrations: Mapping[str, Any], weight: Mapping[str, float]
    ) -> dict[str, Any]:
        totals: dict[str, Any] = {}
        for c in self.complexes:
            if c.name in concentrations:
                term = weight[c.name] * concentrations[c.name]
                totals[c.component] = totals[c.component] + term if c.component in totals else term
        return totals


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
