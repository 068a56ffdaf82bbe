"""The rare earths' chemistry inside units: precipitation, cold, with closed balances."""

from __future__ import annotations

import pytest

from harness import assert_falling, solve

OXALATE = """
flowsheet: oxalate precipitation
chemistry: rare_earth
feeds:
  strip: {temperature: 25 degC,
          aqueous: {flow: 1000 L/h, HCl: 0.2 mol/L, NdCl3: 30 g/L, PrCl3: 10 g/L, DyCl3: 2 g/L,
                    FeCl2: 0.5 g/L}}
  acid: {role: reagent, aqueous: {flow: as needed, H2C2O4: 9 %}}
units:
  tank: {unit: precipitator, inlets: {feed: strip, reagent: acid}, dose: {Nd: 2.6}, dose_of: oxalate,
         solids: [Nd2(C2O4)3.10H2O, Pr2(C2O4)3.10H2O, Dy2(C2O4)3.10H2O, FeC2O4.2H2O]}
"""
DOUBLE_SULFATE = """
flowsheet: double sulfate
chemistry: rare_earth
feeds:
  leach: {role: main_feed, temperature: 70 degC,
          aqueous: {flow: 1000 L/h, H2SO4: 0.3 mol/L, "Nd2(SO4)3": 40 g/L, "Dy2(SO4)3": 5 g/L,
                    FeSO4: 100 g/L}}
  salt: {role: reagent, temperature: 70 degC, aqueous: {flow: as needed, Na2SO4: 25 %}}
units:
  tank: {unit: precipitator, inlets: {feed: leach, reagent: salt}, dose: {Nd: 4}, dose_of: Na,
         temperature: 70 degC, solids: [NaNd(SO4)2.H2O, NaDy(SO4)2.H2O]}
"""
AMMONIA = """
flowsheet: iron out of a gluconic leach liquor
chemistry: rare_earth
feeds:
  leach: {role: main_feed, temperature: 25 degC,
          aqueous: {flow: 1000 L/h, HC6H11O7: 0.05 mol/L, C6H12O6: 2 g/L, NdCl3: 1 g/L, FeCl3: 0.5 g/L,
                    H3BO3: 0.2 g/L}}
  ammonia: {role: reagent, aqueous: {flow: as needed, NH3: 10 %}}
units:
  tank: {unit: precipitator, inlets: {feed: leach, reagent: ammonia}, pH: 8.5, solids: [Fe(OH)3, Nd(OH)3(am)]}
"""


def test_oxalic_acid_takes_rare_earths_and_leaves_iron() -> None:
    plant = solve(OXALATE)
    plant.check()
    assert plant["tank.residue.Nd"] < 0.01
    assert plant["tank.residue.Nd"] < plant["tank.residue.Dy"] < 0.1
    assert plant["tank.residue.Fe(II)"] > 0.9
    assert_falling(plant.response("tank.dose.Nd", [1.8, 2.2, 2.6], "tank.residue.Nd"))


def test_sodium_sulfate_takes_neodymium_before_dysprosium_and_leaves_iron() -> None:
    plant = solve(DOUBLE_SULFATE)
    plant.check()
    assert plant["tank.residue.Nd"] < plant["tank.residue.Dy"]
    assert plant["tank.residue.Fe(II)"] == pytest.approx(1.0)
    assert_falling(plant.response("tank.dose.Nd", [2.0, 4.0, 8.0], "tank.residue.Nd"))
    assert_falling(plant.response("tank.dose.Nd", [2.0, 4.0, 8.0], "tank.residue.Dy"))


def test_ammonia_takes_iron_out_of_a_gluconate_liquor_that_holds_neodymium() -> None:
    plant = solve(AMMONIA)
    plant.check()
    assert plant["tank.residue.Fe(III)"] < 0.1 < plant["tank.residue.Nd"]
    assert plant["tank.residue.glucose"] == pytest.approx(1.0)
    assert_falling(plant.response("tank.pH", [6.0, 7.0, 8.5], "tank.residue.Fe(III)"))
