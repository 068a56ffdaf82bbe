"""The curve of solutions is followed round its turning points."""

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsheet.solve.arc import follow_arc
from flowsheet.solve.compile import compile_model
from flowsheet.solve.path import follow_inputs
from flowsheet.solve.simulate import simulate
from harness import compiled

CIRCUIT = """
flowsheet: nickel circuit
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, price: 0 USD/kg, temperature: 35 degC,
           aqueous: {flow: 1500 kg/h, NiSO4: 4.27 %, Li2SO4: 2.3 %, Na2SO4: 5 %}}
  caustic: {aqueous: {flow: as needed, NaOH: 30 %}}
  acid: {aqueous: {flow: 455 kg/h, H2SO4: 12 %}}
units:
  sx: {unit: solvent_extraction, inlets: {feed: liquor, scrub: split.first, strip: acid, alkali: caustic},
       extractant: cyanex272, extractant_fraction: 30 %, phase_ratio: 2.4, pH: 6.8,
       extraction_stages: 4, scrub_stages: 4, strip_stages: 3, temperature: 35 degC}
  split: {unit: splitter, inlets: {feed: sx.strip_liquor}, fraction: 15 %}
products:
  out: {stream: split.second}
"""


def curve(expression, initial, drive):
    m = pyo.ConcreteModel()
    m.x, m.drive = pyo.Var(initialize=initial), pyo.Var(initialize=drive)
    m.row = pyo.Constraint(expr=expression(m.x) == m.drive)
    return compile_model(m, inputs=[m.drive])


def s_shaped(x):
    """Turns back at -2 and 2, where x is 1 and -1."""
    return x**3 - 3.0 * x


@given(start=st.floats(-4.0, -2.2), end=st.floats(2.2, 4.0))
def test_an_s_is_followed_to_its_other_branch(start, end):
    model = curve(s_shaped, start, s_shaped(start))
    result = follow_arc(model, model.x0, model.p0, np.array([s_shaped(end)]))
    assert result.converged
    assert result.x == pytest.approx([end], abs=1e-7)


def test_of_three_solutions_the_first_along_the_curve_is_taken():
    model = curve(s_shaped, -2.5, s_shaped(-2.5))
    result = follow_arc(model, model.x0, model.p0, np.array([1.0]))
    assert result.converged
    assert result.x[0] < -1.0


def test_where_the_curve_never_arrives_the_last_solution_on_it_is_kept():
    model = curve(lambda x: x**2, 2.0, 4.0)
    result = follow_arc(model, model.x0, model.p0, np.array([-1.0]))
    assert not result.converged
    drive = result.x**2
    assert drive >= 0.0
    assert result.x < 0.0  # it has gone round the turning point at 0


def test_a_circuit_that_runs_out_of_strip_acid_is_followed_there_and_back():
    plant = compiled(CIRCUIT)[1]
    ample, scarce = plant.inputs({}), plant.inputs({"acid.flow": 390.0})
    base = simulate(plant, ample)
    assert base.converged
    assert not follow_inputs(plant.model, base.x, ample, scarce, shortest=0.05).converged
    there = follow_arc(plant.model, base.x, ample, scarce)
    back = follow_arc(plant.model, there.x, scarce, ample)
    assert there.converged
    assert back.converged
    ph = [plant.values(r.x, p)["sx.strip_liquor_pH"] for r, p in ((base, ample), (there, scarce))]
    assert ph[0] < 2.6
    assert ph[1] > 5.0
    np.testing.assert_allclose(back.x, base.x, atol=1e-6)
