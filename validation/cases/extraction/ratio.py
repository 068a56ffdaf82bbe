"""Distribution ratios of a table whose heading has brackets, which a formula can't name."""

import math


def measured(point):
    """log10 of the table's distribution ratio."""
    return math.log10(float(point.row["D[-]"]))
