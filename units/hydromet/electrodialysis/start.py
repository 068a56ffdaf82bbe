"""Where a cold stack starts: what the current would move by Faraday's law, element by element.

Salt moves as ideal membranes would pass it, what has a membrane's wrong charge follows as a trace; each
compartment is at equilibrium.  Membranes then have the potentials that their solutions and the current give.
All is plain numbers, so that a compiled flowsheet can carry it along.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.start import StartingEquilibrium
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, PROTON_SPECIES, WATER
from hydromet.electrodialysis.ions import Ion, crossing, mobile_ions
from hydromet.electrodialysis.membrane import FARADAY_HOURS, hindrance

_TRACE = 1e-4
"""Of what other feeds bring, in a liquid that a component does not enter with."""
_MOST_IN_AN_ELEMENT = 0.5
"""Of a component, that an element may take."""
_EFFICIENCY = 0.85
"""Of the current."""
_THERMAL_VOLTAGE = 0.0257
"""R T/F at 25 degC [V]."""
_JUNCTION = 0.8
"""Of a bipolar membrane, roughly [V]: pH 0 beside pH 14."""
_LEAST = 1e-12
"""Keeps logarithms and quotients finite."""
_CARRIED = 5.0
"""Water with each charge [mol/mol]."""


class StackStart:
    """Start values of a stack from its feeds."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.system = load_system(*data["chemistry"])
        self.compartments: list[str] = data["compartments"]
        self.equilibria = {
            c: StartingEquilibrium(self.system, data["components"][c], data["model"])
            for c in self.compartments
        }
        together = [n for c in self.compartments for n in data["components"][c]]
        self.crossing = crossing(self.system, together, data["model"])
        self.ions = mobile_ions(self.system, self.crossing, data["model"])

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name, from what the stack's `needs` are worth."""
        if not all(math.isfinite(v) for v in values.values()):
            return {}
        flows = {c: self._entering(c, values) for c in self.compartments}
        current = values.get("current_density")
        if current is None:
            current = self._current(values, flows)
        starts: dict[str, float] = {}
        drops: list[float] = []
        for element in self.data["elements"]:
            self._move(flows, current * values["area"] / FARADAY_HOURS)
            solutions = {c: self._solution(c, flows[c], values["temperature"]) for c in self.compartments}
            for c, names in element["states"].items():
                starts |= _state(names, solutions[c], flows[c][WATER] * self.equilibria[c].water_molar_mass)
            starts[element["current_density"]] = current
            total = 0.0
            for place, names in enumerate(element["membranes"]):
                found = self._membrane(place, solutions, current, len(names["potential"]))
                total += found["drop"]
                starts[names["drop"]] = found["drop"]
                starts |= dict(zip(names["potential"], found["potential"], strict=True))
                if "ln_proton" in names:
                    starts[names["ln_proton"]] = found["ln_proton"]
            total *= _THERMAL_VOLTAGE
            total += sum(
                current * values["thickness"] / _conductivity(s["strength"]) for s in solutions.values()
            )
            drops.append(total)
        if self.data["voltage"] is not None:
            starts[self.data["voltage"]] = sum(drops) / len(drops)
        for c, names in self.data["outlets"].items():
            starts |= {name: math.log(flows[c][n]) for n, name in names.items()}
        moles = current * values["one_area"] / (2.0 * FARADAY_HOURS)
        starts |= {name: moles * (1.0 if g == "H2" else 0.5) for g, name in self.data["gas"].items()}
        return starts

    # ---- what flows

    def _entering(self, compartment: str, values: Mapping[str, float]) -> dict[str, float]:
        flows = {}
        for n in self.data["components"][compartment]:
            own = values.get(f"{compartment}.{n}", 0.0)
            elsewhere = sum(values.get(f"{c}.{n}", 0.0) for c in self.compartments)
            flows[n] = max(own, _TRACE * elsewhere, _LEAST)
        return flows

    def _move(self, flows: dict[str, dict[str, float]], charge: float) -> None:
        """Let ideal membranes pass `charge` [mol/h] between the compartments."""
        for place, kind in enumerate(self.data["membranes"]):
            if kind == "bipolar":
                continue
            left = self.compartments[place]
            right = self.compartments[(place + 1) % len(self.compartments)]
            sign = 1 if kind == "cation" else -1
            source, target = (left, right) if sign * charge > 0 else (right, left)
            self._pass(flows[source], flows[target], sign, abs(charge) * _EFFICIENCY)

    def _pass(self, source: dict[str, float], target: dict[str, float], sign: int, charge: float) -> None:
        z = {n: abs(self.system.charge_of(n)) for n in self.crossing if self.system.charge_of(n) * sign > 0}
        there = sum(z[n] * source[n] for n in z)
        share = min(charge / max(there, _LEAST), _MOST_IN_AN_ELEMENT)
        moved = 0.0
        for n in z:
            moved += z[n] * share * source[n]
            target[n] += share * source[n]
            source[n] *= 1.0 - share
        water = min(_CARRIED * moved, 0.2 * source[WATER])
        source[WATER] -= water
        target[WATER] += water

    def _current(self, values: Mapping[str, float], flows: Mapping[str, Mapping[str, float]]) -> float:
        """A rough current density from the voltage [A/m2]."""
        resistance = sum(
            _THERMAL_VOLTAGE / FARADAY_HOURS / (max(m["permeability"].values()) * abs(m["fixed_charge"]))
            for m in self.data["materials"].values()
        )
        for c in self.compartments:
            water = flows[c][WATER] * self.equilibria[c].water_molar_mass
            ionic = sum(flows[c][n] / water for n in self.crossing)
            resistance += values["thickness"] / _conductivity(max(ionic, 1e-3))
        junction = _JUNCTION if "bipolar" in self.data["membranes"] else 0.0
        return max((values["cell_voltage"] - junction) / (2.0 * resistance), 1.0)

    def _solution(self, compartment: str, flows: Mapping[str, float], temperature: float) -> dict[str, Any]:
        """ln molality, ln gamma and ln activity of ions, ionic strength and water's activity."""
        equilibrium = self.equilibria[compartment]
        ln_m, _ = equilibrium.solve(flows, temperature)
        m = {s: math.exp(min(v, 4.0)) for s, v in ln_m.items()}
        strength = 0.5 * sum(
            z * z * m[s] for s, z in zip(equilibrium.names, equilibrium.charge.tolist(), strict=True)
        )
        root = math.sqrt(strength)
        shared = equilibrium.activity.shared(m, root, temperature)
        ln_gamma = {
            s: float(np.clip(equilibrium.activity.ln_gamma(s, m, shared, temperature), -30.0, 30.0))
            for s in m
        }
        excess = float(equilibrium.activity.osmotic_excess(m, root, temperature, shared))
        ln_water = -equilibrium.water_molar_mass * (sum(m.values()) + excess)
        masters = {PROTON: PROTON_SPECIES} | {
            c: self.system.component(c).species for c in equilibrium.solutes
        }
        ln_a = {c: ln_m[s] + ln_gamma[s] for c, s in masters.items()}
        return {
            "ln_m": ln_m,
            "ln_gamma": ln_gamma,
            "strength": max(strength, _LEAST),
            "ln_water": max(min(ln_water, -1e-9), -1.0),
            "ln_ion": {ion.name: float(ion.ln_activity(ln_a, ln_water, temperature)) for ion in self.ions},
            "ln_constant": float(self._hydroxide.constant.ln_k(temperature)),  # type: ignore[union-attr]
        }

    @property
    def _hydroxide(self) -> Ion:
        return next(ion for ion in self.ions if ion.name == HYDROXIDE_SPECIES)

    # ---- membranes

    def _membrane(
        self, place: int, solutions: Mapping[str, Any], current: float, nodes: int
    ) -> dict[str, Any]:
        kind = self.data["membranes"][place]
        left = solutions[self.compartments[place]]
        right = solutions[self.compartments[(place + 1) % len(self.compartments)]]
        if kind == "bipolar":
            return self._bipolar(left, right, current)
        material = self.data["materials"][kind]
        first, second = self._donnan(left, material), self._donnan(right, material)
        outer = [self._outer(s, material) for s in (left, right)]

        def surplus(drop: float) -> float:
            flux = 0.0
            for ion in self.ions:
                s, z = ion.name, ion.charge
                step = outer[0][s] - outer[1][s] * math.exp(max(min(-z * drop, 300.0), -300.0))
                flux += z * step * material["permeability"][s] / hindrance(z, first, second - drop)
            return FARADAY_HOURS * flux - current

        drop = _zero(surplus, -100.0, 150.0)
        last = second - drop
        return {"drop": drop, "potential": np.linspace(first, last, nodes).tolist()}

    def _bipolar(self, left: Mapping[str, Any], right: Mapping[str, Any], current: float) -> dict[str, Any]:
        anion, cation = (self.data["materials"][k] for k in ("bipolar_anion", "bipolar_cation"))
        flux = max(current, 0.0) / FARADAY_HOURS
        f0 = self._donnan(left, anion)
        f1 = f0 - flux / (anion["permeability"][HYDROXIDE_SPECIES] * anion["fixed_charge"])
        ln_product = left["ln_constant"] + 0.5 * (left["ln_water"] + right["ln_water"])
        f2 = f1 + ln_product - math.log(anion["fixed_charge"] * -cation["fixed_charge"])
        f3 = f2 - flux / (cation["permeability"][PROTON_SPECIES] * -cation["fixed_charge"])
        return {
            "drop": self._donnan(right, cation) - f3,
            "potential": [f0, f1, f2, f3],
            "ln_proton": math.log(-cation["fixed_charge"]) + f2,
        }

    def _outer(self, solution: Mapping[str, Any], material: Mapping[str, Any]) -> dict[str, float]:
        return {
            s: math.exp(min(a + material["hydration"][s] * solution["ln_water"], 50.0))
            for s, a in solution["ln_ion"].items()
        }

    def _donnan(self, solution: Mapping[str, Any], material: Mapping[str, Any]) -> float:
        """Potential inside a membrane's face over that of the solution, times F/RT."""
        outer = self._outer(solution, material)

        def charge(f: float) -> float:
            inside = sum(ion.charge * outer[ion.name] * math.exp(-ion.charge * f) for ion in self.ions)
            return -(inside + float(material["fixed_charge"]))

        return _zero(charge, -60.0, 60.0)


def _zero(rising: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(60):
        middle = 0.5 * (low + high)
        if rising(middle) > 0.0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def _conductivity(strength: float) -> float:
    """Of a salt solution, roughly [S/m]."""
    return max(8.0 * strength / (1.0 + 0.5 * strength), 1e-3)


def _state(names: Mapping[str, Any], solution: Mapping[str, Any], water: float) -> dict[str, float]:
    values = {target: solution["ln_m"][s] for s, target in names["ln_m"].items()}
    values |= {target: solution["ln_gamma"][s] for s, target in names["ln_gamma"].items()}
    values[names["ln_ionic_strength"]] = math.log(solution["strength"])
    values[names["ln_water_activity"]] = solution["ln_water"]
    values[names["ln_water"]] = math.log(water)
    return values
