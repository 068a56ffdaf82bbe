"""Recovery, loss, purity, impurity and concentration against sums over the streams."""

import pytest

from example_plants import COBALT
from flowsheet.chemistry.formula import atomic_weight, parse
from flowsheet.results.flows import element_flows
from opened import at, opened, ran


@pytest.fixture(scope="module")
def state():
    return ran(COBALT)


def elements(state, *streams):
    species, total = state.case.plant.facts["species"], {}
    for name in streams:
        for element, flow in element_flows(state.flows[name], species).items():
            total[element] = total.get(element, 0.0) + flow
    return total


@pytest.mark.parametrize("element", ["Co", "Mg", "Ni", "Na", "S"])
def test_recovery_and_loss_are_shares_of_what_the_feeds_bring_and_add_up(state, element):
    fed = elements(state, "liquor", "water")[element]
    product = elements(state, "dry.product")[element]
    assert state.values[f"recovery.{element}"] == pytest.approx(product / fed, rel=1e-10)
    lost = elements(state, "bleed.first", "evap.condensate", "dry.vapour").get(element, 0.0)
    assert state.values[f"loss.{element}"] == pytest.approx(lost / fed, rel=1e-10)
    assert state.values[f"recovery.{element}"] + state.values[f"loss.{element}"] == pytest.approx(
        1.0, abs=1e-9
    )


def dry_mass(state):
    flows, species = state.flows["dry.product"].flows, state.case.plant.facts["species"]
    return sum(
        species[p][c]["molar_mass"] * n
        for p in flows
        for c, n in flows[p].items()
        if (p, c) != ("aqueous", "H2O")
    )


def test_impurities_are_masses_over_the_dry_mass(state):
    dry = dry_mass(state)
    assert state.values["product.co.dry_mass"] == pytest.approx(dry, rel=1e-10)
    found = elements(state, "dry.product")
    for element in ("Na", "Ni", "Mg"):
        share = found[element] * atomic_weight(element) / 1000.0 / dry
        assert state.values[f"product.co.impurity.{element}"] == pytest.approx(share, rel=1e-10)
    sulfate = found["S"] * parse("SO4-2").molar_mass / 1000.0 / dry
    assert state.values["product.co.impurity.SO4"] == pytest.approx(sulfate, rel=1e-10)


def test_purity_counts_crystals_and_what_dries_to_the_compound(state):
    crystals = state.flows["dry.product"].get("solid", "CoSO4.7H2O") * parse("CoSO4.7H2O").molar_mass
    dissolved = state.flows["dry.product"].get("aqueous", "Co") * parse("CoSO4").molar_mass
    assert state.values["product.co.purity"] == pytest.approx(
        (crystals + dissolved) / 1000.0 / dry_mass(state), rel=1e-8
    )


def test_purer_by_more_wash_and_less_occlusion(state):
    case = opened(COBALT)
    purity = [
        at(case, i, state).values["product.co.impurity.Na"]
        for i in ({"water.flow": 10.0}, {"water.flow": 20.0}, {"water.flow": 20.0, "spin.occlusion": 0.0})
    ]
    assert purity[0] > purity[1] > purity[2]


def test_purity_of_a_solid_that_the_components_cannot_make_up_counts_its_crystals():
    """Cerium dissolves as Ce(III): no liquor holds CeO2."""
    plant = """\
flowsheet: cerium oxide, wet
chemistry: rare_earth
feeds:
  powder: {solid: {flow: 10 kg/h, composition: {CeO2: 98 %, SiO2: balance}}}
  water: {role: water, aqueous: {flow: 5 kg/h}}
units: {pulper: {unit: mixer, inlets: {feed: [powder, water]}}}
products: {ceria: {stream: pulper.product, as: CeO2, purity: ">= 95 %"}}
"""
    assert ran(plant).values["product.ceria.purity"] == pytest.approx(0.98, rel=1e-9)
