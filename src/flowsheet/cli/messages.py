"""Messages on standard error, and what the exit codes mean."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Sequence
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, render, suggest

DONE, NOT_SOLVED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_NARROWEST, _WIDEST = 60, 110


class Stop(Exception):
    """End the command with an exit code, when all has been said."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


def width() -> int:
    """Columns to write for: the terminal's, 80 where there is none."""
    return max(_NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, _WIDEST))


def complain(message: str, help: str = "") -> None:
    """An error that concerns no place in a file."""
    import textwrap

    for text in (f"error: {message}", f"help: {help}" if help else ""):
        if text:
            print(
                textwrap.fill(
                    text, width(), subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
                ),
                file=sys.stderr,
            )


def note(message: str) -> None:
    """Something worth knowing."""
    print(f"note: {message}", file=sys.stderr)


def refusal(code: str, message: str, help: str = "") -> DiagnosticError:
    """Bad input that is at no place in a file, to be raised."""
    return DiagnosticError([Diagnostic(code, message, None, help)])


def show_diagnostics(error: DiagnosticError) -> None:
    """All findings with the lines that they are about, then their number."""
    errors = [d for d in error.diagnostics if d.severity == "error"]
    print(error.render(width()), file=sys.stderr)
    codes = sorted({d.code for d in errors})
    more = f"flowsheet explain {codes[0]}" if codes else ""
    number = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
    print(f"\n{number}" + (f"; more on a code: {more}" if more else ""), file=sys.stderr)


def show_warnings(diagnostics: Sequence[Diagnostic], sources: dict[str, str]) -> None:
    """Warnings with their lines."""
    for diagnostic in diagnostics:
        print(render(diagnostic, sources, width()) + "\n", file=sys.stderr)


def as_diagnostics(error: Exception) -> DiagnosticError | None:
    """Errors of the engine that are about the user's input, as diagnostics."""
    if isinstance(error, DiagnosticError):
        return error
    if type(error).__name__ == "UnitLibraryError":  # its module would import the unit contract
        return refusal(
            "E801", f"a unit library can't be loaded: {error}", "add --debug to see where it fails"
        )
    return None


def describe_misuse(error: Any, tokens: Sequence[str], verbs: Collection[str]) -> tuple[str, str]:
    """What is wrong with the command line, and what to do."""
    from cyclopts import MissingArgumentError, UnknownCommandError, UnknownOptionError

    verb = tokens[0] if tokens and tokens[0] in verbs else ""
    usage = f"flowsheet {verb} --help".replace("  ", " ")
    if isinstance(error, UnknownCommandError) or (not verb and tokens and not tokens[0].startswith("-")):
        return f"unknown verb `{tokens[0]}`", suggest(tokens[0], verbs, "verbs")
    if isinstance(error, UnknownOptionError):
        option = error.token.keyword or error.token.value
        known = sorted({n for a in (error.argument_collection or ()) for n in a.names if n.startswith("--")})
        return (
            f"unknown option `{option}` of {verb or 'flowsheet'}",
            f"{suggest(option, known, 'options')}  ({usage})",
        )
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        return f"{error.argument.name} is missing", usage
    return " ".join(str(error).split()), usage
