"""Pitzer's ion-interaction model with unsymmetrical mixing.

    ln gamma_M = z_M^2 F + sum_a m_a (2 B_Ma + Z C_Ma) + sum_c m_c (2 Phi_Mc + sum_a m_a psi_Mca)
                 + sum_(a<a') m_a m_a' psi_Maa' + |z_M| sum_c sum_a m_c m_a C_ca + 2 sum_n m_n lambda_nM
    F          = -A_phi (sqrt(I)/(1 + 1.2 sqrt(I)) + 2/1.2 ln(1 + 1.2 sqrt(I)))
                 + sum_ca m_c m_a B'_ca + sum_(c<c') m_c m_c' E_theta'_cc' + the same over anions
    E          = sum m (phi - 1), the osmotic excess, with B_phi and Phi_phi

and alike for anions (Harvie, Moeller and Weare 1984, doi:10.1016/0016-7037(84)90098-X).  The electrostatic
mixing terms E_theta use J(x) = x/(4 + 4.581 x^-0.7237 exp(-0.0120 x^0.528)) (Pitzer 1975,
doi:10.1007/BF00646562) with the slope A_phi of the temperature, as PHREEQC does, whose temperature-dependent
parameters most sets take over; or with a fixed slope where the parameter set names one (Cantera's
HMW-electrolyte phase holds it at 0.392).  Ions without any coefficient feel the ionic strength alone, unless
the set says that `all_ions` take part in the mixing terms, as they do in Cantera's phase.

A neutral species n adds, with a cation c and an anion a,

    ln gamma_n = 2 sum_j m_j lambda_nj + sum m_c m_a zeta_nca + 3 m_n^2 mu_nnn
    ln gamma_c = ... + sum m_n m_a zeta_nca,     E = ... + 2 (sum m_n m_c m_a zeta_nca + sum m_n^3 mu_nnn)

    P(T) = P25 + a1 (1/T - 1/Tr) + a2 ln(T/Tr) + a3 (T - Tr) + a4 (T^2 - Tr^2) + a5 (1/T^2 - 1/Tr^2)

is a parameter at T [K], Tr = 298.15 K.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import PitzerParameters

_B = 1.2
_ALPHA1 = 2.0
_ALPHA1_2_2 = 1.4
_ALPHA2_2_2 = 12.0
_ALPHA2 = 50.0


def at_temperature(coefficients: tuple[float, ...], temperature: Any) -> Any:
    """A parameter's value at `temperature` [K]."""
    t, r = temperature, REFERENCE_TEMPERATURE
    value: Any = coefficients[0]
    terms = (
        lambda: 1.0 / t - 1.0 / r,
        lambda: log(t / r),
        lambda: t - r,
        lambda: t * t - r * r,
        lambda: 1.0 / (t * t) - 1.0 / (r * r),
    )
    for coefficient, term in zip(coefficients[1:], terms, strict=False):
        if coefficient:
            value = value + coefficient * term()
    return value


def g(x: Any) -> Any:
    """g(x) = 2 (1 - (1 + x) exp(-x)) / x^2."""
    return 2.0 * (1.0 - (1.0 + x) * exp(-x)) / (x * x)


def g_prime(x: Any) -> Any:
    """g'(x) = -2 (1 - (1 + x + x^2/2) exp(-x)) / x^2; times 1/I it is dg/dI."""
    return -2.0 * (1.0 - (1.0 + x + 0.5 * x * x) * exp(-x)) / (x * x)


def mixing_integral(product: int, sqrt_ionic_strength: Any, slope: Any) -> tuple[Any, Any]:
    """zz' J(x)/(4 I) for a product of two charges zz', x = 6 zz' A_phi sqrt(I), and its derivative by I.

    `slope`: A_phi.
    """
    ionic_strength = sqrt_ionic_strength * sqrt_ionic_strength
    x = 6.0 * product * slope * sqrt_ionic_strength
    power = x**0.528
    damping = 4.581 * x**-0.7237 * exp(-0.0120 * power)
    j = x / (4.0 + damping)
    j_prime = (j / x) * (1.0 + j * damping / x * (0.7237 + 0.0120 * 0.528 * power))
    value = product * j / (4.0 * ionic_strength)
    derivative = 3.0 * product * product * slope * j_prime / (4.0 * sqrt_ionic_strength) - value
    return value, derivative / ionic_strength


def e_theta(z1: int, z2: int, integral: Callable[[int], tuple[Any, Any]]) -> tuple[Any, Any]:
    """Electrostatic mixing term of two ions of like sign and its derivative by I; zero for equal charges."""
    if z1 == z2:
        return 0.0, 0.0
    z = z1 * z2
    (mixed, d_mixed), (first, d_first), (second, d_second) = (integral(p) for p in (z, z1 * z1, z2 * z2))
    return (
        mixed - 0.5 * (z / z1**2 * first + z / z2**2 * second),
        d_mixed - 0.5 * (z / z1**2 * d_first + z / z2**2 * d_second),
    )


def _is_zero(value: Any) -> bool:
    return isinstance(value, float) and value == 0.0


def _unnamed(name: str, value: Any) -> Any:
    return value


class Pitzer:
    """Pitzer's model over the species of one solution."""

    name = "pitzer"

    def __init__(self, parameters: PitzerParameters, charges: Mapping[str, int]) -> None:
        self.charges = charges
        self.mixing_slope = parameters.mixing_slope
        present = set(charges)
        self.binary = {p: v for p, v in parameters.binary.items() if present.issuperset(p)}
        self.lambda_ = {p: v for p, v in parameters.lambda_.items() if present.issuperset(p)}
        interacting = {s for p in self.binary for s in p}
        interacting |= {s for p, v in parameters.theta.items() if v and present.issuperset(p) for s in p}
        if parameters.all_ions:
            interacting |= {s for s, z in charges.items() if z}
        self.slope = parameters.slope or a_phi
        self.zeta = {t: v for t, v in parameters.zeta.items() if present.issuperset(t)}
        self.mu = {n: v for n, v in parameters.mu.items() if n in present}
        self.interacting = interacting
        self.psi = {t: v for t, v in parameters.psi.items() if interacting.issuperset(t)}
        self.cations = sorted(s for s in interacting if charges[s] > 0)
        self.anions = sorted(s for s in interacting if charges[s] < 0)
        self.like_pairs = [
            frozenset(p) for group in (self.cations, self.anions) for p in combinations(group, 2)
        ]
        self.theta = {p: parameters.theta[p] for p in self.like_pairs if p in parameters.theta}

    def exponents(self, pair: tuple[str, str]) -> tuple[float, float]:
        """alpha1 and alpha2 of a cation and an anion."""
        values = self.binary[pair]
        both_divalent = all(abs(self.charges[s]) >= 2 for s in pair)
        return (
            values.get("alpha1", (_ALPHA1_2_2 if both_divalent else _ALPHA1,))[0],
            values.get("alpha2", (_ALPHA2_2_2 if both_divalent else _ALPHA2,))[0],
        )

    def partners(self) -> set[str]:
        """Species whose molality enters the activity coefficient of another."""
        further = (*self.lambda_, *self.zeta, frozenset(self.mu))
        return self.interacting | {s for group in further for s in group}

    def shared(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        named: Callable[[str, Any], Any] = _unnamed,
    ) -> dict[str, Any]:
        """Terms common to all species: F in two parts, Z, and the ionic-strength functions of each pair.

        `named` turns a term that others use into a named expression, so that it is evaluated once.
        """
        root = sqrt_ionic_strength
        slope = named("slope", self.slope(temperature))
        b, b_prime, b_phi, c = self._binary_terms(root, temperature, named)
        phi, phi_prime = self._mixing_terms(root, temperature, self.mixing_slope or slope, named)
        charged = self.cations + self.anions
        z = named("Z", sum(abs(self.charges[s]) * molality[s] for s in charged))
        debye = -slope * (root / (1.0 + _B * root) + 2.0 / _B * log(1.0 + _B * root))
        by_strength = sum(molality[p[0]] * molality[p[1]] * value for p, value in b_prime.items())
        for pair, value in phi_prime.items():
            one, two = pair
            by_strength = by_strength + molality[one] * molality[two] * value
        cc = sum(molality[p[0]] * molality[p[1]] * value for p, value in c.items())
        # F stays in two parts: Pyomo's NL writer repeats a named expression's whole body wherever another one
        # is nothing but a multiple of it, as ln gamma of an ion without coefficients would be of F.
        return {
            "F": (named("F_debye", debye), named("F_by_strength", by_strength)),
            "Z": z,
            "CC": named("CC", cc),
            "B": b,
            "B_phi": b_phi,
            "C": c,
            "Phi": phi,
            "Phi_prime": phi_prime,
            "slope": slope,
        }

    def _binary_terms(
        self, root: Any, temperature: Any, named: Callable[[str, Any], Any]
    ) -> tuple[dict, ...]:
        """B, dB/dI, B_phi and C of each cation and anion."""
        functions: dict[float, tuple[Any, Any, Any]] = {}

        def of_strength(alpha: float) -> tuple[Any, Any, Any]:
            if alpha not in functions:
                x = alpha * root
                functions[alpha] = (
                    named(f"g[{alpha:g}]", g(x)),
                    named(f"dg[{alpha:g}]", g_prime(x) / (root * root)),
                    named(f"decay[{alpha:g}]", exp(-x)),
                )
            return functions[alpha]

        b, b_prime, b_phi, c = {}, {}, {}, {}
        for pair, values in self.binary.items():
            label = "|".join(pair)
            zc, za = (abs(self.charges[s]) for s in pair)
            alpha1, alpha2 = self.exponents(pair)
            beta0 = at_temperature(values.get("beta0", (0.0,)), temperature)
            value, value_phi, slope = beta0, beta0, 0.0
            for name, alpha in (("beta1", alpha1), ("beta2", alpha2)):
                if any(values.get(name, ())):
                    beta = named(f"{name}[{label}]", at_temperature(values[name], temperature))
                    function, derivative, decay = of_strength(alpha)
                    value, value_phi = value + beta * function, value_phi + beta * decay
                    slope = slope + beta * derivative
            b[pair], b_phi[pair] = named(f"B[{label}]", value), value_phi
            if not _is_zero(slope):
                b_prime[pair] = slope
            cphi = at_temperature(values.get("cphi", (0.0,)), temperature)
            if not _is_zero(cphi):
                c[pair] = named(f"C[{label}]", cphi / (2.0 * math.sqrt(zc * za)))
        return b, b_prime, b_phi, c

    def _mixing_terms(
        self, root: Any, temperature: Any, slope: Any, named: Callable[[str, Any], Any]
    ) -> tuple[dict, dict]:
        """Phi and dPhi/dI of each pair of ions of like sign; those that vanish are left out."""
        integrals: dict[int, tuple[Any, Any]] = {}
        electrostatic: dict[tuple[int, int], tuple[Any, Any]] = {}

        def integral(product: int) -> tuple[Any, Any]:
            if product not in integrals:
                value, derivative = mixing_integral(product, root, slope)
                integrals[product] = named(f"J[{product}]", value), named(f"dJ[{product}]", derivative)
            return integrals[product]

        phi, phi_prime = {}, {}
        for pair in self.like_pairs:
            z1, z2 = sorted(abs(self.charges[s]) for s in pair)
            if z1 != z2 and (z1, z2) not in electrostatic:
                value, derivative = e_theta(z1, z2, integral)
                electrostatic[z1, z2] = named(f"E[{z1},{z2}]", value), named(f"dE[{z1},{z2}]", derivative)
            value, derivative = electrostatic.get((z1, z2), (0.0, 0.0))
            theta = at_temperature(self.theta.get(pair, (0.0,)), temperature)
            if not (_is_zero(theta) and z1 == z2):
                phi[pair] = theta + value
            if z1 != z2:
                phi_prime[pair] = derivative
        return phi, phi_prime

    def ln_gamma(
        self, species: str, molality: Mapping[str, Any], shared: Mapping[str, Any], temperature: Any = None
    ) -> Any:
        """Natural logarithm of the molal activity coefficient."""
        charge = self.charges[species]
        value: Any = charge**2 * (shared["F"][0] + shared["F"][1]) if charge else 0.0
        if charge and species in self.interacting:
            value = value + abs(charge) * shared["CC"]
            for pair, b in shared["B"].items():
                if species in pair:
                    other = pair[1] if pair[0] == species else pair[0]
                    value = value + molality[other] * (2.0 * b + shared["Z"] * shared["C"].get(pair, 0.0))
            for pair, phi in shared["Phi"].items():
                if species in pair:
                    (other,) = pair - {species}
                    value = value + 2.0 * molality[other] * phi
            for triplet, coefficients in self.psi.items():
                if species in triplet:
                    one, two = triplet - {species}
                    value = value + molality[one] * molality[two] * at_temperature(coefficients, temperature)
        for pair, coefficients in self.lambda_.items():
            if species in pair:
                other = next((s for s in pair if s != species), species)
                value = value + 2.0 * molality[other] * at_temperature(coefficients, temperature)
        return value + self._further(species, molality, temperature)

    def _further(self, species: str, molality: Mapping[str, Any], temperature: Any) -> Any:
        """What triplets with a neutral species add to ln gamma."""
        value: Any = 0.0
        for triplet, coefficients in self.zeta.items():
            if species in triplet:
                one, two = (s for s in triplet if s != species)
                value = value + molality[one] * molality[two] * at_temperature(coefficients, temperature)
        if species in self.mu:
            value = value + 3.0 * molality[species] ** 2 * at_temperature(self.mu[species], temperature)
        return value

    def osmotic_excess(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        shared: Mapping[str, Any],
    ) -> Any:
        """E = sum_i m_i (phi - 1) [mol/kg]."""
        root = sqrt_ionic_strength
        ionic_strength = root * root
        half = -shared["slope"] * ionic_strength * root / (1.0 + _B * root)
        for pair, b_phi in shared["B_phi"].items():
            half = half + molality[pair[0]] * molality[pair[1]] * (
                b_phi + shared["Z"] * shared["C"].get(pair, 0.0)
            )
        for pair, phi in shared["Phi"].items():
            one, two = pair  # every pair that has a Phi_prime has a Phi
            half = half + molality[one] * molality[two] * (
                phi + ionic_strength * shared["Phi_prime"].get(pair, 0.0)
            )
        for triplet, coefficients in self.psi.items():
            one, two, three = triplet
            half = half + molality[one] * molality[two] * molality[three] * at_temperature(
                coefficients, temperature
            )
        for pair, coefficients in self.lambda_.items():
            one, *rest = pair
            weight = 1.0 if rest else 0.5
            two = rest[0] if rest else one
            half = half + weight * molality[one] * molality[two] * at_temperature(coefficients, temperature)
        for (one, two, three), coefficients in self.zeta.items():
            half = half + molality[one] * molality[two] * molality[three] * at_temperature(
                coefficients, temperature
            )
        for neutral, coefficients in self.mu.items():
            half = half + molality[neutral] ** 3 * at_temperature(coefficients, temperature)
        return 2.0 * half
