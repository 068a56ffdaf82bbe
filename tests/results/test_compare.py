"""Several results on one basis: what is counted, what is absent, what can't be compared."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.compare import Candidate, compare

REO = {"Nd": 1.1664, "Dy": 1.1477}
SOLD = 20.0 * REO["Nd"] + 1.0 * REO["Dy"]
"""Rare-earth oxide in the products [kg/h]; by-products don't count."""


def amount(value: float, unit: str = "kg/h") -> dict[str, Any]:
    return {"value": value, "unit": unit}


def table(**values: float) -> dict[str, Any]:
    return {"unit": "kg/h", "values": values}


def product(role: str, mass: float, formula: str | None = None, **elements: float) -> dict[str, Any]:
    entry = {"stream": f"{role}.out", "role": role, "as": formula, "mass_flow": amount(mass)}
    return entry | {"elements": table(**elements)}


def stream(to: str | None, **phases: float) -> dict[str, Any]:
    return {"to": to, "phases": {p: {"mass_flow": amount(m)} for p, m in phases.items()}}


def result(scale: float = 1.0) -> dict[str, Any]:
    """A plant that makes oxides of 100 kg/h magnets: 20 kg/h Nd and 1 kg/h Dy of 22 and 1.25 fed."""
    costs = ("feed", "reagent", "utility", "equipment", "disposal")
    whole = {
        "status": "converged",
        "message": "",
        "flowsheet": {"name": "plant", "title": "A plant", "scenario": None},
        "groups": {"REO": {"unit": "kg/kg", "values": REO}},
        "main_feed": {
            "mass_flow": amount(100.0),
            "feeds": table(magnets=100.0),
            "elements": table(Nd=22.0, Dy=1.25, Fe=60.0, O=16.75),
        },
        "products": {
            "oxides": product("product", 25.0, None, Nd=20.0, Dy=1.0, Fe=0.01, O=3.4),
            "cobalt": product("byproduct", 2.0, None, Co=1.0, Nd=0.1),
            "residue": product("waste", 60.0, None, Fe=50.0),
        },
        "recoveries": {
            "Nd": amount(20.0 / 22.0, "1"),
            "Dy": amount(0.8, "1"),
            "REO": amount(SOLD / (22.0 * REO["Nd"] + 1.25 * REO["Dy"]), "1"),
            "Fe": amount(0.01 / 60.0, "1"),
            "O": amount(0.2, "1"),
        },
        "reagents": {
            "acid": {"role": "reagent", "compounds": {"HCl": {"mass_flow": amount(30.0)}}},
            "more_acid": {"role": "reagent", "compounds": {"HCl": {"mass_flow": amount(10.0)}}},
            "air": {
                "role": "reagent",
                "compounds": {"O2": {"mass_flow": amount(21.0)}, "N2": {"mass_flow": amount(79.0)}},
            },
            "water": {"role": "water", "compounds": {"water": {"mass_flow": amount(500.0)}}},
        },
        "utilities": {"steam": amount(50.0, "kW"), "power": amount(25.0, "kW")},
        "water": {"in": table(water=500.0, acid=70.0), "out": table(effluent=560.0)},
        "streams": {
            "waste.out": stream(None, solid=60.0, aqueous=30.0),
            "product.out": stream(None, solid=25.0),
            "byproduct.out": stream(None, solid=2.0),
            "effluent": stream(None, aqueous=600.0),
            "stack": stream(None, gas=100.0),
            "liquor": stream("leach", aqueous=1000.0),
        },
        "emissions": {
            "sodium_sulfate": {"mass_flow": amount(0.0)},
            "off_gas": {"stack": table(N2=79.0, CO2=5.0)},
        },
        "economics": {
            **{f"{c}_cost": amount(10.0, "USD/h") for c in costs},
            "revenue": amount(100.0, "USD/h"),
            "profit": amount(50.0, "USD/h"),
            "year": 2023,
            "currency": "USD",
            "unpriced": [],
        },
        "warnings": [],
    }
    return scaled(whole, scale)


def scaled(entry: Any, factor: float) -> Any:
    """All flows times a factor."""
    if isinstance(entry, dict):
        rate = entry.get("unit") in ("kg/h", "kW", "USD/h")
        if rate and "value" in entry:
            return {**entry, "value": entry["value"] * factor}
        if rate:
            return {**entry, "values": {k: v * factor for k, v in entry["values"].items()}}
        return {k: scaled(v, factor) for k, v in entry.items()}
    return entry


def column(comparison: dict[str, Any], case: str = "A") -> dict[tuple[str, str], float | None]:
    return {(r["section"], r["name"].strip()): r["values"][case] for r in comparison["rows"]}


def notes(comparison: dict[str, Any]) -> str:
    return "\n".join(f"{n['case']}: {n['message']}" for n in comparison["notes"])


def of(*results: dict[str, Any], basis: str | None = None) -> dict[str, Any]:
    return compare([Candidate(f"plant {n}", r, "") for n, r in enumerate(results)], basis)


def test_by_itself_it_is_per_kg_of_the_group_that_all_sell() -> None:
    found = of(result(), result())
    assert found["basis"]["name"] == "REO"
    assert found["basis"]["description"] == "kg of REO in the products (Nd, Dy)"
    assert found["cases"]["A"]["basis_amount"]["value"] == pytest.approx(SOLD)


def test_every_amount_is_per_kg_of_the_basis() -> None:
    values = column(of(result()))
    assert values["materials", "main feed"] == pytest.approx(100.0 / SOLD)
    assert values["reagents", "HCl"] == pytest.approx(40.0 / SOLD)
    assert values["reagents", "all but air"] == pytest.approx(40.0 / SOLD)
    assert values["reagents", "air"] == pytest.approx(100.0 / SOLD)
    assert values["energy", "steam"] == pytest.approx(50.0 / SOLD)
    assert values["water", "fed"] == pytest.approx(570.0 / SOLD)
    assert values["emissions", "CO2 (gas)"] == pytest.approx(5.0 / SOLD)
    assert values["cost", "all costs"] == pytest.approx(50.0 / SOLD)
    assert values["cost", "profit"] == pytest.approx(50.0 / SOLD)


def test_waste_is_what_leaves_but_for_products_and_gas() -> None:
    values = column(of(result()))
    assert values["waste", "solids, wet"] == pytest.approx(90.0 / SOLD)
    assert values["waste", "of it dry"] == pytest.approx(60.0 / SOLD)
    assert values["waste", "liquors"] == pytest.approx(600.0 / SOLD)


def test_yields_and_purities_are_of_the_products_not_per_kg() -> None:
    values = column(of(result()))
    assert values["yield", "REO"] == pytest.approx(SOLD / (22.0 * REO["Nd"] + 1.25 * REO["Dy"]))
    assert values["yield", "Nd"] == pytest.approx(20.0 / 22.0)
    assert values["purity", "REO in the products"] == pytest.approx(SOLD / 25.0)
    assert values["impurities", "Fe"] == pytest.approx(0.01 / 25.0 * 1e6)
    assert ("yield", "Fe") not in values, "a trace of iron is an impurity, not a yield"
    assert ("yield", "O") not in values


@pytest.mark.parametrize(
    ("basis", "kilograms"),
    [("feed", 100.0), ("product", 25.0), ("oxides", 25.0), ("Nd", 20.0), ("REO", SOLD)],
)
def test_a_basis_only_changes_what_everything_is_divided_by(basis: str, kilograms: float) -> None:
    found = of(result(), basis=basis)
    assert found["cases"]["A"]["basis_amount"]["value"] == pytest.approx(kilograms)
    assert column(found)["reagents", "HCl"] == pytest.approx(40.0 / kilograms)


def test_cathode_is_a_basis_where_the_feed_has_some() -> None:
    black_mass = result()
    black_mass["main_feed"]["cathode_oxides"] = amount(58.0)
    found = of(black_mass, basis="cathode")
    assert column(found)["reagents", "HCl"] == pytest.approx(40.0 / 58.0)
    assert found["basis"]["description"] == "kg of cathode oxides in the main feed"
    with pytest.raises(DiagnosticError):
        of(result(), basis="cathode")


def test_a_product_sold_as_a_group_counts_by_its_content_not_its_mass() -> None:
    sold = result()
    sold["products"]["oxides"] |= {"as": "REO", "purity": amount(SOLD / 25.0, "1")}
    found = of(sold, basis="REO")
    assert found["cases"]["A"]["basis_amount"]["value"] == pytest.approx(SOLD)
    assert found["basis"]["description"] == "kg of REO in the products (Nd, Dy)"
    assert [name for section, name in column(found) if section == "purity"] == ["REO in the products"]


def test_a_plant_of_another_size_is_the_same_per_kg() -> None:
    found = of(result(), result(scale=3.0))
    assert not found["feed"]["same_amount"]
    assert found["feed"]["same_composition"]
    assert "B: main feed is 300 kg/h, that of A 100 kg/h" in notes(found)
    for row in found["rows"]:
        assert row["values"]["B"] == pytest.approx(row["values"]["A"], rel=1e-12), row["name"]


def test_feeds_of_other_composition_are_told_with_both_contents() -> None:
    other = result()
    other["main_feed"]["elements"]["values"] |= {"Nd": 27.5, "Dy": 1.2501}
    found = of(result(), other)
    assert [d["element"] for d in found["feed"]["differences"]] == ["Nd"], "0.01 % is no difference"
    assert "in Nd 27.5 (22) %" in notes(found)


def test_what_one_lacks_is_none_for_shares_and_zero_for_amounts() -> None:
    other = result()
    del other["reagents"]["acid"], other["reagents"]["more_acid"]
    other["products"]["oxides"] |= {"as": "Nd2O3", "purity": amount(0.99, "1")}
    found = of(result(), other)
    assert column(found, "B")["reagents", "HCl"] == 0.0
    assert column(found, "A")["purity", "Nd2O3"] is None
    assert column(found, "B")["purity", "Nd2O3"] == 0.99


def test_one_that_does_not_converge_is_named_and_the_others_compared() -> None:
    stuck = result() | {"status": "not_converged", "message": "gave up"}
    stuck["recoveries"] = {}
    found = of(result(), stuck)
    assert "B: not compared: gave up" in notes(found)
    assert column(found, "A") == column(of(result()), "A")
    assert set(column(found, "B").values()) == {None}


def test_nothing_that_converged_is_an_empty_table() -> None:
    found = of(result() | {"status": "not_converged"})
    assert found["rows"] == []


def test_one_without_the_basis_keeps_its_yields_and_is_named() -> None:
    other = result()
    other["products"] = {"steel": product("product", 30.0, "Fe", Fe=30.0)}
    other["recoveries"] = {"Fe": amount(0.5, "1")}
    found = of(result(), other, basis="Nd")
    values = column(found, "B")
    assert values["yield", "Fe"] == 0.5
    assert values["reagents", "HCl"] is None
    assert "B: has no Nd in its products" in notes(found)


def test_money_of_different_years_and_missing_prices_are_told() -> None:
    other = result()
    other["economics"] = copy.deepcopy(other["economics"]) | {"year": 2019, "unpriced": ["magnets"]}
    found = notes(of(result(), other))
    assert "different years (2019, 2023)" in found
    assert "B: cost leaves out, for want of a price: magnets" in found


def test_a_product_out_of_its_specification_is_told() -> None:
    other = result()
    other["products"]["oxides"]["within_specification"] = False
    assert "A: out of its specification: oxides" in notes(of(other))


def test_an_unknown_basis_is_refused_with_what_was_meant() -> None:
    with pytest.raises(DiagnosticError) as refused:
        of(result(), basis="REE")
    (found,) = refused.value.diagnostics
    assert found.code == "E907"
    assert "REO" in found.help
