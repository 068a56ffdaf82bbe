"""Fit the extraction constants of the rare earths; rewrite pc88a_ree, d2ehpa_ree and todga.

    python fits/ree_extraction.py [DATA]      DATA: folder of the shared tables (else $FLOWSHEET_SHARED_DATA,
    else ../shared/data); ten minutes, nearly all for the choice of the form

PC-88A: the form of the model is chosen by what it predicts for papers left out, in two loops
(`ree_extraction_selection`); its constants are then fitted to all papers.  D2EHPA follows from PC-88A
(`ree_extraction_analogues`), TODGA from one acidity (`ree_extraction_todga`).  Constants of other metals are
those of the sets `pc88a` and `d2ehpa`.  docs/rare-earth-extraction.md discusses the result.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from ree_extraction_analogues import Constants, acid_of_series, d2ehpa_step
from ree_extraction_contacts import ELEMENTS, Contacts, read_contacts
from ree_extraction_model import LN10, PLAIN, Fitted, errors, paper_offsets, root_mean_square
from ree_extraction_selection import (
    LeftOut,
    Selection,
    by_paper,
    pooled,
    same_feed_pairs,
    separation_errors,
    separation_factors,
)
from ree_extraction_todga import todga_constants
from ruamel.yaml import YAML

from hydromet.extraction.parameter_file import path_of, read

DEFAULT_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
COPIED = {"pc88a_ree": "pc88a", "d2ehpa_ree": "d2ehpa"}
"""Sets that take the constants of metals other than rare earths from another."""


def main(data: Path) -> None:
    contacts = read_contacts(data)
    selection = Selection(contacts)
    left_out = selection.nested()
    chosen = selection.choose()
    fitted = selection.fitted(chosen)
    print_selection(selection, left_out, fitted)
    offsets = paper_offsets(fitted, contacts)
    uncertainty = float(np.std(list(offsets.values()), ddof=1))
    constants = acid_of_series(fitted, uncertainty)
    rewrite("pc88a_ree", constants, pc88a_statistics(selection, left_out, fitted, offsets))
    step, spread, found = d2ehpa_step(data, max(chosen.complexes))
    rewrite(
        "d2ehpa_ree",
        {name: (k + step, float(np.hypot(error, spread))) for name, (k, error) in constants.items()},
        {"log_k_above_pc88a": rounded({"mean": step, "standard_deviation": spread, **found})},
    )
    rewrite("todga", *todga_constants(data))


def pc88a_statistics(
    selection: Selection,
    left_out: Mapping[str, LeftOut],
    fitted: Fitted,
    offsets: Mapping[str, float],
) -> dict[str, Any]:
    """What the parameter file says of the fit."""
    contacts = selection.contacts
    error = errors(fitted, contacts)
    plain = {p: selection.left_out(PLAIN, p).of_seen_elements for p in contacts.papers}
    return {
        "form": fitted.form.name,
        "parameters": fitted.form.parameters,
        "forms_compared": len(selection.forms),
        "calibration": error_of([error]),
        "held_out": {
            "all_points": error_of([part.error for part in left_out.values()]),
            "elements_in_other_papers": error_of([part.of_seen_elements for part in left_out.values()]),
            "plain_mass_action": error_of(list(plain.values())),
        },
        "series": {
            paper: {
                "points": int(np.isfinite(part).sum()),
                "bias_logD": rounded(float(np.nanmean(part))),
                "rmse_logD": rounded(root_mean_square(part)),
                "left_out_rmse_logD": rounded(root_mean_square(left_out[paper].error)),
                "left_out_form": left_out[paper].fitted.form.name,
                "log_k_offset": rounded(offsets[paper]),
            }
            for paper, part in by_paper(contacts, error).items()
        },
        "separation_factors": separation_table(contacts, fitted, left_out),
    }


def separation_table(
    contacts: Contacts, fitted: Fitted, left_out: Mapping[str, LeftOut]
) -> dict[str, dict[str, float]]:
    """Measured, fitted and predicted (left out) separation factors, geometric means over mixtures."""
    predicted = errors(fitted, contacts) + contacts.log_ratio
    unseen = np.full_like(contacts.log_ratio, np.nan)
    for paper, part in left_out.items():
        unseen[contacts.paper == paper] = part.error + part.contacts.log_ratio
    columns = {
        "measured": separation_factors(contacts.log_ratio, contacts.log_ratio),
        "fitted": separation_factors(predicted, contacts.log_ratio),
        "left_out": separation_factors(unseen, contacts.log_ratio),
    }
    miss = separation_errors(unseen, contacts)
    return {
        pair: {
            "points": int(miss[pair].size),
            **{name: round(column[pair], 2) for name, column in columns.items()},
            "left_out_rmse_log": rounded(root_mean_square(miss[pair])),
        }
        for pair in columns["measured"]
    }


def error_of(parts: list[np.ndarray]) -> dict[str, Any]:
    return {
        "points": int(sum(np.isfinite(part).sum() for part in parts)),
        "rmse_logD": rounded(pooled(parts)),
    }


def rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: rounded(v) for k, v in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def rewrite(name: str, constants: Constants, statistics: Mapping[str, Any]) -> None:
    """Put constants and statistics into the parameter file, leaving the rest as it is."""
    yaml = YAML()
    yaml.width = 200
    yaml.preserve_quotes = True
    path = path_of(name)
    tree = yaml.load(path.read_text(encoding="utf-8"))
    names = {c.reaction: c.name for c in read(name).complexes}
    others = {c.name: c.constant for c in read(COPIED[name]).complexes} if name in COPIED else {}
    for entry in tree["complexes"]:
        complex_name, log_k = names[entry["reaction"]], entry["log_k"]
        if log_k["source"] == "fit":
            value, error = constants[complex_name]
            log_k["value"], log_k["uncertainty"] = round(float(value), 3), round(float(error), 2)
        elif log_k["source"] == COPIED.get(name):
            same = others[complex_name]
            log_k["value"], log_k["uncertainty"] = same.log_k, same.uncertainty
    tree["fit"]["statistics"] = statistics
    text = StringIO()
    yaml.dump(tree, text)
    path.write_text(text.getvalue(), encoding="utf-8")


def print_selection(selection: Selection, left_out: Mapping[str, LeftOut], fitted: Fitted) -> None:
    contacts = selection.contacts
    print(f"{'form':58s} parameters  fit    one paper left out")
    for form in selection.forms:
        error = root_mean_square(errors(selection.fitted(form), contacts))
        print(f"{form.name:58s} {form.parameters:6d}     {error:.3f}  {selection.score(form):.3f}")
    print("\nleft out    points  error   form chosen by the other papers")
    for paper, part in left_out.items():
        count, error = int(np.isfinite(part.error).sum()), root_mean_square(part.error)
        print(f"{paper:10s}  {count:5d}   {error:.3f}   {part.fitted.form.name}")
    for what, parts in (
        ("all points", [part.error for part in left_out.values()]),
        ("elements that other papers hold", [part.of_seen_elements for part in left_out.values()]),
    ):
        print(f"{what}: {error_of(parts)}")
    print(f"\nfitted to all: {fitted.form.name}, {root_mean_square(errors(fitted, contacts)):.3f}")
    print("log10 K", dict(zip(ELEMENTS, np.round(fitted.ln_k() / LN10, 2).tolist(), strict=True)))
    print("paper offsets of log10 K", rounded(paper_offsets(fitted, contacts)))
    predicted = errors(fitted, contacts) + contacts.log_ratio
    ratios: dict[str, list[tuple[float, float]]] = {}
    for a, i, b, j in same_feed_pairs(contacts):
        measured = contacts.log_ratio[b, j] - contacts.log_ratio[a, i]
        ratios.setdefault(f"{ELEMENTS[j]}/{ELEMENTS[i]}", []).append(
            (measured, predicted[b, j] - predicted[a, i])
        )
    print("\nratio of D, single metals at the same feed: pairs, measured, fitted (geometric means)")
    for pair, values in ratios.items():
        print(f"{pair:6s} {len(values):3d} {np.round(10 ** np.mean(values, axis=0), 2)}")
    for pair, row in separation_table(contacts, fitted, left_out).items():
        print(f"mixtures {pair:6s} {row}")


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FLOWSHEET_SHARED_DATA", DEFAULT_DATA)
    if not (Path(folder) / "ree").is_dir():
        sys.exit(f"no folder ree in {folder}: give the folder of the shared tables")
    main(Path(folder))
