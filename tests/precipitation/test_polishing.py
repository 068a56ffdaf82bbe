"""Calcium, magnesium and fluoride polishing, and lithium carbonate, by the precipitator."""

from __future__ import annotations

import pytest

from harness import assert_falling, assert_rising, solve

FLUORIDE_DOSE = """
flowsheet: calcium and magnesium polishing
chemistry: nmc_sulfate
feeds:
  liquor: {temperature: 60 degC, aqueous: {flow: 1000 L/h, NiSO4: 100 g/L, CaSO4: 1 g/L, MgSO4: 2 g/L}}
  fluoride: {aqueous: {flow: as needed, NaF: 3 %}}
units:
  polish: {unit: precipitator, inlets: {feed: liquor, reagent: fluoride}, dose: {Ca: 2.4, Mg: 2.4},
           dose_of: F, solids: [CaF2, MgF2, gypsum]}
"""
LIME = """
flowsheet: fluoride polishing
chemistry: nmc_sulfate
feeds:
  liquor: {temperature: 40 degC, aqueous: {flow: 1000 L/h, Li2SO4: 60 g/L, NaF: 1 g/L}}
  milk_of_lime: {solid: {flow: 3 kg/h, composition: {Ca(OH)2: 100 %}}}
units:
  polish: {unit: precipitator, inlets: {feed: liquor, reagent: milk_of_lime},
           solids: [CaF2, gypsum, Ca(OH)2, LiF]}
"""
ALUMINIUM = """
flowsheet: fluoride with aluminium hydroxide
chemistry: nmc_sulfate
feeds:
  liquor: {temperature: 60 degC, aqueous: {flow: 1000 L/h, H2SO4: 0.05 mol/L, NiSO4: 70 g/L,
                                           "Al2(SO4)3": 12 g/L, HF: 0.4 g/L}}
  alkali: {aqueous: {flow: as needed, NaOH: 20 %}}
units:
  polish: {unit: precipitator, inlets: {feed: liquor, reagent: alkali}, pH: 4.5, temperature: 60 degC,
           solids: [Al(OH)3, AlF(OH)2], residual_index: {Al(OH)3: -0.92}}
"""
SODA = """
flowsheet: lithium carbonate
chemistry: nmc_sulfate
feeds:
  liquor: {temperature: 90 degC, aqueous: {flow: 1000 L/h, Li2SO4: 140 g/L, Na2SO4: 80 g/L, CaSO4: 0.05 g/L}}
  soda: {temperature: 90 degC, aqueous: {flow: as needed, Na2CO3: 25 %}}
units:
  carbonation: {unit: precipitator, inlets: {feed: liquor, reagent: soda}, dose: {Li: 0.53}, dose_of: CO3,
                temperature: 95 degC, solids: [Li2CO3, CaCO3, Na2SO4], losses: soda_ash_carbonate,
                activity_model: pitzer}
"""


def test_fluoride_takes_calcium_and_magnesium_to_their_solubility() -> None:
    plant = solve(FLUORIDE_DOSE)
    plant.check()
    assert 1000.0 * plant.concentration("polish.slurry", "Ca") < 10.0
    assert 1000.0 * plant.concentration("polish.slurry", "Mg") < 40.0
    assert plant["polish.residue.Ni"] == pytest.approx(1.0)
    assert_falling(plant.response("polish.dose.Mg", [1.0, 2.0, 2.4, 3.0], "polish.residue.Mg"))


def test_dose_is_what_was_asked_for() -> None:
    plant = solve(FLUORIDE_DOSE)
    wanted = 2.4 * (plant.flow("liquor", "aqueous", "Ca") + plant.flow("liquor", "aqueous", "Mg"))
    assert plant.flow("fluoride@polish.reagent", "aqueous", "F") == pytest.approx(wanted, rel=1e-9)


def test_lime_takes_fluoride_to_the_solubility_of_calcium_fluoride() -> None:
    plant = solve(LIME)
    plant.check()
    assert_falling(plant.response("milk_of_lime.flow", [0.3, 0.6, 1.2, 3.0], "polish.residue.F"))
    assert 1000.0 * plant.concentration("polish.slurry", "F") < 40.0


def test_aluminium_hydroxide_takes_fluoride_along() -> None:
    plant = solve(ALUMINIUM)
    plant.check()
    assert plant["polish.residue.F"] < 0.2
    assert plant["polish.residue.Al"] < 0.15


def test_soda_ash_precipitates_lithium_carbonate_with_its_sulfate() -> None:
    plant = solve(SODA)
    plant.check()
    assert 0.1 < plant["carbonation.residue.Li"] < 0.25
    carbonate = plant["carbonation.precipitated.Li2CO3"]
    sulfate = plant.flow("carbonation.slurry", "solid", "Na2SO4") * 96.06e-3
    assert sulfate / carbonate == pytest.approx(0.008, rel=0.01)


def test_lithium_left_falls_with_soda_and_with_heat() -> None:
    plant = solve(SODA)
    assert_falling(plant.response("carbonation.dose.Li", [0.45, 0.5, 0.55, 0.6], "carbonation.residue.Li"))
    assert_falling(
        plant.response("carbonation.temperature", [313.15, 333.15, 353.15, 368.15], "carbonation.residue.Li")
    )
    assert_rising(
        plant.response("carbonation.uptake_factor", [0.1, 0.5, 1.0], "carbonation.precipitated.Na2SO4")
    )
