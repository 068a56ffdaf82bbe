"""The steam correlations against Cantera's equation of state of water, over their whole range."""

import cantera as ct
import numpy as np
import pytest

from flowsheet.chemistry import steam

BAR = 1e5


@pytest.fixture(scope="module")
def water():
    return ct.Water()


def per_mole(water, specific):
    """[J/kg] as [kJ/mol]"""
    return specific * water.mean_molecular_weight * 1e-6


def test_saturation_latent_heat_and_heat_capacity_are_cantera_s(water):
    for t in np.linspace(*steam.RANGE, 41):
        water.TQ = t, 0.0
        liquid = water.enthalpy_mass
        water.TQ = t, 1.0
        pressure, vapour = water.P, water.enthalpy_mass
        assert steam.saturation_pressure(t) * BAR == pytest.approx(pressure, rel=4e-5)
        assert steam.latent_heat(t) == pytest.approx(per_mole(water, vapour - liquid), rel=7e-5)
        water.TP = t + 8.0, pressure
        heated = per_mole(water, water.enthalpy_mass - vapour)
        assert 8.0 * steam.vapour_heat_capacity(t) == pytest.approx(heated, rel=1.6e-3)


@pytest.mark.parametrize("superheat", [0.5, 5.0, 15.0, 30.0])
@pytest.mark.parametrize("ratio", [1.05, 1.3, 1.6, 2.0, 3.0])
def test_the_isentropic_work_is_cantera_s(water, superheat, ratio):
    for dew_point in np.linspace(293.15, 423.15, 8):
        water.TQ = dew_point, 1.0
        pressure = water.P
        water.TP = dew_point + superheat, pressure
        before, entropy = water.enthalpy_mass, water.entropy_mass
        water.SP = entropy, ratio * pressure
        work = per_mole(water, water.enthalpy_mass - before)
        found = steam.compression_work(dew_point, dew_point + superheat, ratio)
        assert found == pytest.approx(work, rel=1.5e-3)
