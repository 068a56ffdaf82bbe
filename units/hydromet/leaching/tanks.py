"""Equations of stirred tanks in series in which solids dissolve.

particle_age         u_n - a_n u_n' = u_(n-1)                 see `residence_time`; a_n = tau (sum of rates)/d
component_balance    ln(n_c + consumed) = ln(n_c,before + fed + formed)      H, H2O2, Fe(II), Mn
iron_balance         ln(n_Fe(II) + n_Fe(III)) = ln(all iron that is dissolved)
residue_balance      ln(n_k + consumed) = ln(n_k,before + fed + formed)
liquor_volume        ln q = ln V(n, T)
enthalpy_balance     H_n = H_(n-1) + fed                       a tank without a temperature of its own

n flows that leave a tank [mol/h], a_n residence time over full-reaction time, d relative size, q liquor
[m3/h].  Concentrations and fine solids are logarithms: whatever consumes them is of first order in them, so
that they may run out without ever reaching zero.  All other components are sums of what was fed and formed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.operators import exp, log, positive_part
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.model.stream import volume_flow
from flowsheet.model.unit import WATER_HEAT_CAPACITY, Unit
from hydromet.leaching.particles import aged
from hydromet.leaching.reactions import ACID, FERRIC, FERROUS, MOL_PER_M3, Conditions, LeachReactions
from hydromet.leaching.residence_time import SizeClasses, TankCascade, shrinking

OXIDE_ORDER, METAL_ORDER = 10, 8
"""Collocation intervals: errors of the unreacted fraction below 2e-7 (spheres) and 1e-4 (foils)."""
_ROUNDING = 1e-8
"""Acid [mol per mol of water] over which an alkaline feed counts as none."""


class TankSeries:
    """Tanks 1 to `count` of a unit.

    Args:
        unit: takes the unknowns and rows.
        reactions: what can run.
        p: kinetic parameters, numbers or inputs, in the kinetics' own units.
        residence_time: of each tank [h].
        temperatures: of each tank [K]; None where the tank is adiabatic.
        shares: of the reductant by tank [-], summing to 1.
        dissolution_rate: of the solids that dissolve quickly [1/h].
        size, spread, classes: of the oxides' particles.

    Attributes:
        flow: aqueous flows out of each tank [mol/h] by (tank, component), H among them.
        undissolved: solids out of each tank [mol/h] by (tank, solid).
        gas: gases formed up to each tank [mol/h] by (tank, gas).
        extent: of the reactions [mol/h] by (tank, reaction).
        concentration: [mol/L] by (tank, component).
        temperature: of each tank.
    """

    def __init__(
        self,
        unit: Unit,
        reactions: LeachReactions,
        p: Mapping[str, Any],
        residence_time: Any,
        temperatures: Sequence[Any],
        shares: Sequence[Any],
        dissolution_rate: Any,
        size: Any = 1.0,
        spread: Any = None,
        classes: int = 5,
    ) -> None:
        self.unit, self.reactions, self.p = unit, reactions, p
        self.system, self.block = unit.system, unit.block
        self.residence_time, self.shares, self.dissolution_rate = residence_time, shares, dissolution_rate
        self.given = list(temperatures)
        self.tanks = range(1, len(temperatures) + 1)
        self.last = len(temperatures)
        self.sizes = self._size_classes(size, spread, classes)
        self.components = [*sorted(reactions.components - {PROTON}, key=lambda c: (c != WATER, c))]

    # ---- what enters

    def fed(self, tank: int, component: str) -> Any:
        """Aqueous flow fed to a tank [mol/h]."""
        reductant = self.unit.inlets["reductant"]
        total: Any = 0.0
        if tank == 1:
            total = sum(
                m.flow("aqueous", component)
                for name, m in self.unit.inlets.items()
                if name != "reductant" and (component == PROTON or component in m.shape.names("aqueous"))
            )
        if (component == PROTON and reductant) or component in reductant.shape.names("aqueous"):
            share = self.shares[tank - 1]
            if not (isinstance(share, float) and share == 0.0):
                total = total + share * reductant.flow("aqueous", component)
        return total

    def entering(self, solid: str) -> Any:
        """[mol/h]; 0 for what doesn't enter."""
        return self.unit.entering("solid", solid)

    # ---- unknowns

    def build(self) -> None:
        """Add unknowns and rows."""
        unit, r = self.unit, self.reactions
        self.tracked = r.tracked
        self.ln_concentration = unit.var(
            "ln_concentration", [(t, c) for t in self.tanks for c in self.tracked], log=True
        )
        self.ln_residue = unit.var("ln_residue", [(t, k) for t in self.tanks for k in r.residues], log=True)
        self.ln_volume = unit.var("ln_liquor_volume", self.tanks, log=True)
        self.cascades = {
            k: TankCascade(METAL_ORDER if k not in self._oxides else OXIDE_ORDER) for k in r.particles
        }
        self.unreacted = unit.var(
            "unreacted",
            [
                (t, k, j, i)
                for t in self.tanks
                for k in r.particles
                for j in range(len(self.classes_of(k)))
                for i in range(self.cascades[k].unknowns)
            ],
            nominal=1.0,
            bounds=(-0.1, 10.0),
        )
        self._temperatures()
        b = self.block
        b.concentration = pyo.Expression([(t, c) for t in self.tanks for c in self.tracked])
        b.residue = pyo.Expression([(t, k) for t in self.tanks for k in r.residues])
        b.consumed = pyo.Expression([(t, k) for t in self.tanks for k in r.particles])
        b.depletion = pyo.Expression(pyo.Any)
        b.left = pyo.Expression([(t, k) for t in self.tanks for k in r.particles])
        b.undissolved = pyo.Expression([(t, k) for t in self.tanks for k in r.dissolving])
        b.extent = pyo.Expression([(t, x.name) for t in self.tanks for x in r.reactions])
        b.flow = pyo.Expression([(t, c) for t in self.tanks for c in (*self.components, PROTON)])
        b.gas = pyo.Expression([(t, g) for t in self.tanks for g in sorted(r.gases)])
        b.path = pyo.Expression(pyo.Any)
        b.age_ratio = pyo.Expression([(t, k) for t in self.tanks for k in r.particles])
        self.concentration, self.flow, self.gas, self.extent = b.concentration, b.flow, b.gas, b.extent
        for t in self.tanks:
            self._tank(t)
        self._balances()

    @property
    def _oxides(self) -> set[str]:
        return {o.name for o in self.reactions.oxides}

    def classes_of(self, particle: str) -> list[tuple[Any, float]]:
        """Relative sizes with their mass fractions; metals have one size."""
        return self.sizes if particle in self._oxides else [(1.0, 1.0)]

    @staticmethod
    def _size_classes(size: Any, spread: Any, classes: int) -> list[tuple[Any, float]]:
        if spread is None:
            return [(size, 1.0)]
        unit = SizeClasses.lognormal(1.0, classes)
        return [(size * d**spread, w) for d, w in zip(unit.relative_size, unit.mass_fraction, strict=True)]

    def _temperatures(self) -> None:
        """Given, or an unknown; the last tank's is the slurry's."""
        adiabatic = [t for t in self.tanks if self.given[t - 1] is None and t != self.last]
        own = self.unit.var("temperature", adiabatic, nominal=100.0, bounds=(250.0, 450.0))
        self.temperature = [own[t] if t in adiabatic else self.given[t - 1] for t in self.tanks]
        self.temperature[-1] = self.unit.outlets["slurry"].temperature

    # ---- one tank

    def conditions(self, t: int) -> Conditions:
        """All but the layered oxides, which follow from the rates."""
        b, r = self.block, self.reactions
        return Conditions(
            self.temperature[t - 1],
            self.residence_time,
            exp(self.ln_volume[t]),
            {c: b.concentration[t, c] for c in self.tracked},
            {k: b.residue[t, k] for k in r.residues},
            {},
        )

    def _tank(self, t: int) -> None:
        b, r = self.block, self.reactions
        for c in self.tracked:
            b.concentration[t, c] = exp(self.ln_concentration[t, c])
        for k in r.residues:
            b.residue[t, k] = exp(self.ln_residue[t, k])
        conditions = self.conditions(t)
        paths: dict[str, dict[str, Any]] = {}
        for k, rates in r.paths(self.p, conditions).items():
            for path, rate in rates.items():
                b.path[t, k, path] = rate
            paths[k] = {path: b.path[t, k, path] for path in rates}
            b.age_ratio[t, k] = self.residence_time * sum(paths[k].values())
        for k in r.particles:
            self._particle(t, k)
        conditions = replace(conditions, layered={k: b.left[t, k] for k in r.particles if k in self._oxides})
        before = {k: self.entering(k) if t == 1 else b.undissolved[t - 1, k] for k in r.dissolving}
        extents = r.extents(
            self.p,
            conditions,
            paths,
            {k: b.consumed[t, k] for k in r.particles},
            before,
            self.dissolution_rate,
        )
        for name, extent in extents.items():
            b.extent[t, name] = extent
        for x in r.reactions:
            if x.group == "dissolution":
                b.undissolved[t, x.solid] = before[x.solid] - b.extent[t, x.name]
        for c in self.components:
            b.flow[t, c] = (
                b.concentration[t, c] * MOL_PER_M3 * exp(self.ln_volume[t])
                if c in self.tracked
                else self._before(t, c) + self.fed(t, c) + self._made(t, "aqueous", c)
            )
        b.flow[t, PROTON] = -sum(z * b.flow[t, c] for c in self.components if (z := self.system.charge_of(c)))
        for g in r.gases:
            b.gas[t, g] = (b.gas[t - 1, g] if t > 1 else 0.0) + self._made(t, "gas", g)

    def _particle(self, t: int, k: str) -> None:
        """Ages of the particles, class by class (see `hydromet.leaching.particles`)."""
        b, cascade = self.block, self.cascades[k]
        fresh = cascade.fresh(shrinking(self.reactions.particles[k]))
        dissolved: Any = 0.0
        left: Any = 0.0
        for j, (size, weight) in enumerate(self.classes_of(k)):
            v = [self.unreacted[t, k, j, i] for i in range(cascade.unknowns)]
            upstream = fresh if t == 1 else [self.unreacted[t - 1, k, j, i] for i in range(cascade.unknowns)]
            a = b.age_ratio[t, k] / size
            now = aged(cascade, v, upstream, a)
            self.unit.rows(f"particle_age_{t}_{k}_{j}", range(len(v)), lambda i, rows=now.rows: rows[i])
            b.depletion[t, k, j] = (b.depletion[t - 1, k, j] if t > 1 else 1.0) / (1.0 + a)
            share = weight * b.depletion[t, k, j]
            dissolved = dissolved + share * a * now.loss
            left = left + share * now.left
        b.consumed[t, k] = self.entering(k) * dissolved
        b.left[t, k] = self.entering(k) * left

    # ---- balances

    def _before(self, t: int, component: str) -> Any:
        return self.block.flow[t - 1, component] if t > 1 else 0.0

    def _made(self, t: int, phase: str, name: str, sign: int = 0) -> Any:
        """Formed (sign 1), consumed (-1) or the difference (0) in a tank [mol/h]."""
        total: Any = 0.0
        for x in self.reactions.reactions:
            nu = x.of(phase, name)
            if nu and nu * sign >= 0.0:
                total = total + (abs(nu) if sign else nu) * self.block.extent[t, x.name]
        return total

    def _balances(self) -> None:
        unit, b, r = self.unit, self.block, self.reactions
        single = [c for c in self.tracked if c not in (ACID, FERRIC)]

        def component_row(t: int, c: str) -> Any:
            supply = self._before(t, c) + self.fed(t, c) + self._made(t, "aqueous", c, 1)
            return log(b.flow[t, c] + self._made(t, "aqueous", c, -1)) - log(supply)

        def acid_row(t: int) -> Any:
            fed = self.fed(t, PROTON)
            if t == 1:
                fed = positive_part(fed, _ROUNDING * self.fed(1, WATER))
            supply = (self.acid_flow(t - 1) if t > 1 else 0.0) + fed + self._made(t, "aqueous", PROTON, 1)
            return log(self.acid_flow(t) + self._made(t, "aqueous", PROTON, -1)) - log(supply)

        def iron_row(t: int) -> Any:
            iron = [c for c in (FERROUS, FERRIC) if c in self.tracked]
            supply = sum(self._before(t, c) + self.fed(t, c) for c in iron)
            for x in r.reactions:
                if net := sum(x.of("aqueous", c) for c in iron):
                    supply = supply + net * b.extent[t, x.name]
            return log(sum(b.flow[t, c] for c in iron)) - log(supply)

        def residue_row(t: int, k: str) -> Any:
            before = b.residue[t - 1, k] if t > 1 else self.entering(k)
            return log(b.residue[t, k] + self._made(t, "solid", k, -1)) - log(
                before + self._made(t, "solid", k, 1)
            )

        unit.rows("acid_balance", self.tanks, acid_row)
        unit.rows("component_balance", [(t, c) for t in self.tanks for c in single], component_row)
        if FERRIC in self.tracked:
            unit.rows("iron_balance", self.tanks, iron_row)
        unit.rows("residue_balance", [(t, k) for t in self.tanks for k in r.residues], residue_row)
        unit.rows(
            "liquor_volume",
            self.tanks,
            lambda t: (
                self.ln_volume[t]
                - log(volume_flow(self.system, "aqueous", self.aqueous(t), self.temperature[t - 1]))
            ),
        )
        mass = sum(m.mass_flow(p) for m in unit.inlets.values() for p in m.shape.phases)
        unit.rows(
            "enthalpy_balance",
            [t for t in self.tanks if self.given[t - 1] is None],
            lambda t: self.heat(t) / (mass * WATER_HEAT_CAPACITY) / 100.0,
        )

    # ---- what leaves each tank

    def acid_flow(self, t: int) -> Any:
        """Free acid as the kinetics count it [mol/h]."""
        return self.block.concentration[t, ACID] * MOL_PER_M3 * exp(self.ln_volume[t])

    def aqueous(self, t: int) -> dict[str, Any]:
        return {c: self.block.flow[t, c] for c in (*self.components, PROTON)}

    def solids(self, t: int) -> dict[str, Any]:
        """All solids that leave a tank [mol/h]."""
        b, r = self.block, self.reactions
        leaving: dict[str, Any] = {}
        for k in sorted(r.solids):
            if k in r.particles:
                leaving[k] = b.left[t, k]
            elif k in r.residues:
                leaving[k] = b.residue[t, k]
            elif k in r.dissolving:
                leaving[k] = b.undissolved[t, k]
            else:
                leaving[k] = self.entering(k)
        return leaving

    @cached_property
    def enthalpies(self) -> list[Any]:
        """Enthalpy flow out of each tank, with the gas formed so far [kJ/h]; of the outlets for the last."""
        found = []
        for t in self.tanks:
            if t == self.last:
                found.append(sum(s.enthalpy() for s in self.unit.outlets.values() if s.shape.phases))
                continue
            phases = {
                "aqueous": self.aqueous(t),
                "solid": self.solids(t),
                "gas": {g: self.gas[t, g] for g in self.reactions.gases},
            }
            found.append(
                sum(
                    phase_enthalpy(self.system, phase, flows, self.temperature[t - 1])
                    for phase, flows in phases.items()
                )
            )
        self.block.enthalpy = pyo.Expression(self.tanks, rule=lambda _, t: found[t - 1])
        return [self.block.enthalpy[t] for t in self.tanks]

    def heat(self, t: int) -> Any:
        """Heat to be added to a tank [kJ/h]: solids, acid and liquor enter the first, air the last."""
        inlets = self.unit.inlets
        entering: Any = self.enthalpies[t - 2] if t > 1 else 0.0
        for name, mixture in inlets.items():
            if not mixture:
                continue
            if name == "reductant":
                entering = entering + self.shares[t - 1] * mixture.enthalpy()
            elif t == (self.last if name == "air" else 1):
                entering = entering + mixture.enthalpy()
        return self.enthalpies[t - 1] - entering
