"""Third-party layout scripts, run here and not in the reader's browser.

So a page holds finished drawings: it needs no script to show or print them.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any

from flowsheet.document.kept import kept

_MEMORY = 512 * 1024 * 1024
"""[bytes] that a script may take: the layout of a hundred streams takes a tenth."""

_STACK = 64 * 1024 * 1024
"""[bytes] for calls within calls: the layout of 145 streams takes more than a script's usual one."""


def answer_of(libraries: Sequence[str], script: str, question: Any) -> Any:
    """What the JavaScript expression `script`, a function's body, returns for `question`.

    What was asked before comes from what earlier runs kept.

    Args:
        libraries: files in `vendor/`, evaluated first.
        script: statements that see `question` and return a value that JSON can hold.
        question: a value that JSON can hold.

    >>> answer_of([], "return question.map(x => 2 * x)", [1, 2])
    [2, 4]
    """
    text = json.dumps(question, sort_keys=True)
    identity = " ".join([*map(_digest, libraries), script, text])
    return kept(
        "layout", hashlib.sha256(identity.encode()).hexdigest(), lambda: _evaluate(libraries, script, text)
    )


def _evaluate(libraries: Sequence[str], script: str, question: str) -> Any:
    """In a thread of its own, whose stack is as deep as layouts of large plants need."""
    before = threading.stack_size(2 * _STACK)
    try:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_answer, libraries, script, question).result()
    finally:
        threading.stack_size(before)


def _answer(libraries: Sequence[str], script: str, question: str) -> Any:
    import quickjs

    engine = quickjs.Context()
    engine.set_memory_limit(_MEMORY)
    engine.set_max_stack_size(_STACK)
    for library in ("globalThis.self = globalThis.global = globalThis", *map(_library, libraries)):
        engine.eval(library + "\n;0")
    return json.loads(engine.eval(f"(question => JSON.stringify((() => {{ {script} }})()))({question})"))


def _library(name: str) -> str:
    return files("flowsheet.report.page").joinpath("vendor", name).read_text(encoding="utf-8")


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_library(name).encode()).hexdigest()
