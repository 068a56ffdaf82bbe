"""Feeds in every basis, against hand calculation."""

import pytest

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.formula import parse
from harness import compiled, solve

HEAD = """
flowsheet: feeds
chemistry: nmc_sulfate
feeds:
  feed: {%s}
units:
  tank: {unit: mixer, inlets: {feed: feed}}
"""
M_WATER = parse("H2O").molar_mass / 1000.0


def fed(text):
    case = solve(HEAD % text)
    case.check(1e-10)
    return case


def density(case):
    stream = case.model.streams["feed"]
    return case.evaluate(stream.mass_flow("aqueous") / stream.volume_flow("aqueous"))


def test_molar_concentrations_and_a_volume_flow():
    case = fed("role: reagent, aqueous: {flow: 650 L/h, H2SO4: 2 mol/L, NiSO4: 0.1 mol/L}")
    assert case.flow("feed", "aqueous", "SO4") == pytest.approx(650 * 2.1, rel=1e-10)
    assert case.flow("feed", "aqueous", "Ni") == pytest.approx(65.0, rel=1e-10)
    assert case.flow("feed", "aqueous", "H") == pytest.approx(2 * 1300, rel=1e-10)
    assert case.evaluate(case.model.streams["feed"].volume_flow("aqueous")) == pytest.approx(0.65, rel=1e-12)


def test_mass_concentrations_count_the_compound_as_it_is_written():
    case = fed("role: reagent, aqueous: {flow: 100 L/h, NiSO4.6H2O: 100 g/L}")
    assert case.flow("feed", "aqueous", "Ni") == pytest.approx(
        10000.0 / parse("NiSO4.6H2O").molar_mass, rel=1e-10
    )


def test_mass_fractions_and_a_mass_flow():
    case = fed("role: reagent, aqueous: {flow: 50 kg/h, NaOH: 30 %}")
    assert case.flow("feed", "aqueous", "Na") == pytest.approx(15000.0 / parse("NaOH").molar_mass, rel=1e-10)
    water = 35.0 / M_WATER + 15000.0 / parse("NaOH").molar_mass  # OH- is a water less a proton
    assert case.flow("feed", "aqueous", "H2O") == pytest.approx(water, rel=1e-10)


def test_molalities_are_per_kilogram_of_water():
    case = fed("role: reagent, aqueous: {flow: 50 kg/h, Na2SO4: 1.5 mol/kg}")
    water = case.flow("feed", "aqueous", "H2O") * M_WATER
    assert case.flow("feed", "aqueous", "SO4") == pytest.approx(1.5 * water, rel=1e-10)
    assert water * (1 + 1.5 * parse("Na2SO4").molar_mass / 1000.0) == pytest.approx(50.0, rel=1e-10)


def test_a_mass_flow_with_volume_concentrations_and_the_other_way_round():
    case = fed("role: reagent, aqueous: {flow: 50 kg/h, Na2SO4: 100 g/L}")
    volume = 50.0 / density(case)
    assert case.flow("feed", "aqueous", "Na") == pytest.approx(
        2 * 100.0 * volume / parse("Na2SO4").molar_mass * 1000.0, rel=1e-9
    )
    case = fed("role: reagent, aqueous: {flow: 50 L/h, H2SO4: 20 %}")
    mass = 0.05 * density(case)
    assert case.flow("feed", "aqueous", "SO4") == pytest.approx(
        200.0 * mass / parse("H2SO4").molar_mass, rel=1e-9
    )


DILUTION = """
flowsheet: dilution
chemistry: nmc_sulfate
feeds:
  acid: {role: reagent, aqueous: {flow: 10 kg/h, H2SO4: 96 %}}
  water: {role: water, aqueous: {flow: 45 kg/h}}
units:
  share: {unit: splitter, inlets: {feed: acid}}
  tank: {unit: mixer, inlets: {feed: [share.first, water]}, temperature: 25 degC}
"""


def test_concentrated_acid_is_nearly_dry_and_heats_the_water_that_dilutes_it():
    case = solve(DILUTION)
    case.check(1e-10)
    assert case.flow("acid", "aqueous", "SO4") == pytest.approx(9600.0 / parse("H2SO4").molar_mass, rel=1e-10)
    assert case.flow("acid", "aqueous", "H2O") == pytest.approx(0.4 / M_WATER, rel=1e-9)
    # Integral heats of solution of H2SO4 (the system's table): about -73 kJ/mol in 50 mol of water, -7 in
    # the feed's.
    per_mole = 3600.0 * case["tank.heat_duty"] / case.flow("tank.product", "aqueous", "SO4")
    assert -76.0 < per_mole < -60.0
    kept = case.evaluate(case.model.streams["share.first"].temperature)
    assert kept == pytest.approx(298.15, abs=1e-9)  # dividing it dilutes nothing


def test_a_solid_s_composition_is_by_mass():
    case = fed("role: main_feed, solid: {flow: 100 kg/h, composition: {graphite: balance, MnO2: 10 %}}")
    assert case.flow("feed", "solid", "MnO2") == pytest.approx(10000.0 / parse("MnO2").molar_mass, rel=1e-10)
    assert case.flow("feed", "solid", "graphite") == pytest.approx(90000.0 / parse("C").molar_mass, rel=1e-10)


def test_a_gas_s_composition_is_by_volume():
    case = fed("role: reagent, gas: {flow: 10 kg/h, composition: {O2: 21 %, N2: balance}}")
    oxygen, nitrogen = (case.flow("feed", "gas", g) for g in ("O2", "N2"))
    assert oxygen / (oxygen + nitrogen) == pytest.approx(0.21, rel=1e-10)
    assert oxygen * parse("O2").molar_mass + nitrogen * parse("N2").molar_mass == pytest.approx(
        10000.0, rel=1e-10
    )


def test_what_is_exactly_zero_is_not_there():
    model, _ = compiled(
        HEAD % "role: reagent, aqueous: {flow: 50 kg/h, NaOH: 0 %, Na2SO4: 1 %, CoSO4: 0 g/L}"
    )
    assert set(model.streams["feed"].shape.names("aqueous")) == {"H2O", "Na", "SO4"}
    assert "feed.CoSO4" not in model.registry.inputs
    text = (
        "flowsheet: absent\nchemistry: nmc_sulfate\n"
        "feeds:\n  feed: {role: reagent, aqueous: {flow: 50 kg/h}}\n"
        "  none: {role: reagent, aqueous: {flow: 0 L/h, CoSO4: 10 g/L}}\nunits:\n"
        "  tank: {unit: mixer, inlets: {feed: [feed, none]}}\n"
    )
    case = solve(text)
    assert set(case.model.streams["tank.product"].shape.names("aqueous")) == {"H2O"}
    case.check(1e-10)


def test_one_compiled_flowsheet_serves_all_flows_and_concentrations():
    case = solve(HEAD % "role: reagent, aqueous: {flow: 100 L/h, NiSO4: 10 g/L, Na2SO4: 10 g/L}")
    for concentration in (1e-6, 1.0, 200.0):
        again = case.again({"feed.NiSO4": concentration, "feed.flow": 0.3}, cold=True)
        assert again.concentration("feed", "Ni") == pytest.approx(
            concentration * parse("Ni").molar_mass / parse("NiSO4").molar_mass, rel=1e-9
        )


def test_volume_of_a_stream_is_the_density_correlation_s():
    case = fed("role: reagent, temperature: 40 degC, aqueous: {flow: 50 kg/h, NiSO4: 100 g/L}")
    flows = {c: case.flow("feed", "aqueous", c) for c in ("H2O", "Ni", "SO4")}
    flows["H"] = 0.0
    volume = AqueousVolume(case.system, list(flows)).volume(flows, 313.15)
    assert case.evaluate(case.model.streams["feed"].volume_flow("aqueous")) == pytest.approx(volume, rel=1e-9)


DRAWN = """
flowsheet: as needed
chemistry: nmc_sulfate
feeds:
  feed: {role: main_feed, aqueous: {flow: 100 L/h, NiSO4: 20 g/L, H2SO4: 5 g/L}}
  alkali: {role: reagent, aqueous: {flow: as needed, NaOH: 30 %}}
units:
  first: {unit: precipitator, inlets: {feed: feed, reagent: alkali},
          pH: 5, temperature: 40 degC, solids: [Ni(OH)2]}
  second: {unit: precipitator, inlets: {feed: first.slurry, reagent: alkali},
           pH: 8, temperature: 40 degC, solids: [Ni(OH)2]}
"""


def test_each_consumer_draws_its_own_share_of_a_feed_as_needed():
    case = solve(DRAWN)
    case.check(1e-9)
    drawn = [
        case.evaluate(sum(s.mass_flow(p) for p in s.shape.phases))
        for n, s in case.model.streams.items()
        if n.startswith("alkali@")
    ]
    assert len(drawn) == 2
    assert all(d > 0.0 for d in drawn)
    assert case["alkali.flow"] == pytest.approx(sum(drawn), rel=1e-10)
    for name in (n for n in case.model.streams if n.startswith("alkali@")):
        sodium = case.flow(name, "aqueous", "Na") * parse("NaOH").molar_mass / 1000.0
        mass = case.evaluate(case.model.streams[name].mass_flow("aqueous"))
        assert sodium / mass == pytest.approx(0.3, rel=1e-9)
