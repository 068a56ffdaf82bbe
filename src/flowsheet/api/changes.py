"""Changes to a flowsheet as Python states them, turned into those of `--set`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

SEPARATOR = "__"


def change_texts(changes: Mapping[str, Any] | None, keywords: Mapping[str, Any]) -> tuple[str, ...]:
    """`key=value` texts of a mapping by paths and of keywords, whose `__` stands for a path's dot.

    A value is a text as the file would have it, a number, a truth value, a Pint quantity, or a list or
    mapping of such; None takes the key away.

    >>> change_texts({"optimise.starts": 3}, {"leach__temperature": "80 degC", "sx__mccabe_thiele": ["Co"]})
    ('optimise.starts=3', 'leach.temperature=80 degC', 'sx.mccabe_thiele=["Co"]')
    """
    stated = dict(changes or {}) | {k.replace(SEPARATOR, "."): v for k, v in keywords.items()}
    return tuple(f"{path}={_text(value)}" for path, value in stated.items())


def _text(value: Any) -> str:
    """A value in YAML, on one line."""
    if value is None:
        return "~"
    if isinstance(value, str):
        return value
    if _is_quantity(value):
        return _quantity_text(value)
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(v) for v in value]
    return _quantity_text(value) if _is_quantity(value) else value


def _is_quantity(value: Any) -> bool:
    """Whether it is a Pint quantity, of whichever registry."""
    return hasattr(value, "magnitude") and hasattr(value, "units")


def _quantity_text(quantity: Any) -> str:
    """
    >>> from flowsheet.document.unit_of_measure import registry
    >>> _quantity_text(registry().Quantity(353.15, "K")), _quantity_text(registry().Quantity(2, "kg/hour"))
    ('353.15 kelvin', '2 kilogram/hour')
    """
    return f"{quantity.magnitude} {quantity.units:C}"
