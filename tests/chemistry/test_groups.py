"""Groups of elements: each counts as its compound, by formula."""

from __future__ import annotations

import json

import pytest

from flowsheet.chemistry.files import ChemistryError
from flowsheet.chemistry.formula import atomic_weight
from flowsheet.chemistry.groups import factors
from flowsheet.chemistry.load import load_system


def added(**groups: list[str]) -> str:
    return json.dumps({"groups": groups})


def test_a_factor_is_the_compound_s_mass_over_its_element_s() -> None:
    oxygen, praseodymium = atomic_weight("O"), atomic_weight("Pr")
    found = factors("REO", ["Pr6O11", "CeO2"])
    assert found["Pr"] == pytest.approx(1.0 + 11.0 * oxygen / (6.0 * praseodymium), rel=1e-12)
    assert found["Ce"] == pytest.approx(1.0 + 2.0 * oxygen / atomic_weight("Ce"), rel=1e-12)


def test_carbonate_counts_as_the_carbonate() -> None:
    """Lithium carbonate equivalent, as the industry's tables round it."""
    assert factors("LCE", ["Li2CO3"])["Li"] == pytest.approx(5.323, abs=1e-3)


@pytest.mark.parametrize("system", ["rare_earth", "coal_refuse"])
def test_rare_earth_systems_count_oxides(system: str) -> None:
    found = load_system(system).groups["REO"]
    assert {"Nd", "Pr", "Dy", "Y", "Sc"} <= set(found)
    assert all(1.1 < factor < 1.6 for factor in found.values())


def test_a_system_without_groups_has_none() -> None:
    assert load_system("nmc_sulfate").groups == {}


def test_a_user_s_group_is_added_and_one_of_the_same_name_takes_its_place() -> None:
    found = load_system("rare_earth", added(REO=["Nd2O3"], NdPr=["Nd", "Pr"])).groups
    assert list(found["REO"]) == ["Nd"]
    assert found["NdPr"] == {"Nd": 1.0, "Pr": 1.0}


@pytest.mark.parametrize(
    ("compounds", "says"),
    [
        (["Nd2O3", "NdO2"], "Nd is counted twice"),
        (["NdFeO3"], "`NdFeO3` is no element"),
        (["Nd+3"], "`Nd[+]3` is no element"),
        (["H2O"], "`H2O` is no element"),
        (["Xx2O3"], "group mine"),
        ([3], "group mine"),
    ],
)
def test_what_is_not_one_element_s_is_refused(compounds: list[str], says: str) -> None:
    with pytest.raises(ChemistryError, match=says):
        load_system("rare_earth", added(mine=compounds))


def test_a_group_must_be_a_list() -> None:
    with pytest.raises(ChemistryError, match="must be lists"):
        load_system("rare_earth", json.dumps({"groups": {"REO": "Nd2O3"}}))
