"""Equilibrium contacts of rare-earth chlorides with PC-88A, and activities in their aqueous phase.

The table gives the acid of the FEED.  What the contact ends at follows from the protons that extraction
gives to the liquor, so that a prediction starts from feeds alone (see `ree_extraction_model`).  Its
extractant column is taken as mol/L of PC-88A weighed in as HA: it reaches 3.0, which is nearly the neat
liquid, and the molar volume that the compilation uses is that of one HA.  Here it is counted as dimer, half
as much.

Activities are those of the chemistry `rare_earth`, by Pitzer's equations or SIT; the equations and
coefficients are the runtime's.  Concentrations in mol/L are taken as mol per kg of water.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.pitzer import Pitzer
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.sit import Sit

ELEMENTS = ("La", "Ce", "Pr", "Nd", "Sm", "Dy", "Y")
TABLE = Path("ree") / "sx_pc88a_hcl.csv"
_TRACE = 1e-12
Activity = Literal["ideal", "sit", "pitzer"]


@dataclass(frozen=True)
class Contacts:
    """Single contacts at phase ratio 1.

    Attributes:
        paper: first author, per contact.
        acid: H+ in the feed [mol/L].
        dimer: extractant counted as dimer [mol/L organic].
        feed: metal in the feed, contact x element [mol/L].
        log_ratio: measured log10 D, contact x element; nan where not measured.
    """

    paper: np.ndarray
    acid: np.ndarray
    dimer: np.ndarray
    feed: np.ndarray
    log_ratio: np.ndarray

    @property
    def measured(self) -> np.ndarray:
        return ~np.isnan(self.log_ratio)

    @property
    def papers(self) -> list[str]:
        return sorted({str(p) for p in self.paper})

    def of(self, keep: np.ndarray) -> Contacts:
        return replace(self, **{name: getattr(self, name)[keep] for name in self.__dataclass_fields__})

    def without(self, *papers: str) -> Contacts:
        return self.of(~np.isin(self.paper, papers))


def read_contacts(data: Path) -> Contacts:
    """The 179 rows of the table as 142 contacts: rows of one number in the source are one contact."""
    found: dict[tuple[str, str], dict] = {}
    with (data / TABLE).open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            acid, extractant, feed, ratio = (
                float(next(v for k, v in row.items() if k.startswith(start)))
                for start in ("feed_H", "extractant", "feed_metal", "D[")
            )
            contact = found.setdefault(
                (row["row_in_source"], row["label"]), {"acid": acid, "extractant": extractant, "metals": {}}
            )
            contact["metals"][row["element"]] = feed, np.log10(ratio)
    metals = [c["metals"] for c in found.values()]
    return Contacts(
        np.array([label.split()[0] for _, label in found]),
        np.array([c["acid"] for c in found.values()]),
        0.5 * np.array([c["extractant"] for c in found.values()]),
        np.array([[m.get(e, (0.0, 0.0))[0] for e in ELEMENTS] for m in metals]),
        np.array([[m.get(e, (0.0, np.nan))[1] for e in ELEMENTS] for m in metals]),
    )


@dataclass(frozen=True)
class Liquor:
    """Activities at one composition per contact, as logarithms: of the metal's free ion over its
    concentration, of H+ over its concentration, and of the chloride ion."""

    metal: np.ndarray
    hydrogen: np.ndarray
    chloride: np.ndarray


def liquor(activity: Activity, acid: np.ndarray, metal: np.ndarray) -> Liquor:
    """Activities in a chloride liquor of `acid` H+ and `metal` (contact x element) [mol/L]."""
    return _MODELS[activity](acid, metal)


def _ideal(acid: np.ndarray, metal: np.ndarray) -> Liquor:
    chloride = acid + 3.0 * metal.sum(axis=1)
    return Liquor(np.zeros_like(metal), np.zeros_like(acid), np.log(chloride))


def _pitzer(acid: np.ndarray, metal: np.ndarray) -> Liquor:
    model = _pitzer_model()
    molality = {f"{e}+3": metal[:, i] + _TRACE for i, e in enumerate(ELEMENTS)}
    molality |= {"H+": acid, "Cl-": acid + 3.0 * metal.sum(axis=1)}
    strength = 0.5 * sum(m * model.charges[s] ** 2 for s, m in molality.items())
    shared = model.shared(molality, np.sqrt(strength), REFERENCE_TEMPERATURE)

    def ln_gamma(species: str) -> np.ndarray:
        return np.asarray(model.ln_gamma(species, molality, shared, REFERENCE_TEMPERATURE))

    return Liquor(
        np.stack([ln_gamma(f"{e}+3") for e in ELEMENTS], axis=1),
        ln_gamma("H+"),
        ln_gamma("Cl-") + np.log(molality["Cl-"]),
    )


def _sit(acid: np.ndarray, metal: np.ndarray) -> Liquor:
    """With the complexes MCl+2 in equilibrium; damped substitution."""
    model, ln_beta = _sit_model()
    metal = metal + _TRACE
    total = acid + 3.0 * metal.sum(axis=1)
    chloride = 0.9 * total
    ions, pairs = [f"{e}+3" for e in ELEMENTS], [f"{e}Cl+2" for e in ELEMENTS]
    ln_gamma = {s: np.zeros_like(acid) for s in (*ions, *pairs, "H+", "Cl-")}
    for _ in range(200):
        ratio = np.stack(
            [
                np.exp(ln_beta[i] + ln_gamma[m] + ln_gamma["Cl-"] - ln_gamma[p]) * chloride
                for i, (m, p) in enumerate(zip(ions, pairs, strict=True))
            ],
            axis=1,
        )
        free = metal / (1.0 + ratio)
        chloride = 0.5 * chloride + 0.5 * (total - (ratio * free).sum(axis=1))
        molality = {m: free[:, i] for i, m in enumerate(ions)}
        molality |= {p: (ratio * free)[:, i] for i, p in enumerate(pairs)} | {"H+": acid, "Cl-": chloride}
        strength = 0.5 * sum(m * model.charges[s] ** 2 for s, m in molality.items())
        shared = model.shared(molality, np.sqrt(strength), REFERENCE_TEMPERATURE)
        new = {s: np.asarray(model.ln_gamma(s, molality, shared)) for s in ln_gamma}
        change = max(float(np.max(np.abs(new[s] - ln_gamma[s]))) for s in new)
        ln_gamma = {s: 0.3 * ln_gamma[s] + 0.7 * new[s] for s in new}
        if change < 1e-7:
            break
    return Liquor(
        np.stack([ln_gamma[m] for m in ions], axis=1) + np.log(free / metal),
        ln_gamma["H+"],
        ln_gamma["Cl-"] + np.log(chloride),
    )


_MODELS: dict[Activity, Callable[[np.ndarray, np.ndarray], Liquor]] = {
    "ideal": _ideal,
    "sit": _sit,
    "pitzer": _pitzer,
}


@cache
def _pitzer_model() -> Pitzer:
    return Pitzer(load_system("rare_earth").pitzer, _charges())


@cache
def _sit_model() -> tuple[Sit, np.ndarray]:
    system = load_system("rare_earth")
    charges = _charges() | {f"{e}Cl+2": 2 for e in ELEMENTS}
    ln_beta = [system.species[f"{e}Cl+2"].constants["sit"].ln_k(REFERENCE_TEMPERATURE) for e in ELEMENTS]
    return Sit(system.sit, charges), np.array(ln_beta)


def _charges() -> dict[str, int]:
    return {f"{e}+3": 3 for e in ELEMENTS} | {"H+": 1, "Cl-": -1}


def series(radii: Mapping[str, float], elements: Sequence[str]) -> np.ndarray:
    """Ionic radius less that of Nd+3 [0.1 angstrom], negative for the heavy elements."""
    return np.array([10.0 * (radii[e] - radii["Nd"]) for e in elements])
