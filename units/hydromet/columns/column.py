"""What every column has: a bed that goes through a cycle of steps, each with its liquor and its effluent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.document.declaration import Chart, choice, integer, quantity, result
from flowsheet.model.unit import Shape, Unit
from hydromet.columns.bed import Bed, BedSettings
from hydromet.columns.cycle import FRONT, LOAD, MAIN, cycle_of
from hydromet.columns.entering import LITRES, EnteringLiquor
from hydromet.columns.liquor import ColumnChemistry
from hydromet.columns.sorbent import NUMBERS, Sorbent
from hydromet.columns.start_data import start_by_marching

EQUILIBRIUM, DRIVING_FORCE = "equilibrium", "linear_driving_force"
_MOST_UNKNOWNS = 100_000
"""About three minutes and some gigabytes."""
_NO_BACK_MIXING = 1e-9
"""Rounding of the corner at which cells alone disperse as much as the bed."""


class Column(Unit, symbol="column"):
    """Base of the units that are columns.

    A unit declares its inlets, its outlets, `durations` and `bed_volumes` by inlet, and the parameter set
    `sorbent_setting` of what binds.  `step_outlets` says the outlet of each inlet in the order of a cycle,
    `highest_pH` up to where the hydroxides that the cells leave out are negligible, and
    `ions_leave_together` that most of the liquor's own salt is exchanged (see `transport`).
    """

    step_outlets: ClassVar[Mapping[str, str]]
    sorbent_setting: ClassVar[str]
    lowest_pH: ClassVar[float] = 0.0
    highest_pH: ClassVar[float]
    ions_leave_together: ClassVar[bool] = False
    bed_volumes: dict[str, Any]
    durations: dict[str, Any]

    columns = integer(3, "columns that go through the cycle in turn", range=(1, 100))
    bed_volume = quantity("100 L", "m3", "bed of one column", range=(1e-9, 1e3))
    bed_height = quantity("50 cm", "m", "height of the bed", range=(1e-3, 20.0), source="design assumption")
    idle_time = quantity("5 min", "h", "time of a cycle in which nothing flows", range=(0.0, 1e3))
    effluent_delay = quantity(
        None,
        "1",
        "bed volumes by which effluents are switched after their liquors; absent: the bed's liquor",
        range=(1e-3, 10.0),
    )
    mass_transfer = choice(EQUILIBRIUM, (EQUILIBRIUM, DRIVING_FORCE), "how the sites follow the liquor")
    transfer_rate = quantity(
        None, "1/h", "rate constant of the driving force; absent: its set's", range=(1e-4, 1e7)
    )
    peclet = quantity(
        None, "1", "axial Peclet number u L/D of the bed; absent: the cells' own, 2 cells", range=(1.0, 1e6)
    )
    capacity = quantity(None, "mol/L", "sites per volume of bed; absent: its set's", range=(1e-9, 100.0))
    capacity_left = quantity("100 %", "1", "capacity over that of a fresh bed", range=(1e-3, 1.0))
    capacity_loss = quantity(
        None,
        "1",
        "share of its capacity that a bed loses per cycle; absent: its set's",
        range=(0.0, 0.5),
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
    plates_per_cell = result("1", "plates of the bed by its Peclet number, per cell")
    bed_replacement = result("m3/h", "bed that wears out")
    replacement_cost = result("USD/h", "price of the bed that wears out", charge="wear")
    charts = (
        Chart("what leaves the bed", "over", ("effluent_volume", "effluent")),
        Chart("pH of what leaves the bed", "over", ("effluent_volume", "effluent_pH")),
    )
    effluent = result("mol/L", "metal that leaves the bed, by level of time", profile="component.level")
    effluent_pH = result("pH", "pH of what leaves the bed, by level of time", profile="level")
    effluent_volume = result("1", "bed volumes since the step began, by level of time", profile="level")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = Shape.of()
        for shape in inlets.values():
            everything = everything | shape.only("aqueous")
        used = {self.step_outlets[step] for step in self.step_outlets if inlets[step].phases}
        return {name: everything if name in used else Shape.of() for name in self.step_outlets.values()}

    # ---- equations

    def equations(self) -> None:
        self.steps = [step for step in self.step_outlets if self.inlets[step]]
        self._check_steps()
        self.cycle = cycle_of(self.step_outlets, self.steps, self.load_levels, self.levels, self.front_levels)
        components = sorted({c for s in self.steps for c in self.inlets[s].shape.names("aqueous")})
        self.sorbent = self.sorbent_of(components)
        self._of_sorbent: dict[str, Any] = {}
        self.chemistry = ColumnChemistry(
            self.system, components, self.sorbent.log_k, self.activity_model, self.highest_pH
        )
        self._check_grid()
        self.sites = {m: self.sorbent.sites[m] for m in self.chemistry.metals}
        self.log_k = {
            m: self.input(f"{self.sorbent_setting}.log_k.{m}", self.sorbent.log_k[m], "1")
            for m in self.chemistry.metals
        }
        temperature = self.temperature
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
        self.report_results()

    @property
    def temperature(self) -> Any:
        """Of the bed and all effluents [K]."""
        return self.outlets[self.step_outlets[LOAD]].temperature

    def sorbent_of(self, components: list[str]) -> Sorbent:
        """The parameter set for the ions that enter."""
        raise NotImplementedError

    def report_results(self) -> None:
        """Publish the unit's results."""
        raise NotImplementedError

    def _check_steps(self) -> None:
        if not self.inlets[LOAD].shape.names("aqueous"):
            self.refuse(f"nothing aqueous enters by `{LOAD}`")
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
                if step not in self.step_outlets:
                    self.refuse(
                        f"`{step}` is no inlet", setting, f"inlets are {', '.join(self.step_outlets)}"
                    )
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

    def of_sorbent(self, name: str) -> Any:
        """A setting, or where it is absent its set's value as an input; None where there is neither."""
        own = getattr(self, name, None) if name in self.entry.parameters else None
        if own is not None:
            return own
        if name not in self._of_sorbent and name in self.sorbent.numbers:
            value = self.sorbent.numbers[name]
            self._of_sorbent[name] = self.input(f"{self.sorbent_setting}.{name}", value, NUMBERS[name])
        return self._of_sorbent.get(name)

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
        delay = self.of_sorbent("liquor_fraction") if self.effluent_delay is None else self.effluent_delay
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
            rate = self.of_sorbent("transfer_rate")
            if rate is None:
                self.refuse(
                    f"`{self.sorbent.parameters.name}` states no transfer rate",
                    "mass_transfer",
                    "state `transfer_rate`",
                )
        block.capacity = pyo.Expression(expr=self.of_sorbent("capacity") * self.capacity_left)
        return BedSettings(
            cells=self.cells,
            temperature=self.temperature,
            rate=block.rate,
            lapse=block.lapse,
            capacity=block.capacity,
            liquor_fraction=self.of_sorbent("liquor_fraction"),
            back_mixing=None if self.peclet is None else block.back_mixing,
            transfer_rate=rate,
            together=self.ions_leave_together,
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
            name = self.step_outlets[s]
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
