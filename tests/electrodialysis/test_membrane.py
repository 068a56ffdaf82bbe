"""One membrane against Teorell, Meyer and Sievers's closed form, and what must hold of any membrane."""

from __future__ import annotations

import math

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import HYDROXIDE_SPECIES
from flowsheet.solve.compile import compile_model
from flowsheet.solve.newton import solve
from hydromet.electrodialysis.bipolar_membrane import BipolarMembrane
from hydromet.electrodialysis.ions import Ion, mobile_ions
from hydromet.electrodialysis.membrane import Material, Membrane, Solution

SODIUM = Ion("Na+", 1, {"Na": 1.0}, None)
CHLORIDE = Ion("Cl-", -1, {"Cl": 1.0}, None)
SALT = [SODIUM, CHLORIDE]
CURRENT = 26.801481


def solution(strength: float, ln_water: float = 0.0) -> Solution:
    """Of a 1-1 salt with ideal activities."""
    return Solution({"Na+": math.log(strength), "Cl-": math.log(strength)}, ln_water)


def solved(membrane: Membrane, current: float) -> Membrane:
    """With the potentials that a current density [A/m2] gives."""
    model = membrane.block.model()
    model.current = pyo.Var(initialize=current)
    model.balance = pyo.Constraint(expr=(membrane.current() - model.current) / 100.0 == 0.0)
    compiled = compile_model(model, inputs=[model.current])
    result = solve(compiled, np.ones(len(compiled.unknowns)) * (1.0 if membrane.positive else -1.0))
    assert result.converged, result.message
    for variable in membrane.unknowns:
        position = compiled.unknowns.position[variable.name]
        variable.set_value(float(result.x[position]), skip_validation=True)
    return membrane


def made(
    charge: float,
    strengths: tuple[float, float],
    layers: int = 8,
    mobility: tuple[float, float] = (1.0, 1.5),
    hydration: float = 0.0,
    ln_water: tuple[float, float] = (0.0, 0.0),
) -> Membrane:
    model = pyo.ConcreteModel()
    model.membrane = pyo.Block()
    material = Material(
        charge,
        {"Na+": mobility[0], "Cl-": mobility[1]},
        {"Na+": hydration, "Cl-": hydration},
        3.0,
    )
    left, right = (solution(s, w) for s, w in zip(strengths, ln_water, strict=True))
    return Membrane(model.membrane, SALT, material, left, right, layers)


def donnan(strength: float, charge: float) -> float:
    """Potential inside over that outside, F/RT."""
    return math.asinh(0.5 * charge / strength)


@pytest.mark.parametrize("charge", [-3.0, -0.3, 0.4, 2.0])
def test_the_membrane_potential_is_teorells(charge):
    """1-1 salt without current: Donnan jumps at both faces and a diffusion potential between."""
    strengths, (d_cation, d_anion) = (0.1, 1.0), (1.0, 1.5)
    membrane = solved(made(charge, strengths, layers=100), 0.0)
    root = [math.sqrt(charge * charge + 4.0 * s * s) for s in strengths]
    u = (d_cation - d_anion) / (d_cation + d_anion)
    inside = u * math.log((root[0] - u * charge) / (root[1] - u * charge))
    expected = donnan(strengths[1], charge) - donnan(strengths[0], charge) - inside
    assert float(pyo.value(membrane.drop)) == pytest.approx(expected, rel=2e-3, abs=2e-4)


def test_one_layer_errs_little_where_the_fixed_charge_rules():
    fine, coarse = (float(pyo.value(solved(made(-5.0, (0.05, 0.5), layers=n), 0.0).drop)) for n in (100, 1))
    assert coarse == pytest.approx(fine, rel=5e-3)
    assert fine == pytest.approx(math.log(0.5 / 0.05), rel=0.03)


def test_a_reference_counter_ion_conducts_as_its_area_resistance_says():
    """u = i/(F p X) in a membrane with nothing but its counter-ion; the drop is in units of RT/F."""
    membrane = solved(made(-1e4, (0.5, 0.5), layers=3), 1000.0)
    assert float(pyo.value(membrane.drop)) == pytest.approx(1000.0 / CURRENT / 1e4, rel=1e-5)
    assert float(pyo.value(membrane.flux("Cl-"))) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("current", [-300.0, 0.0, 20.0, 500.0])
@pytest.mark.parametrize("charge", [-2.0, 1.5])
def test_no_ion_moves_against_its_own_potential_and_dissipation_is_positive(charge, current):
    water = (-0.02, -0.08)
    membrane = solved(made(charge, (0.3, 1.2), layers=4, hydration=5.0, ln_water=water), current)
    drop = float(pyo.value(membrane.drop))
    total = float(pyo.value(membrane.water())) * (water[0] - water[1])
    for ion in SALT:
        flux = float(pyo.value(membrane.flux(ion.name)))
        force = math.log(0.3 / 1.2) + ion.charge * drop
        assert flux * (force + 5.0 * (water[0] - water[1])) >= -1e-9
        total += flux * force
    assert total > 0.0


def test_stronger_solutions_make_a_membrane_less_selective():
    shares = []
    for strength in (0.05, 0.3, 1.0, 3.0):
        membrane = solved(made(-2.0, (strength, strength), layers=2), 500.0)
        shares.append(float(pyo.value(membrane.flux("Na+"))) * CURRENT / 500.0)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.99 > 0.8 > shares[-1]


def test_a_bipolar_membrane_at_rest_has_the_potential_of_the_waters_dissociation():
    system = load_system("nmc_sulfate")
    ions = mobile_ions(system, ["Na", "Cl"], "pitzer")
    ln_k = next(ion for ion in ions if ion.name == HYDROXIDE_SPECIES).constant.ln_k(298.15)
    p, n = {ion.name: 1.0 for ion in ions}, {}
    layers = [Material(x, p, n, 0.0) for x in (1e5, -1e5)]
    alkali = Solution({"H+": ln_k, "OH-": 0.0, "Na+": 0.0, "Cl-": math.log(1e-4)}, 0.0)
    acid = Solution({"H+": 0.0, "OH-": ln_k, "Na+": math.log(1e-4), "Cl-": 0.0}, 0.0)
    block = pyo.Block(concrete=True)
    membrane = BipolarMembrane(block, ions, layers[0], layers[1], alkali, acid, ln_k)
    fixed = math.log(1e5)
    rest = -ln_k
    block.drop.set_value(rest, skip_validation=True)
    block.ln_proton.set_value(-rest, skip_validation=True)
    for node, value in enumerate((fixed, fixed, -fixed - rest, -fixed - rest)):
        block.potential[node].set_value(value, skip_validation=True)
    for row in block.electroneutrality.values():
        assert float(pyo.value(row.body)) == pytest.approx(0.0, abs=1e-3)
    for layer in (0, 1):
        assert float(pyo.value(membrane.layer_current(layer))) == pytest.approx(0.0, abs=1e-2)
    assert 0.0257 * rest == pytest.approx(0.83, abs=0.01)
