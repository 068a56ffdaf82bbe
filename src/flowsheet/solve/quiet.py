"""Keep what C libraries print off standard output, which belongs to results."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class StdoutGuard:
    """File descriptor 1 leads nowhere while the guard is up; `lifted` lets Python's own output through.

    IPOPT and MUMPS write from C, past `sys.stdout`, so only the descriptor itself stops them.
    """

    def __init__(self) -> None:
        self._saved = -1
        self._nowhere = -1

    def __enter__(self) -> StdoutGuard:
        _flush()
        try:
            self._saved = os.dup(1)
        except OSError:  # a program without standard output has nothing to guard
            return self
        self._nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(self._nowhere, 1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._saved < 0:
            return
        _flush()
        os.dup2(self._saved, 1)
        os.close(self._saved)
        os.close(self._nowhere)
        self._saved = -1

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """For the time of a callback, standard output is what it was."""
        if self._saved < 0:
            yield
            return
        _flush()
        os.dup2(self._saved, 1)
        try:
            yield
        finally:
            _flush()
            os.dup2(self._nowhere, 1)


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()
    # C keeps its own buffer, which would otherwise spill once the descriptor is back.
    runtime = ctypes.cdll.ucrtbase if sys.platform == "win32" else ctypes.CDLL(None)
    runtime.fflush(None)
