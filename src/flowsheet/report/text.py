"""Plain tables and numbers for a terminal."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
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


def table(header: Sequence[str], rows: Iterable[Sequence[str | Text]], right: Iterable[int] = ()) -> Unpadded:
    """A table without rules; `right` are the columns that are set to the right, the others may fold."""
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
        cells = enumerate(row)
        made.add_row(*(Foldable(c) if isinstance(c, str) and i not in rightward else c for i, c in cells))
    return Unpadded(made)


class Unpadded:
    """A table whose lines end with their text, for those who copy or compare them."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self.table, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
            yield from line
            yield Segment.line()


class Foldable:
    """The text of a cell, folded as `lines_of` does."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, len(self.text))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("\n".join(lines_of(self.text, options.max_width)), overflow="fold")


def lines_of(text: str, width: int) -> list[str]:
    """A text folded between words; within a word that is too long, after its dots, commas and underscores.

    A number stays with its unit.

    >>> lines_of("concentration(evaporation.concentrate, Ni) >= 0.5 g/L", 26)
    ['concentration(evaporation.', 'concentrate, Ni) >=', '0.5 g/L']
    """
    lines = [""]
    for piece in _pieces(text, width):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in re.findall(r"(?:\d[\d.]* )?\S+\s*", text):
        # what a digit follows is a decimal point
        yield from re.split(r"(?<=[._,])(?=[^\W\d])", word) if len(word.rstrip()) > width else (word,)


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
