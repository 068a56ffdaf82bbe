"""What a washed cake holds: mother liquor that the wash has not displaced, wash liquor, and inclusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.model.stream import Mixture

_LEAST_RETAINED = 1e-6
"""Share of the liquor that wets the cloth even without a cake."""
_LEAST_REMAINING = 1e-12
"""Share of the retained mother liquor that no wash displaces: keeps its logarithm finite."""
_DISPLACEMENT_ROUNDING = 1e-4
"""Rounds the change from plain displacement to washing, in shares of the retained liquor."""


@dataclass(frozen=True)
class CakeLiquor:
    """Shares of the slurry's liquor and of the wash that leave with the cake."""

    of_mother_liquor: Any
    of_wash: Any
    retained: Any
    occluded: Any
    remaining: Any
    wash_ratio: Any


def retained_liquor(solids: Any, mother: Any, moisture: Any) -> Any:
    """Liquor that a cake holds [kg/h]: L = solids * moisture/(1 - moisture) + 1e-6 mother (cloth: L > 0)."""
    return solids * moisture / (1.0 - moisture) + _LEAST_RETAINED * mother


def cake_liquor(
    solids: Any, mother: Any, wash: Any, retained: Any, efficiency: Any, occlusion: Any
) -> CakeLiquor:
    """Liquor of a cake that retains L = `retained` of it, all masses in kg/h.

    remaining mother share  R = max((1 - E)^N, 1 - N),   N = wash / L cake volumes, E efficiency of one
    of mother liquor        f = (L R + occlusion * solids) / mother      its two terms: retained, occluded
    of wash                 g = L (1 - R) / wash

    A wash displaces no more than its own amount, which bounds R from below: beyond E = 1 - 1/e the power law
    would displace more by the first drops.
    """
    inclusions = occlusion * solids
    if isinstance(wash, (int, float)) and wash == 0:
        return CakeLiquor(
            (retained + inclusions) / mother, 0.0, retained / mother, inclusions / mother, 1.0, 0.0
        )
    ratio = wash / retained
    washed = _LEAST_REMAINING + (1.0 - _LEAST_REMAINING) * pyo.exp(ratio * pyo.log(1.0 - efficiency))
    remaining = washed + positive_part(1.0 - ratio - washed, _DISPLACEMENT_ROUNDING)
    return CakeLiquor(
        (retained * remaining + inclusions) / mother,
        retained * (1.0 - remaining) / wash,
        retained * remaining / mother,
        inclusions / mother,
        remaining,
        ratio,
    )


def liquor_mass(inlet: Mixture) -> Any:
    """Mass flow of an inlet's aqueous phase [kg/h]; 0 where nothing comes."""
    return inlet.mass_flow("aqueous") if "aqueous" in inlet.shape.phases else 0.0
