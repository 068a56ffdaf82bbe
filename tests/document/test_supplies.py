"""Supplies in the flowsheet file: names, tanks, and what each fault says."""

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.structure import input_values, structure
from flowsheet.solve.case import load

TEXT = """
flowsheet: two units that draw from one tank
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 kg/h, H2SO4: 1 %}}
  caustic: {aqueous: {flow: as needed, NaOH: 10 %}}
supplies:
  alkali: {from: tank.liquor, flow: as needed}
  more: {from: tank.liquor, flow: 2 kg/h}
units:
  tank: {unit: reagent_tank, inlets: {feed: stage.slurry, make_up: caustic}}
  stage: {unit: precipitator, inlets: {feed: [liquor, more], reagent: alkali}, pH: 6, solids: []}
products:
  salt: {stream: tank.overflow, role: byproduct}
"""


def opened(tmp_path, text):
    path = tmp_path / "plant.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_streams_are_named_by_supply_and_inlet(tmp_path):
    document = load(opened(tmp_path, TEXT))
    assert document.supply_streams("alkali") == ["alkali@stage.reagent"]
    assert document.supply_streams("more") == ["more@stage.feed"]
    assert not document.warnings


def test_a_stated_flow_is_an_input_and_no_structure(tmp_path):
    path = opened(tmp_path, TEXT)
    two, three = load(path), load(path, overrides=["more.flow=3 kg/h"])
    assert input_values(two)["more.flow"] == 2.0
    assert input_values(three)["more.flow"] == 3.0
    assert structure(two) == structure(three)


@pytest.mark.parametrize(
    ("right", "wrong", "code", "says"),
    [
        ("tank.liquor, flow: 2", "tank.liqor, flow: 2", "E303", "did you mean `liquor`?"),
        ("tank.liquor, flow: 2", "tnk.liquor, flow: 2", "E302", "did you mean `tank`?"),
        ("reagent: alkali", "reagent: alkli", "E302", "did you mean `alkali`?"),
        ("tank.liquor, flow: 2", "stage.slurry, flow: 2", "E312", "put a reagent_tank behind it"),
        ("reagent: alkali", "reagent: tank.liquor", "E312", "name it under `supplies:`"),
        ("[liquor, more]", "[liquor, alkali]", "E310", "state the flow of `alkali`"),
        ("reagent: alkali", "reagent: [alkali, caustic]", "E310", "state the flow of one of them"),
        ("inlets: {feed: stage.slurry", "inlets: {feed: more", "E306", "state another supply"),
        ("  more:", "  caustic:", "E307", "another name"),
        ("flow: 2 kg/h", "flow: 2 h", "E203", "kg/h"),
        ("flow: 2 kg/h", "rate: 2 kg/h", "E101", "flow"),
    ],
)
def test_faults_are_told_with_a_way_out(tmp_path, right, wrong, code, says):
    with pytest.raises(DiagnosticError) as caught:
        load(opened(tmp_path, TEXT.replace(right, wrong)))
    found = {d.code: f"{d.message} {d.help}" for d in caught.value.diagnostics}
    assert says in found[code]


def test_a_supply_that_nothing_takes_is_warned_of(tmp_path):
    document = load(opened(tmp_path, TEXT.replace("[liquor, more]", "liquor")))
    assert [w.code for w in document.warnings] == ["W309"]


def test_its_flow_can_be_optimised_over_where_it_is_stated(tmp_path):
    vary = "optimise: {minimise: reagent_cost, vary: {NAME: [1 kg/h, 3 kg/h]}}\n"
    document = load(opened(tmp_path, TEXT + vary.replace("NAME", "more.flow")))
    assert document.optimisation.vary[0].variable.kind == "supply"
    with pytest.raises(DiagnosticError, match="as needed"):
        load(opened(tmp_path, TEXT + vary.replace("NAME", "alkali.flow")))
