"""Plain tables and numbers for a terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

_TINY = 1e-12


def digits(value: float | None, significant: int = 4) -> str:
    """A number with so many significant digits, without an exponent where it can be read without.

    >>> digits(1234567.8), digits(203.6366), digits(0.0123456), digits(2.0e-9), digits(0.0)
    ('1,234,568', '203.6', '0.01235', '2.000e-09', '0')
    """
    if value is None or not math.isfinite(value):
        return "-"
    size = abs(value)
    if size < _TINY:
        return "0"
    if size < 1e-4:
        return f"{value:.{significant - 1}e}"
    decimals = max(0, significant - 1 - math.floor(math.log10(size)))
    return f"{value:,.{decimals}f}"


def money(value: float | None) -> str:
    """An amount of money: whole above 1000, else two digits after the point."""
    if value is None or not math.isfinite(value):
        return "-"
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0.0 else text


def percent(fraction: float | None, significant: int = 4) -> str:
    """A fraction in percent; close to 100 % with the digits that tell it from 100.

    >>> percent(0.8955), percent(0.99996), percent(1.0), percent(0.0)
    ('89.55 %', '99.996 %', '100 %', '0 %')
    """
    if fraction is None or not math.isfinite(fraction):
        return "-"
    missing = 1.0 - fraction
    if abs(missing) < 5e-9:
        return "100 %"
    if 0.0 < missing < 1e-3:
        return f"{100.0 * fraction:.{1 - math.floor(math.log10(100.0 * missing)) - 1}f} %"
    return f"{digits(100.0 * fraction, significant)} %"


def console(width: int) -> Console:
    """Standard output: colour where it is a terminal, as wide as told."""
    return Console(width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


def table(header: Sequence[str], rows: Iterable[Sequence[str | Text]], right: Iterable[int] = ()) -> Table:
    """A table without rules; `right` are the columns that are set to the right; only the last one folds."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    rightward = set(right)
    for number, title in enumerate(header):
        made.add_column(
            title,
            justify="right" if number in rightward else "left",
            no_wrap=number in rightward,
            overflow="fold",
        )
    for row in rows:
        made.add_row(*row)
    return made


def folded(label: str, items: Iterable[str], width: int, indent: int = 12) -> str:
    """A label and items after it, folded under the first item, items kept whole."""
    lines = textwrap.wrap(
        "   ".join(i.replace(" ", "\0") for i in items),
        max(width - indent, 20),
        break_long_words=False,
        break_on_hyphens=False,
    )
    text = f"\n{' ' * indent}".join(line.replace("\0", " ") for line in lines)
    return f"{label:<{indent}}{text}".rstrip()


def paragraph(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    """Text folded at a width."""
    return textwrap.fill(
        text,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
