"""Where cold leach tanks start: with next to nothing leached; the lag of `reacting_tanks` is then taken away.

Every tank's liquor starts at the approximate equilibrium (`flowsheet.chemistry.start`) of what is fed up to
it and a hundredth of what its solids could give, with the solids that form at equilibrium.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.start import StartingEquilibrium
from flowsheet.chemistry.system import WATER

if TYPE_CHECKING:
    from hydromet.leaching.leach_tanks import LeachTanks

_LEACHED = 0.01
_LEAST = 1e-12
"""Of the water: stands in for what is not there."""
_LIQUOR_PER_WATER = 1.05e-3
"""[m3/kg], roughly."""
_WATER_LEFT = 0.05


class TanksStart:
    """Start procedure (see `flowsheet.solve.initialise.Procedure`) of leach tanks.

    `data` names the chemistry, the components, the solids at equilibrium and the unknowns by tank; called
    with totals (`N:tank:component`, mol/h), temperatures (`T:tank`) and the solids' scales (`scale:solid`).
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.system = load_system(*data["chemistry"])
        self.start = StartingEquilibrium(self.system, data["components"], data["model"], data["solids"])

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        values: dict[str, float] = {}
        for tank, names in self.data["tanks"].items():
            totals = {c: needs[f"N:{tank}:{c}"] for c in (*self.start.solutes, WATER)}
            temperature = needs[f"T:{tank}"]
            if all(math.isfinite(n) and n > 0.0 for n in (*totals.values(), temperature)):
                values |= self._tank(names, totals, temperature, needs)
        return values

    def _tank(
        self,
        names: Mapping[str, Any],
        totals: Mapping[str, float],
        temperature: float,
        needs: Mapping[str, float],
    ) -> dict[str, float]:
        ln_m, per_kg = self.start.solve(totals, temperature)
        per_mole = self.start.water_molar_mass
        formed = {k: n * totals[WATER] * per_mole for k, n in per_kg.items()}
        left = {c: n - sum(self._count(k, c) * f for k, f in formed.items()) for c, n in totals.items()}
        left[WATER] = max(left[WATER], _WATER_LEFT * totals[WATER])
        charge = dict(zip(self.start.names, self.start.charge.tolist(), strict=True))
        strength = 0.5 * sum(z * z * math.exp(min(ln_m[s], 5.0)) for s, z in charge.items())
        values = {variable: ln_m[s] for s, variable in names["ln_m"].items()}
        values[names["ln_ionic_strength"]] = math.log(max(strength, _LEAST))
        values[names["ln_water"]] = math.log(left[WATER] * per_mole)
        for k, n in formed.items():
            values[names["share"][k]] = n / needs[f"scale:{k}"]
        for c, variable in names["flow"].items():
            values[variable] = math.log(max(left[c], 1e-6 * totals[c]))
        return values

    def _count(self, solid: str, component: str) -> float:
        return (self.system.solids[solid].composition or {}).get(component, 0.0)


def start_unleached(unit: LeachTanks) -> None:
    """Start values of all unknowns, as expressions and by the procedure."""
    series = unit.series
    needs: dict[str, Any] = {f"scale:{k}": unit.block.saturated_scale[k] for k in series.network.saturated}
    all_water = sum(series.fed(t, WATER) for t in series.tanks)
    whole = {c: sum(series.fed(t, c) for t in series.tanks) for c in series.components}
    for t in series.tanks:
        for c in series.components:
            leached = _LEACHED * (series.potential[c] - whole[c]) + _LEAST * all_water
            needs[f"N:{t}:{c}"] = sum(series.fed(i, c) for i in range(1, t + 1)) + leached
        needs[f"T:{t}"] = series.temperature[t - 1]
        _start_tank(unit, t, needs)
    _register(unit, needs)


def _start_tank(unit: LeachTanks, t: int, needs: Mapping[str, Any]) -> None:
    """What the procedure does not give."""
    series = unit.series
    network, gas = series.network, series.gas
    water = needs[f"N:{t}:{WATER}"]
    solids = sum((unit.entering("solid", k) for k in network.entering), 0.0) + 1e-6 * water
    volume = _LIQUOR_PER_WATER * water * unit.system.component(WATER).molar_mass
    unit.start(series.ln_liquor[t], pyo.log(volume))
    unit.start(series.ln_slurry[t], pyo.log(1.1 * volume))
    if series.ln_mass is not None:
        mass = unit.solids.mass_flow("solid") + unit.liquor.mass_flow("solid")
        unit.start(series.ln_mass[t], pyo.log(mass + 1e-6 * water))
    for k in network.dissolving:
        unit.start(series.ln_solid[t, k], pyo.log(unit.entering("solid", k) + 1e-6 * solids))
    for x in network.reactions:
        if x.form == "complete":
            unit.start(series.ln_extent[t, x.name], pyo.log(1e-2 * solids))
    for g in [g for tank, g in gas.followed if tank == t]:
        unit.start(gas.ln_gas[t, g], pyo.log(gas.fed(t, g) + 1e-3 * solids))


def _register(unit: LeachTanks, needs: Mapping[str, Any]) -> None:
    series = unit.series
    names = {}
    for t, state in series.states.items():
        block = state.block
        names[str(t)] = {
            "ln_m": {s: block.ln_m[s].name for s in state.explicit},
            "ln_ionic_strength": block.ln_ionic_strength.name,
            "ln_water": block.ln_water.name,
            "share": {k: series.saturated_share[t, k].name for k in series.network.saturated},
            "flow": {c: unit.slurry.ln("aqueous", c).name for c in (*state.solutes, WATER)}
            if t == series.last
            else {},
        }
    data = {
        "chemistry": list(unit.system.origin),
        "components": list(series.states[series.last].solutes),
        "model": series.states[series.last].model,
        "solids": list(series.network.saturated),
        "tanks": names,
    }
    unit.registry.add_procedure("hydromet.leaching.leach_tanks_start:TanksStart", data, needs)
