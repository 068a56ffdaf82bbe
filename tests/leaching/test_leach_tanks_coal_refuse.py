"""The coal-refuse leach: tanks of given volume with the published correlations, against SciPy.

The equations of the reference are written from the case's description, not from the unit: free protons by the
dissociation of bisulfate alone, 1 kg of water per litre of liquor, solids of 2.4 kg/L.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pytest
from scipy.optimize import brentq

from flowsheet.document.load import load_text
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from flowsheet.solve.assemble import compile_plant
from flowsheet.solve.simulate import simulate
from harness import Case
from sampling_by_hand import latin_hypercube

OXIDES = {  # mass fraction, molar mass of the metal [g/mol], A, B
    "Al2O3": (0.237, 26.9815, 1.49672, 405.505),
    "Fe2O3": (0.0642, 55.845, 0.902948, 11.3471),
    "CaO": (3.31e-3, 40.078, 0.159744, 0.0818447),
    "Sc2O3": (2.77966e-5, 44.9559, 0.763764, 7.55073e-4),
    "Y2O3": (3.28653e-5, 88.9058, 0.580701, 5.28612e-4),
    "La2O3": (6.77769e-5, 138.905, 0.443101, 1.028295e-3),
    "Ce2O3": (1.56161e-4, 140.116, 0.601391, 7.05005e-3),
    "Pr2O3": (1.71438e-5, 140.908, 0.501916, 5.22858e-4),
    "Nd2O3": (6.76618e-5, 144.242, 0.702951, 6.28994e-3),
    "Sm2O3": (1.47926e-5, 150.36, 0.578717, 2.52479e-4),
    "Gd2O3": (1.0405e-5, 157.25, 1.063667, 1.340847e-2),
    "Dy2O3": (7.54827e-6, 162.5, 0.428088, 4.56708e-5),
}
SOLIDS, LIQUOR, ACID = 22.68, 224.3, 0.05
"""[kg/h], [L/h], [mol/L]"""
TANK, K_BISULFATE = 378.5, 10**-1.99
"""[L], [mol/L]"""


def chemistry(folder: Path) -> Path:
    """A chemistry of the user's: one weak acid, ideal, a kilogram of water to the litre."""
    metals = {name[:2].rstrip("2O"): "+2" if name == "CaO" else "+3" for name in OXIDES}
    components = "".join(
        f"  {'Fe(III)' if m == 'Fe' else m}: {{species: {m}{z}, source: case}}\n" for m, z in metals.items()
    )
    density = "density: {value: 2.4 g/cm3, source: case}"
    solids = "".join(f"  - {{name: {name}, {density}}}\n" for name in OXIDES)
    path = folder / "coal_refuse.yaml"
    path.write_text(
        f"""chemistry: coal_refuse
title: sulfuric acid without activities
sources: {{case: {{citation: the published case}}}}
volume: {{water_density: {{value: 1 g/cm3, source: case}}}}
components:
  H2O: {{species: H2O, source: case, cp: {{value: 75.3 J/mol/K, source: case}}}}
  H: {{species: H+, source: case}}
  SO4: {{species: SO4-2, source: case}}
{components}aqueous:
  - {{reaction: SO4-2 + H+ = HSO4-, log_k: {{value: 1.99, source: case}}}}
solids:
  - {{name: inerts, formula: SiO2, {density}}}
{solids}""",
        encoding="utf-8",
    )
    return path


@cache
def plant(tanks: int, system: Path):
    shares = ", ".join(f"{name}: {100 * w!r} %" for name, (w, *_) in OXIDES.items())
    text = f"""
flowsheet: coal refuse
chemistry: {system.as_posix()}
feeds:
  refuse: {{temperature: 303 K, solid: {{flow: {SOLIDS} kg/h, composition: {{inerts: balance, {shares}}}}}}}
  acid: {{temperature: 303 K, aqueous: {{flow: {LIQUOR} L/h, H2SO4: {ACID} mol/L}}}}
units:
  leach: {{unit: leach_tanks, inlets: {{solids: refuse, lixiviant: acid}}, reactions: coal_refuse_acid,
          tanks: {tanks}, tank_volume: {TANK / 1000} m3, temperature: 303 K, activity_model: ideal}}
"""
    classes = unit_classes(())
    document = load_text(text, {n: c.declaration() for n, c in classes.items()}, None)
    model = build_model(document, classes)
    return model, compile_plant(model)


@pytest.fixture(scope="module")
def system(tmp_path_factory) -> Path:
    return chemistry(tmp_path_factory.mktemp("chemistry"))


def solved(tanks: int, system: Path, inputs: dict[str, float] | None = None) -> Case:
    model, compiled = plant(tanks, system)
    simulation = simulate(compiled, compiled.inputs(inputs or {}))
    case = Case(model, compiled, simulation)
    assert simulation.converged, case.why(simulation)
    return case


def free_proton(acid: float, sulfate: float) -> float:
    """[H+] from free acid and sulfate [mol/L]: h + h s/(h + K) = acid; negative where acid is missing."""
    b = K_BISULFATE + sulfate - acid
    if acid <= 0.0:
        return acid
    return 0.5 * (-b + math.sqrt(b * b + 4.0 * acid * K_BISULFATE))


def reference(
    tanks: int, solids: float, litres: float, strength: float, case: Case
) -> dict[str, list[float]]:
    """Conversions by oxide and tank, by bisection in the free protons of one tank after the other."""
    molar = {n: case.system.solids[n].molar_mass for n in OXIDES}
    fed = {n: solids * OXIDES[n][0] / molar[n] for n in OXIDES}
    charge = {n: 2.0 if n == "CaO" else 6.0 for n in OXIDES}
    before = dict.fromkeys(OXIDES, 0.0)
    found: dict[str, list[float]] = {n: [] for n in OXIDES}

    def converted(name: str, h: float, eps: float) -> float:
        a, b = OXIDES[name][2:]
        speed = eps * b * h**a * TANK / fed[name]
        return brentq(
            lambda x: x - before[name] - speed * (1.0 - x) ** (2 / 3), before[name], 1.0, xtol=1e-15
        )

    def tank(h: float) -> tuple[dict[str, float], float]:
        """Conversions at free protons h, and the free protons that they leave."""
        eps = solids / litres
        for _ in range(60):
            x = {n: converted(n, h, eps) for n in OXIDES}
            water = case.system.component("H2O").molar_mass
            liquor = litres + water * sum(0.5 * charge[n] * fed[n] * x[n] for n in OXIDES)
            left = solids - sum(molar[n] * fed[n] * x[n] for n in OXIDES)
            eps = left / (liquor + left / 2.4)
        acid = (2.0 * strength * litres - sum(charge[n] * fed[n] * x[n] for n in OXIDES)) / liquor
        return x, free_proton(acid, strength * litres / liquor)

    for _ in range(tanks):
        ln_h = brentq(lambda y: tank(math.exp(y))[1] - math.exp(y), math.log(1e-9), math.log(2.0), xtol=1e-14)
        before, _ = tank(math.exp(ln_h))
        for name, x in before.items():
            found[name].append(x)
    return found


@pytest.mark.parametrize("tanks", [1, 2])
def test_the_smaller_case_is_what_scipy_finds(tanks, system):
    case = solved(tanks, system)
    expected = reference(tanks, SOLIDS, LIQUOR, ACID, case)
    for name, by_tank in expected.items():
        assert case[f"leach.conversion.{name}"] == pytest.approx(by_tank[-1], rel=1e-6), name
    case.check()


def test_it_is_so_at_other_flows_too(system):
    ranges = {"refuse.flow": (10.0, 45.0), "acid.flow": (0.11, 0.45), "acid.H2SO4": (0.03, 0.3)}
    for inputs in latin_hypercube(ranges, 6):
        case = solved(2, system, inputs)
        litres = 1000.0 * inputs["acid.flow"]
        expected = reference(2, inputs["refuse.flow"], litres, inputs["acid.H2SO4"], case)
        for name, by_tank in expected.items():
            assert case[f"leach.conversion.{name}"] == pytest.approx(by_tank[-1], rel=1e-6), (name, inputs)


def test_free_protons_are_those_of_bisulfate_s_dissociation(system):
    case = solved(2, system)
    for t in (1, 2):
        state = case.model.units["leach"].series.states[t]
        h, hso4, so4 = (case.evaluate(state.m[s]) for s in ("H+", "HSO4-", "SO4-2"))
        assert h * so4 / hso4 == pytest.approx(K_BISULFATE, rel=1e-9)
        assert case[f"leach.free_proton.{t}"] == pytest.approx(h, rel=1e-9)
        assert case[f"leach.liquor_pH.{t}"] == pytest.approx(-math.log10(h), rel=1e-9)
