"""Dryer for crystals, precipitates and residues."""

from __future__ import annotations

from collections.abc import Mapping

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import Shape, Unit


class Dryer(Unit, name="dryer", symbol="dryer"):
    """Drives the free water off a wet cake; what the liquor held stays with the solids.

    residual_moisture    m_w = r/(1 - r) (solids + dissolved solutes)         [kg/h]
    water_balance        n_vapour = n_in,w - n_out,w
    solute_balance       ln n_out,c = ln n_in,c
    fuel                 Q_fuel = Q / efficiency
    volume               V = vapour / evaporation_rate

    r free water in the dried product by mass, m_w its mass flow.  Crystal water belongs to the solids and
    stays, so choose a temperature at which the hydrate is stable.  The salts of the retained liquor count as
    impurities of the product, component by component.  The vapour leaves with the product's temperature.

    Range: the cake is wetter than the product; else the unit has no solution (S203).

    Example:
        co_dryer: {unit: dryer, inlets: {cake: co_centrifuge.cake}, temperature: 40 degC, residual_moisture:
        0.2 %}
    """

    cake = Inlet("aqueous", "solid", description="wet cake")
    product = Outlet("aqueous", "solid", description="dried solids with what the liquor held")
    vapour = Outlet("gas", description="water vapour")
    temperature = quantity("105 degC", "K", "temperature of the dried product", range=(293.15, 473.15))
    residual_moisture = quantity("0.3 %", "1", "free water in the dried product, by mass", range=(1e-4, 0.3))
    efficiency = quantity(
        "50 %",
        "1",
        "heat that reaches the product over fuel or steam heat",
        range=(0.1, 1.0),
        source="design assumption; no sourced value found",
    )
    evaporation_rate = quantity(
        "20 kg/h/m3",
        "kg/h/m3",
        "water evaporated per volume of the dryer",
        range=(0.5, 500.0),
        source="BioSTEAM 2.52.17, units/drying.py: drum dryer for distillers' grains",
    )
    heat_duty = result("kW", "heat into the product and its vapour")
    fuel = result("kW", "heat of the fuel or steam", charge="steam")
    water_removed = result("kg/h", "water evaporated")
    volume = result("m3", "volume of the dryer", charge="dryer")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        vapour = Shape.of(gas=[WATER]) if inlets["cake"].names("aqueous") else Shape.of()
        return {"product": inlets["cake"], "vapour": vapour}

    def equations(self) -> None:
        if not self.cake.shape.names("aqueous"):
            self.refuse("no liquor comes in by `cake`, so there is nothing to dry")
        product, vapour = self.product, self.vapour
        names = [c for c in product.shape.names("aqueous") if c != WATER]
        water_mass = self.system.component(WATER).molar_mass
        self.rows("solute_balance", names, lambda c: product.ln("aqueous", c) - self.cake.ln("aqueous", c))
        self.pass_through("solids", "solid", product)
        solutes = product.mass_flow("aqueous") - product.n["aqueous"][WATER] * water_mass
        dry = product.mass_flow("solid") + solutes
        r = self.residual_moisture
        self.rows(
            "residual", None, lambda: product.ln("aqueous", WATER) - pyo.log(r / (1.0 - r) * dry / water_mass)
        )
        entering = self.cake.flow("aqueous", WATER)
        self.rows(
            "water_balance",
            None,
            lambda: (vapour.n["gas"][WATER] + product.n["aqueous"][WATER]) / entering - 1.0,
        )
        coming = self.cake.mass_flow("solid") + self.cake.mass_flow("aqueous") - entering * water_mass
        self.require(
            "moisture",
            1.0 - r / (1.0 - r) * coming / (water_mass * entering),
            "the cake comes in drier than `residual_moisture`",
        )
        self.start(product.ln("aqueous", WATER), pyo.log(0.02 * entering))
        self.start(vapour.n["gas"][WATER], entering)
        duty = self.heat_balance(self.temperature)
        self.report("heat_duty", duty)
        self.report("fuel", duty / self.efficiency)
        self.report("water_removed", vapour.mass_flow("gas"))
        self.report("volume", vapour.mass_flow("gas") / self.evaporation_rate)
