"""What the plant uses per kg of cathode oxide in its feed."""


def _cathode(point):
    """[kg/h]"""
    acid = point.result["reagents"]["acid"]
    return acid["mass_flow"]["value"] / acid["per_cathode"]["value"]


def _used(point, compound):
    """[kg/kg] of a pure compound, in all feeds."""
    feeds = point.result["reagents"].values()
    return sum(f["compounds"].get(compound, {}).get("per_cathode", {}).get("value", 0.0) for f in feeds)


def sulfuric_acid(point):
    return _used(point, "H2SO4")


def peroxide(point):
    return _used(point, "H2O2")


def caustic(point):
    return _used(point, "NaOH")


def soda(point):
    return _used(point, "Na2CO3")


def electricity(point):
    """[kWh/kg]"""
    return point.result["utilities"]["power"]["value"] / _cathode(point)


def heat(point):
    """Steam [kWh/kg]."""
    return point.result["utilities"]["steam"]["value"] / _cathode(point)
