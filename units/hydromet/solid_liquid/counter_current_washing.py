"""Counter-current decantation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.declaration import Inlet, Outlet, integer, quantity, result
from flowsheet.model.unit import Shape, Unit


class CounterCurrentWashing(Unit, name="counter_current_washing", symbol="thickener"):
    """Thickeners or repulp filters in series, wash against solids (counter-current decantation).

    stage_balance        ln y_i,c = ln(s_(i-1) y_(i-1),c + (1 - s_(i+1)) y_(i+1),c)
    underflow_liquor     s_i = L / M_i,    L = S u / (1 - u)

    y_i,c flow of component c entering stage i in liquor [mol/h], M_i its mass, S dry solids [kg/h], u liquor
    in the underflow by mass, s_i the share of the mixed liquor that leaves with the underflow.  Stage 1
    takes the slurry and gives the overflow, stage n takes the wash and gives the washed underflow.  Liquor
    and solids mix perfectly in every stage, so that the washed share follows the classical geometric law.
    Adiabatic.

    With M_0, W, L liquor of slurry, wash and underflow, r = W/L and clean wash, the share of a solute that
    stays in the underflow of n stages is

        s = 1 / (1 + (M_0 + W - L)/L * (1 + r + ... + r^(n-1)))      (tests/units)

    Range: L < M_0 + W; else the unit has no solution (S203).

    Source: the balances; how many stages and how much wash pay, Thermopedia, Decantation.

    Example:
        ccd: {unit: counter_current_washing, inlets: {slurry: leach.slurry, wash: water}, stages: 4}
    """

    slurry = Inlet("aqueous", "solid", description="slurry")
    wash = Inlet("aqueous", description="wash liquor")
    overflow = Outlet("aqueous", description="strong liquor, to the process")
    underflow = Outlet("aqueous", "solid", description="washed solids with their liquor")
    stages = integer(3, "number of stages", range=(1, 20))
    underflow_liquor = quantity(
        "60 %",
        "1",
        "liquor in the underflow, by mass",
        range=(0.05, 0.95),
        source="design assumption; measure it",
    )
    settling_area = quantity(
        "0.05 m2*h/kg",
        "m2*h/kg",
        "thickener area per solids flow",
        range=(1e-3, 50.0),
        source="design assumption; measure it",
    )
    heat_duty = result("kW", "heat added; the train is adiabatic")
    area = result("m2", "settling area of all stages", charge="thickener")
    wash_ratio = result("1", "wash per liquor in the underflow")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        liquor = inlets["slurry"].only("aqueous") | inlets["wash"].only("aqueous")
        return {"overflow": liquor, "underflow": liquor | inlets["slurry"].only("solid")}

    def equations(self) -> None:
        for port, phase, what in (
            ("slurry", "solid", "solids"),
            ("slurry", "aqueous", "liquor"),
            ("wash", "aqueous", "liquor"),
        ):
            if not self.inlets[port].shape.names(phase):
                self.refuse(f"no {what} comes in by `{port}`")
        n, names = self.stages, self.overflow.shape.names("aqueous")
        solids = self.slurry.mass_flow("solid")
        retained = solids * self.underflow_liquor / (1.0 - self.underflow_liquor)
        brought = self.slurry.mass_flow("aqueous") + self.wash.mass_flow("aqueous")
        self.require(
            "liquor",
            1.0 - retained / brought,
            "the underflow would hold more liquor than slurry and wash "
            "bring; lower `underflow_liquor`, or add wash",
        )
        ln_mixed = self.var(
            "ln_mixed",
            [(i, c) for i in range(1, n + 1) for c in names],
            log=True,
            start=lambda key: self._start(key[0], key[1], retained),
        )
        mass = {c: self.system.component(c).molar_mass for c in names}
        proton = {c: self.system.charge_of(c) * self.system.component("H").molar_mass for c in names}
        self.block.share = pyo.Expression(
            range(1, n + 1),
            rule=lambda _, i: retained / sum(pyo.exp(ln_mixed[i, c]) * (mass[c] - proton[c]) for c in names),
        )
        share = self.block.share

        def entering(i: int, c: str) -> Any:
            above = self.slurry.flow("aqueous", c) if i == 1 else share[i - 1] * pyo.exp(ln_mixed[i - 1, c])
            below = (
                self.wash.flow("aqueous", c) if i == n else (1.0 - share[i + 1]) * pyo.exp(ln_mixed[i + 1, c])
            )
            return above + below

        self.rows(
            "stage_balance",
            [(i, c) for i in range(1, n + 1) for c in names],
            lambda i, c: ln_mixed[i, c] - pyo.log(entering(i, c)),
        )
        self.rows(
            "underflow_balance",
            names,
            lambda c: self.underflow.ln("aqueous", c) - ln_mixed[n, c] - pyo.log(share[n]),
        )
        self.rows(
            "overflow_balance",
            names,
            lambda c: self.overflow.ln("aqueous", c) - ln_mixed[1, c] - pyo.log(1.0 - share[1]),
        )
        self.pass_through("solids", "solid", self.underflow)
        for c in names:
            self.start(self.underflow.ln("aqueous", c), ln_mixed[n, c] + pyo.log(share[n]))
            self.start(self.overflow.ln("aqueous", c), ln_mixed[1, c] + pyo.log(1.0 - share[1]))
        self.report("heat_duty", self.heat_balance())
        self.report("area", n * solids * self.settling_area)
        self.report("wash_ratio", self.wash.mass_flow("aqueous") / retained)

    def _start(self, stage: int, c: str, retained: Any) -> Any:
        """ln of what mixes in a stage by the wash law, C_i = C_n (1 + r + ... + r^(n-i))."""
        n, mother, wash = self.stages, self.slurry.mass_flow("aqueous"), self.wash.mass_flow("aqueous")
        ratio = wash / retained
        overflow = mother + wash - retained
        left = 1.0 / (1.0 + overflow / retained * sum(ratio**k for k in range(n)))
        profile = left / retained * sum(ratio**k for k in range(n - stage + 1))
        of_slurry = self.slurry.flow("aqueous", c) * profile
        of_wash = self.wash.flow("aqueous", c) / wash
        return pyo.log((of_slurry + of_wash) * (retained + (overflow if stage == 1 else wash)))
