"""Passages stated by component: the exact integral along a channel, electroneutrality, plain refusals."""

from __future__ import annotations

import numpy as np
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.solve.explain import explain_failure
from harness import assert_falling, attempt, solve

SIEVING = """
flowsheet: lithium through a membrane
chemistry: nmc_sulfate
feeds:
  liquor:
    role: main_feed
    temperature: 25 degC
    aqueous: {{flow: 10 m3/h, Li2SO4: 0.1 mol/L, CoSO4: 0.3 mol/L, H2SO4: 0.01 mol/L}}
units:
  nf: {{unit: nanofiltration, inlets: {{feed: liquor}}, area: 250 m2, flux: 20 L/m2/h, transport: sieving,
        polarisation: none, sieving: {sieving}, elements: {elements}}}
"""
PASSAGES = {"Li": 1.3, "Co": 0.5}


def text(elements: int = 10, sieving: str = "{Li: 1.3, Co: 0.5}") -> str:
    return SIEVING.format(elements=elements, sieving=sieving)


@pytest.mark.parametrize("elements", [1, 10, 20, 100])
def test_the_retentate_follows_the_integral_of_the_channel_however_it_is_cut(elements: int) -> None:
    case = solve(text(elements))
    case.check(work={"nf": case["nf.power"]})
    left = 1.0 - case["nf.recovery"]
    for component, passage in PASSAGES.items():
        share = case.flow("nf.retentate", "aqueous", component) / case.flow("liquor", "aqueous", component)
        assert share == pytest.approx(left**passage, rel=1e-9)


def test_the_proton_passes_freely_unless_told_and_sulfate_closes_the_charge() -> None:
    case = solve(text())
    left = 1.0 - case["nf.recovery"]
    acid = case.flow("nf.retentate", "aqueous", "H") / case.flow("liquor", "aqueous", "H")
    assert acid == pytest.approx(left, rel=1e-9)
    held = solve(text(sieving="{Li: 1.3, Co: 0.5, H: 0.2}"))
    acid = held.flow("nf.retentate", "aqueous", "H") / held.flow("liquor", "aqueous", "H")
    assert acid == pytest.approx(left**0.2, rel=1e-9)


def test_a_dry_module_says_so() -> None:
    case = attempt(text(), {"nf.area": 520.0})
    assert not case.simulation.converged
    (finding,) = explain_failure(case.plant, case.simulation, case.model.document)
    assert finding.code == "S203"
    assert "all the water" in finding.message


def test_no_area_no_permeate() -> None:
    case = solve(text(), {"nf.area": 1e-3})
    assert case["nf.recovery"] < 1e-5


def test_the_retentate_gets_richer_in_what_is_held_back() -> None:
    case = solve(text())
    areas = np.linspace(50.0, 450.0, 5)
    co, li = zip(
        *[[case.again({"nf.area": a}).concentration("nf.retentate", c) for c in ("Co", "Li")] for a in areas],
        strict=True,
    )
    assert_falling([-v for v in co])
    assert_falling(li)


@pytest.mark.parametrize(
    ("sieving", "says"),
    [
        ("{Li: 1.3}", "no coefficients for Co, SO4"),
        ("{Li: 1.3, Co: 0.5, SO4: 0.6}", "every ion has a coefficient"),
    ],
)
def test_coefficients_that_do_not_fit_the_liquor_are_refused(sieving: str, says: str) -> None:
    with pytest.raises(DiagnosticError, match=says):
        solve(text(sieving=sieving))
