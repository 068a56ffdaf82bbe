"""Current efficiency of a batch that is computed as stages in a row."""

STAGES = 8


def _mean(point, purpose, compound, strength):
    """Of all stages until a product has a strength [kg/m3]; between two stages in proportion."""
    total = 0.0
    before = (0.0, 0.0)
    for k in range(STAGES):
        total += point.values[f"b{k}.current_efficiency.{purpose}"]
        reached, mean = point.values[f"b{k}.strength.{compound}"], total / (k + 1)
        if reached >= strength:
            share = (strength - before[0]) / (reached - before[0]) if k else 1.0
            return before[1] + share * (mean - before[1])
        before = (reached, mean)
    raise ValueError("the batch does not reach the strength")


def alkali(point):
    """LiOH to 1.7 mol/L."""
    return _mean(point, "alkali", "LiOH", 1.7 * 23.948)


def acid(point):
    """H2SO4 to 0.6 mol/L."""
    return _mean(point, "acid", "H2SO4", 0.6 * 98.079)
