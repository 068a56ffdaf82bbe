"""Cold starts of extraction without any guess, starved to flooded; the benchmark of that name runs 500."""

import pytest

from extraction_cascades import ALONE, flowsheet, inputs_of, operating_points
from flowsheet.solve.simulate import simulate
from harness import compiled
from hydromet.extraction.mass_action import load_extraction_system

HELD = 2.0 * load_extraction_system("d2ehpa").extractant.concentration(1.0)


def cascade(stages):
    """The extraction section alone."""
    return compiled(flowsheet(f"extraction_stages: {stages}, strip_stages: 0", ALONE))


def failures(plant, number):
    failed = []
    for point in operating_points(number, HELD, seed=7):
        p = plant.inputs(inputs_of(point, plant.model.inputs.position))
        simulation = simulate(plant, p)
        if not simulation.converged:
            failed.append((point, simulation.newton.worst[0]))
    return failed


@pytest.mark.parametrize(("stages", "number"), [(3, 20), (9, 10), (16, 5)])
def test_a_cascade_starts_cold_from_starved_to_flooded(stages, number):
    _, plant = cascade(stages)
    assert not failures(plant, number)


def test_a_closed_circuit_starts_cold_from_starved_to_flooded():
    text = flowsheet("extraction_stages: 4, strip_stages: 3", "feed: liquor, strip: acid, alkali: caustic")
    _, plant = compiled(text)
    assert not failures(plant, 10)


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_a_circuit_with_impurities_starts_cold(model):
    """Twenty components, traces of mg/L among them."""
    from extraction_cascades import FEEDS, LIQUOR

    rich = FEEDS.replace(
        LIQUOR,
        LIQUOR + ", Al2(SO4)3: 0.03 g/L, CuSO4: 0.02 g/L, FeSO4: 0.001 g/L, K2SO4: 0.05 g/L, NaF: 0.2 g/L, "
        "NaCl: 0.1 g/L, NaH2PO4: 0.02 g/L",
    )
    text = flowsheet(
        "extraction_stages: 4, strip_stages: 3, regeneration_stages: 1",
        "feed: liquor, strip: acid, alkali: caustic, regenerant: strong",
        rich,
    ).replace("chemistry: nmc_sulfate", f"chemistry: {{system: nmc_sulfate, activity_model: {model}}}")
    _, plant = compiled(text)
    assert simulate(plant).converged


def test_one_contact_more_acid_than_its_set_point_starts_cold():
    """A single stage has nothing to mix back with, and is not started through back-mixing."""
    _, plant = compiled(
        """
flowsheet: one contact
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 L/h, Li2SO4: 0.18156 mol/L, NiSO4: 0.03493 mol/L,
           CoSO4: 0.27998 mol/L, MnSO4: 0.03804 mol/L, H2SO4: 0.08 mol/L}}
  barren: {organic: {flow: 250 L/h, Cyanex 272: 0.8 mol/L}}
  alkali: {aqueous: {flow: as needed, NaOH: 10 mol/L}}
units:
  sx: {unit: solvent_extraction, inlets: {feed: liquor, organic: barren, alkali: alkali},
       extractant: cyanex272, extraction_stages: 1, strip_stages: 0, pH: 0.75,
       entrained_aqueous: 0, entrained_organic: 0}
"""
    )
    assert simulate(plant).converged
