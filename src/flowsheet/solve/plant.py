"""The compiled plant: one system of equations with what is needed to start it cold, unit by unit.

`compile_plant` turns a built model into a `CompiledPlant`, a plain value without Pyomo; `simulate` solves it:
each feed and unit in flow order from its own start values, recycles by a few rounds of substitution, then all
equations at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from flowsheet.model.registry import REQUIREMENT
from flowsheet.solve.arc import reach
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.initialise import Continuation, Procedure, follow, start_values
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.newton import NewtonOptions, NewtonResult, solve
from flowsheet.solve.recycles import Recycles

START = "start:"
"""Prefix of the outputs that hold cold-start values of unknowns."""

_ROUNDS = 150
_PATIENCE = 10
"""Rounds in a row in which a section can't be solved, after which there will be no more."""
_COMPILED_SOLUTION = "solution at the compiled inputs"
_ESTIMATES = 3
"""Passes with start values alone by which recycles find the order of magnitude of their flows."""
_START_CHAIN = 6
"""Longest chain of start values within a unit: drawn flow, its composition, the outlet, its species."""
_SHORT_TRY = 15
"""Iterations that a unit with a continuation may take without it."""
_SECTION = NewtonOptions(residual_tolerance=1e-8, iteration_limit=150)
_AGAIN = replace(_SECTION, iteration_limit=50)
"""For a section from its solution of the round before."""
_WHOLE = NewtonOptions(iteration_limit=25)
"""For all sections at once, tried after a round in which every one was solved: where that is near enough it
takes some ten iterations, else it mostly stalls on the first."""
_SETTLED = 1e-4
"""Largest change of a torn flow's logarithm over a round at which substitution stops; until then all sections
at once are tried after each round, since a trace may hold them up."""
_LAST_RESORT = 50
"""Iterations of the descent in the residual of all equations: slow, seldom of use where all else failed."""
_LASTING = 0.1
"""Change of a torn flow's logarithm that, round after round the same, marks an inventory to be cut."""


@dataclass(frozen=True, eq=False)
class Section:
    """The rows and unknowns of one feed or unit, and how it is started where start values alone don't do."""

    owner: str
    equations: tuple[str, ...]
    unknowns: tuple[str, ...]
    procedure: Procedure | None = None
    continuation: Continuation | None = None


@dataclass(frozen=True, eq=False)
class CompiledPlant:
    """A plant's equations in numbers.

    Attributes:
        model: the compiled equations; its outputs are the reported numbers and the start values.
        sections: feeds, then units in solving order.
        torn: names of torn recycle streams.
        units: canonical unit by output and input name.
        descriptions: what each output is.
        facts: structural facts for the result layer (plain JSON values).
    """

    model: CompiledModel
    sections: tuple[Section, ...]
    torn: tuple[str, ...]
    units: Mapping[str, str]
    descriptions: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def inputs(self, values: Mapping[str, float]) -> np.ndarray:
        """Input vector: the compiled values with some replaced by name."""
        p = self.model.p0.copy()
        for name, value in values.items():
            p[self.model.inputs.position[name]] = value
        return p

    def values(self, x: np.ndarray, p: np.ndarray) -> dict[str, float]:
        """All reported numbers by name."""
        numbers = self.model.outputs(x, p)
        return {
            n: float(v)
            for n, v in zip(self.model.output_names, numbers, strict=True)
            if not n.startswith((START, REQUIREMENT))
        }


@dataclass(frozen=True, eq=False)
class Simulation:
    """The outcome of a solve: the best iterate, and whether it is a solution."""

    status: Literal["converged", "not_converged"]
    x: np.ndarray
    p: np.ndarray
    newton: NewtonResult
    method: str
    seconds: Mapping[str, float]
    failed_sections: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def converged(self) -> bool:
        return self.status == "converged"


def simulate(
    plant: CompiledPlant,
    p: np.ndarray | None = None,
    warm: np.ndarray | None = None,
    options: NewtonOptions | None = None,
    progress: Callable[[str], None] | None = None,
    warm_inputs: np.ndarray | None = None,
) -> Simulation:
    """Solve the plant at inputs `p`; from `warm` (an earlier solution) if given, else cold.

    With `warm_inputs`, of which `warm` is the solution, the plant is followed from there to `p` in as many
    steps as that takes.  A warm start that fails is followed by a cold one.
    """
    model = plant.model
    p = model.p0 if p is None else p
    options = options or NewtonOptions()
    seconds: dict[str, float] = {}
    if warm is not None:
        if warm_inputs is None:
            result = NaturalSearch(model, p, options).run(warm)
        else:
            result = reach(model, warm, warm_inputs, p, options)
        seconds["warm"] = result.seconds
        if result.converged:
            return Simulation("converged", result.x, p, result, "warm start", seconds, ())
    began = time.perf_counter()
    x, failed = initialise(plant, p, progress)
    seconds["initialise"] = time.perf_counter() - began
    result = NaturalSearch(model, p, options).run(x)
    seconds["newton"] = result.seconds
    method = "unit by unit, then all equations"
    if not result.converged and not np.array_equal(p, model.p0):
        began = time.perf_counter()
        followed = _followed_from_compiled(plant, p, options, progress)
        seconds["followed"] = time.perf_counter() - began
        if followed is not None and followed.converged:
            result, failed, method = followed, [], "followed from the values it was compiled with"
    if not result.converged:
        last_resort = replace(options, iteration_limit=min(options.iteration_limit, _LAST_RESORT))
        result = solve(model, x, p, last_resort)
        seconds["newton"] += result.seconds
    status: Literal["converged", "not_converged"] = "converged" if result.converged else "not_converged"
    return Simulation(status, result.x, p, result, method, seconds, tuple(failed))


def _followed_from_compiled(
    plant: CompiledPlant, p: np.ndarray, options: NewtonOptions, progress: Callable[[str], None] | None
) -> NewtonResult | None:
    """The solution at `p` followed from that at the inputs the plant was compiled with, if it has one there.

    That solution is found once per compiled plant.
    """
    model = plant.model
    if _COMPILED_SOLUTION not in model._buffers:
        x, _ = initialise(plant, model.p0, progress)
        model._buffers[_COMPILED_SOLUTION] = solve(model, x, model.p0, options)
    known: NewtonResult = model._buffers[_COMPILED_SOLUTION]
    return reach(model, known.x, model.p0, p, options) if known.converged else None


def initialise(
    plant: CompiledPlant, p: np.ndarray, progress: Callable[[str], None] | None = None
) -> tuple[np.ndarray, list[str]]:
    """Start values for all unknowns: sections in order, recycles by repeated substitution.

    Returns the values and the sections whose own equations could not be solved in the last round.
    """
    model = plant.model
    x = np.clip(model.x0.copy(), model.unknowns.lower, model.unknowns.upper)
    starts = _start_positions(model)
    for _ in range(_ESTIMATES if plant.torn else 0):
        x = _estimate(plant, x, p, starts)
    failed: list[str] = []
    in_vain = 0
    solved: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    recycles = Recycles(plant.torn, plant.facts.get("columns", {}))
    x = recycles.diluted(x)
    for number in range(_ROUNDS if plant.torn else 1):
        before = x.copy()
        failed = []
        for section in plant.sections:
            if not section.unknowns:
                continue
            if progress:
                progress(f"{section.owner}" if number == 0 else f"{section.owner} (round {number + 1})")
            x, solution = _round(plant, section, x, p, starts, solved.get(section.owner))
            if solution is None:
                failed.append(section.owner)
                solved.pop(section.owner, None)
            else:
                solved[section.owner] = solution
        in_vain = in_vain + 1 if failed else 0
        if in_vain > _PATIENCE:
            break
        if number and not failed:
            whole = _all_sections(plant)
            x_whole, p_whole = whole.gather(x, p)
            at_once = NaturalSearch(whole, p_whole, _WHOLE).run(x_whole)
            if at_once.converged:
                return whole.scatter(at_once.x, x, p)[0], failed
            if recycles.change(before, x) < _SETTLED:
                break
        if number:
            x = recycles.without_leftovers(before, x, _LASTING)
    return x, failed


def _all_sections(plant: CompiledPlant) -> CompiledModel:
    """All sections at once.  What a specification frees may have several roots: it joins at the end."""
    unknowns = [name for section in plant.sections for name in section.unknowns]
    if len(unknowns) == len(plant.model.unknowns):
        return plant.model
    return plant.model.block([row for section in plant.sections for row in section.equations], unknowns)


def _round(
    plant: CompiledPlant,
    section: Section,
    x: np.ndarray,
    p: np.ndarray,
    starts: Mapping[str, int],
    earlier: tuple[np.ndarray, np.ndarray] | None,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray] | None]:
    """One section solved with all else as it is; all unknowns, and its solution with the inputs of it.

    A section with an `earlier` solution starts from there; where no few iterations lead on, it is started
    cold, and where that fails too its inputs are moved in steps.  One that fails keeps its start values,
    which mislead the units downstream less than where its iteration broke off.
    """
    view = plant.model.block(section.equations, section.unknowns)
    x_own, p_own = view.gather(x, p)
    if earlier is not None:
        result = NaturalSearch(view, p_own, _AGAIN).run(earlier[0])
        if result.converged:
            return view.scatter(result.x, x, p)[0], (result.x, p_own)
    x_own = _cold_start(plant, section, view, x, p, starts, x_own)
    result = _solve_section(section, view, x_own, p_own)
    if not result.converged and earlier is not None:
        result = reach(view, *earlier, p_own, _SECTION)
    if result.converged:
        return view.scatter(result.x, x, p)[0], (result.x, p_own)
    return view.scatter(x_own, x, p)[0], None


def _estimate(plant: CompiledPlant, x: np.ndarray, p: np.ndarray, starts: Mapping[str, int]) -> np.ndarray:
    """One pass with start values alone: a torn recycle begins at the order of magnitude of its flow."""
    for section in plant.sections:
        if section.unknowns:
            view = plant.model.block(section.equations, section.unknowns)
            x_own, _ = view.gather(x, p)
            x, _ = view.scatter(_cold_start(plant, section, view, x, p, starts, x_own), x, p)
    return x


def _solve_section(section: Section, view: CompiledModel, x: np.ndarray, p: np.ndarray) -> NewtonResult:
    """One feed or unit by itself; one with a continuation gets a short try without it.

    Rescues of short Newton steps can lead into a valley; where they do, short steps are taken as they are.
    """
    options = _SECTION
    if section.continuation is None:
        result = solve(view, x, p, options)
        plain = None if result.converged else solve(view, x, p, replace(options, short_step=0.0))
        return result if plain is None or not plain.converged else plain
    result = NaturalSearch(view, p, replace(options, iteration_limit=_SHORT_TRY)).run(x)
    return result if result.converged else follow(view, x, p, section.continuation, options)


def _start_positions(model: CompiledModel) -> dict[str, int]:
    return {n.removeprefix(START): i for i, n in enumerate(model.output_names) if n.startswith(START)}


def _cold_start(
    plant: CompiledPlant,
    section: Section,
    view: CompiledModel,
    x: np.ndarray,
    p: np.ndarray,
    starts: Mapping[str, int],
    x_own: np.ndarray,
) -> np.ndarray:
    """The section's start values as they follow from what is upstream of it, and from one another.

    A drawn reagent's flow starts from what is upstream, its components from that flow, the outlet from them.
    """
    model = plant.model
    own = x_own.copy()
    positions = [(i, starts[name]) for i, name in enumerate(view.unknowns.names) if name in starts]
    for _ in range(_START_CHAIN):
        before = own.copy()
        values = model.outputs(x, p)
        for i, position in positions:
            if np.isfinite(values[position]):
                own[i] = values[position]
        own = np.clip(own, view.unknowns.lower, view.unknowns.upper)
        x, _ = view.scatter(own, x, p)
        if np.array_equal(own, before):
            break
    if section.procedure is not None:
        own = _started_by_procedure(section.procedure, model, view, own, x, p)
    return own


def _started_by_procedure(
    procedure: Procedure,
    model: CompiledModel,
    view: CompiledModel,
    own: np.ndarray,
    x: np.ndarray,
    p: np.ndarray,
) -> np.ndarray:
    """What the unit's own procedure gives in place of start expressions."""
    values = dict(zip(model.output_names, model.outputs(x, p).tolist(), strict=True))
    own = own.copy()
    for name, value in start_values(procedure, values.__getitem__).items():
        own[view.unknowns.position[name]] = value
    return np.clip(own, view.unknowns.lower, view.unknowns.upper)
