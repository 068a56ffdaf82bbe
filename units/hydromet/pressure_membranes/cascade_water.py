"""The water of a cascade: what stated fluxes leave in every stage, and where that is nothing.

Fluxes and areas are inputs, so that water is known before anything else: flows start from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER

if TYPE_CHECKING:
    from hydromet.pressure_membranes.diafiltration_cascade import DiafiltrationCascade, Stage


def start_flows(unit: DiafiltrationCascade) -> None:
    """Start with the water that the fluxes leave in every stage, as concentrated as all that enters."""
    volume = {WATER: 1.0}
    per_mole = AqueousVolume(unit.system, [WATER]).volume(volume, unit.feed.streams[0].temperature)
    brought = {m: m.flow("aqueous", WATER) for m in (unit.feed, unit.diafiltrate) if m}
    entering = sum(brought.values())
    passing = {s.number: s.flux * s.area / per_mole for s in unit.cascade}
    onward: Any = 0.0
    left: dict[int, Any] = {}
    for stage in reversed(unit.cascade):
        below = passing.get(stage.number - 1, 0.0)
        onward = onward + below + stage.diafiltrate * brought.get(unit.diafiltrate, 0.0)
        _require(unit, stage, onward, passing[stage.number], brought[unit.feed])
        onward = onward + (brought[unit.feed] if stage.takes_feed else 0.0) - passing[stage.number]
        left[stage.number] = onward / (1.0 - stage.recycled)
    for stage in unit.cascade:
        water = _positive(left[stage.number] / entering) * entering
        for c in unit.components:
            share = unit.entering("aqueous", c) / entering
            unit.start(unit.ln_retentate[stage.number, c], pyo.log(share * water))
            unit.start(unit.ln_permeate[stage.number, c], pyo.log(share * passing[stage.number]))


def _require(unit: DiafiltrationCascade, stage: Stage, onward: Any, passing: Any, fed: Any) -> None:
    """Water must be left where the feed joins, and where the retentate leaves.  [mol/h]

    `onward`: what enters from outside the stage at its beginning.
    """
    n, last = stage.number, unit.stages
    cure = f"shorten `length.{last}`, lower the flux or bring more diafiltrate"
    if n > 1:
        cure = f"lengthen `length.{n - 1}`, whose permeate enters here, " + cure
    if stage.position is not None:
        back = stage.recycled / (1.0 - stage.recycled) * (onward + fed - passing)
        unit.require(
            f"water_before_feed_{n}",
            (onward + back - stage.position * passing) / fed,
            f"stage {n} runs dry before the feed joins, since more water passes its membrane than "
            f"enters: {cure}, or let the feed in earlier (`feed_position`)",
        )
    kept = onward + (fed if stage.takes_feed else 0.0) - passing
    unit.require(
        f"water_{n}",
        kept / fed,
        f"stage {n} runs dry, since more water passes its membrane than enters: {cure}",
    )


def _positive(share: Any) -> Any:
    """A share of water that isn't below a few per cent, for a cold start."""
    return 0.5 * (share + pyo.sqrt(share * share + 1e-3))
