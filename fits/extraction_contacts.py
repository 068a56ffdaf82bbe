"""Equilibrium contacts read from tables, their prediction by an extraction system, and the least squares
between them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from extraction_liquor import LN10, speciate
from scipy.optimize import brentq, least_squares

from hydromet.extraction.mass_action import ExtractionSystem

MOLAR_MASS = {
    "Li": 6.94,
    "Na": 22.99,
    "Ni": 58.693,
    "Co": 58.933,
    "Mn": 54.938,
    "Cu": 63.546,
    "Mg": 24.305,
    "Zn": 65.38,
    "Ca": 40.078,
    "Al": 26.982,
}
LEAST, MOST = 2.5, 97.5
Constants = Mapping[str, float]


@dataclass(frozen=True)
class Contact:
    """One equilibrium contact: what went in and what was measured (log10 D by component)."""

    series: str
    dimer: float
    pH: float
    ln_ratio: Mapping[str, float]  # ln(activity / total) of the metals whose feed is known
    feed: Mapping[str, float]  # mol/L of them before the contact
    ln_activity: Mapping[str, float]  # of the components whose aqueous concentration is known
    phase_ratio: float
    measured: Mapping[str, float]
    sigma: float = 0.1


def with_constants(system: ExtractionSystem, log_k: Constants) -> ExtractionSystem:
    """The system with other constants, by the complex's name."""
    return replace(
        system,
        complexes=tuple(
            replace(c, constant=replace(c.constant, log_k=log_k[c.name])) if c.name in log_k else c
            for c in system.complexes
        ),
    )


def equilibrate(system: ExtractionSystem, contact: Contact) -> dict[str, float]:
    """log10 D of every component of a contact; for a known aqueous concentration, log10 of the loading."""
    ln_h = -contact.pH * LN10

    def state(ln_free: float) -> tuple[float, dict[str, float]]:
        per_unit = {**{m: r for m, r in contact.ln_ratio.items() if m in contact.feed}, **contact.ln_activity}
        c = system.concentrations(per_unit, ln_h, ln_free)
        ratio = system.loading(c)
        held = math.exp(ln_free)
        for item in system.complexes:
            if item.name in c:
                (m,) = item.components
                aqueous = (
                    contact.feed[m] / (1.0 + contact.phase_ratio * ratio[m]) if m in contact.feed else 1.0
                )
                held += item.extractants * c[item.name] * aqueous
        return held, ratio

    ln_free = brentq(
        lambda x: math.log(state(x)[0] / contact.dimer), -90.0, math.log(contact.dimer) + 1e-9, xtol=1e-12
    )
    return {m: math.log10(max(r, 1e-300)) for m, r in state(ln_free)[1].items()}


def log_ratio(percent: float, phase_ratio: float) -> float:
    return math.log10(percent / (100.0 - percent) / phase_ratio)


def informative(percent: float) -> bool:
    return LEAST < percent < MOST


# Jantunen 2022, Cyanex 272
# -------------------------------------------------------------------------------------------

LEACHATE = {m: g / MOLAR_MASS[m] for m, g in {"Li": 2.52, "Ni": 2.05, "Co": 16.5, "Mn": 2.09}.items()}
JANTUNEN_DIMER = 0.4  # 0.8 mol/L of HA


def leachate_contacts(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    reference: Mapping[str, Sequence],
    phase_ratio: float,
    series: str,
) -> list[Contact]:
    """Contacts of the leachate at each pH; the aqueous composition for the activities comes from
    `reference`."""
    sulfate = speciate(LEACHATE, 1.0).sulfate  # the leachate before caustic: pH about 1
    by_pH: dict[float, dict[str, float]] = {}
    for metal, points in curves.items():
        for pH, percent in points:
            if informative(percent):
                by_pH.setdefault(round(pH, 3), {})[metal] = log_ratio(percent, phase_ratio)
    contacts = []
    for pH, measured in sorted(by_pH.items()):
        left = {m: c * max(1.0 - _extracted(reference.get(m, ()), pH), 1e-6) for m, c in LEACHATE.items()}
        liquor = speciate(left, pH, sulfate=sulfate)
        contacts.append(
            Contact(
                series,
                JANTUNEN_DIMER,
                pH,
                {m: liquor.ln_ratio(m) for m in LEACHATE},
                LEACHATE,
                {"Na": liquor.ln_activity["Na"]},
                phase_ratio,
                {m: v + (math.log10(liquor.total["Na"]) if m == "Na" else 0.0) for m, v in measured.items()},
            )
        )
    return contacts


def _extracted(points: Sequence[Sequence[float]], pH: float) -> float:
    if not points:
        return 0.0
    known = [(points[0][0] - 1.0, 0.0), *points, (points[-1][0] + 1.0, points[-1][1])]
    return float(np.interp(pH, [p for p, _ in known], [e for _, e in known])) / 100.0


def shared_cyanex(data: Path) -> dict[str, list[tuple[float, float]]]:
    curves: dict[str, list[tuple[float, float]]] = {}
    with (data / "nmc" / "sx_cyanex272_isotherm.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            curves.setdefault(row["metal"], []).append((float(row["pH_eq"]), float(row["E_percent"])))
    return curves


def axis_offset(shared: Mapping[str, Sequence], second: Mapping[str, Sequence]) -> float:
    """pH by which the automatic digitisation lies above the second one, from markers of equal extraction
    (Ni)."""
    shifts = []
    for pH, percent in shared["Ni"]:
        if 10.0 < percent < 90.0 and abs(pH - 5.27) > 1e-6:
            x = [e for _, e in second["Ni"]]
            shifts.append(pH - float(np.interp(percent, x, [p for p, _ in second["Ni"]])))
    return float(np.median(shifts))


# Cyanex 272 plant: third stage
# --------------------------------------------------------------------------------------


def plant_contacts(table: Mapping, metals: Sequence[str]) -> list[Contact]:
    """Loaded organic from the overall balance, with the third stage's liquor (where it leaves).

    The stated 0.4731 mol/L is taken as HA (15 % by volume): taken as dimer, the loadings would be half of
    what the isotherms of Jantunen 2022 give, on every day.
    """
    contacts = []
    for organic, flow, ni_feed, ni_out, ni_third, pH, mg_feed, mg_third in table["rows"]:
        left = {"Ni": ni_third / 1000.0 / MOLAR_MASS["Ni"]}
        loaded = {"Ni": (ni_feed - ni_out) / 1000.0 * flow / organic / MOLAR_MASS["Ni"]}
        if mg_feed is not None:
            left["Mg"] = mg_third / 1000.0 / MOLAR_MASS["Mg"]
            loaded["Mg"] = (
                (mg_feed - 0.5) / 1000.0 * flow / organic / MOLAR_MASS["Mg"]
            )  # raffinate below 1 mg/L
        liquor = speciate(left, pH)
        contacts.append(
            Contact(
                "plant, third stage",
                table["extractant"] / 2.0,
                pH,
                {},
                {},
                {m: liquor.ln_activity[m] for m in left},
                1.0,
                {m: math.log10(loaded[m]) for m in loaded if m in metals},
                sigma=0.2,
            )
        )
    return [c for c in contacts if c.measured]


# D2EHPA
# ------------------------------------------------------------------------------------------------------------

LABORATORY_DIMER = 0.6053  # 40 % by volume; the table doesn't state it


def laboratory_contacts(rows: Mapping[str, Sequence[float]], level: str) -> list[Contact]:
    contacts = []
    for metal, (pH, aqueous, organic) in rows.items():
        liquor = speciate({metal: aqueous / 1000.0 / MOLAR_MASS[metal]}, pH)
        contacts.append(
            Contact(
                f"single metals, {level} feed",
                LABORATORY_DIMER,
                pH,
                {},
                {},
                {metal: liquor.ln_activity[metal]},
                1.0,
                {metal: math.log10(organic / 1000.0 / MOLAR_MASS[metal])},
                sigma=0.05,
            )
        )
    return contacts


def shared_d2ehpa(data: Path) -> dict[str, list[float]]:
    with (data / "nmc" / "sx_d2ehpa_single_metal.csv").open(encoding="utf-8") as table:
        return {
            r["metal"]: [float(r["pH_eq"]), float(r["C_aq_mg_L"]), float(r["C_org_mg_L"])]
            for r in csv.DictReader(table)
        }


def half_extraction(
    pH: float, metal: str, extracted: Mapping[str, float], phase_ratio: float, series: str, sigma: float
) -> Contact:
    """The leachate at the pH of half extraction of `metal`, the others extracted as stated."""
    sulfate = speciate(LEACHATE, 1.0).sulfate
    liquor = speciate(
        {m: c * (1.0 - extracted.get(m, 0.0)) for m, c in LEACHATE.items()}, pH, sulfate=sulfate
    )
    return Contact(
        series,
        JANTUNEN_DIMER,
        pH,
        {m: liquor.ln_ratio(m) for m in LEACHATE},
        LEACHATE,
        {"Na": liquor.ln_activity["Na"]},
        phase_ratio,
        {metal: -math.log10(phase_ratio)},
        sigma,
    )


# fitting
# -----------------------------------------------------------------------------------------------------------


def residuals(system: ExtractionSystem, contacts: Sequence[Contact]) -> list[tuple[str, str, float, float]]:
    """(series, metal, error in log10 D, sigma) of each measurement."""
    out = []
    for contact in contacts:
        found = equilibrate(system, contact)
        out += [(contact.series, m, found[m] - v, contact.sigma) for m, v in contact.measured.items()]
    return out


def fit(
    system: ExtractionSystem,
    contacts: Sequence[Contact],
    expand: Callable[[np.ndarray], dict[str, float]],
    start: Sequence[float],
    prior: Sequence[tuple[float, float]] | None = None,
) -> tuple[ExtractionSystem, np.ndarray, np.ndarray]:
    """Robust least squares; returns the fitted system, the parameters and their standard errors."""

    def weighted(x: np.ndarray) -> np.ndarray:
        r = [e / s for _, _, e, s in residuals(with_constants(system, expand(x)), contacts)]
        r += [(xi - p) / s for xi, (p, s) in zip(x, prior, strict=True) if s > 0.0] if prior else []
        return np.array(r)

    best = least_squares(weighted, np.asarray(start, dtype=float), loss="soft_l1", x_scale=0.3)
    scale = max(1.0, math.sqrt(2.0 * best.cost / max(1, best.fun.size - best.x.size)))
    covariance = np.linalg.pinv(best.jac.T @ best.jac) * scale**2
    return with_constants(system, expand(best.x)), best.x, np.sqrt(np.diag(covariance))


def statistics(system: ExtractionSystem, contacts: Sequence[Contact]) -> dict[str, dict[str, float]]:
    table: dict[str, list[float]] = {}
    for series, metal, error, _ in residuals(system, contacts):
        table.setdefault(f"{series}: {metal}", []).append(error)
    return {
        k: {
            "points": len(v),
            "bias_logD": round(float(np.mean(v)), 3),
            "rmse_logD": round(math.sqrt(float(np.mean(np.square(v)))), 3),
        }
        for k, v in table.items()
    }


def root_mean_square(system: ExtractionSystem, contacts: Sequence[Contact]) -> float:
    return math.sqrt(float(np.mean([e * e for _, _, e, _ in residuals(system, contacts)])))


def summary(
    system: ExtractionSystem, calibration: Sequence[Contact], held_out: Sequence[Contact]
) -> dict[str, dict]:
    return {
        part: {
            "points": sum(len(c.measured) for c in contacts),
            "rmse_logD": round(root_mean_square(system, contacts), 3),
        }
        for part, contacts in (("calibration", calibration), ("held_out", held_out))
    }


def from_half_extraction(
    system: ExtractionSystem, name: str, pH: float, dimer: float, background: float
) -> float:
    """log K of a complex that has D = 1 at `pH` for a trace in sodium sulfate of `background` mol/L.

    The trace takes no extractant, so that the free dimer is the whole less what sodium binds where the system
    has it.
    """
    item = next(c for c in system.complexes if c.name == name)
    (metal,) = item.components
    liquor = speciate({metal: 1e-5}, pH, sulfate=background)
    sodium = system.of(["Na"])
    ln_free = sodium.ln_free_extractant(dimer, {"Na": liquor.ln_activity["Na"]}, -pH * LN10)
    ln_d = (
        item.composition[metal] * liquor.ln_ratio(metal) + item.extractants * ln_free + item.acid * pH * LN10
    )
    return -ln_d / LN10


@dataclass
class Report:
    """What a fit found: (log K, uncertainty) by complex, statistics by series, and what it stood on."""

    constants: dict[str, tuple[float, float]]
    statistics: dict[str, object]
    series: dict[str, dict[str, float]]
    data: list[str]
    held_out: list[str]
