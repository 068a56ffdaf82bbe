"""What a process engineer gets wrong around rare earths: one snapshot per fault."""

from __future__ import annotations

import pytest

# name: (what stands in magnets.yaml, what replaces it)
BAD_INPUTS = {
    "no extraction stage": ("extraction_stages: 3", "extraction_stages: 0"),
    "half a stage": ("extraction_stages: 3", "extraction_stages: 3.5"),
    "more stages than there can be": ("extraction_stages: 3", "extraction_stages: 1000"),
    "stages as a quantity": ("extraction_stages: 3", "extraction_stages: 3 m"),
    "scrub without a liquor": ("strip_stages: 2", "strip_stages: 2\n    scrub_stages: 2"),
    "an organic never stripped": ("strip: acid, alkali", "alkali"),
    "no strip stage": ("strip_stages: 2", "strip_stages: 0"),
    "reflux without scrub": ("strip_stages: 2", "strip_stages: 2\n    reflux: 50 %"),
    "more reflux than strip liquor": (
        "strip_stages: 2",
        "strip_stages: 2\n    scrub_stages: 2\n    reflux: 120 %",
    ),
    "two flows of organic": ("phase_ratio: 1", "phase_ratio: 1\n    organic_flow: 100 L/h"),
    "extractant by its trade name": (
        "extractant: pc88a_ree\n    extractant_fraction: 30 %\n    phase",
        "extractant: PC-88A\n    phase",
    ),
    "extractant of the chemistry that has none": (
        "extractant: pc88a_ree\n    extractant_fraction: 30 %\n    phase",
        "extractant: chemistry\n    phase",
    ),
    "extractant without a constant for the feed": (
        "extractant: pc88a_ree\n    extractant_fraction: 30 %\n    phase",
        "extractant: versatic10\n    phase",
    ),
    "extractant of other metals": (
        "extractant: pc88a_ree\n    extractant_fraction: 30 %\n    phase",
        "extractant: cyanex272\n    phase",
    ),
    "alkali with nothing to hold": ("    saponification: 20 %\n", ""),
    "saponification and pH": ("saponification: 20 %", "saponification: 20 %\n    pH: 1.5"),
    "a pH beyond the scale": ("saponification: 20 %", "pH: 15"),
    "a pH with a unit": ("saponification: 20 %", "pH: 1.5 mol/L"),
    "lines of a metal that is not there": (
        "phase_ratio: 1",
        "phase_ratio: 1\n    mccabe_thiele: [Neodymium]",
    ),
    "a metal that the chemistry lacks": ("DyCl3: 0.05 mol/L", "TmCl3: 0.05 mol/L"),
    "a ligand that the chemistry lacks": ("NH4Cl: 2 g/L", "lactate: 2 g/L"),
    "reactions whose ligand the chemistry lacks": (
        "chemistry: {system: rare_earth, activity_model: sit}",
        "chemistry: nmc_sulfate",
    ),
    "membranes without area": ("    area: 400 m2\n", ""),
    "membranes in one cell": ("cells: 4", "cells: 1"),
    "a lumen wider than its fibre": ("cells: 4", "cells: 4\n    fibre_inner_diameter: 800 um"),
    "a strip area without its module": ("cells: 4", "cells: 4\n    strip_area: 100 m2"),
    "misspelt arrangement": ("cells: 4", "cells: 4\n    arrangement: two modules"),
    "membranes with nothing to extract": (
        "extractant: pc88a_ree\n    extractant_fraction: 30 %\n    area",
        "extractant: cyanex272\n    area",
    ),
    "leach without reactions": ("    reactions: magnet_organic_acid\n", ""),
    "misspelt reactions": ("reactions: magnet_organic_acid", "reactions: magnet_organic"),
    "another unit's reactions": ("reactions: magnet_organic_acid", "reactions: calcination"),
    "no tank": ("tanks: 2", "tanks: 0"),
    "a tank that is not there": ("tanks: 2", "tanks: 2\n    tank_temperature: {3: 60 degC}"),
    "a precipitate that the chemistry lacks": ("tanks: 2", "tanks: 2\n    precipitates: [Nd(OH)4]"),
    "leach without its time": ("    residence_time: 36 h\n    temp", "    temp"),
    "leach without particle size": ("    particle_size: 75 um\n", ""),
    "free acid with nothing to hold it": ("tanks: 2", "tanks: 2\n    free_acid: 0.1 mol/L"),
    "misspelt mode": ("mode: continuous", "mode: continous"),
    "a broth without sugar": ("glucose: 100 g/L, ", ""),
    "a bioreactor without time": ("residence_time: 24 h", "residence_time: 0 h"),
    "a bioreactor without air": ("inlets: {medium: syrup, air: air}", "inlets: {medium: syrup}"),
    "a culture too hot": ("mode: continuous", "mode: continuous\n    temperature: 90 degC"),
    "roaster without reactions": ("    reactions: calcination\n", ""),
    "a roaster hotter than any": ("950 degC", "9500 degC"),
    "a stage that is not there": ("950 degC", "950 degC\n    stage_temperature: {2: 400 degC}"),
    "air as needed without a measure": ("    excess_oxygen: 100 %\n", ""),
    "nothing that reacts": ("Nd2(C2O4)3.10H2O: 100 %", "SiO2: 100 %"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_a_bad_input_is_named_placed_and_helped(name, flowsheet, folder, snapshot):
    right, wrong = BAD_INPUTS[name]
    file = folder / "magnets.yaml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    outcome = flowsheet("run", "magnets.yaml")
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert outcome.err == snapshot
