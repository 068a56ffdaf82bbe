"""The potential of a charged membrane between two solutions of one 1-1 salt, without current.

Donnan's jump at each face and a diffusion potential inside (Teorell; Meyer and Sievers), times F/RT:

    jump       asinh(X/2c)
    inside     U ln[(R1 - U X)/(R2 - U X)],   R = sqrt(X^2 + 4 c^2),  U = (D+ - D-)/(D+ + D-)

with X the fixed charge with its sign, c the strength outside (ideal), D the ions' mobilities inside.
It follows from zero current, neutrality c+ - c- + X = 0 and Nernst and Planck's law.
"""

import math

import numpy as np
import pyomo.environ as pyo

from flowsheet.solve.compile import compile_model
from flowsheet.solve.newton import solve
from hydromet.electrodialysis.ions import Ion
from hydromet.electrodialysis.membrane import Material, Membrane, Solution

CATION, ANION = 1.0, 1.5
"""Permeabilities inside [mol/m2/h per mol/kg]: only their ratio matters."""
AREA = 100.0
"""A/m2, the scale of a current density."""


def potential(point):
    """Potential of the left solution less that of the right one, F phi/RT, by the library's membrane."""
    left, right, charge = (point[name] for name in ("left", "right", "charge"))
    ions = [Ion("Na+", 1, {"Na": 1.0}, None), Ion("Cl-", -1, {"Cl": 1.0}, None)]
    material = Material(charge, {"Na+": CATION, "Cl-": ANION}, {"Na+": 0.0, "Cl-": 0.0}, 0.0)
    sides = (Solution({ion.name: math.log(c) for ion in ions}, 0.0) for c in (left, right))
    model = pyo.ConcreteModel()
    model.membrane = pyo.Block()
    membrane = Membrane(model.membrane, ions, material, *sides, point["layers"])
    model.current = pyo.Var(initialize=0.0)
    model.none = pyo.Constraint(expr=(membrane.current() - model.current) / AREA == 0.0)
    compiled = compile_model(model, inputs=[model.current])
    found = solve(compiled, np.full(len(compiled.unknowns), math.copysign(1.0, charge)))
    if not found.converged:
        raise ValueError(found.message)
    for variable in membrane.unknowns:
        place = compiled.unknowns.position[variable.name]
        variable.set_value(float(found.x[place]), skip_validation=True)
    return pyo.value(membrane.drop)


def teorell(point):
    """The closed form."""
    left, right, charge = (point[name] for name in ("left", "right", "charge"))
    u = (CATION - ANION) / (CATION + ANION)
    first, second = (math.sqrt(charge**2 + 4.0 * c**2) for c in (left, right))
    inside = u * math.log((first - u * charge) / (second - u * charge))
    return math.asinh(0.5 * charge / right) - math.asinh(0.5 * charge / left) - inside
