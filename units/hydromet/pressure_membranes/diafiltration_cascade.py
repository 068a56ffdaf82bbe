"""Diafiltration cascade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, integer, mapping, quantity, result
from flowsheet.model.unit import Shape, Unit
from hydromet.pressure_membranes.channel import UniformFilm
from hydromet.pressure_membranes.diafiltration_report import (
    operating_pressure,
    report_pumps,
    report_separation,
    report_stages,
)
from hydromet.pressure_membranes.module import Module
from hydromet.pressure_membranes.sieving import PassageError, Sieving, SpieglerKedem, closing_ion


@dataclass(frozen=True)
class Stage:
    """What inputs alone say of a stage.

    `diafiltrate`, `recycled`: shares of the diafiltrate that it takes and of its retentate that it takes
    back; `position`: of the feed along its module, None where the feed joins at its inlet or not at all.
    """

    number: int
    area: Any
    flux: Any
    diafiltrate: Any
    recycled: Any
    takes_feed: bool
    position: Any


class DiafiltrationCascade(Unit, name="diafiltration_cascade"):
    """Membrane stages in counter-current that part what passes a membrane from what it holds back.

    The retentate runs from the last stage N to stage 1, the permeate from stage 1 to stage N; the diafiltrate
    enters stage N and washes out what passes, as wash water does in a counter-current washing circuit.

        inlet of a stage     F_i,in = (1 - r_i+1) F_i+1,ret + F_i-1,perm + d_i F_diafiltrate + r_i F_i,ret
        permeate_balance     F_i,perm = F_i,in + F_i,feed - F_i,ret
        in a stage           water_balance, solute_balance and electroneutrality of `nanofiltration`, with its
                             sieving or spiegler_kedem
        area                 A_i = width L_i
        pressure             p_i = J/A + pi_i,ret - pi_i,perm,   p = p_1 unless stated
        pumps                P = (p Q_feed/eta_f + sum_i b_i Q_i,pumped/eta_s) / 36       kW of bar and m3/h

    F flows [mol/h] by component; d `diafiltrate_share`; r `recycle`, the share of a stage's retentate that
    goes back to its inlet; J `flux`, A `water_permeability`; pi osmotic pressure by the water activity; p
    what the feed pump gives [bar]: the retentate runs through all stages under it, and stage 1 is the most
    concentrated; b `stage_pressure` [bar], what the pump in front of a stage gives to permeate and
    diafiltrate; Q_pumped their flow of water [m3/h].

    The feed joins the retentate in stage `feed_stage`, `feed_position` of the way along the module: the
    channel is cut there into two, of `elements` each.  Where flux and sieving coefficients are constant the
    elements' balances are exact integrals, and their number changes nothing.

    Assumptions: stated fluxes; one temperature, that of the mixture of all that enters and of the pumps'
    work; concentrations and volumes are those of water; no fouling.  Where the pressure decides the flux, or
    ions move by sdem, connect `nanofiltration` units instead.
    Range: that of the coefficients, which hold for one membrane and liquor.
    Source of the arrangement: Wamble et al. 2022, doi:10.1021/acssuschemeng.2c02862.

    Example:
        cascade:
          unit: diafiltration_cascade
          inlets: {feed: leach_liquor, diafiltrate: water}
          stages: 3
          feed_stage: 3
          feed_position: 90 %
          length: {1: 754 m, 2: 758 m, 3: 756 m}
          flux: 100 L/m2/h
          sieving: {Li: 1.3, Co: 0.5}
    """

    feed = Inlet("aqueous", description="liquor to separate")
    diafiltrate = Inlet("aqueous", optional=True, description="water or dilute liquor that washes")
    retentate = Outlet("aqueous", description="what the membranes hold back, out of stage 1")
    permeate = Outlet("aqueous", description="what passes, out of the last stage")

    stages = integer(3, "stages in series, counted from where the retentate leaves", range=(1, 20))
    feed_stage = integer(None, "stage that takes the feed", range=(1, 20))
    feed_position = quantity(
        "0 %", "1", "where in that stage, of the way along its module", range=(0.0, 0.999)
    )
    length = mapping({}, "stage", "m", "of a stage's module along the flow, by stage", range=(1e-3, 1e6))
    width = quantity("1.5 m", "m", "of every stage's membrane across the flow", range=(1e-3, 1e5))
    elements = integer(10, "equal parts of a module along the flow", range=(1, 200))
    flux = quantity(None, "m3/m2/h", "water flux", range=(1e-6, 1.0), required=True)
    stage_flux = mapping(
        {}, "stage", "m3/m2/h", "water flux of a stage in place of `flux`, by stage", range=(1e-6, 1.0)
    )
    transport = choice("sieving", ("sieving", "spiegler_kedem"), "how the solutes pass the membrane")
    sieving = mapping(
        {},
        "component",
        "1",
        "permeate over retentate concentration at the membrane, of all ions but one; H: 1 if not given",
        range=(1e-9, 20.0),
    )
    reflection = mapping(
        {}, "component", "1", "reflection coefficient, of spiegler_kedem; 1 if not given", range=(0.0, 0.9999)
    )
    permeability = mapping(
        {}, "component", "m/h", "to the solute, of spiegler_kedem, of all ions but one", range=(1e-9, 1e3)
    )
    mass_transfer_coefficient = quantity(
        None,
        "m/h",
        "of the film at the membrane, the same for all solutes; absent: coefficients are those of the flow",
        range=(1e-4, 100.0),
    )
    diafiltrate_share = mapping(
        {}, "stage", "1", "shares of the diafiltrate by stage; all to the last when absent", range=(0.0, 1.0)
    )
    recycle = mapping(
        {}, "stage", "1", "share of a stage's retentate that goes back to its inlet", range=(0.0, 0.99)
    )
    water_permeability = quantity(
        None, "m3/m2/h/bar", "water flux per driving pressure, for the pressure", range=(1e-6, 0.5)
    )
    pressure = quantity(
        None, "bar", "that the feed pump gives; what the flux takes when absent", range=(0.0, 120.0)
    )
    stage_pressure = mapping(
        {},
        "stage",
        "bar",
        "that the pump in front of a stage gives to permeate and diafiltrate; as `pressure` when absent",
        range=(0.0, 120.0),
    )
    osmosis = choice(
        "counted",
        ("counted", "neglected"),
        "whether the pressure counts osmotic pressures: liquors are speciated for them and for scaling",
    )
    activity_model = choice(
        "flowsheet", ("flowsheet", "pitzer", "sit"), "activity model of the liquors, the osmotic pressure's"
    )
    feed_pump_efficiency = quantity(
        "80 %", "1", "of pump and motor", range=(0.05, 1.0), source="as nanofiltration's"
    )
    stage_pump_efficiency = quantity(
        "80 %", "1", "of pump and motor", range=(0.05, 1.0), source="as nanofiltration's"
    )

    area = result("m2", "membrane of all stages", charge="membrane")
    stage_area = result("m2", "membrane of a stage", profile="stage")
    permeate_flow = result("m3/h", "water that passes the membrane of a stage", profile="stage")
    retentate_flow = result("m3/h", "water that leaves a stage towards the one before it", profile="stage")
    pumped_flow = result("m3/h", "permeate and diafiltrate that are pumped into a stage", profile="stage")
    retentate_concentration = result("kg/m3", "where a stage's retentate leaves", profile="component.stage")
    permeate_concentration = result("kg/m3", "in a stage's permeate", profile="component.stage")
    recovery_in_permeate = result("1", "share of a component that enters which the permeate takes along")
    recovery_in_retentate = result("1", "share of a component that enters which the retentate keeps")
    purity_in_permeate = result("1", "mass of a metal over that of all metals in the permeate")
    purity_in_retentate = result("1", "mass of a metal over that of all metals in the retentate")
    operating_pressure = result("bar", "that the feed pump gives")
    needed_pressure = result("bar", "that the flux takes where a stage's retentate leaves", profile="stage")
    osmotic_pressure = result("bar", "of a stage's retentate less its permeate's", profile="stage")
    saturation_index = result(
        "1", "log10 of a solid's saturation in a stage's retentate; > 0: scale", profile="stage.component"
    )
    pump_power = result("kW", "electricity of all pumps", charge="power")
    feed_pump_power = result("kW", "electricity of the feed pump")
    stage_pump_power = result("kW", "electricity of a stage's pump", profile="stage")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = inlets["feed"] | inlets.get("diafiltrate", Shape.of())
        return {"retentate": everything, "permeate": everything}

    def equations(self) -> None:
        if not self.feed:
            self.refuse("no liquor comes in by `feed`, so there is nothing to separate")
        self._check_settings()
        self.components = list(self.retentate.shape.names("aqueous"))
        self.temperature = self.retentate.temperature
        self.cascade = [self._stage(i) for i in range(1, self.stages + 1)]
        keys = [(s.number, c) for s in self.cascade for c in self.components]
        self.ln_retentate = self.var("ln_retentate", keys, log=True)
        self.ln_permeate = self.var("ln_permeate", keys, log=True)
        self._start_streams()
        last = {s.number: self._modules(s) for s in reversed(self.cascade)}
        self.rows("stage_retentate", keys, lambda i, c: self.ln_retentate[i, c] - last[i].ln_retentate(c))
        self.rows("permeate_balance", keys, self._permeate_balance)
        self._outlets()
        self.report("area", sum(s.area for s in self.cascade))
        self.heat_balance(heat_of=report_pumps(self, operating_pressure(self)))
        report_stages(self)
        report_separation(self)

    def _check_settings(self) -> None:
        if self.feed_stage > self.stages:
            self.refuse(f"there is no stage {self.feed_stage} of {self.stages}", "feed_stage")
        for setting in ("length", "stage_flux", "diafiltrate_share", "recycle", "stage_pressure"):
            for key in getattr(self, setting):
                if not key.isdigit() or not 1 <= int(key) <= self.stages:
                    self.refuse(f"`{key}` is no stage of {self.stages}", setting, "stages are counted from 1")
        missing = [i for i in range(1, self.stages + 1) if str(i) not in self.length]
        if missing:
            self.refuse(f"stage {missing[0]} has no length", "length", f"add `{missing[0]}: 500 m` to it")
        if self.diafiltrate_share and not self.diafiltrate:
            self.refuse("there is no diafiltrate to share", "diafiltrate_share", "connect `diafiltrate`")

    # ---- flows between stages

    def _stage(self, number: int) -> Stage:
        shares = self.diafiltrate_share
        diafiltrate: Any = 1.0 if number == self.stages else 0.0
        if shares:
            diafiltrate = shares.get(str(number), 0.0) / sum(shares.values())
        takes_feed = number == self.feed_stage
        inside = takes_feed and self.entry.value("feed_position") != 0.0
        return Stage(
            number,
            self.width * self.length[str(number)],
            self.stage_flux.get(str(number), self.flux),
            diafiltrate if self.diafiltrate else 0.0,
            self.recycle.get(str(number), 0.0),
            takes_feed,
            self.feed_position if inside else None,
        )

    def _onward(self, stage: Stage, c: str) -> Any:
        """Retentate of a stage that goes on [mol/h]."""
        return (1.0 - stage.recycled) * pyo.exp(self.ln_retentate[stage.number, c])

    def pumped(self, stage: Stage, c: str) -> Any:
        """Permeate and diafiltrate that enter a stage [mol/h]; 0 where there is none."""
        flow: Any = 0.0
        if self.diafiltrate and c in self.diafiltrate.shape.names("aqueous"):
            flow = stage.diafiltrate * self.diafiltrate.flow("aqueous", c)
        return flow + pyo.exp(self.ln_permeate[stage.number - 1, c]) if stage.number > 1 else flow

    def _fed(self, stage: Stage, c: str) -> Any:
        """What the feed brings to a stage [mol/h]."""
        fed = stage.takes_feed and c in self.feed.shape.names("aqueous")
        return self.feed.flow("aqueous", c) if fed else 0.0

    def _inlet(self, stage: Stage, c: str) -> Any:
        """What enters at the beginning of a stage's channel, the feed left out [mol/h]."""
        flow = self.pumped(stage, c)
        if stage.number < self.stages:
            flow = flow + self._onward(self.cascade[stage.number], c)
        if str(stage.number) in self.recycle:
            flow = flow + stage.recycled * pyo.exp(self.ln_retentate[stage.number, c])
        return flow

    def _permeate_balance(self, number: int, c: str) -> Any:
        stage = self.cascade[number - 1]
        leaving = pyo.exp(self.ln_permeate[number, c]) + pyo.exp(self.ln_retentate[number, c])
        return pyo.log(leaving) - pyo.log(self._inlet(stage, c) + self._fed(stage, c))

    # ---- modules

    def _modules(self, stage: Stage) -> Module:
        """Write a stage's channel, in two parts where the feed joins inside; returns the last part."""
        inlet = {c: self._inlet(stage, c) for c in self.components}
        if stage.position is None:
            return self._module(
                stage,
                "whole",
                {c: flow + self._fed(stage, c) for c, flow in inlet.items()},
                stage.area,
            )
        inlet = {c: flow for c, flow in inlet.items() if not isinstance(flow, float) or flow}
        if WATER not in inlet:
            self.refuse(
                "nothing enters the stage before the feed does",
                "feed_position",
                "connect `diafiltrate`, or leave `feed_position` at 0 %",
            )
        before = self._module(stage, "before", inlet, stage.position * stage.area)
        joined = {
            c: self._fed(stage, c) + (before.retentate(c) if c in inlet else 0.0) for c in self.components
        }
        return self._module(stage, "after", joined, (1.0 - stage.position) * stage.area)

    def _law(self, components: list[str]) -> Sieving:
        """How the solutes pass where these are there."""
        setting = "sieving" if self.transport == "sieving" else "permeability"
        given = {c: value for c, value in getattr(self, setting).items() if c in (*components, PROTON)}
        try:
            closing = closing_ion(self.system, components, given)
        except PassageError as error:
            self.refuse(str(error), setting)
        coefficient = self.mass_transfer_coefficient
        film = None if coefficient is None else UniformFilm(coefficient)
        if self.transport == "sieving":
            return Sieving(given, closing, film)
        return SpieglerKedem(self.reflection, given, closing, film)

    def _module(self, stage: Stage, part: str, inlet: Mapping[str, Any], area: Any) -> Module:
        components = [c for c in self.components if c in inlet]
        block = pyo.Block()
        self.block.add_component(f"stage_{stage.number}_{part}", block)
        module = Module(
            block,
            self.system,
            components,
            inlet,
            area,
            self.elements,
            self.temperature,
            stage.flux,
            self._law(components),
        )
        module.register(self.registry)
        return module

    # ---- cold start, and where there can be no solution

    def _start_streams(self) -> None:
        """Start with the water that the fluxes leave in every stage, as concentrated as all that enters."""
        volume = {WATER: 1.0}
        per_mole = AqueousVolume(self.system, [WATER]).volume(volume, self.feed.streams[0].temperature)
        brought = {m: m.flow("aqueous", WATER) for m in (self.feed, self.diafiltrate) if m}
        entering = sum(brought.values())
        passing = {s.number: s.flux * s.area / per_mole for s in self.cascade}
        onward: Any = 0.0
        left: dict[int, Any] = {}
        for stage in reversed(self.cascade):
            below = passing.get(stage.number - 1, 0.0)
            onward = onward + below + stage.diafiltrate * brought.get(self.diafiltrate, 0.0)
            self._require_water(stage, onward, passing[stage.number], brought[self.feed])
            onward = onward + (brought[self.feed] if stage.takes_feed else 0.0) - passing[stage.number]
            left[stage.number] = onward / (1.0 - stage.recycled)
        for stage in self.cascade:
            water = _positive(left[stage.number] / entering) * entering
            for c in self.components:
                share = self.entering("aqueous", c) / entering
                self.start(self.ln_retentate[stage.number, c], pyo.log(share * water))
                self.start(self.ln_permeate[stage.number, c], pyo.log(share * passing[stage.number]))

    def _require_water(self, stage: Stage, onward: Any, passing: Any, fed: Any) -> None:
        """Water must be left where the feed joins, and where the retentate leaves.  [mol/h]

        `onward`: what enters from outside the stage at its beginning.
        """
        n, last = stage.number, self.stages
        cure = f"shorten `length.{last}`, lower the flux or bring more diafiltrate"
        if n > 1:
            cure = f"lengthen `length.{n - 1}`, whose permeate enters here, " + cure
        if stage.position is not None:
            back = stage.recycled / (1.0 - stage.recycled) * (onward + fed - passing)
            self.require(
                f"water_before_feed_{n}",
                (onward + back - stage.position * passing) / fed,
                f"stage {n} runs dry before the feed joins, since more water passes its membrane than "
                f"enters: {cure}, or let the feed in earlier (`feed_position`)",
            )
        kept = onward + (fed if stage.takes_feed else 0.0) - passing
        self.require(
            f"water_{n}",
            kept / fed,
            f"stage {n} runs dry, since more water passes its membrane than enters: {cure}",
        )

    # ---- outlets and results

    def _outlets(self) -> None:
        first, last = self.cascade[0], self.stages
        for c in self.components:
            self.start(self.retentate.ln("aqueous", c), pyo.log(self._onward(first, c)))
            self.start(self.permeate.ln("aqueous", c), self.ln_permeate[last, c])
        self.rows(
            "retentate_outlet",
            self.components,
            lambda c: self.retentate.ln("aqueous", c) - pyo.log(self._onward(first, c)),
        )
        self.rows(
            "permeate_outlet",
            self.components,
            lambda c: self.permeate.ln("aqueous", c) - self.ln_permeate[last, c],
        )

    def flows(self, stage: Stage, side: str) -> dict[str, Any]:
        """Flows of a stage's `retentate`, what is recycled included, or `permeate` [mol/h]."""
        ln_flow = self.ln_retentate if side == "retentate" else self.ln_permeate
        return {c: pyo.exp(ln_flow[stage.number, c]) for c in self.components}

    def volume(self, water: Any) -> Any:
        """Volume of a flow of water at the cascade's temperature [m3/h]."""
        return water * AqueousVolume(self.system, [WATER]).volume({WATER: 1.0}, self.temperature)


def _positive(share: Any) -> Any:
    """A share of water that isn't below a few per cent, for a cold start."""
    return 0.5 * (share + pyo.sqrt(share * share + 1e-3))
