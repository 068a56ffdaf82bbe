"""Where a cold extraction circuit starts: every section as one stage, solved in turn along the organic.

Each section is one approximate equilibrium (`two_phase`).  Its organic goes on to the next section, and
round, until the circuit about repeats itself.  Stages of a section start alike, which is the limit of strong
back-mixing; the flowsheet's own equations then follow the back-mixing down to nothing (see `cascade`).  All
is plain numbers: a compiled flowsheet can carry it along.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.chemistry.system import WATER
from hydromet.extraction.titration import falling_root
from hydromet.extraction.two_phase import Contact, Equilibrated, TwoPhaseEquilibrium

_ROUNDS = 60
_SETTLED = 1e-2
_TRACE = 1e-6
"""Molality [mol/kg] below which a component does not keep the organic going round."""
_PH_MET = 0.02
"""Logarithm of proton activity by which a pH set point may be missed."""
_LITRES = 1000.0
_WATER_MOLAR_MASS = 0.018015
_VOLUME = 1.03e-3
"""Of a liquor per kg of its water [m3/kg], roughly."""
_SOLVED = 1e-25
"""Total [mol/kg] below which a component is solved for at this one and scaled: a trace moves nothing else."""
_LEAST = 1e-250


class CircuitStart:
    """Start values of a circuit from its inlets.

    Args:
        data: the equilibria (`TwoPhaseEquilibrium.table`), the sections along the organic and the names of
            the unknowns that are started, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.equilibrium = TwoPhaseEquilibrium(data["equilibria"])

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name, from what the unit's `needs` are worth."""
        run = _Run(self.equilibrium, self.data["sections"], values)
        run.settle()
        starts = self._dosed(run.dose, values)
        for section in self.data["sections"]:
            starts |= self._section(
                section, run.contacts[section["name"]], run.water[section["name"]], values
            )
        return starts

    def _section(
        self, section: Mapping[str, Any], contact: Contact, water: float, values: Mapping[str, float]
    ) -> dict[str, float]:
        solutes = self.equilibrium.solutes
        solvent = _WATER_MOLAR_MASS * sum(math.exp(v) for v in contact.ln_m.values())
        common = {
            "ln_free": contact.ln_free,
            "ln_diluent": min(contact.ln_diluent, -1e-9),
            "ln_volume": math.log(_VOLUME * water),
            "ln_water": math.log(water),
            "ln_ionic_strength": math.log(contact.ionic_strength),
            "ln_water_activity": max(-solvent, -0.5),
        }
        per_kilogram = values["organic_flow"] * _LITRES / water
        loading = np.log(np.maximum(contact.organic / per_kilogram, _LEAST))
        ln_loading = dict(zip(solutes, loading.tolist(), strict=True))
        leaving = dict(zip(solutes, (contact.aqueous * water).tolist(), strict=True))
        leaving[WATER] = water / _WATER_MOLAR_MASS
        starts = {target: math.log(max(leaving[c], _LEAST)) for c, target in section["outlet"].items()}
        for stage in section["stages"]:
            starts |= {target: common[kind] for kind, target in stage["plain"].items()}
            starts |= {target: contact.ln_m[species] for species, target in stage["ln_m"].items()}
            starts |= {target: contact.ln_gamma[species] for species, target in stage["ln_gamma"].items()}
            starts |= {target: ln_loading[c] for c, target in stage["ln_loading"].items()}
        return starts

    def _dosed(self, dose: float, values: Mapping[str, float]) -> dict[str, float]:
        """Start values of the alkali's dose [kg/h], where a pH decides it."""
        names = self.data["dosing"]
        if not names:
            return {}
        dose = max(dose, 1e-6 * values["organic_flow"])
        starts = {names["ln_draw"]: math.log(dose)} | {d: dose / len(names["doses"]) for d in names["doses"]}
        return starts | {name: math.log(dose * values[f"per_mass.{c}"]) for c, name in names["flows"].items()}


class _Run:
    """The circuit with each section as one stage.

    Attributes:
        contacts: each section's outcome.
        water: in each section [kg/h].
        dose: alkali that the pH set point needs [kg/h].
    """

    def __init__(
        self,
        equilibrium: TwoPhaseEquilibrium,
        sections: Sequence[Mapping[str, Any]],
        values: Mapping[str, float],
    ) -> None:
        self.equilibrium, self.sections, self.values = equilibrium, sections, values
        self.organic = values["organic_flow"] * _LITRES
        self.contacts: dict[str, Contact] = {}
        self.water: dict[str, float] = {}
        self.dose = 0.0
        self._equilibrated: dict[str, Equilibrated] = {}
        nothing = _Liquor(np.zeros(len(equilibrium.solutes)), 0.0)
        self._entering = np.array([values.get(f"organic.{c}", 0.0) for c in equilibrium.solutes])
        self._droplets, self._loaded = nothing, self._entering
        self._feeds = {s["name"]: self._feed(s["name"]) for s in sections}
        self._joining = {s["name"]: self._feeds[s["name"]] * self._share(s) for s in sections if s["joins"]}

    def settle(self) -> None:
        """Take the organic round until the liquors about repeat themselves."""
        before = None
        for _ in range(_ROUNDS):
            for section in self.sections:
                self._contact(section)
            returned = self.values["returned"]
            self._loaded = self._entering + returned * self._loaded
            self._droplets = self._droplets * returned
            if returned == 0.0 and not self._joining:
                return
            now = np.log(np.maximum([c.aqueous for c in self.contacts.values()], _TRACE))
            if before is not None and np.max(np.abs(now - before)) < _SETTLED:
                return
            before = now

    def _share(self, section: Mapping[str, Any]) -> float:
        """Of a section's spent liquor, what goes on to another."""
        return self.values[f"share.{section['name']}"]

    def _contact(self, section: Mapping[str, Any]) -> None:
        name = section["name"]
        liquor = self._feeds[name] + self._droplets
        for other in self.sections:
            if other["joins"] == name:
                liquor = liquor + self._joining[other["name"]]
        if name == self.sections[0]["name"] and "pH" in self.values:
            liquor = self._to_ph(liquor, name)
        contact = self._solve(liquor, name)
        water = liquor.water
        self.contacts[name], self.water[name] = contact, water
        self._loaded = contact.organic * water
        carried = min(self.values["entrained_aqueous"] * self.values["organic_flow"] / (_VOLUME * water), 0.5)
        spent = _Liquor(contact.aqueous * water, water)
        self._droplets = spent * carried
        if section["joins"]:
            self._joining[name] = spent * ((1.0 - carried) * self._share(section))

    def _solve(self, liquor: _Liquor, name: str) -> Contact:
        totals = np.maximum((liquor.flow + self._loaded) / liquor.water, _LEAST)
        contact, self._equilibrated[name] = self.equilibrium.solve(
            np.maximum(totals, _SOLVED),
            self.organic / liquor.water,
            self.values["extractant"],
            self.values["temperature"],
            self._equilibrated.get(name),
            self.values["diluent"],
        )
        return self.equilibrium.diluted(contact, np.minimum(totals / _SOLVED, 1.0))

    def _feed(self, section: str) -> _Liquor:
        """What enters a section from outside; alkali of known flow enters the first."""
        ports = (section, "alkali") if section == self.sections[0]["name"] else (section,)
        flow = [sum(self.values.get(f"{p}.{c}", 0.0) for p in ports) for c in self.equilibrium.solutes]
        return _Liquor(
            np.array(flow), sum(self.values.get(f"{p}.{WATER}", 0.0) for p in ports) * _WATER_MOLAR_MASS
        )

    def _to_ph(self, liquor: _Liquor, name: str) -> _Liquor:
        """The liquor with as much alkali as its pH set point needs, none where it is above it without."""
        per_mass = np.array([self.values.get(f"per_mass.{c}", 0.0) for c in self.equilibrium.solutes])
        alkali = _Liquor(per_mass, self.values.get(f"per_mass.{WATER}", 0.0) * _WATER_MOLAR_MASS)
        target = -math.log(10.0) * self.values["pH"]
        charge = self.equilibrium.charge
        capacity = self.equilibrium.acid * self.organic * self.values["extractant"]
        most = (np.abs(charge) @ liquor.flow + capacity) / (charge @ per_mass)

        def excess(dose: float) -> float:
            return self._solve(liquor + alkali * dose, name).ln_hydrogen - target

        self.dose = falling_root(excess, most, self.dose, _PH_MET)
        return liquor + alkali * self.dose


@dataclass(frozen=True)
class _Liquor:
    """Component flows [mol/h] and water [kg/h]."""

    flow: np.ndarray
    water: float

    def __add__(self, other: _Liquor) -> _Liquor:
        return _Liquor(self.flow + other.flow, self.water + other.water)

    def __mul__(self, factor: float) -> _Liquor:
        return _Liquor(self.flow * factor, self.water * factor)
