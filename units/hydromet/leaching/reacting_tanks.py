"""Equations of stirred tanks in series in which stated reactions run in a speciated liquor.

component_balance    ln(n_c + consumed + lost) = ln(n_c,before + fed + formed)      every component but H
liquor               mass action, activities, electroneutrality in every tank
solid_balance        ln(n_k + consumed) = ln(n_k,before + formed)           solids that reactions may use up
particle_age         see `particles`                                        solids of the form surface
solubility           s_k >= 0,   -ln Omega_k >= 0,   one of them zero       solids at equilibrium
completion           ln(1/J sum_j (n_j + consumed_j)/n_j) = -ln r           reactions of the form complete
gas_balance          ln(n_g + consumed) = ln(fed + formed)                  gases that rates count or use up
liquor_volume        ln q = ln V(n, T);     slurry_volume  ln(q + solids)
enthalpy_balance     H_n = H_(n-1) + fed                                    a tank without a temperature

n flows that leave a tank [mol/h]; extents by the form of each reaction (see `reaction_network`):

    surface        n_k,dissolved (path's rate)/(sum of rates),   a_n = tau (sum of rates)/(d/2)
    volume         rate V          first_order   rate tau n_key
    transfer       k_La V m W/q (p/f - 1)        p partial, f fugacity over the liquor, m dissolved

tau residence time, V volume of the slurry, d size of the particles.  Total H follows from electroneutrality.
J reactants of a complete reaction, of which the scarcest is left to the share r = 1e-8
(acid 1e-4).

A cold start follows `lag` down to zero: extents divided by 1 + lag, the shares r likewise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.syntax_tree import Expression
from flowsheet.model.stream import molar_mass, volume_flow
from flowsheet.model.unit import WATER_HEAT_CAPACITY
from hydromet.leaching.particle_classes import ParticleClasses
from hydromet.leaching.rate_law import LawNames, law_text
from hydromet.leaching.reaction_network import ReactionNetwork, potential_flows
from hydromet.leaching.stated_reactions import StatedReaction
from hydromet.leaching.tank_conditions import TankConditions
from hydromet.leaching.tank_gas import TankGas

if TYPE_CHECKING:
    from hydromet.leaching.leach_tanks import LeachTanks

LITRES = 1000.0
"""[L/m3]"""
_LEFT = 1e-8
"""Share of the scarcest reactant that a complete reaction leaves."""
_ACID_LEFT = 1e-4
"""The same of acid: hydrolysis of what has dissolved would serve as acid without end."""
_FIRST_LAG = 100.0


class ReactingTanks:
    """Tanks 1 to `count` of a unit.

    Args:
        unit: takes the unknowns and rows; its inlets `solids`, `liquor` enter the first tank.
        network: what can run.
        temperatures: of each tank [K]; None where the tank is adiabatic.
        residence_time: of each tank [h], or None where `tank_volume` [m3] is given.
        fed: shares of the inlets `lixiviant` and `gas` by tank.
        particles: sizes of what dissolves from its surface.

    Attributes:
        flow: aqueous flows out of each tank [mol/h] by (tank, component), H among them.
        solid: solids out of each tank [mol/h] by (tank, solid).
        extent: of the reactions [mol/h] by (tank, reaction); of a transfer the net one.
        states: the liquors by tank.
        gas: what leaves each tank's gas space.
    """

    def __init__(
        self,
        unit: LeachTanks,
        network: ReactionNetwork,
        temperatures: Sequence[Any],
        residence_time: Any,
        tank_volume: Any,
        fed: Mapping[str, Sequence[Any]],
        particles: ParticleClasses,
        numbers: Mapping[str, Any],
    ) -> None:
        self.unit, self.network, self.particles = unit, network, particles
        self.system, self.block = unit.system, unit.block
        self.given, self.shares, self.numbers = list(temperatures), fed, numbers
        self.given_time, self.given_volume = residence_time, tank_volume
        self.tanks = range(1, len(temperatures) + 1)
        self.last = len(temperatures)
        self.components = [WATER, *sorted(network.components - {WATER})]
        self.gas = TankGas(self)

    # ---- what enters

    def fed(self, tank: int, component: str) -> Any:
        """Aqueous flow fed to a tank [mol/h]."""
        total: Any = 0.0
        for name, mixture in self.unit.inlets.items():
            if component == PROTON or component in mixture.shape.names("aqueous"):
                share = self.share(tank, name)
                if not (isinstance(share, float) and share == 0.0):
                    total = total + share * mixture.flow("aqueous", component)
        return total

    def share(self, tank: int, inlet: str) -> Any:
        """Share of an inlet that enters a tank; dilution air enters no liquor."""
        if inlet in self.shares:
            return self.shares[inlet][tank - 1]
        return 1.0 if tank == 1 and inlet != "air" else 0.0

    def entering(self, solid: str) -> Any:
        """[mol/h]; 0 for what doesn't enter."""
        return self.unit.entering("solid", solid)

    # ---- unknowns and expressions

    def build(self) -> None:
        """Add unknowns and rows."""
        unit, b, r = self.unit, self.block, self.network
        b.lag = pyo.Var(initialize=0.0)
        b.share_left = pyo.Expression(expr=(_LEFT + b.lag) / (1.0 + b.lag))
        unit.registry.add_continuation(f"{unit.tag}.lag", b.lag, _FIRST_LAG)
        self._temperatures()
        self.ln_liquor = unit.var("ln_liquor_volume", self.tanks, log=True)
        self.ln_slurry = unit.var("ln_slurry_volume", self.tanks, log=True)
        self.ln_solid = unit.var("ln_solid", [(t, k) for t in self.tanks for k in r.dissolving], log=True)
        self.ln_extent = unit.var(
            "ln_extent",
            [(t, x.name) for t in self.tanks for x in r.reactions if x.form == "complete"],
            log=True,
        )
        self.saturated_share = unit.var(
            "share",
            [(t, k) for t in self.tanks for k in r.saturated],
            nominal=1.0,
            start=0.0,
            bounds=(-1e-3, None),
        )
        b.saturated_scale = pyo.Expression(r.saturated, rule=lambda _, k: self._scale_of(k))
        b.flow = pyo.Expression([(t, c) for t in self.tanks for c in (*self.components, PROTON)])
        b.solid = pyo.Expression([(t, k) for t in self.tanks for k in sorted(r.solids)])
        b.extent = pyo.Expression([(t, x.name) for t in self.tanks for x in r.reactions])
        b.tau = pyo.Expression(self.tanks)
        b.volume = pyo.Expression(self.tanks)
        self.flow, self.solid, self.extent = b.flow, b.solid, b.extent
        self._liquors()
        self.gas.unknowns()
        b.rate = pyo.Expression(pyo.Any)
        self.particles.unknowns(unit, r, self.tanks)
        self.ln_mass: Any = None
        if any("eps" in r.names(x) for x in r.reactions):
            self.ln_mass = unit.var("ln_solids_mass", self.tanks, log=True)
        for t in self.tanks:
            self._tank(t)
        self.gas.balances()
        self._balances()

    def _temperatures(self) -> None:
        """Given, or an unknown; the last tank's is the slurry's."""
        adiabatic = [t for t in self.tanks if self.given[t - 1] is None and t != self.last]
        own = self.unit.var("temperature", adiabatic, nominal=100.0, bounds=(250.0, 450.0))
        self.temperature = [own[t] if t in adiabatic else self.given[t - 1] for t in self.tanks]
        self.temperature[-1] = self.unit.outlets["slurry"].temperature

    def _liquors(self) -> None:
        """A speciated liquor in every tank; the last one's is the slurry's."""
        unit, b = self.unit, self.block
        model, slurry = unit.activity_model, unit.outlets["slurry"]
        self.states: dict[int, AqueousState] = {}
        for t in self.tanks:
            if t == self.last:
                state = unit.aqueous_state(f"liquor_{t}", slurry, model)
            else:
                block = pyo.Block()
                b.add_component(f"liquor_{t}", block)
                state = AqueousState(block, self.system, self.components, self.temperature[t - 1], model)
                unit.add_state(state)
            self.states[t] = state
            for c in (*self.components, PROTON):
                b.flow[t, c] = slurry.n["aqueous"][c] if t == self.last else state.flow[c]

    def _scale_of(self, solid: str) -> Any:
        """Most of a solid that all which enters could form, as a harmonic sum [mol/h]."""
        parts = self.system.solids[solid].composition or {}
        return 1.0 / sum(n / self.potential[c] for c, n in parts.items() if c not in (PROTON, WATER))

    @cached_property
    def potential(self) -> dict[str, Any]:
        """Component flows if all that can react had done so, roughly [mol/h]."""
        fed = {c: sum((self.fed(t, c) for t in self.tanks), 0.0) for c in self.components}
        solids = {k: self.entering(k) for k in sorted(self.network.entering)}
        return potential_flows(self.network, fed, solids)

    # ---- one tank

    def _tank(self, t: int) -> None:
        b, r = self.block, self.network
        b.tau[t] = (
            self.given_time if self.given_time is not None else self.given_volume * exp(-self.ln_slurry[t])
        )
        b.volume[t] = (
            self.given_volume if self.given_volume is not None else b.tau[t] * exp(self.ln_slurry[t])
        )
        rates = {x.name: self._rate(t, x, x.rate) for x in r.reactions if x.rate is not None}
        slowed = 1.0 / (1.0 + b.lag)
        for k in r.particles:
            paths = {x.name: rates[x.name] for x in r.reactions if x.form == "surface" and x.solids[0] == k}
            now = self.particles.in_tank(k, t, sum(paths.values()), slowed * b.tau[t])
            for x in r.reactions:
                if x.name in paths:
                    share = paths[x.name] / sum(paths.values()) if len(paths) > 1 else 1.0
                    b.extent[t, x.name] = self.entering(k) * now.dissolved * share / -x.of("solid", k)
            b.solid[t, k] = self.entering(k) * now.left
        for k in r.dissolving:
            b.solid[t, k] = exp(self.ln_solid[t, k])
        for k in r.saturated:
            b.solid[t, k] = self.saturated_share[t, k] * b.saturated_scale[k]
        for x in r.reactions:
            if x.form == "volume":
                b.extent[t, x.name] = rates[x.name] * slowed * LITRES * b.volume[t]
            elif x.form == "first_order":
                b.extent[t, x.name] = self._first_order(t, x, rates[x.name] * slowed)
            elif x.form == "complete":
                b.extent[t, x.name] = exp(self.ln_extent[t, x.name])
            elif x.form == "transfer":
                b.extent[t, x.name] = self.gas.transfer(t, x, rates[x.name], slowed)
        for k in sorted(r.solids):
            if k not in (*r.particles, *r.dissolving, *r.saturated):
                formed, _ = self.turned(t, "solid", k)
                b.solid[t, k] = self.solid_before(t, k) + formed

    def _rate(self, t: int, x: StatedReaction, law: Expression) -> Any:
        solid = x.solids[0] if "X" in self.network.names(x) else ""
        key = (t, solid, law_text(law))
        if key not in self.block.rate:
            conditions = TankConditions(self, t, solid)
            self.block.rate[key] = LawNames(self.network.values, self.numbers, conditions).evaluate(law)
        return self.block.rate[key]

    def _first_order(self, t: int, x: StatedReaction, rate: Any) -> Any:
        phase, name = x.key
        state = self.states[t]
        amount = {
            "aqueous": lambda: self.flow[t, name],
            "species": lambda: state.m[name] * state.water,
            "solid": lambda: self.solid[t, name],
            "gas": lambda: self.gas.bubbles[t, name],
        }[phase]()
        return rate * self.block.tau[t] * amount / x.reactants[x.key]

    def solid_before(self, t: int, k: str) -> Any:
        return self.entering(k) if t == 1 else self.solid[t - 1, k]

    def turned(self, t: int, phase: str, name: str) -> tuple[Any, Any]:
        """Formed and consumed in a tank [mol/h], both as sums of positive terms."""
        formed: Any = 0.0
        consumed: Any = 0.0
        for x in self.network.reactions:
            nu = x.of(phase, name)
            if not nu:
                continue
            forward, backward = self.extent[t, x.name], 0.0
            if x.form == "transfer":
                forward, backward = self.gas.ways[t, x.name]
            formed = formed + abs(nu) * (forward if nu > 0 else backward)
            consumed = consumed + abs(nu) * (backward if nu > 0 else forward)
        return formed, consumed

    # ---- balances

    def _balances(self) -> None:
        unit, r = self.unit, self.network
        dissolution = {k: self.system.solids[k].composition or {} for k in r.saturated}

        def component_row(t: int, c: str) -> Any:
            formed, consumed = self.turned(t, "aqueous", c)
            before = self.flow[t - 1, c] if t > 1 else 0.0
            out = self.flow[t, c] + consumed + self.gas.vapours(t).get(c, 0.0)
            supply = before + self.fed(t, c) + formed + self.gas.moisture(t, c)
            for k, parts in dissolution.items():
                out = out + parts.get(c, 0.0) * self.solid[t, k]
                supply = supply + parts.get(c, 0.0) * self.solid_before(t, k)
            return log(out) - log(supply)

        def solid_row(t: int, k: str) -> Any:
            formed, consumed = self.turned(t, "solid", k)
            return log(self.solid[t, k] + consumed) - log(self.solid_before(t, k) + formed)

        unit.rows("component_balance", [(t, c) for t in self.tanks for c in self.components], component_row)
        unit.rows("solid_balance", [(t, k) for t in self.tanks for k in r.dissolving], solid_row)
        for t in self.tanks:
            unit.complementarity(
                f"solubility_{t}",
                r.saturated,
                partial(self._saturated, t),
                partial(self._unsaturation, t),
            )
        unit.rows(
            "completion",
            [(t, x.name) for t in self.tanks for x in r.reactions if x.form == "complete"],
            lambda t, name: self._completion(t, next(x for x in r.reactions if x.name == name)),
        )
        unit.rows(
            "liquor_volume",
            self.tanks,
            lambda t: (
                self.ln_liquor[t]
                - log(volume_flow(self.system, "aqueous", self.aqueous(t), self.temperature[t - 1]))
            ),
        )
        unit.rows("slurry_volume", self.tanks, lambda t: self.ln_slurry[t] - log(self._slurry_volume(t)))
        if self.ln_mass is not None:
            unit.rows("solids_mass", self.tanks, lambda t: self.ln_mass[t] - log(self.solids_mass(t)))
        mass = sum(m.mass_flow(p) for m in unit.inlets.values() for p in m.shape.phases)
        unit.rows(
            "enthalpy_balance",
            [t for t in self.tanks if self.given[t - 1] is None],
            lambda t: self.heat(t) / (mass * WATER_HEAT_CAPACITY) / 100.0,
        )

    def _saturated(self, t: int, solid: str) -> Any:
        return self.saturated_share[t, solid]

    def _unsaturation(self, t: int, solid: str) -> Any:
        return -self.states[t].ln_saturation(solid)

    def _completion(self, t: int, x: StatedReaction) -> Any:
        """The scarcest reactant is left to a small share of what there was."""
        shares = []
        for phase, name in [s for s, nu in x.stoichiometry.items() if nu < 0]:
            if (phase, name) == ("aqueous", WATER):
                continue
            left = self.amount(t, phase, name)
            _, consumed = self.turned(t, phase, name)
            weight = _ACID_LEFT / _LEFT if (phase, name) == ("aqueous", PROTON) else 1.0
            shares.append(1.0 + weight * consumed / left)
        return log(sum(shares) / len(shares)) + log(self.block.share_left)

    def amount(self, t: int, phase: str, name: str) -> Any:
        """What leaves a tank of a substance [mol/h]; of the proton, free acid."""
        if phase == "aqueous" and name == PROTON:
            return self.states[t].free_acid() * self.states[t].water
        if phase == "aqueous":
            return self.flow[t, name]
        return self.solid[t, name] if phase == "solid" else self.gas.bubbles[t, name]

    def _slurry_volume(self, t: int) -> Any:
        solids = volume_flow(self.system, "solid", self.solids(t), self.temperature[t - 1])
        return exp(self.ln_liquor[t]) + solids

    def solids_mass(self, t: int) -> Any:
        """[kg/h]"""
        return sum(n * molar_mass(self.system, "solid", k) for k, n in self.solids(t).items())

    # ---- what leaves each tank

    def aqueous(self, t: int) -> dict[str, Any]:
        return {c: self.flow[t, c] for c in (*self.components, PROTON)}

    def solids(self, t: int) -> dict[str, Any]:
        return {k: self.solid[t, k] for k in sorted(self.network.solids)}

    @cached_property
    def enthalpies(self) -> list[Any]:
        """Enthalpy of the slurry out of each tank [kJ/h]."""
        found = []
        for t in self.tanks:
            if t == self.last:
                found.append(self.unit.outlets["slurry"].enthalpy())
                continue
            phases = {"aqueous": self.aqueous(t), "solid": self.solids(t)}
            found.append(
                sum(phase_enthalpy(self.system, p, n, self.temperature[t - 1]) for p, n in phases.items())
            )
        self.block.enthalpy = pyo.Expression(self.tanks, rule=lambda _, t: found[t - 1])
        return [self.block.enthalpy[t] for t in self.tanks]

    def heat(self, t: int) -> Any:
        """Heat to be added to a tank [kJ/h]."""
        entering: Any = self.enthalpies[t - 2] if t > 1 else 0.0
        for name, mixture in self.unit.inlets.items():
            share = self.gas.air_share[t] if name == "air" else self.share(t, name)
            if mixture and not (isinstance(share, float) and share == 0.0):
                entering = entering + share * mixture.enthalpy()
        return self.enthalpies[t - 1] + self.gas.enthalpy(t) - entering
