"""How a unit writes unknowns and equations: named families of rows, rounded corners, set points."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import sqrt
from flowsheet.model.registry import SetPoint
from flowsheet.model.statements import Statements
from flowsheet.model.stream import Mixture, Stream

_DRAW_SCALE = 0.1
"""Nominal flow of a drawn stream, by mass of what else enters the unit."""
_DRAW_FLOOR = 1e-9
"""Least flow of a drawn stream over its nominal one: nothing, but for a logarithm."""


class Rows(Statements):
    """Part of `Unit`: the vocabulary for what is solved."""

    block: Any
    inlets: dict[str, Mixture]

    def var(
        self,
        name: str,
        index: Iterable[Any] | None = None,
        *,
        start: Any = None,
        log: bool = False,
        bounds: tuple[float | None, float | None] = (None, None),
        nominal: float | None = None,
    ) -> Any:
        """An unknown.  `start`: number, expression of the inlets, or a function of the index giving either.

        A linear unknown needs `nominal`, its magnitude; a logarithm (`log=True`) does not.
        """
        variable = pyo.Var(bounds=bounds) if index is None else pyo.Var(list(index), bounds=bounds)
        self.block.add_component(name, variable)
        for key in variable:
            value = start(key) if callable(start) and not hasattr(start, "is_expression_type") else start
            self.registry.add_unknown(variable[key], log=log, nominal=nominal, start=value)
        return variable

    def rows(self, name: str, index: Iterable[Any] | None, rule: Callable[..., Any]) -> None:
        """A named family of equations; `rule(key)` gives the residual that is zero."""
        if index is None:
            self.block.add_component(name, pyo.Constraint(expr=rule() == 0))
        else:
            self.block.add_component(name, pyo.Constraint(list(index), rule=lambda _, *key: rule(*key) == 0))

    def start(self, variable: Any, value: Any) -> None:
        """Cold-start value of a variable: a number or an expression of the inlets."""
        self.registry.start(variable, value)

    def complementarity(
        self,
        name: str,
        index: Iterable[Any],
        first: Callable[[Any], Any],
        second: Callable[[Any], Any],
        smoothing: float = 3e-5,
    ) -> None:
        """first >= 0, second >= 0, first * second = 0, by Fischer and Burmeister: a + b = sqrt(a^2 + b^2 + 2
        s^2).

        Both sides should be of order 1 (divide a flow by its nominal magnitude); the product is then s^2.
        The corner is rounded so that an optimum that lies on it can be found; an optimisation that is on its
        way multiplies s.
        """

        squared = 2.0 * (smoothing * self.registry.rounding) ** 2

        def row(key: Any) -> Any:
            a, b = first(key), second(key)
            return a + b - sqrt(a * a + b * b + squared)

        self.rows(name, index, row)

    def set_point(self, name: str, stream: Stream, excess: Any, start: Any = None) -> None:
        """A drawn stream's flow is what a set point needs, or its floor where that is met without any.

            flow >= floor,   excess >= 0,   one of them an equality

        Where the flow is a logarithm so is its distance from the floor, over that of the nominal flow: a
        reagent that is hardly needed is as easy to find as any other.

        Args:
            name: of the row and in the result.
            stream: one that the unit draws from a feed as needed (`inlet.drawn`).
            excess: by how much the set point is exceeded (pH - set point): of order 1, growing with the flow.
            start: mass flow for a cold start [kg/h], a number or an expression of the inlets; by default 1 %
                of what enters.
        """
        entering = sum(
            s.mass_flow(p)
            for m in self.inlets.values()
            for s in m.streams
            if s.draw is None
            for p in s.shape.phases
        )
        above = stream.draw / (_DRAW_SCALE * entering) - _DRAW_FLOOR
        over_floor = above
        if stream.ln_draw is not None:
            # Over its own range, so that both sides are of order 1: where one is far larger, Newton's steps
            # go after the set point even where no flow can meet it.
            over_floor = 1.0 - (stream.ln_draw - pyo.log(_DRAW_SCALE * entering)) / math.log(_DRAW_FLOOR)
            self.registry.share_of_stream(stream, stream.draw / entering)
        self.complementarity(name, [0], lambda _: over_floor, lambda _: excess)
        self.start_draw(stream, 0.01 * entering if start is None else start)
        outputs = [f"{self.tag}.{name}.{kind}" for kind in ("above_floor", "excess")]
        self.registry.add_output(outputs[0], above, "1", "drawn flow above its floor, over its nominal flow")
        self.registry.add_output(outputs[1], excess, "1", "by how much the set point is exceeded")
        self.registry.set_points.append(SetPoint(self.tag, name, stream.name, *outputs))

    def start_draw(self, stream: Stream, flow: Any) -> None:
        """Cold-start value of the flow of a stream that is drawn from a feed as needed [kg/h]."""
        self.start(*stream.drawn_start(flow))
