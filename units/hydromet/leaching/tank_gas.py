"""Gas in leach tanks: what is blown in, forms, dissolves and leaves, with dilution air and vapour.

    gas_balance      ln(n_g + consumed) = ln(fed + formed)         in the bubbles of a tank
    p_g              n_g/(sum of the bubbles) (P - a_w p_w)
    transfer         k_La V m W/q p/f   dissolves,   k_La V m W/q   is stripped        [mol/h]
    air              shared among the tanks as their hydrogen
    G                n_dry/(1 - y_w - y_HF)                        see `off_gas`
    gas_temperature  sum of the tanks' gases mixes without heat

f fugacity of the gas over the liquor, m its dissolved form [mol/kg], W free water, q liquor.  A stated uptake
stands in place of the transfer: a share of what is blown in dissolves.  Bubbles and liquor are well mixed;
dilution air joins above the slurry.  Acids and ammonia count as not volatile, HF apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import WATER
from hydromet.leaching.off_gas import FLUORIDE, HYDROGEN, HYDROGEN_FLUORIDE, OffGas, gases_over
from hydromet.leaching.rate_law import Amount

if TYPE_CHECKING:
    from hydromet.leaching.reacting_tanks import ReactingTanks
    from hydromet.leaching.stated_reactions import StatedReaction

_NO_HYDROGEN = 1e-6
"""Hydrogen [mol per mol of entering solids] below which dilution air is shared evenly."""
_MM_PER_M = 1000.0
_GAS_CONSTANT = 8.31446261815324e-5
"""[m3 bar/mol/K]"""


class TankGas:
    """The gas side of a series of tanks.

    Attributes:
        bubbles: gas that leaves the slurry by (tank, gas), without vapour [mol/h].
        ways: of each transfer by (tank, reaction): what dissolves and what is stripped [mol/h].
        leaving: each tank's gas, with dilution air and vapours.
        air_share: of the dilution air by tank.
        names: all gases that leave.
    """

    def __init__(self, tanks: ReactingTanks) -> None:
        self.tanks, self.network, self.system = tanks, tanks.network, tanks.system
        self.inlets = tanks.unit.inlets
        self.ways: dict[tuple[int, str], tuple[Any, Any]] = {}
        self.leaving: dict[int, OffGas] = {}
        self.air_share: dict[int, Any] = {}
        air = self.inlets["air"].shape.names("gas")
        self.names = gases_over(self.system, self.network.gases - {WATER}, air, self.network.components)
        self.dry_names = [g for g in self.names if g not in (WATER, HYDROGEN_FLUORIDE)]
        self.in_bubbles = sorted(self.network.gases - {WATER, HYDROGEN_FLUORIDE})

    # ---- in the slurry

    def unknowns(self) -> None:
        tanks = self.tanks
        self.followed = [
            (t, g) for t in tanks.tanks for g in self.network.followed_gases if self._holds(t, g)
        ]
        self.ln_gas = tanks.unit.var("ln_gas", self.followed, log=True)
        tanks.block.bubbles = pyo.Expression([(t, g) for t in tanks.tanks for g in self.in_bubbles])
        tanks.block.stripping = pyo.Expression(pyo.Any)
        self.bubbles = tanks.block.bubbles
        for key in self.followed:
            self.bubbles[key] = exp(self.ln_gas[key])

    def _holds(self, t: int, gas: str) -> bool:
        """Whether a tank's bubbles can hold a gas: it is blown in there, or a reaction forms it."""
        formed = any(x.of("gas", gas) > 0 for x in self.network.reactions)
        return formed or not isinstance(self.fed(t, gas), float)

    def fed(self, t: int, gas: str) -> Any:
        """Blown into a tank [mol/h]."""
        blown, share = self.inlets["gas"], self.tanks.share(t, "gas")
        if gas not in blown.shape.names("gas") or (isinstance(share, float) and share == 0.0):
            return 0.0
        return share * blown.flow("gas", gas)

    def pressure(self, t: int, gas: str) -> Amount:
        """Partial pressure of a followed gas in the bubbles [bar]; zero in a tank that can't hold it."""
        if (t, gas) not in self.ln_gas:
            return Amount(0.0)
        state = self.tanks.states[t]
        dry = sum(self.bubbles[t, g] if (t, g) in self.ln_gas else self.fed(t, g) for g in self.in_bubbles)
        free = self.tanks.unit.pressure - exp(state.ln_water_activity) * saturation_pressure(
            state.temperature
        )
        ln_pressure = self.ln_gas[t, gas] - log(dry) + log(free)
        return Amount(exp(ln_pressure), ln_pressure)

    def velocity(self, t: int) -> Any:
        """Superficial velocity of the gas blown in, in a tank as high as wide [mm/h]."""
        unit = self.tanks.unit
        moles = sum(self.fed(t, g) for g in self.in_bubbles)
        flow = moles * _GAS_CONSTANT * self.tanks.temperature[t - 1] / unit.pressure
        cross_section = (3.141592653589793 / 4.0) ** (1.0 / 3.0) * self.tanks.block.volume[t] ** (2.0 / 3.0)
        return _MM_PER_M * flow / cross_section

    def transfer(self, t: int, x: StatedReaction, rate: Any, slowed: Any) -> Any:
        """Net gas that dissolves [mol/h]."""
        tanks, state = self.tanks, self.tanks.states[t]
        ((_, gas),) = x.reactants
        if (t, gas) not in self.ln_gas:
            self.ways[t, x.name] = (0.0, 0.0)
            return 0.0
        stated = tanks.unit.uptake.get(gas)
        if stated is not None:
            self.ways[t, x.name] = (stated * slowed * self.fed(t, gas), 0.0)
            return self.ways[t, x.name][0]
        ((phase, name),) = x.products
        species = self.system.component(name).species if phase == "aqueous" else name
        ln_m = state.block.ln_m[species] if species in state.block.ln_m else log(state.block.m[species])
        volume_ratio = tanks.block.volume[t] * exp(state.block.ln_water - tanks.ln_liquor[t])
        tanks.block.stripping[t, x.name] = rate * volume_ratio * exp(ln_m)
        stripped = tanks.block.stripping[t, x.name]
        dissolving = rate * volume_ratio * exp(ln_m + self.pressure(t, gas).ln - state.ln_fugacity(gas))
        self.ways[t, x.name] = (dissolving, stripped)
        return dissolving - stripped

    # ---- what leaves

    def balances(self) -> None:
        """Rows of the bubbles; gas that leaves each tank and the unit."""
        tanks, unit = self.tanks, self.tanks.unit
        for t in tanks.tanks:
            for g in self.in_bubbles:
                if (t, g) not in self.ln_gas:
                    self.bubbles[t, g] = self.fed(t, g) + tanks.turned(t, "gas", g)[0]

        def gas_row(t: int, g: str) -> Any:
            formed, consumed = tanks.turned(t, "gas", g)
            return log(self.bubbles[t, g] + consumed) - log(self.fed(t, g) + formed)

        unit.rows("gas_balance", self.followed, gas_row)
        self._share_air()
        if self.names:
            for t in tanks.tanks:
                self._leave(t)
            self._off_gas()
            self._require_water()

    def _share_air(self) -> None:
        tanks = self.tanks
        hydrogen = HYDROGEN in self.in_bubbles
        even = _NO_HYDROGEN * sum((tanks.entering(k) for k in self.network.entering), 0.0)
        if not hydrogen or not self.network.entering or tanks.last == 1:
            self.air_share = dict.fromkeys(tanks.tanks, 1.0 / tanks.last)
            return
        weight = {t: self.bubbles[t, HYDROGEN] + even for t in tanks.tanks}
        tanks.block.air_share = pyo.Expression(
            tanks.tanks, rule=lambda _, t: weight[t] / sum(weight.values())
        )
        self.air_share = {t: tanks.block.air_share[t] for t in tanks.tanks}

    def _leave(self, t: int) -> None:
        tanks, air = self.tanks, self.inlets["air"]
        block = tanks.block
        if not hasattr(block, "dry_gas"):
            block.dry_gas = pyo.Expression([(i, g) for i in tanks.tanks for g in self.dry_names])
            block.wet_gas = pyo.Expression(tanks.tanks)
        for g in self.dry_names:
            own = self.bubbles[t, g] if g in self.in_bubbles else 0.0
            block.dry_gas[t, g] = own + self.air_share[t] * air.flow("gas", g)
        dry = {g: block.dry_gas[t, g] for g in self.dry_names}
        gas = OffGas.over(tanks.states[t], dry, tanks.unit.pressure, HYDROGEN_FLUORIDE in self.names)
        block.wet_gas[t] = gas.total
        self.leaving[t] = gas

    def vapours(self, t: int) -> Mapping[str, Any]:
        """What the liquor loses to the gas, by component [mol/h]."""
        if t not in self.leaving:
            return {}
        total, gas = self.tanks.block.wet_gas[t], self.leaving[t]
        lost = {WATER: gas.vapour_fraction * total}
        if HYDROGEN_FLUORIDE in self.names:
            lost[FLUORIDE] = gas.fluoride_fraction * total
        return lost

    def moisture(self, t: int, component: str) -> Any:
        """Water vapour that gases bring into a tank [mol/h]."""
        if component != WATER or not self.names:
            return 0.0
        return self.fed(t, WATER) + self.air_share[t] * self.inlets["air"].flow("gas", WATER)

    def flows(self, t: int) -> dict[str, Any]:
        """Gas that leaves a tank [mol/h]."""
        if t not in self.leaving:
            return {}
        lost = self.vapours(t)
        flows: dict[str, Any] = dict(self.leaving[t].dry) | {WATER: lost[WATER]}
        if HYDROGEN_FLUORIDE in self.names:
            flows[HYDROGEN_FLUORIDE] = lost[FLUORIDE]
        return flows

    def enthalpy(self, t: int) -> Any:
        """[kJ/h]"""
        return phase_enthalpy(self.system, "gas", self.flows(t), self.tanks.temperature[t - 1])

    def _require_water(self) -> None:
        """Gases of stated flow may carry off no more water than enters."""
        tanks, unit = self.tanks, self.tanks.unit
        streams = [s for name in ("gas", "air") for s in self.inlets[name].streams if s.draw is None]
        dry = sum(n for s in streams for g, n in s.n.get("gas", {}).items() if g != WATER)
        held = [x for x in tanks.given if x is not None]
        if not held or isinstance(dry, int):
            return
        steam = sum(saturation_pressure(x) for x in held) / len(held)
        water = sum(tanks.fed(t, WATER) for t in tanks.tanks)
        unit.require(
            "evaporation",
            1.0 - dry * steam / (unit.pressure - steam) / water,
            "the gases carry off more water vapour than there is water: less gas, or a lower temperature",
        )

    def _off_gas(self) -> None:
        tanks, unit = self.tanks, self.tanks.unit
        off_gas, each = unit.outlets["off_gas"], {t: self.flows(t) for t in tanks.tanks}
        gas = off_gas.n["gas"]
        water = sum(tanks.fed(t, WATER) for t in tanks.tanks)
        scale = {g: (0.1 if g == WATER else 1e-3) * water for g in gas}
        unit.rows(
            "off_gas_balance",
            list(gas),
            lambda g: (gas[g] - sum(each[t][g] for t in tanks.tanks)) / scale[g],
        )
        capacity = {
            t: phase_enthalpy(self.system, "gas", each[t], REFERENCE_TEMPERATURE + 1.0)
            - phase_enthalpy(self.system, "gas", each[t], REFERENCE_TEMPERATURE)
            for t in tanks.tanks
        }
        mixed = sum(capacity[t] * tanks.temperature[t - 1] for t in tanks.tanks) / sum(capacity.values())
        unit.rows("gas_temperature", None, lambda: (off_gas.temperature - mixed) / 100.0)
        for g in gas:
            unit.start(gas[g], 0.1 * scale[g])
