"""Dryer: water and heat."""

import pytest

from harness import assert_rising, solve

CAKE = """
flowsheet: dryer
chemistry: nmc_sulfate
feeds:
  cake: {role: main_feed, temperature: 60 degC, solid: {flow: 30 kg/h, composition: {CoSO4.7H2O: 100 %}},
         aqueous: {flow: 10 kg/h, CoSO4: 120 g/L, Na2SO4: 20 g/L, H2SO4: 5 g/L}}
units:
  dry: {unit: dryer, inlets: {cake: cake}, temperature: 40 degC, residual_moisture: 0.3 %}
"""


@pytest.fixture(scope="module")
def dry():
    return solve(CAKE)


def test_elements_electrons_and_energy_close(dry):
    dry.check(1e-10)


def test_the_product_has_the_stated_moisture_and_the_water_left_as_vapour(dry):
    product = dry.model.streams["dry.product"]
    total = sum(dry.evaluate(product.mass_flow(p)) for p in ("solid", "aqueous"))
    molar_mass = dry.system.component("H2O").molar_mass
    water = molar_mass * dry.flow("dry.product", "aqueous", "H2O")
    assert water / total == pytest.approx(0.003, rel=1e-9)
    came = molar_mass * dry.flow("cake", "aqueous", "H2O")
    assert dry["dry.water_removed"] == pytest.approx(came - water, rel=1e-9)
    assert dry["dry.volume"] == pytest.approx(dry["dry.water_removed"] / 20.0, rel=1e-9)


def test_solutes_and_crystal_water_stay(dry):
    for phase, name in (("aqueous", "Co"), ("aqueous", "Na"), ("aqueous", "H"), ("solid", "CoSO4.7H2O")):
        assert dry.flow("dry.product", phase, name) == pytest.approx(dry.flow("cake", phase, name), rel=1e-10)


def test_heat_is_that_of_evaporation_and_warming(dry):
    """Water's heat of vaporisation at 40 degC by Cantera; the cake comes at the product's temperature."""
    import cantera as ct

    water = ct.Water()
    water.TQ = 313.15, 0.0
    liquid = water.enthalpy_mass
    water.TQ = 313.15, 1.0
    latent = (water.enthalpy_mass - liquid) / 1000.0
    warm = dry.again({"cake.temperature": 313.15})
    assert 3600.0 * warm["dry.heat_duty"] / warm["dry.water_removed"] == pytest.approx(latent, rel=0.01)
    assert warm["dry.fuel"] == pytest.approx(2.0 * warm["dry.heat_duty"], rel=1e-9)


def test_drier_and_hotter_products_need_more_heat(dry):
    assert_rising(dry.response("dry.residual_moisture", [0.02, 0.01, 0.002, 0.0005], "dry.heat_duty"))
    assert_rising(dry.response("dry.temperature", [300.0, 330.0, 380.0], "dry.heat_duty"))
