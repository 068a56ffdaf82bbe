"""A plant whose optimum lies on a corner: as much caustic as leaves the nickel dissolved."""

import pytest

from flowsheet.optimise.problem import Problem
from flowsheet.solve.simulate import simulate
from opened import opened

ONSET = """
flowsheet: as much caustic as leaves the nickel dissolved
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, price: 0 USD/kg, aqueous: {flow: 1000 L/h, H2SO4: 0.02 mol/L, NiSO4: 60 g/L}}
  caustic: {aqueous: {flow: 4 kg/h, NaOH: 30 %}}
units:
  tank: {unit: precipitator, inlets: {feed: liquor, reagent: caustic}, solids: [Ni(OH)2]}
  press: {unit: filter, inlets: {slurry: tank.slurry}, cake_moisture: 1 %}
products:
  liquor_out: {stream: press.filtrate, as: NiSO4}
  cake: {stream: press.cake, role: waste}
optimise:
  maximise: tank.liquor_pH
  vary: {caustic.flow: [1 kg/h, 20 kg/h]}
  subject_to:
    - recovery(Ni, liquor_out) >= 99 %
"""


@pytest.fixture(scope="session")
def onset():
    """The problem and its solved base case."""
    case = opened(ONSET)
    return Problem.of(case), simulate(case.plant, case.p)
