"""Several results on one basis: schema `flowsheet.comparison/1`.

What each took and left for the same amount of the same thing, a column per result: see docs/compare.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flowsheet.results.compare_basis import (
    Result,
    basis_amount,
    describe_basis,
    known_bases,
    refuse_unknown_basis,
    usual_basis,
)
from flowsheet.results.compare_feed import compare_feeds
from flowsheet.results.compare_rows import rows
from flowsheet.results.differences import differences

SCHEMA = "flowsheet.comparison/1"
_TOLD = 6
"""Elements that differ between feeds, that a note names."""


@dataclass(frozen=True)
class Candidate:
    """A result to compare, its name, and where it came from: a flowsheet that was run, or a file of a run.

    `earlier`: it was read, not solved now.  `trouble` says in a line why it isn't converged.
    """

    name: str
    result: Result
    source: str
    earlier: bool = False
    trouble: str = ""

    @property
    def converged(self) -> bool:
        return bool(self.result["status"] == "converged")


def compare(candidates: Sequence[Candidate], basis: str | None = None) -> dict[str, Any]:
    """The comparison of all that converged, per kg of `basis`; see `compare_basis` for what it may be.

    Without one it is the first group that all have in their products, else the first product of each.

    Raises:
        DiagnosticError: E907, nothing has this basis.
    """
    good = [c.result for c in candidates if c.converged]
    name = basis or usual_basis(good)
    if good:
        refuse_unknown_basis(name, known_bases(good))
    amounts = [basis_amount(c.result, name) if c.converged else None for c in candidates]
    letters = [letter(n) for n in range(len(candidates))]
    columns = [
        None if amount is None else (c.result, amount) for c, amount in zip(candidates, amounts, strict=True)
    ]
    feed = compare_feeds(
        {at: c.result if c.converged else None for at, c in zip(letters, candidates, strict=True)}
    )
    return {
        "schema": SCHEMA,
        "basis": {"name": name, "description": describe_basis(name, good)},
        "cases": {at: _case(c, amount) for at, c, amount in zip(letters, candidates, amounts, strict=True)},
        "feed": feed,
        "differences": differences(
            {at: c.result if c.converged else None for at, c in zip(letters, candidates, strict=True)}
        ),
        "display": good[0].get("display", {}) if good else {},
        "rows": rows(columns, letters, name),
        "notes": [
            *_feed_notes(feed),
            *(
                n
                for at, c, amount in zip(letters, candidates, amounts, strict=True)
                for n in _notes(at, c, amount, name)
            ),
            *_money_notes(good),
        ],
    }


def letter(number: int) -> str:
    """A, B, ... Z, AA.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    first, last = divmod(number, 26)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)


def _case(candidate: Candidate, amount: float | None) -> dict[str, Any]:
    flowsheet, economics = candidate.result["flowsheet"], candidate.result["economics"]
    return {
        "name": candidate.name,
        "title": flowsheet["title"],
        "scenario": flowsheet["scenario"],
        "source": candidate.source,
        "earlier_run": candidate.earlier,
        "status": candidate.result["status"],
        "basis_amount": {"value": amount, "unit": "kg/h"},
        "money_of": economics["year"],
        "unpriced": list(economics["unpriced"]),
        "warnings": len(candidate.result["warnings"]),
    }


def _note(case: str | None, message: str) -> dict[str, Any]:
    return {"case": case, "message": message}


def _notes(at: str, candidate: Candidate, amount: float | None, basis: str) -> Iterable[dict[str, Any]]:
    """What a reader of one column must know."""
    if not candidate.converged:
        yield _note(at, f"not compared: {candidate.trouble or candidate.result['message']}")
        return
    if not amount:
        yield _note(at, f"has no {basis} in its products: no number per kg of it")
    unpriced = candidate.result["economics"]["unpriced"]
    if unpriced:
        yield _note(at, f"cost leaves out, for want of a price: {', '.join(unpriced)}")
    missed = [n for n, p in candidate.result["products"].items() if p.get("within_specification") is False]
    if missed:
        yield _note(at, f"out of its specification: {', '.join(missed)}")


def _feed_notes(feed: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Where main feeds differ, what differs most first."""
    for case in feed["cases"]:
        found = [d for d in feed["differences"] if d["case"] == case]
        for d in found:
            if d["what"] == "amount":
                its, other = f"{d['value']:.4g} kg/h", f"{d['reference']:.4g} kg/h"
                yield _note(case, f"main feed is {its}, that of {feed['reference']} {other}")
        elements = sorted(
            (d for d in found if d["what"] == "composition"), key=lambda d: -abs(d["value"] - d["reference"])
        )
        if elements:
            listed = ", ".join(
                f"{d['element']} {100 * d['value']:.3g} ({100 * d['reference']:.3g}) %"
                for d in elements[:_TOLD]
            )
            listed += f" and {len(elements) - _TOLD} more" if len(elements) > _TOLD else ""
            yield _note(case, f"main feed differs from that of {feed['reference']} (in brackets) in {listed}")


def _money_notes(good: Sequence[Result]) -> Iterable[dict[str, Any]]:
    years = {r["economics"]["year"] for r in good}
    if len(years) > 1:
        listed = ", ".join(sorted(str(y or "no stated year") for y in years))
        yield _note(None, f"money is of different years ({listed}) and isn't converted")
