"""The library's own speciation of the liquors of liquors.csv."""

import csv
from functools import cache
from pathlib import Path

from flowsheet.chemistry.load import load_system
from flowsheet.solve.speciation import Speciation

ZERO_CELSIUS = 273.15


@cache
def liquor(name):
    """Chemistry, activity model, totals [mol per kg of water] and temperature [K] of a liquor."""
    lines = (Path(__file__).parent / "liquors.csv").read_text(encoding="utf-8").splitlines()
    (row,) = [r for r in csv.DictReader(x for x in lines if not x.startswith("#")) if r["liquor"] == name]
    totals = {c: float(n) for c, n in (pair.split("=") for pair in row["totals"].split())}
    return load_system(row["chemistry"]), row["model"], totals, float(row["T_C"]) + ZERO_CELSIUS


@cache
def speciated(name):
    """The liquor at equilibrium."""
    system, model, totals, temperature = liquor(name)
    found = Speciation(system, totals, model).solve(totals, temperature)
    if not found.converged:
        raise ArithmeticError(found.message)
    return found


def molality(point):
    """Of a species [mol per kg of water]."""
    return speciated(point.row["liquor"]).molality[point.row["species"]]


def acidity(point):
    """pH."""
    return speciated(point.row["liquor"]).pH


def water_activity(point):
    """ln a_w over -M_w sum m: the osmotic coefficient."""
    return speciated(point.row["liquor"]).osmotic_coefficient
