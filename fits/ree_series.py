"""Values that no source has for one rare earth, interpolated over the series in ionic radius.

For each series of reactions, or of Pitzer coefficients, the sourced values y of its members are fitted by

    y(r) = a + b (r - r_Gd) [+ c (r - r_Gd)^2]

by least squares, r Shannon's radius of M+3 at coordination number 8 [angstrom] (`fits/ree_radii.yaml`).  The
uncertainty is the root mean square of what the curve through the others misses of each sourced value.

SIT coefficients of M+3 with chloride and nitrate are fitted to mean activity and osmotic coefficients by the
salt's Pitzer equation (the interpolated ones among them), from 0.02 to 0.6 mol/kg, with the runtime's
speciation and the complex MX+2 in place.

Run:  python fits/ree_series.py            lists the curves and what they miss
      python fits/ree_series.py --write    writes src/flowsheet/chemistry/systems/ree_interpolated.yaml
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from scipy.optimize import least_squares

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem
from flowsheet.solve.speciation import Speciation

SYSTEMS = Path(__file__).parents[1] / "src" / "flowsheet" / "chemistry" / "systems"
OUTPUT = SYSTEMS / "ree_interpolated.yaml"
REFERENCE = "Gd"
MOLALITIES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
YTTRIUM_AS = "Er"
"""Where yttrium's chloride stands in the series: its mean activity coefficient at 3.4 mol/kg, 6.504, is
erbium's, 6.372, not holmium's (validation/osmotic/REECl3.csv)."""
LANTHANIDES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er")


@dataclass(frozen=True)
class Series:
    """A reaction with `Ln` in place of the element, and the elements that it is wanted for."""

    reaction: str
    wanted: tuple[str, ...]
    degree: int = 1
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """A polynomial in the distance of the radius from gadolinium's."""

    coefficients: tuple[float, ...]
    uncertainty: float
    points: int
    distance: Mapping[str, float]

    def __call__(self, element: str) -> float:
        return float(np.polyval(self.coefficients, self.distance[element]))


REACTIONS = (
    Series("Ln+3 + 2 H2O = Ln(OH)2+ + 2 H+", ("Ce",), 2),
    Series("Ln+3 + 3 H2O = Ln(OH)3(aq) + 3 H+", ("Ce",), 2),
    Series("Ln+3 + SO4-2 = LnSO4+", ("Ce", "Pr", "Gd"), 1),
    Series("Ln+3 + 2 SO4-2 = Ln(SO4)2-", ("Ce", "Nd"), 1),
)
SALTS = (  # anion, elements wanted, degree of the curves
    ("Cl-", ("Tb", "Dy", "Ho", "Er"), 2),
    ("NO3-", ("Ce", "Pr", "Sm", "Gd", "Tb", "Dy", "Ho", "Er"), 1),
)


def pieces() -> dict[str, list[dict[str, Any]]]:
    """Sourced reactions and Pitzer coefficients of the rare-earth pieces."""
    found: dict[str, list[dict[str, Any]]] = {"reactions": [], "binary": []}
    for path in sorted(SYSTEMS.glob("ree_*.yaml")):
        if path == OUTPUT:
            continue
        tree = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        found["reactions"] += [e for k in ("aqueous", "solids") for e in tree.get(k, ()) if "reaction" in e]
        found["binary"] += tree.get("pitzer", {}).get("binary", [])
    return found


def radii() -> dict[str, float]:
    path = Path(__file__).with_name("ree_radii.yaml")
    table: dict[str, float] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["radii"]
    return table


def curve(values: Mapping[str, float], degree: int) -> Curve:
    """The curve through sourced values by element, and the root mean square of leaving each out."""
    table = radii()
    table["Y"] = table[YTTRIUM_AS]
    distance = {m: r - table[REFERENCE] for m, r in table.items()}

    def through(elements: Sequence[str]) -> np.ndarray:
        return np.polyfit([distance[m] for m in elements], [values[m] for m in elements], degree)

    members = list(values)
    missed = [values[m] - np.polyval(through([o for o in members if o != m]), distance[m]) for m in members]
    return Curve(
        tuple(through(members).tolist()), float(np.sqrt(np.mean(np.square(missed)))), len(members), distance
    )


def sourced(reaction: str, entries: Iterable[Mapping[str, Any]], key: str) -> dict[str, float]:
    """Values of a series by lanthanide, of those that state a source."""
    values = {}
    for m in LANTHANIDES:
        text = re.sub(r"\bLn|(?<=\d)Ln", m, reaction)
        for entry in entries:
            if entry["reaction"] == text and key in entry and entry[key]["source"] != "no_enthalpy":
                values[m] = float(str(entry[key]["value"]).split()[0])
    return values


def interpolated_reactions(report: Callable[[str], None]) -> list[str]:
    lines = []
    entries = pieces()["reactions"]
    for series in REACTIONS:
        constant = curve(sourced(series.reaction, entries, "log_k"), series.degree)
        enthalpies = sourced(series.reaction, entries, "delta_h")
        enthalpy = curve(enthalpies, series.degree) if len(enthalpies) > series.degree + 2 else None
        report(f"{series.reaction}: {constant.points} values, misses {constant.uncertainty:.3f}")
        for m in series.wanted:
            lines.append(f"  - reaction: {re.sub(r'Ln', m, series.reaction)}")
            if series.models:
                lines.append(f"    models: [{', '.join(series.models)}]")
            lines.append(
                f"    log_k: {{value: {constant(m):.3f}, source: ree_series, "
                f"uncertainty: {max(constant.uncertainty, 0.01):.2f}}}"
            )
            if enthalpy:
                lines.append(f"    delta_h: {{value: {enthalpy(m):.1f} kJ/mol, source: ree_series}}")
            else:
                lines.append("    delta_h: {value: 0 kJ/mol, source: no_enthalpy}")
    return lines


def interpolated_salts(report: Callable[[str], None]) -> list[str]:
    lines = []
    for anion, wanted, degree in SALTS:
        entries = {e["pair"][0][:-2]: e for e in pieces()["binary"] if e["pair"][1] == anion}
        members = (*LANTHANIDES, "Y") if anion == "Cl-" else LANTHANIDES
        known = {m: e for m, e in entries.items() if m in members}
        curves = {
            k: curve({m: float(e[k]) for m, e in known.items()}, degree) for k in ("beta0", "beta1", "cphi")
        }
        reach = min(float(e["range"]["molality"].split()[2]) for e in known.values())
        for k, c in curves.items():
            report(f"{k} of M+3 with {anion}: {c.points} values, misses {c.uncertainty:.4f}")
        for m in wanted:
            values = ", ".join(f"{k}: {c(m):.4f}" for k, c in curves.items())
            missed = ", ".join(f"{k}: {c.uncertainty:.4f}" for k, c in curves.items())
            lines.append(
                f"    - {{pair: [{m}+3, {anion}], {values}, source: ree_series, uncertainty: {{{missed}}}, "
                f"range: {{molality: 0 to {reach:g} mol/kg}}}}"
            )
    return lines


def salt_activity(
    system: ChemistrySystem, element: str, anion: str, m: float, model: ActivityModel
) -> tuple[float, float]:
    """ln of the mean activity coefficient and the osmotic coefficient of MX3 at 25 degC."""
    component = {"Cl-": "Cl", "NO3-": "NO3"}[anion]
    totals = {element: m, component: 3.0 * m}
    found = Speciation(system, totals, model).solve(totals, 298.15)
    if not found.converged:
        raise ArithmeticError(found.message)
    ln_a = {s: math.log(found.molality[s]) + found.ln_gamma[s] for s in (f"{element}+3", anion)}
    ln_gamma = 0.25 * (ln_a[f"{element}+3"] - math.log(m) + 3.0 * (ln_a[anion] - math.log(3.0 * m)))
    return ln_gamma, -found.ln_water_activity / (system.component("H2O").molar_mass * 4.0 * m)


def fitted_sit(system: ChemistrySystem, element: str, anion: str) -> tuple[float, float]:
    """epsilon(M+3, X-) [kg/mol] and the root mean square of what ln gamma and phi miss."""
    pair = frozenset((f"{element}+3", anion))
    target = np.array([salt_activity(system, element, anion, m, "pitzer") for m in MOLALITIES])

    def missed(epsilon: np.ndarray) -> np.ndarray:
        value = float(epsilon[0])
        trial = replace(system, sit={**system.sit, pair: value}, digest=f"{element} {anion} {value!r}")
        found = np.array([salt_activity(trial, element, anion, m, "sit") for m in MOLALITIES])
        return np.asarray((found - target).ravel())

    fit = least_squares(missed, [0.25], diff_step=1e-3)
    return float(fit.x[0]), float(np.sqrt(np.mean(fit.fun**2)))


def fitted_coefficients(report: Callable[[str], None]) -> list[str]:
    system = load_system("rare_earth")
    lines = []
    for anion in ("Cl-", "NO3-"):
        for m in radii():
            if (f"{m}+3", anion) not in system.pitzer.binary:
                continue
            epsilon, misses = fitted_sit(system, m, anion)
            report(f"epsilon({m}+3, {anion}) = {epsilon:.3f}, misses {misses:.3f}")
            lines.append(
                f"  - {{pair: [{m}+3, {anion}], epsilon: {epsilon:.3f}, source: ree_sit_fit, "
                f"uncertainty: {misses:.3f}}}"
            )
    return lines


HEAD = """# Written by fits/ree_series.py: what no source has for one rare earth, interpolated over the
# series; SIT coefficients of M+3 fitted to the salts' Pitzer equations.
# `uncertainty` says how well the curve finds the sourced values.
"""


def write(sit: Sequence[str], report: Callable[[str], None]) -> None:
    parts = [HEAD + "aqueous:", *interpolated_reactions(report), "pitzer:", "  binary:"]
    parts += [*interpolated_salts(report), "sit:", *sit]
    OUTPUT.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        write(["  []"], lambda _: None)  # so that the salts' coefficients are there when SIT's are fitted
        write(fitted_coefficients(print), print)
    else:
        interpolated_reactions(print)
        interpolated_salts(print)
