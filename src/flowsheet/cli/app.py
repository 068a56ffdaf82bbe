"""The verbs, and what becomes of errors: a message in the user's words and an exit code."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

from cyclopts import App, CycloptsError

from flowsheet.cli.messages import BAD_INPUT, DONE, INTERRUPTED, NOT_SOLVED, Stop, complain, describe_misuse

DEBUG = "--debug"
VERBS = {
    "run": "flowsheet.cli.run:run",
    "optimise": "flowsheet.cli.optimise:optimise",
    "compare": "flowsheet.cli.compare:compare",
    "runs": "flowsheet.cli.runs:runs",
    "validate": "flowsheet.cli.validate:validate",
    "why": "flowsheet.cli.why:why",
    "edit": "flowsheet.cli.edit:edit",
    "check": "flowsheet.cli.check:check",
    "units": "flowsheet.cli.units:units",
    "new": "flowsheet.cli.new:new",
    "schema": "flowsheet.cli.schema:schema",
    "explain": "flowsheet.cli.explain:explain",
}
_OF_DEVELOPERS = (SyntaxWarning, DeprecationWarning, PendingDeprecationWarning, ResourceWarning)
"""Warnings about code: nothing that a user of a flowsheet could do anything about."""
_EPILOGUE = (
    "FILE is a path, or the name of a flowsheet that ships. `flowsheet VERB --help` shows a verb's options. "
    f"`{DEBUG}` with any verb shows where an unexpected error came from. "
    "Exit codes: 0 done, 1 not converged, infeasible or a validation out of band, 2 bad input."
)


def application(named: bool = True) -> App:
    """The verbs; with one `named`, only its module is imported, else all are, so that help describes them."""
    app = App(
        name="flowsheet",
        help="Simulate and optimise hydrometallurgical flowsheets written in YAML.",
        help_epilogue=_EPILOGUE,
        help_format="plaintext",
        version=_version,
        exit_on_error=False,
        print_error=False,
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    for number, (verb, place) in enumerate(VERBS.items()):
        module, _, function = place.partition(":")
        command = place if named else getattr(import_module(module), function)
        app.command(command, name=verb, sort_key=number)
    return app


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; no exception leaves it unless --debug is given."""
    debug = DEBUG in arguments
    tokens = [a for a in arguments if a != DEBUG]
    try:
        with warnings.catch_warnings():
            if not debug:
                warnings.showwarning = _show_warning
                for category in _OF_DEVELOPERS:
                    warnings.simplefilter("ignore", category)
            code = application(named=not VERBS.keys().isdisjoint(tokens))(tokens)
        return DONE if code is None else int(code)
    except CycloptsError as error:
        complain(*describe_misuse(error, tokens, VERBS))
        return BAD_INPUT
    except Stop as stop:
        return stop.code
    except KeyboardInterrupt:
        complain("interrupted; nothing was written")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit) as end:  # the reader (`| head`) has seen enough; rich exits then
        if isinstance(end, SystemExit) and not isinstance(end.__context__, BrokenPipeError):
            raise
        sys.stderr.close()
        return DONE
    except Exception as error:  # whatever is unforeseen must still end in words that a user can act on
        if debug:
            raise
        return _unexpected(error, tokens)


def _unexpected(error: Exception, tokens: Sequence[str]) -> int:
    from flowsheet.cli.messages import as_diagnostics, show_diagnostics

    known = as_diagnostics(error)
    if known is not None:
        show_diagnostics(known)
        return BAD_INPUT
    text = str(error).strip().split("\n", 1)[0]
    complain(
        f"flowsheet stopped on an unexpected error: {type(error).__name__}{': ' if text else ''}{text}",
        f"run `flowsheet {' '.join([*tokens, DEBUG])}` to see where it came from",
    )
    return NOT_SOLVED


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    print(f"warning: {message}", file=sys.stderr)


def _version() -> str:
    from importlib.metadata import version

    return version("flowsheet")
