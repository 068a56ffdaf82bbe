"""What the built model knows of its variables: inputs, unknowns, outputs and cold-start values, by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo
from pyomo.common.collections import ComponentMap, ComponentSet

from flowsheet.chemistry.system import WATER


@dataclass(frozen=True)
class Output:
    """A number that the model gives: an expression, its canonical unit and what it is."""

    expression: Any
    unit: str
    description: str


@dataclass(frozen=True)
class SetPoint:
    """A set point that a drawn stream serves, with the names of two outputs of which one is zero.

    `above_floor` is ln(flow / floor); `excess` by how much the set point is exceeded without any flow: there it
    is saturated.
    """

    unit: str
    name: str
    stream: str
    above_floor: str
    excess: str


@dataclass
class Registry:
    """Filled while the model is built; read by the compiler and the result layer."""

    inputs: dict[str, Any] = field(default_factory=dict)
    input_units: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    logs: ComponentSet = field(default_factory=ComponentSet)
    nominal: ComponentMap = field(default_factory=ComponentMap)
    starts: ComponentMap = field(default_factory=ComponentMap)
    start_order: list[Any] = field(default_factory=list)
    owners: ComponentMap = field(default_factory=ComponentMap)
    owner: str = ""
    bounds: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    set_points: list[SetPoint] = field(default_factory=list)

    def add_input(self, name: str, variable: Any, unit: str) -> None:
        self.inputs[name] = variable
        self.input_units[name] = unit

    def add_unknown(self, variable: Any, *, log: bool = False, nominal: float | None = None,
                    start: Any = None) -> None:
        if log:
            self.logs.add(variable)
        elif nominal is not None:
            self.nominal[variable] = nominal
        self.owners[variable] = self.owner
        if start is not None:
            self.start(variable, start)

    def add_output(self, name: str, expression: Any, unit: str, description: str) -> None:
        if name in self.outputs:
            raise ValueError(f"result {name} is reported twice")
        self.outputs[name] = Output(expression, unit, description)

    def start(self, variable: Any, value: Any) -> None:
        """Cold-start value; it replaces an earlier one."""
        if variable not in self.starts:
            self.start_order.append(variable)
        self.starts[variable] = value

    def default_start(self, variable: Any, value: Any) -> None:
        if variable not in self.starts:
            self.start(variable, value)

    def state_starts(self, state: Any, outlet: Any) -> None:
        """Start a speciated phase from its stream's own start values, taken when all are known."""
        self._deferred.append((state, outlet))

    _deferred: list[tuple[Any, Any]] = field(default_factory=list)

    def resolve_deferred(self) -> None:
        """Turn the streams' start values into the states' start values."""
        for state, outlet in self._deferred:
            flow = {}
            for c in (*state.solutes, WATER):
                variable = outlet.ln("aqueous", c)
                flow[c] = pyo.exp(self.starts[variable]) if variable in self.starts else pyo.exp(variable)
            for variable, value in state.starts(flow):
                self.default_start(variable, value)
        self._deferred.clear()
