"""Medians of the distinct repeats in a cell, which are parted by bars."""

import math
import statistics

ELEMENTS = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er")


def _measured(element):
    def log_ratio(point):
        cell = point.row[f"D_{element}[-]"]
        return statistics.median(math.log10(d) for d in {float(text) for text in cell.split("|")})

    return log_ratio


globals().update({element: _measured(element) for element in ELEMENTS})
