"""The extraction stages of a published rare-earth plant, whose correlations a user's own files state, against
the same equations solved by SciPy."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from flowsheet.chemistry.formula import atomic_weight
from harness import solve

DATA = Path(__file__).parent / "data"
AQUEOUS = {
    "Al": 422.375, "Ca": 109.542, "Fe(III)": 688.266, "Sc": 0.032, "Y": 0.124, "La": 0.986, "Ce": 2.277,
    "Pr": 0.303, "Nd": 0.946, "Sm": 0.097, "Gd": 0.2584, "Dy": 0.047,
}  # fmt: skip
"""mg/L"""
ORGANIC = {
    "Al": 1.267e-5, "Ca": 2.684e-5, "Fe(III)": 2.873e-6, "Sc": 1.734, "Y": 2.179e-5, "La": 1.05e-4,
    "Ce": 3.1e-4, "Pr": 3.711e-5, "Nd": 1.65e-4, "Sm": 1.701e-5, "Gd": 3.357e-5, "Dy": 8.008e-6,
}  # fmt: skip
HYDROGEN, BISULFATE, SULFATE, STAGES = 10.75, 1e4, 100.0, 3
COEFFICIENTS = {
    "Ce": (0.30916, 0.04816, -1.66021, -0.38599), "Y": (1.63166, 0.15166, -2.12601, 0.26612),
    "Gd": (1.0225, 0.0195, -2.24143, 0.03065), "Dy": (1.70783, 0.06443, -2.42226, -0.02538),
    "Sm": (0.81233, -0.02247, -2.12172, 0.17414), "Nd": (0.31183, 0.03763, -1.62372, -0.38096),
    "La": (0.54, 0.0, -1.93, 0.0), "Pr": (0.29, 0.0, -1.48, 0.0),
}  # fmt: skip
CONSTANT = {"Sc": 632.4976, "Al": 0.0531, "Ca": 0.0658, "Fe(III)": 0.1496}
METALS = list(AQUEOUS)
CHARGE = {m: 2 if m == "Ca" else 3 for m in METALS}
MASS = {m: atomic_weight(m.partition("(")[0]) for m in METALS}
ACID = 16 * atomic_weight("C") + 35 * atomic_weight("H") + 4 * atomic_weight("O") + atomic_weight("P")


def plant(organic_flow="62.01 L/h"):
    ions = {f"{m.partition('(')[0]}+{CHARGE[m]}": v for m, v in AQUEOUS.items()}
    liquor = ", ".join(f"{ion}: {v} mg/L" for ion, v in ions.items())
    organic = ", ".join(f"{m}: {v} mg/L" for m, v in ORGANIC.items())
    return solve(
        f"""
flowsheet: three stages of a published plant
chemistry: {{system: {DATA / "coal_refuse_chemistry.yaml"}, activity_model: ideal}}
feeds:
  liquor:
    role: main_feed
    aqueous:
      {{flow: 62.01 L/h, H+: {HYDROGEN} mg/L, HSO4-: {BISULFATE} mg/L, SO4-2: {SULFATE} mg/L, {liquor}}}
  barren: {{organic: {{flow: {organic_flow}, D2EHPA: 48.79 g/L, {organic}}}}}
units:
  sx: {{unit: solvent_extraction, inlets: {{feed: liquor, organic: barren}}, extraction_stages: {STAGES},
        extractant: {DATA / "coal_refuse_extraction.yaml"}, strip_stages: 0, temperature: 303 K,
        entrained_aqueous: 0, entrained_organic: 0}}
"""
    )


def by_hand():
    """Metals in the aqueous phase and free extractant per stage [mol/L], the feed's volume equal to the
    organic's."""
    feed = np.array([AQUEOUS[m] * 1e-3 / MASS[m] for m in METALS])
    entering = np.array([ORGANIC[m] * 1e-3 / MASS[m] for m in METALS])
    charge = np.array([CHARGE[m] for m in METALS])
    sulfur = atomic_weight("S") + 4 * atomic_weight("O")
    bisulfate, sulfate = BISULFATE * 1e-3 / (sulfur + atomic_weight("H")), SULFATE * 1e-3 / sulfur
    total_sulfate = bisulfate + sulfate
    total_hydrogen = HYDROGEN * 1e-3 / atomic_weight("H") + bisulfate
    extractant = 48.79 / ACID
    k2 = 10.0**-1.99

    def ratios(hydrogen, free):
        pH, dosage = -math.log10(hydrogen), 100.0 * free * 322.431 / 975.8
        by_pH = {
            m: 10.0 ** ((m0 + m1 * dosage) * pH + b0 + b1 * math.log10(dosage))
            for m, (m0, m1, b0, b1) in COEFFICIENTS.items()
        }
        return np.array([(CONSTANT | by_pH)[m] for m in METALS])

    count = STAGES * len(METALS)

    def residual(x):
        metals = np.exp(x[:count]).reshape(STAGES, -1)
        free, hydrogen = np.exp(x[count : count + STAGES]), np.exp(x[count + STAGES :])
        loading = [ratios(hydrogen[k], free[k]) * metals[k] for k in range(STAGES)]
        rows = []
        for k in range(STAGES):
            bisulfate_k = total_sulfate * hydrogen[k] / (k2 + hydrogen[k])
            gained = (
                charge @ (entering - loading[k])
                if k == STAGES - 1
                else charge @ (loading[k + 1] - loading[k])
            )
            before = acids(k - 1, hydrogen)
            rows.append((hydrogen[k] + bisulfate_k - before + gained) / total_hydrogen)
            rows.append(math.log(extractant / (free[k] + charge @ loading[k])))
            liquor = feed if k == 0 else metals[k - 1]
            organic = entering if k == STAGES - 1 else loading[k + 1]
            rows.extend(np.log((liquor + organic) / (metals[k] + loading[k])))
        return np.array(rows)

    def acids(k, hydrogen):
        """Acid that enters stage k + 1 [mol/L]."""
        return total_hydrogen if k < 0 else hydrogen[k] + total_sulfate * hydrogen[k] / (k2 + hydrogen[k])

    start = [
        np.log(np.tile(feed, STAGES)),
        np.full(STAGES, math.log(0.9 * extractant)),
        np.full(STAGES, -3.5),
    ]
    found = least_squares(residual, np.concatenate(start), xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale=0.1)
    assert np.max(np.abs(found.fun)) < 1e-12
    return np.exp(found.x[:count]).reshape(STAGES, -1), np.exp(found.x[count : count + STAGES])


def test_stages_are_those_of_the_same_equations_solved_apart():
    case = plant()
    aqueous, free = by_hand()
    stages = case.model.units["sx"].sections[0].stages
    for k, stage in enumerate(stages):
        for i, metal in enumerate(METALS):
            assert case.evaluate(stage.concentration(metal)) == pytest.approx(aqueous[k, i], rel=1e-7)
        assert math.exp(case.evaluate(stage.block.ln_free)) == pytest.approx(free[k], rel=1e-7)
    case.check(1e-9)


def test_every_metal_gives_its_charge_in_protons_and_takes_its_acid():
    case = plant()
    unit = case.model.units["sx"]
    stage = unit.sections[0].stages[0]
    loading = {m: case.evaluate(stage.loading[m]) for m in METALS}
    held = sum(CHARGE[m] * loading[m] for m in METALS) + math.exp(case.evaluate(stage.block.ln_free))
    assert held == pytest.approx(case.evaluate(unit.block.extractant), rel=1e-10)
    taken = sum(
        CHARGE[m] * (case.flow("sx.organic_out", "organic", m) - case.flow("barren", "organic", m))
        for m in METALS
    )
    released = case.flow("sx.raffinate", "aqueous", "H") - case.flow("liquor", "aqueous", "H")
    assert released == pytest.approx(taken, rel=1e-9)


def test_half_and_double_the_organic_converge():
    for flow in ("31 L/h", "124 L/h"):
        plant(flow).check(1e-9)
