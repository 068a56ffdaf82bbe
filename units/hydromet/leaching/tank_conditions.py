"""What the names in a rate law stand for in one tank (see `rate_law`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import PROTON, WATER
from hydromet.leaching.rate_law import LEFT, Amount, indexed

if TYPE_CHECKING:
    from hydromet.leaching.reacting_tanks import ReactingTanks

_PER_LITRE = 1e-3
"""Of a quantity per m3."""
_LN_LITRES = log(1000.0)


class TankConditions:
    """Values by name in tank `t` for a reaction of `solid`; raises KeyError for an unknown name."""

    def __init__(self, tanks: ReactingTanks, t: int, solid: str) -> None:
        self.tanks, self.t, self.solid = tanks, t, solid

    def __call__(self, name: str) -> Amount:
        found = indexed(name)
        if found is not None:
            return self._of(*found)
        tanks, t = self.tanks, self.t
        if name == "pH":
            return Amount(tanks.states[t].ph)
        if name == "T":
            return Amount(tanks.temperature[t - 1])
        if name in (LEFT, "X"):
            ln_left = tanks.ln_solid[t, self.solid] - log(tanks.entering(self.solid))
            return Amount(exp(ln_left), ln_left) if name == LEFT else Amount(1.0 - exp(ln_left))
        if name == "eps":
            ln_pulp = tanks.ln_mass[t] - tanks.ln_slurry[t] - _LN_LITRES
            return Amount(exp(ln_pulp), ln_pulp)
        if name == "R":
            return Amount(GAS_CONSTANT)
        if name == "power":
            return Amount(_PER_LITRE * tanks.unit.agitation)
        if name == "gas_velocity":
            return Amount(tanks.gas.velocity(t))
        raise KeyError(name)

    def _of(self, kind: str, name: str) -> Amount:
        tanks, t = self.tanks, self.t
        if kind == "p":
            tanks.system.gases[name]
            return tanks.gas.pressure(t, name) if name in tanks.network.gases else Amount(0.0)
        if not tanks.network.holds_species(name):
            return Amount(0.0)
        state = tanks.states[t]
        if kind == "c":
            ln_volume = tanks.ln_liquor[t] + _LN_LITRES
            if name in tanks.system.components and name not in (PROTON,):
                ln_total = log(tanks.flow[t, name]) - ln_volume
                return Amount(exp(ln_total), ln_total)
            ln_free = self._ln_molality(name) + state.block.ln_water - ln_volume
            return Amount(exp(ln_free), ln_free)
        if kind == "m":
            ln_m = self._ln_molality(name)
            return Amount(exp(ln_m), ln_m)
        if kind == "a":
            if name == WATER:
                return Amount(exp(state.ln_water_activity), state.ln_water_activity)
            species = self._species(name)
            ln_a = self._ln_molality(name) + state.ln_gamma[species]
            return Amount(exp(ln_a), ln_a)
        raise KeyError(f"{kind}[{name}]")

    def _species(self, name: str) -> str:
        """A component stands for its master species."""
        system = self.tanks.system
        return system.component(name).species if name in system.components else name

    def _ln_molality(self, name: str) -> Any:
        block, species = self.tanks.states[self.t].block, self._species(name)
        return block.ln_m[species] if species in block.ln_m else log(block.m[species])
