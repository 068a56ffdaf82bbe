"""A right file becomes a Document whose numbers are in canonical units and whose places are exact."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flowsheet.document import locate as locate_module
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.load import load_document
from flowsheet.document.locate import locate, shipped_flowsheets


def test_every_number_arrives_in_its_canonical_unit(load, plant):
    document = load(plant)
    acid = document.feeds["acid"]
    assert acid.phases["aqueous"].flow.value == 0.65
    assert acid.phases["aqueous"].flow.unit == "m3/h"
    assert acid.phases["aqueous"].composition["H2SO4"].unit == "mol/L"
    assert acid.price.quantity.value == 0.128
    assert acid.temperature.value == 298.15
    leach = document.units["leach"]
    assert leach.value("residence_time") == 2.0
    assert leach.value("temperature") == 343.15
    assert leach.value("tanks") == 3
    assert not leach.parameters["temperature"].given
    assert document.products["cobalt_sulfate"].limits["Na"].value == 50e-6
    assert document.products["cobalt_sulfate"].purity_at_least.value == 0.995


def test_balance_fills_a_composition_to_one(load, plant):
    composition = load(plant).feeds["black_mass"].phases["solid"].composition
    assert sum(part.value for part in composition.values()) == pytest.approx(1, abs=1e-15)
    assert composition["graphite"].value == pytest.approx(0.405)


def test_a_mapping_keeps_the_defaults_that_are_not_given(load, plant):
    occlusion = load(plant).units["neutraliser"].value("occlusion")
    assert {name: quantity.value for name, quantity in occlusion.items()} == {"Ni": 0.005, "Co": 0.01}


def test_a_list_at_an_inlet_and_a_forward_reference_are_allowed(load, plant):
    document = load(plant)
    references = document.units["neutraliser"].inlets["liquor"]
    assert [reference.name for reference in references] == ["leach_filter.filtrate", "iron_filter.filtrate"]
    assert document.consumers()["iron_filter.filtrate"] == ("neutraliser", "liquor")


def test_every_value_knows_its_place(load, plant):
    document = load(plant)
    lines = plant.splitlines()
    spans = [
        (document.feeds["black_mass"].phases["solid"].flow.span, "100 kg/h"),
        (document.feeds["black_mass"].phases["solid"].composition["graphite"].span, "balance"),
        (document.units["leach"].parameters["residence_time"].span, "120 min"),
        (document.units["neutraliser"].inlets["liquor"][1].span, "iron_filter.filtrate"),
        (document.optimisation.vary[1].variable.span, "acid.flow"),
        (document.optimisation.vary[1].upper.span, "900 L/h"),
        (document.optimisation.subject_to[1].right.span, "250 ppm"),
        (document.optimisation.subject_to[1].left.arguments[0].span, "cobalt_sulfate"),
        (document.specifications[0].until.left.span, "neutraliser.slurry.pH"),
    ]
    for span, text in spans:
        assert lines[span.line - 1][span.column - 1 : span.column - 1 + span.length] == text


def test_a_specification_frees_a_parameter_that_then_needs_no_value(load, plant):
    document = load(plant)
    assert document.specifications[0].vary.unit == "mol/h"
    assert document.units["neutraliser"].parameters["base_flow"].value is None


def test_feed_variables_may_be_flows_concentrations_and_temperatures(load, plant):
    text = plant.replace(
        "acid.flow: [300 L/h, 900 L/h]",
        "acid.H2SO4: [1 mol/L, 3 mol/L], acid.temperature: [20 degC, 60 degC]",
    )
    vary = load(text).optimisation.vary
    assert [(v.variable.setting, v.variable.key, v.variable.unit) for v in vary[1:]] == [
        ("composition", "H2SO4", "mol/L"),
        ("temperature", None, "K"),
    ]


def test_a_feed_as_needed_is_a_stream_per_inlet_that_draws_it(load, plant):
    document = load(plant)
    assert document.feeds["lime"].as_needed
    assert document.feeds["lime"].phases["aqueous"].flow is None
    assert document.units["neutraliser"].inlets["base"][0].name == "lime@neutraliser.base"
    assert document.feed_streams("lime") == ["lime@neutraliser.base"]
    assert "lime@neutraliser.base" in document.stream_names()


def test_effluent_that_nobody_names_is_a_warning(load, plant):
    document = load(plant.replace("  iron_cake: {stream: iron_filter.cake, role: waste}\n", ""))
    assert [warning.code for warning in document.warnings] == ["W308"]
    assert not load(plant).warnings


def test_money_in_another_currency_uses_the_stated_rate(load, plant):
    text = (
        plant.replace("128 USD/t", "100 EUR/t") + "economics: {exchange_rates: {EUR: 1.1 USD}, year: 2023}\n"
    )
    assert load(text).feeds["acid"].price.quantity.value == pytest.approx(0.11)


def test_an_unknown_currency_is_told_at_its_place_whatever_its_rate(faults, plant):
    text = plant + "economics: {exchange_rates: {EUR: 1.1, XYZ: 2 USD}}\n"
    found = {d.code: d for d in faults(text).diagnostics}
    assert found.keys() == {"E201", "E106"}
    line = text.splitlines()[found["E106"].span.line - 1]
    assert line[found["E106"].span.column - 1 :].startswith("XYZ")


def test_a_price_keeps_its_year_and_source(load, plant):
    price = (
        load(plant.replace("128 USD/t", "{value: 128 USD/t, year: 2019, source: EverBatt}"))
        .feeds["acid"]
        .price
    )
    assert (price.quantity.text, price.year, price.source) == ("128 USD/t", 2019, "EverBatt")
    assert price.quantity.value == pytest.approx(0.128 * 797.9 / 607.5)  # CEPCI of 2023 over that of 2019


def test_an_assay_comes_from_a_table_and_is_normalised_only_when_asked(load, plant, faults, folder):
    (folder / "assay.csv").write_text("solid;mass %\nNMC622;60\ngraphite;35\nAl;3\n", encoding="utf-8")
    table = plant.replace(
        "composition: {NMC622: 58 %, graphite: balance, Al: 1.5 %}",
        "assay: {file: assay.csv, normalise: yes}",
    )
    composition = load(table).feeds["black_mass"].phases["solid"].composition
    assert composition["NMC622"].value == pytest.approx(60 / 98)
    assert [d.code for d in faults(table.replace(", normalise: yes", "")).diagnostics] == ["E402"]


def test_an_assay_comes_from_a_workbook(load, plant, folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "June"
    for row in (["lot", "solid", "share"], ["7", "NMC622", 0.6], ["7", "graphite", 0.4], [None, None, None]):
        book.active.append(row)
    book.save(folder / "assay.xlsx")
    text = plant.replace(
        "composition: {NMC622: 58 %, graphite: balance, Al: 1.5 %}",
        "assay: {file: assay.xlsx, sheet: June, name_column: solid, value_column: share, unit: kg/kg}",
    )
    composition = load(text).feeds["black_mass"].phases["solid"].composition
    assert composition["NMC622"].value == pytest.approx(0.6)


def test_a_unit_library_of_the_user_joins_the_catalogue(load, plant, catalogue, folder):
    (folder / "mine.py").write_text("", encoding="utf-8")
    asked = []

    def known(paths: tuple[Path, ...]) -> dict:
        asked.append([path.name for path in paths])
        return catalogue

    load("unit_libraries: mine.py\n" + plant, catalogue=known)
    assert asked == [["mine.py"]]


def test_loading_a_file_shows_the_path_as_it_was_given(plant, catalogue, folder):
    (folder / "plant.yaml").write_text(plant.replace("tanks", "tonks"), encoding="utf-8")
    with pytest.raises(DiagnosticError) as caught:
        load_document("plant.yaml", catalogue)
    assert str(caught.value.diagnostics[0].span) == "plant.yaml:18:5"


def test_a_path_wins_over_a_shipped_flowsheet(folder):
    (folder / "nmc_black_mass").write_text("flowsheet: mine\n", encoding="utf-8")
    assert locate("nmc_black_mass") == Path("nmc_black_mass")
    with pytest.raises(DiagnosticError, match="E901"):
        locate("no_such_plant")


def test_a_flowsheet_ships_in_the_package_or_lies_in_the_repository(folder, monkeypatch):
    """An installed wheel has flowsheet/shipped; an editable install has the repository, which then wins."""
    package = folder / "site-packages" / "flowsheet"
    (package / "shipped").mkdir(parents=True)
    (package / "shipped" / "one.yaml").write_text("")
    monkeypatch.setattr(locate_module.resources, "files", lambda name: package)
    monkeypatch.setattr(locate_module, "ENGINE", package)
    assert locate("one") == package / "shipped" / "one.yaml"

    source = folder / "repository" / "src" / "flowsheet"
    for path in (source, folder / "repository" / "flowsheets"):
        path.mkdir(parents=True)
    (folder / "repository" / "pyproject.toml").write_text("")
    (folder / "repository" / "flowsheets" / "one.yaml").write_text("")
    monkeypatch.setattr(locate_module, "ENGINE", source)
    assert locate("one") == folder / "repository" / "flowsheets" / "one.yaml"


def test_shipped_flowsheets_are_found_by_name():
    for name, path in shipped_flowsheets().items():
        assert locate(name) == path
        assert locate(f"{name}.yaml") == path


def test_checking_imports_nothing_heavy():
    """The path of `check` and of a cached run: what is imported there is paid for at each start."""
    heavy = ("pint", "pydantic", "pandas", "numpy", "pyomo", "casadi", "cantera", "rich", "openpyxl")
    code = (
        "import sys, flowsheet.document.load, flowsheet.document.parameter_file, flowsheet.document.schema\n"
        "from flowsheet.document.load import load_text\n"
        "feeds = 'feeds: {w: {gas: {flow: 5 kg/h, composition: {N2: 100 %}}}}'\n"
        "load_text('flowsheet: a\\nchemistry: b\\nunits: {}\\n' + feeds, {})\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
