"""Why a number of a result is what it is: the equations it stands in, their settings and constants, and what
moves it.

A number is a stream's (`co_sx.raffinate.Co`, `leach.slurry.pH`), a unit's result (`leach.volume`) or one of
the plant's (`profit`, `recovery(Co)`, `purity(cobalt_sulfate)`).  Of a stream's component, the equations are
those of the unit that the stream leaves; of a reported number, those of the unknowns that it is computed
from.  What moves it are the local derivatives of `results.sensitivities`, over all settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, suggest
from flowsheet.results.why_sources import Constant, SettingUsed, constants_of, family_texts, setting_used

if TYPE_CHECKING:
    from flowsheet.results.solved import Solved

_EQUATION = re.compile(r"^(?P<group>\w+)\[(?P<owner>'[^']*'|[^\]]*)\]\.(?P<rest>.*)$")
_INDEX = re.compile(r"\[(.*)\]$")
_FUNCTIONS = {
    "recovery": "recovery.{0}",
    "loss": "loss.{0}",
    "purity": "product.{0}.purity",
    "impurity": "product.{0}.impurity.{1}",
}
_MONEY = "economics."
_MOST_EQUATIONS, _MOST_TERMS, _MOST_MOVERS = 6, 8, 10
_NEGLIGIBLE = 1e-6
_IMPOSSIBLE = 1e6
"""Cost of a pair whose coefficient is zero."""


@dataclass(frozen=True)
class EquationUsed:
    """An equation: unit, family and index, what the unit's page states, residual, and what is in it."""

    name: str
    unit: str
    family: str
    index: str
    text: str
    residual: float
    terms: tuple[tuple[str, float, str], ...]
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Mover:
    """A setting that moves the number: by how much, for which step."""

    name: str
    step: Mapping[str, Any]
    effect: float


@dataclass(frozen=True)
class Why:
    """All that is known of a number."""

    name: str
    what: str
    value: float
    unit: str
    equations: tuple[EquationUsed, ...]
    settings: tuple[SettingUsed, ...]
    constants: tuple[Constant, ...]
    movers: tuple[Mover, ...]


@dataclass(frozen=True)
class _Asked:
    """A number as a sum over unknowns (columns and what each contributes), or as a reported output."""

    name: str
    what: str
    value: float
    unit: str
    columns: Mapping[int, float]
    """d number / d unknown, by the unknown's position."""
    direct: Mapping[int, float] = field(default_factory=dict)
    """d number / d input, with the unknowns held."""


def why(state: Solved, name: str) -> Why:
    """What a number rests on.

    Raises:
        DiagnosticError: E502, there is no such number.
    """
    asked = _asked(state, name.strip())
    equations = tuple(_equations(state, asked))
    units = dict.fromkeys(e.unit for e in equations if e.unit in state.document.units)
    held = dict.fromkeys(s for e in equations for s in e.settings)
    inputs = state.case.plant.model.inputs.names
    held |= dict.fromkeys(inputs[i] for i in asked.direct)
    movers = tuple(_movers(state, asked))
    held |= dict.fromkeys(m.name for m in movers)
    return Why(
        name=asked.name,
        what=asked.what,
        value=asked.value,
        unit=asked.unit,
        equations=equations,
        settings=tuple(setting_used(state, s) for s in held if s in state.case.plant.facts["settings"]),
        constants=tuple(constants_of(state, units, {e.index for e in equations if e.index})),
        movers=movers,
    )


def number_named(state: Solved, name: str) -> tuple[float, str]:
    """A number and its canonical unit, by the names that `why` takes; a setting's value by its key too.

    Raises:
        DiagnosticError: E502, there is no such number.
    """
    plant, simulation = state.case.plant, state.simulation
    if name in plant.facts["settings"]:
        at = plant.model.inputs.position[name]
        return float(simulation.p[at]), plant.units.get(name) or "1"
    asked = _asked(state, name.strip())
    return asked.value, asked.unit


# ---- what is asked


def _asked(state: Solved, name: str) -> _Asked:
    plant = state.case.plant
    stream, _, quantity = name.rpartition(".")
    if stream in state.flows:
        found = _of_stream(state, stream, quantity, name)
        if found is not None:
            return found
    output = _output_name(name, plant.model.output_position, state)
    if output is None:
        raise DiagnosticError(
            [
                Diagnostic(
                    "E502", f"there is no number `{name}`", None, suggest(name, _names(state), "numbers")
                )
            ]
        )
    return _of_output(state, name, output)


def _output_name(name: str, known: Mapping[str, int], state: Solved) -> str | None:
    call = re.match(r"^(\w+)\((.*)\)$", name)
    candidates = [name, _MONEY + name]
    if call and call[1] in _FUNCTIONS:
        arguments = [a.strip() for a in call[2].split(",")]
        try:
            candidates = [_FUNCTIONS[call[1]].format(*arguments)]
        except IndexError:
            candidates = []
    stream, _, quantity = name.rpartition(".")
    if stream in state.flows:
        candidates.append(f"stream.{stream}.{quantity}")
    return next((c for c in candidates if c in known), None)


def _of_stream(state: Solved, stream: str, quantity: str, name: str) -> _Asked | None:
    """A component's flow [mol/h], else an element's, the mass flow or the temperature, of the unknowns."""
    columns = state.case.plant.facts["columns"].get(stream, {})
    if quantity == "temperature" and columns:
        value = state.flows[stream].temperature
        return _Asked(name, "temperature of the stream", value, "K", {columns["temperature"]: 1.0})
    flows = {p: f for p, f in state.flows[stream].flows.items() if p in columns}
    what, unit, weights = _weights(state, flows, quantity)
    held: dict[int, float] = {}
    total, phases = 0.0, []
    for (phase, component), weight in weights.items():
        part = weight * flows[phase][component]
        total += part
        phases.append(phase)
        if component in columns[phase]:  # hydrogen's follows from the charges
            held[columns[phase][component]] = part if phase in ("aqueous", "organic") else weight
    if not weights:
        return None
    return _Asked(name, f"{what} the stream ({', '.join(dict.fromkeys(phases))})", total, unit, held)


def _weights(
    state: Solved, flows: Mapping[str, Mapping[str, float]], quantity: str
) -> tuple[str, str, dict[tuple[str, str], float]]:
    """What a quantity of a stream is, its unit, and how much of it each mole of a component counts."""
    species = state.case.plant.facts["species"]
    held = [(phase, component) for phase in flows for component in flows[phase]]
    if quantity == "mass_flow":
        return "mass flow of", "kg/h", {(p, c): species[p][c]["molar_mass"] for p, c in held}
    own = {(p, c): 1.0 for p, c in held if c == quantity}
    if own:
        return f"{quantity} in", "mol/h", own
    counted = {(p, c): species[p][c]["elements"].get(quantity, 0.0) for p, c in held}
    return f"{quantity} in", "mol/h", {place: n for place, n in counted.items() if n}


def _of_output(state: Solved, name: str, output: str) -> _Asked:
    plant, simulation = state.case.plant, state.simulation
    model = plant.model.with_outputs_only([output])
    by_unknown = model.outputs_jacobian(simulation.x, simulation.p).toarray()[0]
    by_input = model.outputs_by_input(simulation.x, simulation.p).toarray()[0]
    described = plant.descriptions.get(output, "")
    return _Asked(
        name,
        described,
        float(model.outputs(simulation.x, simulation.p)[0]),
        plant.units.get(output, "1"),
        {int(i): float(by_unknown[i]) for i in np.flatnonzero(by_unknown)},
        {int(i): float(by_input[i]) for i in np.flatnonzero(by_input)},
    )


def _names(state: Solved) -> list[str]:
    plant = state.case.plant
    streams = [f"{s}.{c}" for s, f in state.flows.items() for n in f.flows.values() for c in n]
    reported = [n.removeprefix(_MONEY) for n in plant.descriptions if not n.startswith("requirement:")]
    return [*streams, *reported]


# ---- equations


def _equations(state: Solved, asked: _Asked) -> Iterable[EquationUsed]:
    """The equations that determine the unknowns which weigh most in the number."""
    plant, simulation = state.case.plant, state.simulation
    model = plant.model
    jacobian = model.jacobian(simulation.x, simulation.p).toarray()
    by_input = model.residual_by_input(simulation.x, simulation.p).toarray()
    residual = model.residual(simulation.x, simulation.p) / model.equation_scale
    step = np.where(model.unknowns.is_log, 1.0, np.maximum(np.abs(simulation.x), 1e-12))
    scaled = np.abs(jacobian) * step / model.equation_scale[:, None]
    heaviest = sorted(asked.columns, key=lambda i: -abs(asked.columns[i] * step[i]))[:_MOST_EQUATIONS]
    for row in dict.fromkeys(_determining(state, scaled, heaviest).values()):
        order = [
            int(i) for i in np.argsort(-scaled[row], kind="stable")[:_MOST_TERMS] if scaled[row, i] > 0.0
        ]
        yield _equation(state, model.equations[row], float(residual[row]), order, by_input[row])


def _determining(state: Solved, scaled: np.ndarray, columns: Iterable[int]) -> dict[int, int]:
    """The equation of each of some unknowns, within the feed or unit that it belongs to.

    A section's equations and unknowns are paired so that the product of their coefficients is the largest.
    """
    from scipy.optimize import linear_sum_assignment

    plant = state.case.plant
    rows = {name: i for i, name in enumerate(plant.model.equations)}
    wanted, found = set(columns), {}
    for section in plant.sections:
        unknowns = [plant.model.unknowns.position[u] for u in section.unknowns]
        if wanted.isdisjoint(unknowns):
            continue
        equations = [rows[e] for e in section.equations]
        block = scaled[np.ix_(equations, unknowns)]
        costs = np.where(block > 0.0, -np.log(np.maximum(block, 1e-300)), _IMPOSSIBLE)
        for row, column in zip(*linear_sum_assignment(costs), strict=True):
            if costs[row, column] < _IMPOSSIBLE:
                found[unknowns[column]] = equations[row]
    return {column: found[column] for column in columns if column in found}


def _equation(
    state: Solved, name: str, residual: float, columns: list[int], by_input: np.ndarray
) -> EquationUsed:
    model, x = state.case.plant.model, state.simulation.x
    parsed = _EQUATION.match(name)
    owner, rest = (parsed["owner"].strip("'"), parsed["rest"]) if parsed else ("", name)
    index = _INDEX.search(rest)
    family = _INDEX.sub("", rest).rpartition(".")[2]
    names = model.unknowns.names
    return EquationUsed(
        name=name,
        unit=owner.partition(".")[0],
        family=family,
        index=index[1].strip("'") if index else "",
        text=_text(family_texts(state, owner.partition(".")[0]), family),
        residual=residual,
        terms=tuple(_term(names[i], float(x[i]), bool(model.unknowns.is_log[i])) for i in columns),
        settings=tuple(model.inputs.names[i] for i in np.flatnonzero(by_input)),
    )


def _text(families: Mapping[str, str], family: str) -> str:
    """What the page says of a family; of `particle_age_3_Cu`, what it says of `particle_age`."""
    known = [name for name in families if family == name or family.startswith(f"{name}_")]
    return families[max(known, key=len)] if known else ""


def _term(name: str, value: float, is_log: bool) -> tuple[str, float, str]:
    """An unknown in words: a logarithm as what it is the logarithm of.

    >>> _term("streams['leach.slurry'].ln_aqueous[Co]", 0.0, True)
    ('leach.slurry: aqueous Co', 1.0, 'mol/h')
    """
    parsed = _EQUATION.match(name)
    owner, rest = (parsed["owner"].strip("'"), parsed["rest"]) if parsed else ("", name)
    unit = "mol/h" if parsed and parsed["group"] == "streams" and "[" in rest else ""
    if rest == "temperature":
        unit = "K"
    text = rest.replace("ln_", "").replace("['", " ").replace("[", " ").replace("']", "").replace("]", "")
    return f"{owner}: {text}".removeprefix(": "), float(np.exp(value)) if is_log else value, unit


# ---- what moves it


def _movers(state: Solved, asked: _Asked) -> Iterable[Mover]:
    """The settings with the largest effect, by the implicit function theorem."""
    from flowsheet.results.sensitivities import change_of
    from flowsheet.solve.iterate import linear_solver
    from flowsheet.solve.sparse import SingularMatrix

    plant, simulation = state.case.plant, state.simulation
    model = plant.model
    inputs = list(plant.facts["settings"])
    positions = [model.inputs.position[name] for name in inputs]
    jacobian = model.jacobian(simulation.x, simulation.p)
    by_row, by_col = 1.0 / jacobian.row_magnitudes(), 1.0 / jacobian.column_magnitudes()
    solver = linear_solver(model)
    direct = np.zeros(len(simulation.x))
    for column, slope in asked.columns.items():
        direct[column] = slope
    try:
        solver.factorise(jacobian.scaled(by_row, by_col))
    except SingularMatrix:
        return
    adjoint = by_row * solver.solve_many((by_col * direct)[:, None], transposed=True)[:, 0]
    none = np.zeros(len(model.output_names))
    through = model.gradient(simulation.x, simulation.p, adjoint, none)[len(simulation.x) :]
    slopes = -through[positions] + np.array([asked.direct.get(i, 0.0) for i in positions])
    steps = np.array([change_of(plant, name, simulation.p) for name in inputs])
    effects = np.where(np.isfinite(slopes), slopes, 0.0) * steps
    largest = float(np.max(np.abs(effects), initial=0.0))
    for i in np.argsort(-np.abs(effects), kind="stable")[:_MOST_MOVERS]:
        if abs(effects[i]) > _NEGLIGIBLE * largest:
            unit = plant.units.get(inputs[i], "") or "1"
            yield Mover(inputs[i], {"value": float(steps[i]), "unit": unit}, float(effects[i]))
