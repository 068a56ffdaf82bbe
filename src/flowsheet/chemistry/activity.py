"""The activity model of a solution, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from flowsheet.chemistry.pitzer import Pitzer
from flowsheet.chemistry.sit import Sit
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem


def activity_of(system: ChemistrySystem, charges: Mapping[str, int], model: ActivityModel) -> Sit | Pitzer:
    """SIT or Pitzer over the species whose charges are given."""
    return Sit(system.sit, charges) if model == "sit" else Pitzer(system.pitzer, charges)
