"""All starts of an optimisation, one after the other or in several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing.queues import Queue
from typing import NamedTuple

import numpy as np

from flowsheet.optimise.problem import Problem
from flowsheet.optimise.search import Attempt, search
from flowsheet.optimise.starts import Sample, base_start, reached, samples, starting_points
from flowsheet.solve.ipopt import Progress

Tell = Callable[[str, Progress], None]
"""Called with a start's label and what its search is at."""

_LARGE = 500
"""Unknowns of a plant from which a start takes longer than a process."""
_EVERY = 0.2
"""Seconds between two looks at what the processes report."""


def attempt_all(
    problem: Problem,
    x: np.ndarray,
    p: np.ndarray,
    count: int,
    progress: Tell | None = None,
    processes: int = 1,
) -> list[Attempt]:
    """Search from `count` starts about the solution `x` of the base case at `p`, in the order of sampling.

    More than one process: each gets a copy of the compiled plant, which takes some seconds, so that small
    plants stay in this one.  A script that asks for them needs the usual `if __name__ == "__main__":`.
    """
    if min(processes, count) > 1 and len(problem.case.plant.model.unknowns) >= _LARGE:
        return _in_processes(problem, x, p, count, progress, min(processes, count))
    found = []
    for start in starting_points(problem, x, p, count):

        def tell(step: Progress, label: str = start.label) -> None:
            if progress is not None:
                progress(label, step)

        found.append(search(problem, start, tell))
    return found


def _in_processes(
    problem: Problem, x: np.ndarray, p: np.ndarray, count: int, progress: Tell | None, processes: int
) -> list[Attempt]:
    """The base case and samples; one that can't be reached from the base case gives way to another."""
    context = multiprocessing.get_context("spawn")
    reports: Queue[tuple[str, Progress]] = context.Queue()
    drawn = samples(problem, count)
    attempts: dict[int, Attempt] = {}
    pool = ProcessPoolExecutor(
        processes, mp_context=context, initializer=_prepare, initargs=(problem, x, p, reports)
    )
    try:
        pending: dict[Future[Attempt | None], int] = {pool.submit(_attempt, None): 0}
        for sample in islice(drawn, count - 1):
            pending[pool.submit(_attempt, sample)] = sample.number
        while pending:
            done, _ = wait(pending, _EVERY, FIRST_COMPLETED)
            while not reports.empty():
                label, step = reports.get()
                if progress is not None:
                    progress(label, step)
            for future in done:
                number, attempt = pending.pop(future), future.result()
                if attempt is not None:
                    attempts[number] = attempt
                elif (other := next(drawn, None)) is not None:
                    pending[pool.submit(_attempt, other)] = other.number
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [attempts[number] for number in sorted(attempts)]


class _Shared(NamedTuple):
    problem: Problem
    x: np.ndarray
    p: np.ndarray
    reports: Queue[tuple[str, Progress]]


_shared: _Shared | None = None
"""What every task of this process works on."""


def _prepare(problem: Problem, x: np.ndarray, p: np.ndarray, reports: Queue[tuple[str, Progress]]) -> None:
    global _shared
    _shared = _Shared(problem, x, p, reports)


def _attempt(sample: Sample | None) -> Attempt | None:
    """In a process of its own: search from a sample, or from the base case; None if it can't be reached."""
    assert _shared is not None
    problem, x, p, reports = _shared
    start = base_start(problem, x, p) if sample is None else reached(problem, x, p, sample)
    if start is None:
        return None
    return search(problem, start, lambda step: reports.put((start.label, step)))
