"""Cold start of a column: cycle after cycle marched in time, with the equations of the bed, until they
repeat.

The shares of the liquors come first, a linear problem; then, level by level, all cells' metals, pH and
ligands by Newton's method.  The march needs no guess, and its end is the start of the solution of all
levels together, in which the cycle closes exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.start import StartingEquilibrium
from flowsheet.chemistry.system import PROTON_SPECIES, WATER
from hydromet.columns.cycle import Cycle
from hydromet.columns.liquor import Blend, ColumnChemistry, debye_term
from hydromet.columns.march import BedMarch, MarchedBed, MarchSettings
from hydromet.columns.transport import FOREIGN

_CYCLES = 12
"""Most cycles that are marched."""
_PERIODIC = 1e-4
"""Change of bound metals over a cycle, of the capacity, at which it counts as repeating."""
_SHARE_CYCLES = 100
_LEAST = 1e-250
_LEAST_RATE, _LEAST_LAPSE = 1e-3, 1e-9
"""Volumes of a cell and hours per level, for liquors that a plant's first rounds have too little of."""


class ColumnStart:
    """A start procedure (see `solve.initialise.Procedure`) for a column.

    `data`: structure and names of unknowns; called with the numbers of `needs`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.system = load_system(*data["chemistry"])
        self.chemistry = ColumnChemistry(
            self.system, data["components"], data["binding"], data["model"], data["highest_pH"]
        )
        divisions = {(step, part): count for step, part, count in data["divisions"]}
        self.cycle = Cycle(tuple(data["steps"]), divisions, data["outlets"])
        self.equilibria = {
            step: StartingEquilibrium(self.system, names, data["model"])
            for step, names in data["liquors"].items()
        }
        self.march = BedMarch(
            self.chemistry,
            self.cycle,
            data["cells"],
            data["sites"],
            data["has_back_mixing"],
            data["has_transfer"],
            data["together"],
        )

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        if not all(math.isfinite(value) for value in needs.values()):
            return {}
        values: dict[str, float] = {}
        liquors: dict[str, Blend] = {}
        concentration: dict[str, dict[str, float]] = {}
        for step in self.cycle.steps:
            liquors[step], concentration[step] = self._liquor(step, needs, values)
        settings = MarchSettings(
            liquors=liquors,
            ln_k={name: float(k) for name, k in self.chemistry.ln_k(needs["temperature"]).items()},
            entering=self._entering(concentration),
            rate={(s, p): max(needs[f"rate:{s}:{p}"], _LEAST_RATE) for s, p in self.cycle.divisions},
            lapse={(s, p): max(needs[f"lapse:{s}:{p}"], _LEAST_LAPSE) for s, p in self.cycle.divisions},
            capacity=needs["capacity"],
            liquor_fraction=needs["liquor_fraction"],
            back_mixing=needs.get("back_mixing", 0.0),
            transfer_rate=needs.get("transfer_rate", 0.0),
        )
        bed = self.march.run(settings, _CYCLES, _PERIODIC, _SHARE_CYCLES)
        for name, templates in self.data["unknowns"]["bed"].items():
            for substance, field in bed.fields(name):
                for (i, n), value in np.ndenumerate(field):
                    values[templates[substance].format(i=i + 1, n=n + 1)] = float(value)
        self._effluents(needs, settings, bed, concentration, values)
        return values

    def _liquor(
        self, step: str, needs: Mapping[str, float], values: dict[str, float]
    ) -> tuple[Blend, dict[str, float]]:
        """One entering liquor and its concentrations; its unknowns' start values join `values`."""
        start, chemistry, names = (
            self.equilibria[step],
            self.chemistry,
            self.data["unknowns"]["liquors"][step],
        )
        flows = {c: needs[f"N:{step}:{c}"] for c in (*start.solutes, WATER)}
        ln_m, _ = start.solve(flows, needs["temperature"])
        charge = dict(zip(start.names, start.charge.tolist(), strict=True))
        molality = {s: math.exp(min(value, 5.0)) for s, value in ln_m.items()}
        strength = max(0.5 * sum(z * z * molality[s] for s, z in charge.items()), 1e-12)
        values |= {variable: ln_m[s] for s, variable in names["ln_m"].items()}
        values[names["ln_ionic_strength"]] = math.log(strength)
        values[names["ln_water"]] = math.log(flows[WATER] * start.water_molar_mass)
        values[names["ln_water_activity"]] = -start.water_molar_mass * sum(molality.values())
        litres = 1000.0 * needs[f"V:{step}"]
        concentration = {c: n / litres for c, n in flows.items()}
        charged = {c: z for c, z in chemistry.charge.items() if c not in chemistry.metals}
        equivalents = {
            sign: sum(abs(z) * concentration.get(c, 0.0) for c, z in charged.items() if sign * z > 0)
            for sign in (1, -1)
        }
        blend = Blend(
            water=concentration[WATER] * start.water_molar_mass,
            total={c: concentration.get(c, 0.0) for c in chemistry.blended},
            positive=equivalents[1],
            negative=equivalents[-1],
            debye=debye_term(chemistry.model, math.log(strength), needs["temperature"], math.exp),
            ln_binding=self._binding(molality, charge, strength, needs),
        )
        values[names["debye"]] = blend.debye
        values |= {names["ln_binding"][m]: k for m, k in blend.ln_binding.items()}
        return blend, concentration

    def _binding(
        self,
        molality: Mapping[str, float],
        charge: Mapping[str, int],
        strength: float,
        needs: Mapping[str, float],
    ) -> dict[str, float]:
        """ln K of the metals with the activity coefficients of one liquor."""
        chemistry, t = self.chemistry, needs["temperature"]
        wanted = {chemistry.masters[m]: chemistry.charge[m] for m in chemistry.metals}
        charges = wanted | {PROTON_SPECIES: 1} | dict(charge)
        activity = activity_of(self.system, charges, self.data["model"])
        everywhere = {s: molality.get(s, 0.0) for s in charges}
        shared = activity.shared(everywhere, math.sqrt(strength), t)
        ln_gamma = {s: float(activity.ln_gamma(s, everywhere, shared, t)) for s in (*wanted, PROTON_SPECIES)}
        return {
            m: math.log(10.0) * needs[f"log_k:{m}"]
            + ln_gamma[chemistry.masters[m]]
            - chemistry.charge[m] * ln_gamma[PROTON_SPECIES]
            for m in chemistry.metals
        }

    def _entering(self, concentration: Mapping[str, Mapping[str, float]]) -> dict[str, np.ndarray]:
        """Metals that enter the first cell by step [mol/L]."""
        own = {s: np.array([c.get(m, 0.0) for m in self.chemistry.metals]) for s, c in concentration.items()}
        total = np.sum(list(own.values()), axis=0)
        return {s: x + FOREIGN * (total - x) for s, x in own.items()}

    def _effluents(
        self,
        needs: Mapping[str, float],
        settings: MarchSettings,
        bed: MarchedBed,
        concentration: Mapping[str, Mapping[str, float]],
        values: dict[str, float],
    ) -> None:
        """What the effluents collect, and their flows."""
        names = self.data["unknowns"]
        collected: dict[tuple[str, str], float] = {}
        levels = self.cycle.levels
        for name, leaving in bed.leaving.items():
            running = np.zeros(len(levels))
            for _ in range(2):  # the last effluent goes on into the next cycle
                for level in levels:
                    n, before = level.number, self.cycle.before(level.number)
                    goes_on = levels[before - 1].outlet == level.outlet
                    volume = settings.rate[level.pace] / self.data["cells"]
                    running[n - 1] = volume * leaving[n - 1] + (running[before - 1] if goes_on else 0.0)
            for level in levels:
                variable = names["collected"][name].format(n=level.number)
                values[variable] = math.log(max(running[level.number - 1], _LEAST))
            for outlet in names["outlets"]:
                collected[outlet, name] = running[self.cycle.end_of(outlet) - 1]
        for outlet, unknowns in names["outlets"].items():
            for c, variable in unknowns["flow"].items():
                if c in self.chemistry.metals:
                    amount = collected[outlet, c]
                else:
                    amount = sum(
                        collected[outlet, s] * concentration[s].get(c, 0.0) for s in self.cycle.steps
                    )
                values[variable] = math.log(max(needs["litres"] * amount, _LEAST))
            values[unknowns["temperature"]] = needs["temperature"]
