"""Constants of two chelating resins from what their product information says of softening brine.

    python fits/brine_softening_resins.py [--check]

Both say how much calcium a litre of bed takes from electrolysis brine with 5 mg/L Ca at pH 10, and that it
is a third of it at pH 7.  Taken as equilibrium (a real bed is not quite there, so that the constants are
rather low), with shares of the sites v of H, N of Na and s of Ca (two sites each), at both pH

    s = K_Ca a_Ca v^2/a_H^2,   N = K_Na a_Na v/a_H,   v + N + 2 s = 1
    N_2/N_1 = (s_2/s_1)^(1/2),   X = K_Na a_Na = (h_2 - R h_1)/(R - 1),
    R = (s_1/s_2)^(1/2) (1 - 2 s_2)/(1 - 2 s_1)

so that two measurements give two constants, once the capacity is known; the sets assume it.  Activity
coefficients are SIT's in the brine.  Writes log_k of Na and Ca into
units/hydromet/ion_exchange/parameters; --check reports without writing.
"""

from __future__ import annotations

import argparse
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "units/hydromet/ion_exchange/parameters"
CALCIUM = {"iminodiacetic": 12.0, "aminophosphonic": 14.0}
"""Taken up at pH 10 [g/L of bed]."""
PH, SHARE_LEFT = (10.0, 7.0), 1.0 / 3.0
BRINE, WATER, FED = 5.13, 0.89, 5e-3
"""NaCl [mol/L] (300 g/L) and water [kg/L] of electrolysis brine, an assumption; calcium [g/L]."""
MOLAR_MASS, TEMPERATURE = 40.08, 298.15


def activities() -> dict[str, float]:
    """Of sodium and calcium in the brine [mol/kg]."""
    from flowsheet.chemistry.activity import activity_of
    from flowsheet.chemistry.load import load_system

    charges = {"Na+": 1, "Cl-": -1, "Ca+2": 2, "H+": 1}
    molality = {"Na+": BRINE / WATER, "Cl-": BRINE / WATER, "Ca+2": FED / MOLAR_MASS / WATER, "H+": 1e-10}
    activity = activity_of(load_system("nmc_sulfate"), charges, "sit")
    shared = activity.shared(molality, math.sqrt(BRINE / WATER), TEMPERATURE)
    return {
        ion: molality[ion] * math.exp(float(activity.ln_gamma(ion, molality, shared, TEMPERATURE)))
        for ion in ("Na+", "Ca+2")
    }


def constants(capacity: float, calcium: float) -> dict[str, float]:
    """log10 K of Na and Ca; `capacity` [equivalents, mol/L], `calcium` taken up at the higher pH [g/L]."""
    a = activities()
    h = [10.0**-ph for ph in PH]
    s = calcium / MOLAR_MASS / capacity
    ratio = SHARE_LEFT**-0.5 * (1.0 - 2.0 * s * SHARE_LEFT) / (1.0 - 2.0 * s)
    x = (h[1] - ratio * h[0]) / (ratio - 1.0)
    vacant = (1.0 - 2.0 * s) / (1.0 + x / h[0])
    return {
        "Na": round(math.log10(x / a["Na+"]), 3),
        "Ca": round(math.log10(s * h[0] ** 2 / vacant**2 / a["Ca+2"]), 3),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    from ruamel.yaml import YAML

    parser = argparse.ArgumentParser(description="Constants of chelating resins from softened brine.")
    parser.add_argument("--check", action="store_true", help="report, write nothing")
    options = parser.parse_args(arguments)
    yaml, found = YAML(), {}
    yaml.width = 4096
    for name, calcium in CALCIUM.items():
        path = FOLDER / f"{name}.yaml"
        document = yaml.load(path.read_text(encoding="utf-8"))
        capacity = float(str(document["values"]["capacity"]["value"]).split()[0])
        found[name] = constants(capacity, calcium)
        for ion, log_k in found[name].items():
            document["values"]["log_k"][ion]["value"] = log_k
        text = io.StringIO()
        yaml.dump(document, text)
        if not options.check:
            path.write_text(text.getvalue(), encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
