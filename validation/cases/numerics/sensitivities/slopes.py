"""Sensitivities by the implicit function theorem against solving again at inputs on either side."""

from functools import cache
from pathlib import Path

from flowsheet.document.locate import shipped_flowsheets
from flowsheet.solve.case import open_case
from flowsheet.solve.sensitivity import output_sensitivities
from flowsheet.solve.simulate import simulate

CASES = Path(__file__).parents[2]
STEP = 1e-4
"""Of the input."""


@cache
def solved(name):
    """A plant, compiled, and its solution."""
    shipped = shipped_flowsheets()
    plant = open_case(shipped[name] if name in shipped else CASES / name / "flowsheet.yaml").plant
    found = simulate(plant)
    if not found.converged:
        raise ArithmeticError(found.newton.message)
    return plant, found


def elasticity(point):
    """d ln(output)/d ln(input) by one linear solve at the solution."""
    plant, found = solved(point.row["flowsheet"])
    output, given = point.row["output"], point.row["input"]
    slope = output_sensitivities(plant.model, found.x, found.p, [output], [given])[0, 0]
    at = found.p[plant.model.inputs.position[given]]
    return slope * at / plant.values(found.x, found.p)[output]


def by_solving_again(point):
    """The same by central difference, with one step of Richardson's extrapolation."""
    plant, found = solved(point.row["flowsheet"])
    output, given = point.row["output"], point.row["input"]
    at = found.p[plant.model.inputs.position[given]]

    def value(factor):
        p = plant.inputs({given: at * factor})
        again = simulate(plant, p, found.x, warm_inputs=found.p)
        if not again.converged:
            raise ArithmeticError(again.newton.message)
        return plant.values(again.x, p)[output]

    def difference(step):
        return (value(1.0 + step) - value(1.0 - step)) / (2.0 * step)

    slope = (4.0 * difference(STEP) - difference(2.0 * STEP)) / 3.0
    return slope / plant.values(found.x, found.p)[output]
