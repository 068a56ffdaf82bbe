"""Cascades of rare earths with reflux and saponification: cold starts, and what thins below any number."""

from __future__ import annotations

import math

from flowsheet.solve.simulate import simulate
from harness import compiled, solve
from rare_earth_cascades import cascade, settings


def test_cascades_of_praseodymium_and_neodymium_start_cold() -> None:
    """The benchmark `extraction_cold_starts.py rare` runs 200, and says where one doesn't start."""
    _, plant = compiled(cascade(20, elements=2))
    for point in settings(8, seed=20):
        assert simulate(plant, plant.inputs(point)).converged, point


def test_a_component_may_thin_below_what_a_double_holds() -> None:
    """Alkali is scrubbed by decades at each of 68 stages: 1e-4 a stage would end at 1e-272 of what enters."""
    case = solve(cascade(150, elements=2))
    assert 0.0 < case.flow("sx.strip_liquor", "aqueous", "Na") < 1e-200
    case.check()


def test_more_stages_part_better() -> None:
    """Of each metal, what is on the wrong side falls with the stages."""
    wrong = []
    for stages in (10, 20, 40):
        case = solve(cascade(stages, elements=2))
        lost = case.flow("sx.raffinate", "aqueous", "Nd") / case.flow("liquor", "aqueous", "Nd")
        carried = case.flow("sx.strip_liquor", "aqueous", "Pr") / case.flow("liquor", "aqueous", "Pr")
        wrong.append(math.log(lost) + math.log(carried))
    assert wrong[0] > wrong[1] > wrong[2]
