"""Stacks conserve what they handle, and follow Faraday, thermodynamics and the resistance in their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from electrodialysis.plants import (
    CIRCULATING,
    DESALINATION,
    LITHIUM_SULFATE,
    SODIUM_CHLORIDE,
    SODIUM_SULFATE,
    TWO_COMPARTMENTS,
    WATER_AROUND,
    ideal,
    work_and_separation,
)
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.results.warnings import collect_warnings
from flowsheet.solve.speciation import Speciation
from harness import Case, assert_falling, assert_rising, solve
from opened import ran

FARADAY = 96485.33212
PLANTS = {
    "desalination": DESALINATION,
    "sodium": SODIUM_SULFATE,
    "lithium": LITHIUM_SULFATE,
    "two": TWO_COMPARTMENTS,
}


@pytest.fixture(scope="module")
def split() -> Case:
    return solve(SODIUM_SULFATE)


@pytest.fixture(scope="module")
def desalination() -> Case:
    return solve(DESALINATION)


@pytest.mark.parametrize("name", PLANTS)
def test_elements_electrons_and_energy_close(name):
    case = solve(PLANTS[name])
    case.check(work={"stack": case["stack.stack_power"]})


def test_an_adiabatic_stack_warms_its_liquids_by_the_current():
    case = solve(SODIUM_SULFATE.replace(", temperature: 25 degC}\n", "}\n"))
    case.check(work={"stack": case["stack.stack_power"]})
    assert 300.0 < case["stack.liquids_temperature"] < 303.0


@pytest.mark.parametrize("name", ["desalination", "chloride"])
def test_ideal_membranes_obey_faradays_law(name):
    text = {"desalination": DESALINATION.replace("0.1 mol/L", "1 mol/L"), "chloride": SODIUM_CHLORIDE}[name]
    case = solve(ideal(text))
    efficiencies = [v for k, v in case.values.items() if k.startswith("stack.current_efficiency.")]
    assert efficiencies == pytest.approx([1.0] * len(efficiencies), abs=1e-5)
    outlet, feed, cells = {"desalination": ("desalted", "brine", 10), "chloride": ("depleted", "salt", 20)}[
        name
    ]
    moved = case.flow(feed, "aqueous", "Na") - case.flow(f"stack.{outlet}", "aqueous", "Na")
    assert moved == pytest.approx(3600.0 * cells * case["stack.current"] / FARADAY, rel=1e-5)


def test_bisulfate_brings_acid_back_even_through_an_ideal_membrane():
    """It is a counter-ion there: no selectivity holds it, only the field."""
    chloride, sulfate = (solve(ideal(text)) for text in (SODIUM_CHLORIDE, SODIUM_SULFATE))
    assert 0.99 < sulfate["stack.current_efficiency.acid"] < chloride["stack.current_efficiency.acid"] - 5e-4


def test_electrodes_split_water_once_per_stack(split):
    moles = 3600.0 * split["stack.current"] / (2.0 * FARADAY)
    assert split.flow("stack.gas", "gas", "H2") == pytest.approx(moles, rel=1e-9)
    assert split.flow("stack.gas", "gas", "O2") == pytest.approx(0.5 * moles, rel=1e-9)


def test_without_current_salt_diffuses_and_water_follows_osmosis(desalination):
    still = desalination.again({"stack.current_density": 0.0, "brine.NaCl": 1.0, "sink.NaCl": 0.01})
    assert still.flow("stack.brine", "aqueous", "Cl") > 1.05 * still.flow("sink", "aqueous", "Cl")
    assert still["stack.water_gained.diluate"] > 0.0
    assert still["stack.voltage_part.solution.diluate"] == pytest.approx(0.0, abs=2e-4)
    same = desalination.again({"stack.current_density": 0.0})
    assert same.flow("stack.brine", "aqueous", "Cl") == pytest.approx(
        same.flow("sink", "aqueous", "Cl"), rel=1e-7
    )


def test_without_current_acid_and_alkali_neutralise_each_other(split):
    still = split.again({"stack.current_density": 0.0, "acid.H2SO4": 0.5, "alkali.NaOH": 1.0})
    assert still["stack.acidity.acid"] < 0.99 * 1.0
    assert -still["stack.acidity.alkali"] < 0.99 * 1.0


def test_without_area_nothing_happens(split):
    none = split.again({"stack.cell_area": 1e-6})
    for feed, outlet, component in (
        ("salt", "depleted", "Na"),
        ("acid", "acid_product", "SO4"),
        ("alkali", "alkali_product", "Na"),
    ):
        assert none.flow(f"stack.{outlet}", "aqueous", component) == pytest.approx(
            none.flow(feed, "aqueous", component), rel=1e-3
        )
    assert none["stack.stack_power"] < 1e-4


def test_the_voltage_at_vanishing_current_is_the_reversible_one():
    """Per mole of electrons one NaOH and half an H2SO4 form of water and half a Na2SO4."""
    case = solve(ideal(SODIUM_SULFATE), {"stack.current_density": 0.01})

    def ln_a(totals: dict[str, float]) -> dict[str, float]:
        solved = Speciation(case.system, list(totals), "pitzer").solve(totals, 298.15)
        return {s: math.log(m) + solved.ln_gamma[s] for s, m in solved.molality.items() if m > 0.0}

    def totals(stream: str) -> dict[str, float]:
        entry = case.model.streams[stream]
        return {c: case.flow(stream, "aqueous", c) for c in entry.shape.names("aqueous")}

    salt, acid = ln_a(totals("stack.depleted")), ln_a(totals("stack.acid_product"))
    alkali = ln_a(totals("stack.alkali_product"))
    constant = case.system.species["OH-"].constants["pitzer"].ln_k(298.15)
    gained = alkali["Na+"] - salt["Na+"] + 0.5 * (acid["SO4-2"] - salt["SO4-2"]) + acid["H+"] + alkali["OH-"]
    reversible = GAS_CONSTANT * 298.15 * (gained - constant) / (FARADAY / 1000.0)
    assert case["stack.cell_voltage"] == pytest.approx(reversible, abs=2e-3)


@pytest.mark.parametrize("name", ["desalination", "sodium", "two"])
def test_the_work_is_never_below_the_free_energy_of_separation(name):
    rng, base = np.random.default_rng(11), solve(PLANTS[name])
    for _ in range(6):
        density = {"stack.current_density": 10.0 ** rng.uniform(0.5, 2.7)}
        if name == "desalination":
            density["stack.current_density"] *= 0.2
            strength = {"brine.NaCl": rng.uniform(0.1, 1.0), "sink.NaCl": rng.uniform(0.01, 1.0)}
        else:
            strength = {"salt.Na2SO4": rng.uniform(0.2, 1.5), "alkali.NaOH": 10.0 ** rng.uniform(-2, 0)}
        work, separation = work_and_separation(base.again(density | strength))
        assert work >= separation - 1e-6 * abs(work), (density, strength)


def test_ideal_membranes_come_near_the_minimum_work():
    case = solve(ideal(DESALINATION).replace("elements: 3", "elements: 20"), {"stack.current_density": 3.0})
    work, separation = work_and_separation(
        case.again({"stack.compartment_thickness": 5e-5, "brine.NaCl": 0.2, "sink.NaCl": 0.6})
    )
    assert 0.6 * work < separation < work


def test_strength_costs_current_efficiency(split):
    flows = [0.08, 0.04, 0.02, 0.01, 0.006]
    strengths, acid, alkali = [], [], []
    case = split
    for flow in flows:
        case = case.again({"acid.flow": flow, "alkali.flow": flow})
        strengths.append(case["stack.strength.NaOH"])
        acid.append(case["stack.current_efficiency.acid"])
        alkali.append(case["stack.current_efficiency.alkali"])
    assert_rising(strengths)
    assert_falling(acid)
    assert_falling(alkali)
    assert acid[-1] < 0.9 * acid[0]


def test_current_costs_voltage(split, desalination):
    for case, densities in ((split, [50.0, 200.0, 500.0, 1000.0]), (desalination, [20.0, 60.0, 120.0])):
        assert_rising(case.response("stack.current_density", densities, "stack.cell_voltage"))


def test_a_stated_voltage_gives_the_current_that_needs_it(split):
    volts = split["stack.voltage"]
    text = SODIUM_SULFATE.replace("current_density: 500 A/m2", f"stack_voltage: {volts:.10f} V")
    assert solve(text)["stack.current"] == pytest.approx(50.0, rel=1e-6)


def test_local_current_follows_the_local_resistance(desalination):
    first, last = (desalination[f"stack.local_current_density.{k}"] for k in (1, 3))
    assert first > 1.1 * last
    mean = sum(desalination[f"stack.local_current_density.{k}"] for k in (1, 2, 3)) / 3.0
    assert mean == pytest.approx(100.0, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "output"),
    [(DESALINATION, "stack.cell_voltage"), (SODIUM_SULFATE, "stack.current_efficiency.acid")],
)
def test_elements_converge_at_first_order(text, output):
    values = [solve(text.replace("elements: 3", f"elements: {n}"))[output] for n in (2, 4, 8, 16)]
    steps = np.abs(np.diff(values))
    assert steps[1] < 0.65 * steps[0]
    assert steps[2] < 0.65 * steps[1]
    assert steps[2] < 0.01 * abs(values[-1])


def test_layers_of_a_membrane_converge():
    values = [
        solve(SODIUM_SULFATE.replace("elements: 3", f"elements: 1, membrane_layers: {n}"))[
            "stack.current_efficiency.acid"
        ]
        for n in (2, 4, 8, 16)
    ]
    steps = np.abs(np.diff(values))
    assert steps[1] < 0.5 * steps[0]
    assert steps[2] < 0.5 * steps[1]
    assert steps[1] < 5e-3


def test_calcium_and_magnesium_share_the_cation_membrane_and_are_watched():
    text = SODIUM_SULFATE.replace(
        "Na2SO4: 1 mol/L}", "Na2SO4: 1 mol/L, MgSO4: 0.5 mol/m3, CaSO4: 0.5 mol/m3, NaCl: 0.1 mol/L}"
    )
    case = solve(text)
    case.check(work={"stack": case["stack.stack_power"]})
    assert 0.0 < case["stack.transferred.Mg"] < 1.0
    assert case["stack.hardness_over_limit"] > 10.0
    assert case["stack.saturation_index.alkali.Mg(OH)2"] > 0.0
    assert case["stack.saturation_index.alkali.Mg(OH)2"] > case["stack.saturation_index.salt.Mg(OH)2"]
    assert case["stack.impurity.acid.Na"] > 0.0


def test_magnesium_is_bounded_by_what_the_feed_holds_not_by_its_saturation_in_alkali():
    told = []
    for magnesium in (1e-3, 0.5):
        text = SODIUM_SULFATE.replace("Na2SO4: 1 mol/L}", f"Na2SO4: 1 mol/L, MgSO4: {magnesium} mol/m3}}")
        told.append([w["message"] for w in collect_warnings(ran(text)) if w["code"] == "W608"])
    assert told[0] == []
    assert any("calcium and magnesium in the salt's feed" in message for message in told[1])
    assert not any("scale" in message for message in told[1])


def test_feed_and_bleed_converges_cold_and_closes_its_water():
    case = solve(WATER_AROUND)
    case.check(work={"stack": case["stack.stack_power"]})
    entering = case.flow("salt", "aqueous", "H2O") + case.flow("water", "aqueous", "H2O")
    products = ("salt_loop.second", "acid_loop.second", "alkali_loop.second")
    oxygen = sum(case.flow(p, "aqueous", "H2O") for p in products)
    split_at_electrodes = case.flow("stack.gas", "gas", "H2")
    assert entering - oxygen == pytest.approx(split_at_electrodes, rel=1e-4)
    assert case["stack.strength.NaOH"] > 30.0


def test_acid_and_alkali_that_circulate_leave_their_water_in_the_salt():
    """What the products' water dilutes must leave: as much as comes in, less what the electrodes split."""
    found = ran(CIRCULATING).simulation
    assert found.converged
    case = solve(CIRCULATING.split("specs:")[0])
    case.check(work={"stack": case["stack.stack_power"]})
    entering = case.flow("sulfate", "aqueous", "H2O") + case.flow("water", "aqueous", "H2O")
    leaving = case.flow("return.second", "aqueous", "H2O")
    assert entering - leaving == pytest.approx(case.flow("stack.gas", "gas", "H2"), rel=1e-6)
    assert case.flow("return.second", "aqueous", "Na") == pytest.approx(case.flow("sulfate", "aqueous", "Na"))
    assert case.concentration("stack.depleted", "Na") < 0.7 * case.concentration("sulfate", "Na")


def test_a_specification_finds_the_current_of_a_conversion():
    assert ran(CIRCULATING).values["stack.transferred.Na"] == pytest.approx(0.4, rel=1e-6)


def test_acid_and_alkali_may_enter_as_pure_water():
    text = SODIUM_SULFATE.replace("H2SO4: 0.05 mol/L", "H2O: 100 %").replace("NaOH: 0.1 mol/L", "H2O: 100 %")
    case = solve(text.replace("40 L/h", "40 kg/h"))
    case.check(work={"stack": case["stack.stack_power"]})
    assert case["stack.strength.NaOH"] > 20.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("salt", "chemistry"),
    [
        (
            "Li2SO4: 0.1 mol/L, NiSO4: 0.01 mmol/L, MnSO4: 1 mmol/m3, NaCl: 10 mmol/L, NaF: 1 mmol/L",
            "nmc_sulfate",
        ),
        ("Na2CO3: 5 mmol/L, NaCl: 10 mmol/L", "nmc_sulfate"),
        ("NaCl: 10 mmol/L, NH4Cl: 5 mmol/L", "rare_earth"),
        ("H2SO4: 0.1 mol/L", "nmc_sulfate"),
        ("NaOH: 0.1 mol/L", "nmc_sulfate"),
    ],
)
def test_plant_liquors_start_cold(salt, chemistry):
    text = SODIUM_SULFATE.replace("Na2SO4: 1 mol/L", f"Na2SO4: 1 mol/L, {salt}")
    case = solve(text.replace("nmc_sulfate", chemistry))
    case.check(work={"stack": case["stack.stack_power"]})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["desalination", "sodium", "lithium", "two"])
def test_stacks_start_cold_from_any_reasonable_input(name):
    """Feeds from 0.03 (0.005) to 2 mol/L, up to 1500 A/m2 and 20 % more current than there is salt for."""
    rng, failures = np.random.default_rng(5), []
    faraday = FARADAY / 3600.0
    for _ in range(25):
        flow = 10.0 ** rng.uniform(-2.0, 0.0)
        if name == "desalination":
            strength = 10.0 ** rng.uniform(-2.3, 0.3)
            most = 1000.0 * strength * flow * faraday / (10 * 0.1)
            inputs = {
                "brine.NaCl": strength,
                "sink.NaCl": 10.0 ** rng.uniform(-2.3, 0.3),
                "brine.flow": flow,
                "sink.flow": flow * rng.uniform(0.2, 2.0),
                "stack.current_density": min(10.0 ** rng.uniform(0.7, 2.9), 1.2 * most),
            }
        else:
            metal = "Li" if name == "lithium" else "Na"
            strength = 10.0 ** rng.uniform(-1.5, 0.3)
            most = 2000.0 * strength * flow * faraday / (20 * 0.1)
            inputs = {
                f"salt.{metal}2SO4": strength,
                "salt.flow": flow,
                "alkali.flow": flow * rng.uniform(0.2, 2.0),
                f"alkali.{metal}OH": 10.0 ** rng.uniform(-3.0, 0.0),
                "stack.current_density": min(10.0 ** rng.uniform(1.7, 3.18), 1.2 * most),
            }
            if name != "two":
                inputs |= {
                    "acid.flow": flow * rng.uniform(0.2, 2.0),
                    "acid.H2SO4": 10.0 ** rng.uniform(-3.0, 0.0),
                }
        try:
            solve(PLANTS[name], inputs)
        except AssertionError as error:
            failures.append((inputs, str(error)))
    assert not failures, failures[:3]
