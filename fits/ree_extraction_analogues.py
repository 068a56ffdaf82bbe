"""Constants that rest on PC-88A's fit: the whole series, and D2EHPA.

The series: elements between those measured take their constants from the polynomial in the ionic radius.

D2EHPA against PC-88A: one laboratory measured both at the same volume fractions on the same liquor and gives
log10 D against pH; at D = 1, with z protons and dimers per metal,

    log K(D2EHPA) - log K(PC-88A) = z (pH50(PC-88A) - pH50(D2EHPA)) + z log(dimer(PC-88A) / dimer(D2EHPA))

in which whatever the liquor was cancels.  Lines that reach D = 1 outside pH 0.5 to 3 are left out: they are
extrapolated there.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from ree_extraction_contacts import series
from ree_extraction_model import LN10, RADII, Fitted

from hydromet.extraction.parameter_file import read

Constants = Mapping[str, tuple[float, float]]
"""(log10 K, uncertainty) by the complex's name."""
SERIES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Y", "Er")
HALF_EXTRACTION = (0.5, 3.0)
"""pH within which a line's D = 1 is taken as measured."""


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
