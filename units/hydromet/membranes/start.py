"""Where a cold membrane contactor starts: nothing has crossed the wall yet.

Both liquors run through as they enter, at the wall as in the bulk, each in equilibrium with the organic that
it would meet; a component that only the other liquor brings is there as a trace.  That is the contactor's
solution with a wall that lets nothing pass; the flowsheet's own equations follow the wall's hindrance down to
nothing.  A flowing organic starts between what both liquors would give it.  All is plain numbers: a compiled
flowsheet can carry it along.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER
from hydromet.extraction.two_phase import Contact, TwoPhaseEquilibrium

if TYPE_CHECKING:
    from hydromet.membranes.modules import Modules

_DROP = 1e-6
"""Organic beside a liquor [L/kg water], too little to take anything from it."""
_TRACE = 1e-4
"""Of what the other liquor brings, in a liquor that a component does not enter with."""
_LEAST = 1e-12
_WATER_MOLAR_MASS = 0.018015
_LITRES = 1000.0
_VOLUME = 1.03e-3
"""Of a liquor per kg of its water [m3/kg], roughly."""
_HALF_WAY = 0.5
"""Of the loading at the feed, in an organic that runs between two modules."""


class ContactorStart:
    """Start values of a contactor from its inlets.

    Args:
        data: `equilibria` of each liquor (`TwoPhaseEquilibrium.table`), and by liquor the names of the
            unknowns of its channels, bulks, surfaces and of the organics beside it, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.equilibria = {name: TwoPhaseEquilibrium(t) for name, t in data["equilibria"].items()}

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name, from what the unit's `needs` are worth."""
        flows = {name: self._flows(name, values) for name in self.equilibria}
        contacts = {name: self._contact(name, flows[name], values) for name in self.equilibria}
        starts: dict[str, float] = {}
        for name, liquor in self.data["liquors"].items():
            water = flows[name][WATER] * _WATER_MOLAR_MASS
            for state in liquor["states"]:
                starts |= _state(state, contacts[name], water)
            for target in liquor["ln_extractant"]:
                starts[target] = math.log(values["extractant"])
            for c, targets in liquor["leaving"].items():
                starts |= dict.fromkeys(targets, math.log(flows[name][c]))
        starts |= self._organic(contacts["feed"], values)
        return starts

    def _flows(self, name: str, values: Mapping[str, float]) -> dict[str, float]:
        """What a liquor carries of each of its components [mol/h], traces from the other one included."""
        other = "strip" if name == "feed" else "feed"
        flows = {}
        for c in (*self.equilibria[name].solutes, WATER):
            own, across = values.get(f"{name}.{c}", 0.0), values.get(f"{other}.{c}", 0.0)
            flows[c] = max(own if own > 0.0 else _TRACE * across, _LEAST)
        return flows

    def _contact(self, name: str, flows: Mapping[str, float], values: Mapping[str, float]) -> Contact:
        equilibrium, water = self.equilibria[name], flows[WATER] * _WATER_MOLAR_MASS
        totals = np.array([flows[c] / water for c in equilibrium.solutes])
        return equilibrium.solve(
            totals, _DROP, values["extractant"], values["temperature"], diluent=values["diluent"]
        )[0]

    # ---- an organic between two modules

    def _organic(self, contact: Contact, values: Mapping[str, float]) -> dict[str, float]:
        organic = self.data.get("organic")
        if organic is None:
            return {}
        free = math.exp(contact.ln_free)
        ln_free = math.log(free + (1.0 - _HALF_WAY) * max(values["extractant"] - free, 0.0))
        held = self._held(contact, organic)
        starts: dict[str, float] = {}
        for salt, targets in organic["leaving"].items():
            carried = _LITRES * values["organic_flow"] * held[salt]
            starts |= dict.fromkeys(targets, math.log(carried))
        plain = {"ln_free": ln_free, "ln_diluent": min(contact.ln_diluent, -1e-9)}
        ln_salt = {salt: math.log(held[salt]) for salt in organic["by_ratio"]} | {
            salt: math.log(_HALF_WAY)
            + sum(n * (contact.ln_m[s] + contact.ln_gamma[s]) for s, n in ions.items())
            + organic["extractants"][salt] * (contact.ln_free - ln_free)
            for salt, ions in organic["ions"].items()
            if salt not in organic["by_ratio"]
        }
        for bulk in organic["bulks"]:
            starts |= {target: ln_salt[salt] for salt, target in bulk["ln_salt"].items()}
            starts |= {target: plain[kind] for kind, target in bulk["plain"].items()}
        return starts

    def _held(self, contact: Contact, organic: Mapping[str, Any]) -> dict[str, float]:
        """Salts in half of what the feed's organic holds [mol/L organic]."""
        masters = self.equilibria["feed"].species[1 : 1 + len(self.equilibria["feed"].solutes)]
        of_salts = np.array([[ions.get(s, 0.0) for s in masters] for ions in organic["ions"].values()])
        held = np.linalg.lstsq(of_salts.T, _HALF_WAY * contact.organic / _DROP, rcond=None)[0]
        return dict(zip(organic["ions"], np.maximum(held, _LEAST).tolist(), strict=True))


def _state(names: Mapping[str, Any], contact: Contact, water: float) -> dict[str, float]:
    solutes = _WATER_MOLAR_MASS * sum(math.exp(v) for v in contact.ln_m.values())
    plain = {
        "ln_free": contact.ln_free,
        "ln_diluent": min(contact.ln_diluent, -1e-9),
        "ln_volume": math.log(_VOLUME * water),
        "ln_water": math.log(water),
        "ln_ionic_strength": math.log(max(contact.ionic_strength, _LEAST)),
        "ln_water_activity": max(-solutes, -0.5),
    }
    values = {target: plain[kind] for kind, target in names["plain"].items()}
    values |= {target: contact.ln_gamma[species] for species, target in names["ln_gamma"].items()}
    return values | {target: contact.ln_m[species] for species, target in names["ln_m"].items()}


# ---- names of the unknowns


def started(modules: Modules, outlets: Mapping[str, Any]) -> dict[str, Any]:
    """Names of the unknowns that `ContactorStart` gives values to.

    Args:
        modules: the cells.
        outlets: stream that each liquor leaves by.
    """
    liquors = {}
    for liquor, along in modules.along.items():
        channel = along.channel
        leaving = {c: [channel.ln_leaving(k, c).name for k in range(channel.cells)] for c in channel.changing}
        for c in (WATER, *modules.unit.liquor_components(liquor)):
            leaving.setdefault(c, []).append(outlets[liquor].ln("aqueous", c).name)
        liquors[liquor] = {
            "states": [_names_of_state(phase) for phase in along.phases],
            "ln_extractant": [variable.name for variable in along.local_extractant],
            "leaving": leaving,
        }
    if not modules.bulks:
        return {"liquors": liquors}
    system, species = modules.unit.system, modules.species
    names = modules.bulks[0].salts.names
    masters = {PROTON: PROTON_SPECIES} | {c: system.component(c).species for c in modules.crossing}
    organic = {
        "by_ratio": [salt for salt in names if salt.startswith("D(")],
        "ions": {
            salt: {masters[c]: n for c, n in species[salt].composition.items() if c != WATER}
            for salt in names
        },
        "extractants": {salt: species[salt].extractants for salt in names},
        "leaving": {
            salt: [
                channel.ln_leaving(k, salt).name for channel in modules.organic for k in range(channel.cells)
            ]
            for salt in names
        },
        "bulks": [
            {
                "ln_salt": {salt: bulk.block.ln_salt[salt].name for salt in names},
                "plain": {
                    kind: bulk.block.component(kind).name
                    for kind in ("ln_free", "ln_diluent")
                    if bulk.block.component(kind) is not None
                },
            }
            for bulk in modules.bulks
        ],
    }
    return {"liquors": liquors, "organic": organic}


def _names_of_state(phase: Any) -> dict[str, Any]:
    block, aqueous = phase.block, phase.aqueous.block
    own = ("ln_free", "ln_diluent", "ln_volume")
    plain = {kind: block.component(kind) for kind in own}
    plain |= {k: aqueous.component(k) for k in ("ln_water", "ln_ionic_strength", "ln_water_activity")}
    return {
        "plain": {kind: variable.name for kind, variable in plain.items() if variable is not None},
        "ln_m": {s: aqueous.ln_m[s].name for s in phase.aqueous.explicit},
        "ln_gamma": {s: aqueous.ln_gamma_unknown[s].name for s in phase.aqueous.explicit_gamma},
    }
