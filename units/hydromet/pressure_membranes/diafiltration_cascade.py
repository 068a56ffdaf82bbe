"""Diafiltration cascade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import (
    Chart,
    Inlet,
    Outlet,
    choice,
    integer,
    mapping,
    parameter_set,
    quantity,
    result,
)
from flowsheet.model.unit import Shape
from hydromet.pressure_membranes.cascade_channels import CascadeChannels
from hydromet.pressure_membranes.cascade_start_data import add_cascade_start
from hydromet.pressure_membranes.cascade_water import start_flows
from hydromet.pressure_membranes.diafiltration_report import (
    operating_pressure,
    report_liquors,
    report_pumps,
    report_separation,
    report_stages,
)
from hydromet.pressure_membranes.membrane_report import limits
from hydromet.pressure_membranes.module import Module
from hydromet.pressure_membranes.spiral_wound import SpiralWound


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


class DiafiltrationCascade(SpiralWound, name="diafiltration_cascade"):
    """Membrane stages in counter-current that part what passes a membrane from what it holds back.

    The retentate runs from the last stage N to stage 1, the permeate from stage 1 to stage N; the diafiltrate
    enters stage N and washes out what passes, as wash water does in a counter-current washing circuit.

        inlet of a stage     F_i,in = (1 - r_i+1) F_i+1,ret + F_i-1,perm + d_i F_diafiltrate + r_i F_i,ret
        permeate_balance     F_i,perm = F_i,in + F_i,feed - F_i,ret
        in a stage           water_balance, solute_balance and electroneutrality of `nanofiltration`, with its
                             sieving, spiegler_kedem or sdem, and its film
        area                 A_i = width L_i
        pressure             p_i = J/A + pi_i,ret - pi_i,perm,   p = p_1 + dp unless stated
        pumps                P = (p Q_feed/eta_f + sum_i b_i Q_i,pumped/eta_s) / 36       kW of bar and m3/h

    F flows [mol/h] by component; d `diafiltrate_share`; r `recycle`, the share of a stage's retentate that
    goes back to its inlet; J `flux`, A `water_permeability`; pi osmotic pressure by the water activity, of a
    retentate at the membrane where there is a film; dp friction from where the feed joins to the end of stage
    1, where a spacer is counted; p what the feed pump gives [bar]: the retentate runs through all stages
    under it, and stage 1 is the most concentrated; b `stage_pressure` [bar], what the pump in front of a
    stage gives to permeate and diafiltrate; Q_pumped their flow of water [m3/h].

    The feed joins the retentate in stage `feed_stage`, `feed_position` of the way along the module: the
    channel is cut there into two, of `elements` each.  With a share of the diafiltrate for stage 1 and the
    feed in stage N the permeate runs against the diafiltrate all the way, as in washing.  Where flux and
    sieving coefficients are constant the elements' balances are exact integrals, and their number changes
    nothing; with sdem the error is of second order in an element's size.

    With sdem the ions of a mixed liquor share one field in every stage, by the permeances of a `membrane`: a
    stage is a `nanofiltration` module of stated flux, of area `width` times `length` in parallel channels of
    `path_length`.

    Assumptions: stated fluxes; one temperature, that of the mixture of all that enters and of the pumps'
    work; concentrations and volumes are those of water; no fouling.  Where the pressure decides the flux,
    connect `nanofiltration` units instead.
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
    transport = choice(
        "sieving", ("sieving", "spiegler_kedem", "sdem"), "how the solutes pass, as in `nanofiltration`"
    )
    membrane = parameter_set(
        "nf270_magnesium_sulfate", "nanofiltration.membrane", "permeability and permeances of ions, of sdem"
    )
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
    polarisation = choice(
        None,
        ("spacer", "stated", "none"),
        "film at the membrane: by flow along a net spacer, by `mass_transfer_coefficient`, or none; absent: "
        "stated where that is, else spacer with sdem and none with the others",
    )
    diafiltrate_share = mapping(
        {}, "stage", "1", "shares of the diafiltrate by stage; all to the last when absent", range=(0.0, 1.0)
    )
    recycle = mapping(
        {}, "stage", "1", "share of a stage's retentate that goes back to its inlet", range=(0.0, 0.99)
    )
    water_permeability = quantity(
        None,
        "m3/m2/h/bar",
        "water flux per driving pressure, for the pressure; with sdem at 25 degC, in place of the set's",
        range=(1e-6, 0.5),
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
    feed_pump_efficiency = quantity(
        "80 %", "1", "of pump and motor", range=(0.05, 1.0), source="as nanofiltration's"
    )
    stage_pump_efficiency = quantity(
        "80 %", "1", "of pump and motor", range=(0.05, 1.0), source="as nanofiltration's"
    )

    area = result("m2", "membrane of all stages", charge="membrane")
    charts = (
        Chart("retentate by stage", "along", ("retentate_concentration",)),
        Chart("permeate by stage", "along", ("permeate_concentration",)),
    )
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
    osmotic_pressure = result(
        "bar", "of a stage's retentate, with a film at the membrane, less its permeate's", profile="stage"
    )
    pressure_drop = result(
        "bar", "by friction along a stage's channel, where a spacer is counted", profile="stage"
    )
    wall_pH = result("1", "at the membrane where a stage's retentate leaves, with sdem", profile="stage")
    wall_ionic_strength = result("mol/kg", "of the same liquor", profile="stage")
    saturation_index = result(
        "1",
        "log10 of a solid's saturation in a stage's retentate, with a film at the membrane; > 0: scale",
        profile="stage.component",
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
        start_flows(self)
        self.channels = CascadeChannels(self)
        last = {s.number: self._channel(s) for s in reversed(self.cascade)}
        self.rows("stage_retentate", keys, lambda i, c: self.ln_retentate[i, c] - last[i].ln_retentate(c))
        self.rows("permeate_balance", keys, self._permeate_balance)
        self._outlets()
        self.report("area", sum(s.area for s in self.cascade))
        liquors = report_liquors(self)
        self.heat_balance(heat_of=report_pumps(self, operating_pressure(self, liquors)))
        report_stages(self)
        if self.transport == "sdem":
            stages = [str(s.number) for s in self.cascade]
            pressures = [f"needed_pressure.{n}" for n in stages] + ["operating_pressure"]
            of_wall = ([f"{what}.{n}" for n in stages] for what in ("wall_pH", "wall_ionic_strength"))
            limits(self, self.channels.published, pressures, *of_wall)
            add_cascade_start(self, {n: pair.permeate for n, pair in liquors.items()})
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

    def _channel(self, stage: Stage) -> Module:
        inlet = {c: self._inlet(stage, c) for c in self.components}
        feed = {c: self._fed(stage, c) for c in self.components}
        return self.channels.write(stage, inlet, feed).module

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
