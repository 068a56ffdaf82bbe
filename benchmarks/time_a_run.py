"""Where the seconds of a run go: imports, building, compiling, solving cold and warm, and the command itself.

    python benchmarks/time_a_run.py [FLOWSHEET ...]     # names or paths; nmc_black_mass if none is given

Every command runs in a process and with a cache of its own. Absolute seconds say much about the machine, so
each is also given as a ratio to the imports of this run: what Python takes to start and to import the
libraries that the command cannot do without (of a first run: those that build models, too).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from flowsheet.document.locate import locate
from flowsheet.document.structure import input_values
from flowsheet.economics.money import build_money
from flowsheet.model.accounts import report_streams
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from flowsheet.model.questions import Questions
from flowsheet.model.targets import add_targets
from flowsheet.solve import case
from flowsheet.solve.assemble import compile_plant
from flowsheet.solve.plant import CompiledPlant
from flowsheet.solve.simulate import simulate

SHOWN = "numpy, cyclopts, rich.console, ruamel.yaml, xlsxwriter"
BUILT = f"{SHOWN}, casadi, cantera, pint, pyomo.environ"
RUN = "import sys; from flowsheet.cli import main; sys.exit(main(sys.argv[1:]))"
REPEATS = 5
DERIVED, FIRST = "derive the Jacobian", "flowsheet run, first"
COMPILED_AND_SOLVED = ("compile", "followed", "initialise", "newton")
"""Phases of a result's seconds."""


class Table:
    """Lines of (what, seconds, ratio to the imports), printed as they come."""

    def __init__(self, imports: float) -> None:
        self.imports = imports
        self.seconds: dict[str, float] = {}

    def line(self, what: str, seconds: float, remark: str = "") -> None:
        self.seconds[what] = seconds
        print(f"  {what:44s} {seconds:9.3f} {seconds / self.imports:8.2f}  {remark}", flush=True)


def seconds_of(call: Callable[[], Any], repeats: int = 1) -> tuple[float, Any]:
    """The least disturbed of some calls, and what the last returned."""
    taken, result = [], None
    for _ in range(repeats):
        began = time.perf_counter()
        result = call()
        taken.append(time.perf_counter() - began)
    return min(taken), result


def process(arguments: list[str], folder: str) -> None:
    """Run Python in a folder, with a cache there; an exit code of 1 (not converged) is an answer too."""
    environment = {**os.environ, "FLOWSHEET_CACHE": str(Path(folder) / "cache")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        raise RuntimeError(done.stderr)


def imports(names: str, folder: str) -> float:
    return seconds_of(lambda: process(["-c", f"import {names}"], folder), REPEATS)[0]


@contextmanager
def watched(owner: Any, name: str) -> Iterator[list[float]]:
    """Seconds of every call of a function while it lasts."""
    original, taken = getattr(owner, name), []

    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*arguments, **named)
        finally:
            taken.append(time.perf_counter() - began)

    setattr(owner, name, timed)
    try:
        yield taken
    finally:
        setattr(owner, name, original)


def build(path: Path, table: Table) -> tuple[CompiledPlant, np.ndarray]:
    """Load, build and compile, as `solve.case.compile_document` does; the plant and its inputs."""
    from pyomo.repn.plugins.nl_writer import NLWriter

    taken, document = seconds_of(lambda: case.load(path))
    table.line("load and check the file", taken)
    began = time.perf_counter()
    flowsheet = build_model(document, unit_classes(document.unit_libraries))
    report_streams(flowsheet.streams, flowsheet.registry)
    questions = Questions(flowsheet)
    build_money(flowsheet, questions)
    targets = add_targets(flowsheet, questions)
    table.line("build the Pyomo model", time.perf_counter() - began)
    with watched(NLWriter, "write") as written:
        taken, plant = seconds_of(lambda: compile_plant(flowsheet, targets))
    table.line("write it as NL", sum(written))
    table.line("the rest of compiling (CasADi)", taken - sum(written))
    model = plant.model
    derive, _ = seconds_of(lambda: [model.function(n) for n in ("jacobian", "residual_by_input")])
    size = f"{len(model.equations)} equations, {len(model.pattern('jacobian').data)} nonzeros"
    table.line(DERIVED, derive, size)
    known = input_values(document)
    return plant, plant.inputs({n: v for n, v in known.items() if n in model.inputs.position})


def solve(plant: CompiledPlant, p: np.ndarray, table: Table) -> None:
    model = plant.model
    cold, found = seconds_of(lambda: simulate(plant, p))
    table.line("cold solve", cold, found.status)
    warm, again = seconds_of(lambda: simulate(plant, p, found.x), REPEATS)
    table.line("warm re-solve, same inputs", warm, f"{again.newton.iterations} iterations")
    moved = p.copy()
    warmer = [i for i, name in enumerate(model.inputs.names) if name.endswith(".temperature")]
    moved[warmer] += 0.1
    warm, again = seconds_of(lambda: simulate(plant, moved, found.x), REPEATS)
    table.line("warm re-solve, all temperatures 0.1 K up", warm, f"{again.newton.iterations} iterations")
    for name in ("residual", "jacobian", "outputs"):
        taken, _ = seconds_of(lambda n=name: getattr(model, n)(found.x, p), REPEATS)
        table.line(f"one evaluation of {name}", taken, f"{model.function(name).n_instructions()} operations")


def commands(path: Path, folder: str, bare: float, table: Table) -> None:
    feed = next(iter(case.load(path).feeds))
    changed = [f"--set=feeds.{feed}.temperature=26.5 degC"]
    for what, more, base in (
        (FIRST, [], table.imports),
        ("flowsheet run, second", [], bare),
        ("flowsheet run, another value", changed, bare),
        ("flowsheet run, second of that", changed, bare),
    ):
        arguments = ["-c", RUN, "run", str(path), "--out", "run", *more]
        repeats = REPEATS if "second" in what else 1
        taken, _ = seconds_of(lambda a=arguments: process(a, folder), repeats)
        solver = json.loads((Path(folder) / "run" / "result.json").read_text(encoding="utf-8"))["solver"]
        spent = sum(solver["seconds"].get(phase, 0.0) for phase in COMPILED_AND_SOLVED)
        spent += table.seconds[DERIVED] if what == FIRST else 0.0  # no phase of its own in a result
        table.line(
            what, taken, f"imports + {taken - base - spent:.2f} s + compiling and solving {spent:.2f} s"
        )


def measure(name: str) -> None:
    path = locate(name)
    print(f"{path.name}{'':40s}".ljust(46) + "   seconds  / imports")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FLOWSHEET_CACHE"] = str(Path(folder) / "own")
        bare = imports(SHOWN, folder)
        table = Table(imports(BUILT, folder))
        table.line("imports of a first run", table.imports, BUILT)
        table.line("imports of a second run", bare, SHOWN)
        solve(*build(path, table), table)
        commands(path.resolve(), folder, bare, table)


if __name__ == "__main__":
    for given in sys.argv[1:] or ["nmc_black_mass"]:
        measure(given)
