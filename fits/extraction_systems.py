"""Which measurements each extractant is fitted to, which are held out, and how its parameters make up its
constants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import extraction_contacts as base
import numpy as np
from extraction_liquor import LN10, speciate
from scipy.optimize import brentq

from hydromet.extraction.parameter_file import read

DIVALENT = ("Mn", "Co", "Ni", "Mg", "Ca", "Cu")
LITHIUM, SODIUM = "LiA(HA)", "NaA"
"""The alkalis' complexes; on D2EHPA, where lithium takes more than half of the acid, LiA beside them."""


def fit_all(data: Path, literature: Mapping) -> dict[str, base.Report]:
    d2ehpa, step, step_error = fit_d2ehpa(data, literature)
    cyanex = fit_cyanex(data, literature, step, step_error)
    close_sodium_by_analogy(d2ehpa, cyanex)
    return {
        "cyanex272": cyanex,
        "d2ehpa": d2ehpa,
        "pc88a": derive_pc88a(step, cyanex, d2ehpa),
        "versatic10": derive_versatic(),
    }


def pair(metal: str, log_k: float, step: float) -> dict[str, float]:
    """A divalent metal's two complexes: MA2 follows from MA2(HA)2 by the extractant's common constant."""
    return {f"{metal}A2(HA)2": log_k, f"{metal}A2": log_k + step}


def fit_d2ehpa(data: Path, literature: Mapping) -> tuple[base.Report, float, float]:
    """Single metals at two feed levels; the highest level is held out.

    Cobalt and nickel were measured with the extractant all but used up, where a constant is seen only through
    the little that is left.  They therefore also have a prior from the pH50 read off Jantunen's figure 2b
    (second-hand, 0.8 mol/L HA, the metal taken as a trace): sigma 0.3 in log K, of which 0.2 for a pH read to
    0.1 and as much for the 5 % of TBP in it.
    """
    system = read("d2ehpa")
    laboratory, half = literature["d2ehpa_single_metal"], literature["d2ehpa_half_extraction"]
    calibration = [
        *base.laboratory_contacts(laboratory["low"], "low"),
        *base.laboratory_contacts(base.shared_d2ehpa(data), "middle"),
    ]
    held_out = base.laboratory_contacts(laboratory["high"], "high")

    def expand(x: np.ndarray) -> dict[str, float]:
        constants = {
            name: k
            for metal, log_k in zip(DIVALENT, x, strict=False)
            for name, k in pair(metal, log_k, x[10]).items()
        }
        return constants | {"ZnA2(HA)": x[6], "AlA3(HA)3": x[7], LITHIUM: x[8], "LiA": x[9]}

    start = [-3.0, -5.1, -7.2, -5.2, -1.7, -3.1, -0.8, -2.1, -4.8, -6.0, -1.4]
    prior = [(0.0, 0.0)] * len(start)
    for metal in ("Co", "Ni"):
        log_k = base.from_half_extraction(system.of([metal]), f"{metal}A2(HA)2", half["pH"][metal], 0.4, 0.85)
        prior[DIVALENT.index(metal)] = (log_k, 0.3)
    fitted, x, error = base.fit(system, calibration, expand, start, prior)
    errors = {name: e for metal, e in zip(DIVALENT, error, strict=False) for name in pair(metal, 0.0, 0.0)}
    errors |= {"ZnA2(HA)": error[6], "AlA3(HA)3": error[7], LITHIUM: error[8], "LiA": error[9]}
    report = base.Report(
        {name: (k, errors[name]) for name, k in expand(x).items()},
        base.summary(fitted, calibration, held_out),
        {**base.statistics(fitted, calibration), **base.statistics(fitted, held_out)},
        ["sx_d2ehpa_single_metal.csv", "extraction_literature.yaml: low feeds; pH50 of Co and Ni as priors"],
        ["extraction_literature.yaml: high feeds"],
    )
    return report, float(x[10]), float(error[10])


def fit_cyanex(data: Path, literature: Mapping, step: float, step_error: float) -> base.Report:
    """Second digitisation of Jantunen's figure 3b, the plant's magnesium, and D2EHPA's common constant as a
    prior.

    Held out: the automatic digitisation with its pH axis put right, the half extractions at phase ratio 1 and
    the plant's nickel.
    """
    system = read("cyanex272")
    second, plant = literature["cyanex272_second_digitisation"], literature["cyanex272_plant"]
    half = literature["cyanex272_half_extraction"]
    shared = base.shared_cyanex(data)
    offset = base.axis_offset(shared, second)
    moved = {
        m: [(p if abs(p - 5.27) < 1e-6 else p - offset, e) for p, e in points]
        for m, points in shared.items()
        if m != "Na"
    }
    calibration = [
        *base.leachate_contacts(second, second, 2.5, "second digitisation"),
        *base.plant_contacts(plant, ["Mg"]),
    ]
    held_out = [
        *base.leachate_contacts(moved, second, 2.5, f"automatic digitisation, pH less {offset:.2f}"),
        base.half_extraction(half["pH"]["Mn"], "Mn", {"Mn": 0.5, "Co": 0.12}, 1.0, "pH50 at O/A 1", 0.2),
        base.half_extraction(half["pH"]["Co"], "Co", {"Mn": 0.9, "Co": 0.5}, 1.0, "pH50 at O/A 1", 0.2),
        *base.plant_contacts(plant, ["Ni"]),
    ]
    pairs = ("Mn", "Co", "Ni", "Mg")

    def expand(x: np.ndarray) -> dict[str, float]:
        constants = {
            name: k
            for metal, log_k in zip(pairs, x, strict=False)
            for name, k in pair(metal, log_k, x[6]).items()
        }
        return constants | {LITHIUM: x[4], SODIUM: x[5]}

    prior = [(0.0, 0.0)] * 6 + [(step, step_error)]
    fitted, x, error = base.fit(
        system, calibration, expand, [-5.4, -6.1, -9.1, -7.8, -6.1, -7.3, step], prior
    )
    constants = {
        name: (k, e)
        for metal, log_k, e in zip(pairs, x, error, strict=False)
        for name, k in pair(metal, log_k, x[6]).items()
    }
    constants |= {LITHIUM: (x[4], error[4]), SODIUM: (x[5], error[5])}
    calcium = _plant_calcium(fitted, literature["cyanex272_plant_calcium"], x[6])
    constants |= {name: (k, 0.5) for name, k in pair("Ca", calcium, x[6]).items()}
    constants |= {name: (k, 0.3) for name, k in pair("Cu", _copper_in_cyanex(fitted, x[6]), x[6]).items()}
    return base.Report(
        constants,
        base.summary(fitted, calibration, held_out),
        {**base.statistics(fitted, calibration), **base.statistics(fitted, held_out)},
        ["extraction_literature.yaml: second digitisation, plant Mg and Ca"],
        ["sx_cyanex272_isotherm.csv", "extraction_literature.yaml: pH50 at O/A 1, plant Ni"],
    )


def _plant_calcium(system: base.ExtractionSystem, plant: Mapping, step: float) -> float:
    """log K from the mean fall of calcium over the circuit, about one digit of the analysis (mg/L)."""
    nickel = plant["nickel"] / 1000.0 / base.MOLAR_MASS["Ni"]
    liquor = speciate({"Ni": nickel, "Ca": plant["aqueous"] / 1000.0 / base.MOLAR_MASS["Ca"]}, plant["pH"])
    ln_free = system.ln_free_extractant(
        plant["extractant"] / 2.0, {"Ni": liquor.ln_activity["Ni"]}, -plant["pH"] * LN10
    )
    ratio = plant["fall"] * plant["phase_ratio"] / plant["aqueous"]
    both = math.exp(2.0 * ln_free) + 10.0**step * math.exp(ln_free)
    return math.log10(ratio / both) - liquor.ln_ratio("Ca") / LN10 - 2.0 * plant["pH"]


def _copper_in_cyanex(system: base.ExtractionSystem, step: float) -> float:
    """D = 1 at pH 4.35 with 0.1 mol/L dimer in 0.1 mol/L sulfate (log D = -3.15 + pH + 1.2 log dimer)."""
    alone = base.from_half_extraction(system, "CuA2(HA)2", 3.15 - 1.2 * math.log10(0.1), 0.1, 0.1)
    return alone - math.log10(1.0 + 10.0**step / 0.1)


def close_sodium_by_analogy(d2ehpa: base.Report, cyanex: base.Report) -> None:
    """Sodium on D2EHPA: below lithium by as much as on Cyanex 272 (no measurement was read)."""
    below = cyanex.constants[SODIUM][0] - cyanex.constants[LITHIUM][0]
    d2ehpa.constants[SODIUM] = (d2ehpa.constants[LITHIUM][0] + below, 0.5)


def derive_pc88a(step: float, cyanex: base.Report, d2ehpa: base.Report) -> base.Report:
    """Cobalt and nickel from one two-stage result each; alkali halfway between D2EHPA and Cyanex 272.

    Nickel's test runs close to the loading ceiling, which is why its constant is known to a factor of ten
    only.
    """
    constants = {
        name: (0.5 * (cyanex.constants[name][0] + d2ehpa.constants[name][0]), 0.7)
        for name in (LITHIUM, SODIUM)
    }
    system = base.with_constants(read("pc88a"), {k: v for k, (v, _) in constants.items()})
    tests = {
        "Co": ({"Co": 25.1, "Ni": 2.54, "Li": 6.2}, 4.5, 3.0, 0.28, 0.998, 0.5),
        "Ni": ({"Ni": 2.54, "Li": 4.82}, 6.5, 1.0, 0.075, 0.996, 1.0),
    }
    for metal, (feed, pH, phase_ratio, dimer, recovery, error) in tests.items():
        amounts = {m: g / base.MOLAR_MASS[m] for m, g in feed.items()}
        k = brentq(
            lambda k, m=metal, f=amounts, p=pH, r=phase_ratio, d=dimer, y=recovery: (
                _two_stage_recovery(system, m, k, step, f, p, r, d) - y
            ),
            -14.0,
            0.0,
        )
        constants |= {name: (value, error) for name, value in pair(metal, k, step).items()}
    return base.Report(
        constants,
        {"calibration": "one reported result for each of Co and Ni", "held_out": "none"},
        {},
        ["abstracts of nguyen2014 and nguyen2015"],
        [],
    )


def _two_stage_recovery(
    system: base.ExtractionSystem,
    metal: str,
    log_k: float,
    step: float,
    feed: Mapping[str, float],
    pH: float,
    phase_ratio: float,
    dimer: float,
) -> float:
    """Fraction of `metal` extracted in two counter-current stages at one pH, lithium and sodium competing."""
    trial = base.with_constants(system, pair(metal, log_k, step))
    trial = trial.of([metal, "Li", "Na"])
    sulfate = speciate(feed, 3.0).sulfate
    spent = speciate({m: c * (0.003 if m == metal else 1.0) for m, c in feed.items()}, pH, sulfate=sulfate)

    def loading(aqueous: float) -> float:
        ln_a = {**spent.ln_activity, metal: math.log(aqueous) + spent.ln_ratio(metal)}
        ln_a = {m: v for m, v in ln_a.items() if m in trial.components}
        ln_free = trial.ln_free_extractant(dimer, ln_a, -pH * LN10)
        return trial.loading(trial.concentrations(ln_a, -pH * LN10, ln_free))[metal]

    def second_stage(raffinate: float) -> float:
        """Feed to the last stage for a given raffinate: fresh organic enters there."""
        return raffinate + phase_ratio * loading(raffinate)

    if second_stage(1e-12) + phase_ratio * (loading(second_stage(1e-12)) - loading(1e-12)) > feed[metal]:
        return 1.0
    raffinate = brentq(
        lambda x: second_stage(x) + phase_ratio * (loading(second_stage(x)) - loading(x)) - feed[metal],
        1e-12,
        feed[metal],
    )
    return 1.0 - raffinate / feed[metal]


def derive_versatic() -> base.Report:
    """Constants from pH50 (0.5 mol/L HA and 0.1 mol/L sodium sulfate assumed, sodium not competing)."""
    system = read("versatic10")
    half = {"Ni": (6.30, 0.4), "Mg": (8.25, 0.6), "Ca": (8.40, 0.6), "Co": (6.44, 0.4), "Mn": (6.64, 0.4)}
    constants = {
        f"{m}A2(HA)2": (base.from_half_extraction(system, f"{m}A2(HA)2", pH, 0.25, 0.1), error)
        for m, (pH, error) in half.items()
    }
    return base.Report(
        constants,
        {"calibration": "one published pH50 per metal", "held_out": "none"},
        {},
        ["abstracts of pretoria_thesis and cheng_lix63"],
        [],
    )
