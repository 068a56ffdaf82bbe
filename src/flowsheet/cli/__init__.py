"""The command line: one file per verb.  `main` is the console script."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns the exit code: 0 done, 1 not converged or infeasible, 2 bad input, 130 interrupted.
    """
    from flowsheet.cli.app import run_command

    return run_command(list(sys.argv[1:] if arguments is None else arguments))
