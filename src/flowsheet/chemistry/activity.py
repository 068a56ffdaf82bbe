"""The activity model of a solution, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from flowsheet.chemistry.debye_huckel_forms import DebyeHuckel
from flowsheet.chemistry.ideal import Ideal
from flowsheet.chemistry.pitzer import Pitzer
from flowsheet.chemistry.sit import Sit
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem

Activity = Sit | Pitzer | DebyeHuckel | Ideal


def activity_of(system: ChemistrySystem, charges: Mapping[str, int], model: ActivityModel) -> Activity:
    """The model over the species whose charges are given.

    Raises:
        KeyError: the system has no parameters of this model.
    """
    if model == "sit":
        return Sit(system.sit, charges)
    if model == "pitzer":
        return Pitzer(system.pitzer, charges)
    if model == "ideal":
        return Ideal(charges)
    if system.debye_huckel is None:
        raise KeyError(f"the chemistry {system.name} has no Debye-Hueckel parameters")
    return DebyeHuckel(system.debye_huckel, charges)
