"""Oxidation of iron(II) and cementation of copper: conservation, stoichiometry, limits."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from harness import assert_falling, assert_rising, attempt, compiled, solve

PEROXIDE = """
flowsheet: iron oxidation
chemistry: nmc_sulfate
feeds:
  liquor: {temperature: 40 degC, aqueous: {flow: 1000 L/h, H2SO4: 0.05 mol/L, NiSO4: 70 g/L, Li2SO4: 30 g/L,
                                           FeSO4: 8 g/L}}
  peroxide: {aqueous: {flow: as needed, H2O2: 30 %}}
units:
  oxidation: {unit: oxidation, inlets: {feed: liquor, oxidant: peroxide}, conversion: 99.5 %}
"""
GIVEN_PEROXIDE = PEROXIDE.replace("as needed", "3 kg/h").replace(", conversion: 99.5 %", "")
AIR = (
    PEROXIDE.replace(
        "peroxide: {aqueous: {flow: as needed, H2O2: 30 %}}",
        "air: {gas: {flow: as needed, composition: {O2: 21 %, N2: balance}}}",
    )
    .replace("oxidant: peroxide", "oxidant: air")
    .replace("99.5 %", "99 %, basis: stated, utilisation: 30 %")
)
SLOW_AIR = (
    AIR.replace("as needed", "3 kg/h")
    .replace("conversion: 99 %, basis: stated, utilisation: 30 %", "catalysis: 1000")
    .replace("H2SO4: 0.05 mol/L, ", "")
)
CEMENTATION = """
flowsheet: copper removal
chemistry: nmc_sulfate
feeds:
  liquor: {temperature: 50 degC, aqueous: {flow: 1000 L/h, H2SO4: 0.05 mol/L, NiSO4: 70 g/L, Li2SO4: 30 g/L,
                                           CuSO4: 5 g/L, "Fe2(SO4)3": 1 g/L}}
  iron: {solid: {flow: as needed, composition: {Fe: 100 %}}}
units:
  cementation: {unit: cementation, inlets: {feed: liquor, metal: iron}, residual: 5 mg/L,
                temperature: 50 degC}
"""
GIVEN_IRON = CEMENTATION.replace("as needed", "3 kg/h").replace("residual: 5 mg/L,\n", "\n")


@pytest.mark.parametrize(
    "text",
    [PEROXIDE, GIVEN_PEROXIDE, AIR, SLOW_AIR, CEMENTATION, GIVEN_IRON],
    ids=["peroxide", "given peroxide", "air", "slow air", "cementation", "given iron"],
)
def test_elements_electrons_and_energy_close(text: str) -> None:
    solve(text).check()


def test_peroxide_oxidises_twice_its_amount_of_iron_as_far_as_it_is_used() -> None:
    plant = solve(PEROXIDE)
    iron = plant.flow("liquor", "aqueous", "Fe(II)") - plant.flow("oxidation.liquor", "aqueous", "Fe(II)")
    used = plant.flow("peroxide@oxidation.oxidant", "aqueous", "H2O2") - plant.flow(
        "oxidation.liquor", "aqueous", "H2O2"
    )
    assert plant["oxidation.converted"] == pytest.approx(0.995, abs=1e-9)
    assert 0.9 * (2.0 * 0.8 * used) < iron < 2.0 * 0.8 * used  # the rest decays by iron(III)
    oxygen = plant.flow("oxidation.off_gas", "gas", "O2")
    assert oxygen == pytest.approx(0.5 * (used - 0.5 * iron), rel=1e-7)


def test_surplus_peroxide_decays_by_iron_three() -> None:
    """First order in well-mixed tanks, by the rate law as published: k m(H2O2) m(Fe+3)/m(H+)."""
    text = GIVEN_PEROXIDE.replace("oxidant: peroxide}", "oxidant: peroxide}, temperature: 40 degC")
    plant = solve(text, {"peroxide.flow": 30.0, "oxidation.residence_time": 0.25})
    iron = plant.flow("liquor", "aqueous", "Fe(II)")
    surplus = plant.flow("peroxide", "aqueous", "H2O2") - iron / (2.0 * 0.8)
    k = 4.3e-3 * np.exp(-85600.0 / 8.314 * (1.0 / 313.15 - 1.0 / 298.15))  # [1/s]
    ln_m = plant.model.units["oxidation"].state.block.ln_m
    ratio = plant.evaluate(pyo.exp(ln_m["Fe+3"] - ln_m["H+"]))
    left = surplus / (1.0 + k * 450.0 * ratio) ** 2
    assert 0.01 * surplus < left < 0.99 * surplus
    assert plant.flow("oxidation.liquor", "aqueous", "H2O2") == pytest.approx(left, rel=2e-4)


def test_iron_left_falls_with_peroxide_and_with_time() -> None:
    plant = solve(GIVEN_PEROXIDE)
    assert_rising(plant.response("peroxide.flow", [1.0, 2.0, 3.0, 4.0], "oxidation.converted"))
    # Over minutes: in hours iron(III) decomposes the peroxide before the last iron(II) meets it.
    assert_rising(plant.response("oxidation.residence_time", [0.01, 0.02, 0.04, 0.08], "oxidation.converted"))


def test_peroxide_rises_with_the_conversion_asked_for() -> None:
    plant = solve(PEROXIDE)
    assert_rising(plant.response("oxidation.conversion", [0.5, 0.9, 0.99, 0.999], "peroxide.flow"))


def test_air_enters_by_its_stated_utilisation() -> None:
    plant = solve(AIR)
    assert plant["oxidation.oxygen_utilisation"] == pytest.approx(0.3, rel=1e-9)
    spent = plant.flow("air@oxidation.oxidant", "gas", "O2") - plant.flow("oxidation.off_gas", "gas", "O2")
    oxidised = 0.99 * plant.flow("liquor", "aqueous", "Fe(II)")
    assert spent == pytest.approx(oxidised / 4.0, rel=1e-7)


def test_air_alone_does_next_to_nothing_in_acid() -> None:
    plant = solve(SLOW_AIR.replace("NiSO4: 70 g/L", "H2SO4: 0.05 mol/L, NiSO4: 70 g/L"))
    assert plant["oxidation.converted"] < 0.05


def test_cementation_meets_its_residual_with_iron_as_needed() -> None:
    plant = solve(CEMENTATION)
    assert plant["cementation.residual_copper"] == pytest.approx(0.005, rel=1e-7)
    copper = plant.flow("cementation.slurry", "solid", "Cu")
    assert copper == pytest.approx(
        plant.flow("liquor", "aqueous", "Cu") - plant.flow("cementation.slurry", "aqueous", "Cu"), rel=1e-7
    )


def test_copper_left_falls_with_iron_time_and_finer_powder() -> None:
    plant = solve(GIVEN_IRON)
    assert_falling(plant.response("iron.flow", [0.5, 1.5, 3.0, 6.0], "cementation.residual_copper"))
    assert_falling(
        plant.response("cementation.residence_time", [0.2, 0.5, 1.0], "cementation.residual_copper")
    )
    assert_rising(
        plant.response("cementation.particle_size", [2e-5, 5e-5, 1e-4], "cementation.residual_copper")
    )


def test_too_little_iron_dissolves_wholly() -> None:
    plant = solve(GIVEN_IRON, {"iron.flow": 0.5, "cementation.particle_size": 1e-5})
    left = plant.flow("cementation.slurry", "solid", "Fe") / plant.flow("iron", "solid", "Fe")
    assert left < 0.05


def test_cold_starts_of_oxidation_and_cementation() -> None:
    random = np.random.default_rng(2)
    failed = []
    for text, names in (
        (GIVEN_PEROXIDE, {"liquor.FeSO4": 8.0, "peroxide.flow": 3.0, "oxidation.residence_time": 1.0}),
        (GIVEN_IRON, {"liquor.CuSO4": 5.0, "iron.flow": 3.0, "cementation.particle_size": 3e-5}),
    ):
        compiled(text)
        for _ in range(100):
            inputs = {name: value * 10.0 ** random.uniform(-1.0, 1.0) for name, value in names.items()}
            if not attempt(text, inputs).simulation.converged:
                failed.append(inputs)
    assert len(failed) <= 2, failed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GIVEN_PEROXIDE.replace("peroxide}}", "peroxide}, conversion: 99 %}"), "no oxidant to act on"),
        (PEROXIDE.replace(", conversion: 99.5 %", ""), "nothing decides how much oxidant"),
        (
            CEMENTATION.replace("residual: 5 mg/L", "excess: 1.2, residual: 5 mg/L"),
            "one of `excess` and `residual`",
        ),
        (CEMENTATION.replace("Fe: 100 %", "Al: 100 %"), "brings no Fe"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(DiagnosticError) as refused:
        attempt(text)
    assert any(said in d.message for d in refused.value.diagnostics)
