"""What deserves attention in a result: saturated set points, streams near precipitation, warnings by code."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import digits, paragraph
from flowsheet.results.display import Shown

_PLACES = 4
_SOLIDS = 3
_FIRST = ("W608", "W609")
"""Limits of safe design, and solids that would form where they shouldn't."""
_OF_FAILURES = ("W601", "W604")
_WITH_MONEY = "W603"
"""What has no price is said beside the profit."""


def attention(result: Mapping[str, Any], shown: Shown, width: int) -> Iterator[RenderableType]:
    """One paragraph, or none."""
    if result["status"] == "converged":
        told = [w for w in result["warnings"] if w["code"] != _WITH_MONEY]
        lines = [
            *_saturated(result, width),
            *_near_precipitation(result, width),
            *_warnings(told, width),
        ]
    else:  # numbers of an iterate that is no answer say nothing
        told = [w for w in result["warnings"] if w["code"] in _OF_FAILURES or w["code"] < "W6"]
        lines = list(_warnings(told, width))
    if lines:
        yield Text("attention", style="bold yellow") + Text("\n" + "\n".join(lines), style="not bold default")


def _saturated(result: Mapping[str, Any], width: int) -> Iterator[str]:
    for point in result["set_points"]:
        if point["saturated"]:
            yield _item(
                f"set point of {point['unit']} ({point['name'].replace('_', ' ')}) is exceeded by "
                f"{digits(point['excess'], 3)} without any {point['stream'].partition('@')[0]}: "
                "it is saturated",
                width,
            )
    for spec in result["specifications"]:
        if spec["limit"]:
            yield _item(
                f"{spec['vary']} is at its {spec['limit']} limit; the specification `{spec['until']}` "
                "may want it beyond",
                width,
            )


def _near_precipitation(result: Mapping[str, Any], width: int) -> Iterator[str]:
    """Streams by solid; a solid that supersaturates any of them has its warning."""
    found = [(name, n) for name, s in result["streams"].items() for n in s.get("near_saturation", ())]
    warned = {near["solid"] for _, near in found if near["verdict"] == "supersaturated"}
    by_solid: dict[str, list[str]] = {}
    worst: dict[str, float] = {}
    for name, near in found:
        solid = near["solid"]
        if near["verdict"] == "near" and solid not in warned:
            by_solid.setdefault(solid, []).append(name)
            worst[solid] = max(worst.get(solid, -math.inf), near["saturation_index"])
    ranked = sorted(by_solid, key=lambda s: -worst[s])
    for solid in ranked[:_SOLIDS]:
        yield _item(
            f"near precipitation of {solid} (log10 of saturation up to {worst[solid]:+.2f}): "
            f"{_places(by_solid[solid])}",
            width,
        )
    if len(ranked) > _SOLIDS:
        yield _item(f"near precipitation too: {', '.join(ranked[_SOLIDS:])} (see result.json)", width)


def _warnings(warnings: Sequence[Mapping[str, str]], width: int) -> Iterator[str]:
    """One line per code, what may hurt first: the first message, and how many more of its kind there are."""
    by_code: dict[str, list[Mapping[str, str]]] = {}
    for warning in warnings:
        by_code.setdefault(warning["code"], []).append(warning)
    for code in sorted(by_code, key=lambda c: c not in _FIRST):
        first, *others = by_code[code]
        where = first["where"].rpartition("/")[2]
        place = f" {where}:" if where else ""
        more = f" (and {len(others)} more)" if others else ""
        yield _item(f"{code}{place} {first['message']}{more}", width)
    if len(warnings) > len(by_code):
        text = "all of them: sheet `warnings` of streams.xlsx; what a code means: flowsheet explain CODE"
        yield _item(text, width)


def _places(names: Sequence[str]) -> str:
    more = len(names) - _PLACES
    return ", ".join(names[:_PLACES]) + (f" and {more} more" if more > 0 else "")


def _item(text: str, width: int) -> str:
    return paragraph(text, width, "    ", "  ")
