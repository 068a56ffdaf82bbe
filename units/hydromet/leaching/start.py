"""Where a cold leach train starts: tank after tank by successive substitution, in plain numbers.

In every tank the rates at the present concentrations give what is formed and what is consumed of each reagent
and fine solid; its next flow is

    n = (before + fed + formed)/(1 + consumed/n)

which is positive whatever the rates are (a linearised sink, as Patankar takes it, Numerical Heat Transfer and
Fluid Flow, 1980), and is taken half the way in the logarithm.  The particles' ages follow exactly from the
rates.  Volumes of the inlets add up; an adiabatic tank's temperature follows from the heats of reaction with
water's heat capacity.  A drawn acid is found from the free acid or pH wanted.  The liquor that leaves starts
at its approximate equilibrium.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.chemistry.enthalpy import enthalpy_data
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER
from flowsheet.model.unit import WATER_HEAT_CAPACITY
from flowsheet.solve.liquor_start import LiquorStart
from hydromet.leaching.off_gas import HYDROGEN, HYDROGEN_FLUORIDE, STANDARD_MOLAR_VOLUME, air_needed
from hydromet.leaching.reactions import ACID, MOL_PER_M3, Conditions, LeachReactions
from hydromet.leaching.residence_time import TankCascade, shrinking

_PASSES = 300
_SETTLED = 1e-3
_STEADY = 0.05
"""[K] by which a pass may still change the temperature."""
_HALF_WAY = 0.5
_CAREFULLY = 0.2
"""Share of its change that an adiabatic temperature takes in a pass: reactions run away easily."""
_LEAST, _NOTHING = 1e-50, 1e-200
"""Of the water's flow: stands in for what is not there, in the liquor that leaves and on the way."""
_TRACE = 1e-6
"""Of the water's flow: where the search for a reagent begins that is not fed."""
_TRIALS, _SEARCHED = 12, 4.0
"""Bisections of the drawn acid, and how far from its first guess the search goes, as a logarithm."""
_ACID_VOLUME = 0.8e-3
"""Of a drawn acid [m3/kg], roughly."""
_BISULFATE_HEAT = 22.4
"""Heat that a proton gives when it leaves bisulfate [kJ/mol], roughly."""
_RANGE = (274.0, 420.0)


@dataclass
class Tank:
    """What leaves a tank: concentrations [mol/L], flows [mol/h], unreacted by particle, class and age."""

    temperature: float
    volume: float
    concentration: dict[str, float]
    residue: dict[str, float]
    unreacted: dict[str, list[list[float]]]
    depletion: dict[str, list[float]]
    left: dict[str, float]
    undissolved: dict[str, float]
    flow: dict[str, float]
    gas: dict[str, float]


class TrainStart:
    """Start procedure (see `flowsheet.solve.initialise.Procedure`) of a leach train."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.system = load_system(*data["chemistry"])
        self.reactions = LeachReactions(
            self.system, set(data["solids"]), set(data["components"]), data["dissolves"]
        )
        self.cascades = {k: TankCascade(order) for k, order in data["orders"].items()}
        self.liquor = LiquorStart(data["liquor"])
        self.terms = {
            c: [(x.name, nu) for x in self.reactions.reactions if (nu := x.of(phase, c))]
            for phase, names in (("aqueous", self.reactions.tracked), ("solid", self.reactions.residues))
            for c in names
        }
        self.heats = {
            x.name: sum(
                nu * enthalpy_data(self.system, *substance)[0] for substance, nu in x.stoichiometry.items()
            )
            + _BISULFATE_HEAT * x.of("aqueous", PROTON)
            for x in self.reactions.reactions
        }

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        if not all(math.isfinite(value) for value in needs.values()):
            return {}
        draw = self._drawn_acid(needs)
        tanks = self.train(needs, draw)
        values: dict[str, float] = {}
        if self.data["acid"]:
            values[self.data["acid"]["draw"]] = math.log(draw)
            values |= {
                name: math.log(draw * needs[f"acid:{c}"]) for c, name in self.data["acid"]["flow"].items()
            }
        for t, tank in enumerate(tanks, start=1):
            values |= self._tank_values(t, tank)
        return values | self._outlet_values(needs, tanks)

    # ---- tanks

    def train(self, needs: Mapping[str, float], draw: float = 0.0) -> list[Tank]:
        """All tanks, with `draw` of the acid that is as needed [kg/h]."""
        acid = {c: needs.get(f"acid:{c}", 0.0) for c in self.reactions.components}
        acid[PROTON] = -sum(self.system.charge_of(c) * n for c, n in acid.items())
        tanks: list[Tank] = []
        for t in range(1, self.data["tanks"] + 1):
            fed = {c: needs.get(f"fed:{t}:{c}", 0.0) + draw * n * (t == 1) for c, n in acid.items()}
            volume = needs[f"volume:{t}"] + draw * _ACID_VOLUME
            tanks.append(self._tank(t, needs, fed, volume, tanks[-1] if tanks else None))
        return tanks

    def _drawn_acid(self, needs: Mapping[str, float]) -> float:
        """Acid as needed [kg/h] at which the last tank has the free acid wanted."""
        if not self.data["acid"]:
            return 0.0
        first = math.log(needs["draw"])
        low, high = first - _SEARCHED, first + _SEARCHED
        for _ in range(_TRIALS):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if self._acid_enough(needs, math.exp(middle)) else (middle, high)
        return math.exp(0.5 * (low + high))

    def _acid_enough(self, needs: Mapping[str, float], draw: float) -> bool:
        last = self.train(needs, draw)[-1]
        if "pH" not in needs:
            return last.concentration[ACID] > needs["free_acid"]
        ln_m, _ = self.liquor.start.solve(self._totals(last), last.temperature)
        return -ln_m[PROTON_SPECIES] / math.log(10.0) < needs["pH"]

    @staticmethod
    def _totals(tank: Tank) -> dict[str, float]:
        """Components of the liquor that leaves [mol/h], none of them zero."""
        return {c: max(n, _LEAST * tank.flow[WATER]) for c, n in tank.flow.items() if c != PROTON}

    def _tank(
        self, t: int, needs: Mapping[str, float], fed: Mapping[str, float], volume: float, before: Tank | None
    ) -> Tank:
        r = self.reactions
        water = fed[WATER] + (before.flow[WATER] if before else 0.0)
        least = _NOTHING * water
        supply = {c: max(fed[c], 0.0) + (before.flow[c] if before else 0.0) for c in fed}
        supply |= {k: before.residue[k] if before else needs.get(f"entering:{k}", 0.0) for k in r.residues}
        tracked = list(self.terms)
        n = {c: 0.3 * supply[c] + _TRACE * water for c in tracked}
        tank = self._outcome(t, needs, n, supply, volume, before)
        for _ in range(_PASSES):
            extents, outcome = tank
            change = 0.0
            for c in tracked:
                terms = [nu * extents[name] for name, nu in self.terms[c]]
                formed, consumed = sum(v for v in terms if v > 0.0), -sum(v for v in terms if v < 0.0)
                following = (supply[c] + formed + least) / (1.0 + consumed / n[c])
                step = math.log(following / n[c])
                change = max(change, abs(step))
                n[c] *= math.exp(_HALF_WAY * step)
            tank = self._outcome(t, needs, n, supply, volume, before, outcome.temperature)
            warming = abs(tank[1].temperature - outcome.temperature)
            if change < _SETTLED and warming < _STEADY:
                break
        return tank[1]

    def _outcome(
        self,
        t: int,
        needs: Mapping[str, float],
        n: Mapping[str, float],
        supply: Mapping[str, float],
        volume: float,
        before: Tank | None,
        temperature: float | None = None,
    ) -> tuple[dict[str, float], Tank]:
        """Extents and what leaves, at the flows `n` of reagents and fine solids."""
        r, p = self.reactions, {k[2:]: v for k, v in needs.items() if k.startswith("p:")}
        given = needs.get(f"temperature:{t}")
        temperature = given or temperature or (before.temperature if before else needs["inlet_temperature"])
        litres = MOL_PER_M3 * volume
        left = {k: needs[f"entering:{k}"] * 0.3 for k in r.particles}
        conditions = Conditions(
            temperature,
            needs["residence_time"],
            volume,
            {c: n[c] / litres for c in r.tracked},
            {k: n[k] for k in r.residues},
            {o.name: left[o.name] for o in r.oxides if o.name in left},
        )
        paths = r.paths(p, conditions)
        unreacted: dict[str, list[list[float]]] = {}
        depletion: dict[str, list[float]] = {}
        consumed: dict[str, float] = {}
        for k, rates in paths.items():
            a = needs["residence_time"] * sum(rates.values())
            ratios = [
                a / needs[f"size:{j}"] if k in self.data["sized"] else a
                for j in range(len(self.data["sizes"][k]))
            ]
            unreacted[k], consumed[k], left[k] = self._particle(k, ratios, needs, before)
            earlier = before.depletion[k] if before else [1.0] * len(ratios)
            depletion[k] = [x / (1.0 + ratio) for x, ratio in zip(earlier, ratios, strict=True)]
        for k in conditions.layered:
            conditions.layered[k] = left[k]  # type: ignore[index]
        entering = {k: before.undissolved[k] if before else needs[f"entering:{k}"] for k in r.dissolving}
        extents = r.extents(p, conditions, paths, consumed, entering, needs["dissolution_rate"])
        made: dict[tuple[str, str], float] = {}
        for x in r.reactions:
            for substance, nu in x.stoichiometry.items():
                made[substance] = made.get(substance, 0.0) + nu * extents[x.name]
        flow = {
            c: n[c] if c in r.tracked else max(supply[c] + made.get(("aqueous", c), 0.0), 0.0)
            for c in supply
            if c not in r.residues
        }
        gas = {g: made.get(("gas", g), 0.0) + (before.gas[g] if before else 0.0) for g in r.gases}
        if given is None:
            heat = sum(self.heats[name] * extent for name, extent in extents.items())
            if before is None:
                heat -= needs["excess_enthalpy"]
            start = before.temperature if before else needs["inlet_temperature"]
            warmed = start - heat / (WATER_HEAT_CAPACITY * needs["mass"])
            temperature = temperature + _CAREFULLY * (min(max(warmed, _RANGE[0]), _RANGE[1]) - temperature)
        undissolved = {
            x.solid: entering[x.solid] - extents[x.name] for x in r.reactions if x.group == "dissolution"
        }
        return extents, Tank(
            temperature,
            volume,
            {c: n[c] / litres for c in r.tracked},
            {k: n[k] for k in r.residues},
            unreacted,
            depletion,
            left,
            undissolved,
            flow,
            gas,
        )

    def _particle(
        self, k: str, ratios: Sequence[float], needs: Mapping[str, float], before: Tank | None
    ) -> tuple[list[list[float]], float, float]:
        """Unreacted fractions by class, particles dissolved and left [mol/h]."""
        cascade = self.cascades[k]
        profiles, dissolved, remaining = [], 0.0, 0.0
        for j, (weight, ratio) in enumerate(zip(self.data["sizes"][k], ratios, strict=True)):
            upstream = (
                before.unreacted[k][j] if before else cascade.fresh(shrinking(self.reactions.particles[k]))
            )
            inner = np.eye(cascade.unknowns) - ratio * cascade.derivative[:-1, :-1]
            u = np.linalg.solve(inner, np.array(upstream)).tolist()
            profiles.append(u)
            dissolved -= weight * ratio * float(cascade.derivative[0, :-1] @ np.array(u))
            remaining += weight * u[0]
        return profiles, needs[f"entering:{k}"] * max(dissolved, 0.0), needs[f"entering:{k}"] * remaining

    # ---- values of the unknowns

    def _tank_values(self, t: int, tank: Tank) -> dict[str, float]:
        names = self.data["unknowns"][str(t)]
        values = {names["volume"]: math.log(tank.volume)}
        values |= {names["concentration"][c]: math.log(x) for c, x in tank.concentration.items()}
        values |= {names["residue"][k]: math.log(x) for k, x in tank.residue.items()}
        for k, classes in names["unreacted"].items():
            for j, variables in enumerate(classes):
                scaled = [u / tank.depletion[k][j] for u in tank.unreacted[k][j]]
                values |= dict(zip(variables, scaled, strict=True))
        if names["temperature"]:
            values[names["temperature"]] = tank.temperature
        return values

    def _outlet_values(self, needs: Mapping[str, float], tanks: Sequence[Tank]) -> dict[str, float]:
        last = tanks[-1]
        totals = {f"N:{c}": n for c, n in self._totals(last).items()}
        values = self.liquor(totals | {"temperature": last.temperature})
        outlets = self.data["outlets"]
        for k, name in outlets["solid"].items():
            held = last.left | last.residue | last.undissolved
            values[name] = held[k] if k in held else needs.get(f"entering:{k}", 0.0)
        values |= (air := self._air_values(needs, tanks))
        flows = self.data["air"]["flow"] if air else {}
        dry = {
            g: last.gas.get(g, 0.0) + (air[flows[g]] if g in flows else needs.get(f"air:{g}", 0.0))
            for g in outlets["gas"]
            if g not in (WATER, HYDROGEN_FLUORIDE)
        }
        vapour = min(0.9 * saturation_pressure(last.temperature) / needs["pressure"], 0.95)
        for g, name in outlets["gas"].items():
            values[name] = dry.get(g, sum(dry.values()) * (vapour / (1.0 - vapour) if g == WATER else 1e-6))
        for name in outlets["temperature"]:
            values[name] = last.temperature
        return values

    def _air_values(self, needs: Mapping[str, float], tanks: Sequence[Tank]) -> dict[str, float]:
        """Dilution air that is as needed, from the hydrogen that forms."""
        names = self.data["air"]
        if not names:
            return {}
        gas = tanks[-1].gas
        ventilation = needs["ventilation"] * needs["residence_time"] * sum(tank.volume for tank in tanks)
        needed = air_needed(
            gas.get(HYDROGEN, 0.0),
            sum(gas.values()),
            needs["hydrogen_allowed"],
            ventilation / STANDARD_MOLAR_VOLUME,
        )
        per_mass = {g: needs[f"air_per_mass:{g}"] for g in names["flow"]}
        draw = needed / sum(n for g, n in per_mass.items() if g != WATER)
        return {names["draw"]: draw} | {names["flow"][g]: draw * n for g, n in per_mass.items()}
