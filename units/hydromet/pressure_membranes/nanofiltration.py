"""Nanofiltration."""

from __future__ import annotations

from collections.abc import Mapping

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, integer, mapping, quantity, result
from flowsheet.model.unit import Shape, Unit
from hydromet.pressure_membranes.module import Module
from hydromet.pressure_membranes.sieving import PassageError, Sieving, closing_ion


class Nanofiltration(Unit, name="nanofiltration"):
    """Nanofiltration: a membrane that lets some ions pass with the water.

    water_balance        ln(Q_k + J dA) = ln Q_in,k
    solute_balance       ln F_k,c - ln F_in,k,c = S_c (ln Q_k - ln Q_in,k)
    electroneutrality    of the permeate: one ion has no coefficient and takes what is left

    Q flow of water on the feed side [m3/h], F of a component [mol/h], J `flux`, dA area of one of `elements`,
    S `sieving`.

    Example:
        nf: {unit: nanofiltration, inlets: {feed: liquor}, area: 100 m2, flux: 20 L/m2/h,
             sieving: {Li: 1.3, Co: 0.5}}
    """

    feed = Inlet("aqueous", description="liquor to separate")
    retentate = Outlet("aqueous", description="what the membrane holds back")
    permeate = Outlet("aqueous", description="what passes it")
    area = quantity(None, "m2", "membrane area", range=(1e-3, 1e7), required=True)
    elements = integer(10, "parts of the area along the flow", range=(1, 200))
    transport = choice("sieving", ("sieving",), "transport law of the solutes")
    flux = quantity("20 L/m2/h", "m3/m2/h", "water flux", range=(1e-6, 1.0))
    sieving = mapping(
        None,
        "component",
        "1",
        "permeate over retentate concentration, all ions but one",
        range=(0.0, 20.0),
    )
    heat_duty = result("kW", "heat from outside; negative: removed")
    recovery = result("1", "share of the water that passes the membrane")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        return {"retentate": inlets["feed"], "permeate": inlets["feed"]}

    def equations(self) -> None:
        names = list(self.feed.shape.names("aqueous"))
        if not names:
            self.refuse("no liquor comes in by `feed`, so there is nothing to filter")
        try:
            closing = closing_ion(self.system, names, self.sieving)
        except PassageError as error:
            self.refuse(str(error), "sieving")
        self.block.module = pyo.Block()
        module = Module(
            self.block.module,
            self.system,
            names,
            {c: self.feed.flow("aqueous", c) for c in names},
            self.area,
            self.elements,
            self.feed.streams[0].temperature,
            self.flux,
            Sieving(self.sieving, closing),
        )
        module.register(self.registry)
        self.require(
            "water", module.water_left, "the membrane would take all the water; lower `area` or `flux`"
        )
        self.rows(
            "retentate_balance", names, lambda c: self.retentate.ln("aqueous", c) - module.ln_retentate(c)
        )
        self.rows(
            "permeate_balance",
            names,
            lambda c: self.permeate.ln("aqueous", c) - pyo.log(module.permeate(c)),
        )
        for c in names:
            self.start(self.retentate.ln("aqueous", c), module.ln_retentate(c))
            self.start(self.permeate.ln("aqueous", c), pyo.log(module.permeate(c)))
        self.report("heat_duty", self.heat_balance())
        self.report("recovery", module.permeate(WATER) / self.feed.flow("aqueous", WATER))
