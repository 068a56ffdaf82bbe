"""Pitzer's ion-interaction model with unsymmetrical mixing.

    ln gamma_M = z_M^2 F + sum_a m_a (2 B_Ma + Z C_Ma) + sum_c m_c (2 Phi_Mc + sum_a m_a psi_Mca)
                 + sum_(a<a') m_a m_a' psi_Maa' + |z_M| sum_c sum_a m_c m_a C_ca + 2 sum_n m_n lambda_nM
    F          = -A_phi (sqrt(I)/(1 + 1.2 sqrt(I)) + 2/1.2 ln(1 + 1.2 sqrt(I)))
                 + sum_ca m_c m_a B'_ca + sum_(c<c') m_c m_c' E_theta'_cc' + the same over anions
    E          = sum m (phi - 1), the osmotic excess, with B_phi and Phi_phi

and alike for anions (Harvie, Moeller and Weare 1984, doi:10.1016/0016-7037(84)90098-X).  The electrostatic
mixing terms E_theta use J(x) = x/(4 + 4.581 x^-0.7237 exp(-0.0120 x^0.528)) and the slope at 25 degC (Pitzer 1975,
doi:10.1007/BF00646562), as Cantera's HMW-electrolyte phase does.

A parameter is P(T) = P25 + a1 (1/T - 1/Tr) + a2 ln(T/Tr) + a3 (T - Tr) + a4 (T^2 - Tr^2) + a5 (1/T^2 - 1/Tr^2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
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
_MIXING_A_PHI = 0.392
"""Slope inside E_theta; constant, since the terms are corrections and their temperature dependence is small."""


def at_temperature(coefficients: tuple[float, ...], temperature: Any) -> Any:
    """A parameter's value at `temperature` [K]."""
    t, r = temperature, REFERENCE_TEMPERATURE
    value: Any = coefficients[0]
    terms = (lambda: 1.0 / t - 1.0 / r, lambda: log(t / r), lambda: t - r, lambda: t * t - r * r,
             lambda: 1.0 / (t * t) - 1.0 / (r * r))
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


def e_theta(z1: int, z2: int, sqrt_ionic_strength: Any) -> tuple[Any, Any]:
    """Electrostatic mixing term of two ions of like sign and its derivative by I; zero for equal charges."""
    if z1 == z2:
        return 0.0, 0.0
    ionic_strength = sqrt_ionic_strength * sqrt_ionic_strength
    values, slopes = [], []
    for product in (z1 * z2, z1 * z1, z2 * z2):
        x = 6.0 * product * _MIXING_A_PHI * sqrt_ionic_strength
        power = x**0.528
        damping = 4.581 * x**-0.7237 * exp(-0.0120 * power)
        j = x / (4.0 + damping)
        j_prime = (j / x) * (1.0 + j * damping / x * (0.7237 + 0.0120 * 0.528 * power))
        value = product * j / (4.0 * ionic_strength)
        values.append(value)
        slopes.append((3.0 * product * product * _MIXING_A_PHI * j_prime / (4.0 * sqrt_ionic_strength) - value)
                      / ionic_strength)
    mixed, first, second = values
    d_mixed, d_first, d_second = slopes
    z = z1 * z2
    return (mixed - 0.5 * (z / z1**2 * first + z / z2**2 * second),
            d_mixed - 0.5 * (z / z1**2 * d_first + z / z2**2 * d_second))


class Pitzer:
    """Pitzer's model over the species of one solution."""

    name = "pitzer"

    def __init__(self, parameters: PitzerParameters, charges: Mapping[str, int]) -> None:
        self.charges = charges
        present = set(charges)
        self.binary = {p: v for p, v in parameters.binary.items() if present.issuperset(p)}
        self.lambda_ = {p: v for p, v in parameters.lambda_.items() if present.issuperset(p)}
        interacting = {s for p in self.binary for s in p}
        interacting |= {s for p, v in parameters.theta.items() if v and present.issuperset(p) for s in p}
        self.interacting = interacting
        self.psi = {t: v for t, v in parameters.psi.items() if interacting.issuperset(t)}
        self.cations = sorted(s for s in interacting if charges[s] > 0)
        self.anions = sorted(s for s in interacting if charges[s] < 0)
        self.like_pairs = [frozenset(p) for group in (self.cations, self.anions) for p in combinations(group, 2)]
        self.theta = {p: parameters.theta[p] for p in self.like_pairs if p in parameters.theta}

    def partners(self) -> set[str]:
        """Species whose molality enters the activity coefficient of another."""
        return self.interacting | {s for p in self.lambda_ for s in p}

    def shared(self, molality: Mapping[str, Any], sqrt_ionic_strength: Any, temperature: Any) -> dict[str, Any]:
        """F, Z, and the ionic-strength functions of each pair; common to all species."""
        root = sqrt_ionic_strength
        b, b_prime, b_phi, c = {}, {}, {}, {}
        cache: dict[float, tuple[Any, Any, Any]] = {}

        def functions(alpha: float) -> tuple[Any, Any, Any]:
            if alpha not in cache:
                x = alpha * root
                cache[alpha] = (g(x), g_prime(x) / (root * root), exp(-x))
            return cache[alpha]

        for pair, values in self.binary.items():
            zc, za = (abs(self.charges[s]) for s in pair)
            both_divalent = zc >= 2 and za >= 2
            alpha1 = values.get("alpha1", (_ALPHA1_2_2 if both_divalent else _ALPHA1,))[0]
            alpha2 = values.get("alpha2", (_ALPHA2_2_2 if both_divalent else _ALPHA2,))[0]
            beta0 = at_temperature(values.get("beta0", (0.0,)), temperature)
            b[pair], b_phi[pair], b_prime[pair] = beta0, beta0, 0.0
            for name, alpha in (("beta1", alpha1), ("beta2", alpha2)):
                if name in values and any(values[name]):
                    beta = at_temperature(values[name], temperature)
                    value, slope, decay = functions(alpha)
                    b[pair] = b[pair] + beta * value
                    b_prime[pair] = b_prime[pair] + beta * slope
                    b_phi[pair] = b_phi[pair] + beta * decay
            cphi = at_temperature(values.get("cphi", (0.0,)), temperature)
            c[pair] = cphi / (2.0 * math.sqrt(zc * za))
        phi, phi_prime = {}, {}
        mixing: dict[tuple[int, int], tuple[Any, Any]] = {}
        for pair in self.like_pairs:
            z1, z2 = sorted(abs(self.charges[s]) for s in pair)
            if (z1, z2) not in mixing:
                mixing[z1, z2] = e_theta(z1, z2, root)
            theta = at_temperature(self.theta.get(pair, (0.0,)), temperature)
            phi[pair], phi_prime[pair] = theta + mixing[z1, z2][0], mixing[z1, z2][1]
        slope = a_phi(temperature)
        f = -slope * (root / (1.0 + _B * root) + 2.0 / _B * log(1.0 + _B * root))
        f = f + sum(molality[p[0]] * molality[p[1]] * b_prime[p] for p in b_prime)
        for pair, value in phi_prime.items():
            if not (isinstance(value, float) and value == 0.0):
                one, two = pair
                f = f + molality[one] * molality[two] * value
        z = sum(abs(self.charges[s]) * molality[s] for s in self.cations + self.anions)
        cc = sum(molality[p[0]] * molality[p[1]] * c[p] for p in c) if c else 0.0
        return {"F": f, "Z": z, "CC": cc, "B": b, "B_prime": b_prime, "B_phi": b_phi, "C": c, "Phi": phi,
                "Phi_prime": phi_prime, "slope": slope}

    def ln_gamma(self, species: str, molality: Mapping[str, Any], shared: Mapping[str, Any],
                 temperature: Any = None) -> Any:
        """Natural logarithm of the molal activity coefficient."""
        charge = self.charges[species]
        value: Any = charge**2 * shared["F"] if charge else 0.0
        if charge and species in self.interacting:
            value = value + abs(charge) * shared["CC"]
            for pair, b in shared["B"].items():
                if species in pair:
                    other = pair[1] if pair[0] == species else pair[0]
                    value = value + molality[other] * (2.0 * b + shared["Z"] * shared["C"][pair])
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
        return value

    def osmotic_excess(self, molality: Mapping[str, Any], sqrt_ionic_strength: Any, temperature: Any,
                       shared: Mapping[str, Any]) -> Any:
        """E = sum_i m_i (phi - 1) [mol/kg]."""
        root = sqrt_ionic_strength
        ionic_strength = root * root
        half = -shared["slope"] * ionic_strength * root / (1.0 + _B * root)
        for pair, b_phi in shared["B_phi"].items():
            half = half + molality[pair[0]] * molality[pair[1]] * (b_phi + shared["Z"] * shared["C"][pair])
        for pair, phi in shared["Phi"].items():
            one, two = pair
            half = half + molality[one] * molality[two] * (phi + ionic_strength * shared["Phi_prime"][pair])
        for triplet, coefficients in self.psi.items():
            one, two, three = triplet
            half = half + molality[one] * molality[two] * molality[three] * at_temperature(coefficients, temperature)
        for pair, coefficients in self.lambda_.items():
            one, *rest = pair
            weight = 1.0 if rest else 0.5
            two = rest[0] if rest else one
            half = half + weight * molality[one] * molality[two] * at_temperature(coefficients, temperature)
        return 2.0 * half
