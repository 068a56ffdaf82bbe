"""Counts chosen by an optimisation: against trying them all, and what is said of counts that can't be."""

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.optimise.choices import choose_counts
from flowsheet.optimise.run import optimise_case
from flowsheet.solve.simulate import simulate
from opened import opened

# Each stage of washing saves nickel and costs residence time in a thickener: few stages are best.
CHOOSE = "wash.stages: [1, 8]"
THICKENERS = """
flowsheet: how many thickeners
chemistry: nmc_sulfate
feeds:
  slurry: {{role: main_feed, price: 0 USD/kg,
           solid: {{flow: 30 kg/h, composition: {{graphite: 100 %}}}},
           aqueous: {{flow: 500 L/h, NiSO4: 120 g/L}}}}
  water: {{role: water, price: 0.01 USD/kg, aqueous: {{flow: 40 kg/h}}}}
units:
  wash: {{unit: counter_current_washing, inlets: {{slurry: slurry, wash: water}}, stages: {stages}}}
products:
  liquor: {{stream: wash.overflow, as: NiSO4, price: 5 USD/kg}}
  residue: {{stream: wash.underflow, role: waste}}
optimise:
  maximise: profit
  vary: {{water.flow: [21 kg/h, 300 kg/h]}}
  choose: {{{choose}}}
economics:
  charges: {{thickener: 0.2 USD/m2/h}}
"""


def washed(stages, choose=CHOOSE, *changes):
    return opened(THICKENERS.format(stages=stages, choose=choose), None, tuple(changes))


@pytest.mark.parametrize("own", [1, 8])
def test_the_count_found_is_the_best_of_all(own):
    def open_case(changes):
        return washed(own, CHOOSE, *changes)

    best = {n: optimise_case(washed(n), starts=1)[1]["objective"]["value"] for n in range(1, 9)}
    case = washed(own)
    base = simulate(case.plant, case.p)
    state, report = choose_counts(open_case, case, base, starts=1)
    (choice,) = report["choices"].values()
    assert choice["value"] == max(best, key=best.__getitem__)
    assert 1 < choice["value"] < 8
    assert report["status"] == "optimal"
    assert report["objective"]["value"] == pytest.approx(best[choice["value"]], rel=1e-8)
    assert report["objective"]["base"] < report["objective"]["value"]
    assert choice["base"] == own
    assert len(report["combinations"]) < 8
    assert state.values["wash.area"] == pytest.approx(choice["value"] * 30.0 * 0.05)


@pytest.mark.parametrize(
    ("choose", "code", "told"),
    [
        ("wosh.stages: [1, 6]", "E504", "did you mean `wash`"),
        ("wash.stage: [1, 6]", "E504", "did you mean `stages`"),
        ("wash.underflow_liquor: [1, 6]", "E504", "has no count"),
        ("wash.stages: [1, 60]", "E204", "20"),
        ("wash.stages: 6", "E103", "[least, most]"),
        ("wash.stages: [4, 6]", "E505", "begins at the file's own count"),
    ],
)
def test_what_cannot_be_chosen_is_told_at_its_place(choose, code, told):
    with pytest.raises(DiagnosticError) as refused:
        washed(3, choose)
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code == code
    assert told in f"{diagnostic.message} {diagnostic.help}"
    assert "choose" in THICKENERS.splitlines()[diagnostic.span.line - 1]
