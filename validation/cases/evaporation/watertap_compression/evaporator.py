"""Energy of an evaporator in the unit that papers state it in."""


def energy(point):
    """Electricity per distillate [kWh/m3]."""
    return point.values["evaporator.specific_energy"]
