"""Leaching kinetics: every reaction balances, rates behave in their limits, Pyomo agrees with numbers."""

import re

import numpy as np
import pyomo.environ as pyo
import pytest

from hydromet.leaching import kinetics
from hydromet.leaching.kinetics import (
    OXIDATIONS,
    REDUCTIONS,
    SELF_REACTIONS,
    Liquor,
    acid_availability,
    delithiated_share,
    layered_paths,
    manganese_reoxidation,
    metal_paths,
    peroxide_decomposition,
    redox,
    residue_paths,
)

REACTIONS = SELF_REACTIONS | {f"{o} by {r}": redox(o, r) for o in REDUCTIONS for r in OXIDATIONS}


def elements_and_charge(species: str) -> dict[str, float]:
    body, charge = re.fullmatch(r"(.*?)([+-]\d*)?", species).groups()
    found = {"charge": float(charge if len(charge) > 1 else charge + "1") if charge else 0.0}
    for element, count in re.findall(r"([A-Z][a-z]?)([\d.]*)", body):
        found[element] = found.get(element, 0) + (float(count) if count else 1.0)
    return found


@pytest.mark.parametrize("name", REACTIONS)
def test_reaction_conserves_elements_and_charge(name):
    total: dict[str, float] = {}
    for species, number in REACTIONS[name].items():
        for item, count in elements_and_charge(species).items():
            # M counts as an element of its own: the metals in the oxide's proportion.
            total[item] = total.get(item, 0.0) + number * count
    assert all(abs(value) < 1e-12 for value in total.values()), total


def test_net_reaction_with_peroxide_is_the_textbook_one():
    expected = {"LiMO2": -2, "H2O2": -1, "H+": -6, "Li+": 2, "M+2": 2, "O2": 1, "H2O": 4}
    assert {s: 2 * n for s, n in redox("LiMO2", "H2O2").items()} == expected


def test_peroxide_as_its_own_oxidant_decomposes_to_water_and_oxygen():
    assert redox("H2O2", "H2O2") == {"H2O2": -2, "H2O": 2, "O2": 1}


@pytest.mark.parametrize("path", ["disproportionation", "half_disproportionation"])
def test_disproportionation_releases_half_as_much_metal_as_lithium(path):
    reaction = SELF_REACTIONS[path]
    assert reaction["M+2"] == pytest.approx(reaction["Li+"] / 2)


def test_cold_nickel_poor_oxide_stops_at_two_thirds_and_hot_nickel_rich_goes_through(parameters):
    def lithium(nickel: float, temperature: float) -> float:
        share = delithiated_share(parameters, nickel, temperature)
        return share + (1 - share) * 2 / 3

    assert lithium(0.15, 293.15) < 0.70
    assert lithium(0.80, 348.15) > 0.97


def test_attack_ceases_smoothly_with_the_acid(parameters):
    tiny = acid_availability(parameters, 1e-9)
    assert 0 < tiny < 1e-7
    assert sum(layered_paths(parameters, Liquor(323.15, acid=0.0), 0.6).values()) == 0


def test_without_reductant_no_residue_but_nickel_oxide_dissolves(parameters):
    rates = residue_paths(parameters, Liquor(348.15, acid=2.0), 0.8)
    assert {name for name, rate in rates.items() if rate > 0} == {("MO2", "H2O")}
    assert residue_paths(parameters, Liquor(348.15, acid=2.0), 0.0)["MO2", "H2O"] == 0


def test_heat_spends_peroxide_faster(parameters):
    cold, hot = (
        peroxide_decomposition(parameters, Liquor(t, acid=2.0, peroxide=0.3), 0.5) for t in (298.15, 348.15)
    )
    assert hot > cold > 0


def test_copper_needs_an_oxidant_but_aluminium_and_iron_give_hydrogen(parameters):
    liquor = Liquor(343.15, acid=2.0)
    nothing = dict.fromkeys(kinetics.RESIDUES, 0.0)
    assert sum(metal_paths(parameters, "Cu", liquor, nothing).values()) == 0
    for metal in ("Al", "Fe"):
        assert metal_paths(parameters, metal, liquor, nothing)["H+"] > 0


def test_same_functions_serve_numbers_arrays_and_pyomo(parameters):
    """One set of equations: the rates in a model are those of the fit."""
    names = ("temperature", "acid", "peroxide", "ferrous", "ferric", "manganese_share")
    point = dict(zip(names, (338.15, 1.3, 0.2, 0.01, 0.02, 0.15), strict=True))
    model = pyo.ConcreteModel()
    for name, value in point.items():
        setattr(model, name, pyo.Var(initialize=value))
    model.k = pyo.Var(initialize=parameters["k_layered"])

    def rates(p, liquor):
        residues = dict.fromkeys(kinetics.RESIDUES, 0.1 * liquor.acid)
        groups = [
            layered_paths(p, liquor, 0.6),
            residue_paths(p, liquor, 0.6),
            *(metal_paths(p, metal, liquor, residues) for metal in ("Cu", "Al", "Fe")),
        ]
        found = [rate for group in groups for rate in group.values()]
        return [*found, manganese_reoxidation(p, liquor, 0.6), peroxide_decomposition(p, liquor, 0.4)]

    numbers = rates(parameters, Liquor(**point))
    arrays = rates(parameters, Liquor(**{n: np.array([v, v]) for n, v in point.items()}))
    expressions = rates(parameters | {"k_layered": model.k}, Liquor(**{n: getattr(model, n) for n in names}))
    assert [pyo.value(e) for e in expressions] == pytest.approx(numbers, rel=1e-12)
    assert [a[1] if np.ndim(a) else a for a in arrays] == pytest.approx(numbers, rel=1e-12)
