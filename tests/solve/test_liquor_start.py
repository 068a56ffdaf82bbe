"""The cold start of a liquor with its solids: near equilibrium, and nothing lost."""

from __future__ import annotations

import math
from typing import Any

import pytest

from flowsheet.chemistry.load import load_system
from flowsheet.solve.liquor_start import LiquorStart

COMPONENTS = ("Ni", "Fe(III)", "Na", "SO4")
SOLIDS = ("Fe(OH)3", "gypsum", "Na2SO4.10H2O")


def start(solids: tuple[str, ...] = (), components: tuple[str, ...] = COMPONENTS, model: str = "sit") -> Any:
    system = load_system("nmc_sulfate")
    return LiquorStart(
        {
            "chemistry": list(system.origin),
            "components": list(components),
            "model": model,
            "solids": list(solids),
            "unknowns": {
                "ln_m": {s: f"ln_m[{s}]" for s in (*(system.component(c).species for c in components), "H+")},
                "ln_ionic_strength": "I",
                "ln_water": "W",
                "flow": {c: f"n[{c}]" for c in (*components, "H2O")},
                "share": {k: f"share[{k}]" for k in solids},
                "solid": {k: f"s[{k}]" for k in solids},
            },
        }
    )


def needs(temperature: float = 298.15, **amounts: float) -> dict[str, float]:
    named = {"Fe": "Fe(III)"}
    return {f"N:{named.get(c, c)}": n for c, n in amounts.items()} | {"temperature": temperature}


LIQUOR = needs(Ni=1.0, Fe=0.1, Na=1.0, SO4=1.6, H2O=55.5)


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_without_solids_all_stays_dissolved(model):
    values = start(model=model)(LIQUOR)
    for c, n in (("Ni", 1.0), ("Fe(III)", 0.1), ("SO4", 1.6)):
        assert math.exp(values[f"n[{c}]"]) == pytest.approx(n, rel=1e-9)
    assert all(math.isfinite(v) for v in values.values())
    assert 1.0 < math.exp(values["I"]) < 6.0


def test_what_forms_and_what_stays_make_up_the_totals():
    glauber = needs(278.15, Ni=0.1, Fe=0.01, Na=6.0, SO4=3.2, H2O=55.5)
    values = start(("Fe(OH)3", "Na2SO4.10H2O"))(glauber)
    formed = values["s[Na2SO4.10H2O]"]
    assert formed > 1.0
    assert math.exp(values["n[Na]"]) + 2.0 * formed == pytest.approx(6.0, rel=1e-6)
    assert math.exp(values["n[H2O]"]) + 10.0 * formed == pytest.approx(55.5, rel=0.05)
    assert math.exp(values["W"]) == pytest.approx(math.exp(values["n[H2O]"]) * 0.018015, rel=0.05)
    # The scale of a solid is 1 / sum_c (nu_c / N_c), water not counted.
    assert values["share[Na2SO4.10H2O]"] == pytest.approx(formed * (2.0 / 6.0 + 1.0 / 3.2), rel=1e-9)


def test_an_undersaturated_solid_does_not_form():
    acid = needs(Ni=0.1, Fe=0.01, Na=0.1, SO4=1.0, H2O=55.5)
    assert start(("Fe(OH)3",))(acid)["s[Fe(OH)3]"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("fault", [0.0, -1.0, math.nan, math.inf])
def test_senseless_totals_give_no_start_rather_than_a_wrong_one(fault):
    assert start()(LIQUOR | {"N:Ni": fault}) == {}
