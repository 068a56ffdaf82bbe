"""Loading and sampling for the tests of unit operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from flowsheet.document.document import Document
from flowsheet.document.load import load_text
from flowsheet.model.knowledge import Chemistries
from harness import compiled


def load(text: str, classes: Mapping[str, type]) -> Document:
    return load_text(text, {n: c.declaration() for n, c in classes.items()}, Chemistries())


def samples(
    text: str, number: int, spread: Mapping[str, tuple[float, float]] | None = None, seed: int = 1
) -> Iterator[dict[str, float]]:
    """Latin hypercube over all inputs: units' declared ranges, feeds a fifth to five (concentrations: to
    two) times.

    `spread` replaces a range. Ranges over more than a decade are sampled in the logarithm.
    """
    model, plant = compiled(text)
    ranges = {}
    for name in plant.facts["settings"]:
        owner, _, setting = name.partition(".")
        value = model.registry.inputs[name].value
        if spread and name in spread:
            ranges[name] = spread[name]
        elif owner in model.units:
            ranges[name] = model.units[owner].declaration().parameters[setting.partition(".")[0]].range
        elif setting == "temperature":
            ranges[name] = (278.15, 363.15)
        elif "solid." in setting and not setting.endswith("flow"):
            ranges[name] = (value, value)
        else:
            ranges[name] = (value / 5.0, value * (5.0 if "flow" in setting else 2.0))
    generator = np.random.default_rng(seed)
    strata = np.array([generator.permutation(number) for _ in ranges], dtype=float)
    unit = (strata + generator.random(strata.shape)) / number
    for column in unit.T:
        yield {
            name: low * (high / low) ** share if low > 0 and high > 10 * low else low + share * (high - low)
            for (name, (low, high)), share in zip(ranges.items(), column, strict=True)
        }
