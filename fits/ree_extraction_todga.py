"""Constants of TODGA in hydrochloric acid, from the one acidity where D differs between elements.

    log10 K = log10 D - log10(a_M/C_M) - 3 log10 a_Cl - 3 log10 [TODGA]

metals as traces, SIT activities of `rare_earth` on mol/kg of water, at the molality that the chemistry's
density gives acid of so many mol/L.  Equal repeats count once; the median of the distinct ones is taken.

The constants are a parabola in Shannon's radius of M+3 at coordination 8.  An element keeps its own constant
if the others' parabola, found without it, misses it by more than `APART` times what it misses them by.  Two
tests say what that is worth: each element in turn left out of the parabola, each repeat in turn left out of
the medians; of the latter also what one constant per element gives.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ree_extraction_contacts import series
from ruamel.yaml import YAML
from scipy.optimize import brentq

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.solve.speciation import Speciation

LN10 = float(np.log(10.0))
EXTRACTANT = 0.1
"""mol/L in the one table."""
POWERS = 2
APART = 4.0
UNMEASURED = ("Y",)
RADII: dict[str, float] = YAML(typ="safe").load(
    (Path(__file__).parent / "ree_radii.yaml").read_text(encoding="utf-8")
)["radii"]


def todga_constants(data: Path) -> tuple[dict[str, tuple[float, float]], dict[str, Any]]:
    """log10 K of MCl3(TODGA)3, and what the parameter file says of the fit."""
    acid, repeats = read_repeats(data)
    at_unit_constant = {e: ln / LN10 for e, ln in ln_ratio_at_unit_constant(list(repeats), acid).items()}
    measured = {e: float(np.median(np.unique(values))) - at_unit_constant[e] for e, values in repeats.items()}
    apart = off_the_curve(measured)
    constants = smoothed(measured, apart)
    left_out = elements_left_out(measured, apart)
    scatter = float(np.sqrt(np.mean([np.var(np.unique(v), ddof=1) for v in repeats.values()])))
    uncertainty = float(np.hypot(scatter, left_out))
    return {f"{e}Cl3(TODGA)3": (k, uncertainty) for e, k in constants.items()}, {
        "acid": acid,
        "extractant": EXTRACTANT,
        "parameters": POWERS + 1 + len(apart),
        "own_constant": apart,
        "scatter_of_repeats_logD": round(scatter, 3),
        "rmse_logD": round(root_mean_square([constants[e] - measured[e] for e in measured]), 3),
        "elements_left_out_rmse_logD": round(left_out, 3),
        "repeats_left_out_rmse_logD": round(
            repeats_left_out(repeats, at_unit_constant, lambda k: smoothed(k, off_the_curve(k))), 3
        ),
        "repeats_left_out_one_per_element_rmse_logD": round(
            repeats_left_out(repeats, at_unit_constant, lambda k: k), 3
        ),
    }


def read_repeats(data: Path) -> tuple[float, dict[str, np.ndarray]]:
    """The acid [mol/L], and log10 D of each of the chemistry's elements, one per repeat."""
    with (data / "ree" / "sx_todga_hcl.csv").open(encoding="utf-8") as table:
        row = max(csv.DictReader(table), key=lambda r: float(r["acid_conc[mol/L]"]))
    elements = [e for e in load_system("rare_earth").components if f"D_{e}[-]" in row]
    return float(row["acid_conc[mol/L]"]), {
        e: np.log10([float(text) for text in row[f"D_{e}[-]"].split("|")]) for e in elements
    }


def smoothed(measured: Mapping[str, float], apart: list[str]) -> dict[str, float]:
    """log10 K of all elements: the parabola through those measured, but for those `apart`."""
    curve = parabola({e: k for e, k in measured.items() if e not in apart})
    return {e: measured[e] if e in apart else on(curve, e) for e in (*measured, *UNMEASURED)}


def parabola(constants: Mapping[str, float]) -> np.ndarray:
    return np.polyfit(series(RADII, list(constants)), list(constants.values()), POWERS)


def on(curve: np.ndarray, element: str) -> float:
    return float(np.polyval(curve, series(RADII, [element])[0]))


def off_the_curve(measured: Mapping[str, float]) -> list[str]:
    """Elements that the others' parabola misses by more than `APART` times what it misses them by."""
    found = []
    for element in measured:
        others = {e: k for e, k in measured.items() if e != element}
        curve = parabola(others)
        usual = root_mean_square([on(curve, e) - k for e, k in others.items()])
        if abs(on(curve, element) - measured[element]) > APART * usual:
            found.append(element)
    return found


def elements_left_out(measured: Mapping[str, float], apart: list[str]) -> float:
    """Root mean square error of elements on the curve, each predicted by the others."""
    return root_mean_square(
        [
            on(parabola({e: k for e, k in measured.items() if e not in (element, *apart)}), element) - known
            for element, known in measured.items()
            if element not in apart
        ]
    )


def repeats_left_out(
    repeats: Mapping[str, np.ndarray],
    at_unit_constant: Mapping[str, float],
    form: Callable[[Mapping[str, float]], Mapping[str, float]],
) -> float:
    """Root mean square error of repeats, each distinct one predicted by the others; `form` makes constants of
    their medians."""
    table = np.unique(np.array([repeats[e] for e in repeats]).T, axis=0)
    errors = []
    for k, left_out in enumerate(table):
        median = np.median(np.delete(table, k, axis=0), axis=0)
        predicted = form({e: m - at_unit_constant[e] for e, m in zip(repeats, median, strict=True)})
        errors += [predicted[e] + at_unit_constant[e] - d for e, d in zip(repeats, left_out, strict=True)]
    return root_mean_square(errors)


def root_mean_square(values: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def ln_ratio_at_unit_constant(elements: list[str], acid: float) -> dict[str, float]:
    """ln D at K = 1 of a trace of each element, in `acid` [mol/L] hydrochloric acid."""
    system, trace = load_system("rare_earth"), 1e-6
    molality, litres = molality_of_acid(acid)
    water = 1.0 / system.component("H2O").molar_mass
    found = {}
    for element in elements:
        totals = {"H2O": water, element: trace, "Cl": molality}
        liquor = Speciation(system, totals, "sit").solve(totals, REFERENCE_TEMPERATURE)
        if not liquor.converged:
            raise ArithmeticError(liquor.message)
        ln_metal, ln_chloride = (
            float(np.log(liquor.molality[s]) + liquor.ln_gamma[s]) for s in (f"{element}+3", "Cl-")
        )
        free = float(np.log(EXTRACTANT))
        found[element] = ln_metal - float(np.log(trace / litres)) + 3.0 * ln_chloride + 3.0 * free
    return found


def molality_of_acid(acid: float) -> tuple[float, float]:
    """Hydrochloric acid of `acid` [mol/L] in mol per kg of water, and its volume [L per kg of water]."""
    system = load_system("rare_earth")
    volume = AqueousVolume(system, ["H2O", "Cl", "H"])
    water = 1.0 / system.component("H2O").molar_mass

    def litres(molality: float) -> float:
        flow = {"H2O": water, "Cl": molality, "H": molality}
        return float(1000.0 * volume.volume(flow, REFERENCE_TEMPERATURE))

    molality = float(brentq(lambda m: m / litres(m) - acid, acid, 2.0 * acid))
    return molality, litres(molality)
