"""Counter-current washing against the geometric law."""

import pytest

from harness import assert_falling, solve

TRAIN = """
flowsheet: washing train
chemistry: nmc_sulfate
feeds:
  slurry: {{role: main_feed, temperature: 60 degC, solid: {{flow: 30 kg/h, composition: {{graphite: 100 %}}}},
           aqueous: {{flow: 500 L/h, NiSO4: 120 g/L, Na2SO4: 20 g/L, H2SO4: 5 g/L}}}}
  water: {{role: water, aqueous: {{flow: 200 kg/h{wash}}}}}
units:
  ccd: {{unit: counter_current_washing, inlets: {{slurry: slurry, wash: water}}, stages: {stages}}}
"""


def train(stages, wash=""):
    return solve(TRAIN.format(stages=stages, wash=wash))


def wash_law(stages, mother, wash, retained):
    """Share of a solute that stays with the underflow, perfectly mixed stages and clean wash."""
    ratio = wash / retained
    return 1.0 / (1.0 + (mother + wash - retained) / retained * sum(ratio**i for i in range(stages)))


@pytest.mark.parametrize("stages", [1, 4, 20])
def test_the_washed_share_follows_the_geometric_law(stages):
    """Nearly: shares are by the mass of the whole liquor with its salts, the law's by the solvent's."""
    case = train(stages)
    dilute = case.again(
        {"slurry.aqueous.NiSO4": 1e-3, "slurry.aqueous.Na2SO4": 1e-3, "slurry.aqueous.H2SO4": 1e-3}
    )
    mother = dilute.evaluate(dilute.model.streams["slurry"].mass_flow("aqueous"))
    expected = wash_law(stages, mother, 200.0, 30.0 * 0.6 / 0.4)
    share = dilute.flow("ccd.underflow", "aqueous", "Ni") / dilute.flow("slurry", "aqueous", "Ni")
    assert share == pytest.approx(expected, rel=1e-4)
    strong = case.flow("ccd.underflow", "aqueous", "Ni") / case.flow("slurry", "aqueous", "Ni")
    assert strong == pytest.approx(expected, rel=0.15)


def test_elements_electrons_and_energy_close():
    case = train(4, ", Na2SO4: 1 g/L")
    case.check(1e-9)
    assert case["ccd.area"] == pytest.approx(4 * 30.0 * 0.05, rel=1e-9)
    assert case["ccd.wash_ratio"] == pytest.approx(200.0 / 45.0, rel=1e-9)


def test_the_underflow_holds_the_stated_liquor():
    case = train(4, ", Na2SO4: 1 g/L")
    underflow = case.model.streams["ccd.underflow"]
    liquor, solids = (
        case.evaluate(underflow.mass_flow("aqueous")),
        case.evaluate(underflow.mass_flow("solid")),
    )
    assert liquor / (liquor + solids) == pytest.approx(0.6, rel=1e-9)


def test_more_wash_and_more_stages_leave_less():
    case, left = train(4, ", Na2SO4: 1 g/L"), []
    for wash in (80.0, 150.0, 400.0):
        case = case.again({"water.flow": wash})
        left.append(case.flow("ccd.underflow", "aqueous", "Ni"))
    assert_falling(left)
    assert_falling([train(n).flow("ccd.underflow", "aqueous", "Ni") for n in (1, 4, 20)])
