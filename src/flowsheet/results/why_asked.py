"""The numbers that can be asked for, each as a sum over unknowns or as an output of the model.

A number is a stream's (`co_sx.raffinate.Co`, `leach.slurry.mass_flow`, `mass(leach.slurry, Co)`), a unit's
result (`leach.volume`), one of the plant's (`profit`, `recovery(Co)`, `purity(cobalt_sulfate)`), or an
unknown as equations name it (`co_sx: extraction 5.free`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, suggest

if TYPE_CHECKING:
    from flowsheet.results.solved import Solved
    from flowsheet.solve.plant import CompiledPlant

_UNKNOWN = re.compile(r"^(?P<group>\w+)\[(?P<owner>'[^']*'|[^\]]*)\]\.(?P<rest>.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\)$")
_FUNCTIONS = {
    "recovery": "recovery.{0}",
    "loss": "loss.{0}",
    "purity": "product.{0}.purity",
    "impurity": "product.{0}.impurity.{1}",
}
_MASS = "mass"
_MONEY = "economics."
_NOT_REPORTED = ("start:", "requirement:", "work:")
_LOGARITHMIC = ("aqueous", "organic")


@dataclass(frozen=True)
class Asked:
    """A number as a sum over unknowns (positions and what each contributes), or as a reported output."""

    name: str
    what: str
    value: float
    unit: str
    columns: Mapping[int, float]
    """d number / d unknown, by the unknown's position."""
    direct: Mapping[int, float] = field(default_factory=dict)
    """d number / d input, with the unknowns held."""


@dataclass(frozen=True)
class Term:
    """An unknown in an equation: in words, its value (not its logarithm), unit, and the number to ask for."""

    name: str
    value: float
    unit: str
    number: str


def parsed(name: str) -> tuple[str, str, str]:
    """Group, owner and rest of an unknown's or equation's name.

    >>> parsed("streams['leach.slurry'].ln_aqueous[Co]")
    ('streams', 'leach.slurry', 'ln_aqueous[Co]')
    >>> parsed("one_is_one")
    ('', '', 'one_is_one')
    """
    found = _UNKNOWN.match(name)
    return (found["group"], found["owner"].strip("'"), found["rest"]) if found else ("", "", name)


def in_words(name: str) -> tuple[str, str]:
    """An unknown's name without logarithms and brackets, and its unit where its name tells it.

    >>> in_words("streams['leach.slurry'].ln_aqueous[Co]")
    ('leach.slurry: aqueous Co', 'mol/h')
    """
    group, owner, rest = parsed(name)
    unit = "K" if rest == "temperature" else "mol/h" if group == "streams" and "[" in rest else ""
    text = rest.replace("ln_", "").replace("['", " ").replace("[", " ").replace("']", "").replace("]", "")
    return f"{owner}: {text}".removeprefix(": "), unit


class Numbers:
    """All numbers of a solved state by name."""

    def __init__(self, state: Solved) -> None:
        self.state = state
        self._slopes: dict[str, tuple[Mapping[int, float], Mapping[int, float]]] = {}

    def find(self, name: str) -> Asked:
        """The number of a name.

        Raises:
            DiagnosticError: E502, there is no such number.
        """
        found = self._of_stream(name) or self._of_output(name) or self._of_unknown(name)
        if found is None:
            help = suggest(name, self.names(), "numbers")
            raise DiagnosticError([Diagnostic("E502", f"there is no number `{name}`", None, help)])
        return found

    def knows(self, name: str) -> bool:
        """Whether there is a number of that name; costs no derivative."""
        return bool(self.output(name) or self._of_stream(name) or name in self._by_words)

    def names(self) -> list[str]:
        """Numbers of streams and reported ones, as they are suggested."""
        streams = [f"{s}.{c}" for s, f in self.state.flows.items() for n in f.flows.values() for c in n]
        reported = self.state.case.plant.descriptions
        return [*streams, *(n.removeprefix(_MONEY) for n in reported if not n.startswith("requirement:"))]

    def output(self, name: str) -> str | None:
        """The model's output of that name, if there is one."""
        call = _CALL.match(name)
        candidates = [name, _MONEY + name]
        if call and call[1] in _FUNCTIONS:
            arguments = [a.strip() for a in call[2].split(",")]
            try:
                candidates = [_FUNCTIONS[call[1]].format(*arguments)]
            except IndexError:
                candidates = []
        stream, quantity = self._parts(name)
        if stream:
            candidates.append(f"stream.{stream}.{quantity}")
        known = self.state.case.plant.model.output_position
        return next((c for c in candidates if c in known and not c.startswith(_NOT_REPORTED)), None)

    def prepare(self, names: Iterable[str]) -> None:
        """Find the slopes of the outputs behind several numbers in one go."""
        from flowsheet.solve.sensitivity import output_slopes

        wanted = [o for o in dict.fromkeys(map(self.output, names)) if o and o not in self._slopes]
        if not wanted:
            return
        model, simulation = self.state.case.plant.model, self.state.simulation
        by_unknown, by_input = output_slopes(model, simulation.x, simulation.p, wanted)
        for row, name in enumerate(wanted):
            self._slopes[name] = (_sparse(by_unknown[row]), _sparse(by_input[row]))

    @cached_property
    def terms(self) -> list[Term]:
        """All unknowns, in words."""
        unknowns, x = self.state.case.plant.model.unknowns, self.state.simulation.x
        values = np.where(unknowns.is_log, np.exp(np.where(unknowns.is_log, x, 0.0)), x)
        of_streams = self._numbers_of_streams()
        words = [in_words(name) for name in unknowns.names]
        return [
            Term(text, float(value), unit, of_streams.get(i, text))
            for i, ((text, unit), value) in enumerate(zip(words, values, strict=True))
        ]

    def _numbers_of_streams(self) -> dict[int, str]:
        """By position of an unknown, the stream's number that is this unknown and nothing else."""
        found: dict[int, str] = {}
        for stream, places in self.state.case.plant.facts["columns"].items():
            if stream not in self.state.flows:
                continue
            found[places["temperature"]] = f"{stream}.temperature"
            phases = {p: places.get(p, {}) for p in self.state.flows[stream].flows}
            all_names = [c for columns in phases.values() for c in columns]
            for columns in phases.values():
                found |= {i: f"{stream}.{c}" for c, i in columns.items() if all_names.count(c) == 1}
        return found

    # ---- kinds of numbers

    def _of_stream(self, name: str) -> Asked | None:
        """A component's flow [mol/h], the temperature, or a mass flow, straight from the unknowns."""
        call = _CALL.match(name)
        if call and call[1] == _MASS:
            stream, _, element = (part.strip() for part in call[2].partition(","))
            return self._mass(name, stream, element) if stream in self.state.flows else None
        stream, quantity = self._parts(name)
        columns = self.state.case.plant.facts["columns"].get(stream)
        if not columns:
            return None
        if quantity == "temperature":
            value = self.state.flows[stream].temperature
            return Asked(name, "temperature of the stream", value, "K", {columns["temperature"]: 1.0})
        if quantity == "mass_flow":
            return self._mass(name, stream, "")
        held: dict[int, float] = {}
        total, mass, phases = 0.0, 0.0, []
        for phase, component, count in self._counted(stream, quantity):
            flow = self.state.flows[stream].get(phase, component)
            total += count * flow
            mass += flow * self._species(phase, component)["molar_mass"]
            phases.append(phase)
            if component in columns.get(phase, {}):  # hydrogen's follows from the charges
                held[columns[phase][component]] = count * (flow if phase in _LOGARITHMIC else 1.0)
        if not phases:
            return None
        own = {c for _, c, _ in self._counted(stream, quantity)} == {quantity}
        weight = f": {mass:.4g} kg/h" if own else ""
        what = f"{quantity} in the stream ({', '.join(dict.fromkeys(phases))}){weight}"
        return Asked(name, what, total, "mol/h", held)

    def _counted(self, stream: str, quantity: str) -> list[tuple[str, str, float]]:
        """Phases and components that are of this name; else those that hold the element, by its count."""
        present = [(p, c) for p, flows in self.state.flows[stream].flows.items() for c in flows]
        own = [(p, c, 1.0) for p, c in present if c == quantity]
        counts = ((p, c, self._species(p, c)["elements"].get(quantity, 0.0)) for p, c in present)
        return own or [(p, c, float(count)) for p, c, count in counts if count]

    def _parts(self, name: str) -> tuple[str, str]:
        """The stream that a name begins with, and the rest, which may hold dots too (`CoSO4.7H2O`)."""
        ends = (i for i, character in enumerate(name) if character == ".")
        return next(((name[:i], name[i + 1 :]) for i in ends if name[:i] in self.state.flows), ("", name))

    def _mass(self, name: str, stream: str, element: str) -> Asked | None:
        """Mass flow of a stream, or of an element in it [kg/h]."""
        columns, atoms = self.state.case.plant.facts["columns"][stream], self._atomic_masses
        if element and element not in atoms:
            return None
        held: dict[int, float] = {}
        total = 0.0
        for phase, flows in self.state.flows[stream].flows.items():
            for component, flow in flows.items():
                species = self._species(phase, component)
                each = (
                    species["elements"].get(element, 0.0) * atoms[element]
                    if element
                    else species["molar_mass"]
                )
                total += each * flow
                if each and component in columns.get(phase, {}):
                    held[columns[phase][component]] = each * (flow if phase in _LOGARITHMIC else 1.0)
        what = f"{element} in the stream, all compounds" if element else "mass flow of the stream"
        return Asked(name, what, total, "kg/h", held)

    def _species(self, phase: str, name: str) -> Mapping:
        species: Mapping = self.state.case.plant.facts["species"][phase][name]
        return species

    @property
    def _atomic_masses(self) -> Mapping[str, float]:
        masses: Mapping[str, float] = self.state.case.plant.facts["atomic_masses"]
        return masses

    def _of_output(self, name: str) -> Asked | None:
        output = self.output(name)
        if output is None:
            return None
        self.prepare([name])
        plant, simulation = self.state.case.plant, self.state.simulation
        value = self.state.values.get(output)
        if value is None:
            value = plant.model.output(output, simulation.x, simulation.p)
        what, unit = plant.descriptions.get(output, ""), _unit(plant, output)
        return Asked(name, what, float(value), unit, *self._slopes[output])

    def _of_unknown(self, name: str) -> Asked | None:
        position = self._by_words.get(name)
        if position is None:
            return None
        is_log = bool(self.state.case.plant.model.unknowns.is_log[position])
        term = self.terms[position]
        slope = term.value if is_log else 1.0
        return Asked(name, "an unknown of the model", term.value, term.unit or "1", {position: slope})

    @cached_property
    def _by_words(self) -> Mapping[str, int]:
        return {term.name: i for i, term in enumerate(self.terms)}


def _sparse(row: np.ndarray) -> Mapping[int, float]:
    return {int(i): float(row[i]) for i in np.flatnonzero(row)}


def _unit(plant: CompiledPlant, output: str) -> str:
    """The canonical unit of a reported number; of a share, what tells it from a ratio."""
    is_share = output.startswith(("recovery.", "loss.")) or output.endswith(".purity")
    return "fraction" if is_share else plant.units.get(output, "1")
