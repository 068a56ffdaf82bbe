"""Latin hypercubes over stated ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np


def latin_hypercube(
    ranges: Mapping[str, tuple[float, float]], number: int, seed: int = 1
) -> Iterator[dict[str, float]]:
    """Inputs by name; ranges over more than a decade are sampled in the logarithm."""
    generator = np.random.default_rng(seed)
    strata = np.array([generator.permutation(number) for _ in ranges], dtype=float)
    unit = (strata + generator.random(strata.shape)) / number
    for column in unit.T:
        yield {
            name: low * (high / low) ** share if low > 0 and high > 10 * low else low + share * (high - low)
            for (name, (low, high)), share in zip(ranges.items(), column, strict=True)
        }
