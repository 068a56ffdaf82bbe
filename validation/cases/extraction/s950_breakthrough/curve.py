"""The effluent of a column between the levels at which it is computed."""

import bisect

LEVELS = 40
"""At least as many as the load has."""


def share(point):
    """Effluent over feed of the row's element after its bed volumes, linear between levels."""
    element = point.row["compound"]
    levels = [
        (
            point.values[f"column.effluent_volume.feed_{k}"],
            point.values[f"column.effluent.{element}.feed_{k}"],
        )
        for k in range(1, LEVELS + 1)
        if f"column.effluent_volume.feed_{k}" in point.values
    ]
    volume = float(point.row["bv"])
    k = min(max(bisect.bisect([v for v, _ in levels], volume), 1), len(levels) - 1)
    (before, low), (after, high) = levels[k - 1], levels[k]
    effluent = low + (high - low) * (volume - before) / (after - before)
    return effluent / point[f"water.{element}Cl3"]
