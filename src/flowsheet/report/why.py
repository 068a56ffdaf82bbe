"""Why a number is what it is, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import console, digits, paragraph, percent, table
from flowsheet.results.display import Shown
from flowsheet.results.sensitivities import RELATIVE_STEP, STEPS
from flowsheet.results.why import EquationUsed, Mover, Why

_CONSTANTS = 30


def print_why(found: Why, shown: Shown, width: int) -> None:
    """Print it on standard output."""
    out = console(width)
    for part in _parts(found, shown, width):
        out.print(part)
        out.print()


def why_text(found: Why, shown: Shown, width: int) -> str:
    """It as a text."""
    out = console(width)
    with out.capture() as captured:
        for part in _parts(found, shown, width):
            out.print(part)
            out.print()
    return captured.get().rstrip()


def _parts(found: Why, shown: Shown, width: int) -> Iterator[RenderableType]:
    value = number_text(found.value, found.unit, shown)
    what = f"   {found.what}" if found.what else ""
    yield Text(f"{found.name} = {value}", style="bold") + Text(what, style="not bold default")
    for equation in found.equations:
        yield Text("\n".join(_equation(equation, shown, width)))
    if found.settings:
        rows = [(s.name, number_text(s.value, s.unit, shown), s.source) for s in found.settings]
        yield table(("setting", "value", "source"), rows)
    if found.constants:
        constants = [(c.name, c.value, c.of, c.source) for c in found.constants[:_CONSTANTS]]
        yield table(("constant", "value", "of", "source"), constants)
        if len(found.constants) > _CONSTANTS:
            yield Text(f"and {len(found.constants) - _CONSTANTS} more: --json lists them")
    if found.movers:
        rows = [(m.name, step_text(m), effect_text(m, found.unit, shown)) for m in found.movers]
        yield table(("moved by", "step", "effect"), rows, right=(1, 2))


def _equation(equation: EquationUsed, shown: Shown, width: int) -> Iterator[str]:
    index = f"[{equation.index}]" if equation.index else ""
    place = f"{equation.unit} {equation.place}".rstrip()
    yield f"{place}: {equation.family}{index}   residual {equation.residual:.0e}"
    if equation.text:
        yield paragraph(equation.text, width, "    ")
    held = ", ".join(f"{t.name} {number_text(t.value, t.unit, shown)}" for t in equation.terms)
    if held:
        yield paragraph(f"in it: {held}", width, "        ", "  ")


_SHARES = ("fraction", "mass fraction", "mole fraction")


def number_text(value: float, unit: str, shown: Shown) -> str:
    if unit in _SHARES:
        return percent(value)
    unit = unit or "1"
    text = digits(shown.value(value, unit))
    name = shown.unit(unit)
    return text if name in ("1", "pH") else f"{text} {name}"


def step_text(mover: Mover) -> str:
    unit = mover.step["unit"]
    if unit in STEPS:
        return f"+{mover.step['value']:g} {unit.replace('pH', '')}".rstrip()
    return f"+{100.0 * RELATIVE_STEP:g} %"


def effect_text(mover: Mover, unit: str, shown: Shown) -> str:
    if unit in _SHARES:
        return f"{'+' if mover.effect > 0.0 else ''}{digits(100.0 * mover.effect, 3)} points"
    unit = unit or "1"
    value = mover.effect if unit == "K" else shown.per(mover.effect, unit) if unit == "1" else mover.effect
    sign = "+" if value > 0.0 else ""
    name = "K" if unit == "K" else unit
    return f"{sign}{digits(value, 3)} {'' if name in ('1', 'pH') else name}".rstrip()
