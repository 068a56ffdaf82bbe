"""A small plant with comments and a scenario, in an empty folder, with one cache for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

PLANT = """\
# A pressed residue, its liquor concentrated
flowsheet: Wash a residue and concentrate the liquor
chemistry: nmc_sulfate
feeds:
  slurry:
    role: main_feed
    temperature: 60 degC
    price: 0 USD/kg
    aqueous: {flow: 500 L/h, NiSO4: 120 g/L, Na2SO4: 20 g/L, H2SO4: 5 g/L}
    solid: {flow: 30 kg/h, composition: {graphite: 100 %}}
  water:
    role: water
    aqueous: {flow: 20 kg/h}      # what the residue is washed with
units:
  press:
    unit: filter                  # cake_moisture is left at its default
    inlets: {slurry: slurry, wash: water}
  evaporation: {unit: evaporator, inlets: {feed: press.filtrate}, water_evaporated: "50 %"}   # in quotes
products:
  liquor: {stream: evaporation.concentrate, as: NiSO4.6H2O}
  residue: {stream: press.cake, role: waste, price: -60 USD/t}
optimise:
  maximise: recovery(Ni)
  vary:
    water.flow: [5 kg/h, 300 kg/h]
    press.cake_moisture: [20 %, 60 %]
    evaporation.water_evaporated: [5 %, 80 %]
  subject_to: [recovery(Ni) >= 99.9 %]
scenarios:
  dry: {water.flow: 10 kg/h}
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSHEET_CACHE", str(cache))
    return tmp_path


@pytest.fixture
def plant(folder: Path) -> Path:
    file = folder / "plant.yaml"
    file.write_text(PLANT, encoding="utf-8")
    return file
