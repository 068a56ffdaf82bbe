"""Where a cold membrane module starts: solved element by element from the feed on, in plain numbers.

Each element takes the equations of `sdem` with what the chemistry's approximate equilibrium says of its feed
held: constants of protonation and of complexes, and moles of species per mole of solute for the osmotic
pressure.  Its own flux is raised from next to nothing, where nothing is held back and the feed itself is the
answer, to what it is; the next element starts from its neighbour.  All is plain numbers: a compiled flowsheet
can carry it along.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.start import StartingEquilibrium
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER
from hydromet.pressure_membranes.fixed_charge import FixedCharge
from hydromet.pressure_membranes.local_start import LocalPlaces, LocalTransport

_GAS_CONSTANT = 1e-2 * GAS_CONSTANT
"""R [m3 bar/mol/K]."""
_SHARES = (0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
"""Of an element's flux, by which it is reached."""
_PASSES = 4
"""Rounds between an element's flux, its mean composition and what passes."""
_DRY = 0.03
"""Of an element's water that is left on its feed side at least."""
_LEAST = 1e-300
_FRICTION_EXPONENT = 1.7
"""Of the flow, in pressure drop."""


@dataclass(frozen=True)
class StartedElement:
    """What an element's equations give: unknowns (also place by place), flux [m3/m2/h], flows that leave
    [mol/h], the liquor at the membrane [mol/kg].
    """

    solution: np.ndarray
    flux: float
    leaving: dict[str, float]
    wall: dict[str, float]
    places: LocalPlaces


class ChannelStart:
    """A channel of one module, element by element from its inlet on.

    Args:
        data: chemistry, activity model, carriers and structure of the layers, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.solutes: list[str] = list(data["solutes"])
        self.equilibrium = StartingEquilibrium(load_system(*data["chemistry"]), self.solutes, data["model"])
        self.transport = LocalTransport(
            self.solutes,
            data["bound"],
            data["charges"],
            data["layers"],
            data["film"],
            FixedCharge(*data["fixed"]) if data["fixed"] else None,
        )

    def run(
        self,
        flows: Mapping[str, float],
        needs: Mapping[str, float],
        elements: int,
        guesses: Sequence[np.ndarray] = (),
    ) -> list[StartedElement] | None:
        """From the flows into it [mol/h]; None where an element has no answer.

        Args:
            needs: `temperature` [K], `area` [m2], `water_volume` [m3/mol], `permeance:` and, at the inlet,
                `film:` by species [m/h]; `flux`, or `pressure`, `permeability` and an element's `drop`.
            guesses: unknowns of the elements, as far as known.
        """
        carriers, m_w = self.data["charges"], self.equilibrium.water_molar_mass
        feed, ln_m = self.molalities(flows), self._speciated(flows, needs["temperature"])
        constants = self._constants(ln_m)
        permeance = np.array([needs[f"permeance:{s}"] for s in carriers])
        film = np.array([needs.get(f"film:{s}", 1.0) for s in carriers])
        osmotic = 0.0
        if "pressure" in needs:
            per_solute = sum(math.exp(v) for v in ln_m.values()) / sum(feed.values())
            osmotic = _GAS_CONSTANT * needs["temperature"] * m_w / needs["water_volume"] * per_solute
        entering, lost = dict(flows), 0.0
        guess: np.ndarray | None = None
        found: list[StartedElement] = []
        for k in range(elements):
            pace = entering[WATER] / flows[WATER]
            drop = needs.get("drop", 0.0) * pace**_FRICTION_EXPONENT
            element = self._element(
                entering,
                needs,
                needs["area"] / elements,
                permeance,
                film * pace ** self.data["film_exponent"],
                constants,
                osmotic,
                lost + 0.5 * drop,
                guesses[k] if k < len(guesses) else guess,
            )
            if element is None:
                return None
            found.append(element)
            lost, guess, entering = lost + drop, element.solution, element.leaving
        return found

    # ---- chemistry

    def molalities(self, flows: Mapping[str, float]) -> dict[str, float]:
        """[mol/kg water]"""
        water = flows[WATER] * self.equilibrium.water_molar_mass
        return {c: flows[c] / water for c in self.solutes}

    def _speciated(self, flows: Mapping[str, float], temperature: float) -> dict[str, float]:
        return self.equilibrium.solve(flows, temperature)[0]

    def _constants(self, ln_m: Mapping[str, float]) -> np.ndarray:
        """ln K of the species that move unlike their parts."""
        bound: Mapping[str, Mapping[str, float]] = self.data["bound"]
        ln_unbound = {PROTON: ln_m[PROTON_SPECIES]}
        for c, stoichiometry in zip(
            self.equilibrium.solutes, self.equilibrium.stoichiometry.T[1:], strict=True
        ):
            holding = zip(self.equilibrium.names, stoichiometry.tolist(), strict=True)
            unbound = sum(n * math.exp(ln_m[s]) for s, n in holding if n and s not in bound)
            ln_unbound[c] = math.log(max(unbound, _LEAST))
        return np.array(
            [ln_m[s] - sum(n * ln_unbound[c] for c, n in parts.items()) for s, parts in bound.items()]
        )

    # ---- one element

    def _element(
        self,
        flows: Mapping[str, float],
        needs: Mapping[str, float],
        area: float,
        permeance: np.ndarray,
        film: np.ndarray,
        constants: np.ndarray,
        osmotic: float,
        lost: float,
        guess: np.ndarray | None,
    ) -> StartedElement | None:
        volume = needs["water_volume"]
        most = (1.0 - _DRY) * flows[WATER] * volume / area
        leaving, m_w = dict(flows), self.equilibrium.water_molar_mass
        stated = needs.get("flux")
        bulk = self.molalities(flows)
        if stated is None:
            driving = needs["pressure"] - lost - osmotic * sum(bulk.values())
            flux = needs["permeability"] * max(driving, 0.02 * needs["pressure"])
        else:
            flux = stated
        flux = min(flux, most)
        solution, wall = guess, bulk
        for _ in range(_PASSES):
            if solution is None:
                for share in _SHARES:
                    solution = self.transport.solve(bulk, constants, permeance, film, share * flux, solution)
            else:
                again = self.transport.solve(bulk, constants, permeance, film, flux, solution)
                if again is None:
                    for share in _SHARES:
                        again = self.transport.solve(bulk, constants, permeance, film, share * flux, again)
                solution = again
            if solution is None:
                return None
            wall, permeate = self.transport.ends(solution, constants, bulk)
            if stated is None:
                driving = needs["pressure"] - lost - osmotic * (sum(wall.values()) - sum(permeate.values()))
                wanted = needs["permeability"] * max(driving, 0.02 * needs["pressure"])
                flux = min(math.sqrt(flux * wanted), most)
            water = flux * area / volume
            leaving = {WATER: flows[WATER] - water}
            for c in self.solutes:
                leaving[c] = max(flows[c] - permeate[c] * m_w * water, 1e-3 * flows[c])
            mean = {c: 0.5 * (flows[c] + leaving[c]) for c in flows}
            bulk = self.molalities(mean)
        assert solution is not None
        return StartedElement(solution, flux, leaving, wall, self.transport.parts(solution, constants, bulk))

    # ---- start values by the unknown's name

    def values(
        self, names: Mapping[str, Any], element: StartedElement, temperature: float
    ) -> dict[str, float]:
        """Of an element."""
        nodes, potentials, bulk, donnan = element.places
        values = {names["leaving"][c]: math.log(flow) for c, flow in element.leaving.items()}
        if names["flux"]:
            values[names["flux"]] = math.log(element.flux)
        values |= {name: bulk[c] for c, name in names["bulk"].items()}
        for key, name in names["ln_m"].items():
            j, c = key.split("|")
            values[name] = float(nodes[int(j)][c])
        values |= dict(zip(names["potentials"], potentials, strict=True))
        values |= dict(zip(names["donnan"], donnan, strict=True))
        amounts = {**element.wall, WATER: 1.0 / self.equilibrium.water_molar_mass}
        return values | self.state(names["wall"], amounts, temperature, True)

    def state(
        self, names: Mapping[str, Any], amounts: Mapping[str, float], temperature: float, per_kilogram: bool
    ) -> dict[str, float]:
        """Of a speciated phase."""
        ln_m = self._speciated(amounts, temperature)
        charge = dict(zip(self.equilibrium.names, self.equilibrium.charge.tolist(), strict=True))
        strength = 0.5 * sum(z * z * math.exp(min(ln_m[s], 5.0)) for s, z in charge.items())
        dissolved = sum(math.exp(min(v, 5.0)) for v in ln_m.values())
        m_w = self.equilibrium.water_molar_mass
        water = 0.0 if per_kilogram else math.log(amounts[WATER] * m_w)
        return {
            **{variable: ln_m[s] for s, variable in names["ln_m"].items()},
            names["ln_ionic_strength"]: math.log(max(strength, 1e-12)),
            names["ln_water"]: water,
            names["ln_water_activity"]: max(-m_w * dissolved, -2.0),
        }


class ModuleStart:
    """Start values of a module from its inlet.

    Args:
        data: what a channel's start takes, and the names of the unknowns, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data, self.channel = data, ChannelStart(data)

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name."""
        if not all(math.isfinite(v) for v in needs.values()):
            return {}
        temperature = needs["temperature"]
        entering = {c: needs[f"flow:{c}"] for c in (WATER, *self.channel.solutes)}
        found = self.channel.run(entering, needs, len(self.data["elements"]))
        if found is None:
            return {}
        values: dict[str, float] = {}
        for names, element in zip(self.data["elements"], found, strict=True):
            values |= self.channel.values(names, element, temperature)
        leaving = found[-1].leaving
        passed = {c: entering[c] - leaving[c] for c in entering}
        for key, amounts in (("retentate", leaving), ("permeate", passed)):
            values |= {n: math.log(max(amounts[c], 1e-30)) for c, n in self.data[key].items()}
        for name, variables in self.data["liquors"].items():
            amounts = entering if name == "feed" else leaving
            values |= self.channel.state(variables, amounts, temperature, True)
        return values | self.channel.state(self.data["permeate_state"], passed, temperature, False)
