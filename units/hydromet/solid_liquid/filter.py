"""Filter, press or centrifuge with displacement wash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import Shape, Unit
from hydromet.solid_liquid.cake import cake_liquor, liquor_mass, retained_liquor


class Filter(Unit, name="filter", symbol="filter"):
    """Filter press, belt filter or centrifuge with displacement wash of the cake.

    retained_liquor      L = S w / (1 - w), or (1 - liquor_recovery) M
    wash_displacement    R = max((1 - E)^N, 1 - N),   N = W / L
    cake_balance         ln n_cake,c = ln(f n_slurry,c + g n_wash,c),   f = (L R + o S)/M,   g = L (1 - R)/W
    filtrate_balance     ln n_filtrate,c = ln((1 - f) n_slurry,c + (1 - g) n_wash,c)

    S dry solids, M mother liquor, W wash liquor, L liquor retained [kg/h]; w `cake_moisture`; E
    `wash_efficiency` of one retained volume; N retained volumes of wash; R share of the retained mother
    liquor that is left; o
    `occlusion`, mother liquor shut in the crystals that no wash reaches [kg/kg dry solids].  All solids stay
    in the cake.  Adiabatic.  The single-volume efficiency combined with the wash ratio is the filter-press
    model of process simulators (SysCAD help, Filter Press); a wash displaces no more than its own amount,
    which rules for thin washes.  A slurry in which solids may be lacking wets the cloth with 1e-6 of its
    liquor.

    Range: f < 1, the slurry brings more liquor than the cake holds; else the unit has no solution (S203).

    Example:
        leach_filter: {unit: filter, inlets: {slurry: leach.slurry, wash: wash_water}, cake_moisture: 40 %}
    """

    slurry = Inlet("aqueous", "solid", description="slurry")
    wash = Inlet("aqueous", optional=True, description="wash liquor")
    filtrate = Outlet("aqueous", description="filtrate with the wash that went through")
    cake = Outlet("aqueous", "solid", description="solids with the liquor they retain")
    cake_moisture = quantity(
        "30 %",
        "1",
        "liquor in the wet cake, by mass",
        range=(0.005, 0.85),
        source="design assumption; measure it",
    )
    liquor_recovery = quantity(
        None,
        "1",
        "liquor that goes through before the wash, over the slurry's; in place of `cake_moisture`",
        range=(0.01, 0.999999),
    )
    wash_efficiency = quantity(
        "70 %",
        "1",
        "mother liquor displaced by one retained volume of wash",
        range=(0.05, 0.99),
        source="design assumption; measure it",
    )
    occlusion = quantity("0 kg/kg", "1", "mother liquor shut in the solids, per dry solids", range=(0.0, 0.2))
    filtration_rate = quantity(
        "100 kg/m2/h",
        "kg/m2/h",
        "dry solids filtered per area and hour, cycle included",
        range=(1.0, 5000.0),
        source="design assumption; measure it",
    )
    heat_duty = result("kW", "heat added; a filter is adiabatic")
    area = result("m2", "filter area", charge="filter")
    wash_ratio = result("1", "wash per retained liquor")
    remaining = result("1", "share of the retained mother liquor that the wash leaves")
    retained = result("1", "share of the slurry's liquor retained by the cake after the wash")
    occluded = result("1", "share of the slurry's liquor shut in the solids")
    of_wash = result("1", "share of the wash that stays in the cake")
    wet_cake = result("kg/h", "wet cake")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        liquor = inlets["slurry"].only("aqueous") | inlets["wash"].only("aqueous")
        return {"filtrate": liquor, "cake": liquor | inlets["slurry"].only("solid")}

    def equations(self) -> None:
        if not self.slurry.shape.names("solid"):
            self.refuse(
                "no solids come in by `slurry`, so there is nothing to filter",
                help=("connect a slurry, or leave the filter out where nothing precipitates"),
            )
        if not self.slurry.shape.names("aqueous"):
            self.refuse("no liquor comes in by `slurry`")
        solids, mother, wash = (
            self.slurry.mass_flow("solid"),
            liquor_mass(self.slurry),
            liquor_mass(self.wash),
        )
        held = retained_liquor(solids, mother, self.cake_moisture)
        if self.liquor_recovery is not None:
            held = (1.0 - self.liquor_recovery) * mother
        liquor = cake_liquor(solids, mother, wash, held, self.wash_efficiency, self.occlusion)
        self.block.of_mother = pyo.Expression(expr=liquor.of_mother_liquor)
        self.block.of_wash = pyo.Expression(expr=liquor.of_wash)
        f, g = self.block.of_mother, self.block.of_wash
        self.require(
            "liquor",
            1.0 - f,
            "the cake would hold more liquor than the slurry brings; lower "
            "`cake_moisture`, or send it a thinner slurry",
        )

        def share(c: str, of_mother: Any, of_wash: Any) -> Any:
            if c not in self.wash.shape.names("aqueous"):
                return pyo.log(of_mother) + self.slurry.ln("aqueous", c)
            return pyo.log(
                of_mother * self.slurry.flow("aqueous", c) + of_wash * self.wash.flow("aqueous", c)
            )

        names = self.cake.shape.names("aqueous")
        self.rows("cake_balance", names, lambda c: self.cake.ln("aqueous", c) - share(c, f, g))
        self.rows(
            "filtrate_balance", names, lambda c: self.filtrate.ln("aqueous", c) - share(c, 1.0 - f, 1.0 - g)
        )
        self.pass_through("solids", "solid", self.cake)
        for c in names:
            self.start(self.cake.ln("aqueous", c), share(c, f, g))
            self.start(self.filtrate.ln("aqueous", c), share(c, 1.0 - f, 1.0 - g))
        self.report("heat_duty", self.heat_balance())
        self.report("area", solids / self.filtration_rate)
        self.report("wash_ratio", liquor.wash_ratio)
        self.report("remaining", liquor.remaining)
        self.report("retained", liquor.retained)
        self.report("occluded", liquor.occluded)
        self.report("of_wash", liquor.of_wash)
        self.report("wet_cake", sum(self.cake.mass_flow(p) for p in self.cake.shape.phases))
