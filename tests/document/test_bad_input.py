"""What a process engineer reads when something in the file is wrong: one snapshot per fault."""

from __future__ import annotations

import pytest

# name: (what stands in the right file, what replaces it)
FAULTS = {
    "misspelt parameter": ("residence_time: 120 min", "residense_time: 120 min"),
    "misspelt section": ("products:", "prodcuts:"),
    "misspelt feed key": ("price: 128 USD/t", "prize: 128 USD/t"),
    "misspelt unit operation": ("unit: leach_train", "unit: leech_train"),
    "misspelt stream": ("slurry: leach.slurry", "slurry: leach.slury"),
    "misspelt unit in a stream": ("slurry: leach.slurry", "slurry: laech.slurry"),
    "misspelt feed": ("wash: water", "wash: watr"),
    "misspelt inlet": ("wash: water", "washing: water"),
    "misspelt choice": ("occlusion: {Co: 1 %}", "mode: setpoint"),
    "misspelt flag": ("occlusion: {Co: 1 %}", "aerated: maybe"),
    "misspelt component": ("occlusion: {Co: 1 %}", "occlusion: {Cobalt: 1 %}"),
    "misspelt solid": ("NMC622: 58 %", "NMC6222: 58 %"),
    "misspelt scenario key": ("pilot: {feeds.black_mass.solid.flow: 5 kg/h}", "pilot: 5 kg/h"),
    "unknown chemistry": ("chemistry: nmc_sulfate", "chemistry: nmc_sulphate"),
    "unknown parameter set": ("tanks: 3", "kinetics: nmc_citrate"),
    "unknown compound in a product": ("as: CoSO4.7H2O", "as: CoSO5"),
    "wrong dimension": ("120 min", "120 kg"),
    "unknown unit of measure": ("120 min", "120 mn"),
    "no unit of measure": ("120 min", "120"),
    "coulombs for degrees": ("tanks: 3", "temperature: 80 C"),
    "ambiguous ton": ("128 USD/t", "128 USD/ton"),
    "a ratio": ("NMC622: 58 %", 'NMC622: "2:1"'),
    "a range": ("120 min", "3 - 5 h"),
    "a decimal comma": ("120 min", "1,5 h"),
    "not a number": ("120 min", ".nan h"),
    "out of range": ("120 min", "90 h"),
    "not a whole number": ("tanks: 3", "tanks: 2.5"),
    "too many tanks": ("tanks: 3", "tanks: 30"),
    "negative flow": ("flow: 650 L/h", "flow: -650 L/h"),
    "composition over 100 %": ("NMC622: 58 %", "NMC622: 99 %"),
    "composition below 100 %": ("graphite: balance", "graphite: 10 %"),
    "two balances": ("NMC622: 58 %", "NMC622: balance"),
    "open inlet": ("inlets: {solids: black_mass, acid: acid}", "inlets: {acid: acid}"),
    "stream used twice": ("wash: water", "wash: acid"),
    "slurry into a liquor inlet": ("liquor: [leach_filter.filtrate,", "liquor: [leach_filter.cake,"),
    "solid feed at an aqueous inlet": ("acid: acid}", "acid: black_mass}"),
    "a unit where a stream is meant": ("slurry: leach.slurry", "slurry: leach"),
    "missing parameter": ("    particle_size: 30 um\n", ""),
    "missing currency rate": ("8 USD/kg", "8 EUR/kg"),
    "strict inequality": ("recovery(Co) >= 97 %", "recovery(Co) > 97 %"),
    "unknown function": ("recovery(Co) >= 97 %", "recovry(Co) >= 97 %"),
    "unknown component in a function": ("recovery(Co) >= 97 %", "recovery(Kobalt) >= 97 %"),
    "unknown objective": ("maximise: profit", "maximise: proffit"),
    "two objectives": ("maximise: profit", "maximise: profit\n  minimise: reagent_cost"),
    "a condition": ("maximise: profit", "maximise: profit if 1 else 2"),
    "vary a structure": ("leach.residence_time: [0.5 h, 6 h]", "leach.tanks: [1, 6]"),
    "vary an unknown thing": ("leach.residence_time: [0.5 h", "leach.residence: [0.5 h"),
    "bounds reversed": ("[0.5 h, 6 h]", "[6 h, 0.5 h]"),
    "bounds of the wrong dimension": ("[300 L/h, 900 L/h]", "[300 kg/h, 900 L/h]"),
    "a specification of nothing": ("until: neutraliser.slurry.pH = 4.0", "until: neutraliser.slury.pH = 4.0"),
    "a comparison of unlike things": ("slurry.pH = 4.0", "slurry.temperature = 5 kg/h"),
    "a sum of unlike things": ("maximise: profit", "maximise: profit - recovery(Co)"),
    "a constraint without its unit": ("slurry.pH = 4.0", "slurry.temperature = 60"),
    "a recovery without its percent": ("recovery(Co) >= 97 %", "recovery(Co) >= 97"),
    "a bound without value": ("recovery(Co) >= 97 %", "recovery(Co) >= 1 / 0"),
    "a specification by inequality": ("slurry.pH = 4.0", "slurry.pH >= 4.0"),
    "varied twice": ("acid.flow: [300", "neutraliser.base_flow: [1 mol/h, 9 mol/h], acid.flow: [300"),
    "a flow that nothing determines": ("flow: 650 L/h", "flow: as needed"),
    "two feeds as needed at one inlet": ("base: lime}", "base: [lime, lime]}"),
    "vary a flow as needed": ("acid.flow: [300", "lime.flow: [300"),
    "key given twice": ("    tanks: 3\n", "    tanks: 3\n    tanks: 4\n"),
    "tab": ("    tanks: 3\n", "\ttanks: 3\n"),
    "broken YAML": ("{solids: black_mass, acid: acid}", "{solids: black_mass, acid: acid"),
    "broken indentation": ("    tanks: 3\n", "   tanks: 3\n"),
    "no value": ("tanks: 3", "tanks:"),
    "a list for a mapping": ("inlets: {solids: black_mass, acid: acid}", "inlets: [black_mass, acid]"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_placed_and_helped(name, plant, faults, snapshot):
    right, wrong = FAULTS[name]
    assert right in plant
    assert faults(plant.replace(right, wrong, 1)).render() == snapshot


def test_all_faults_are_found_in_one_pass(plant, faults):
    text = plant
    for name in (
        "misspelt parameter",
        "misspelt choice",
        "negative flow",
        "bounds reversed",
        "strict inequality",
        "unknown chemistry",
        "no unit of measure",
    ):
        text = text.replace(*FAULTS[name], 1)
    codes = [d.code for d in faults(text).diagnostics]
    assert {"E104", "E106", "E205", "E505", "E503", "E406"} <= set(codes)


def test_a_faulty_feed_or_unit_causes_no_second_fault_elsewhere(plant, faults):
    for name in ("negative flow", "misspelt unit operation", "composition over 100 %"):
        assert len(faults(plant.replace(*FAULTS[name], 1)).diagnostics) == 1, name


def test_folding_keeps_carets_under_the_fault(plant, faults):
    text = plant.replace("Al: 1.5 %}}", "Al: 1.5 kPa}}")
    rendered = faults(text).render(width=50)
    assert all(len(line) <= 50 for line in rendered.splitlines())
    excerpt = [line for line in rendered.splitlines() if "|" in line]
    start = excerpt[-1].index("^")
    assert excerpt[-2][start:].startswith("1.5 kPa")
