"""The magnet routes side by side: one feed, one basis, and the same kilogram of oxide in every column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowsheet.cli import main

ROUTES = ("magnet_acid_free", "magnet_bioleach_msx", "magnet_acid_sx", "magnet_lanmodulin")
RARE_EARTHS = ("Nd", "Pr", "Dy")


@pytest.mark.slow
def test_the_routes_are_comparable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *ROUTES, "--out", "c"]) == 0
    found = json.loads((tmp_path / "c" / "comparison.json").read_text(encoding="utf-8"))
    assert found["basis"]["name"] == "REO"
    assert found["feed"]["same_amount"]
    assert not {d["element"] for d in found["feed"]["differences"]} & set(RARE_EARTHS)
    rows = {(r["section"], r["name"]): r["values"] for r in found["rows"]}
    for case in found["cases"]:
        assert 0.85 < rows["yield", "REO"][case] < 1.0
        assert 0.99 < rows["purity", "REO in the products"][case] <= 1.0
        fed = found["feed"]["cases"][case]
        oxide = rows["yield", "REO"][case] * sum(
            fed["mass_fractions"]["values"][e] * factor
            for e, factor in {"Nd": 1.1664, "Pr": 1.2082, "Dy": 1.1477}.items()
        )
        assert rows["materials", "main feed"][case] == pytest.approx(1.0 / oxide, rel=1e-4)
