"""Solubility constants of crystal hydrates and lithium salts from their solubility in water.

At each temperature of the solubility table the saturated solution is speciated with the runtime's activity
model; the ion activity product is the solubility constant there.  Least squares then gives log K, delta H
and, where enough points cover enough temperature, delta Cp at 25 degC in

    ln K = ln K25 - (dH/R) (1/T - 1/Tr) + (dCp/R) (ln(T/Tr) + Tr/T - 1).

Under Pitzer the coefficients of nickel, cobalt, manganese and zinc sulfate carry magnesium sulfate's
temperature terms, and delta Cp comes from heat capacities (`delta_cp` of `Salt`) wherever some were read:
two parameters are fitted a hydrate, and delta H can be held against calorimetry, which the fit hasn't seen
(`CALORIMETRIC`).  Under SIT, and for copper and iron(II), whose coefficients hold at 25 degC only, delta H
and delta Cp are apparent: they carry what the coefficients' missing temperature dependence leaves out.

Run:  python fits/hydrate_solubility.py            lists the constants and how well the solubility comes back
      python fits/hydrate_solubility.py --yaml     writes them for nmc_solids.yaml, nmc_isomorphous.yaml
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.solve.speciation import Speciation

DATA = Path(__file__).parents[1] / "validation" / "solubility" / "crc_aqueous_solubility.csv"
R = 8.314462618e-3  # kJ/mol/K
TR = 298.15
MODELS = ("pitzer", "sit")


@dataclass(frozen=True)
class Salt:
    """One solid: what it dissolves into, the points it is the stable solid at, and the parameters to fit.

    `per_formula`: component totals per formula unit; `ions`: species and their coefficients in the reaction;
    `range`: [degC]; `parameters`: 1 log K, 2 with delta H, 3 with delta Cp; `delta_h`: [kJ/mol], if it is not
    fitted, from `enthalpy_source`; `delta_cp`: [J/mol/K] and its source, under Pitzer, where heat capacities
    give it: it is not fitted then; `models`: activity models whose constant is fitted, where another has a
    published one.
    """

    name: str
    anhydrous: str
    per_formula: Mapping[str, float]
    ions: Mapping[str, float]
    water: float
    range: tuple[float, float]
    parameters: int
    delta_h: float = 0.0
    delta_cp: tuple[float, str] | None = None
    models: tuple[str, ...] = MODELS
    enthalpy_source: str = "crc_thermo"

    def fitted(self, model: str) -> int:
        """How many of log K, delta H and delta Cp are fitted."""
        return min(self.parameters, 2) if self.heat_capacity(model) else self.parameters

    def heat_capacity(self, model: str) -> float | None:
        """Delta Cp that isn't fitted [J/mol/K]."""
        return self.delta_cp[0] if self.delta_cp and model == "pitzer" else None


def _sulfate(
    metal: str,
    water: float,
    low: float,
    high: float,
    parameters: int,
    delta_cp: tuple[float, str] | None = None,
    models: tuple[str, ...] = MODELS,
    delta_h: tuple[float, str] = (0.0, ""),
) -> Salt:
    ion = metal.removesuffix("(II)")
    return Salt(
        f"{ion}SO4.{'' if water == 1 else f'{water:g}'}H2O",
        f"{ion}SO4",
        {metal: 1.0, "SO4": 1.0},
        {f"{ion}+2": 1.0, "SO4-2": 1.0},
        water,
        (low, high),
        parameters,
        delta_h[0],
        delta_cp,
        models,
        delta_h[1],
    )


def _carbonate(name: str, water: float, low: float, high: float, delta_cp: tuple[float, str] | None) -> Salt:
    ions = {"Na+": 2.0, "CO3-2": 1.0}
    totals = {"Na": 2.0, "CO3": 1.0}
    return Salt(name, "Na2CO3", totals, ions, water, (low, high), 3, 0.0, delta_cp, ("pitzer",))


# Delta Cp at 25 degC [J/mol/K] of NiSO4.7H2O and .6H2O and CoSO4.7H2O and .H2O: derivatives of Thermoddem's
# polynomials; of sodium carbonate: heat capacities of Thomsen's tables.
NICKEL_7, NICKEL_6, COBALT_7, COBALT_1 = -174.6, -213.4, -197.4, -247.5
CALORIMETRIC = {
    "NiSO4.7H2O": 12.18,
    "NiSO4.6H2O": 4.60,
    "CoSO4.7H2O": 11.84,
    "CoSO4.6H2O": 1.57,
    "CoSO4.H2O": -52.05,
}
"""Enthalpies of dissolution at 25 degC [kJ/mol]: nickel's of minteq.v4.dat, cobalt's of Thermoddem."""

SALTS = (
    _sulfate("Ni", 7, 0, 30, 2, (NICKEL_7, "thermoddem")),
    _sulfate("Ni", 6, 40, 100, 3, (NICKEL_6, "thermoddem")),
    _sulfate("Co", 7, 0, 40, 2, (COBALT_7, "thermoddem")),
    _sulfate("Co", 6, 50, 60, 2, (NICKEL_6, "as_nickel_hydrate")),
    _sulfate("Co", 1, 70, 100, 2, (COBALT_1, "thermoddem")),
    _sulfate("Mn", 1, 30, 100, 3, (COBALT_1, "as_cobalt_hydrate")),
    _sulfate("Mn", 5, 10, 20, 2, (NICKEL_6, "as_nickel_hydrate"), ("pitzer",)),
    _sulfate("Mn", 7, 0, 0, 1, (COBALT_7, "as_cobalt_hydrate"), ("pitzer",), (12.5, "as_cobalt_hydrate")),
    _sulfate("Cu", 5, 0, 90, 3),
    _sulfate("Fe(II)", 7, 0, 50, 2),
    _sulfate("Fe(II)", 6, 60, 60, 1, None, ("pitzer",), (5.08, "thermoddem")),
    _sulfate("Fe(II)", 1, 70, 100, 2, None, ("pitzer",)),
    _sulfate("Zn", 7, 0, 30, 2, (NICKEL_7, "as_nickel_hydrate")),
    _sulfate("Zn", 6, 40, 50, 1, (NICKEL_6, "as_nickel_hydrate"), ("pitzer",), (-0.6694, "minteq_v4")),
    _sulfate("Zn", 1, 60, 100, 1, (COBALT_1, "as_cobalt_hydrate"), ("pitzer",), (-44.0699, "minteq_v4")),
    Salt("Li2SO4.H2O", "Li2SO4", {"Li": 2.0, "SO4": 1.0}, {"Li+": 2.0, "SO4-2": 1.0}, 1.0, (0, 100), 3),
    Salt(
        "Na2SO4",
        "Na2SO4",
        {"Na": 2.0, "SO4": 1.0},
        {"Na+": 2.0, "SO4-2": 1.0},
        0.0,
        (40, 100),
        3,
    ),
    Salt(
        "Na2SO4.10H2O",
        "Na2SO4",
        {"Na": 2.0, "SO4": 1.0},
        {"Na+": 2.0, "SO4-2": 1.0},
        10.0,
        (20, 30),
        2,
        delta_cp=(64.4, "thomsen_1997"),
        models=("pitzer",),
    ),
    _carbonate("natron", 10, 0, 30, (71.6, "thomsen_1997")),
    _carbonate("thermonatrite", 1, 40, 100, None),
    Salt("Li2CO3", "Li2CO3", {"Li": 2.0, "CO3": 1.0}, {"Li+": 2.0, "CO3-2": 1.0}, 0.0, (0, 100), 3),
    # delta H from enthalpies of formation [kJ/mol]: LiF -616.0, Li3PO4 -2095.8 (CRC Handbook), Li+ -278.47,
    # F- -335.35, PO4-3 -1284.4 (sit.dat).
    Salt("LiF", "LiF", {"Li": 1.0, "F": 1.0}, {"Li+": 1.0, "F-": 1.0}, 0.0, (0, 25), 1, 2.18),
    Salt("Li3PO4", "Li3PO4", {"Li": 3.0, "P": 1.0}, {"Li+": 3.0, "PO4-3": 1.0}, 0.0, (25, 25), 1, -24.0),
)


@dataclass(frozen=True)
class Fit:
    """`solubility_error`: relative error of the solubility at each point that the fitted constant leaves."""

    log_k: float
    delta_h: float
    delta_cp: float
    temperature: np.ndarray
    rms_log_k: float
    solubility_error: np.ndarray


def solubility(salt: str) -> list[tuple[float, float]]:
    """Pairs (temperature [degC], molality of the saturated solution [mol/kg])."""
    with DATA.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [(float(r["temperature_C"]), float(r["molality"])) for r in rows if r["salt"] == salt]


def ln_product(salt: Salt, speciation: Speciation, molality: float, temperature: float) -> float:
    """ln of the ion activity product of a solution of the salt."""
    result = speciation.solve({c: n * molality for c, n in salt.per_formula.items()}, temperature)
    if not result.converged:
        raise RuntimeError(f"{salt.name} at {temperature} K: {result.message}")
    ions = sum(n * (math.log(result.molality[s]) + result.ln_gamma[s]) for s, n in salt.ions.items())
    return ions + salt.water * result.ln_water_activity


def fit(salt: Salt, model: str, without: int | None = None, system: ChemistrySystem | None = None) -> Fit:
    """Constants of one solid in one activity model.

    `without`: a point that is left out, to try the fit on it; `system`: another one than the shipped.
    """
    system = system or load_system("nmc_sulfate")
    speciation = Speciation(system, list(salt.per_formula), model)  # type: ignore[arg-type]
    low, high = salt.range
    points = [(t + 273.15, m) for t, m in solubility(salt.anhydrous) if low <= t <= high]
    t = np.array([p[0] for p in points])
    product = np.array([ln_product(salt, speciation, m, temperature) for temperature, m in points])
    slope = np.array(
        [
            (ln_product(salt, speciation, 1.001 * m, temperature) - value) / math.log(1.001)
            for (temperature, m), value in zip(points, product, strict=True)
        ]
    )
    columns = [np.ones_like(t), -(1.0 / t - 1.0 / TR) / R, (np.log(t / TR) + TR / t - 1.0) / R]
    known = salt.delta_h * columns[1] if salt.parameters == 1 else np.zeros_like(t)
    delta_cp = salt.heat_capacity(model)
    if delta_cp is not None:
        known = known + 1e-3 * delta_cp * columns[2]
    matrix = np.stack(columns[: salt.fitted(model)], axis=1)
    # A small error of ln K moves ln m by ln K / slope: weighting by 1/slope fits the solubility.
    weight = 1.0 / slope
    if without is not None:
        weight[without] = 0.0
    values, *_ = np.linalg.lstsq(matrix * weight[:, None], (product - known) * weight, rcond=None)
    residual = product - known - matrix @ values
    padded = [*values, *(0.0 for _ in range(3 - len(values)))]
    delta_h = padded[1] if salt.parameters > 1 else salt.delta_h
    delta_cp = 1e3 * padded[2] if delta_cp is None else delta_cp
    rms = float(np.sqrt(np.mean(residual**2)))
    log_k, rms_log_k = padded[0] / math.log(10.0), rms / math.log(10.0)
    return Fit(log_k, delta_h, delta_cp, t, rms_log_k, -residual / slope)


def as_yaml(salt: Salt, fits: Mapping[str, Fit]) -> str:
    """The constants as they stand in nmc_solids.yaml."""
    low, high = salt.range
    span = f", range: {{T: {low:g} degC to {high:g} degC}}" if high > low else ""
    models = sorted(fits.items(), reverse=True)
    lines = ["    log_k:"]
    for model, f in models:
        uncertainty = max(f.rms_log_k, 1e-3)
        lines.append(
            f"      {model}: {{value: {f.log_k:.4f}, source: solubility_fit, "
            f"uncertainty: {uncertainty:.3f}{span}}}"
        )
    lines += ["    delta_h:"]
    source = "solubility_fit" if salt.parameters > 1 else salt.enthalpy_source
    lines += [f"      {m}: {{value: {f.delta_h:.2f} kJ/mol, source: {source}}}" for m, f in models]
    capacities = {
        m: (f.delta_cp, salt.delta_cp[1] if salt.delta_cp and m == "pitzer" else "solubility_fit")
        for m, f in models
        if salt.heat_capacity(m) is not None or salt.fitted(m) > 2
    }
    if capacities:
        lines += ["    delta_cp:"]
        lines += [
            f"      {m}: {{value: {value:.1f} J/mol/K, source: {where}}}"
            for m, (value, where) in capacities.items()
        ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    for salt in SALTS:
        fits = {model: fit(salt, model) for model in salt.models}
        if "--yaml" in arguments:
            print(f"  - name: {salt.name}\n{as_yaml(salt, fits)}")
            continue
        for model, result in fits.items():
            worst = 100.0 * float(np.abs(result.solubility_error).max())
            print(
                f"{salt.name:12s} {model:6s} log K {result.log_k:8.4f}",
                f"delta H {result.delta_h:8.2f} kJ/mol",
                f"delta Cp {result.delta_cp:7.1f} J/mol/K  {len(result.temperature)} points",
                f"rms log K {result.rms_log_k:.4f}, worst solubility {worst:.2f} %",
                f"calorimetric delta H {CALORIMETRIC[salt.name]:.2f} kJ/mol"
                if model == "pitzer" and salt.name in CALORIMETRIC
                else "",
                sep="  ",
            )


if __name__ == "__main__":
    main(sys.argv[1:])
