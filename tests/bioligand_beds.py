"""Beds marched by themselves: one liquor that carries metals, one that doesn't, at constant conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsheet.chemistry.load import load_system
from hydromet.columns.cycle import FRONT, MAIN, Cycle
from hydromet.columns.liquor import Blend, ColumnChemistry
from hydromet.columns.march import BedMarch, MarchedBed, MarchSettings
from hydromet.columns.transport import FOREIGN

PH = 3.0
_NEXT_TO_NOTHING = 1e-9
"""Bed volumes of the fronts of steps, which these beds don't need."""


@dataclass(frozen=True)
class Load:
    """A load of `volumes` bed volumes in `levels` equal levels on a clean bed, at pH 3 in plain acid.

    `affinity`: K a_M/a_H^3 per mol/L of each metal; `transfer_rate` per time of the load.
    """

    cells: int
    levels: int
    volumes: float
    feed: Mapping[str, float]
    affinity: Mapping[str, float]
    capacity: float
    peclet: float | None = None
    transfer_rate: float | None = None
    liquor_fraction: float = 1.0
    together: bool = False

    def run(self) -> MarchedBed:
        metals = tuple(self.feed)
        chemistry = ColumnChemistry(load_system("rare_earth"), ["H2O", "Cl", *metals], metals, "ideal", 6.0)
        chemistry.species = tuple(s for s in chemistry.species if s.name == "OH-")
        chemistry.spectators = chemistry.blended = ()
        divisions = {(step, FRONT): 1 for step in ("feed", "regenerant")}
        divisions |= {("feed", MAIN): self.levels, ("regenerant", MAIN): 4}
        march = BedMarch(
            chemistry,
            Cycle(("feed", "regenerant"), divisions, {"feed": "raffinate", "regenerant": "eluate"}),
            self.cells,
            dict.fromkeys(metals, 1.0),
            self.peclet is not None,
            self.transfer_rate is not None,
            self.together,
        )
        acid = 10.0**-PH
        ln_binding = {m: math.log(self.affinity[m] * acid**3) for m in metals}
        feed = np.array([self.feed[m] for m in metals])
        liquors = {
            "feed": Blend(1.0, {}, 0.0, acid + 3.0 * feed.sum(), 0.0, ln_binding),
            "regenerant": Blend(1.0, {}, 0.0, acid, 0.0, ln_binding),
        }
        volumes = dict.fromkeys(divisions, _NEXT_TO_NOTHING)
        volumes |= {("feed", MAIN): self.volumes, ("regenerant", MAIN): 1.0}
        settings = MarchSettings(
            liquors=liquors,
            ln_k={"OH-": math.log(1e-14)},
            entering={"feed": feed, "regenerant": FOREIGN * feed},
            rate={pace: self.cells * volume / divisions[pace] for pace, volume in volumes.items()},
            lapse={pace: volume / self.volumes / divisions[pace] for pace, volume in volumes.items()},
            capacity=self.capacity,
            liquor_fraction=self.liquor_fraction,
            back_mixing=0.0 if self.peclet is None else max(self.cells / self.peclet - 0.5, 0.0),
            transfer_rate=self.transfer_rate or 0.0,
        )
        return march.run(settings, 1, 1e-12, 50)

    def effluent(self, metal: str) -> np.ndarray:
        """c/c0 of what leaves, the mean of each level."""
        return self.run().leaving[metal][1 : self.levels + 1] / self.feed[metal]

    def edges(self) -> np.ndarray:
        """Bed volumes at the ends of the levels."""
        return np.linspace(0.0, self.volumes, self.levels + 1)
