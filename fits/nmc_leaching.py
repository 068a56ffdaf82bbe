"""Fit the leaching kinetics of layered oxides to published batch experiments.

    python fits/nmc_leaching.py [FOLDER] [--check]

FOLDER holds nmc/leaching_h2so4_h2o2.csv (default: the environment variable FLOWSHEET_SHARED_DATA, else
../shared/data beside the project).  Writes values, uncertainties and statistics into
units/hydromet/leaching/parameters/nmc_h2so4_h2o2.yaml; --check only reports the stored set.

`leaching_batches.py` says what the table holds and how it is read. Lithium in runs without reductant decides
attack, delithiation and the sizes of one paper's powders, as if ln(size) scattered by ln 2 around 0; then all
metals decide the redox part, with the first group held; twice around. NMC 622 is sized by lithium of its run
at 50 g/L, with all else held. The split of series was chosen before fitting, except that NMC 811 and NMC 111
with peroxide changed places while the model's structure was being sought, that this run of NMC 622 was held
out before there were sizes, and that the errors of held-out series were seen then: sizes from runs at 50 g/L
alone missed NMC 111 with peroxide by more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from leaching_batches import METALS, SERIES, SIZES, Experiments, predict
from scipy.optimize import least_squares

from hydromet.leaching.kinetics import read_parameters

PROJECT = Path(__file__).resolve().parents[1]
PARAMETER_FILE = PROJECT / "units/hydromet/leaching/parameters/nmc_h2so4_h2o2.yaml"

# Fitted values by stage: start, bounds, and whether the logarithm is what varies.
TURNS = 2
SIZED_LATER = SIZES["NMC 622"]
STAGES: tuple[Mapping[str, tuple[float, float, float, bool]], ...] = (
    {
        "k_layered": (12.0, 0.1, 500.0, True),
        **{size: (1.0, 0.02, 50.0, True) for size in SIZES.values() if size != SIZED_LATER},
        "delithiation": (-0.8, -6.0, 6.0, False),
        "delithiation_nickel": (7.0, 0.0, 15.0, False),
        "delithiation_energy": (50.0, 10.0, 150.0, False),
    },
    {
        "exchange_share": (0.1, 0.005, 0.4, True),
        "k_peroxide_layered": (10.0, 0.1, 500.0, True),
        "k_peroxide_residue": (200.0, 5.0, 20000.0, True),
        "k_decomposition": (3.0, 0.01, 300.0, True),
        "k_manganese": (10.0, 0.1, 1000.0, True),
        "E_manganese": (60.0, 10.0, 200.0, False),
        "k_oxygen": (0.05, 1e-4, 3.0, True),
    },
    {SIZED_LATER: (1.0, 0.02, 50.0, True)},
)

# Standard deviation of ln(size), so that a size stays finite where data do not say.
SPREAD_OF_SIZES = np.log(2.0)
# Standard deviation of a logarithm beyond which a fitted value is said to be undetermined.
UNDETERMINED = 2.0


def to_free(values: Mapping[str, float], stage: Mapping[str, tuple[float, float, float, bool]]) -> np.ndarray:
    return np.array([np.log(values[n]) if entry[3] else values[n] for n, entry in stage.items()])


def from_free(x: np.ndarray, stage: Mapping[str, tuple[float, float, float, bool]]) -> dict[str, float]:
    return {n: float(np.exp(v) if e[3] else v) for (n, e), v in zip(stage.items(), x, strict=True)}


def deviations(p: Mapping[str, float], runs: Experiments, stage: int | None = None) -> np.ndarray:
    """Weighted residuals of a stage's points, of all stages' when None; those of the sizes' scatter last."""
    weighted = (predict(p, runs) - runs.measured) / runs.deviation()[:, None]
    scatter = np.array([np.log(p[size]) / SPREAD_OF_SIZES for size in SIZES.values()])
    sizing = np.append(weighted[runs.used("size"), 0], scatter)
    if stage == 0:
        return np.append(weighted[runs.used("fit") & (runs.peroxide == 0), 0], scatter)
    fitted = weighted[runs.used("fit")].ravel()
    return (np.append(fitted, sizing), fitted, sizing)[stage or 0]


def fit(fixed: Mapping[str, float], runs: Experiments, starts: int = 3) -> dict[str, float]:
    """Alternate the stages; at first each from several starts, the best kept."""
    p = {**fixed, **{n: e[0] for stage in STAGES for n, e in stage.items()}}
    random = np.random.default_rng(20)
    for turn in range(TURNS):
        for number, stage in enumerate(STAGES):
            lower = to_free({n: max(e[1], 1e-9) if e[3] else e[1] for n, e in stage.items()}, stage)
            upper = to_free({n: e[2] for n, e in stage.items()}, stage)
            centre = to_free(p, stage)
            best = None
            for start in range(starts if turn == 0 else 1):
                spread = 0.12 * (upper - lower) * random.normal(size=len(centre)) * (start > 0)
                margin = 1e-3 * (upper - lower)
                found = least_squares(
                    lambda x, stage=stage, number=number: deviations(
                        {**p, **from_free(x, stage)}, runs, number
                    ),
                    np.clip(centre + spread, lower + margin, upper - margin),
                    bounds=(lower, upper),
                    loss="soft_l1",
                    x_scale=0.1 * (upper - lower),
                    diff_step=1e-4,
                    max_nfev=25,
                )
                if best is None or found.cost < best.cost:
                    best = found
            p.update(from_free(best.x, stage))
            print(f"turn {turn + 1}, stage {number + 1}: cost {best.cost:.2f}", file=sys.stderr)
    return p


def uncertainty(p: Mapping[str, float], runs: Experiments) -> tuple[dict[str, float], list[str]]:
    """Standard uncertainties (of the value, or relative where the logarithm varied) and high correlations.

    From the joint Jacobian of all fitted values, residuals reweighted as the robust loss does.
    """
    joint = {n: e for stage in STAGES for n, e in stage.items()}
    x = to_free(p, joint)
    base = deviations(p, runs)
    weight = (1 + base**2) ** -0.25
    columns = []
    for i in range(len(x)):
        h = 1e-3 * max(1.0, abs(x[i]))
        step = h * np.eye(len(x))[i]
        ends = [deviations({**p, **from_free(x + s * step, joint)}, runs) for s in (1, -1)]
        columns.append((ends[0] - ends[1]) / (2 * h) * weight)
    jacobian = np.stack(columns, axis=1)
    scale = np.linalg.norm(jacobian, axis=0)
    variance = np.sum((weight * base) ** 2) / (len(base) - len(x))
    covariance = variance * np.linalg.pinv((jacobian / scale).T @ (jacobian / scale)) / np.outer(scale, scale)
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    names = list(joint)
    high = [
        f"{names[i]} and {names[j]} {correlation[i, j]:.2f}"
        for i in range(len(x))
        for j in range(i)
        if abs(correlation[i, j]) > 0.8
    ]
    return dict(zip(names, sd.tolist(), strict=True)), high


def statistics(p: Mapping[str, float], runs: Experiments) -> dict[str, dict[str, float]]:
    """Mean absolute error in recovery points per metal, by group and by series."""
    error = 100 * np.abs(predict(p, runs) - runs.measured)
    steady = runs.deviation() < 0.1
    groups = {
        "calibration": runs.used("fit"),
        "calibration without scattered": runs.used("fit") & steady,
        "held out": runs.used("held out"),
        "held out without scattered": runs.used("held out") & steady,
        **{f"{name} ({SERIES[name].use})": runs.series == name for name in SERIES},
    }
    return {
        name: {
            "points": int(chosen.sum()),
            **dict(zip(METALS, np.round(error[chosen].mean(0), 1).tolist(), strict=True)),
        }
        for name, chosen in groups.items()
    }


def stored() -> dict[str, float]:
    """Numbers of the parameter file, and the powders' sizes beside them."""
    from flowsheet.document.parameter_file import load_parameter_set

    found = load_parameter_set(PARAMETER_FILE)
    sizes = found.fit.statistics["powders"] if found.fit else {}
    return read_parameters(found) | {size: sizes[size]["value"] for size in SIZES.values()}


def write(p: Mapping[str, float], runs: Experiments) -> None:
    """Put fitted values, uncertainties and statistics into the parameter file; all else stays as it is."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML()
    yaml.width = 4096
    document = yaml.load(PARAMETER_FILE.read_text(encoding="utf-8"))
    sd, correlated = uncertainty(p, runs)
    for stage in STAGES:
        for name, entry in stage.items():
            if name in SIZES.values():
                continue
            unit = document["values"][name]["value"]
            unit = unit.split(maxsplit=1)[1] if isinstance(unit, str) else ""
            value = document["values"][name]
            value["value"] = f"{p[name]:.4g} {unit}" if unit else float(f"{p[name]:.4g}")
            value.pop("uncertainty", None)
            value.pop("note", None)
            if entry[3] and sd[name] > UNDETERMINED:
                value["note"] = "not determined by the data: the value may be wrong by an order of magnitude"
                continue
            error = float(f"{p[name] * np.expm1(sd[name]) if entry[3] else sd[name]:.2g}")
            value["uncertainty"] = f"{error:g} {unit}" if unit else error
    found = document["fit"]
    found["held_out"] = [name for name, series in SERIES.items() if series.use == "held out"]
    table = CommentedMap(points=int(runs.used("fit").sum()), measure="mean absolute error in recovery points")
    for name, row in statistics(p, runs).items():
        inner = CommentedMap(row)
        inner.fa.set_flow_style()
        table[name] = inner
    table["powders"] = CommentedMap(
        (size, {"value": float(f"{p[size]:.4g}"), "relative uncertainty": float(f"{np.expm1(sd[size]):.2g}")})
        for size in SIZES.values()
    )
    table["correlations above 0.8"] = correlated
    found["statistics"] = table
    with PARAMETER_FILE.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Fit the leaching kinetics of layered oxides.")
    default = os.environ.get("FLOWSHEET_SHARED_DATA", str(PROJECT.parent / "shared" / "data"))
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--check", action="store_true", help="report the stored set, fit nothing")
    options = parser.parse_args(arguments)
    runs = Experiments(options.folder)
    p = stored()
    if not options.check:
        fitted = {name for stage in STAGES for name in stage}
        p = fit({n: v for n, v in p.items() if n not in fitted}, runs)
        write(p, runs)
    print(json.dumps({"values": p, "mean absolute error": statistics(p, runs)}, indent=1))


if __name__ == "__main__":
    main()
