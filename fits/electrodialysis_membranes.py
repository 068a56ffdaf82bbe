"""Fixed charges and a proton's mobility in ion-exchange membranes, from published current efficiencies.

Batch runs at constant current, as `STAGES` mixed stages in a row.  Three numbers are fitted to three:

    relative mobility of H+ in the cation membrane    69.21 % of the sodium of 1.30 mol/L Na2SO4 recovered
        as NaOH with two compartments at 450 A/m2, current efficiency 36.39 %    (Lee et al. 2025, abstract)
    fixed charge of the cation membrane               77.3 % current efficiency of LiOH up to 1.7 mol/L
    fixed charge of the anion membrane                74.6 % current efficiency of H2SO4 up to 0.6 mol/L
        from Li2SO4, best membranes of a series (Henderson et al. 2024, abstract; current density, volumes
        and strength of the feed are not in it: 1000 A/m2 and 1 mol/L are assumed here)

Run:  python fits/electrodialysis_membranes.py      prints the three
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from harness import Case, solve  # noqa: E402
from hydromet.electrodialysis.membrane import FARADAY_HOURS  # noqa: E402

STAGES = 8
SET = PROJECT / "units" / "hydromet" / "electrodialysis" / "parameters" / "homogeneous.yaml"
MEASURED = {"sodium": 0.6921, "lithium_hydroxide": 0.773, "sulfuric_acid": 0.746}
CHARGE_OF_LEE = 2.60 * 0.6921 / 0.3639
"""mol of electrons per litre of salt solution."""


def batch(
    salt: str,
    alkali: str,
    charge: float,
    density: float,
    membranes: str = "homogeneous",
    acid: str | None = None,
    volumes: tuple[float, float] = (1.0, 1.0),
    celsius: float = 30.0,
    stages: int = STAGES,
) -> Case:
    """A batch of one litre of salt solution that takes up `charge` [mol] at `density` [A/m2].

    `volumes` of alkali and acid over that of the salt; two compartments without `acid`.
    """
    area = charge / stages * FARADAY_HOURS / density
    feeds = {"salt": (salt, 1.0), "alkali": (alkali, volumes[0])}
    if acid is not None:
        feeds["acid"] = (acid, volumes[1])
    lines = ["flowsheet: batch", "chemistry: nmc_sulfate", "feeds:"]
    for name, (liquid, volume) in feeds.items():
        role = "main_feed" if name == "salt" else "reagent"
        flow = f"{{flow: {volume} L/h, {liquid}}}"
        lines.append(f"  {name}: {{role: {role}, temperature: {celsius} degC, aqueous: {flow}}}")
    lines.append("units:")
    inlets = {name: name for name in feeds}
    for k in range(stages):
        joined = ", ".join(f"{port}: {stream}" for port, stream in inlets.items())
        lines.append(
            f"  b{k}: {{unit: bipolar_electrodialysis, inlets: {{{joined}}}, cells: 1, elements: 1,"
            f" cell_area: {area:.9f} m2, current_density: {density} A/m2, temperature: {celsius} degC,"
            f" arrangement: {'two' if acid is None else 'three'}_compartments, membranes: {membranes}}}"
        )
        inlets = {"salt": f"b{k}.depleted", "alkali": f"b{k}.alkali_product"}
        if acid is not None:
            inlets["acid"] = f"b{k}.acid_product"
    return solve("\n".join(lines))


def recovered(case: Case, metal: str, stages: int = STAGES) -> float:
    """Share of the salt's metal that left it."""
    left = case.flow(f"b{stages - 1}.depleted", "aqueous", metal)
    return 1.0 - left / case.flow("salt", "aqueous", metal)


def molarity(case: Case, stage: int, product: str, metal: str = "") -> float:
    """Of a metal in the alkali, or of H2SO4 by free acid [mol/L]."""
    stream = f"b{stage}.{product}_product"
    volume = 1000.0 * case.evaluate(case.model.streams[stream].volume_flow("aqueous"))
    return case.flow(stream, "aqueous", metal or "H") / volume / (1.0 if metal else 2.0)


def efficiency_up_to(
    case: Case, product: str, strength: float, metal: str = "", stages: int = STAGES
) -> float:
    """Current efficiency of a batch from its beginning until a product has a strength [mol/L]."""
    strengths = [molarity(case, k, product, metal) for k in range(stages)]
    step = [case[f"b{k}.current_efficiency.{product}"] for k in range(stages)]
    return float(np.interp(strength, strengths, np.cumsum(step) / np.arange(1, stages + 1)))


def variant(mobility: float, cation: float, anion: float, folder: Path) -> str:
    """The set with other numbers, in a file."""
    text = SET.read_text(encoding="utf-8")
    head, tail = text.split("  anion:\n")
    head = re.sub(r"fixed_charge: \{value: \S+ mol/kg", f"fixed_charge: {{value: {cation:.4f} mol/kg", head)
    head = re.sub(r"(relative_mobility:\n      H\+: \{value: )[\d.]+", rf"\g<1>{mobility:.4f}", head)
    tail = re.sub(
        r"fixed_charge: \{value: \S+ mol/kg", f"fixed_charge: {{value: {anion:.4f} mol/kg", tail, count=1
    )
    path = folder / f"v{mobility:.4f}_{cation:.4f}_{anion:.4f}.yaml"
    path.write_text(head + "  anion:\n" + tail, encoding="utf-8")
    return str(path)


def lee(membranes: str) -> float:
    """Sodium recovered in the two-compartment batch."""
    case = batch("Na2SO4: 1.30 mol/L", "NaOH: 0.10 mol/L", CHARGE_OF_LEE, 450.0, membranes)
    return recovered(case, "Na")


def henderson(membranes: str) -> tuple[float, float]:
    """Current efficiencies of LiOH to 1.7 mol/L and of H2SO4 to 0.6 mol/L."""
    case = batch(
        "Li2SO4: 1.0 mol/L", "LiOH: 0.05 mol/L", 1.7, 1000.0, membranes, "H2SO4: 0.025 mol/L", (0.5, 0.7)
    )
    return efficiency_up_to(case, "alkali", 1.7, "Li"), efficiency_up_to(case, "acid", 0.6)


def _secant(f: Callable[[float], float], x: float, factor: float, steps: int = 3) -> float:
    """Zero of f by secants in ln x."""
    a, b = np.log(x), np.log(x * factor)
    fa = f(float(np.exp(a)))
    for _ in range(steps):
        fb = f(float(np.exp(b)))
        if abs(fb) < 5e-4:
            break
        a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
    return float(np.exp(b))


def fit() -> tuple[float, float, float]:
    """Relative mobility of H+, and fixed charges of cation and anion membrane [mol/kg]."""
    x = [0.2, 1.9, 1.15]
    with tempfile.TemporaryDirectory() as name:

        def missed(k: int, value: float) -> float:
            mobility, cation, anion = (value if j == k else x[j] for j in range(3))
            changed = variant(mobility, cation, anion, Path(name))
            if k == 0:
                return lee(changed) - MEASURED["sodium"]
            return henderson(changed)[k - 1] - MEASURED[("lithium_hydroxide", "sulfuric_acid")[k - 1]]

        for k in (0, 1, 2) * 2:
            x[k] = _secant(partial(missed, k), x[k], 0.9)
    return x[0], x[1], x[2]


if __name__ == "__main__":
    found = fit()
    print(f"relative mobility of H+ {found[0]:.3f}; fixed charges {found[1]:.2f} and {found[2]:.2f} mol/kg")
