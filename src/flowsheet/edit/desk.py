"""What the page may ask for, as plain JSON values: the file, a check, a slider's move, news, saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Diagnostic
from flowsheet.edit.file import ChangedOnDisk, EditedFile
from flowsheet.edit.names import names
from flowsheet.edit.session import Checked, News, Session
from flowsheet.edit.settings import NoPlace, moved, sliders
from flowsheet.solve.known_names import flowsheet_schema

Answer = dict[str, Any]


class Refused(Exception):
    """A question that has no answer; the text says why."""


class Desk:
    """A file that is edited, and its session.

    Args:
        file: as it was opened.
        scenario: that is shown and moved, or None.
    """

    def __init__(self, file: EditedFile, scenario: str | None = None) -> None:
        self.file, self.scenario = file, scenario
        self.session = Session(file.source, scenario)

    def start(self) -> Answer:
        """The text as it was read or last saved, and where it goes."""
        return {
            "text": self.file.text,
            "target": str(self.file.target),
            "is_copy": self.file.is_copy,
            "scenario": self.scenario,
        }

    def schema(self) -> Answer:
        """The JSON schema that drives completion and hover, with the units of the file's own libraries."""
        document = self.session.check(self.file.text).document
        return flowsheet_schema(document.unit_libraries if document is not None else ())

    def text(self, question: Mapping[str, Any]) -> Answer:
        """Check a text (`text`, `revision`) and have it solved."""
        checked = self.session.check(_text(question))
        self.session.solve(checked, _revision(question))
        return self._checked(checked)

    def slide(self, question: Mapping[str, Any]) -> Answer:
        """Put `value` of the slider `name` into the text: the edit, and what `text` answers about the result.

        Raises:
            Refused: there is no such slider, or it can't be moved in this text.
        """
        text, name, value = _text(question), question.get("name"), question.get("value")
        if not isinstance(value, (int, float)):
            raise Refused("a slider's value is a number")
        before = self.session.check(text)
        if before.document is None:
            raise Refused("the text has errors")
        slider = next((s for s in sliders(before.document, text) if s.name == name), None)
        if slider is None or slider.fixed:
            raise Refused(slider.fixed if slider else f"there is no slider `{name}`")
        try:
            edit = moved(before.document, text, slider, float(value))
        except NoPlace as error:
            raise Refused(str(error)) from error
        after = self.session.check(edit.applied(text))
        self.session.solve(after, _revision(question))
        place = {"from": _units(text, edit.start), "to": _units(text, edit.end), "insert": edit.insert}
        return {"edit": place, **self._checked(after)}

    def save(self, question: Mapping[str, Any]) -> Answer:
        """Write the text; `over`: even over what somebody else wrote.

        Raises:
            Refused: the file can't be written.
        """
        try:
            written = self.file.save(_text(question), over=question.get("over") is True)
        except ChangedOnDisk:
            return {"saved": None, "is_there": str(self.file.target)}
        except OSError as error:
            raise Refused(f"{self.file.target} can't be written: {error.strerror or error}") from error
        self.session.path = written
        self.session.take_reference()
        return {"saved": str(written)}

    def compare(self) -> Answer:
        """Count changes from the plant as it is shown now."""
        self.session.take_reference()
        return {}

    def news(self, after: int, timeout: float) -> list[Answer]:
        """What the session has to tell since the news of number `after`; waits so many seconds for some."""
        return [self._told(news) for news in self.session.news(after, timeout)]

    def _told(self, news: News) -> Answer:
        return {
            "number": news.number,
            "revision": news.revision,
            "state": news.state,
            "doing": news.doing,
            "seconds": news.seconds,
            "diagnostics": self._diagnostics(news.diagnostics),
            "page": news.page,
            "diagram": news.diagram,
        }

    def _checked(self, checked: Checked) -> Answer:
        answer: Answer = {"diagnostics": self._diagnostics(checked.diagnostics), "ready": False}
        if checked.document is None:
            return answer
        found = sliders(checked.document, checked.text)
        return {
            **answer,
            "ready": True,
            "sliders": [asdict(slider) for slider in found],
            "names": names(checked.document),
        }

    def _diagnostics(self, found: Sequence[Diagnostic]) -> list[Answer]:
        """With the name of the file where it isn't the one that is edited."""
        return [{**d.as_dict(), "elsewhere": self._elsewhere(d)} for d in found]

    def _elsewhere(self, diagnostic: Diagnostic) -> str | None:
        span = diagnostic.span
        return None if span is None or Path(span.file) == self.session.path else str(span)


def _text(question: Mapping[str, Any]) -> str:
    text = question.get("text")
    if not isinstance(text, str):
        raise Refused("a text is missing")
    return text


def _revision(question: Mapping[str, Any]) -> int:
    revision = question.get("revision")
    if not isinstance(revision, int):
        raise Refused("the text's revision is missing")
    return revision


def _units(text: str, position: int) -> int:
    """A place as JavaScript counts: characters beyond the basic plane are two."""
    return len(text[:position].encode("utf-16-le")) // 2
