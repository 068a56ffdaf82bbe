"""Fit the extraction constants and rewrite units/hydromet/extraction/parameters/*.yaml.

    python fits/extraction.py [DATA]      DATA: folder of the shared tables (else $FLOWSHEET_SHARED_DATA, else
    ../shared/data)

Constants are thermodynamic in the liquor: activities from the SIT speciation of `nmc_sulfate` at the measured
pH (taken as that of the hydrogen activity).  Points with less than 2.5 % or more than 97.5 % extracted carry
no information on log D and are left out of fit and statistics.  MA2 forms from MA2(HA)2 with one constant
per extractant, common to its divalent metals: the only parameter beside one constant per metal (two for
lithium on D2EHPA, which takes more of it than LiA(HA) can hold).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from extraction_contacts import Report
from extraction_systems import fit_all
from ruamel.yaml import YAML

from hydromet.extraction.parameter_file import path_of, read

HERE = Path(__file__).resolve().parent
DEFAULT_DATA = HERE.parent.parent / "shared" / "data"


def main(data: Path) -> None:
    literature = YAML(typ="safe").load((HERE / "extraction_literature.yaml").read_text("utf-8"))
    for name, report in fit_all(data, literature).items():
        rewrite(name, report)
        print(
            f"\n{name}: calibration {report.statistics['calibration']}"
            f"  held out {report.statistics['held_out']}"
        )
        for complex_name, (value, error) in report.constants.items():
            print(f"  {complex_name:14s} {value:8.2f} +- {error:.2f}")
        for series, entry in report.series.items():
            print(f"  {series:55s} {entry}")


def rewrite(name: str, report: Report) -> None:
    """Put the constants and the fit block into the parameter file, leaving the rest as it is."""
    yaml = YAML()
    yaml.width = 200
    yaml.preserve_quotes = True
    path = path_of(name)
    tree = yaml.load(path.read_text(encoding="utf-8"))
    formed = {c.reaction: c.name for c in read(name).complexes}
    for entry in tree["complexes"]:
        complex_name = formed[entry["reaction"]]
        if complex_name in report.constants and entry["log_k"]["source"] == "fit":
            value, error = report.constants[complex_name]
            entry["log_k"]["value"] = round(float(value), 3)
            entry["log_k"]["uncertainty"] = round(float(error), 2)
    tree["fit"] = {
        "script": "fits/extraction.py",
        "data": report.data,
        "held_out": report.held_out,
        "aqueous": "activities by the SIT speciation of the chemistry nmc_sulfate",
        "statistics": {**report.statistics, "series": report.series},
    }
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FLOWSHEET_SHARED_DATA", DEFAULT_DATA)
    if not (Path(folder) / "nmc").is_dir():
        sys.exit(f"no folder nmc in {folder}: give the folder of the shared tables")
    main(Path(folder))
