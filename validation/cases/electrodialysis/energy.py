"""Energy of stacks in the units that papers state it in."""

STAGES = 8
CELLS = 5
HYDROXIDE = 39.997


def per_volume(point):
    """Direct current per feed to be treated [kWh/m3]."""
    return point.values["stack.energy_per_volume"]


def per_caustic(point):
    """Direct current of all stages per NaOH that they form [kWh/kg]."""
    formed = power = 0.0
    for k in range(STAGES):
        stage = point.values[f"b{k}.stack_power"]
        power += stage
        equivalents = CELLS * point.values[f"b{k}.current"] * 3600.0 / 96485.33
        formed += point.values[f"b{k}.current_efficiency.alkali"] * equivalents * HYDROXIDE / 1000.0
    return power / formed
