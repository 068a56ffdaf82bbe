"""What a stack says of an input that it can't use."""

from __future__ import annotations

import pytest

from electrodialysis.plants import DESALINATION, SODIUM_SULFATE, TWO_COMPARTMENTS
from flowsheet.document.diagnostics import DiagnosticError
from harness import attempt, compiled

ACID = "feeds:\n  acid: {role: reagent, temperature: 25 degC, aqueous: {flow: 40 L/h, H2SO4: 0.1 mol/L}}\n"
ACID_ENTERS = (
    TWO_COMPARTMENTS.replace("feeds:\n", ACID, 1).replace("{salt: salt,", "{salt: salt, acid: acid,"),
    "the acid stays in the salt",
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DESALINATION.replace("current_density: 100 A/m2, ", ""), "neither"),
        (DESALINATION.replace("current_density:", "stack_voltage: 5 V, current_density:"), "not both"),
        (SODIUM_SULFATE.replace(" acid: acid,", ""), "no liquid enters by `acid`"),
        ACID_ENTERS,
        (DESALINATION.replace("NaCl: 0.1 mol/L", "H2O2: 0.1 mol/L"), "no salt"),
        (
            DESALINATION.replace("cells: 10", "membrane_prices: {bipolar: 800 USD/m2}, cells: 10"),
            "`bipolar` is no membrane of this stack",
        ),
        (DESALINATION.replace("cells: 10", "membranes: no_such_set, cells: 10"), "unknown parameter set"),
    ],
)
def test_a_contradiction_is_named(text, message):
    with pytest.raises(DiagnosticError) as error:
        compiled(text)
    assert message in str(error.value.diagnostics[0].message)


def test_a_voltage_below_the_electrodes_own_is_explained():
    text = DESALINATION.replace("current_density: 100 A/m2", "stack_voltage: 2 V")
    case = attempt(text)
    (requirement,) = case.model.registry.requirements
    assert case.evaluate(case.model.registry.outputs[requirement.margin].expression) < 0.0
    assert "electrodes" in requirement.message


def test_worn_membranes_cost_by_price_and_life():
    text = SODIUM_SULFATE.replace(
        "cells: 20,",
        "membrane_prices: {bipolar: 800 USD/m2, cation: 200 USD/m2}, membrane_life: 10000 h, cells: 20,",
    )
    case = attempt(text)
    assert case["stack.membrane_wear"] == pytest.approx(2.0 * 1000.0 / 10000.0)
    assert case["stack.membrane_area.anion"] == pytest.approx(2.0)
