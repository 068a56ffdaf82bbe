"""A specification may free a number of a mapping, whose name has a dot."""

import pytest

from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

TEXT = """
flowsheet: one stage, as long as its recovery needs
chemistry: lithium_cobalt
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 m3/h, Li: 1.7 g/L, Co: 17 g/L, SO4: 39.5 g/L}}
units:
  stage: {unit: diafiltration_cascade, inlets: {feed: liquor}, stages: 1, feed_stage: 1, length: {1: 300 m},
          flux: 100 L/m2/h, sieving: {Li: 1.3, Co: 0.5}, osmosis: neglected}
specs:
  - {vary: stage.length.1, until: stage.recovery_in_permeate.Li = 60 %}
"""


def test_a_stage_is_as_long_as_its_recovery_needs(tmp_path):
    path = tmp_path / "stage.yaml"
    path.write_text(TEXT, encoding="utf-8")
    plant = open_case(path).plant
    found = simulate(plant, plant.model.p0.copy(), None)
    assert found.converged
    values = plant.values(found.x, found.p)
    assert values["stage.recovery_in_permeate.Li"] == pytest.approx(0.6, rel=1e-8)
    water_left = 0.4 ** (1.0 / 1.3)  # of a constant flux and sieving coefficient
    assert values["stage.area"] == pytest.approx(1000.0 * (1.0 - water_left), rel=1e-6)
