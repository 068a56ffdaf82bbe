"""Runs small flowsheets and asks of every unit what must hold: conservation, squareness, profiles.

    from harness import solve

    plant = solve(TEXT)                                 # cold; fails the test unless it converges
    plant.check()                                       # elements, electrons, energy, profiles of every unit
    plant["tank.heat_duty"]                             # a reported number
    plant.flow("tank.liquor", "aqueous", "Ni")          # mol/h
    warmer = plant.again({"tank.temperature": 343.15})  # warm, other inputs
    assert_rising(plant.response("tank.temperature", [300, 320, 340], "tank.heat_duty"))

Flowsheets are compiled once per text and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.load import load_text
from flowsheet.model.build import FlowsheetModel, build_model
from flowsheet.model.catalogue import unit_classes
from flowsheet.model.knowledge import Chemistries
from flowsheet.model.stream import Stream
from flowsheet.results.profiles import placed
from flowsheet.solve.assemble import compile_plant
from flowsheet.solve.plant import CompiledPlant
from flowsheet.solve.simulate import Simulation, simulate
from flowsheet.solve.structure import diagnose

RECYCLING = """
flowsheet: neutralisation with a recycle
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: 50 degC, aqueous: {flow: 500 L/h, H2SO4: 0.2 mol/L, NiSO4: 50 g/L}}
  alkali: {role: reagent, aqueous: {flow: as needed, NaOH: 20 %}}
units:
  blend: {unit: mixer, inlets: {feed: [liquor, bleed.first]}}
  tank: {unit: precipitator, inlets: {feed: blend.product, reagent: alkali}, temperature: 50 degC, pH: 8,
         solids: [Ni(OH)2]}
  press: {unit: filter, inlets: {slurry: tank.slurry}, cake_moisture: 50 %}
  bleed: {unit: splitter, inlets: {feed: press.filtrate}, fraction: 20 %}
"""
"""A plant with a recycle, a speciated liquor, a solid and a set point."""

CLOSURE = 1e-9
"""Of what enters a unit of an element, or of a millionth of all that enters it."""


@dataclass
class Case:
    """One solved flowsheet."""

    model: FlowsheetModel
    plant: CompiledPlant
    simulation: Simulation
    values: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self.values = self.plant.values(self.simulation.x, self.simulation.p)

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    @property
    def system(self) -> ChemistrySystem:
        return self.model.system

    def again(self, inputs: Mapping[str, float], cold: bool = False) -> Case:
        """The same flowsheet at other inputs (canonical units), warm unless asked otherwise."""
        p = self.simulation.p.copy()
        for name, value in inputs.items():
            p[self.plant.model.inputs.position[name]] = value
        simulation = simulate(self.plant, p, None if cold else self.simulation.x)
        assert simulation.converged, self.why(simulation)
        return Case(self.model, self.plant, simulation)

    def response(self, name: str, values: Iterable[float], output: str) -> list[float]:
        """A reported number over values of an input."""
        case, answers = self, []
        for value in values:
            case = case.again({name: value})
            answers.append(case[output])
        return answers

    @staticmethod
    def why(simulation: Simulation) -> str:
        newton = simulation.newton
        return (
            f"{newton.status}, {newton.residual_norm:.2e} in {newton.worst[:4]}; {simulation.failed_sections}"
        )

    # ---- numbers of the solution

    def _at_solution(self) -> None:
        """Put this solution's numbers into the Pyomo variables, so that any expression can be evaluated."""
        compiled = self.plant.model
        for variable in self.model.pyomo.component_data_objects(pyo.Var):
            position = compiled.unknowns.position.get(variable.name)
            if position is not None:
                variable.set_value(float(self.simulation.x[position]), skip_validation=True)
        for name, position in compiled.inputs.position.items():
            variable = self.model.registry.inputs.get(name)
            if variable is not None:
                variable.set_value(float(self.simulation.p[position]), skip_validation=True)

    def evaluate(self, expression: object) -> float:
        """Any expression of the model at this solution."""
        self._at_solution()
        return float(pyo.value(expression))

    def flow(self, stream: str, phase: str, name: str) -> float:
        """[mol/h]; 0 for what the stream can't carry."""
        return self.evaluate(self.model.streams[stream].flow(phase, name))

    def concentration(self, stream: str, name: str) -> float:
        """Of a component in a stream's aqueous phase [kg/m3], which is g/L."""
        entry = self.model.streams[stream]
        mass = entry.flow("aqueous", name) * self.system.component(name).molar_mass
        return self.evaluate(mass / entry.volume_flow("aqueous"))

    # ---- what must hold

    def check(
        self,
        tolerance: float = CLOSURE,
        units: Iterable[str] | None = None,
        work: Mapping[str, float] | None = None,
    ) -> None:
        """Assert that elements, electrons and energy close over every unit, and that profiles are declared.

        `work` names what a unit takes up beside its reported `heat_duty` [kW], by tag.
        """
        self._at_solution()
        for tag in self.model.units if units is None else units:
            self.check_elements(tag, tolerance)
            self.check_energy(tag, tolerance, (work or {}).get(tag, 0.0))
            self.check_profiles(tag)

    def check_elements(self, tag: str, tolerance: float = CLOSURE) -> None:
        entering, leaving = self._sums(self._inlets(tag)), self._sums(self._outlets(tag))
        throughput = sum(abs(v) for v in entering.values())
        for element in sorted(entering | leaving):
            before, after = entering.get(element, 0.0), leaving.get(element, 0.0)
            scale = max(abs(before), 1e-6 * throughput)
            assert abs(after - before) <= tolerance * scale, (
                f"{tag}: {element} enters with {before:.9g} mol/h and leaves with {after:.9g} "
                f"(relative {(after - before) / scale:.2e})"
            )

    def check_energy(self, tag: str, tolerance: float = CLOSURE, work: float = 0.0) -> None:
        """Enthalpy out = enthalpy in + reported heat duty (0 for a unit that reports none) + work."""
        before = sum(pyo.value(s.enthalpy()) for s in self._inlets(tag))
        after = sum(pyo.value(s.enthalpy()) for s in self._outlets(tag))
        duty = 3600.0 * (self.values.get(f"{tag}.heat_duty", 0.0) + work)
        scale = max(abs(before), abs(after))
        assert abs(after - before - duty) <= tolerance * scale, (
            f"{tag}: enthalpy {before:.9g} + {duty:.9g} kJ/h in, {after:.9g} kJ/h out"
        )

    def check_profiles(self, tag: str) -> None:
        """What is reported by a number is declared a profile, and each name of a profile says a position.

        Otherwise it stands in the workbook among the unit's other numbers, a row per stage or element.
        """
        for key in self.model.registry.outputs:
            owner, _, result = key.partition(".")
            name, _, index = result.partition(".")
            declared = self.model.units[tag].declaration().results.get(name)
            if owner != tag or declared is None or not index:
                continue
            if declared.profile is None:
                ends = (index.partition(".")[0], index.rpartition(".")[2])
                assert not any(end.isdigit() for end in ends), f"{key}: declare what its position is"
                continue
            kind, position, component = placed(declared.profile, index)
            assert position, f"{key} names no {kind}"
            assert bool(component) == ("." in declared.profile), f"{key} isn't `{declared.profile}`"

    def _inlets(self, tag: str) -> list[Stream]:
        return [s for m in self.model.units[tag].inlets.values() for s in m.streams if s.shape.phases]

    def _outlets(self, tag: str) -> list[Stream]:
        return [s for s in self.model.units[tag].outlets.values() if s.shape.phases]

    def _sums(self, streams: Sequence[Stream]) -> dict[str, float]:
        """Elements and electrons (see `Formula.electrons`) of streams [mol/h]; all streams are neutral."""
        total: dict[str, float] = {}
        for stream in streams:
            for phase, flows in stream.n.items():
                for name, flow in flows.items():
                    amount = float(pyo.value(flow))
                    entry = (
                        self.system.gases[name]
                        if phase == "gas"
                        else (self.system.solids[name] if phase == "solid" else self.system.component(name))
                    )
                    for element, count in entry.formula.elements.items():
                        total[element] = total.get(element, 0.0) + count * amount
                    total["electrons"] = total.get("electrons", 0.0) + entry.formula.electrons * amount
        return total


@cache
def compiled(
    text: str, libraries: tuple[Path, ...] = (), scenario: str | None = None
) -> tuple[FlowsheetModel, CompiledPlant]:
    """A flowsheet text, built and compiled; asserts that it is square and structurally sound."""
    classes = unit_classes(libraries)
    document = load_text(
        text, {n: c.declaration() for n, c in classes.items()}, Chemistries(), scenario=scenario
    )
    model = build_model(document, classes)
    plant = compile_plant(model)
    assert plant.model.degrees_of_freedom == 0
    structure = diagnose(plant.model)
    assert structure.is_sound, (structure.surplus_equations[:5], structure.free_unknowns[:5])
    return model, plant


def refused(text: str) -> str:
    """What is said of a flowsheet text that can't be built; fails the test if it can."""
    classes = unit_classes(())
    with pytest.raises(DiagnosticError) as caught:
        build_model(load_text(text, {n: c.declaration() for n, c in classes.items()}, Chemistries()), classes)
    return str(caught.value)


def attempt(text: str, inputs: Mapping[str, float] | None = None, libraries: tuple[Path, ...] = ()) -> Case:
    """Solve a flowsheet text cold, whether or not it converges."""
    model, plant = compiled(text, libraries)
    return Case(model, plant, simulate(plant, plant.inputs(inputs or {})))


def solve(text: str, inputs: Mapping[str, float] | None = None, libraries: tuple[Path, ...] = ()) -> Case:
    """Solve a flowsheet text cold; `inputs` replaces inputs by name, in canonical units."""
    case = attempt(text, inputs, libraries)
    assert case.simulation.converged, case.why(case.simulation)
    return case


def assert_rising(values: Sequence[float], strictly: bool = True) -> None:
    """Each value above the one before (beyond rounding); not `strictly`: or equal."""
    steps = np.diff(values)
    slack = 1e-9 * (1.0 + np.max(np.abs(values)))
    assert np.all(steps > slack) if strictly else np.all(steps >= -slack), f"not rising: {list(values)}"


def assert_falling(values: Sequence[float], strictly: bool = True) -> None:
    """Each value below the one before (beyond rounding); not `strictly`: or equal."""
    assert_rising([-v for v in values], strictly)
