"""Organic that goes round with a stated make-up, neutral extractants that carry acid and water, strip liquor
that returns as scrub, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from harness import Case, assert_rising, compiled, solve
from sampling import load

DATA = Path(__file__).parent / "data"
ROUGHER = f"""
flowsheet: rougher extraction of a published plant
chemistry: {{system: {DATA / "coal_refuse_chemistry.yaml"}, activity_model: ideal}}
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: 160 L/h, H+: 60 mg/L, HSO4-: 9000 mg/L, SO4-2: 2000 mg/L,
    Al+3: 420 mg/L, Ca+2: 110 mg/L, Fe+3: 680 mg/L, Sc+3: 0.3 mg/L, Y+3: 0.3 mg/L, La+3: 1 mg/L, Ce+3: 2 mg/L,
    Pr+3: 0.3 mg/L, Nd+3: 1 mg/L, Sm+3: 0.2 mg/L, Gd+3: 0.3 mg/L, Dy+3: 0.1 mg/L, Cl-: 10 mg/L}}}}
  scrub_acid: {{aqueous: {{flow: 0.1 L/h, H+: 981.44 mg/L, Cl-: 34518.74 mg/L}}}}
  strip_acid: {{aqueous: {{flow: 3.375 L/h, H+: 1008 mg/L, Cl-: 35453 mg/L}}}}
  acid: {{organic: {{flow: as needed, D2EHPA: 100 %}}}}
  kerosene: {{organic: {{flow: as needed, diluent: 100 %}}}}
units:
  sx: {{unit: solvent_extraction, extractant: {DATA / "coal_refuse_extraction.yaml"},
        inlets: {{feed: liquor, scrub: scrub_acid, strip: strip_acid, extractant_make_up: acid,
                 diluent_make_up: kerosene}}, extractant_fraction: 20 %,
        extraction_stages: 3, scrub_stages: 1, strip_stages: 2, scrub_to: outlet, temperature: 303 K,
        make_up_flow: 12.89 L/h, bleed: 10 %, entrained_aqueous: 0, entrained_organic: 0}}
"""
METALS = ("Al", "Ca", "Fe(III)", "Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Gd", "Dy")


@pytest.fixture(scope="module")
def rougher() -> Case:
    return solve(ROUGHER)


def test_make_up_and_purge_decide_the_organics_flow(rougher: Case) -> None:
    assert rougher["sx.organic_circulation"] == pytest.approx(0.1289, rel=1e-12)
    fresh = rougher.evaluate(rougher.model.streams["acid@sx.extractant_make_up"].mass_flow("organic"))
    assert fresh == pytest.approx(12.89e-3 * 0.2 * 975.8, rel=1e-4)  # formula mass and stated molar mass
    assert rougher.evaluate(
        rougher.model.streams["sx.organic_bleed"].volume_flow("organic")
    ) == pytest.approx(12.89e-3, rel=1e-4)
    rougher.check(1e-9)


def test_sulfate_stays_out_of_circuits_that_no_droplets_reach(rougher: Case) -> None:
    """Without droplets only what is extracted gets into scrub and strip liquor."""
    assert set(METALS) < set(rougher.model.streams["sx.strip_liquor"].shape.names("aqueous"))
    for port in ("scrub_liquor", "strip_liquor"):
        assert "SO4" not in rougher.model.streams[f"sx.{port}"].shape.names("aqueous")
    assert "aqueous" not in rougher.model.streams["sx.organic_bleed"].shape.phases


def test_the_same_distribution_ratio_holds_in_every_section(rougher: Case) -> None:
    """Scandium's is constant, so that it hardly strips."""
    for stage in ("extraction_1", "scrub_1", "strip_2"):
        assert rougher[f"sx.distribution_ratio.{stage}.Sc"] == pytest.approx(632.4976, rel=1e-9)
    gone = rougher.flow("sx.strip_liquor", "aqueous", "Sc") / rougher.flow("liquor", "aqueous", "Sc")
    assert gone < 0.05
    assert rougher.flow("sx.organic_bleed", "organic", "Sc") > 0.9 * rougher.flow("liquor", "aqueous", "Sc")


@pytest.mark.parametrize("factor", [0.5, 2.0])
@pytest.mark.parametrize("name", ["liquor.flow", "strip_acid.flow", "scrub_acid.flow", "sx.make_up_flow"])
def test_half_and_double_of_every_flow_converge_cold(rougher: Case, name: str, factor: float) -> None:
    position = rougher.plant.model.inputs.position[name]
    case = rougher.again({name: factor * rougher.simulation.p[position]}, cold=True)
    case.check(1e-9)


# ---- neutral extractant

SOLVATES = """parameter_set: solvates
for: solvent_extraction.extractant
title: a diamide with round constants
sources: {round: {citation: round numbers}}
extractant: {name: diamide, formula: C36H72N2O3, kind: neutral,
  molar_mass: {value: 580.98 g/mol, source: round}, density: {value: 900 kg/m3, source: round},
  diluent_density: {value: 760 kg/m3, source: round}}
complexes:
- {reaction: Nd+3 + 3 Cl- + 3 diamide = NdCl3(diamide)3, log_k: {value: 2.5, source: round}}
- {reaction: La+3 + 3 Cl- + 3 diamide = LaCl3(diamide)3, log_k: {value: 1.0, source: round}}
- {reaction: H+ + Cl- + diamide = HCl(diamide), log_k: {value: -1.3, source: round}}
- {reaction: H2O + diamide = diamide(H2O), log_k: {value: -0.5, source: round}}
"""


def solvating(tmp_path: Path, rest: str = "", feeds: str = "") -> str:
    path = tmp_path / "solvates.yaml"
    path.write_text(SOLVATES, encoding="utf-8")
    return f"""
flowsheet: solvating extraction
chemistry:
  system: rare_earth
  add:
    sources: {{round: {{citation: round numbers}}}}
    components:
      diamide:
        {{species: C36H72N2O3, inert: true, density: {{value: 900 kg/m3, source: round}}, source: round}}
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: 100 L/h, NdCl3: 0.02 mol/L, LaCl3: 0.02 mol/L, HCl: 3 mol/L}}}}
  water: {{aqueous: {{flow: 60 L/h, HCl: 0.01 mol/L}}}}
{feeds}
units:
  sx: {{unit: solvent_extraction, inlets: {{feed: liquor, strip: water}}, extractant: {path},
        extractant_fraction: 15 %, extraction_stages: 4, strip_stages: 3, {rest}}}
"""


@pytest.mark.parametrize("droplets", ["", "entrained_aqueous: 0, entrained_organic: 0"])
def test_a_neutral_extractant_carries_chloride_acid_and_water(tmp_path: Path, droplets: str) -> None:
    """Every stage: chloride on the organic is three times the metals' and the acid's; all balances close."""
    case = solve(solvating(tmp_path, droplets))
    case.check(1e-9)
    for section in case.model.units["sx"].sections:
        for stage in section.stages:
            held = {c: case.evaluate(stage.loading[c]) for c in stage.extracted}
            acid = case.evaluate(stage.complexes["HCl(diamide)"])
            assert held["Cl"] == pytest.approx(3.0 * (held["Nd"] + held["La"]) + acid, rel=1e-12)
            assert held["H2O"] == pytest.approx(case.evaluate(stage.complexes["diamide(H2O)"]), rel=1e-12)
            ln_f = case.evaluate(stage.block.ln_free)
            activity = {c: case.evaluate(stage.aqueous.ln_a[c]) for c in ("Nd", "Cl")}
            ln_c = math.log(case.evaluate(stage.complexes["NdCl3(diamide)3"]))
            assert ln_c == pytest.approx(
                2.5 * math.log(10.0) + activity["Nd"] + 3.0 * activity["Cl"] + 3.0 * ln_f, abs=1e-9
            )
    assert case["sx.extracted.Nd"] > case["sx.extracted.La"]
    acid_out = case.flow("sx.strip_liquor", "aqueous", "H")
    assert acid_out > 5.0 * case.flow("water", "aqueous", "H")


def test_a_neutral_extractant_has_nothing_to_saponify(tmp_path: Path) -> None:
    text = solvating(
        tmp_path, "saponification: 20 %", "  caustic: {aqueous: {flow: as needed, NaOH: 5 mol/L}}"
    ).replace("strip: water}", "strip: water, alkali: caustic}")
    assert "no acid" in refusal(text)


# ---- reflux

REFLUX = f"""
flowsheet: strip liquor returns as scrub
chemistry: rare_earth
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: 1000 L/h, PrCl3: 0.2 mol/L, NdCl3: 0.6 mol/L, SmCl3: 0.1 mol/L,
           GdCl3: 0.05 mol/L, HCl: 0.01 mol/L}}}}
  acid: {{aqueous: {{flow: 600 L/h, HCl: 5 mol/L}}}}
  caustic: {{aqueous: {{flow: as needed, NaOH: 10 mol/L}}}}
units:
  sx: {{unit: solvent_extraction,
        inlets: {{feed: liquor, scrub: product.first, strip: acid, alkali: caustic}},
        extractant: {DATA / "pc88a_round.yaml"}, extractant_fraction: 45 %, organic_flow: 4 m3/h,
        extraction_stages: 6, scrub_stages: 8, strip_stages: 5, saponification: 25 %}}
  product: {{unit: splitter, inlets: {{feed: sx.strip_liquor}}, fraction: 25 %}}
"""


def test_strip_liquor_that_returns_as_scrub_converges_cold_and_purifies() -> None:
    """The more of it returns, the purer the product; by connected streams as by the circuit's own setting."""
    case = solve(REFLUX)
    case.check(1e-9)
    impurity = {}
    for share in (0.25, 0.2, 0.1):
        case = case.again({"product.fraction": share})
        product = {m: case.flow("product.second", "aqueous", m) for m in ("Nd", "Sm")}
        impurity[share] = product["Nd"] / product["Sm"]
    assert_rising(list(impurity.values()))
    within = solve(
        REFLUX.replace("scrub: product.first, ", "")
        .replace("saponification: 25 %", "saponification: 25 %, reflux: 10 %")
        .partition("  product:")[0]
    )
    within.check(1e-9)
    product = {m: within.flow("sx.strip_liquor", "aqueous", m) for m in ("Nd", "Sm")}
    assert product["Nd"] / product["Sm"] == pytest.approx(impurity[0.1], rel=1e-6)


# ---- refusals


def refusal(text: str) -> str:
    classes = unit_classes()
    with pytest.raises(DiagnosticError) as refused:
        build_model(load(text, classes), classes)
    return refused.value.diagnostics[0].message


BARREN = "  barren: {organic: {flow: 50 L/h, D2EHPA: 180 g/L}}\nunits:"
PLAIN = "inlets: {feed: liquor, organic: barren}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("make_up_flow: 12.89 L/h, bleed: 10 %", "make_up_flow: 12.89 L/h", "needs a `bleed`"),
        ("make_up_flow: 12.89 L/h", "make_up_flow: 12.89 L/h, phase_ratio: 2", "both say how much"),
        ("make_up_flow: 12.89 L/h, bleed: 10 %", "organic_flow: 100 L/h", "nothing to make up"),
        ("strip: strip_acid, ", "", "strip have no liquor"),
        ("strip: strip_acid, ", "organic: barren, strip: strip_acid, ", "`make_up_flow` is not free"),
        ("extraction_stages: 3", "extraction_stages: 0", "extraction_stages"),
        ("extraction_stages: 3", "extraction_stages: 2.5", "extraction_stages"),
        ("strip_stages: 2", "strip_stages: 1000", "strip_stages"),
        (str(DATA / "coal_refuse_extraction.yaml"), "chemistry", "has no organic phase"),
    ],
)
def test_what_contradicts_itself_is_refused(old: str, new: str, message: str) -> None:
    text = ROUGHER.replace("units:", BARREN)
    assert old in text
    assert message in refusal(text.replace(old, new))


def test_an_organic_that_is_never_stripped_is_refused() -> None:
    text = ROUGHER.replace("strip: strip_acid, ", "").replace("strip_stages: 2", "strip_stages: 0")
    assert "never stripped" in refusal(text)


def test_a_compiled_circuit_counts_no_more_unknowns_for_droplets_that_are_not_there() -> None:
    """Zero is structure: what can't be there has no variable."""
    _, with_droplets = compiled(
        ROUGHER.replace("entrained_aqueous: 0, entrained_organic: 0", "entrained_aqueous: 0.1 %")
    )
    _, without = compiled(ROUGHER)
    assert len(without.model.unknowns) < len(with_droplets.model.unknowns)
