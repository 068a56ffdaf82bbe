"""What the page answers when a number is asked why: the answers of `flowsheet why`, told once each.

Of all numbers that the page shows, and of all that their equations hold in turn, as lists that name each
other by position: a setting, a constant, an equation is written once, however many numbers rest on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from typing import Any

from flowsheet.document.kept import kept
from flowsheet.report.why import effect_text, number_text, step_text
from flowsheet.results.display import Shown
from flowsheet.results.solved import Solved
from flowsheet.results.why import EquationUsed, Inquiry, Why
from flowsheet.results.why_asked import Term
from flowsheet.results.why_sources import SettingUsed


class _Told:
    """What has been told, each by its position."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self._places: dict[Hashable, int] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._places

    def place(self, key: Hashable, entry: Any = None) -> int:
        """Where something stands; it is put at the end when it is new."""
        if key not in self._places:
            self._places[key] = len(self.entries)
            self.entries.append(key if entry is None else entry)
        return self._places[key]


class Answers:
    """Collects the numbers that a page shows, and answers for them; for none without a solution."""

    def __init__(self, state: Solved | None, shown: Shown) -> None:
        self._inquiry = Inquiry(state) if state is not None and state.simulation.converged else None
        self._state, self._shown = state, shown
        self._asked: dict[str, None] = {}

    def ask(self, name: str) -> str:
        """The name, if there is an answer; else an empty one."""
        if name in self._asked:
            return name
        if not name or self._inquiry is None or not self._inquiry.numbers.knows(name):
            return ""
        self._asked[name] = None
        return name

    def embedded(self) -> Any:
        """The answers to all that was asked, and to what these lead to; kept for the next time."""
        state = self._state
        if state is None or not state.case.key:
            return self._embedded()
        numbers = (state.simulation.x.tobytes(), state.simulation.p.tobytes())
        identity = f"{state.case.key} {self._shown} {list(self._asked)}".encode()
        return kept("answers", hashlib.sha256(b"".join((identity, *numbers))).hexdigest(), self._embedded)

    def _embedded(self) -> dict[str, Any]:
        told = {kind: _Told() for kind in ("equations", "terms", "settings", "constants", "texts", "sources")}
        numbers: dict[str, Any] = {}
        if self._inquiry is not None and self._asked:
            self._inquiry.numbers.prepare(self._asked)
            waiting = list(self._asked)
            while waiting:
                name = waiting.pop()
                if name in numbers:
                    continue
                found = self._inquiry.why(name)
                numbers[name] = self._number(found, told)
                waiting += [t.number for e in found.equations for t in e.terms if t.number not in numbers]
        return {"numbers": numbers, **{kind: those.entries for kind, those in told.items()}}

    def _number(self, found: Why, told: dict[str, _Told]) -> list[Any]:
        """Value, what it is, equations, settings, constants, and what moves it: settings and effects."""
        steps = {m.name: step_text(m) for m in found.movers}
        settings = {s.name: self._setting(s, steps.get(s.name, ""), told) for s in found.settings}
        return [
            number_text(found.value, found.unit, self._shown),
            told["texts"].place(found.what),
            [self._equation(equation, told) for equation in found.equations],
            [place for name, place in settings.items() if name not in steps or name in _held(found)],
            [
                told["constants"].place((c.name, c.value, c.of, told["sources"].place(c.source)))
                for c in found.constants
            ],
            [(settings[m.name], effect_text(m, found.unit, self._shown)) for m in found.movers],
        ]

    def _equation(self, equation: EquationUsed, told: dict[str, _Told]) -> int:
        if equation.name not in told["equations"]:
            place = f"{equation.unit} {equation.place}".rstrip()
            index = f"[{equation.index}]" if equation.index else ""
            title, text = f"{place}: {equation.family}{index}", told["texts"].place(equation.text)
            entry = title, text, f"{equation.residual:.0e}", [self._term(t, told) for t in equation.terms]
            return told["equations"].place(equation.name, entry)
        return told["equations"].place(equation.name)

    def _term(self, term: Term, told: dict[str, _Told]) -> int:
        """Name, value, and the number to ask for where it is called otherwise."""
        if term.name not in told["terms"]:
            entry = term.name, number_text(term.value, term.unit, self._shown)
            told["terms"].place(term.name, entry if term.number == term.name else (*entry, term.number))
        return told["terms"].place(term.name)

    def _setting(self, setting: SettingUsed, step: str, told: dict[str, _Told]) -> int:
        """Name, value, what it is, source, and the step that effects are stated for."""
        key = setting.name, step
        if key not in told["settings"]:
            value = number_text(setting.value, setting.unit, self._shown)
            source = told["sources"].place(setting.source)
            told["settings"].place(key, (setting.name, value, setting.what, source, step))
        return told["settings"].place(key)


def _held(found: Why) -> set[str]:
    """The settings that stand in the number's equations."""
    return {name for equation in found.equations for name in equation.settings}
