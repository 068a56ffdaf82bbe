"""Constants that rest on PC-88A's fit or on single conditions: the whole series, D2EHPA, TODGA.

The series: elements between those measured take their constants from the polynomial in the ionic radius.

D2EHPA against PC-88A: one laboratory measured both at the same volume fractions on the same liquor and gives
log10 D against pH; at D = 1, with z protons and dimers per metal,

    log K(D2EHPA) - log K(PC-88A) = z (pH50(PC-88A) - pH50(D2EHPA)) + z log(dimer(PC-88A) / dimer(D2EHPA))

in which whatever the liquor was cancels.  Lines that reach D = 1 outside pH 0.5 to 3 are left out: they are
extrapolated there.

TODGA: log10 K = log10 D - log10(a_M/C_M) - 3 log10 a_Cl - 3 log10 [TODGA] at the one acidity where D differs
between elements, metals as traces in hydrochloric acid, SIT activities of `rare_earth`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ree_extraction_contacts import series
from ree_extraction_model import LN10, RADII, Fitted

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.solve.speciation import Speciation
from hydromet.extraction.parameter_file import read

Constants = Mapping[str, tuple[float, float]]
"""(log10 K, uncertainty) by the complex's name."""
SERIES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Y", "Er")
HALF_EXTRACTION = (0.5, 3.0)
"""pH within which a line's D = 1 is taken as measured."""
TODGA = 0.1
"""mol/L in the one table."""


def acid_of_series(fitted: Fitted, uncertainty: float) -> dict[str, tuple[float, float]]:
    """Constants of all complexes of a form in the ionic radius, for the whole series."""
    form = fitted.form
    x = series(RADII, SERIES)
    powers = np.stack([x**k for k in range(form.coefficients)], axis=1)
    first = powers @ fitted.x[: form.coefficients] / LN10
    error = np.sqrt((powers**2) @ (fitted.error[: form.coefficients] / LN10) ** 2 + uncertainty**2)
    formula = {3: "{}A3(HA)3", 2: "{}ClA2(HA)2"}
    step = {form.complexes[0]: 0.0}
    if len(form.complexes) == 2:
        step[form.complexes[1]] = fitted.x[form.coefficients] / LN10
    return {
        formula[z].format(e): (float(k + more), float(s))
        for z, more in step.items()
        for e, k, s in zip(SERIES, first, error, strict=True)
    }


def d2ehpa_step(data: Path, protons: int) -> tuple[float, float, dict[str, float]]:
    """log10 K of D2EHPA above PC-88A: mean, standard deviation, and by element and volume fraction."""
    half: dict[tuple[str, float, str], float] = {}
    with (data / "ree" / "sx_logD_pH_fits.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            pH = -float(row["b"]) / float(row["a_slope[logD per pH]"])
            if HALF_EXTRACTION[0] <= pH <= HALF_EXTRACTION[1]:
                half[row["extractant"], float(row["vol_frac"]), row["element"]] = pH
    pc88a, d2ehpa = (read(name).extractant for name in ("pc88a_ree", "d2ehpa_ree"))
    found = {}
    for (name, fraction, element), pH in half.items():
        other = half.get(("P507", fraction, element))
        if name == "D2EHPA" and other is not None:
            dimers = np.log10(pc88a.concentration(fraction) / d2ehpa.concentration(fraction))
            found[f"{element} at {100.0 * fraction:g} %"] = float(protons * (other - pH + dimers))
    values = list(found.values())
    return float(np.mean(values)), float(np.std(values, ddof=1)), found


def todga_constants(data: Path) -> tuple[dict[str, tuple[float, float]], dict[str, Any]]:
    """log10 K of MCl3(TODGA)3 from the row at 3 mol/L, and how its repeats scatter.

    Equal repeats count once; the median of the distinct ones is taken.
    """
    with (data / "ree" / "sx_todga_hcl.csv").open(encoding="utf-8") as table:
        row = max(csv.DictReader(table), key=lambda r: float(r["acid_conc[mol/L]"]))
    acid = float(row["acid_conc[mol/L]"])
    constants, scatter = {}, {}
    known = [e for e in SERIES if f"D_{e}[-]" in row]
    for element in known:
        log_ratio = np.log10(sorted({float(text) for text in row[f"D_{element}[-]"].split("|")}))
        ln_ratio, ln_chloride = _in_acid(element, acid)
        log_k = np.median(log_ratio) - (ln_ratio + 3.0 * ln_chloride) / LN10 - 3.0 * np.log10(TODGA)
        scatter[element] = float(np.std(log_ratio, ddof=1))
        constants[f"{element}Cl3(TODGA)3"] = float(log_k), scatter[element]
    curve = np.polyfit(series(RADII, known), [constants[f"{e}Cl3(TODGA)3"][0] for e in known], 2)
    missed = np.polyval(curve, series(RADII, known)) - [constants[f"{e}Cl3(TODGA)3"][0] for e in known]
    spread = float(np.sqrt(np.sum(missed**2) / (len(known) - 3)))
    yttrium = float(np.polyval(curve, series(RADII, ["Y"])[0]))
    constants["YCl3(TODGA)3"] = yttrium, float(np.hypot(spread, 0.3))
    return constants, {
        "acid": acid,
        "extractant": TODGA,
        "scatter_of_repeats_logD": {e: round(s, 3) for e, s in scatter.items()},
        "quadratic_in_radius_misses_logK": round(spread, 3),
    }


def _in_acid(element: str, acid: float) -> tuple[float, float]:
    """ln of a trace's free-ion activity over its concentration, and ln a_Cl, in hydrochloric acid."""
    trace = 1e-6
    totals = {"H2O": 1.0 / load_system("rare_earth").component("H2O").molar_mass, element: trace, "Cl": acid}
    found = Speciation(load_system("rare_earth"), totals, "sit").solve(totals, REFERENCE_TEMPERATURE)
    if not found.converged:
        raise ArithmeticError(found.message)

    def ln_a(species: str) -> float:
        return float(np.log(found.molality[species]) + found.ln_gamma[species])

    return ln_a(f"{element}+3") - float(np.log(trace)), ln_a("Cl-")
