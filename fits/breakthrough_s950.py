"""Fit distribution and mass transfer of rare earths on the resin S950 to published breakthrough curves.

    python fits/breakthrough_s950.py [FOLDER] [--check]

FOLDER holds ree/breakthrough_s950.csv (default: the environment variable FLOWSHEET_SHARED_DATA, else
../shared/data beside the project).  Writes values and statistics into
units/hydromet/bioligand/parameters/s950.yaml; --check only reports the stored set.

The metals are traces, so that what is bound is proportional to what is dissolved, q = R c.  With a linear
driving force in plug flow the effluent is then, in closed form (Anzelius; Hiester and Vermeulen's function
J),

    c/c0 = J(N, N (B - e)/R) = 1 - F(2 N; 2, 2 N (B - e)/R),     N = k R tau

B bed volumes, e liquor in the bed, tau contact time, F the non-central chi-squared distribution.  R of La,
R of Dy and one k are fitted to the curves of La and Dy; Er and Ho, heavy like Dy, are predicted with Dy's
R. log K follows from R = q_max K/10^(-3 pH) with the capacity and the pH that the set assumes.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import ncx2

PROJECT = Path(__file__).resolve().parents[1]
PARAMETER_FILE = PROJECT / "units/hydromet/bioligand/parameters/s950.yaml"
FITTED, HELD_OUT = ("La", "Dy"), ("Er", "Ho")
STANDS_FOR = {"La": "La", "Dy": "Dy", "Er": "Dy", "Ho": "Dy"}
"""Whose R a metal's prediction uses."""


class Curves:
    """Breakthrough curves by metal: bed volumes and c/c0; `contact_time` [h]."""

    def __init__(self, folder: Path) -> None:
        with (folder / "ree" / "breakthrough_s950.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.points = {
            m: np.array([[float(r["bv"]), float(r["c_norm"])] for r in rows if r["compound"] == m])
            for m in (*FITTED, *HELD_OUT)
        }
        (self.contact_time,) = {float(r["bed_vol"]) / float(r["flow_in"]) / 3600.0 for r in rows}


def effluent(bed_volumes: np.ndarray, liquor: float, retention: float, units: float) -> np.ndarray:
    """c/c0 after so many bed volumes; `retention` R, `units` N transfer units."""
    time = units * np.maximum(bed_volumes - liquor, 1e-9) / retention
    return np.asarray(1.0 - ncx2.cdf(2.0 * units, 2, 2.0 * time))


def predicted(curves: Curves, stored: Mapping[str, Any], metal: str) -> np.ndarray:
    """What the stored set makes of a metal's curve."""
    retention = retention_of(stored, metal)
    units = stored["transfer_rate"] * retention * curves.contact_time
    return effluent(curves.points[metal][:, 0], stored["liquor_fraction"], retention, units)


def retention_of(stored: Mapping[str, Any], metal: str) -> float:
    """R of a trace at the pH of the data."""
    return float(stored["capacity"] * 10.0 ** (stored["log_k"][metal] + 3.0 * stored["data_pH"]))


def fit(curves: Curves, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The set with R of the fitted metals and the rate found again."""

    def errors(x: np.ndarray) -> np.ndarray:
        retention, rate = dict(zip(FITTED, np.exp(x[:-1]), strict=True)), math.exp(x[-1])
        return np.concatenate(
            [
                effluent(
                    curves.points[m][:, 0],
                    stored["liquor_fraction"],
                    retention[m],
                    rate * retention[m] * curves.contact_time,
                )
                - curves.points[m][:, 1]
                for m in FITTED
            ]
        )

    found = least_squares(errors, np.log([50.0, 50.0, 0.05]))
    covariance = np.linalg.inv(found.jac.T @ found.jac) * np.mean(found.fun**2)
    spread = np.sqrt(np.diag(covariance))
    ln_k = dict(zip(FITTED, found.x[:-1], strict=True))
    log_k = {m: ln_k[STANDS_FOR[m]] / math.log(10.0) for m in STANDS_FOR}
    shift = math.log10(stored["capacity"]) + 3.0 * stored["data_pH"]
    return dict(stored) | {
        "log_k": {m: round(float(value - shift), 4) for m, value in log_k.items()},
        "transfer_rate": float(f"{math.exp(found.x[-1]):.4g}"),
        "uncertainty": {
            **{m: float(f"{spread[FITTED.index(STANDS_FOR[m])] / math.log(10.0):.1g}") for m in STANDS_FOR},
            "transfer_rate": float(f"{math.exp(found.x[-1]) * spread[-1]:.1g}"),
        },
    }


def statistics(curves: Curves, stored: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Points, root-mean-square error and bias of c/c0 by curve, and of the two groups."""
    error = {m: predicted(curves, stored, m) - curves.points[m][:, 1] for m in STANDS_FOR}
    groups = dict(error)
    groups["calibration"] = np.concatenate([error[m] for m in FITTED])
    groups["held_out"] = np.concatenate([error[m] for m in HELD_OUT])
    return {
        name: {
            "points": len(e),
            "rmse": round(float(np.sqrt(np.mean(e**2))), 4),
            "bias": round(float(np.mean(e)), 4),
        }
        for name, e in groups.items()
    }


def stored_set() -> dict[str, Any]:
    """Numbers of the parameter file."""
    from flowsheet.document.parameter_file import load_parameter_set

    found = load_parameter_set(PARAMETER_FILE)
    units = {"capacity": "mol/L", "data_pH": "pH", "liquor_fraction": "1", "transfer_rate": "1/h"}
    values: dict[str, Any] = {name: found.value(name, unit) for name, unit in units.items()}
    return values | {"log_k": {m: found.value(f"log_k.{m}", "1") for m in STANDS_FOR}}


def write(found: Mapping[str, Any], curves: Curves) -> None:
    """Put fitted values and statistics into the parameter file; all else stays as it is."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML()
    yaml.width = 4096
    document = yaml.load(PARAMETER_FILE.read_text(encoding="utf-8"))
    values = document["values"]
    values["transfer_rate"]["value"] = f"{found['transfer_rate']:g} 1/h"
    values["transfer_rate"]["uncertainty"] = f"{found['uncertainty']['transfer_rate']:g} 1/h"
    for m, log_k in found["log_k"].items():
        values["log_k"][m]["value"] = log_k
        values["log_k"][m]["uncertainty"] = found["uncertainty"][m]
    table = CommentedMap(measure="c/c0")
    for name, row in statistics(curves, found).items():
        table[name] = CommentedMap(row)
        table[name].fa.set_flow_style()
    table.fa.set_block_style()
    document["fit"]["statistics"] = table
    text = io.StringIO()
    yaml.dump(document, text)
    PARAMETER_FILE.write_text(text.getvalue(), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Fit the resin S950 to published breakthrough curves.")
    default = os.environ.get("FLOWSHEET_SHARED_DATA", str(PROJECT.parent / "shared" / "data"))
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--check", action="store_true", help="report the stored set, fit nothing")
    options = parser.parse_args(arguments)
    curves = Curves(options.folder)
    found = stored_set()
    if not options.check:
        found = fit(curves, found)
        write(found, curves)
    print(json.dumps({"values": found, "statistics": statistics(curves, found)}, indent=1))


if __name__ == "__main__":
    main()
