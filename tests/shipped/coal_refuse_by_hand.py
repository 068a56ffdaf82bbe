"""The coal-refuse plant in plain numbers, by substitution and without the engine: a second opinion on it.

Inputs and correlations as the published case prints them (docs/coal-refuse.md names the interpretations).
Flows in mol/h, volumes in L/h; liquors have a kilogram of water per litre.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import brentq, root

from flowsheet.chemistry.formula import parse

METALS = ("Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Gd", "Dy", "Al", "Ca", "Fe")
OXIDES = tuple("CaO" if m == "Ca" else f"{m}2O3" for m in METALS)
PER_OXIDE = np.array([1.0 if m == "Ca" else 2.0 for m in METALS])
CHARGE = np.array([2.0 if m == "Ca" else 3.0 for m in METALS])
OXIDE_MASS = np.array([parse(o).molar_mass for o in OXIDES]) / 1000.0
WATER_LITRES = parse("H2O").molar_mass / 1000.0
KA2 = 10**-1.99

# by the order of METALS: log10 D = (m0 + m1 d) pH + b0 + b1 log10 d
_M0 = np.array([0.0, 1.63166, 0.54, 0.30916, 0.29, 0.31183, 0.81233, 1.0225, 1.70783, 0.0, 0.0, 0.0])
_M1 = np.array([0.0, 0.15166, 0.0, 0.04816, 0.0, 0.03763, -0.02247, 0.0195, 0.06443, 0.0, 0.0, 0.0])
_B0 = np.array(
    [
        *(np.log10(632.4976), -2.12601, -1.93, -1.66021, -1.48, -1.62372, -2.12172, -2.24143, -2.42226),
        *np.log10([0.0531, 0.0658, 0.1496]),
    ]
)
_B1 = np.array([0.0, 0.26612, 0.0, -0.38599, 0.0, -0.38096, 0.17414, 0.03065, -0.02538, 0.0, 0.0, 0.0])
_EXTRACTANT_MASS, _COMMERCIAL = 322.431, 975.8

# rate = eps B [H+]^A (1 - X)^(2/3)
_A = np.array(
    [
        *(0.763764, 0.580701, 0.443101, 0.601391, 0.501916, 0.702951, 0.578717, 1.063667, 0.428088),
        *(1.49672, 0.159744, 0.902948),
    ]
)
_B = np.array(
    [
        *(7.55073e-4, 5.28612e-4, 1.028295e-3, 7.05005e-3, 5.22858e-4, 6.28994e-3, 2.52479e-4, 1.340847e-2),
        *(4.56708e-5, 405.505, 0.0818447, 11.3471),
    ]
)
_FRACTIONS = np.array(
    [
        *(2.77966e-5, 3.28653e-5, 6.77769e-5, 1.56161e-4, 1.71438e-5, 6.76618e-5, 1.47926e-5, 1.0405e-5),
        *(7.54827e-6, 0.237, 3.31e-3, 0.0642),
    ]
)
_SOLID_DENSITY = 2.4
_TANK = 378.5411784
PRECIPITATED = (
    np.array([31.61, 74.46, 51.51, 68.07, 78.0, 81.55, 87.35, 88.01, 87.16, 0.9, 20.5, 2.44]) / 100.0
)


@dataclass(frozen=True)
class Liquor:
    """Volume [L/h], total hydrogen, sulfate, chloride and metals [mol/h]."""

    volume: float
    hydrogen: float = 0.0
    sulfate: float = 0.0
    chloride: float = 0.0
    metals: np.ndarray = field(default_factory=lambda: np.zeros(len(METALS)))

    def __add__(self, other: Liquor) -> Liquor:
        return Liquor(*(a + b for a, b in zip(self.parts(), other.parts(), strict=True)))

    def __rmul__(self, factor: float) -> Liquor:
        return Liquor(*(factor * a for a in self.parts()))

    def parts(self) -> tuple:
        return self.volume, self.hydrogen, self.sulfate, self.chloride, self.metals

    def vector(self) -> np.ndarray:
        return np.concatenate([self.parts()[:4], self.metals])

    @property
    def free_acid(self) -> float:
        """[H+] in mol/L: what bisulfate leaves of the total."""
        h, s = self.hydrogen / self.volume, self.sulfate / self.volume
        b = KA2 + s - h
        return 0.5 * (-b + np.sqrt(b * b + 4.0 * KA2 * h))


def leach_tank(
    liquor: Liquor, oxides: np.ndarray, fed: np.ndarray, inert: float
) -> tuple[Liquor, np.ndarray]:
    """One tank: what leaves it, and the oxides left [mol/h]."""
    acid, water = np.where(PER_OXIDE == 1.0, 2.0, 6.0), np.where(PER_OXIDE == 1.0, 1.0, 3.0)

    def left(h: float, eps: float) -> np.ndarray:
        rate = _TANK * eps * _B * h**_A / fed ** (2.0 / 3.0)
        cube = [
            brentq(
                lambda u, r=r, n=n: u**3 + r * u * u - n, 0.0, 1.0001 * n ** (1 / 3), xtol=1e-18, rtol=1e-14
            )
            for r, n in zip(rate, oxides, strict=True)
        ]
        return np.array(cube) ** 3

    def after(n: np.ndarray) -> Liquor:
        gone = oxides - n
        return liquor + Liquor(WATER_LITRES * (gone @ water), -gone @ acid, metals=PER_OXIDE * gone)

    def pulp(n: np.ndarray) -> float:
        mass = inert + n @ OXIDE_MASS
        return mass / (mass / _SOLID_DENSITY + after(n).volume)

    def residual(v: np.ndarray) -> list[float]:
        n = left(*np.exp(v))
        return [np.log(max(after(n).free_acid, 1e-12)) - v[0], np.log(pulp(n)) - v[1]]

    for share in (0.5, 0.1, 0.9, 0.01):
        found = root(residual, [np.log(share * liquor.free_acid), np.log(pulp(oxides))], tol=1e-13)
        if np.max(np.abs(residual(found.x))) < 1e-9:
            n = left(*np.exp(found.x))
            return after(n), n
    raise ArithmeticError("a leach tank has no solution")


def contact(
    liquor: Liquor, loaded: np.ndarray, volume: float, extractant: float
) -> tuple[Liquor, np.ndarray]:
    """One stage: liquor and organic [mol/h] that leave; `extractant` all D2EHPA [mol/L]."""
    per_percent = _COMMERCIAL / 100.0 / _EXTRACTANT_MASS
    total = liquor.metals + loaded

    def organic(h: float, dosage: float) -> np.ndarray:
        ratio = 10.0 ** (-(_M0 + _M1 * dosage) * np.log10(h) + _B0 + _B1 * np.log10(dosage))
        return total * ratio * volume / (liquor.volume + ratio * volume)

    def dosage(h: float) -> float:
        def excess(d: float) -> float:
            return d - (extractant - CHARGE @ organic(h, d) / volume) / per_percent

        return brentq(excess, 1e-9, extractant / per_percent, xtol=1e-14, rtol=1e-14)

    def after(h: float) -> tuple[Liquor, np.ndarray]:
        taken = organic(h, dosage(h))
        given = CHARGE @ (taken - loaded)
        return liquor + Liquor(0.0, given, metals=loaded - taken), taken

    def residual(log_h: float) -> float:
        out, _ = after(10.0**log_h)
        return log_h - np.log10(max(out.free_acid, 1e-14))

    return after(10.0 ** brentq(residual, -7.0, 1.5, xtol=1e-13))


@dataclass
class Section:
    """Stages of one circuit: liquor enters the first, organic the last."""

    count: int
    volume: float
    extractant: float

    def __post_init__(self) -> None:
        self.liquors = [Liquor(1.0)] * self.count
        self.organics = [np.zeros(len(METALS))] * self.count

    def sweep(self, feed: Liquor, organic: np.ndarray, times: int = 3) -> None:
        for _ in range(times):
            for k in range(self.count):
                entering = feed if k == 0 else self.liquors[k - 1]
                loaded = organic if k == self.count - 1 else self.organics[k + 1]
                self.liquors[k], self.organics[k] = contact(entering, loaded, self.volume, self.extractant)


@dataclass(frozen=True)
class Plant:
    """What the substitution ends at: liquors and oxides [mol/h]."""

    leached: Liquor
    raffinate: Liquor
    scrub_liquor: Liquor
    strip_liquor: Liquor
    cleaner_raffinate: Liquor
    cleaner_strip: Liquor
    filtrate: Liquor
    product: np.ndarray


def refuse(factor: float = 1.0) -> tuple[np.ndarray, float]:
    """Oxides [mol/h] and inerts [kg/h] of the solid feed."""
    mass = 22.68 * factor
    return _FRACTIONS * mass / OXIDE_MASS, (1.0 - _FRACTIONS.sum()) * mass


def hydrochloric(volume: float, hydrogen: float, chloride: float) -> Liquor:
    """An acid as printed, mg/L of H at 1 g/mol and of Cl at 35.453 g/mol."""
    return Liquor(volume, volume * hydrogen / 1000.0, 0.0, volume * chloride / 35.453 / 1000.0)


def plant(refuse_factor: float = 1.0, acid_factor: float = 1.0, tolerance: float = 1e-11) -> Plant:
    """Substitute round all recycles until nothing changes."""
    fed, inert = refuse(refuse_factor)
    bisulfate, sulfate = 25.025 / 97.0, 0.915 / 96.0
    leach_acid = acid_factor * Liquor(100.0, 100.0 * (0.277 + bisulfate), 100.0 * (bisulfate + sulfate))
    scrub_acid = acid_factor * hydrochloric(0.1, 981.44, 34518.74)
    rougher_acid = acid_factor * hydrochloric(3.375, 1008.0, 35453.0)
    cleaner_acid = acid_factor * hydrochloric(3.517, 1008.0, 35453.0)
    strength = 195.16 / _EXTRACTANT_MASS
    extraction, scrub, strip = (Section(n, 128.9, strength) for n in (3, 1, 2))
    cleaning, last_strip = (Section(n, 603.3, strength) for n in (3, 3))
    raffinate = scrub_liquor = cleaner_raffinate = filtrate = Liquor(0.0)
    before = np.zeros(0)
    for _ in range(3000):
        leached, oxides = leach_acid + 0.9 * raffinate + 0.9 * scrub_liquor, fed
        for _ in range(2):
            leached, oxides = leach_tank(leached, oxides, fed, inert)
        extraction.sweep(0.7 * leached + cleaner_raffinate, 0.9 * strip.organics[0])
        scrub.sweep(scrub_acid, extraction.organics[0])
        strip.sweep(rougher_acid, scrub.organics[0])
        cleaning.sweep(strip.liquors[-1] + 0.9 * filtrate, 0.9 * last_strip.organics[0])
        last_strip.sweep(cleaner_acid, cleaning.organics[0])
        raffinate, scrub_liquor, cleaner_raffinate = (s.liquors[-1] for s in (extraction, scrub, cleaning))
        rich = last_strip.liquors[-1]
        solid = PRECIPITATED * rich.metals
        poor = rich + Liquor(0.0, metals=-solid)
        filtrate = 0.9 * poor
        now = np.concatenate(
            [
                raffinate.vector(),
                cleaner_raffinate.vector(),
                filtrate.vector(),
                *strip.organics,
                *last_strip.organics,
            ]
        )
        if before.size and np.max(np.abs(now - before) / (np.abs(now) + 1e-30)) < tolerance:
            product = 0.95 * (solid + 0.1 * poor.metals) / PER_OXIDE
            return Plant(
                leached,
                raffinate,
                scrub_liquor,
                strip.liquors[-1],
                cleaner_raffinate,
                rich,
                filtrate,
                product,
            )
        before = now
    raise ArithmeticError("the recycles did not settle")
