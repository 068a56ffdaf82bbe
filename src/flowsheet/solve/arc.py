"""From one solution to another round the turning points between them (pseudo-arclength continuation).

The curve of F(x, p_from + t (p_to - p_from)) = 0 in (x, t) is followed by its length instead of by t: where t
has to turn back before it goes on, as between a cascade that strips and one that runs out of acid, the length
still grows.  Each step goes along the tangent, and back to the curve at right angles to it,

    F(x, t) = 0        d . ((x, t) - (x, t)_predicted) = 0        d the tangent

by Newton's method on both: F_x is factorised and bordered with what t does (E. L. Allgower, K. Georg,
Introduction to Numerical Continuation Methods, SIAM 2003, chapters 2 and 4, doi:10.1137/1.9780898719154).
Lengths are weighted as in `natural_search`, but traces count a little: a reagent that comes in from nothing
is one until it decides all.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.iterate import NewtonOptions, NewtonResult
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.path import follow_inputs
from flowsheet.solve.sparse import SingularMatrix

_FIRST, _LONGEST, _SHORTEST = 0.05, 1.0, 1e-6
"""Step lengths: largest weighted change of an unknown (1: a factor e) or of t."""
_CORRECTIONS = 8
_EASY, _HARD = 3, 5
"""Corrections up to which the next step is longer, and beyond which it is shorter."""
_CONTRACTION = 0.7
"""Most of a correction that the next one may be."""
_MET = 1e-7
"""Weighted size of a correction with which a point is on the curve."""
_STEPS = 600
_LEAST_WEIGHT = 0.1
_COARSE = 0.1
"""Share of the way below which steps in t make room for steps along the curve."""


@dataclass(frozen=True)
class _Point:
    """A point of the curve."""

    x: np.ndarray
    t: float


class Arc(NaturalSearch):
    """The curve between two vectors of inputs."""

    def __init__(
        self, model: CompiledModel, p_from: np.ndarray, p_to: np.ndarray, options: NewtonOptions
    ) -> None:
        super().__init__(model, p_to, options)
        self.p_from, self.way = p_from, p_to - p_from

    def place(self, at: _Point) -> None:
        """Evaluate at the inputs of a point from now on."""
        self.p = self.p_from + at.t * self.way

    def factorised(self, at: _Point) -> tuple[np.ndarray, np.ndarray]:
        """Newton's correction with t held, and what a unit of t does to the unknowns."""
        self.place(at)
        self.solver.factorise(self.scaled_jacobian(at.x))
        by_t = (self.model.residual_by_input(at.x, self.p) @ self.way) / self.model.equation_scale
        return self.solver.solve(-self.scaled_residual(at.x)), self.solver.solve(-by_t)

    def corrected(self, guess: _Point, normal: np.ndarray) -> tuple[_Point, int] | None:
        """The point of the curve in the plane through `guess`, and the corrections it took; None if none."""
        at, before = guess, np.inf
        for number in range(_CORRECTIONS):
            correction, by_t = self.factorised(at)
            off = normal[:-1] @ (at.x - guess.x) + normal[-1] * (at.t - guess.t)
            dt = -(off + normal[:-1] @ correction) / (normal[-1] + normal[:-1] @ by_t)
            step = correction + dt * by_t
            if not np.isfinite(dt) or not np.all(np.isfinite(step)):
                return None
            size = max(float(np.max(self.scale(at) * np.abs(step))), abs(dt))
            if size > _CONTRACTION * before or size > _LONGEST:
                return None
            at, before = _Point(at.x + self.within_bounds(at.x, step, 1.0), at.t + dt), size
            if size <= _MET:
                return at, number + 1
        return None

    def scale(self, at: _Point) -> np.ndarray:
        """What a unit change of each unknown counts."""
        self.place(at)
        return np.maximum(self.weights(at.x), _LEAST_WEIGHT) / self.magnitude(at.x)

    def direction(self, at: _Point, scale: np.ndarray, heading: np.ndarray | None) -> np.ndarray:
        """The tangent, of weighted length 1 at its largest, onwards as the curve was heading."""
        _, by_t = self.factorised(at)
        direction = np.append(by_t, 1.0) / max(float(np.max(scale * np.abs(by_t))), 1.0)
        backwards = heading is not None and np.append(scale**2, 1.0) * heading @ direction < 0.0
        return -direction if backwards else direction

    def ahead(
        self, at: _Point, length: float, heading: np.ndarray | None
    ) -> tuple[_Point, int, float] | None:
        """The next point at most `length` from this one, the corrections it took, and how far it is."""
        scale = self.scale(at)
        try:
            direction = self.direction(at, scale, heading)
        except SingularMatrix:
            return None
        normal = np.append(scale**2, 1.0) * direction
        while length >= _SHORTEST:
            guess = _Point(at.x + length * direction[:-1], at.t + length * direction[-1])
            try:
                found = self.corrected(guess, normal)
            except SingularMatrix:
                found = None
            if found is not None:
                return *found, length
            length *= 0.4
        return None


def reach(
    model: CompiledModel,
    x: np.ndarray,
    p_from: np.ndarray,
    p_to: np.ndarray,
    options: NewtonOptions | None = None,
) -> NewtonResult:
    """The solution at `p_to` from that at `p_from`: in steps, which costs less, else along the curve."""
    result = follow_inputs(model, x, p_from, p_to, options, _COARSE)
    return result if result.converged else follow_arc(model, x, p_from, p_to, options)


def follow_arc(
    model: CompiledModel,
    x: np.ndarray,
    p_from: np.ndarray,
    p_to: np.ndarray,
    options: NewtonOptions | None = None,
) -> NewtonResult:
    """Solve at `p_to`, given the solution `x` at `p_from`, along the curve of solutions between the two.

    The curve may pass the inputs `p_from` again on its way, with other solutions.  It arrives as it set out,
    with t growing: not on the part between two turning points, where no plant can be held.  Not converged,
    with the last solution on the way, where the curve is lost or has not arrived after 600 steps.
    """
    began = time.perf_counter()
    options = options or NewtonOptions()
    arc = Arc(model, p_from, p_to, options)
    at, length, iterations = _Point(x, 0.0), _FIRST, 0
    heading: np.ndarray | None = None
    result = replace(NaturalSearch(model, p_from, options).run(x), status="stalled")
    for _ in range(_STEPS):
        found = arc.ahead(at, length, heading)
        if found is None:
            break
        there, corrections, length = found
        iterations += corrections
        if there.t >= 1.0:
            share = (1.0 - at.t) / (there.t - at.t)
            result = NaturalSearch(model, p_to, options).run(at.x + share * (there.x - at.x))
            iterations += result.iterations
            if result.converged:
                break
            length *= 0.4
            continue
        heading = np.append(there.x - at.x, there.t - at.t)
        at = there
        if corrections <= _EASY:
            length = min(1.7 * length, _LONGEST)
        elif corrections > _HARD:
            length *= 0.6
    seconds = time.perf_counter() - began
    return replace(result, x=result.x if result.converged else at.x, iterations=iterations, seconds=seconds)
