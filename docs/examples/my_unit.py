"""A unit operation of one's own: a hydrocyclone.

Named in a flowsheet (`unit_libraries: [my_unit.py]`) or in a package with an entry point in the group
`flowsheet.units`, it has a help page (`flowsheet units hydrocyclone`), YAML keys, a place in the JSON schema
and numbers in the result.
"""

from __future__ import annotations

import pyomo.environ as pyo

from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import SECONDS_PER_HOUR, Unit

KILOPASCAL = 100.0
"""Of one bar."""


class Hydrocyclone(Unit, name="hydrocyclone"):
    """Hydrocyclone that sends most solids into a thick underflow.

    solids_balance       n_under,k = r n_in,k,   n_over,k = (1 - r) n_in,k
    liquor_balance       ln n_under,c = ln f + ln n_in,c,   ln n_over,c = ln(1 - f) + ln n_in,c
    underflow_liquor     f = r S u/((1 - u) M)
    pump                 P = dp V / eta

    n flow [mol/h], S solids and M liquor [kg/h], r `recovery`, u `underflow_liquor`, f share of the liquor
    that leaves with the underflow, P `power` [kW], V volume flow of the feed [m3/s], dp `pressure_drop`
    [kPa], eta `pump_efficiency`.  All sizes part alike.  Adiabatic; the pump's heat is neglected.

    Source: the balances; recovery and underflow are the user's own measurements.

    Range: f < 1, else the unit has no solution (S203).

    Example:
        classify: {unit: hydrocyclone, inlets: {feed: leach.slurry}, recovery: 92 %}
    """

    feed = Inlet("aqueous", "solid", description="slurry")
    underflow = Outlet("aqueous", "solid", description="thickened slurry")
    overflow = Outlet("aqueous", "solid", description="liquor with the fines")
    recovery = quantity(
        "90 %", "1", "share of the solids that leaves with the underflow", range=(0.05, 0.999)
    )
    underflow_liquor = quantity("60 %", "1", "liquor in the underflow, by mass", range=(0.2, 0.95))
    pressure_drop = quantity("1 bar", "bar", "pressure drop", range=(0.1, 6.0))
    pump_efficiency = quantity("60 %", "1", "efficiency of pump and motor", range=(0.1, 0.95))
    power = result("kW", "power of the feed pump", charge="power")
    liquor_to_underflow = result("1", "share of the liquor that leaves with the underflow")

    def equations(self) -> None:
        solids, liquor = self.feed.mass_flow("solid"), self.feed.mass_flow("aqueous")
        held = self.underflow_liquor / (1.0 - self.underflow_liquor)
        self.block.share = pyo.Expression(expr=self.recovery * solids * held / liquor)
        share = self.block.share
        self.require(
            "liquor",
            1.0 - share,
            "the underflow would hold more liquor than the slurry brings; lower "
            "`underflow_liquor` or `recovery`",
        )
        self.pass_through("solids_to_underflow", "solid", self.underflow, factor=self.recovery)
        self.pass_through("solids_to_overflow", "solid", self.overflow, factor=1.0 - self.recovery)
        self.pass_through("liquor_to_underflow", "aqueous", self.underflow, factor=share)
        self.pass_through("liquor_to_overflow", "aqueous", self.overflow, factor=1.0 - share)
        self.heat_balance()
        volume = sum(self.feed.volume_flow(phase) for phase in ("aqueous", "solid"))
        self.report(
            "power", self.pressure_drop * KILOPASCAL * volume / SECONDS_PER_HOUR / self.pump_efficiency
        )
        self.report("liquor_to_underflow", share)
