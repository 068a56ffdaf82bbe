"""Saturated water and steam, by the library's correlations and by Cantera's `Water`."""

import cantera as ct

from flowsheet.chemistry.steam import latent_heat, saturation_pressure

PASCAL = 1e-5
"""bar"""


def _saturated(point, quality):
    water = ct.Water()
    water.TQ = point["temperature"], quality
    return water


def pressure(point):
    """[bar]"""
    return saturation_pressure(point["temperature"])


def pressure_of_cantera(point):
    """[bar]"""
    return _saturated(point, 1.0).P * PASCAL


def heat(point):
    """Of vaporisation [kJ/mol]."""
    return latent_heat(point["temperature"])


def heat_of_cantera(point):
    """Of vaporisation [kJ/mol]."""
    return (_saturated(point, 1.0).enthalpy_mole - _saturated(point, 0.0).enthalpy_mole) * 1e-6
