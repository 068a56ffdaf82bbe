"""From a built flowsheet model to a `CompiledPlant`."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.enthalpy import enthalpy_data
from flowsheet.chemistry.slow_solids import slow_solids
from flowsheet.chemistry.system import PROTON
from flowsheet.document.document import DRAWN
from flowsheet.model.accounts import formula_of
from flowsheet.model.build import FlowsheetModel
from flowsheet.model.registry import ROUNDING
from flowsheet.model.stream import molar_mass
from flowsheet.model.targets import Targets
from flowsheet.solve.compile import compile_model
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.explain import raise_not_square
from flowsheet.solve.initialise import Continuation, Procedure
from flowsheet.solve.plant import START, CompiledPlant, Section


def compile_plant(
    flowsheet: FlowsheetModel, targets: Targets | None = None, facts: dict[str, Any] | None = None
) -> CompiledPlant:
    """Compile a built model; reported numbers and start values become outputs.

    Inputs that a specification frees are unknowns; their rows belong to no section, so that the plant is
    first solved unit by unit at their present values.

    Raises:
        DiagnosticError: a unit has more or fewer equations than unknowns.
    """
    registry, model = flowsheet.registry, flowsheet.pyomo
    targets = targets or Targets()
    freed = {id(registry.inputs[name]) for name in targets.freed}
    settings = {n: v for n, v in registry.inputs.items() if id(v) not in freed}
    inputs = settings | {c.name: c.variable for c in registry.continuations.values()}
    inputs[ROUNDING] = model.rounding
    model.results = pyo.ConstraintList()
    outputs = {name: _row(model, output.expression) for name, output in registry.outputs.items()}
    for variable in registry.start_order:
        outputs[START + variable.name] = _row(model, registry.starts[variable])
    for owner, procedure in registry.procedures.items():
        outputs |= {_need(owner, name): _row(model, value) for name, value in procedure.needs.items()}
    compiled = compile_model(
        model,
        list(inputs.values()),
        outputs,
        log_variables=registry.logs,
        nominal=registry.nominal,
        shares=pyo.ComponentMap((v, _row(model, share)) for v, share in registry.shares.items()),
    )
    compiled = replace(compiled, inputs=replace(compiled.inputs, names=tuple(inputs)))
    sections = _sections(flowsheet, compiled)
    raise_not_square(flowsheet.document, compiled, sections)
    return CompiledPlant(
        model=compiled,
        sections=sections,
        torn=tuple(flowsheet.torn),
        units={**{n: o.unit for n, o in registry.outputs.items()}, **registry.input_units},
        descriptions={n: o.description for n, o in registry.outputs.items()},
        facts=facts_of(flowsheet)
        | {
            "columns": _columns(flowsheet, compiled),
            "targets": asdict(targets),
            "settings": list(settings),
        }
        | (facts or {}),
    )


def facts_of(flowsheet: FlowsheetModel) -> dict[str, Any]:
    """Structure and chemistry that the result layer needs, as plain JSON values."""
    document, system = flowsheet.document, flowsheet.system
    species: dict[str, dict[str, Any]] = {}
    for stream in flowsheet.streams.values():
        for phase, names in stream.shape.phases.items():
            for name in (*names, *((PROTON,) if PROTON in stream.n[phase] else ())):
                if name not in species.setdefault(phase, {}):
                    formula = formula_of(system, phase, name)
                    delta_hf, cp = enthalpy_data(system, phase, name)
                    species[phase][name] = {
                        "molar_mass": molar_mass(system, phase, name),
                        "elements": dict(formula.elements),
                        "charge": formula.charge,
                        "electrons": formula.electrons,
                        "delta_hf": delta_hf,
                        "cp": cp,
                        "inert": name in system.components and system.components[name].inert,
                    }
    return {
        "streams": {n: {p: list(c) for p, c in s.shape.phases.items()} for n, s in flowsheet.streams.items()},
        "species": species,
        "order": flowsheet.order,
        "leaving": flowsheet.leaving(),
        "unit_types": {t: u.unit_name for t, u in flowsheet.units.items()},
        "symbols": {t: u.unit_symbol for t, u in flowsheet.units.items()},
        "charts": {t: [asdict(chart) for chart in u.charts] for t, u in flowsheet.units.items() if u.charts},
        "connections": {name: list(place) for name, place in document.consumers().items()},
        "feed_streams": {f: document.feed_streams(f) for f in document.feeds},
        "demands": [stream for supply in document.supplies for stream in document.supply_streams(supply)],
        "tanks": {s: supply.tank.name for s, supply in document.supplies.items()},
        "requirements": [asdict(requirement) for requirement in flowsheet.registry.requirements],
        "profiles": flowsheet.registry.profiles,
        "set_points": [asdict(point) for point in flowsheet.registry.set_points],
        "validities": [asdict(validity) for validity in flowsheet.registry.validities],
        "price_sources": flowsheet.registry.price_sources,
        "notes": [list(note) for note in flowsheet.registry.notes],
        "chemistry": {
            "name": system.name,
            "digest": system.digest,
            "activity_model": document.chemistry.activity_model,
            "slow_solids": list(slow_solids(system)),
        },
        "groups": {name: dict(factors) for name, factors in system.groups.items()},
    }


def _columns(flowsheet: FlowsheetModel, compiled: CompiledModel) -> dict[str, Any]:
    """Where each stream's temperature and flows stand among the unknowns."""
    position = compiled.unknowns.position
    table: dict[str, Any] = {}
    for name, stream in flowsheet.streams.items():
        if stream.shape.phases:
            table[name] = {"temperature": position[stream.temperature.name]} | {
                phase: {c: position[stream.variable(phase, c).name] for c in names}
                for phase, names in stream.shape.phases.items()
            }
    return table


def _row(model: Any, expression: Any) -> Any:
    """An output row; a constant needs a variable to be a row at all."""
    if isinstance(expression, (int, float)):
        if not hasattr(model, "one"):
            model.one = pyo.Var(initialize=1.0)
            model.one_is_one = pyo.Constraint(expr=model.one == 1.0)
        expression = expression * model.one
    return model.results.add(expression == 0.0)


def _sections(flowsheet: FlowsheetModel, compiled: Any) -> tuple[Section, ...]:
    owners = [*flowsheet.document.feeds, *flowsheet.order]
    equations: dict[str, list[str]] = {o: [] for o in owners}
    unknowns: dict[str, list[str]] = {o: [] for o in owners}
    for name in compiled.equations:
        owner = owner_of(name)
        if owner in equations:
            equations[owner].append(name)
    for name in compiled.unknowns.names:
        owner = owner_of(name)
        if owner in unknowns and ".input_" not in name.replace("'", ""):  # quoted where it has a dot
            unknowns[owner].append(name)
    registry = flowsheet.registry
    procedures = {
        o: Procedure(p.factory, p.data, {name: _need(o, name) for name in p.needs})
        for o, p in registry.procedures.items()
    }
    continuations = {o: Continuation(c.name, c.first) for o, c in registry.continuations.items()}
    return tuple(
        Section(o, tuple(equations[o]), tuple(unknowns[o]), procedures.get(o), continuations.get(o))
        for o in owners
    )


def _need(owner: str, name: str) -> str:
    """The output that holds what a unit's start procedure needs."""
    return f"{START}{owner} needs {name}"


def owner_of(name: str) -> str:
    """The feed or unit that a row or variable belongs to, from its name (`units[leach].x`,
    `streams[leach.liquor].y`).

    What a unit draws from a feed as needed, or takes from a supply, belongs to the unit.

    >>> owner_of("streams[leach.liquor].ln_aqueous[Ni]"), owner_of("units[leach].tank_volume")
    ('leach', 'leach')
    >>> owner_of("streams['alkali@neutraliser.reagent'].draw")
    'neutraliser'
    """
    if not name.startswith(("units[", "streams[")):
        return ""
    stream = name.split("[", 1)[1].split("]", 1)[0].strip("'\"")
    return stream.rpartition(DRAWN)[2].partition(".")[0]
