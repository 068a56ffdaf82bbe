"""Bioreactor: conservation, Monod's closed form, washout, oxygen transfer, yields, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from fermentations import BATCH, CONTINUOUS, MONOD, SEED, fermentation
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.solve.explain import explain_failure
from harness import Case, assert_falling, assert_rising, attempt, solve
from hydromet.bioleaching.kinetics import load, read_inhibitions
from hydromet.bioleaching.media import gluconate_yield_of, glucose_of

MODES = pytest.mark.parametrize("settings", [BATCH, CONTINUOUS], ids=["batch", "continuous"])


def work(case: Case) -> dict[str, float]:
    return {"tank": case["tank.agitation_power"] + case["tank.blower_power"]}


@pytest.fixture(scope="module")
def chemostat() -> Case:
    return solve(fermentation(CONTINUOUS))


# ---- conservation


@pytest.mark.parametrize(
    "text",
    [
        fermentation(BATCH),
        fermentation(CONTINUOUS),
        fermentation(BATCH + ", keto_share: 17 %, vessels: 3"),
        fermentation(CONTINUOUS + ", keto_share: 17 %, cell_retention: 90 %"),
        fermentation(BATCH + ", heel: 0 %", seed=SEED),
        fermentation(CONTINUOUS, seed=SEED),
        fermentation(BATCH, rest="(NH4)2SO4: 0.1 g/L"),
        fermentation("mode: batch, fermentation_time: 11 h", air="flow: 300 kg/h"),
    ],
    ids=[
        "batch",
        "chemostat",
        "batch keto",
        "retention keto",
        "seeded",
        "seeded chemostat",
        "starved",
        "unfinished",
    ],
)
def test_elements_electrons_and_energy_close(text: str) -> None:
    case = solve(text)
    case.check(1e-9, work=work(case))


@MODES
def test_yields_stay_within_the_glucose(settings: str) -> None:
    """Carbon and electrons of the glucose used up end in gluconate, cells and carbon dioxide."""
    case = solve(fermentation(settings))
    used = case["tank.conversion"] * case.flow("medium", "aqueous", "glucose")
    gluconate = case.flow("tank.broth", "aqueous", "gluconate")
    cells = case.flow("tank.broth", "solid", "biomass")
    carbon_dioxide = case.flow("tank.off_gas", "gas", "CO2")
    assert 6.0 * used == pytest.approx(6.0 * gluconate + cells + carbon_dioxide, rel=1e-8)
    assert 0.0 < case["tank.gluconate_yield"] < 1.0
    assert case["tank.gluconate_yield"] == pytest.approx(gluconate / used, rel=1e-8)
    oxygen = case.flow("air@tank.air", "gas", "O2") - case.flow("tank.off_gas", "gas", "O2")
    # cells are a little more reduced than glucose: 4.2 electrons per carbon against 4, 4 per oxygen
    assert oxygen == pytest.approx(0.5 * gluconate + carbon_dioxide - 0.05 * cells, rel=1e-8)


# ---- continuous


@pytest.mark.parametrize("dilution", [0.05, 0.2, 0.4])
def test_a_chemostat_is_at_monod_s_steady_state(dilution: float) -> None:
    """S = K D/(mu_max - D), X = Y (S_in - S): D fixes the glucose, whatever enters."""
    settings = f"mode: continuous, residence_time: 10 h, aeration: 60 1/h, kla: 5000 1/h, kinetics: {MONOD}"
    case = solve(
        fermentation(settings, glucose="20 g/L", rest="(NH4)2SO4: 20 g/L"),
        {"tank.residence_time": 1.0 / dilution},
    )
    glucose = 2.0 * dilution / (0.5 - dilution)
    assert case["tank.glucose_concentration"] == pytest.approx(glucose, rel=1e-6)
    assert case["tank.growth_rate"] == pytest.approx(dilution, rel=1e-9)
    cells = 0.5 * (case["tank.initial_glucose"] - glucose)
    assert case["tank.cells_in_vessel"] == pytest.approx(cells, rel=1e-5)


def test_retained_cells_work_at_a_lower_growth_rate(chemostat: Case) -> None:
    """mu = D (1 - r): with 90 % kept back a tenth of the growth holds the culture."""
    kept = solve(fermentation(CONTINUOUS + ", cell_retention: 90 %"))
    assert kept["tank.growth_rate"] == pytest.approx(0.1 / 24.0, rel=1e-8)
    assert kept["tank.biomass_concentration"] == pytest.approx(0.1 * kept["tank.cells_in_vessel"], rel=1e-9)
    assert kept["tank.cells_in_vessel"] > chemostat["tank.cells_in_vessel"]
    assert kept["tank.filter_area"] == pytest.approx(
        0.9 / 24.0 * kept["tank.working_volume"] / 0.02, rel=1e-8
    )


@pytest.mark.parametrize(("dilution", "lives"), [(0.435, True), (0.465, False)])
def test_washout_is_where_the_growth_rate_on_the_medium_is(dilution: float, lives: bool) -> None:
    """mu_max S_in/(K + S_in) = 0.5 20/22 = 0.4545 1/h."""
    settings = f"mode: continuous, residence_time: 10 h, aeration: 60 1/h, kla: 5000 1/h, kinetics: {MONOD}"
    case = attempt(
        fermentation(settings, glucose="20 g/L", rest="(NH4)2SO4: 20 g/L"),
        {"tank.residence_time": 1.0 / dilution},
    )
    assert case.simulation.converged is lives
    if not lives:
        (finding,) = explain_failure(case.plant, case.simulation, case.model.document)
        assert finding.code == "S203"
        assert "washed out" in finding.message


def test_a_batch_that_is_too_short_for_its_heel_is_washed_out() -> None:
    case = attempt(
        fermentation("mode: batch, fermentation_time: 4 h, heel: 2 %, aeration: 60 1/h, elements: 4")
    )
    assert not case.simulation.converged
    assert explain_failure(case.plant, case.simulation, case.model.document)[0].code == "S203"


def test_more_residence_time_converts_more(chemostat: Case) -> None:
    assert_rising(chemostat.response("tank.residence_time", [12.0, 24.0, 60.0], "tank.conversion"))
    assert_falling(chemostat.response("tank.residence_time", [12.0, 24.0, 60.0], "tank.productivity"))


# ---- oxygen, heat, power


def test_short_of_oxygen_the_rate_is_that_of_transfer() -> None:
    """rate = k_L a (c* - c), c nearly gone: product per hour follows k_L a in proportion."""
    case = solve(fermentation(CONTINUOUS + ", kla: 20 1/h"))
    assert case["tank.dissolved_oxygen_share"] < 0.05
    block = case.model.units["tank"].block
    share = case.flow("tank.off_gas", "gas", "O2")
    share /= sum(case.flow("tank.off_gas", "gas", g) for g in ("O2", "N2", "CO2"))
    equilibrium = case.evaluate(block.solubility) * share
    dissolved = case["tank.dissolved_oxygen_share"] * case.evaluate(block.air_saturation)
    assert case["tank.oxygen_uptake"] == pytest.approx(20.0 * (equilibrium - dissolved), rel=1e-8)
    half = case.again({"tank.kla": 10.0})
    assert half["tank.oxygen_uptake"] / case["tank.oxygen_uptake"] == pytest.approx(0.5, abs=0.01)
    assert half["tank.conversion"] < case["tank.conversion"] < 0.9


def test_the_dissolved_oxygen_asked_for_decides_the_air() -> None:
    case = solve(fermentation("mode: continuous, residence_time: 24 h, dissolved_oxygen: 40 %"))
    assert case["tank.dissolved_oxygen_share"] == pytest.approx(0.4, rel=1e-8)
    air = case.response("tank.dissolved_oxygen", [0.2, 0.4, 0.6], "tank.blower_power")
    assert_rising(air)


def test_stirring_and_air_transfer_more_oxygen_and_cost_power(chemostat: Case) -> None:
    """Van't Riet: k_L a goes with the power of 0.4 of P/V and 0.5 of the gas velocity."""
    stirred = chemostat.again({"tank.agitation": 4.0 * 0.985})
    ratio = stirred["tank.oxygen_transfer_coefficient"] / chemostat["tank.oxygen_transfer_coefficient"]
    assert ratio == pytest.approx(4.0**0.4, rel=5e-3)
    aired = chemostat.again({"tank.aeration": 30.0})
    ratio = chemostat["tank.oxygen_transfer_coefficient"] / aired["tank.oxygen_transfer_coefficient"]
    assert ratio == pytest.approx(2.0**0.5, rel=5e-3)
    assert chemostat["tank.blower_power"] == pytest.approx(2.0 * aired["tank.blower_power"], rel=0.03)


@MODES
def test_the_culture_gives_the_heat_of_its_oxygen(settings: str) -> None:
    """460 kJ per mol of oxygen (NREL/SR-5100-67963, equation 5), which holds for most."""
    case = solve(fermentation(settings))
    oxygen = case.flow("air@tank.air", "gas", "O2") - case.flow("tank.off_gas", "gas", "O2")
    assert case["tank.metabolic_heat"] * 3600.0 / oxygen == pytest.approx(460.0, rel=0.1)


def test_heat_recovery_saves_steam(chemostat: Case) -> None:
    """Warming 1 m3/h of medium by 96 K takes 4.18 kJ/kg/K; a fifth of it is left to the steam."""
    steam = chemostat["tank.sterilisation_steam"]
    assert steam == pytest.approx(0.2 * 4.1 * 1000.0 * 96.0 / 3600.0, rel=0.06)
    assert_falling(chemostat.response("tank.heat_recovery", [0.5, 0.7, 0.9], "tank.sterilisation_steam"))
    raw = solve(fermentation(CONTINUOUS + ", sterilisation: none"))
    assert "tank.sterilisation_steam" not in raw.values


# ---- product


def test_more_glucose_makes_a_more_acid_lixiviant(chemostat: Case) -> None:
    values = [5.0, 20.0, 50.0]
    assert_falling(chemostat.response("medium.glucose", values, "tank.broth_pH"))
    assert_rising(chemostat.response("medium.glucose", values, "tank.gluconate_concentration"))


def test_maintenance_costs_product(chemostat: Case) -> None:
    assert_falling(
        chemostat.response("tank.kinetics.maintenance.rate", [0.0, 1.0, 4.0], "tank.gluconate_yield")
    )


def test_less_nitrogen_leaves_more_of_the_glucose_to_the_acid(chemostat: Case) -> None:
    starved = chemostat.again({"medium.(NH4)2SO4": 0.3})
    assert starved["tank.gluconate_yield"] > chemostat["tank.gluconate_yield"]
    assert starved["tank.cells_in_vessel"] < chemostat["tank.cells_in_vessel"]


def test_ketogluconate_takes_its_share_and_half_an_oxygen() -> None:
    plain, keto = solve(fermentation(CONTINUOUS)), solve(fermentation(CONTINUOUS + ", keto_share: 17 %"))
    gluconate = keto.flow("tank.broth", "aqueous", "gluconate")
    ketogluconate = keto.flow("tank.broth", "aqueous", "ketogluconate")
    assert ketogluconate / (gluconate + ketogluconate) == pytest.approx(0.17, rel=1e-9)
    assert keto["tank.oxygen_uptake"] > 1.1 * plain["tank.oxygen_uptake"]


@pytest.mark.parametrize("waste", ["corn_stover", "potato_peel"])
@MODES
def test_hydrolysed_wastes_become_lixiviant(waste: str, settings: str) -> None:
    glucose = glucose_of(waste)
    text = fermentation(settings.replace("24 h", "72 h"), glucose=f"{glucose} g/L", rest="(NH4)2SO4: 0.3 g/L")
    case = solve(text)
    case.check(1e-9, work=work(case))
    assert case["tank.gluconate_concentration"] > 0.9 * glucose


def test_the_yield_on_corn_stover_is_near_the_published_one() -> None:
    """97.1 % of the glucose (Zhang et al. 2016), 94 % in a fluidised bed (Rasoulnia et al. 2023,
    doi:10.1016/j.cej.2023.142088).  No constant was fitted to them.  Within 4 points: nitrogen, on which the
    share of the cells depends, is not stated with the yield."""
    settings = "mode: batch, fermentation_time: 72 h, aeration: 60 1/h"
    case = solve(
        fermentation(settings, glucose=f"{glucose_of('corn_stover')} g/L", rest="(NH4)2SO4: 0.3 g/L")
    )
    assert case["tank.conversion"] > 0.99
    assert case["tank.gluconate_yield"] == pytest.approx(gluconate_yield_of("corn_stover"), abs=0.04)


# ---- cold starts and refusals


@MODES
def test_cold_starts_need_no_guess_over_wide_ranges(settings: str) -> None:
    random = np.random.default_rng(8)
    worst = 0
    for _ in range(5):
        inputs = {
            "medium.glucose": 10.0 ** random.uniform(0.5, 2.1),
            "medium.(NH4)2SO4": 10.0 ** random.uniform(-1.5, 1.0),
            "medium.flow": 10.0 ** random.uniform(-3.0, 1.5),
            "tank.aeration": 10.0 ** random.uniform(0.5, 2.0),
            "tank.agitation": 10.0 ** random.uniform(-1.3, 0.5),
            ("tank.residence_time" if "continuous" in settings else "tank.fermentation_time"): random.uniform(
                20, 120
            ),
        }
        worst = max(worst, solve(fermentation(settings), inputs).simulation.newton.iterations)
    assert worst <= 30


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            fermentation(CONTINUOUS, chemistry="nmc_sulfate", glucose="1 g/L").replace(
                "glucose: 1 g/L, (NH4)2SO4: 2", "Na2SO4: 2"
            ),
            "no component `glucose`",
        ),
        (fermentation(BATCH + ", heel: 0 %"), "nothing inoculates"),
        (fermentation(BATCH, rest="Na2SO4: 2 g/L"), "nothing brings NH4"),
        (fermentation(CONTINUOUS + ", heel: 20 %"), "no meaning in mode continuous"),
        (fermentation("mode: continuous"), "must decide how much air"),
        (fermentation(CONTINUOUS, air="flow: 100 kg/h"), "stated already"),
        (fermentation(CONTINUOUS + ", nitrogen_source: [SO4]"), "holds no nitrogen"),
        (fermentation(CONTINUOUS).replace("O2: 21 %, N2: balance", "N2: 100 %"), "no oxygen"),
    ],
    ids=lambda value: value[:30] if len(value) < 60 else "",
)
def test_what_cannot_ferment_is_refused(text: str, words: str) -> None:
    with pytest.raises(DiagnosticError) as refused:
        attempt(text)
    assert words in refused.value.diagnostics[0].message


def test_a_yield_beyond_the_glucose_s_electrons_is_refused(tmp_path) -> None:
    greedy = tmp_path / "greedy.yaml"
    greedy.write_text(MONOD.read_text().replace("value: 0.5 kg/kg", "value: 0.8 kg/kg"))
    with pytest.raises(DiagnosticError, match="more carbon or electrons"):
        attempt(fermentation(f"{CONTINUOUS}, kinetics: {greedy}"))


def test_an_inhibition_may_name_concentrations_only(tmp_path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        MONOD.read_text().replace(
            "  maintenance:", "    inhibition: {expression: exp(-acid), source: invented}\n  maintenance:"
        )
    )
    with pytest.raises(DiagnosticError) as refused:
        read_inhibitions(load(wrong))
    assert refused.value.diagnostics[0].code == "E502"
