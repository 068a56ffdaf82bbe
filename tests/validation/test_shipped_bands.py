"""On cases that ship, 5 % of one constant trips the regression band, three sigma the validation band."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from flowsheet.cli import main
from flowsheet.validation.rows import data_folder
from flowsheet.validation.suite import shipped_suite

UNITS = Path(__file__).parents[2] / "units" / "hydromet"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not (data_folder() / "ree").is_dir(), reason="the shared tables are not there"),
]


@dataclass(frozen=True)
class Shipped:
    """A case, the set that its flowsheet names, and where one of the set's constants stands."""

    case: str
    flowsheet: str
    parameter_set: str
    constant: str
    five_per_cent: float
    three_deviations: float
    """By what the constant is moved: a factor's share, or a logarithm."""
    logarithm: bool = False

    def moved(self, folder: Path, by: float) -> Path:
        """A suite of this case alone, whose flowsheet names a set with the constant moved."""
        family, _ = self.case.split("/")
        shutil.copytree(shipped_suite().folder / self.case, folder / self.case)
        source = next(UNITS.glob(f"*/parameters/{self.parameter_set}.yaml"))
        text, found = re.subn(
            rf"({re.escape(self.constant)}: {{value: )([-\d.e]+)",
            lambda m: f"{m[1]}{float(m[2]) + by if self.logarithm else float(m[2]) * (1 + by)}",
            source.read_text(encoding="utf-8"),
        )
        assert found == 1
        (folder / family / "moved.yaml").write_text(text, encoding="utf-8")
        plant = (shipped_suite().folder / family / self.flowsheet).read_text(encoding="utf-8")
        assert plant.count(f": {self.parameter_set}\n") == 1
        plant = plant.replace(f": {self.parameter_set}\n", ": moved.yaml\n")
        (folder / family / self.flowsheet).write_text(plant, encoding="utf-8")
        return folder


CASES = [
    Shipped("magnet_leaching/metal_recession", "metal.yaml", "magnet_acid", "k_magnet", 0.05, 0.3),
    # log D falls by 0.3 where log K falls by 0.5: less neodymium in the organic leaves more extractant
    Shipped(
        "extraction/pc88a_liu2014",
        "chloride_contact.yaml",
        "pc88a_ree",
        "NdClA2(HA)2 + 2 H+, log_k",
        0.0212,
        -0.5,
        logarithm=True,
    ),
]


@pytest.mark.parametrize("shipped", CASES, ids=lambda s: s.case)
def test_a_constant_that_moves_trips_the_band_that_it_should(shipped, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "cache"))

    def outcome(name: str, by: float) -> tuple[int, str]:
        code = main(["validate", str(shipped.moved(tmp_path / name, by)), "--jobs", "1", "--json"])
        (case,) = json.loads(capsys.readouterr().out)["cases"]
        return code, case["why"]

    code, why = outcome("a little", shipped.five_per_cent)
    assert code == 1
    assert why.startswith("moved from the stored prediction: ")
    code, why = outcome("much", shipped.three_deviations)
    assert code == 1
    assert why.startswith("outside the tolerance: ")
    assert outcome("not at all", 0.0) == (0, "")
