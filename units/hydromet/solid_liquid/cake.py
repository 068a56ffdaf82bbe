"""What a washed cake holds: mother liquor that the wash has not displaced, wash liquor, and inclusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.model.stream import Mixture


@dataclass(frozen=True)
class CakeLiquor:
    """Shares of the slurry's liquor and of the wash that leave with the cake."""

    of_mother_liquor: Any
    of_wash: Any
    retained: Any
    occluded: Any
    remaining: Any
    wash_ratio: Any


def cake_liquor(solids: Any, mother: Any, wash: Any, moisture: Any, efficiency: Any, occlusion: Any) -> CakeLiquor:
    """Liquor of a cake, all masses in kg/h.

    retained liquor         L = solids * moisture / (1 - moisture)
    remaining mother share  R = (1 - E)^N,     N = wash / L cake volumes of wash, E efficiency of one volume
    of mother liquor        f = (L R + occlusion * solids) / mother      its two terms: retained, occluded
    of wash                 g = L (1 - R) / wash
    """
    retained = solids * moisture / (1.0 - moisture)
    inclusions = occlusion * solids
    if isinstance(wash, (int, float)) and wash == 0:
        return CakeLiquor((retained + inclusions) / mother, 0.0, retained / mother, inclusions / mother, 1.0, 0.0)
    ratio = wash / retained
    remaining = pyo.exp(ratio * pyo.log(1.0 - efficiency))
    return CakeLiquor((retained * remaining + inclusions) / mother, retained * (1.0 - remaining) / wash,
                      retained * remaining / mother, inclusions / mother, remaining, ratio)


def liquor_mass(inlet: Mixture) -> Any:
    """Mass flow of an inlet's aqueous phase [kg/h]; 0 where nothing comes."""
    return inlet.mass_flow("aqueous") if "aqueous" in inlet.shape.phases else 0.0
