"""Solubilities of sulfates and carbonates beside measurements, by Pitzer's model.

The tables are those of `docs/solubility.md`, which says what they show.  A point is calibration where
`fits/hydrate_solubility.py` fitted the solid's constant to it, prediction elsewhere.

Run:  python validation/hydrate_solubility.py [TABLE ...]

TABLE is binaries, held_out, enthalpies, transitions, ternaries, mixtures or double_salts; all without one.
"""

from __future__ import annotations

import csv
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
from scipy.optimize import brentq

from flowsheet.chemistry.load import load_system
from flowsheet.solve.speciation import Speciation, SpeciationResult

FOLDER = Path(__file__).parent / "solubility"
SALTS = {
    "NiSO4": ({"Ni": 1.0, "SO4": 1.0}, ("NiSO4.7H2O", "NiSO4.6H2O")),
    "CoSO4": ({"Co": 1.0, "SO4": 1.0}, ("CoSO4.7H2O", "CoSO4.6H2O", "CoSO4.H2O")),
    "MnSO4": ({"Mn": 1.0, "SO4": 1.0}, ("MnSO4.7H2O", "MnSO4.5H2O", "MnSO4.H2O")),
    "Na2SO4": ({"Na": 2.0, "SO4": 1.0}, ("Na2SO4.10H2O", "Na2SO4")),
    "Li2CO3": ({"Li": 2.0, "CO3": 1.0}, ("Li2CO3",)),
    "Li2SO4": ({"Li": 2.0, "SO4": 1.0}, ("Li2SO4.H2O",)),
    "Na2CO3": ({"Na": 2.0, "CO3": 1.0}, ("natron", "thermonatrite")),
    "MgSO4": ({"Mg": 1.0, "SO4": 1.0}, ("MgSO4.7H2O", "MgSO4.6H2O", "MgSO4.H2O")),
    "CaSO4": ({"Ca": 1.0, "SO4": 1.0}, ("gypsum",)),
}
"""Component totals of one mole of salt, and its solids from cold to hot."""
DOUBLE_SALTS = {
    "Ni": ("Na2Ni(SO4)2.4H2O", "NiSO4.7H2O"),
    "Co": ("Na2Co(SO4)2.4H2O", "CoSO4.7H2O"),
    "Mn": ("Na2Mn(SO4)2.2H2O", "MnSO4.5H2O"),
    "Mg": ("bloedite", "MgSO4.7H2O"),
}
"""The double salt with sodium of each metal, and the hydrate that it competes with at 25 degC."""
MOLAR_MASS = {"NaOH": 39.997, "NaCl": 58.443, "Na2SO4": 142.04}
ADDED = {"NaOH": {"Na": 1.0}, "NaCl": {"Na": 1.0, "Cl": 1.0}}
"""Component totals of a mole of what is added; OH- follows from neutrality."""


@cache
def script(folder: str, name: str) -> ModuleType:
    """A script of the project as a module."""
    path = Path(__file__).parents[1] / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def fits() -> ModuleType:
    """The script that fits the solubility constants."""
    return script("fits", "hydrate_solubility")


def rows(name: str) -> list[dict[str, str]]:
    """A table of `validation/solubility`."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def _speciation(components: frozenset[str]) -> Speciation:
    return Speciation(load_system("nmc_sulfate"), components, "pitzer")


def solution(totals: Mapping[str, float], celsius: float) -> SpeciationResult:
    """A solution of component totals [mol per kg of water], under Pitzer."""
    present = {c: n for c, n in totals.items() if n > 0.0}
    return _speciation(frozenset(present)).solve(present, celsius + 273.15)


def mixed(*parts: tuple[float, Mapping[str, float]]) -> dict[str, float]:
    """Component totals of so many moles of each salt."""
    totals: dict[str, float] = {}
    for moles, salt in parts:
        for component, n in salt.items():
            totals[component] = totals.get(component, 0.0) + moles * n
    return totals


def crossing(index: Callable[[float], float], low: float, high: float) -> float:
    """The least molality in [low, high] at which a saturation index is zero; nan if there is none."""
    before: float | None = None
    for m in np.geomspace(low, high, 40).tolist():
        if index(m) >= 0.0:
            return math.nan if before is None else float(brentq(index, before, m, xtol=1e-9))
        before = m
    return math.nan


def solubility(
    salt: str, solid: str, celsius: float, added: Mapping[str, float] | None = None, low: float = 5e-3
) -> float:
    """Molality of the salt in a solution saturated with the solid [mol/kg]; nan where the model finds none.

    `added`: component totals that the solution holds besides [mol/kg].
    """
    unit, _ = SALTS[salt]

    def index(m: float) -> float:
        result = solution(mixed((m, unit), (1.0, added or {})), celsius)
        return result.saturation_index[solid] if result.converged else -math.inf

    return crossing(index, low, 9.0)


@dataclass(frozen=True)
class Point:
    salt: str
    solid: str
    celsius: float
    measured: float
    model: float
    calibration: bool

    @property
    def error(self) -> float:
        return self.model / self.measured - 1.0


def fitted_range(solid: str) -> tuple[float, float] | None:
    """Temperatures [degC] of the points that a solid's constant was fitted to under Pitzer."""
    for salt in fits().SALTS:
        if salt.name == solid and "pitzer" in salt.models:
            return salt.range  # type: ignore[no-any-return]
    return None


def binaries(salts: Iterable[str] = SALTS) -> Iterator[Point]:
    """Measured solubilities in water from 0 to 90 degC beside the model's most stable solid."""
    for salt in salts:
        for celsius, measured in fits().solubility(salt):
            if celsius > 90.0:
                continue
            low = min(0.1 * measured, 0.5)
            found = {s: solubility(salt, s, celsius, low=low) for s in SALTS[salt][1]}
            solid = min((s for s in found if found[s] == found[s]), key=lambda s: found[s])
            fitted = fitted_range(solid)
            calibration = fitted is not None and fitted[0] <= celsius <= fitted[1]
            yield Point(salt, solid, celsius, measured, found[solid], calibration)


def held_out() -> Iterator[tuple[str, float, float]]:
    """Solid, temperature [degC], relative error of the solubility there by a fit without that point."""
    for salt in fits().SALTS:
        if salt.anhydrous not in SALTS or "pitzer" not in salt.models:
            continue
        whole = fits().fit(salt, "pitzer")
        if len(whole.temperature) <= salt.fitted("pitzer") + 1:
            continue
        for i, t in enumerate(whole.temperature):
            error = fits().fit(salt, "pitzer", without=i).solubility_error[i]
            yield salt.name, float(t) - 273.15, float(error)


def enthalpies() -> Iterator[tuple[str, float, float, float]]:
    """Solid and its enthalpy of dissolution [kJ/mol]: calorimetric, from solubility, and from solubility with
    the metals' Pitzer coefficients held at 25 degC."""
    shipped = load_system("nmc_sulfate")
    binary = dict(shipped.pitzer.binary)
    for pair in (("Ni+2", "SO4-2"), ("Co+2", "SO4-2")):
        binary[pair] = {name: values[:1] for name, values in binary[pair].items()}
    held = replace(shipped, pitzer=replace(shipped.pitzer, binary=binary), digest="held at 25 degC")
    for salt in fits().SALTS:
        if salt.name in fits().CALORIMETRIC:
            found, without = (fits().fit(salt, "pitzer", system=s).delta_h for s in (shipped, held))
            yield salt.name, fits().CALORIMETRIC[salt.name], found, without


def transition(salt: str, cold: str, hot: str) -> float:
    """Temperature [degC] at which the solubilities of two solids of one salt cross."""
    unit, _ = SALTS[salt]

    def difference(celsius: float) -> float:
        m = solubility(salt, cold, celsius, low=0.1)
        result = solution(mixed((m, unit)), celsius)
        return -result.saturation_index[hot]

    before: float | None = None
    for celsius in np.arange(0.0, 90.0, 2.5).tolist():
        if difference(celsius) <= 0.0:
            return math.nan if before is None else float(brentq(difference, before, celsius, xtol=1e-3))
        before = celsius
    return math.nan


def transitions() -> Iterator[tuple[str, str, tuple[float, float], float]]:
    """Two solids, their transition as handbooks have it (low, high) and the model's [degC]."""
    for row in rows("hydrate_transitions"):
        cold, hot = row["from"], row["to"]
        yield cold, hot, (float(row["low"]), float(row["high"])), transition(row["salt"], cold, hot)


def alkaline() -> Iterator[tuple[str, float, float, float, float]]:
    """Na2SO4 at 90 degC with NaOH or NaCl: what is added, its molality, and Na2SO4's measured, by the model
    and by Thomsen's."""
    for row in rows("sodium_sulfate_ternary"):
        salt, added = row["added"], float(row["added_mass_percent"])
        sulfate = float(row["na2so4_mass_percent"])
        water = (100.0 - added - sulfate) / 1000.0
        other, measured = added / MOLAR_MASS[salt] / water, sulfate / MOLAR_MASS["Na2SO4"] / water
        model = solubility("Na2SO4", "Na2SO4", 90.0, mixed((other, ADDED[salt])), low=0.03)
        anion = salt.removeprefix("Na") + "-"
        published = script("validation", "published_correlations").thomsen_solubility
        yield salt, other, measured, model, published("Na2SO4", 90.0, anion=anion, added=other)


def evaluated() -> Iterator[tuple[str, float, float, float, float, str]]:
    """Na2SO4 in acid: solid, temperature [degC], H2SO4 [mol/kg], molality by a correlation and by the model,
    source."""
    for row in rows("sodium_sulfate_evaluated"):
        celsius, acid = float(row["temperature_C"]), float(row["h2so4_molality"])
        model = solubility("Na2SO4", row["solid"], celsius, {"SO4": acid}, low=0.03)
        yield row["solid"], celsius, acid, float(row["molality"]), model, row["source"]


def mixtures() -> Iterator[tuple[str, float, str, str, float]]:
    """Salt, temperature [degC], what is added, the solid and the molality of the salt beside it, by the model
    alone."""
    sodium, chloride = SALTS["Na2SO4"][0], ADDED["NaCl"]
    acid = {"SO4": 1.0}
    liquors: dict[str, dict[str, Mapping[str, float]]] = {
        salt: {
            "water": {},
            "1 H2SO4": acid,
            "2 H2SO4": mixed((2.0, acid)),
            "0.5 Na2SO4": mixed((0.5, sodium)),
            "1 Na2SO4": sodium,
        }
        for salt in ("NiSO4", "CoSO4", "MnSO4")
    }
    liquors["Li2CO3"] = {
        "water": {},
        "1 NaCl": chloride,
        "3 NaCl": mixed((3.0, chloride)),
        "0.5 Na2SO4": mixed((0.5, sodium)),
        "1 Na2SO4": sodium,
        "0.5 Na2CO3": mixed((0.5, SALTS["Na2CO3"][0])),
        "1 Na2CO3": SALTS["Na2CO3"][0],
    }
    for salt, cases in liquors.items():
        for celsius in (25.0, 60.0):
            for name, added in cases.items():
                found = {s: solubility(salt, s, celsius, added, low=0.02) for s in SALTS[salt][1]}
                solid = min((s for s in found if found[s] == found[s]), key=lambda s: found[s])
                yield salt, celsius, name, solid, found[solid]


def with_double_salt(metal: str, celsius: float = 25.0) -> tuple[float, float]:
    """Molalities of MSO4 and Na2SO4 in the solution saturated with hydrate and double salt."""
    double, hydrate = DOUBLE_SALTS[metal]
    salt = f"{metal}SO4"

    def metal_molality(sodium: float) -> float:
        return solubility(salt, hydrate, celsius, mixed((sodium, SALTS["Na2SO4"][0])), low=0.3)

    def index(sodium: float) -> float:
        totals = mixed((metal_molality(sodium), SALTS[salt][0]), (sodium, SALTS["Na2SO4"][0]))
        return solution(totals, celsius).saturation_index[double]

    sodium = float(brentq(index, 0.02, 3.0, xtol=1e-6))
    return metal_molality(sodium), sodium


def _percent(value: float, reference: float) -> str:
    return f"{100.0 * (value / reference - 1.0):+.2f} %"


def _print_binaries() -> None:
    for p in binaries():
        role = "calibration" if p.calibration else "prediction"
        print(f"{p.salt:7s}{p.celsius:5.0f}  {p.solid:14s}{p.measured:9.4f}{p.model:9.4f}", end="  ")
        print(_percent(p.model, p.measured), role, sep="  ")


def _print_held_out() -> None:
    for solid, celsius, error in held_out():
        print(f"{solid:14s}{celsius:5.0f} {100 * error:+7.2f} %")


def _print_enthalpies() -> None:
    for solid, measured, found, held in enthalpies():
        print(f"{solid:12s}calorimetric {measured:7.2f}, from solubility {found:7.2f}", end=", ")
        print(f"with coefficients held at 25 degC {held:7.2f} kJ/mol")


def _print_transitions() -> None:
    for cold, hot, (low, high), model in transitions():
        print(f"{cold:13s} {hot:12s} {low:g} to {high:g} degC, model {model:.1f} degC")


def _print_ternaries() -> None:
    for salt, added, measured, model, published in alkaline():
        print(f"90 degC {salt} {added:6.3f} mol/kg: {measured:.3f}, model {model:.3f}", end="  ")
        print(_percent(model, measured), f"Thomsen {published:.3f}", sep="  ")
    for solid, celsius, acid, value, model, source in evaluated():
        print(f"{solid:13s}{celsius:4.0f} degC, {acid:4.2f} mol/kg H2SO4: {value:.3f} ({source})", end=", ")
        print(f"model {model:.3f}  {_percent(model, value)}")


def _print_double_salts() -> None:
    for metal, (double, hydrate) in DOUBLE_SALTS.items():
        first, second = with_double_salt(metal)
        print(f"{double} and {hydrate} at 25 degC", end=": ")
        print(f"{first:.2f} mol/kg {metal}SO4, {second:.2f} mol/kg Na2SO4")


def _print_mixtures() -> None:
    for salt, celsius, added, solid, molality in mixtures():
        print(f"{salt:7s}{celsius:4.0f} degC  {added:11s}{molality:7.3f} mol/kg  {solid}")


TABLES: Mapping[str, Callable[[], None]] = {
    "binaries": _print_binaries,
    "held_out": _print_held_out,
    "enthalpies": _print_enthalpies,
    "transitions": _print_transitions,
    "ternaries": _print_ternaries,
    "mixtures": _print_mixtures,
    "double_salts": _print_double_salts,
}


def main(arguments: Sequence[str]) -> None:
    for name in arguments or TABLES:
        print(f"--- {name}")
        TABLES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
