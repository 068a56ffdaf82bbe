"""A small library of unit operations and a small chemistry: the document layer knows no others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from flowsheet.document.declaration import (
    Inlet,
    Outlet,
    UnitDeclaration,
    choice,
    declarations_of,
    flag,
    integer,
    mapping,
    names,
    parameter_set,
    quantity,
    result,
)
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.document import Chemistry, Document
from flowsheet.document.load import load_text
from flowsheet.document.vocabulary import ChemistryNames, Vocabulary


class Leach:
    solids = Inlet("solid")
    acid = Inlet("aqueous")
    reductant = Inlet("aqueous", optional=True)
    slurry = Outlet("aqueous", "solid")
    offgas = Outlet("gas", optional=True)
    tanks = integer(3, "tanks in series", range=(1, 12))
    residence_time = quantity("2 h", "h", "mean residence time", range=(0.05, 50.0))
    temperature = quantity("70 degC", "K", "temperature", range=(283.15, 368.15))
    particle_size = quantity(None, "m", "median diameter", required=True)
    kinetics = parameter_set("nmc_h2so4_h2o2", "leach.kinetics", "rate laws")


class Filter:
    slurry = Inlet("aqueous", "solid")
    wash = Inlet("aqueous", optional=True)
    filtrate = Outlet("aqueous")
    cake = Outlet("aqueous", "solid")
    cake_moisture = quantity("30 %", "1", "kg liquor per kg wet cake", range=(0.05, 0.6))


class Precipitator:
    liquor = Inlet("aqueous")
    base = Inlet("aqueous", optional=True, draws=True)
    slurry = Outlet("aqueous", "solid")
    solids = names(("Fe(OH)3", "Al(OH)3"), "solid", "solids that may form")
    occlusion = mapping({"Ni": "0.5 %"}, "component", "1", "fraction lost with the solid", range=(0.0, 1.0))
    base_flow = quantity(None, "mol/h", "alkali", range=(0.0, None))
    mode = choice("dose", ("dose", "set_point"), "what is given")
    aerated = flag(False, "air is blown in")
    pH = result("pH", "pH of the liquor")


class Mixer:
    feed = Inlet("aqueous", "organic", "solid", "gas")
    mixed = Outlet("aqueous", "organic", "solid", "gas")


class Extraction:
    aqueous = Inlet("aqueous")
    raffinate = Outlet("aqueous")
    stages = integer(4, "stages")


def _declared(**classes: type) -> dict[str, UnitDeclaration]:
    return {
        name: UnitDeclaration(name, name.replace("_", " "), cls.__doc__ or "", *declarations_of(cls))
        for name, cls in classes.items()
    }


CATALOGUE = _declared(
    leach_train=Leach, filter=Filter, precipitator=Precipitator, mixer=Mixer, solvent_extraction=Extraction
)
COMPOUNDS = {"H2SO4", "NaOH", "CoSO4.7H2O", "Li2CO3"}


class SmallChemistry:
    """The chemistry layer's stand-in."""

    def system_names(self) -> Collection[str]:
        return ("nmc_sulfate", "ree_chloride")

    def names_of(self, chemistry: Chemistry) -> ChemistryNames:
        return ChemistryNames(
            components=("H2O", "H", "Li", "Ni", "Co", "Mn", "Al", "Cu", "Fe(II)", "Fe(III)", "Na", "SO4"),
            species=("Ni+2", "HSO4-"),
            solids=("NMC622", "graphite", "Al", "Cu", "Fe(OH)3", "Al(OH)3", "CoSO4.7H2O"),
            gases=("O2", "N2"),
            is_compound=COMPOUNDS.__contains__,
        )


VOCABULARY = Vocabulary(
    functions={
        "recovery": ("component", "product*"),
        "purity": ("product",),
        "impurity": ("product", "component"),
    },
    function_units={"recovery": "fraction", "purity": "mass fraction", "impurity": "mass fraction"},
    quantities=dict.fromkeys(("profit", "revenue", "reagent_cost"), "USD/h"),
    stream_quantities={"pH": "1", "temperature": "K", "mass_flow": "kg/h"},
    charges={"tank_volume": "USD/m3/y", "steam": "USD/kg"},
    parameter_sets={"leach.kinetics": ("nmc_h2so4_h2o2", "nmc_citric")},
)

PLANT = """\
flowsheet: NMC 622 black mass to cobalt sulfate
chemistry: nmc_sulfate
feeds:
  black_mass:
    role: main_feed
    solid: {flow: 100 kg/h, composition: {NMC622: 58 %, graphite: balance, Al: 1.5 %}}
  acid:
    price: 128 USD/t
    aqueous: {flow: 650 L/h, H2SO4: 2 mol/L}
  lime: {aqueous: {flow: as needed, NaOH: 30 %}}
  water:
    role: water
    aqueous: {flow: 200 kg/h}
units:
  leach:
    unit: leach_train
    inlets: {solids: black_mass, acid: acid}
    tanks: 3
    residence_time: 120 min
    particle_size: 30 um
  leach_filter:
    unit: filter
    inlets: {slurry: leach.slurry, wash: water}
  neutraliser:
    unit: precipitator
    inlets: {liquor: [leach_filter.filtrate, iron_filter.filtrate], base: lime}
    occlusion: {Co: 1 %}
  iron_filter:
    unit: filter
    inlets: {slurry: neutraliser.slurry}
products:
  cobalt_sulfate:
    stream: leach_filter.cake
    as: CoSO4.7H2O
    purity: ">= 99.5 %"
    limits: {Na: 50 ppm}
    price: 8 USD/kg
  iron_cake: {stream: iron_filter.cake, role: waste}
specs:
  - {vary: neutraliser.base_flow, until: neutraliser.slurry.pH = 4.0}
optimise:
  maximise: profit
  vary: {leach.residence_time: [0.5 h, 6 h], acid.flow: [300 L/h, 900 L/h]}
  subject_to: ["recovery(Co) >= 97 %", "impurity(cobalt_sulfate, Na) <= 250 ppm"]
scenarios:
  pilot: {feeds.black_mass.solid.flow: 5 kg/h}
  hot: {units: {leach: {temperature: 90 degC}}}
"""

Loader = Callable[..., Document]


@pytest.fixture
def plant() -> str:
    return PLANT


@pytest.fixture
def catalogue() -> dict[str, UnitDeclaration]:
    return CATALOGUE


@pytest.fixture
def names() -> dict[str, object]:
    """What a file may refer to beside the units: the small chemistry and the words of expressions."""
    return {"chemistry": SmallChemistry(), "vocabulary": VOCABULARY}


@pytest.fixture
def load() -> Loader:
    """Load a text; keyword arguments as for load_text."""

    def load(text: str, **options: object) -> Document:
        settings = {
            "catalogue": CATALOGUE,
            "chemistry": SmallChemistry(),
            "vocabulary": VOCABULARY,
            "name": "plant.yaml",
            **options,
        }
        return load_text(text, **settings)  # type: ignore[arg-type]

    return load


@pytest.fixture
def faults(load: Loader) -> Callable[..., DiagnosticError]:
    """Load a text that is wrong and return what was found."""

    def faults(text: str, **options: object) -> DiagnosticError:
        with pytest.raises(DiagnosticError) as caught:
            load(text, **options)
        return caught.value

    return faults


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
