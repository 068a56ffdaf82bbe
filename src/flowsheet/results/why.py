"""Why a number of a result is what it is: the equations it stands in, their settings and constants, and what
moves it.

Of a stream's component, the equations are those of the unit that the stream leaves; of a reported number,
those of the unknowns that it is computed from.  What moves it are local derivatives over all settings, by the
implicit function theorem.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsheet.document.kept import kept
from flowsheet.results.why_asked import Asked, Numbers, Term, parsed
from flowsheet.results.why_sources import (
    Constant,
    SettingUsed,
    chemistry_constants,
    family_texts,
    set_constants,
    setting_used,
)

if TYPE_CHECKING:
    from flowsheet.chemistry.system import ChemistrySystem
    from flowsheet.results.solved import Solved

_INDEX = re.compile(r"\[([^\[\]]*)\]$")
_MOST_EQUATIONS, _MOST_TERMS, _MOST_MOVERS = 6, 8, 10
_NEGLIGIBLE = 1e-6
_LIGHT = 1e-4
"""Of the unknown that weighs most in a number, below which another isn't followed."""
_IMPOSSIBLE = 1e6
"""Cost of a pair whose coefficient is zero."""


@dataclass(frozen=True)
class EquationUsed:
    """An equation: unit and place in it, family and index, what the unit's page states, residual, terms."""

    name: str
    unit: str
    place: str
    family: str
    index: str
    text: str
    residual: float
    terms: tuple[Term, ...]
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


def why(state: Solved, name: str) -> Why:
    """What a number rests on.

    Raises:
        DiagnosticError: E502, there is no such number.
    """
    return Inquiry(state).why(name)


def number_named(state: Solved, name: str) -> tuple[float, str]:
    """A number and its canonical unit, by the names that `why` takes.

    Beside them a setting's value by its key, and the pH of a liquor, which is speciated after the solve.

    Raises:
        DiagnosticError: E502, there is no such number.
    """
    plant, simulation = state.case.plant, state.simulation
    if name in plant.facts["settings"]:
        at = plant.model.inputs.position[name]
        return float(simulation.p[at]), plant.units.get(name) or "1"
    stream, _, quantity = name.strip().rpartition(".")
    if quantity == "pH" and (state.liquors.get(stream) or {}).get("pH") is not None:
        return float(state.liquors[stream]["pH"]), "pH"
    asked = Numbers(state).find(name.strip())
    return asked.value, asked.unit


class Inquiry:
    """Answers about one solved state; what several of them share is found once."""

    def __init__(self, state: Solved) -> None:
        self.state = state
        self.numbers = Numbers(state)
        self._equations: dict[int, EquationUsed] = {}
        self._settings: dict[str, SettingUsed] = {}
        self._constants: dict[tuple[str, frozenset[str]], tuple[Constant, ...]] = {}

    def why(self, name: str) -> Why:
        """What a number rests on.

        Raises:
            DiagnosticError: E502, there is no such number.
        """
        asked = self.numbers.find(name.strip())
        equations = tuple(self._determining(asked))
        inputs = self.state.case.plant.model.inputs.names
        movers = tuple(self._movers(asked))
        held = dict.fromkeys(s for e in equations for s in e.settings)
        held |= dict.fromkeys(inputs[i] for i in asked.direct)
        held |= dict.fromkeys(m.name for m in movers)
        return Why(
            name=asked.name,
            what=asked.what,
            value=asked.value,
            unit=asked.unit,
            equations=equations,
            settings=tuple(self._setting(s) for s in held if s in self._effects_of),
            constants=tuple(dict.fromkeys(self._constants_in(equations))),
            movers=movers,
        )

    def _setting(self, name: str) -> SettingUsed:
        if name not in self._settings:
            self._settings[name] = setting_used(self.state, name)
        return self._settings[name]

    def _constants_in(self, equations: Sequence[EquationUsed]) -> Iterator[Constant]:
        """Equilibrium constants of what the equations are indexed by; then those of each unit's sets."""
        model = self.state.case.plant.facts["chemistry"]["activity_model"]
        yield from chemistry_constants(self._system, model, sorted({e.index for e in equations}))
        indices: dict[str, set[str]] = {}
        for equation in equations:
            if equation.unit in self.state.document.units:
                indices.setdefault(equation.unit, set()).update({equation.index} - {""})
        for unit, about in indices.items():
            key = unit, frozenset(about)
            if key not in self._constants:
                self._constants[key] = tuple(set_constants(self.state, unit, about))
            yield from self._constants[key]

    @cached_property
    def _system(self) -> ChemistrySystem:
        from flowsheet.solve.case import chemistry_of

        return chemistry_of(self.state.document)

    # ---- equations

    @cached_property
    def _scaled(self) -> np.ndarray:
        """How much of each equation, of its own scale, each unknown moves by a step of its own size."""
        model, simulation = self.state.case.plant.model, self.state.simulation
        jacobian = model.jacobian(simulation.x, simulation.p).toarray()
        scaled: np.ndarray = np.abs(jacobian) * self._step / model.equation_scale[:, None]
        return scaled

    @cached_property
    def _step(self) -> np.ndarray:
        is_log, x = self.state.case.plant.model.unknowns.is_log, self.state.simulation.x
        return np.where(is_log, 1.0, np.maximum(np.abs(x), 1e-12))

    @cached_property
    def _residual(self) -> np.ndarray:
        model, simulation = self.state.case.plant.model, self.state.simulation
        residual: np.ndarray = model.residual(simulation.x, simulation.p) / model.equation_scale
        return residual

    @cached_property
    def _by_input(self) -> np.ndarray:
        simulation = self.state.simulation
        return self.state.case.plant.model.residual_by_input(simulation.x, simulation.p).toarray()

    def _determining(self, asked: Asked) -> Iterable[EquationUsed]:
        """The equations that determine the unknowns which weigh most in the number."""
        weight = {i: abs(slope * self._step[i]) for i, slope in asked.columns.items()}
        least = _LIGHT * max(weight.values(), default=0.0)
        heavy = sorted((i for i in weight if weight[i] >= least), key=lambda i: -weight[i])
        heaviest = heavy[:_MOST_EQUATIONS]
        rows = dict.fromkeys(self._paired.get(i) for i in heaviest)
        return [self._equation(row) for row in rows if row is not None]

    @cached_property
    def _paired(self) -> Mapping[int, int]:
        """The equation of each unknown, within the feed or unit that it belongs to.

        A section's equations and unknowns are paired so that the product of their coefficients is largest:
        as it was when the plant was first solved, as long as no coefficient of that pairing has vanished.
        """
        key = self.state.case.key
        if not key:
            return dict(self._pairs())
        digest = hashlib.sha256(key.encode()).hexdigest()
        pairs = kept("pairs", digest, lambda: list(self._pairs()))
        if all(self._scaled[row, column] > 0.0 for column, row in pairs):
            return dict(pairs)
        return dict(self._pairs())

    def _pairs(self) -> Iterator[tuple[int, int]]:
        from scipy.optimize import linear_sum_assignment

        model = self.state.case.plant.model
        rows = {name: i for i, name in enumerate(model.equations)}
        for section in self.state.case.plant.sections:
            unknowns = [model.unknowns.position[u] for u in section.unknowns]
            equations = [rows[e] for e in section.equations]
            block = self._scaled[np.ix_(equations, unknowns)]
            costs = np.where(block > 0.0, -np.log(np.maximum(block, 1e-300)), _IMPOSSIBLE)
            for row, column in zip(*linear_sum_assignment(costs), strict=True):
                if costs[row, column] < _IMPOSSIBLE:
                    yield unknowns[column], equations[row]

    def _equation(self, row: int) -> EquationUsed:
        if row not in self._equations:
            self._equations[row] = self._read_equation(row)
        return self._equations[row]

    def _read_equation(self, row: int) -> EquationUsed:
        model = self.state.case.plant.model
        weights = self._scaled[row]
        columns = [int(i) for i in np.argsort(-weights, kind="stable")[:_MOST_TERMS] if weights[i] > 0.0]
        _, owner, rest = parsed(model.equations[row])
        unit = owner.partition(".")[0]
        index = _INDEX.search(rest)
        place, _, family = _INDEX.sub("", rest).replace("'", "").rpartition(".")
        section = owner.partition(".")[2]
        return EquationUsed(
            name=model.equations[row],
            unit=unit,
            place=" ".join(re.findall(r"[\w+-]+", f"{section} {place}")),
            family=family,
            index=index[1].strip("'") if index else "",
            text=_text(family_texts(self.state, unit), family),
            residual=float(self._residual[row]),
            terms=tuple(self.numbers.terms[i] for i in columns),
            settings=tuple(model.inputs.names[i] for i in np.flatnonzero(self._by_input[row])),
        )

    # ---- what moves it

    @cached_property
    def _effects_of(self) -> Mapping[str, int]:
        """The settings, each with its column among the effects."""
        return {name: i for i, name in enumerate(self.state.case.plant.facts["settings"])}

    @cached_property
    def _steps(self) -> np.ndarray:
        from flowsheet.results.sensitivities import change_of

        plant, p = self.state.case.plant, self.state.simulation.p
        return np.array([change_of(plant, name, p) for name in self._effects_of])

    @cached_property
    def _moved(self) -> np.ndarray | None:
        """d unknowns / d settings; None where the solution does not follow its settings smoothly."""
        from flowsheet.solve.sensitivity import unknown_sensitivities
        from flowsheet.solve.sparse import SingularMatrix

        model, simulation = self.state.case.plant.model, self.state.simulation
        try:
            return unknown_sensitivities(model, simulation.x, simulation.p, list(self._effects_of))
        except SingularMatrix:
            return None

    @cached_property
    def _setting_at(self) -> Mapping[int, int]:
        """By position among the model's inputs, the setting's column among the effects."""
        position = self.state.case.plant.model.inputs.position
        return {position[name]: i for name, i in self._effects_of.items()}

    def _movers(self, asked: Asked) -> Iterable[Mover]:
        """The settings with the largest effect."""
        if self._moved is None or not self._effects_of:
            return
        slopes = np.array(list(asked.columns.values())) @ self._moved[list(asked.columns)]
        for position, slope in asked.direct.items():
            if position in self._setting_at:
                slopes[self._setting_at[position]] += slope
        effects = np.where(np.isfinite(slopes), slopes, 0.0) * self._steps
        sizes = np.abs(effects)
        largest = float(np.max(sizes, initial=0.0))
        names, units = self.state.case.plant.facts["settings"], self.state.case.plant.units
        for i in np.argsort(-sizes, kind="stable")[:_MOST_MOVERS]:
            if sizes[i] > _NEGLIGIBLE * largest:
                step = {"value": float(self._steps[i]), "unit": units.get(names[i], "") or "1"}
                yield Mover(names[i], step, float(effects[i]))


def _text(families: Mapping[str, str], family: str) -> str:
    """What the page says of a family; of `particle_age_3_Cu`, what it says of `particle_age`."""
    known = [name for name in families if family == name or family.startswith(f"{name}_")]
    return families[max(known, key=len)] if known else ""
