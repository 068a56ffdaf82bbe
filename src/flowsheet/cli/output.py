"""Standard output: with --json it carries the result alone, whatever C libraries print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def only_messages(active: bool) -> Iterator[None]:
    """While it lasts, all that is printed on standard output goes to standard error, from C too."""
    if not active:
        yield
        return
    sys.stdout.flush()
    stdout, sys.stdout = sys.stdout, sys.stderr
    try:
        saved = os.dup(1)
    except OSError:  # a program without standard output
        saved = -1
    if saved >= 0:
        os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = stdout
        if saved >= 0:
            os.dup2(saved, 1)
            os.close(saved)


def can_draw() -> bool:
    """Whether standard output takes the characters that boxes and arrows are drawn with."""
    try:
        "┌─▶╌▷".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class ProgressLine:
    """One line on standard error that is written over; nothing where standard error is not a terminal."""

    def __init__(self, columns: int) -> None:
        self.columns = columns - 1
        self.live = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Replace the line."""
        if self.live:
            sys.stderr.write("\r" + text[: self.columns].ljust(self.columns))
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.live:
            sys.stderr.write("\r" + " " * self.columns + "\r")
            sys.stderr.flush()
