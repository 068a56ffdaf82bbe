"""The repeating cell of a stack, cut into elements along the flow path.

    log(out_c + sum taken_c) = log(in_c + sum given_c)     a component in an element of a compartment
    out_w = in_w + sum W                                   water
    V = sum_k i d_k/(kappa_k s) + sum_m u_m RT/F + i r     in every element: electrodes are equipotential
    i = mean of the elements'                              local current follows the local resistance

d_k thickness of a compartment, s the share of its section that spacers leave; u_m a membrane's potential
drop, r the resistance of a bipolar membrane's junction.  Compartments follow each other in the direction of
the current, round to the first; liquids run in parallel, each element is mixed (an implicit scheme of first
order along the path).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, WATER
from hydromet.electrodialysis.bipolar_membrane import BipolarMembrane
from hydromet.electrodialysis.conductivity import Conductivity, conductivities
from hydromet.electrodialysis.ions import Ion
from hydromet.electrodialysis.material import GAS_CONSTANT_WATT_HOURS, Materials, membrane_set
from hydromet.electrodialysis.membrane import FARADAY_HOURS, Membrane, Solution

if TYPE_CHECKING:
    from hydromet.electrodialysis.stack import Stack

CURRENT_SCALE = 100.0
"""[A/m2]"""


@dataclass(frozen=True)
class Layout:
    """Compartments in the direction of the current, and the membrane at the right of each.

    >>> Layout(("diluate", "concentrate"), ("cation", "anion")).right_of(1)
    0
    """

    compartments: tuple[str, ...]
    membranes: tuple[str, ...]

    def right_of(self, place: int) -> int:
        """The compartment beyond the membrane at the right."""
        return (place + 1) % len(self.compartments)


class Element:
    """One element: a mixed solution in every compartment, membranes between them.

    Attributes:
        states: by compartment.
        membranes: in the layout's order.
        conductivity: by compartment [S/m]; `shares` of its ions in that.
        current_density: an unknown [A/m2].
        parts: of the cell's voltage [V].
    """

    def __init__(self, cells: Cells, block: Any, states: Mapping[str, AqueousState]) -> None:
        self.cells, self.block, self.states = cells, block, dict(states)
        unit, layout = cells.unit, cells.layout
        block.current_density = pyo.Var(initialize=100.0)
        self.current_density = block.current_density
        self.solutions = {c: self._solution(c) for c in layout.compartments}
        self.conductivity: dict[str, Any] = {}
        self.shares: dict[str, dict[str, Any]] = {}
        for c in layout.compartments:
            self._conduct(c)
        block.membrane = pyo.Block(range(len(layout.membranes)))
        self.membranes: list[Membrane | BipolarMembrane] = []
        for place, kind in enumerate(layout.membranes):
            left = self.solutions[layout.compartments[place]]
            right = self.solutions[layout.compartments[layout.right_of(place)]]
            self.membranes.append(cells.membrane(kind, block.membrane[place], left, right))
        self.parts = self._voltage(unit)

    def _solution(self, compartment: str) -> Solution:
        state, name = self.states[compartment], f"ln_activity_{compartment}"
        named = pyo.Expression([ion.name for ion in self.cells.ions])
        self.block.add_component(name, named)
        for ion in self.cells.ions:
            named[ion.name] = ion.ln_activity(state.ln_a, state.ln_water_activity, self.cells.temperature)
        return Solution(named, state.ln_water_activity)

    def _conduct(self, compartment: str) -> None:
        state, cells = self.states[compartment], self.cells
        strength = pyo.exp(state.block.ln_ionic_strength)
        shares = cells.conductivity.shares(
            state.m, state.charges, strength, state.block.sqrt_ionic_strength, cells.temperature
        )
        named = pyo.Expression(expr=sum(shares.values()))
        self.block.add_component(f"conductivity_{compartment}", named)
        self.conductivity[compartment], self.shares[compartment] = named, shares

    def _voltage(self, unit: Stack) -> dict[str, Any]:
        i, layout = self.current_density, self.cells.layout
        parts = {
            f"solution.{c}": i * unit.compartment_thickness / (self.conductivity[c] * unit.open_section)
            for c in layout.compartments
        }
        for kind, membrane in zip(layout.membranes, self.membranes, strict=True):
            parts[f"membrane.{kind}"] = membrane.drop * self.cells.thermal_voltage
        if "bipolar" in layout.membranes:
            parts["junction"] = i * self.cells.junction_resistance
        return parts

    def currents(self) -> list[Any]:
        """Through every membrane, or each layer of a bipolar one [A/m2]."""
        found = []
        for membrane in self.membranes:
            if isinstance(membrane, BipolarMembrane):
                found += [membrane.layer_current(0), membrane.layer_current(1)]
            else:
                found.append(membrane.current())
        return found

    def exchange(self, place: int, component: str) -> tuple[Any, Any]:
        """What a compartment gives of a component and what it gets, one way each [mol/m2/h]."""
        right, left = self.membranes[place], self.membranes[place - 1]
        taken: Any = 0.0
        given: Any = 0.0
        for ion in self.cells.ions:
            n = ion.composition.get(component, 0.0)
            if n:
                taken = taken + n * (right.forward[ion.name] + left.backward[ion.name])
                given = given + n * (right.backward[ion.name] + left.forward[ion.name])
        return taken, given

    def water(self, place: int) -> Any:
        """Water that a compartment gets [mol/m2/h]."""
        return self._water_through(place - 1) - self._water_through(place)

    def _water_through(self, place: int) -> Any:
        membrane = self.membranes[place]
        bound = sum(
            ion.composition[WATER] * membrane.flux(ion.name)
            for ion in self.cells.ions
            if WATER in ion.composition and ion.name in membrane.forward
        )
        return membrane.water() + bound


class Cells:
    """All elements of a stack, with their balances."""

    def __init__(self, unit: Stack, layout: Layout, ions: list[Ion]) -> None:
        self.unit, self.layout, self.ions = unit, layout, ions
        self.temperature = unit.outlet(layout.compartments[0]).temperature
        values = membrane_set(str(unit.membranes))
        self.materials = Materials(values, unit.system, ions, self.temperature)
        self.conductivity = Conductivity(conductivities(str(unit.conductivities)), unit.system)
        self.thermal_voltage = GAS_CONSTANT_WATT_HOURS * self.temperature / FARADAY_HOURS
        self.junction_resistance = 0.0
        if "bipolar" in layout.membranes:
            self.junction_resistance = values.value("bipolar.junction_resistance", "ohm*m2")
        self.area = unit.cell_area * unit.cells / unit.elements
        self.elements: list[Element] = []
        self._build()

    @property
    def mean_current_density(self) -> Any:
        """Mean of the elements' [A/m2]; as stated, where it is."""
        if self.unit.current_density is not None:
            return self.unit.current_density
        return sum(e.current_density for e in self.elements) / len(self.elements)

    @property
    def water_split(self) -> Any:
        """Water that the electrodes turn into hydrogen and oxygen [mol/h]."""
        if not self.unit.gas.shape.names("gas"):
            return 0.0
        return self.mean_current_density * self.unit.cell_area / (2.0 * FARADAY_HOURS)

    @property
    def feed_temperature(self) -> Any:
        """About that of all liquids [K]."""
        return self.unit.feed_of(self.layout.compartments[0]).streams[0].temperature

    @property
    def hydroxide(self) -> Ion:
        """OH-, whose formation constant is that of the water's dissociation."""
        return next(ion for ion in self.ions if ion.name == HYDROXIDE_SPECIES)

    def membrane(self, kind: str, block: Any, left: Solution, right: Solution) -> Membrane | BipolarMembrane:
        """A membrane between two solutions."""
        if kind != "bipolar":
            layers = self.unit.membrane_layers
            return Membrane(block, self.ions, self.materials.of(kind), left, right, layers)
        layers = (self.materials.of("bipolar_anion"), self.materials.of("bipolar_cation"))
        constant = self.hydroxide.constant
        assert constant is not None
        return BipolarMembrane(block, self.ions, *layers, left, right, constant.ln_k(self.temperature))

    def _build(self) -> None:
        unit, last = self.unit, self.unit.elements - 1
        unit.block.element = pyo.Block(range(unit.elements))
        for k in range(unit.elements):
            block, states = unit.block.element[k], {}
            for c in self.layout.compartments:
                if k == last:
                    states[c] = unit.aqueous_state(f"{c}_liquor", unit.outlet(c))
                    continue
                of_state = pyo.Block()
                block.add_component(f"state_{c}", of_state)
                names = unit.outlet(c).shape.names("aqueous")
                states[c] = AqueousState(of_state, unit.system, names, self.temperature, unit.activity_model)
                unit.add_state(states[c])
            element = Element(self, block, states)
            self.elements.append(element)
            self._register(element)
        for k in range(unit.elements):
            self._balances(k)

    def _register(self, element: Element) -> None:
        registry = self.unit.registry
        registry.add_unknown(element.current_density, nominal=CURRENT_SCALE)
        for membrane in element.membranes:
            for variable in membrane.unknowns:
                registry.add_unknown(variable, nominal=1.0)
        element.block.current = pyo.Constraint(
            range(len(element.currents())),
            rule=lambda _, k: (element.currents()[k] - element.current_density) / CURRENT_SCALE == 0,
        )

    def entering(self, k: int, compartment: str, component: str) -> Any:
        """Into an element [mol/h]; the electrodes' water is taken at the first."""
        if k > 0:
            return self.elements[k - 1].states[compartment].flow[component]
        flow = self.unit.entering_compartment(compartment, component)
        if component == WATER and compartment == self.unit.rinsed_from:
            return flow - self.water_split
        return flow

    def _balances(self, k: int) -> None:
        element = self.elements[k]
        for place, c in enumerate(self.layout.compartments):
            state = element.states[c]

            def balance(component: str, place: int = place, c: str = c, state: Any = state) -> Any:
                entering = self.entering(k, c, component)
                if component == WATER:
                    gained = self.area * element.water(place)
                    return (state.flow[WATER] - gained) / entering - 1.0
                taken, given = element.exchange(place, component)
                return pyo.log(state.flow[component] + self.area * taken) - pyo.log(
                    entering + self.area * given
                )

            names = [n for n in state.flow if n != PROTON]
            element.block.add_component(
                f"balance_{c}",
                pyo.Constraint(names, rule=lambda _, n, balance=balance: balance(n) == 0),
            )
