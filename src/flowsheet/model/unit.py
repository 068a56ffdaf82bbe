"""The contract of a unit operation.

A unit is one class in one file: ports and parameters declared in its body (see `document.declaration`), the
structure of its outlets in `shapes`, its equations in `equations`.  When the model is built, every declared
name becomes an attribute of the instance: an inlet a `Mixture`, an outlet a `Stream`, a quantity a Pyomo
variable that the solver holds as an input, any other parameter its plain value.

    class Splitter(Unit, name="splitter"):
        \"\"\"Divides a stream without changing it.\"\"\"
        feed = Inlet("aqueous", "solid")
        first = Outlet("aqueous", "solid")
        second = Outlet("aqueous", "solid")
        fraction = quantity("50 %", "1", "share of the feed that leaves by `first`", range=(1e-6, 1 - 1e-6))

        def equations(self): ...

Equations use only operations that compile (`exp`, `log`, `sqrt`, powers, `tanh`); rows are relative by
construction: a balance is ln(in) = ln(out), so that traces weigh as much as the rest.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import WATER, ActivityModel, ChemistrySystem
from flowsheet.document.declaration import Chart, Symbol, UnitDeclaration, declarations_of
from flowsheet.document.document import UnitEntry
from flowsheet.model.registry import WORK, Registry
from flowsheet.model.rows import Rows
from flowsheet.model.stream import LOGARITHMIC, Mixture, Shape, Stream

WATER_HEAT_CAPACITY = 4.18
"""Scale of heat balances [kJ/kg/K]: a residual is roughly the temperature it would change."""
SECONDS_PER_HOUR = 3600.0
DEFAULT_ACTIVITY_MODEL = "flowsheet"
"""Choice by which a unit's `activity_model` parameter leaves the model to the flowsheet."""
__all__ = ["Mixture", "Shape", "Stream", "Unit"]


class Unit(Rows):
    """Base class of all unit operations."""

    unit_name: ClassVar[str] = ""
    unit_title: ClassVar[str] = ""
    unit_symbol: ClassVar[Symbol] = "box"
    charts: ClassVar[tuple[Chart, ...]] = ()

    def __init_subclass__(
        cls, name: str | None = None, title: str | None = None, symbol: Symbol | None = None, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if symbol:
            cls.unit_symbol = symbol
        if name:
            cls.unit_name = name
            documentation = inspect.getdoc(cls) or ""
            cls.unit_title = title or documentation.split("\n", 1)[0].rstrip(".")

    def __init__(self, entry: UnitEntry, system: ChemistrySystem, activity_model: ActivityModel) -> None:
        self.entry = entry
        self.tag = entry.name
        self.system = system
        self.activity_model: ActivityModel = activity_model
        self.states: dict[str, AqueousState] = {}
        for parameter in entry.declaration.parameters.values():
            if parameter.kind not in ("quantity", "mapping"):
                setattr(self, parameter.name, entry.value(parameter.name))
        if self.activity_model == DEFAULT_ACTIVITY_MODEL:  # a unit may offer its own choice under this name
            self.activity_model = activity_model
        if self.activity_model not in system.activity_models:
            if entry.parameters["activity_model"].given:
                known = ", ".join(system.activity_models)
                self.refuse(
                    f"the chemistry has no constants for the {self.activity_model} model",
                    "activity_model",
                    f"it has them for {known}",
                )
            self.activity_model = activity_model
        self.given = {n: s.value is not None for n, s in entry.parameters.items()}

    @classmethod
    @cache
    def declaration(cls) -> UnitDeclaration:
        """Ports, parameters and results as plain data, for the document layer, help and schema."""
        inlets, outlets, parameters, results = declarations_of(cls)
        try:
            source = inspect.getsourcefile(cls) or ""
        except TypeError:
            source = ""
        return UnitDeclaration(
            cls.unit_name,
            cls.unit_title,
            inspect.getdoc(cls) or "",
            inlets,
            outlets,
            parameters,
            results,
            source,
            cls.unit_symbol,
            cls.charts,
        )

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        """What each outlet can carry; by default what the inlets carry, phase by phase."""
        everything = Shape.of()
        for shape in inlets.values():
            everything = everything | shape
        return {n: everything.only(*port.phases) for n, port in self.declaration().outlets.items()}

    def equations(self) -> None:
        """Write the unit's rows on `self.block`."""
        raise TypeError(f"unit {self.unit_name} defines no equations")

    # ---- building (called by the engine)

    def attach(
        self, block: Any, registry: Registry, inlets: Mapping[str, Mixture], outlets: Mapping[str, Stream]
    ) -> None:
        """Give the unit its block, its inputs and its streams."""
        self.block, self.registry = block, registry
        self.inlets, self.outlets = dict(inlets), dict(outlets)
        for name in self.declaration().inlets:
            setattr(self, name, inlets[name])
        for name in self.declaration().outlets:
            setattr(self, name, outlets[name])
        for parameter in self.entry.declaration.parameters.values():
            setting = self.entry.parameters[parameter.name]
            if parameter.kind == "quantity":
                held = None
                if setting.value is not None:
                    held = self.input(parameter.name, setting.value.value, parameter.unit or "1")
                setattr(self, parameter.name, held)
            elif parameter.kind == "mapping":
                setattr(
                    self,
                    parameter.name,
                    {
                        key: self.input(f"{parameter.name}.{key}", value.value, parameter.unit or "1")
                        for key, value in setting.value.items()
                    },
                )

    def input(self, name: str, value: float, unit: str) -> Any:
        """A variable that is held in a simulation and may be freed by specification or optimisation."""
        variable = pyo.Var(initialize=value)
        self.block.add_component(f"input_{name}", variable)
        self.registry.add_input(f"{self.tag}.{name}", variable, unit)
        return variable

    def default_starts(self) -> None:
        """Cold-start values of the outlets: all that enters, in every outlet that can carry it."""
        for stream in self.outlets.values():
            for phase in stream.shape.phases:
                for c in stream.shape.names(phase):
                    total = sum(m.flow(phase, c) for m in self.inlets.values() if c in m.shape.names(phase))
                    if phase in LOGARITHMIC:
                        self.registry.default_start(stream.ln(phase, c), pyo.log(total + 1e-9))
                    else:
                        self.registry.default_start(stream.n[phase][c], total + 0.0)
            temperatures = [s.temperature for m in self.inlets.values() for s in m.streams if s.shape.phases]
            if temperatures:
                self.registry.default_start(stream.temperature, sum(temperatures) / len(temperatures))

    # ---- vocabulary for equations

    def pass_through(
        self,
        name: str,
        phase: str,
        outlet: Stream,
        factor: Any = None,
        source: Mapping[str, Any] | None = None,
    ) -> None:
        """Rows by which `outlet` takes (a share of) what enters in one phase.

        `source` gives the entering flow per name [mol/h]; by default the sum over all inlets.
        """
        names = outlet.shape.names(phase)
        shift = 0.0 if factor is None else pyo.log(factor)
        share = 1.0 if factor is None else factor

        def leaving(c: str) -> Any:
            if phase in LOGARITHMIC:
                return shift + (self.entering_ln(phase, c) if source is None else pyo.log(source[c]))
            return share * (self.entering(phase, c) if source is None else source[c])

        if names:
            self.rows(name, names, lambda c: outlet.variable(phase, c) - leaving(c))
        for c in names:
            self.start(outlet.variable(phase, c), leaving(c) + 0.0)

    def _carriers(self, phase: str, component: str) -> list[Stream]:
        return [s for m in self.inlets.values() for s in m.streams if component in s.n.get(phase, {})]

    def entering(self, phase: str, component: str) -> Any:
        """Total flow of a component into the unit in one phase [mol/h]; 0 for what nothing brings."""
        carriers = self._carriers(phase, component)
        if len(carriers) == 1:
            return carriers[0].n[phase][component]
        return sum((s.n[phase][component] for s in carriers), 0.0)

    def entering_ln(self, phase: str, component: str) -> Any:
        """Logarithm of the total flow into the unit: the variable itself where only one stream brings it."""
        carriers = self._carriers(phase, component)
        if len(carriers) == 1:
            return carriers[0].ln(phase, component)
        return pyo.log(self.entering(phase, component))

    def aqueous_state(
        self, name: str, outlet: Stream, model: ActivityModel | None = None, temperature: Any = None
    ) -> AqueousState:
        """Speciate an outlet's aqueous phase and tie the stream's flows to it."""
        block = pyo.Block()
        self.block.add_component(name, block)
        components = outlet.shape.names("aqueous")
        state = AqueousState(
            block,
            self.system,
            components,
            outlet.temperature if temperature is None else temperature,
            model or self.activity_model,
        )
        self.add_state(state)
        self.rows(
            f"{name}_flow",
            list(state.total),
            lambda c: outlet.ln("aqueous", c) - block.ln_water - pyo.log(state.total[c]),
        )
        self.registry.state_starts(state, outlet)
        self.states[outlet.name] = state
        return state

    def add_state(self, state: AqueousState) -> None:
        """Make a speciated phase's variables unknowns."""
        shares = state.shares()
        for variable in state.block.component_data_objects(pyo.Var):
            log = variable is not state.block.ln_water_activity
            self.registry.add_unknown(variable, log=log, nominal=0.1, share=shares.get(variable))

    def start_at_equilibrium(
        self, state: AqueousState, outlet: Stream, totals: Mapping[str, Any], share: Any = None
    ) -> None:
        """Start a speciated outlet cold from an approximate equilibrium of what takes part.

        `totals`: all that takes part in the equilibrium, by component [mol/h]; `share`: the indexed unknown
        that holds each solid's amount over its scale, 1/sum_c (nu_c/N_c).
        """
        solids = [] if share is None else list(share)
        needs = {f"N:{c}": totals[c] for c in (*state.solutes, WATER)} | {"temperature": state.temperature}
        block = state.block
        self.registry.add_procedure(
            "flowsheet.solve.liquor_start:LiquorStart",
            {
                "chemistry": list(self.system.origin),
                "components": list(state.solutes),
                "model": state.model,
                "solids": solids,
                "unknowns": {
                    "ln_m": {s: block.ln_m[s].name for s in state.explicit},
                    "ln_ionic_strength": block.ln_ionic_strength.name,
                    "ln_water": block.ln_water.name,
                    "flow": {c: outlet.ln("aqueous", c).name for c in (*state.solutes, WATER)},
                    "share": {k: share[k].name for k in solids},
                    "solid": {k: outlet.n["solid"][k].name for k in solids},
                },
            },
            needs,
        )

    def heat_balance(self, temperature: Any = None, heat_of: Any = 0.0) -> Any:
        """Set the outlets' temperature; return the heat duty [kW] (positive: heating).

        With `temperature` [K] the duty follows; without it the unit is adiabatic and the outlets' common
        temperature follows from the enthalpy balance.  `heat_of`: work or heat that enters otherwise [kW].
        """
        outlets = [s for s in self.outlets.values() if s.shape.phases]
        absent = [s for s in self.outlets.values() if not s.shape.phases]
        entering = sum(m.enthalpy() for m in self.inlets.values() if m)
        leaving = sum(s.enthalpy() for s in outlets)
        duty = (leaving - entering) / SECONDS_PER_HOUR - heat_of
        if not isinstance(heat_of, float):
            self.registry.add_output(f"{WORK}{self.tag}", heat_of, "kW", "work, or heat from elsewhere")
        first = outlets[0]
        for number, stream in enumerate((*outlets[1:], *absent)):
            self.rows(
                f"outlet_temperature_{number}",
                None,
                lambda s=stream: (s.temperature - first.temperature) / 100.0,
            )
        if temperature is None:
            if not self.system.component(WATER).cp:
                self.refuse(
                    "its temperature follows from enthalpies, and the chemistry states none of water",
                    help="give the chemistry's H2O a `cp`, or the unit a temperature if it takes one",
                )
            mass = sum(m.mass_flow(p) for m in self.inlets.values() for p in m.shape.phases)
            self.rows(
                "enthalpy_balance",
                None,
                lambda: duty * SECONDS_PER_HOUR / (mass * WATER_HEAT_CAPACITY) / 100.0,
            )
            return 0.0
        self.rows("temperature", None, lambda: (first.temperature - temperature) / 100.0)
        for stream in self.outlets.values():
            self.start(stream.temperature, temperature)
        return duty
