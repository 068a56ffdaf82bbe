"""Standard chemical potentials of Cantera's species as functions of temperature.

    mu/(R T) = h(T)/(R T) - s(T)/R + V (P - P_ref)/(R T)

from a species' own parameterisation (constant heat capacity, NASA's polynomials of 7 and 9 coefficients,
Shomate's, piecewise Gibbs energies), term by term.  What an equation of state adds (water by IAPWS-95, ions
by Helgeson, Kirkham and Flowers, a volume that depends on temperature) is fitted to Cantera's values by
linear least squares over `RANGE`, at the phase's pressure.  Either way the result is compared with Cantera
before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE
from flowsheet.chemistry.temperature_function import (
    HIGHEST_POWER,
    TERMS,
    TemperatureFunction,
    combine,
    polynomial_argument,
    power,
)

RANGE = (273.16, 423.15)
"""[K] in which functions are fitted and compared."""
TOLERANCE = 1e-9
"""Of mu/(R T); the fits come to 2e-10."""
_R = 1e6 * GAS_CONSTANT
"""[J/kmol/K]"""
_T0 = REFERENCE_TEMPERATURE
_FITTED_TERMS = ("1", "1/u", "ln(T - 228)")
_NODES = 41
_COMPARED = 17
_NEAR_KINK = 0.06


class NotReproduced(ValueError):
    """A standard potential that this form doesn't represent; `largest` is the deviation in mu/(R T)."""

    def __init__(self, largest: float) -> None:
        self.largest = largest
        super().__init__(f"the standard potential deviates by {largest:.1e} RT")


def standard_potentials(phase: Any, pressure: float) -> list[TemperatureFunction | NotReproduced]:
    """mu/(R T) of every species of a Cantera phase at `pressure` [Pa]."""
    fitted_at = _between(_NODES)
    nodes = np.array([_values(phase, t, pressure) for t in fitted_at])
    compared_at = _between(_COMPARED, RANGE[0] + 0.4, RANGE[1] - 0.4)
    compared = np.array([_values(phase, t, pressure) for t in compared_at])
    found: list[TemperatureFunction | NotReproduced] = []
    for k in range(phase.n_species):
        own = _own_terms(phase.species(k).thermo)
        candidates = [fitted(fitted_at, nodes[:, k])]
        if own is not None:
            rest = nodes[:, k] - _at(own, fitted_at)
            slope = float(
                np.mean(rest * fitted_at)
            )  # a constant volume times the pressure above the reference
            by_pressure = combine([(1.0, own), (slope / _T0, _single("1/u"))])
            candidates = [
                own,
                by_pressure,
                *candidates,
                combine([(1.0, own), (1.0, fitted(fitted_at, rest))]),
            ]
        errors = [float(np.max(np.abs(_at(c, compared_at) - compared[:, k]))) for c in candidates]
        good = [c for c, error in zip(candidates, errors, strict=True) if error < TOLERANCE]
        found.append(good[0] if good else NotReproduced(min(errors)))
    return found


def fitted(
    temperatures: np.ndarray, values: np.ndarray, terms: Sequence[str] = _FITTED_TERMS
) -> TemperatureFunction:
    """The function of `terms` and the powers of t that is nearest to values at some temperatures."""
    t = polynomial_argument(temperatures)
    chebyshev = np.polynomial.chebyshev.chebvander(t, HIGHEST_POWER)[:, 1:]
    further = np.column_stack([_term(name, temperatures) for name in terms])
    coefficients, *_ = np.linalg.lstsq(np.hstack([chebyshev, further]), values, rcond=1e-15)
    series = np.polynomial.chebyshev.cheb2poly(np.concatenate([[0.0], coefficients[:HIGHEST_POWER]]))
    found = dict(zip(terms, coefficients[HIGHEST_POWER:].tolist(), strict=True))
    found["1"] += float(series[0])
    found |= {power(n): float(c) for n, c in enumerate(series) if n}
    return TemperatureFunction(((0.0, found),))


def smooth_fit(value: Callable[[float], float], kink: float | None = None) -> TemperatureFunction:
    """A quantity that varies slowly with temperature as polynomials over `RANGE`, one on each side of a kink
    whose temperature is known to 0.06 K."""
    low, high = RANGE
    ends = [(low, high)] if kink is None or not low < kink < high else [(low, kink), (kink, high)]
    pieces = []
    for start, end in ends:
        at = _between(_NODES, start + (start == kink) * _NEAR_KINK, end - (end == kink) * _NEAR_KINK)
        function = fitted(at, np.array([value(float(t)) for t in at]), ("1", "ln(T - 228)"))
        pieces.append((0.0 if start == low else start, function.pieces[0][1]))
    return TemperatureFunction(tuple(pieces))


def _values(phase: Any, temperature: float, pressure: float) -> np.ndarray:
    """mu/(R T) of each species, from its chemical potential and activity in a mixture."""
    share = 1e-3 if phase.n_species > 1 else 1.0
    x = np.full(phase.n_species, share)
    x[0] = 1.0
    phase.TPX = temperature, pressure, x
    result: np.ndarray = phase.chemical_potentials / (_R * temperature) - np.log(phase.activities)
    return result


def _between(count: int, low: float = RANGE[0], high: float = RANGE[1]) -> np.ndarray:
    """Chebyshev's points over the range."""
    x = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    return 0.5 * (low + high) + 0.5 * (high - low) * x


def _at(function: TemperatureFunction, temperatures: np.ndarray) -> np.ndarray:
    return np.array([float(function(float(t))) for t in temperatures])


def _term(name: str, temperatures: np.ndarray) -> np.ndarray:
    return np.array([float(TERMS[name](float(t) / _T0)) for t in temperatures])


def _single(name: str) -> TemperatureFunction:
    return TemperatureFunction(((0.0, {name: 1.0}),))


# ---- the parameterisations, from their coefficients as Cantera holds them (J, kmol, K)


def _own_terms(thermo: Any) -> TemperatureFunction | None:
    """mu/(R T) at the reference pressure, None for a species whose equation of state has it all."""
    if thermo is None:
        return None
    name, c = type(thermo).__name__, np.array(thermo.coeffs, dtype=float)
    if name == "ConstantCp":
        return _pieces([(0.0, _constant_cp(c[0], c[1] / _R, c[2] / _R, c[3] / _R))])
    if name == "NasaPoly2":
        return _pieces([(0.0, _nasa7(c[8:15])), (c[0], _nasa7(c[1:8]))])
    if name == "Nasa9PolyMultiTempRegion":
        zones = c[1:].reshape(int(c[0]), 11)
        return _pieces([(0.0 if n == 0 else z[0], _nasa9(z[2:])) for n, z in enumerate(zones)])
    if name == "ShomatePoly2":
        return _pieces([(0.0, _shomate(c[1:8])), (c[0], _shomate(c[8:15]))])
    if name == "Mu0Poly":
        return _piecewise_gibbs(float(c[1]), c[2:].reshape(-1, 2))
    return None


def _pieces(pieces: Sequence[tuple[float, dict[str, float]]]) -> TemperatureFunction:
    """Only pieces that begin within the range matter, and the one that holds at its start."""
    low, high = RANGE
    first = max(n for n, (start, _) in enumerate(pieces) if start <= low)
    kept = [(0.0, pieces[first][1]), *((float(s), t) for s, t in pieces[first + 1 :] if s < high)]
    return combine([(1.0, TemperatureFunction(tuple(kept)))])


def _constant_cp(t0: float, h: float, s: float, cp: float) -> dict[str, float]:
    """h, s at t0 and cp over R: mu/(RT) = (h + cp (T - t0))/T - s - cp ln(T/t0)."""
    at_one = cp - s - cp * float(np.log(_T0 / t0))
    return {"1": at_one, "1/u": (h - cp * t0) / _T0, "ln u": -cp}


def _nasa7(a: np.ndarray) -> dict[str, float]:
    ln_t0 = float(np.log(_T0))
    return {
        "1": float(a[0] * (1.0 - ln_t0) - a[6]),
        "ln u": -float(a[0]),
        "1/u": float(a[5]) / _T0,
        "u": -0.5 * float(a[1]) * _T0,
        "u^2": -float(a[2]) * _T0**2 / 6.0,
        "u^3": -float(a[3]) * _T0**3 / 12.0,
        "u^4": -float(a[4]) * _T0**4 / 20.0,
    }


def _nasa9(a: np.ndarray) -> dict[str, float]:
    """a T^-2 + b/T before the terms of the seven coefficients."""
    terms = _nasa7(np.concatenate([a[2:7], a[7:9]]))
    ln_t0 = float(np.log(_T0))
    terms["1/u^2"] = -0.5 * float(a[0]) / _T0**2
    terms["1/u"] += float(a[1]) * (ln_t0 + 1.0) / _T0
    terms["ln u/u"] = float(a[1]) / _T0
    return terms


def _shomate(a: np.ndarray) -> dict[str, float]:
    """A to G for T/1000 K, J/mol/K and kJ/mol: NASA's nine in other units."""
    r = 1e3 * GAS_CONSTANT
    a0, a1, a2, a3, a4, a5, a6 = (float(v) / r for v in a)
    shift = a0 * float(np.log(1000.0))  # its entropy has ln(T/1000 K)
    nine = [a4 * 1e6, 0.0, a0, a1 * 1e-3, a2 * 1e-6, a3 * 1e-9, 0.0, a5 * 1e3, a6 - shift]
    return _nasa9(np.array(nine))


def _piecewise_gibbs(h298: float, points: np.ndarray) -> TemperatureFunction:
    """A constant heat capacity between any two of the points (T, mu), h and mu given at 298.15 K."""
    t, mu = points[:, 0], points[:, 1] / _R  # beyond the last point its heat capacity stays
    start = int(np.argmin(np.abs(t - _T0)))
    h = np.zeros(len(t))
    cp = np.zeros(len(t))
    h[start] = h298 / _R
    for i in range(start, len(t) - 1):
        s = (h[i] - mu[i]) / t[i]
        step = t[i + 1] - t[i]
        cp[i] = (mu[i + 1] - mu[i] + step * s) / (step - t[i + 1] * np.log(t[i + 1] / t[i]))
        h[i + 1] = h[i] + cp[i] * step
    for i in range(start - 1, -1, -1):
        s = (h[i + 1] - mu[i + 1]) / t[i + 1]
        step = t[i + 1] - t[i]
        cp[i] = (mu[i + 1] - mu[i] + step * s) / (step - t[i] * np.log(t[i + 1] / t[i]))
        h[i] = h[i + 1] - cp[i] * step
    return _pieces(
        [
            (0.0 if i == 0 else float(t[i]), _constant_cp(t[i], h[i], (h[i] - mu[i]) / t[i], cp[i]))
            for i in range(len(t) - 1)
        ]
    )
