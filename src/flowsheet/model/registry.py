"""What the built model knows of its variables: inputs, unknowns, outputs and cold-start values, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from flowsheet.chemistry.system import WATER

if TYPE_CHECKING:
    from pyomo.common.collections import ComponentMap, ComponentSet

    from flowsheet.model.stream import Stream

ROUNDING = "rounding"
"""Input, 1 in every solution, that multiplies the rounding of all complementarities' corners."""
REQUIREMENT = "requirement:"
"""Prefix of the outputs that hold a requirement's margin."""
WORK = "work:"
"""Prefix of the outputs that hold the work done on a unit, which its heat balance counts [kW]."""


def _component_set() -> ComponentSet:
    """Imported when a model is built: a stored plant is read without Pyomo."""
    from pyomo.common.collections import ComponentSet

    return ComponentSet()


def _component_map() -> ComponentMap:
    from pyomo.common.collections import ComponentMap

    return ComponentMap()


@dataclass(frozen=True)
class Output:
    """A number that the model gives: an expression, its canonical unit and what it is."""

    expression: Any
    unit: str
    description: str


@dataclass(frozen=True)
class SetPoint:
    """A set point that a drawn stream serves, with the names of two outputs of which one is zero.

    `above_floor` is the flow over its nominal one; `excess` by how much the set point is exceeded without
    any flow: there it is saturated.
    """

    unit: str
    name: str
    stream: str
    above_floor: str
    excess: str


@dataclass(frozen=True)
class Requirement:
    """What must hold for a unit to have a solution: the output `margin` is positive; `message` says it.

    `needed` is an output that the message names, if any.
    """

    unit: str
    margin: str
    message: str
    needed: str = ""


@dataclass(frozen=True)
class Validity:
    """Where a unit's `outputs` should lie: in the range of a correlation's data, or below a limit.

    `quantity` is what they are, `measure` their unit; `of` is what has the range.
    """

    unit: str
    outputs: tuple[str, ...]
    lower: float | None
    upper: float
    quantity: str
    measure: str
    of: str
    kind: Literal["range", "limit"] = "range"


@dataclass(frozen=True)
class StartProcedure:
    """A unit's own start: `factory` (`module:Class`) made with `data`, called with the values of `needs`."""

    factory: str
    data: Mapping[str, Any]
    needs: Mapping[str, Any]


@dataclass(frozen=True)
class Continued:
    """What a cold start follows from `first` down to zero, where it is in every solution: no setting."""

    name: str
    variable: Any
    first: float


@dataclass
class Registry:
    """Filled while the model is built; read by the compiler and the result layer."""

    inputs: dict[str, Any] = field(default_factory=dict)
    input_units: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    logs: ComponentSet = field(default_factory=_component_set)
    nominal: ComponentMap = field(default_factory=_component_map)
    shares: ComponentMap = field(default_factory=_component_map)
    starts: ComponentMap = field(default_factory=_component_map)
    start_order: list[Any] = field(default_factory=list)
    owners: ComponentMap = field(default_factory=_component_map)
    owner: str = ""
    bounds: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    set_points: list[SetPoint] = field(default_factory=list)
    profiles: dict[str, dict[str, str]] = field(default_factory=dict)
    validities: list[Validity] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    price_sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    procedures: dict[str, StartProcedure] = field(default_factory=dict)
    continuations: dict[str, Continued] = field(default_factory=dict)
    rounding: Any = 1.0

    def add_input(self, name: str, variable: Any, unit: str) -> None:
        self.inputs[name] = variable
        self.input_units[name] = unit

    def add_unknown(
        self,
        variable: Any,
        *,
        log: bool = False,
        nominal: float | None = None,
        start: Any = None,
        share: Any = None,
    ) -> None:
        """`share`: the part of its phase that a logarithm stands for, by which a solver knows a trace."""
        if log:
            self.logs.add(variable)
        elif nominal is not None:
            self.nominal[variable] = nominal
        if share is not None:
            self.shares[variable] = share
        self.owners[variable] = self.owner
        if start is not None:
            self.start(variable, start)

    def share_of_stream(self, stream: Stream, share: Any) -> None:
        """Let an aqueous stream's unknowns stand for what it is of a unit's other inlets."""
        own = [stream.ln("aqueous", c) for c in stream.shape.names("aqueous")]
        for variable in (stream.ln_draw, *own):
            self.shares[variable] = share

    def add_output(self, name: str, expression: Any, unit: str, description: str) -> None:
        if name in self.outputs:
            raise ValueError(f"result {name} is reported twice")
        self.outputs[name] = Output(expression, unit, description)

    def add_requirement(self, name: str, margin: Any, message: str, needed: Any = None) -> None:
        """Without `margin` > 0 the present owner has no solution; `message` is what the user is told then."""
        output = f"{REQUIREMENT}{self.owner}.{name}"
        self.add_output(output, margin, "", message)
        named = "" if needed is None else f"{output}.needed"
        if named:
            self.add_output(named, needed, "", message)
        self.requirements.append(Requirement(self.owner, output, message, named))

    def add_procedure(self, factory: str, data: Mapping[str, Any], needs: Mapping[str, Any]) -> None:
        """Start the present owner by a procedure (`flowsheet.solve.initialise.Procedure`).

        `data` are plain JSON values; `needs` are expressions of the inlets and inputs, by name.
        """
        self.procedures[self.owner] = StartProcedure(factory, data, needs)

    def add_continuation(self, name: str, variable: Any, first: float) -> None:
        """A variable that is zero in every solution; a cold start follows it from `first` down to zero."""
        self.continuations[self.owner] = Continued(name, variable, first)

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
        import pyomo.environ as pyo

        for state, outlet in self._deferred:
            flow = {}
            for c in (*state.solutes, WATER):
                variable = outlet.ln("aqueous", c)
                flow[c] = pyo.exp(self.starts[variable]) if variable in self.starts else pyo.exp(variable)
            for variable, value in state.starts(flow):
                self.default_start(variable, value)
        self._deferred.clear()
