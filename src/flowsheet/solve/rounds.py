"""Unit by unit in flow order, recycles by rounds of substitution: cold, or from another solution.

After a round in which every unit could be solved, all equations are tried at once.  What two units make of
each other is left to that; what one unit makes of its inlets, however nonlinear, is solved within it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from flowsheet.solve.arc import reach
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.initialise import Procedure, follow, start_values
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.newton import NewtonOptions, NewtonResult, solve
from flowsheet.solve.plant import START, CompiledPlant, Section
from flowsheet.solve.recycles import Recycles

_ROUNDS, WARM_ROUNDS = 150, 12
"""Most rounds of a cold start, and from another solution."""
_PATIENCE = 10
"""Rounds in a row in which a section can't be solved, after which there will be no more."""
_ESTIMATES = 3
"""Passes with start values alone by which recycles find the order of magnitude of their flows."""
_START_CHAIN = 6
"""Longest chain of start values within a unit: drawn flow, its composition, the outlet, its species."""
_HASTY_ROUNDS = 3
"""Rounds in which a unit within recycles isn't worth a dear search: what enters it changes by decades yet."""
_SHORT_TRY = 15
"""Iterations that a unit with a continuation may take without it."""
_SECTION = NewtonOptions(residual_tolerance=1e-8, iteration_limit=150)
_AGAIN = replace(_SECTION, iteration_limit=50)
"""For a section from its solution of the round before."""
_WHOLE = NewtonOptions(iteration_limit=15)
"""For all sections at once, tried after a round in which every one was solved: where that is near enough it
takes some ten iterations."""
_SETTLED = 1e-4
"""Largest change of a torn flow's logarithm over a round at which substitution stops; until then all sections
at once are tried after each round, since a trace may hold them up."""
_LASTING = 0.1
"""Change of a torn flow's logarithm that, round after round the same, marks an inventory to be cut."""

_Solved = tuple[np.ndarray, np.ndarray]
"""A section's solution, and its inputs."""


def initialise(
    plant: CompiledPlant, p: np.ndarray, progress: Callable[[str], None] | None = None
) -> tuple[np.ndarray, list[str]]:
    """Start values for all unknowns: sections in order, recycles by repeated substitution.

    Returns the values and the sections whose own equations could not be solved in the last round.
    """
    model = plant.model
    x = np.clip(model.x0.copy(), model.unknowns.lower, model.unknowns.upper)
    starts = _start_positions(model)
    recycles = Recycles(plant.facts, plant.torn)
    for _ in range(_ESTIMATES if recycles.exist else 0):
        x = _estimate(plant, x, p, starts)
    rounds = _ROUNDS if recycles.exist else 1
    return _substituted(plant, recycles.diluted(x), p, {}, recycles, rounds, progress)


def move(
    plant: CompiledPlant,
    x: np.ndarray,
    p_from: np.ndarray,
    p_to: np.ndarray,
    options: NewtonOptions | None = None,
    rounds: int = WARM_ROUNDS,
) -> NewtonResult:
    """The solution at `p_to` from `x`, that at `p_from`: all equations at once, else by a few rounds.

    In a round each unit starts from what it was at `p_from`, and is moved from there if need be.
    """
    began = time.perf_counter()
    options = options or NewtonOptions()
    model = plant.model
    result = NaturalSearch(model, p_to, options).run(x)
    if result.converged:
        return result
    solved = {
        section.owner: model.block(section.equations, section.unknowns).gather(x, p_from)
        for section in plant.sections
        if section.unknowns
    }
    recycles = Recycles(plant.facts, plant.torn)
    near, _ = _substituted(plant, x, p_to, solved, recycles, rounds)
    again = NaturalSearch(model, p_to, options).run(near)
    return replace(
        again,
        x=again.x if again.converged else x,
        iterations=result.iterations + again.iterations,
        seconds=time.perf_counter() - began,
    )


def _substituted(
    plant: CompiledPlant,
    x: np.ndarray,
    p: np.ndarray,
    solved: dict[str, _Solved],
    recycles: Recycles,
    rounds: int,
    progress: Callable[[str], None] | None = None,
) -> tuple[np.ndarray, list[str]]:
    """Rounds of solving all sections in order until all at once have a solution, or no more changes.

    `solved`: known solutions of sections with their inputs, renewed on the way.  Returns all unknowns and the
    sections without a solution in the last round.
    """
    starts = _start_positions(plant.model)
    is_cold = not solved
    failed: list[str] = []
    in_vain = 0
    for number in range(rounds):
        before = x.copy()
        failed = []
        for section in plant.sections:
            if not section.unknowns:
                continue
            if progress:
                progress(f"{section.owner}" if number == 0 else f"{section.owner} (round {number + 1})")
            known = solved.get(section.owner)
            thorough = not recycles.exist or number >= _HASTY_ROUNDS
            x, solution = _round(plant, section, x, p, starts, known, not is_cold, thorough)
            if solution is None:
                failed.append(section.owner)
                solved.pop(section.owner, None)
            else:
                solved[section.owner] = solution
        in_vain = in_vain + 1 if failed else 0
        if in_vain > _PATIENCE or (failed and not recycles.exist):
            break
        if is_cold and number == 0:
            continue
        if not failed:
            whole = _all_sections(plant)
            x_whole, p_whole = whole.gather(x, p)
            at_once = NaturalSearch(whole, p_whole, _WHOLE).run(x_whole)
            if at_once.converged:
                return whole.scatter(at_once.x, x, p)[0], failed
            if recycles.change(before, x) < _SETTLED:
                break
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
    earlier: _Solved | None,
    is_near: bool,
    thorough: bool,
) -> tuple[np.ndarray, _Solved | None]:
    """One section solved with all else as it is; all unknowns, and its solution with the inputs of it.

    A section with an `earlier` solution starts from there.  Where no few iterations lead on, its inputs are
    moved and it is started cold: in this order if that solution `is_near`, else the other way round.  One
    that fails keeps its start values, which mislead the units downstream less than where its iteration broke
    off.
    """
    view = plant.model.block(section.equations, section.unknowns)
    x_own, p_own = view.gather(x, p)
    x_start = x_own
    if _is_impossible(plant, section, x, p):
        x_start = _cold_start(plant, section, view, x, p, starts, x_own)
        return view.scatter(x_start, x, p)[0], None

    def cold() -> NewtonResult:
        nonlocal x_start
        x_start = _cold_start(plant, section, view, x, p, starts, x_own)
        return _solve_section(section, view, x_start, p_own, thorough)

    ways: list[Callable[[], NewtonResult]] = [cold]
    if earlier is not None:
        again = partial(NaturalSearch(view, p_own, _AGAIN).run, earlier[0])
        moved = partial(reach, view, *earlier, p_own, _SECTION)
        ways = [again, moved, cold] if is_near else [again, cold, moved]
    for way in ways:
        result = way()
        if result.converged:
            return view.scatter(result.x, x, p)[0], (result.x, p_own)
    return view.scatter(x_start, x, p)[0], None


def _is_impossible(plant: CompiledPlant, section: Section, x: np.ndarray, p: np.ndarray) -> bool:
    """Whether a unit states that it has no solution with what enters it now."""
    stated = [r["margin"] for r in plant.facts.get("requirements", ()) if r["unit"] == section.owner]
    if not stated:
        return False
    values = plant.model.outputs(x, p)
    return any(values[plant.model.output_position[margin]] <= 0.0 for margin in stated)


def _estimate(plant: CompiledPlant, x: np.ndarray, p: np.ndarray, starts: Mapping[str, int]) -> np.ndarray:
    """One pass with start values alone: a torn recycle begins at the order of magnitude of its flow."""
    for section in plant.sections:
        if section.unknowns:
            view = plant.model.block(section.equations, section.unknowns)
            x_own, _ = view.gather(x, p)
            x, _ = view.scatter(_cold_start(plant, section, view, x, p, starts, x_own), x, p)
    return x


def _solve_section(
    section: Section, view: CompiledModel, x: np.ndarray, p: np.ndarray, thorough: bool
) -> NewtonResult:
    """One feed or unit by itself; one with a continuation gets a short try without it.

    Short Newton steps are first taken as they are: their rescues are dear, and can lead into a valley.  Until
    recycles have something of their state, `thorough` is false and there are none.
    """
    options = _SECTION
    if section.continuation is None:
        result = solve(view, x, p, replace(options, short_step=0.0))
        return result if result.converged or not thorough else solve(view, x, p, options)
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
