"""Names in the user's expressions, answered by the built model.

unit.result, unit.parameter        a reported number, an input
unit.port.pH, feed.temperature     a stream's quantity; pH speciates the stream where no unit does
unit.port.Ni                       concentration of a component in the aqueous phase [kg/m3]
profit, reagent_cost, ...          money per hour
recovery(Co), purity(product)      see `accounts`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.formula import is_element
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.document import VariableReference
from flowsheet.document.structure import variable_input
from flowsheet.document.syntax_tree import Call, Comparison, Expression, Name, evaluate, names_in, walk
from flowsheet.model.accounts import ANIONS, Accounts
from flowsheet.model.build import FlowsheetModel
from flowsheet.model.stream import Stream

_MATH = {"exp": pyo.exp, "log": pyo.log, "log10": pyo.log10, "sqrt": pyo.sqrt, "tanh": pyo.tanh}


class Questions:
    """Turns expressions of the document into Pyomo expressions of the model.

    `money` has the plant's money by name, once that is known.
    """

    def __init__(self, flowsheet: FlowsheetModel) -> None:
        self.flowsheet = flowsheet
        self.money: Mapping[str, Any] = {}
        flowsheet.pyomo.accounts = pyo.Block()
        document = flowsheet.document
        feeds = [s for f in document.feeds for s in document.feed_streams(f)]
        self.accounts = Accounts(
            flowsheet.pyomo.accounts,
            flowsheet.system,
            flowsheet.streams,
            feeds,
            flowsheet.leaving(),
            document.products,
        )

    def value(self, expression: Expression) -> Any:
        """The expression over the model's variables.

        Raises:
            DiagnosticError: a name has no number behind it, at its place in the file.
        """
        self._refuse_unanswerable(expression)
        places = {n.text: n.span for n in names_in(expression)}
        return evaluate(
            expression,
            lambda name: self._named(name, places.get(name)),
            {**_MATH, **self.accounts.functions()},
        )

    def _refuse_unanswerable(self, expression: Expression) -> None:
        """Shares of what no feed brings, and masses of what has none by itself.

        Raises:
            DiagnosticError: at the name of the element.
        """
        for call in walk(expression):
            if not isinstance(call, Call) or call.function not in ("recovery", "loss", "impurity"):
                continue
            asked = call.arguments[call.function == "impurity"]
            if not isinstance(asked, Name):
                continue
            if call.function == "impurity":
                self.refuse_no_impurity(asked.text, asked.span)
            elif asked.text not in (fed := [*self.accounts.elements(), *self.accounts.groups()]):
                message = f"no feed brings {asked.text} as an element: {call.function} is of what feeds bring"
                raise DiagnosticError(
                    [Diagnostic("E502", message, asked.span, suggest(asked.text, fed, "elements fed"))]
                )

    def refuse_no_impurity(self, name: str, span: Span) -> None:
        """An impurity is an element or one of the anions that salts are analysed for.

        Raises:
            DiagnosticError: it is neither.
        """
        if name in ANIONS or is_element(name):
            return
        known = [*self.accounts.elements(), *ANIONS]
        message = f"an impurity is an element, {' or '.join(ANIONS)}: `{name}` is none of them"
        raise DiagnosticError([Diagnostic("E502", message, span, suggest(name, known, "elements fed"))])

    def difference(self, comparison: Comparison) -> Any:
        """Left side less right side."""
        return self.value(comparison.left) - self.value(comparison.right)

    def _named(self, name: str, span: Span | None) -> Any:
        registry, streams = self.flowsheet.registry, self.flowsheet.streams
        if name in self.money:
            return self.money[name]
        if name in registry.outputs:
            return registry.outputs[name].expression
        if name in registry.inputs:
            return registry.inputs[name]
        owner, _, quantity = name.rpartition(".")
        if owner in streams:
            answer = self._of_stream(streams[owner], quantity, span)
            if answer is not None:
                return answer
        known = [*self.money, *registry.outputs, *registry.inputs]
        raise DiagnosticError(
            [
                Diagnostic(
                    "E502", f"`{name}` has no number in this flowsheet", span, suggest(name, known, "known")
                )
            ]
        )

    def _of_stream(self, stream: Stream, quantity: str, span: Span | None) -> Any:
        if not stream.shape.phases:
            return None
        if quantity == "temperature":
            return stream.temperature
        if quantity == "mass_flow":
            return sum(stream.mass_flow(p) for p in stream.shape.phases)
        if quantity == "volume_flow":
            return sum(stream.volume_flow(p) for p in stream.shape.phases)
        if quantity == "pH":
            return self._state(stream, span).ph
        if quantity in stream.shape.names("aqueous"):
            return self.accounts.concentration(stream.name, quantity)
        return None

    def _state(self, stream: Stream, span: Span | None) -> Any:
        """The speciation of a stream's aqueous phase: its unit's own, else one made for the question."""
        producer = stream.name.partition(".")[0]
        unit = self.flowsheet.units.get(producer)
        if unit is None:
            raise DiagnosticError(
                [
                    Diagnostic(
                        "E502",
                        f"the pH of feed `{stream.name}` can't be asked",
                        span,
                        "ask that of the outlet of the unit which takes it",
                    )
                ]
            )
        if stream.name not in unit.states:
            self.flowsheet.registry.owner = producer
            unit.aqueous_state(f"probe_{stream.name.partition('.')[2]}", stream)
            self.flowsheet.registry.resolve_deferred()
        return unit.states[stream.name]


def input_name(flowsheet: FlowsheetModel, reference: VariableReference) -> str:
    """The model's name of an input that the document refers to.

    Raises:
        DiagnosticError: the flowsheet has no such input (its flow is zero, or a unit sets it).
    """
    inputs = flowsheet.registry.inputs
    name = variable_input(flowsheet.document, reference)
    if name not in inputs:
        raise DiagnosticError(
            [
                Diagnostic(
                    "E502",
                    f"`{reference.name}` can't be varied: it is absent or set by a unit in this flowsheet",
                    reference.span,
                    suggest(reference.name, inputs, "these can"),
                )
            ]
        )
    return name
