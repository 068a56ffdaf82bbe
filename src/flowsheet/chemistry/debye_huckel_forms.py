"""Debye and Hueckel's limiting law and its extensions, in the forms of Cantera's Debye-Huckel phase.

    dilute_limit   ln gamma_i = -A z_i^2 sqrt(I)
    b_dot          ln gamma_i = -A z_i^2 sqrt(I)/(1 + B a sqrt(I)) + ln(10) b I,  b of ions only
    beta_ij        ln gamma_i = -A z_i^2 sqrt(I)/(1 + B a sqrt(I)) + 2 sum_j beta_ij m_j
    pitzer         ln gamma_i = -A z_i^2/3 (sqrt(I)/(1 + B a sqrt(I)) + 2/(B a) ln(1 + B a sqrt(I)))
                                + 2 sum_j beta_ij m_j

a [m] is each ion's own in `b_dot_variable_a`, else one for all.  In `b_dot_variable_a` a non-polar neutral
species is salted out as carbon dioxide by sodium chloride,

    log10 gamma_n = 0.1127 I - 0.01049 I^2 + 1.545e-3 I^3

and a polar one has gamma = 1; in the other forms neutral species have gamma = 1 but for beta.  The osmotic
excess E = sum m (phi - 1), ln a_w = -M_w (sum m + E), is

    E = -2/3 A I^(3/2) s + D
    s = sigma(B a sqrt(I)); 1 in the dilute limit; 1/(1 + B a sqrt(I)) in the Pitzer form
    sigma(y) = 3/y^3 (1 + y - 1/(1 + y) - 2 ln(1 + y))
    D = ln(10) I sum_charged b m/2     or     sum_ij beta_ij m_i m_j

with I^(3/2) s replaced by sqrt(I) sum_i z_i^2 m_i sigma(B a_i sqrt(I))/2 in `b_dot_variable_a`, unless
water's activity takes the `helgeson` form,

    phi = 1 - A (x - 2 ln x - 1/x)/(1.454^3 J) + 0.02236 J/2 + 2/3 9.380e-3 J^2 - 3/4 5.362e-4 J^3
    x = 1 + 1.454 sqrt(J)

J the stoichiometric ionic strength: a weak acid's associated species counts as its ions.  I [mol/kg], A
[(kg/mol)^0.5], B [(kg/mol)^0.5/m], b and beta [kg/mol].  Source: Cantera 3.2, class DebyeHuckel, which the
tests hold every form against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flowsheet.chemistry.operators import log, sqrt
from flowsheet.chemistry.temperature_function import TemperatureFunction

Form = Literal["dilute_limit", "b_dot_variable_a", "b_dot_common_a", "beta_ij", "pitzer_beta_ij"]
_LN10 = math.log(10.0)
_SALTING_OUT = (0.1127, -0.01049, 1.545e-3)
_HELGESON = 1.454
_HELGESON_SERIES = (0.02236 / 2.0, 2.0 * 9.380e-3 / 3.0, -3.0 * 5.362e-4 / 4.0)


@dataclass(frozen=True)
class DebyeHuckelParameters:
    """What a form needs.

    Attributes:
        slope: A(T).
        b: B.
        radii: a by species; of the common one under the solvent's name, `common_radius`.
        nonpolar: neutral species that are salted out (`b_dot_variable_a` only).
        weak_acids: of a weak acid's associated species, the charge of one of its ions.
        strongest: ionic strength at which Cantera stops following its increase; ours goes on and is reported.
    """

    form: Form
    slope: TemperatureFunction
    b: float
    common_radius: float = 0.0
    radii: Mapping[str, float] = field(default_factory=dict)
    b_dot: float = 0.0
    beta: Mapping[frozenset[str], float] = field(default_factory=dict)
    nonpolar: frozenset[str] = frozenset()
    helgeson: bool = False
    weak_acids: Mapping[str, float] = field(default_factory=dict)
    strongest: float = math.inf


class DebyeHuckel:
    """One of the forms over the species of one solution."""

    name = "debye_huckel"

    def __init__(self, parameters: DebyeHuckelParameters, charges: Mapping[str, int]) -> None:
        self.parameters, self.charges = parameters, charges
        self.beta = {
            pair: value
            for pair, value in parameters.beta.items()
            if value and all(s in charges for s in pair)
        }

    def partners(self) -> set[str]:
        """Species whose molality enters the activity coefficient of another."""
        return {s for pair in self.beta for s in pair}

    def shared(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        named: Callable[[str, Any], Any] = lambda _, value: value,
    ) -> dict[str, Any]:
        """A and sqrt(I); `named` makes an expression that is evaluated once."""
        return {"slope": named("slope", self.parameters.slope(temperature)), "root": sqrt_ionic_strength}

    def ln_gamma(
        self, species: str, molality: Mapping[str, Any], shared: Mapping[str, Any], temperature: Any = None
    ) -> Any:
        """Natural logarithm of the molal activity coefficient."""
        p, charge, root = self.parameters, self.charges[species], shared["root"]
        value: Any = 0.0
        if p.form == "b_dot_variable_a" and species in p.nonpolar:
            for n, coefficient in enumerate(_SALTING_OUT, start=1):
                value = value + _LN10 * coefficient * root ** (2 * n)
            return value
        if charge:
            value = -(charge**2) * shared["slope"] * self._electrostatic(species, root)
            if p.b_dot:
                value = value + _LN10 * p.b_dot * root * root
        for pair, beta in self.beta.items():
            if species in pair:
                other = next((s for s in pair if s != species), species)
                value = value + 2.0 * beta * molality[other]
        return value

    def osmotic_excess(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        shared: Mapping[str, Any],
    ) -> Any:
        """E = sum_i m_i (phi - 1) [mol/kg]."""
        p, root = self.parameters, sqrt_ionic_strength
        if p.helgeson:
            return self._helgeson_excess(molality, shared["slope"])
        charged = [s for s, z in self.charges.items() if z]
        if p.form == "b_dot_variable_a":
            weighted = sum(
                0.5 * self.charges[s] ** 2 * molality[s] * _sigma(p.b * p.radii[s] * root) for s in charged
            )
            value = -2.0 / 3.0 * shared["slope"] * root * weighted
        else:
            value = -2.0 / 3.0 * shared["slope"] * root * root * root * self._osmotic_factor(root)
        if p.b_dot:
            value = value + 0.5 * _LN10 * root * root * p.b_dot * sum(molality[s] for s in charged)
        for pair, beta in self.beta.items():
            first, *rest = sorted(pair)
            second = rest[0] if rest else first
            value = value + (2.0 if rest else 1.0) * beta * molality[first] * molality[second]
        return value

    def _electrostatic(self, species: str, root: Any) -> Any:
        """-ln gamma/(A z^2) without the terms in b and beta."""
        p = self.parameters
        if p.form == "dilute_limit":
            return root
        y = p.b * (p.radii[species] if p.form == "b_dot_variable_a" else p.common_radius)
        if p.form == "pitzer_beta_ij":
            return (root / (1.0 + y * root) + 2.0 / y * log(1.0 + y * root)) / 3.0
        return root / (1.0 + y * root)

    def _osmotic_factor(self, root: Any) -> Any:
        p = self.parameters
        y = p.b * p.common_radius * root
        if p.form == "dilute_limit":
            return 1.0
        if p.form == "pitzer_beta_ij":
            return 1.0 / (1.0 + y)
        return _sigma(y) if p.common_radius else 0.0  # Cantera leaves the term out where a is zero

    def _helgeson_excess(self, molality: Mapping[str, Any], slope: Any) -> Any:
        strength: Any = 0.0
        for s, z in self.charges.items():
            part = self.parameters.weak_acids.get(s)
            weight = float(z * z) if part is None else part**2 + (z - part) ** 2
            if weight:
                strength = strength + 0.5 * weight * molality[s]
        x = 1.0 + _HELGESON * sqrt(strength)
        excess = -slope / (_HELGESON**3 * strength) * (x - 2.0 * log(x) - 1.0 / x)
        for n, coefficient in enumerate(_HELGESON_SERIES, start=1):
            excess = excess + coefficient * strength**n
        return excess * sum(molality[s] for s in self.charges)


def _sigma(y: Any) -> Any:
    return 3.0 / (y * y * y) * (1.0 + y - 1.0 / (1.0 + y) - 2.0 * log(1.0 + y))
