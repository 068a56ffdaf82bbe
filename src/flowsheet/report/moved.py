"""What moves profit, purities and recoveries most, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowsheet.report.text import digits, folded
from flowsheet.results.display import Shown
from flowsheet.results.sensitivities import RELATIVE_STEP, STEPS

_OF_PROFIT, _OF_OTHERS = 4, 2
"""Inputs that are shown."""


def moved(result: Mapping[str, Any], sold: Sequence[str], shown: Shown, width: int) -> Iterator[str]:
    """Effects of small steps of the inputs; `sold`: of whose recoveries."""
    wanted = {"economics.profit": f"profit [{shown.unit('USD/h')}]"}
    for name, product in result["products"].items():
        if product["role"] == "product":
            wanted[f"product.{name}.purity"] = f"purity of {name} [%]"
    wanted |= {f"recovery.{element}": f"recovery of {element} [%]" for element in sold}
    targets = {
        f"specs.{number}.target": f"`{spec['until']}`" for number, spec in enumerate(result["specifications"])
    }
    label = "moved by"
    for name, title in wanted.items():
        inputs = result["sensitivities"].get(name)
        if inputs:
            most = list(inputs.items())[: _OF_PROFIT if name == "economics.profit" else _OF_OTHERS]
            effects = (_effect(targets.get(i, i), entry, shown) for i, entry in most)
            yield folded(label, [f"{title}:", *effects], width)
            label = ""


def _effect(name: str, entry: Mapping[str, Any], shown: Shown) -> str:
    effect, unit = entry["effect"]["value"], entry["effect"]["unit"]
    value = 100.0 * effect if unit == "1" else shown.value(effect, unit)
    sign = "+" if value > 0.0 else ""
    return f"{name} {_step(entry['change'])} {sign}{digits(value, 2)}"


def _step(change: Mapping[str, Any]) -> str:
    """By how much an input is moved; what has no step of its own, by its hundredth."""
    if change["unit"] not in STEPS:
        return f"+{100.0 * RELATIVE_STEP:g} %"
    return f"+{change['value']:g} {change['unit'].replace('pH', '')}".rstrip()
