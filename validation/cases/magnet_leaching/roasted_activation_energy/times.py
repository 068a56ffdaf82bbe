"""The activation energy by which times to the same conversion differ, whatever the law of the curve."""

from math import log

R = 0.0083145  # kJ/mol/K
WARM, COLD = 343.15, 303.15  # K


def activation_energy(point):
    """Of two batches of first order, 1 - X = exp(-k t), equal but for the temperature [kJ/mol]."""
    warm = -log(1.0 - point.values["leach.conversion.NdFeO3"])
    cold = -log(1.0 - point.values["cold_leach.conversion.NdFeO3"])
    return R * log(warm / cold) / (1.0 / COLD - 1.0 / WARM)
