"""Cold start of a unit's liquor and solids from an approximate equilibrium (`chemistry.start`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.start import StartingEquilibrium
from flowsheet.chemistry.system import WATER

_HYDRATION_PASSES = 4
"""Crystal water leaves less solvent, and so more crystals; a few passes settle it."""
_LEAST = 1e-12


class LiquorStart:
    """A start procedure (see `solve.initialise.Procedure`) for one speciated outlet.

    `data` names the chemistry, the components, the solids that may form and the unknowns to be given values;
    called with the totals that take part (`N:component`, mol/h) and `temperature`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.system = load_system(*data["chemistry"])
        self.start = StartingEquilibrium(self.system, data["components"], data["model"], data["solids"])

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        totals = {c: needs[f"N:{c}"] for c in (*self.start.solutes, WATER)}
        if not all(math.isfinite(n) and n > 0.0 for n in (*totals.values(), needs["temperature"])):
            return {}
        water, formed = totals[WATER], {}
        ln_m: dict[str, float] = {}
        for _ in range(_HYDRATION_PASSES if self.data["solids"] else 1):
            ln_m, per_kg = self.start.solve(totals | {WATER: water}, needs["temperature"])
            formed = {k: n * water * self.start.water_molar_mass for k, n in per_kg.items()}
            bound = sum(self._count(k, WATER) * n for k, n in formed.items())
            water = max(totals[WATER] - bound, 0.05 * totals[WATER])
        return self._values(totals, water, ln_m, formed)

    def _count(self, solid: str, component: str) -> float:
        return (self.system.solids[solid].composition or {}).get(component, 0.0)

    def _values(
        self,
        totals: Mapping[str, float],
        water: float,
        ln_m: Mapping[str, float],
        formed: Mapping[str, float],
    ) -> dict[str, float]:
        names = self.data["unknowns"]
        charge = dict(zip(self.start.names, self.start.charge.tolist(), strict=True))
        strength = 0.5 * sum(z * z * math.exp(min(ln_m[s], 5.0)) for s, z in charge.items())
        values = {variable: ln_m[s] for s, variable in names["ln_m"].items()}
        values[names["ln_ionic_strength"]] = math.log(max(strength, _LEAST))
        values[names["ln_water"]] = math.log(water * self.start.water_molar_mass)
        for c, variable in names["flow"].items():
            left = water if c == WATER else totals[c] - sum(self._count(k, c) * n for k, n in formed.items())
            values[variable] = math.log(max(left, 1e-6 * totals[c]))
        for k, n in formed.items():
            scale = 1.0 / sum(
                self._count(k, c) / totals[c] for c in totals if c != WATER and self._count(k, c) > 0
            )
            values[names["share"][k]] = n / scale
            values[names["solid"][k]] = n
        return values
