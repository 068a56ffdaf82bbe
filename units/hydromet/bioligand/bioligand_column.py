"""Column of immobilised protein or another ligand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.document.declaration import (
    Inlet,
    Outlet,
    choice,
    integer,
    mapping,
    parameter_set,
    quantity,
    result,
)
from flowsheet.model.unit import Shape, Unit
from hydromet.bioligand.bed import Bed, BedSettings
from hydromet.bioligand.cycle import FRONT, MAIN, OUTLETS, cycle_of
from hydromet.bioligand.entering import LITRES, EnteringLiquor
from hydromet.bioligand.liquor import ColumnChemistry
from hydromet.bioligand.parameter_set import NUMBERS, Ligand, ligand_of
from hydromet.bioligand.report import report_column
from hydromet.bioligand.start_data import start_by_marching

EQUILIBRIUM, DRIVING_FORCE = "equilibrium", "linear_driving_force"
_DURATIONS = {
    "feed": "2 h",
    "wash": "10 min",
    **{f"eluent_{k}": "30 min" for k in range(1, 5)},
    "regenerant": "20 min",
    "equilibrant": "20 min",
}
_MOST_UNKNOWNS = 100_000
"""About three minutes and some gigabytes."""
_NO_BACK_MIXING = 1e-9
"""Rounding of the corner at which cells alone disperse as much as the bed."""


class BioligandColumn(Unit, name="bioligand_column"):
    """Columns of immobilised protein or another ligand that bind metals, in a cyclic steady state.

    metal_balance        S_i + F J_i = S_i,before + F J_(i-1)           cells i of the bed, levels of time
    share_balance        the same for the share of each entering liquor, which carries all that doesn't bind
    binding            q_M/q_max = K_M a_M/a_H^z v^n,  sum n q/q_max + v = 1;  or a linear driving force to it
    proton_balance       acid, buffers and what the sites give up decide the pH of every cell
    ligand_balance       citrate, sulfate ... between protons and metals
    cycle                the level before the first is the last
    collected            effluent = sum of F J of the last cell over the levels that it takes
    volume_passed        B_s = V_s t_cycle/(columns V)

    S held and c dissolved per volume, q bound [mol/L of bed], F flow per level [volumes of a cell], J what
    leaves a cell (`hydromet.bioligand.transport`: discretisation and mass transfer); K, a, v, n, z see
    `hydromet.bioligand.binding`; the liquor in a cell see `hydromet.bioligand.liquor`.  B_s bed volumes of
    liquor s per cycle, V_s its flow [m3/h], V bed of one column.

    Steps follow each other in the order of the inlets; those that nothing is connected to are left out.  All
    streams are the plant's continuous ones: each inlet's flow is what all columns take on average, each
    outlet's what they give.  `columns` go through the same cycle one after the other, so that
    columns times duration over cycle time are in a step at once.  An effluent is switched
    `effluent_delay` bed volumes after its liquor.

    Assumed: isothermal bed at the effluents' temperature (which follows from the heat of all liquors),
    volumes that add and a constant flow within a step, one axial coordinate, binding constants that don't
    depend on temperature, each bound charge giving up one proton.  Precipitation, oxidation and ligand loss
    are left out.  Protein folding is not modelled: sites bind one by one. Range: that of the ligand's set,
    pH to 6; outside it the result says so. Discretisation: `cells` is also the number of plates, unless
    `peclet` says how the bed disperses. Sources: the modules named and the parameter sets.

    Example:
        separation:
          unit: bioligand_column
          inlets: {feed: leach_liquor, eluent_1: weak_acid, eluent_2: acid, equilibrant: ready}
          ligand: hans_lanm
          columns: 4
          bed_volume: 20 L
          bed_volumes: {eluent_1: 8, eluent_2: 4, equilibrant: 3}
    """

    feed = Inlet("aqueous", description="liquor that is loaded")
    wash = Inlet("aqueous", optional=True, draws=True, description="wash liquor")
    eluent_1 = Inlet("aqueous", optional=True, draws=True, description="first eluent")
    eluent_2 = Inlet("aqueous", optional=True, draws=True, description="second eluent")
    eluent_3 = Inlet("aqueous", optional=True, draws=True, description="third eluent")
    eluent_4 = Inlet("aqueous", optional=True, draws=True, description="fourth eluent")
    regenerant = Inlet("aqueous", optional=True, draws=True, description="liquor that strips what is left")
    equilibrant = Inlet("aqueous", optional=True, draws=True, description="liquor that readies the bed")
    raffinate = Outlet("aqueous", description="effluent of the load")
    wash_effluent = Outlet("aqueous", optional=True, description="effluent of the wash")
    eluate_1 = Outlet("aqueous", optional=True, description="effluent of the first elution")
    eluate_2 = Outlet("aqueous", optional=True, description="effluent of the second elution")
    eluate_3 = Outlet("aqueous", optional=True, description="effluent of the third elution")
    eluate_4 = Outlet("aqueous", optional=True, description="effluent of the fourth elution")
    regeneration_effluent = Outlet("aqueous", optional=True, description="effluent of the regeneration")
    equilibration_effluent = Outlet("aqueous", optional=True, description="effluent of the equilibration")

    ligand = parameter_set(
        "mex_lanm", "bioligand_column.ligand", "what binds the metals, and the bed it is on"
    )
    columns = integer(3, "columns that go through the cycle in turn", range=(1, 100))
    bed_volume = quantity("100 L", "m3", "bed of one column", range=(1e-9, 1e3))
    bed_height = quantity("50 cm", "m", "height of the bed", range=(1e-3, 20.0), source="design assumption")
    durations = mapping(_DURATIONS, "inlet", "h", "time of each step, by its inlet", range=(1e-4, 1e4))
    idle_time = quantity("5 min", "h", "time of a cycle in which nothing flows", range=(0.0, 1e3))
    bed_volumes = mapping(
        {}, "inlet", "1", "bed volumes per cycle of a liquor as needed, by its inlet", range=(1e-3, 1e5)
    )
    effluent_delay = quantity(
        None,
        "1",
        "bed volumes by which effluents are switched after their liquors; absent: the bed's liquor",
        range=(1e-3, 10.0),
    )
    mass_transfer = choice(EQUILIBRIUM, (EQUILIBRIUM, DRIVING_FORCE), "how the sites follow the liquor")
    transfer_rate = quantity(
        None, "1/h", "rate constant of the driving force; absent: the ligand's", range=(1e-4, 1e7)
    )
    peclet = quantity(
        None, "1", "axial Peclet number u L/D of the bed; absent: the cells' own, 2 cells", range=(1.0, 1e6)
    )
    capacity = quantity(None, "mol/L", "sites per volume of bed; absent: the ligand's", range=(1e-9, 100.0))
    capacity_left = quantity("100 %", "1", "capacity over that of a fresh bed", range=(1e-3, 1.0))
    capacity_loss = quantity(
        None, "1", "share of its capacity that a bed loses per cycle; absent: the ligand's", range=(0.0, 0.5)
    )
    replace_at = quantity(
        "80 %",
        "1",
        "capacity over that of a fresh bed at which a bed is replaced",
        range=(0.01, 0.99),
        source="design assumption",
    )
    bed_price = quantity(None, "USD/m3", "price of a fresh bed, for the cost of its wear", range=(0.0, 1e9))
    pump_efficiency = quantity(
        "60 %", "1", "efficiency of pump and motor", range=(0.1, 0.95), source="design assumption"
    )
    cells = integer(16, "cells along the bed", range=(2, 400))
    load_levels = integer(20, "levels of time of the load", range=(2, 2000))
    levels = integer(10, "levels of time of each other step", range=(2, 2000))
    front_levels = integer(
        3, "levels of time of the front of a step, until effluents are switched", range=(1, 200)
    )
    activity_model = choice("flowsheet", ("flowsheet", "sit", "pitzer"), "activity model of the liquors")

    cycle_time = result("h", "time of a cycle")
    total_bed = result("m3", "bed of all columns", charge="tank")
    bed_temperature = result("K", "temperature of the bed and its effluents")
    heat_duty = result("kW", "heat added; the columns are adiabatic")
    columns_loading = result("1", "columns in the load on average; below 1 the feed waits meanwhile")
    volumes_passed = result("1", "bed volumes per cycle, by inlet")
    liquor_per_cycle = result("m3", "liquor per cycle and column, by inlet")
    contact_time = result("h", "bed volume over flow, by inlet")
    velocity = result("m/h", "superficial velocity, by inlet")
    pressure_drop = result("bar", "over the bed, by inlet")
    pumping_power = result("kW", "power of the pumps", charge="power")
    loading = result("mol/L", "metal bound at the end of the load, by volume of bed")
    capacity_used = result("1", "share of the sites taken at the end of the load")
    breakthrough = result("1", "concentration that leaves at the end of the load over the feed's")
    eluate_concentration = result("mol/L", "binding metals in an eluate")
    eluate_share = result("1", "share of a metal among the binding metals of an eluate, by amount")
    productivity = result("kg/m3/h", "binding metals in eluates per volume of bed and time")
    plates_per_cell = result("1", "plates of the bed by its Peclet number, per cell")
    bed_replacement = result("m3/h", "bed that wears out")
    replacement_cost = result("USD/h", "price of the bed that wears out", charge="wear")
    effluent = result("mol/L", "metal that leaves the bed, by level of time")
    effluent_pH = result("pH", "pH of what leaves the bed, by level of time")
    effluent_volume = result("1", "bed volumes since the step began, by level of time")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = Shape.of()
        for shape in inlets.values():
            everything = everything | shape.only("aqueous")
        used = {OUTLETS[step] for step in OUTLETS if inlets[step].phases}
        return {name: everything if name in used else Shape.of() for name in OUTLETS.values()}

    # ---- equations

    def equations(self) -> None:
        self.steps = [step for step in OUTLETS if self.inlets[step]]
        self._check_steps()
        self.cycle = cycle_of(self.steps, self.load_levels, self.levels, self.front_levels)
        components = sorted({c for s in self.steps for c in self.inlets[s].shape.names("aqueous")})
        self.ligand_set = self._ligand(components)
        self._of_ligand: dict[str, Any] = {}
        self.chemistry = ColumnChemistry(self.system, components, self.ligand_set.log_k, self.activity_model)
        self._check_grid()
        self.sites = {m: self.ligand_set.sites[m] for m in self.chemistry.metals}
        self.log_k = {
            m: self.input(f"ligand.log_k.{m}", self.ligand_set.log_k[m], "1") for m in self.chemistry.metals
        }
        temperature = self.raffinate.temperature
        self.liquors = {
            step: EnteringLiquor(self, step, self.chemistry, self.log_k, temperature) for step in self.steps
        }
        self._volumes()
        self.settings = self._settings()
        self.bed = Bed(self, self.cycle, self.chemistry, self.liquors, self.sites, self.settings)
        self._draws()
        self._effluents()
        self.report("heat_duty", self.heat_balance())
        start_by_marching(self)
        report_column(self)

    def _check_steps(self) -> None:
        if not self.inlets["feed"].shape.names("aqueous"):
            self.refuse("nothing aqueous enters by `feed`")
        if len(self.steps) < 2:
            self.refuse(
                "nothing but the feed enters",
                help="connect an eluent or a regenerant, or the bed never lets go of what it binds",
            )
        for step in self.steps:
            if not self.inlets[step].shape.names("aqueous"):
                self.refuse(f"nothing aqueous enters by `{step}`")
        for setting in ("durations", "bed_volumes"):
            for step in getattr(self, setting):
                if step not in OUTLETS:
                    self.refuse(f"`{step}` is no inlet", setting, f"inlets are {', '.join(OUTLETS)}")
        for step in self.bed_volumes:
            if step in self.steps and self.inlets[step].drawn is None:
                message = f"the flow of what enters by `{step}` is stated, and its bed volumes with it"
                self.refuse(message, "bed_volumes", "state either, and the feed's flow `as needed`")

    def _check_grid(self) -> None:
        per_cell = len(self.steps) + 2 * len(self.chemistry.metals) + len(self.chemistry.ligands) + 1
        unknowns = self.cells * len(self.cycle.levels) * per_cell
        if unknowns > _MOST_UNKNOWNS:
            self.refuse(
                f"{self.cells} cells times {len(self.cycle.levels)} levels make {unknowns} unknowns; "
                f"{_MOST_UNKNOWNS} is the most",
                "cells",
                "fewer cells (with `peclet` they need not disperse more), or fewer levels of time",
            )

    def _ligand(self, components: list[str]) -> Ligand:
        """The ligand's set for the metals that enter."""

        def charges(names: Any) -> tuple[tuple[str, int], ...]:
            return tuple((c, z) for c in names if (z := self.system.charge_of(c)) > 0)

        ligand = ligand_of(self.ligand, charges(components))
        if not ligand.log_k:
            binds = ", ".join(ligand_of(self.ligand, charges(self.system.components)).log_k)
            known = f"of this chemistry's metals it binds {binds}"
            self.refuse(
                f"nothing that enters binds to `{self.ligand}`",
                "ligand",
                known
                if binds
                else f"the chemistry `{self.system.name}` has none of the metals that it binds",
            )
        return ligand

    def of_ligand(self, name: str) -> Any:
        """A setting, or the ligand's value as an input where the setting is absent; None where there is
        neither.
        """
        own = getattr(self, name, None) if name in self.entry.parameters else None
        if own is not None:
            return own
        if name not in self._of_ligand and name in self.ligand_set.numbers:
            value = self.ligand_set.numbers[name]
            self._of_ligand[name] = self.input(f"ligand.{name}", value, NUMBERS[name])
        return self._of_ligand.get(name)

    def _volumes(self) -> None:
        """Bed volumes of each liquor per cycle, and of the front and the rest of each step."""
        block, steps = self.block, self.steps
        self.time_of_cycle = sum(self.durations[s] for s in steps) + self.idle_time
        passed = {
            s: self.liquors[s].volume_flow * self.time_of_cycle / (self.columns * self.bed_volume)
            for s in steps
        }
        ln_passed = self.var("ln_passed", steps, log=True, start=lambda s: pyo.log(passed[s]))
        self.rows("volume_passed", steps, lambda s: ln_passed[s] - pyo.log(passed[s]))
        block.passed = pyo.Expression(steps, rule=lambda _, s: pyo.exp(ln_passed[s]))
        delay = self.of_ligand("liquor_fraction") if self.effluent_delay is None else self.effluent_delay
        parts = [(s, p) for s in steps for p in (FRONT, MAIN)]
        block.part = pyo.Expression(
            parts, rule=lambda _, s, p: delay if p == FRONT else block.passed[s] - delay
        )
        for s in steps:
            self.require(
                f"front_{s}",
                passed[s] / delay - 1.0,
                f"what enters by `{s}` in a cycle doesn't even displace what the bed holds: shorten "
                "`effluent_delay`, let more of it in, or make the beds smaller",
            )
        block.litres = pyo.Expression(expr=LITRES * self.columns * self.bed_volume / self.time_of_cycle)

    def _settings(self) -> BedSettings:
        block, divisions = self.block, self.cycle.divisions
        block.rate = pyo.Expression(
            list(divisions), rule=lambda _, s, p: self.cells * block.part[s, p] / divisions[s, p]
        )
        block.lapse = pyo.Expression(
            list(divisions),
            rule=lambda _, s, p: self.durations[s] * block.part[s, p] / block.passed[s] / divisions[s, p],
        )
        if self.peclet is not None:
            excess = self.cells / self.peclet - 0.5
            block.back_mixing = pyo.Expression(expr=positive_part(excess, _NO_BACK_MIXING))
        rate = None
        if self.mass_transfer == DRIVING_FORCE:
            rate = self.of_ligand("transfer_rate")
            if rate is None:
                self.refuse(
                    f"`{self.ligand}` states no transfer rate", "mass_transfer", "state `transfer_rate`"
                )
        block.capacity = pyo.Expression(expr=self.of_ligand("capacity") * self.capacity_left)
        return BedSettings(
            cells=self.cells,
            temperature=self.raffinate.temperature,
            rate=block.rate,
            lapse=block.lapse,
            capacity=block.capacity,
            liquor_fraction=self.of_ligand("liquor_fraction"),
            back_mixing=None if self.peclet is None else block.back_mixing,
            transfer_rate=rate,
        )

    def _draws(self) -> None:
        """Liquors as needed: so many bed volumes per cycle."""
        for s in self.steps:
            drawn = self.inlets[s].drawn
            if drawn is None:
                continue
            if s not in self.bed_volumes:
                message = f"`{s}` takes a feed as needed, but `bed_volumes` doesn't say how much"
                self.refuse(message, help=f"add `bed_volumes: {{{s}: 5}}`")
            wanted = self.bed_volumes[s]
            self.rows(f"bed_volumes_{s}", None, lambda s=s, w=wanted: pyo.log(self.block.passed[s] / w))
            flow = wanted * self.columns * self.bed_volume / self.time_of_cycle
            self.start_draw(drawn, flow * drawn.mass_flow("aqueous") / drawn.volume_flow("aqueous"))

    def _effluents(self) -> None:
        for s in self.steps:
            name = OUTLETS[s]
            stream = self.outlets[name]

            def amount(c: str, name: str = name) -> Any:
                if c in self.chemistry.metals:
                    return self.bed.collected(name, c)
                return sum(self.bed.collected(name, s) * self.liquors[s].of(c) for s in self.steps)

            self.rows(
                f"{name}_balance",
                list(stream.shape.names("aqueous")),
                lambda c, stream=stream, amount=amount: (
                    stream.ln("aqueous", c) - pyo.log(self.block.litres * amount(c))
                ),
            )
