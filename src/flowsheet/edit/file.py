"""The file that is being edited: what it held when it was read, and how it is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.locate import locate, shipped_flowsheets
from flowsheet.results.write import replace_file

_BOM = b"\xef\xbb\xbf"


class ChangedOnDisk(Exception):
    """Somebody else wrote the file since it was read, or one is there where none was."""


@dataclass
class EditedFile:
    """A flowsheet file that is read once and written when asked.

    `source` is where it was read, and from where its paths count; `target` where it goes: the same, but for a
    flowsheet that ships, which is saved as a copy in the current folder.
    """

    source: Path
    target: Path
    text: str
    _newline: str = "\n"
    _mark: bytes = b""
    _digest: str = field(default="", repr=False)

    @staticmethod
    def opened(name: str) -> EditedFile:
        """The file of a path, else of a flowsheet that ships.

        Raises:
            DiagnosticError: there is none, or it is no text.
        """
        source = locate(name)
        ships = source in shipped_flowsheets().values()
        target = Path(source.name) if ships else source
        try:
            content = source.read_bytes()
            text = content.removeprefix(_BOM).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DiagnosticError(
                [Diagnostic("E001", f"{source} can't be read as text: {error}", None, "save it as UTF-8")]
            ) from error
        return EditedFile(
            source,
            target,
            text.replace("\r\n", "\n"),
            "\r\n" if "\r\n" in text else "\n",
            _BOM if content.startswith(_BOM) else b"",
            _digest_of(target),
        )

    @property
    def is_copy(self) -> bool:
        """Whether the first save makes a file of its own."""
        return self.source != self.target

    @property
    def changed_on_disk(self) -> bool:
        """Whether saving would undo what somebody else wrote."""
        return _digest_of(self.target) != self._digest or (self.is_copy and self.target.exists())

    def save(self, text: str, over: bool = False) -> Path:
        """Write the text; `over`: even where somebody else wrote the file meanwhile.

        Raises:
            ChangedOnDisk: not `over`, and the file isn't what was read.
            OSError: it can't be written; what was there is there still.
        """
        if self.changed_on_disk and not over:
            raise ChangedOnDisk
        content = self._mark + text.replace("\n", self._newline).encode()
        written = replace_file(self.target, content)
        self.text, self._digest = text, _digest_of(written)
        self.source = self.target = written
        return written


def _digest_of(path: Path) -> str:
    """Of a file's content; empty where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
