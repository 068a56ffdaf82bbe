"""Leach train: conservation, the particles' limits, redox, gas and heat."""

import math
import time

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.solve.structure import diagnose
from harness import Case, assert_falling, assert_rising, attempt, compiled, solve
from hydromet.leaching.kinetics import (
    Liquor,
    layered_paths,
    manganese_reoxidation,
    peroxide_decomposition,
    residue_paths,
)
from hydromet.leaching.residence_time import one_tank_sphere

BLACK_MASS = (
    "NMC622: 62 %, graphite: balance, Al: 0.5 %, Cu: 1.5 %, Fe: 0.3 %, Li3PO4: 0.3 %, LiF: 0.5 %, CaO: 0.1 %"
)
MIXED = (
    "NMC811: 30 %, LCO: 20 %, NMC622-MO2: 5 %, MnO2: 2 %, Cu: 2 %, Li2CO3: 2 %, PVDF: 3 %, graphite: balance"
)
OXIDE = "NMC622: 100 %"


def leach(
    solids: str = BLACK_MASS,
    acid: str = "900 L/h",
    strength: str = "2 mol/L",
    peroxide: str = "60 kg/h",
    water: str = "0 kg/h",
    **settings: object,
) -> str:
    """A flowsheet with a leach train; settings of the unit as YAML texts, None to leave one out."""
    settings = {"tanks": 3, "residence_time": "3 h", "temperature": "60 degC", **settings}
    lines = "".join(f"\n    {name}: {value}" for name, value in settings.items() if value is not None)
    return f"""
flowsheet: leach
chemistry: nmc_sulfate
feeds:
  black_mass: {{solid: {{flow: 100 kg/h, composition: {{{solids}}}}}}}
  acid: {{aqueous: {{flow: {acid}, H2SO4: {strength}}}}}
  peroxide: {{aqueous: {{flow: {peroxide}, H2O2: 30 %}}}}
  water: {{aqueous: {{flow: {water}, H2SO4: 0.1 %}}}}
  air: {{gas: {{flow: as needed, composition: {{N2: 79 %, O2: 21 %}}}}}}
units:
  leach:
    unit: leach_train
    inlets: {{solids: black_mass, acid: acid, reductant: peroxide, liquor: water, air: air}}{lines}
"""


BASE = leach()
DRY = leach(peroxide="0 kg/h")
BARE = leach(OXIDE, peroxide="0 kg/h", tanks=1, residence_time="0.3 h")
REDUCED = leach(OXIDE, tanks=1)


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        (BASE, {}),
        (BASE, {"acid.flow": 0.15}),
        (BASE, {"peroxide.flow": 400.0, "leach.residence_time": 0.2, "leach.temperature": 368.15}),
        (DRY, {}),
        (
            leach(
                MIXED,
                temperature=None,
                tank_temperature="{2: 70 degC}",
                reductant_split="{1: 30 %, 3: 70 %}",
                size_spread="0.5",
            ),
            {},
        ),
        (leach("Cu: 50 %, graphite: balance"), {}),
    ],
    ids=["base", "starved", "hot and brief", "no peroxide", "mixed, split and adiabatic", "copper alone"],
)
def test_elements_electrons_and_energy_close(text, inputs):
    solve(text, inputs).check()


def test_one_tank_leaves_what_the_closed_form_says(parameters):
    case = solve(BARE)
    liquor = Liquor(333.15, acid=case["leach.liquor_acid.1"])
    a = 0.3 * sum(layered_paths(parameters, liquor, 0.6).values())
    # 2e-7: error of the collocation at the order that the unit uses.
    assert case["leach.unreacted.NMC622"] == pytest.approx(one_tank_sphere(a), abs=2e-7)


def test_coarser_oxide_behaves_as_a_shorter_residence_time(parameters):
    case = solve(BARE, {"leach.particle_size": 3.0})
    liquor = Liquor(333.15, acid=case["leach.liquor_acid.1"])
    a = 0.3 / 3.0 * sum(layered_paths(parameters, liquor, 0.6).values())
    assert case["leach.unreacted.NMC622"] == pytest.approx(one_tank_sphere(a), abs=2e-7)


def batch_recovery(p: dict[str, float], case: Case, hours: float) -> np.ndarray:
    """Nickel and lithium dissolved in a batch of the same charge, by an independent integration [-]."""
    litres = 1000.0 * math.exp(case.evaluate(case.model.units["leach"].series.ln_volume[1]))
    charge = case.flow("black_mass", "solid", "NMC622") / litres
    acid = 2 * case.flow("acid", "aqueous", "SO4") / litres
    peroxide = case.flow("peroxide", "aqueous", "H2O2") / litres  # 0 where none is fed

    def rates(_: float, y: np.ndarray) -> list[float]:
        age, half, full, protonated, dioxide, h2o2, h, mn = y
        left = charge * max(1 - age, 0.0) ** 3
        others = 0.8 * (charge - left - half - full - protonated)
        share = max(mn, 0.0) / max(others + mn, 1e-9)
        liquor = Liquor(333.15, acid=max(h, 0.0), peroxide=max(h2o2, 0.0), manganese_share=share)
        paths = layered_paths(p, liquor, 0.6)
        gone = 3 * charge * max(1 - age, 0.0) ** 2
        k = residue_paths(p, liquor, 0.6)
        halves, fulls = k["Li0.5MO2", "H2O2"] * half, k["MO2", "H2O2"] * full
        oxygen, protons = k["MO2", "H2O"] * full, k["HMO2", "H2O2"] * protonated
        dioxides = k["MnO2", "H2O2"] * dioxide
        turned = manganese_reoxidation(p, liquor, 0.6) * full
        spent = peroxide_decomposition(p, liquor, left + half + full + protonated + dioxide)
        split, stop, exchange, reduced = (
            gone * paths[n]
            for n in ("disproportionation", "half_disproportionation", "lithium_exchange", "H2O2")
        )
        metal = split / 2 + stop / 3 + reduced + halves + fulls + oxygen + protons
        lithium = split + stop * 2 / 3 + exchange + reduced + halves / 2
        return [
            sum(paths.values()),
            stop * 2 / 3 - halves,
            split / 2 - fulls - oxygen - 2 * turned,
            exchange + 2 * turned - protons,
            turned - dioxides,
            -0.5 * (reduced + 1.5 * halves + 2 * fulls + protons + 2 * dioxides) - spent,
            -lithium - 2 * (metal - turned + dioxides),
            0.2 * metal - turned + dioxides,
        ]

    end = solve_ivp(
        rates, (0, hours), [0, 0, 0, 0, 0, peroxide, acid, 0], method="LSODA", rtol=1e-8, atol=1e-10
    )
    age, half, full, protonated = end.y[:4, -1]
    left = max(1 - age, 0.0) ** 3
    oxides = left + (half + full + protonated) / charge
    return np.array([1 - oxides, 1 - left - 0.5 * half / charge])


@pytest.mark.parametrize(("peroxide", "minutes"), [("0 kg/h", 10), ("200 kg/h", 3)])
def test_many_tanks_approach_the_batch_of_the_same_rates(parameters, peroxide, minutes):
    def recovery(tanks: int) -> tuple[np.ndarray, Case]:
        case = solve(leach(OXIDE, peroxide=peroxide, tanks=tanks, residence_time=f"{minutes} min"))
        return np.array([case["leach.extraction.Ni"], case["leach.extraction.Li"]]), case

    coarse, _ = recovery(4)
    fine, case = recovery(12)
    batch = batch_recovery(parameters, case, minutes / 60)
    # The spread of residence times, and with it the distance, falls as 1/n.
    assert np.all(np.abs(fine - batch) < 0.45 * np.abs(coarse - batch))
    assert fine == pytest.approx(batch, abs=0.03)


def test_without_reductant_lithium_leaves_twice_as_fast_as_the_metals():
    case = solve(leach(OXIDE, peroxide="0 kg/h", tanks=1), {"leach.residence_time": 10.0})
    assert case["leach.extraction.Li"] == pytest.approx(2 * case["leach.extraction.Ni"], rel=0.1)
    assert case["leach.extraction.Mn"] < case["leach.extraction.Ni"]
    residues = [case.flow("leach.slurry", "solid", k) for k in ("MnO2", "NMC622-MO2", "NMC622-Li0.5MO2")]
    assert min(residues) > 0.01 * case.flow("black_mass", "solid", "NMC622")


@pytest.mark.parametrize("text", [BASE, DRY])
def test_acid_used_is_the_charge_that_dissolves(text):
    """Lithium takes one proton, a metal of the oxide two, each as it leaves the solids."""
    case = solve(text)
    charges = {
        "Li": 1,
        "Ni": 2,
        "Co": 2,
        "Mn": 2,
        "Al": 3,
        "Cu": 2,
        "Ca": 2,
        "Fe(II)": 2,
        "Fe(III)": 3,
        "P": -1,
        "F": -1,
    }
    dissolved = sum(z * case.flow("leach.slurry", "aqueous", c) for c, z in charges.items())
    dissolved -= case.flow("leach.off_gas", "gas", "HF")
    assert 100.0 * case["leach.acid_consumed"] == pytest.approx(0.5 * 0.098079 * dissolved, rel=1e-9)


def test_peroxide_dissolves_more_metal_with_less_residue():
    case, doses = solve(REDUCED), [1.0, 5.0, 20.0, 60.0, 100.0]
    assert_rising(case.response("peroxide.flow", doses, "leach.extraction.Ni"))
    assert_rising(case.response("peroxide.flow", doses, "leach.extraction.Mn"))
    assert case.again({"peroxide.flow": 100.0})["leach.extraction.Co"] > 0.97


def test_oxygen_leaves_by_what_peroxide_gives():
    """Each peroxide that reduces gives one O2; each that decomposes, and nickel(IV), half of one."""
    case = solve(REDUCED)
    used = case.flow("peroxide", "aqueous", "H2O2") - case.flow("leach.slurry", "aqueous", "H2O2")
    decomposed = case["leach.peroxide_decomposed"] * case.flow("peroxide", "aqueous", "H2O2")
    from_nickel = case.evaluate(case.model.units["leach"].series.extent[1, "NMC622-MO2 by H2O"])
    in_air = case.flow("air@leach.air", "gas", "O2")
    formed = case.flow("leach.off_gas", "gas", "O2") - in_air
    assert formed == pytest.approx(used - 0.5 * decomposed + 0.5 * from_nickel, rel=1e-9)


def test_copper_waits_for_an_oxidant():
    alone = solve(leach("Cu: 50 %, graphite: balance"))
    assert "Cu" not in alone.model.streams["leach.slurry"].shape.names("aqueous")
    with_oxide = solve(DRY)
    assert with_oxide["leach.extraction.Cu"] > 0.9
    # Copper is the reductant there: with peroxide the oxide's residues are gone before copper is.
    assert solve(BASE)["leach.extraction.Cu"] < with_oxide["leach.extraction.Cu"]


def test_metals_reduce_oxides_that_acid_alone_leaves():
    bare = solve(leach(OXIDE, peroxide="0 kg/h", tanks=1), {"leach.residence_time": 10.0})
    assert solve(DRY)["leach.extraction.Ni"] > bare["leach.extraction.Ni"]


def test_air_keeps_hydrogen_at_a_quarter_of_its_limit():
    case = solve(BASE)
    gas = {g: case.flow("leach.off_gas", "gas", g) for g in ("H2", "O2", "N2", "HF", "H2O")}
    # Aluminium and iron that dissolve in acid; some of both goes to iron(III) and residues.
    most = 1.5 * case.flow("black_mass", "solid", "Al") + case.flow("black_mass", "solid", "Fe")
    assert 0.3 * most < gas["H2"] < most
    assert gas["H2"] / (gas["H2"] + gas["O2"] + gas["N2"]) == pytest.approx(0.01, rel=1e-3)
    assert case["leach.hydrogen_over_limit"] == pytest.approx(0.25, rel=1e-3)
    assert 0.1 < case["leach.fluoride_fraction"] < 100.0
    assert gas["HF"] / sum(gas.values()) == pytest.approx(1e-6 * case["leach.fluoride_fraction"], rel=1e-9)


def test_without_metals_air_is_the_least_ventilation():
    case = solve(REDUCED)
    assert case["leach.hydrogen_fraction"] == 0.0
    assert case["leach.dilution_air"] == pytest.approx(case["leach.volume"], rel=0.01)


def test_carbonate_leaves_as_carbon_dioxide():
    case = solve(leach(MIXED))
    assert case.flow("leach.off_gas", "gas", "CO2") == pytest.approx(
        case.flow("black_mass", "solid", "Li2CO3"), rel=1e-3
    )


def test_leaching_gives_heat_and_warming_takes_it():
    case = solve(BASE)
    assert case.again({"leach.temperature": 298.15})["leach.tank_heat.1"] < 0.0
    assert_rising(case.response("leach.temperature", [298.15, 320.0, 350.0], "leach.heat_duty"))
    total = sum(case[f"leach.tank_heat.{t}"] for t in (1, 2, 3))
    assert case["leach.heat_duty"] == pytest.approx(total, rel=1e-9)


def test_adiabatic_leach_warms_itself():
    case = solve(leach(temperature=None))
    assert case["leach.heat_duty"] == 0.0
    assert case["leach.tank_temperatures.1"] > 298.15 + 20.0
    case.check()


def test_time_and_heat_leave_less_oxide():
    case = solve(DRY)
    assert_falling(case.response("leach.residence_time", [0.05, 0.2, 0.5, 1.0], "leach.unreacted.NMC622"))
    brief = case.again({"leach.residence_time": 0.3})
    assert_falling(
        brief.response("leach.temperature", [298.15, 313.15, 333.15, 348.15], "leach.unreacted.NMC622")
    )
    assert_rising(brief.response("leach.particle_size", [0.5, 1.0, 2.0, 5.0], "leach.unreacted.NMC622"))


def test_temperature_outside_the_data_is_reported():
    case = solve(BASE)
    assert case["leach.beyond_range.1"] == pytest.approx(0.0, abs=1e-5)
    assert case.again({"leach.temperature": 358.15})["leach.beyond_range.1"] == pytest.approx(10.0, abs=1e-3)


def test_acid_runs_out_smoothly():
    cases = [attempt(BASE, {"acid.flow": flow}) for flow in (0.9, 0.4, 0.1, 0.01)]
    assert all(case.simulation.converged for case in cases)
    assert_falling([case["leach.extraction.Ni"] for case in cases])
    assert_falling([case["leach.liquor_acid.3"] for case in cases])
    assert 0.0 < cases[-1]["leach.liquor_acid.3"] < 1e-3


def test_acid_as_needed_meets_free_acid_or_has_enough_without():
    case = solve(
        leach(
            acid="as needed",
            strength="96 %",
            water="as needed",
            free_acid="0.3 mol/L",
            pulp_density="100 g/L",
        )
    )
    assert case["leach.liquor_acid.3"] == pytest.approx(0.3, rel=1e-6)
    assert case["leach.pulp"] == pytest.approx(100.0, rel=1e-6)
    case.check()
    acidic = leach(acid="as needed", strength="96 %", water="900 L/h", free_acid="0.3 mol/L")
    enough = solve(acidic.replace("H2SO4: 0.1 %", "H2SO4: 2 mol/L"))
    assert enough["leach.acid.excess"] > 1.0
    assert enough["acid.flow"] < 1e-6


def test_peroxide_as_needed_follows_its_dose():
    case = solve(leach(peroxide="as needed", peroxide_dose="0.6", reductant_split="{1: 50 %, 2: 50 %}"))
    assert case.flow("peroxide@leach.reductant", "aqueous", "H2O2") == pytest.approx(
        0.6 * case.flow("black_mass", "solid", "NMC622"), rel=1e-9
    )
    case.check()


def test_peroxide_in_two_tanks_decomposes_less():
    split = solve(leach(reductant_split="{1: 50 %, 2: 50 %}"))
    assert split["leach.peroxide_decomposed"] < solve(BASE)["leach.peroxide_decomposed"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tank_temperature": "{7: 60 degC}"}, "no tank of 3"),
        ({"acid": "as needed"}, "one set point"),
        ({"peroxide": "as needed"}, "nothing decides"),
        ({"kinetics": "nmc_h2so4"}, "parameter set"),
    ],
)
def test_senseless_settings_are_refused(settings, message):
    with pytest.raises(DiagnosticError, match=message):
        compiled(leach(**settings))


def test_a_train_of_many_tanks_is_diagnosed_at_once():
    """Every tank's balances hold most unknowns of those before it, a pattern on which a matching that
    backtracks without memory takes time exponential in the tanks."""
    model = compiled(leach(tanks=12))[1].model
    began = time.perf_counter()
    structure = diagnose(model)
    assert time.perf_counter() - began < 1.0
    assert structure.is_sound
    assert len(structure.matching) == len(model.unknowns)
