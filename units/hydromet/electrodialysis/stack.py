"""What stacks with and without bipolar membranes have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import (
    Outlet,
    choice,
    integer,
    mapping,
    parameter_set,
    quantity,
    result,
)
from flowsheet.model.unit import Mixture, Shape, Stream, Unit
from hydromet.electrodialysis.cells import Cells, Layout
from hydromet.electrodialysis.ions import crossing, mobile_ions
from hydromet.electrodialysis.membrane import FARADAY_HOURS
from hydromet.electrodialysis.stack_report import report
from hydromet.electrodialysis.start_data import started

WATER_SPLITTING = 1.229
"""Reversible voltage of the electrodes, water to hydrogen and oxygen [V]: 237.1 kJ/mol over 2 F."""
_ESTIMATE = "estimate; take the maker's"
_DESIGN = "design assumption"
ELECTRODE_GASES = ("H2", "O2")
_NO_CURRENT = 1e-12
"""[mol/h], so that an efficiency exists without a current, where it means nothing."""


class Stack(Unit, symbol="electrodialysis"):
    """Base of the electrodialysis units; see `electrodialysis` and `bipolar_electrodialysis`."""

    gas = Outlet("gas", optional=True, description="hydrogen and oxygen of the electrodes, together")

    cells = quantity(None, "1", "repeating cells in the stack", range=(1.0, 1e5), required=True)
    cell_area = quantity(
        None,
        "m2",
        "effective area of one membrane, the section of the current",
        range=(1e-6, 100.0),
        required=True,
    )
    current_density = quantity(
        None, "A/m2", "mean over the flow path; give this or `stack_voltage`", range=(0.0, 1e4)
    )
    stack_voltage = quantity(None, "V", "over all cells and the electrodes", range=(0.0, 1e5))
    elements = integer(10, "elements along the flow path; 1 for a loop that is mixed", range=(1, 200))
    membrane_layers = integer(4, "layers that a monopolar membrane is cut into", range=(1, 20))
    membranes = parameter_set("homogeneous", "electrodialysis.membranes", "membranes of the stack")
    conductivities = parameter_set(
        "ion_conductivities", "electrodialysis.conductivities", "conductivity of ions"
    )
    activity_model = choice("pitzer", ("pitzer", "sit"), "activity model of the solutions")
    compartment_thickness = quantity(
        "0.5 mm", "m", "of a compartment, between two membranes", range=(5e-5, 0.02), source=_ESTIMATE
    )
    open_section = quantity(
        "70 %",
        "1",
        "share of a compartment's section that spacers leave to the current",
        range=(0.1, 1.0),
        source=_ESTIMATE,
    )
    film_coefficient = quantity(
        "3e-5 m/s",
        "m/h",
        "mass transfer of salt from a compartment's bulk to its membranes",
        range=(1e-3, 10.0),
        source="estimate for spacer-filled channels; measure the limiting current",
    )
    electrode_overvoltage = quantity(
        "1.5 V",
        "V",
        "of anode, cathode and rinse beyond the reversible 1.229 V",
        range=(0.0, 20.0),
        source=_ESTIMATE,
    )
    temperature = quantity(
        None, "K", "of the solutions, held by cooling; adiabatic when absent", range=(278.15, 353.15)
    )
    rectifier_efficiency = quantity(
        "95 %", "1", "direct over alternating current power", range=(0.5, 1.0), source=_DESIGN
    )
    pressure_drop = quantity(
        "0.5 bar", "bar", "of every liquid through the stack", range=(0.0, 10.0), source=_DESIGN
    )
    pump_efficiency = quantity(
        "60 %", "1", "hydraulic over electric power", range=(0.05, 1.0), source=_DESIGN
    )
    membrane_prices = mapping(
        None,
        "membrane",
        "USD/m2",
        "price of a cation, anion or bipolar membrane, worn out after `membrane_life`",
        range=(0.0, 1e5),
    )
    membrane_life = quantity(
        "16000 h", "h", "operation until a membrane is replaced", range=(100.0, 2e5), source=_ESTIMATE
    )

    current = result("A", "through the stack")
    local_current_density = result("A/m2", "by element along the path", profile="element")
    current_over_limit = result(
        "1",
        "local current over the limiting one of film theory, by membrane and element",
        profile="component.element",
    )
    voltage = result("V", "over the stack, with the electrodes")
    cell_voltage = result("V", "over one repeating cell")
    voltage_part = result("V", "of a cell's voltage, mean over the path, by solution, membrane or junction")
    conductivity = result("S/m", "of a solution as it leaves, by compartment")
    pH = result("pH", "of a solution as it leaves, by compartment")
    current_efficiency = result("1", "of the current that does what it is for, by purpose")
    stack_power = result("kW", "direct current that the stack takes")
    power = result("kW", "electricity of rectifier and pumps", charge="power")
    energy_per_volume = result("kWh/m3", "stack's direct current per volume of the feed to be treated")
    water_gained = result("kg/h", "water that a compartment's liquid gains, by compartment")
    transferred = result("1", "share of a component of the treated feed that leaves it")
    membrane_area = result("m2", "of all membranes of a kind", charge="membrane")
    membrane_wear = result("USD/h", "membranes replaced", charge="wear")
    saturation_index = result("1", "log10 of a solid's saturation ratio as a liquid leaves, by compartment")
    hydrogen = result("kg/h", "of the cathode")
    heat_duty = result("kW", "heat added to hold the temperature; negative: cooling", charge="heat")
    liquids_temperature = result("K", "of all liquids as they leave")

    treated: ClassVar[str]
    """Compartment whose feed is treated."""
    rinsed_from: ClassVar[str]
    """Compartment whose feed makes up the water that the electrodes split."""
    inlet_of: ClassVar[Mapping[str, str]]
    """Ports by compartment; so `outlet_of`."""
    outlet_of: ClassVar[Mapping[str, str]]

    # ---- structure

    def layout(self) -> Layout:
        """Compartments and membranes of a cell."""
        raise NotImplementedError

    def feed_of(self, compartment: str) -> Mixture:
        """What enters a compartment."""
        return self.inlets[self.inlet_of[compartment]]

    def outlet(self, compartment: str) -> Stream:
        """What leaves a compartment."""
        return self.outlets[self.outlet_of[compartment]]

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        """Every liquid keeps what it brings; what has ions may be in all of them."""
        layout = self.layout()
        brought = {c: inlets[self.inlet_of[c]].names("aqueous") for c in layout.compartments}
        shapes = {name: Shape.of() for name in self.declaration().outlets}
        if not all(WATER in names for names in brought.values()):
            return shapes
        together = [c for names in brought.values() for c in names]
        ions = crossing(self.system, together, self.activity_model)
        for c in layout.compartments:
            shapes[self.outlet_of[c]] = Shape.of(aqueous=[*brought[c], *ions])
        if all(gas in self.system.gases for gas in ELECTRODE_GASES):
            shapes["gas"] = Shape.of(gas=list(ELECTRODE_GASES))
        return shapes

    # ---- equations

    def equations(self) -> None:
        layout = self.layout()
        self._refuse_contradictions(layout)
        components = self.outlet(layout.compartments[0]).shape.names("aqueous")
        names = [c for c in components if c in self._ionic]
        self.built = Cells(self, layout, mobile_ions(self.system, names, self.activity_model))
        self._electric()
        self._electrodes()
        duty = self.heat_balance(self.temperature, heat_of=self.direct_power)
        for c in layout.compartments:
            self.start(
                self.outlet(c).temperature,
                self.feed_of(c).streams[0].temperature if self.temperature is None else self.temperature,
            )
        report(self, self.built)
        self.report("heat_duty", duty)
        factory, data, needs = started(self, self.built)
        self.registry.add_procedure(factory, data, needs)

    def _refuse_contradictions(self, layout: Layout) -> None:
        given = [n for n in ("current_density", "stack_voltage") if self.given[n]]
        if len(given) != 1:
            self.refuse(
                "it needs either `current_density` or `stack_voltage`, not "
                + ("both" if given else "neither"),
                given[-1] if given else None,
                "give one; `specs` may vary it until another number is met",
            )
        for c in layout.compartments:
            if not self.feed_of(c) or WATER not in self.feed_of(c).shape.names("aqueous"):
                self.refuse(
                    f"no liquid enters by `{self.inlet_of[c]}`", None, "water or a weak solution will do"
                )
        together = [n for c in layout.compartments for n in self.feed_of(c).shape.names("aqueous")]
        self._ionic = crossing(self.system, together, self.activity_model)
        charges = {self.system.charge_of(n) > 0 for n in self._ionic}
        if charges != {True, False}:
            self.refuse("its feeds hold no salt, so there is nothing to carry the current")
        unknown = set(self.membrane_prices) - {*layout.membranes}
        if unknown:
            self.refuse(
                f"`{min(unknown)}` is no membrane of this stack",
                "membrane_prices",
                f"it has {', '.join(layout.membranes)}",
            )

    @property
    def ideal_passage(self) -> Any:
        """Charges that the current could move through one membrane of every cell, N i A/F [mol/h]."""
        return self.cells * self.cell_area * self.mean_current_density / FARADAY_HOURS + _NO_CURRENT

    def entering_compartment(self, compartment: str, component: str) -> Any:
        """[mol/h]"""
        return self.feed_of(compartment).flow("aqueous", component)

    def _electric(self) -> None:
        """Local currents and the voltage that all elements share."""
        elements = self.built.elements
        self.mean_current_density = self.built.mean_current_density
        if self.current_density is not None:
            cell = self.var("voltage_of_cell", nominal=1.0, start=1.5)
            self.rows(
                "mean_current",
                None,
                lambda: (
                    (sum(e.current_density for e in elements) / len(elements) - self.current_density) / 100.0
                ),
            )
        else:
            cell = (self.stack_voltage - WATER_SPLITTING - self.electrode_overvoltage) / self.cells
            self.require(
                "voltage", cell, "the stack's voltage does not even serve its electrodes, so no current flows"
            )
        self.voltage_of_cell = cell
        self.rows(
            "voltage_of_element", range(len(elements)), lambda k: sum(elements[k].parts.values()) - cell
        )
        self.total_voltage = self.cells * cell + WATER_SPLITTING + self.electrode_overvoltage
        self.direct_power = self.total_voltage * self.mean_current_density * self.cell_area / 1000.0

    def _electrodes(self) -> None:
        if not self.gas.shape.names("gas"):
            self.note("the chemistry has no H2 and O2, so that the electrodes' gas and water are left out")
            return
        scale = self.entering_compartment(self.rinsed_from, WATER)
        split = self.built.water_split
        for gas, share in (("H2", 1.0), ("O2", 0.5)):
            self.rows(
                f"electrode_{gas}",
                None,
                lambda g=gas, s=share: (self.gas.n["gas"][g] - s * split) / scale * 1e3,
            )
            self.start(self.gas.n["gas"][gas], 0.0)
