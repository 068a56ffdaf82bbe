"""A plant's compiled residuals and Jacobian against Pyomo's own evaluation of the same rows.

Compiled: Pyomo's NL writer, CasADi's reader, common sub-expressions taken together, CasADi's
derivatives.  Pyomo: `value` of every row's expression tree; the slope along a direction v by their
central difference.  Both at a point moved off the solution by pseudo-random steps, and summed with
pseudo-random weights w per row, so that no row and no column escapes:

    residuals   w F(x, p)
    slopes      w F_x(x, p) v
"""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pyomo.environ as pyo

from flowsheet.document.locate import shipped_flowsheets
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from flowsheet.model.registry import ROUNDING
from flowsheet.solve.assemble import compile_plant
from flowsheet.solve.case import load
from flowsheet.solve.simulate import simulate

CASES = Path(__file__).parents[2]
"""Flowsheets of other cases."""
MOVED = 1e-3
"""Of an unknown's magnitude, and of an input."""
DIFFERENCE = 1e-5
"""Step of the central difference, of an unknown's magnitude."""


@cache
def both(name):
    """Sums of residuals and slopes: compiled, then Pyomo's."""
    shipped = shipped_flowsheets()
    document = load(shipped[name] if name in shipped else CASES / name / "flowsheet.yaml")
    flowsheet = build_model(document, unit_classes(document.unit_libraries))
    plant = compile_plant(flowsheet)
    compiled, registry = plant.model, flowsheet.registry
    solution = simulate(plant)
    if not solution.converged:
        raise ArithmeticError(solution.newton.message)

    random = np.random.default_rng(len(name))
    magnitude = compiled.unknowns.nominal
    x = solution.x + MOVED * magnitude * random.standard_normal(len(solution.x))
    p = solution.p * (1.0 + MOVED * random.standard_normal(len(solution.p)))
    weights, along = (
        random.standard_normal(len(compiled.equations)),
        magnitude * random.standard_normal(len(x)),
    )

    held = registry.inputs | {c.name: c.variable for c in registry.continuations.values()}
    held[ROUNDING] = flowsheet.pyomo.rounding
    for name_of_input, value in zip(compiled.inputs.names, p, strict=True):
        held[name_of_input].set_value(float(value), skip_validation=True)
    place = {v.name: v for v in flowsheet.pyomo.component_data_objects(pyo.Var, descend_into=True)}
    rows = {r.name: r for r in flowsheet.pyomo.component_data_objects(pyo.Constraint, descend_into=True)}

    def pyomos(at):
        for unknown, value in zip(compiled.unknowns.names, at, strict=True):
            place[unknown].set_value(float(value), skip_validation=True)
        found = (rows[equation] for equation in compiled.equations)
        return math.fsum(
            w * (pyo.value(row.body) - pyo.value(row.upper)) for w, row in zip(weights, found, strict=True)
        )

    ahead, behind = pyomos(x + DIFFERENCE * along), pyomos(x - DIFFERENCE * along)
    return {
        "residuals": math.fsum(weights * compiled.residual(x, p)),
        "slopes": math.fsum(weights * (compiled.jacobian(x, p) @ along)),
        "residuals of Pyomo": pyomos(x),
        "slopes of Pyomo": (ahead - behind) / (2.0 * DIFFERENCE),
    }


def residuals(point):
    """Compiled over Pyomo's."""
    found = both(point.row["flowsheet"])
    return found["residuals"] / found["residuals of Pyomo"]


def slopes(point):
    """Compiled over Pyomo's."""
    found = both(point.row["flowsheet"])
    return found["slopes"] / found["slopes of Pyomo"]
