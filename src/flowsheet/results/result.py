"""The result of a run as plain JSON values: schema `flowsheet.result/1`.

Numbers stand as {"value": ..., "unit": ...}; tables as {"unit": ..., "values": {name: number}}.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flowsheet.document.document import DRAWN
from flowsheet.results.balances import balances
from flowsheet.results.contents import element_masses, main_feed_content
from flowsheet.results.display import shown_for
from flowsheet.results.emissions import emissions, main_feed_masses
from flowsheet.results.flows import StreamFlows, mass_flow
from flowsheet.results.products import product_table
from flowsheet.results.provenance import provenance
from flowsheet.results.reagents import compound_masses
from flowsheet.results.saturation import verdict
from flowsheet.results.settings import choices, settings
from flowsheet.results.solved import Solved, number
from flowsheet.results.specifications import specification_table
from flowsheet.results.warnings import collect_warnings

SCHEMA = "flowsheet.result/1"
BALANCE_TOLERANCE = 1e-8
"""Largest closure of an element over the plant's feed that counts as balanced."""


def build_result(state: Solved, optimisation: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything that a run found, ready for JSON."""
    plant, values, flows = state.case.plant, state.values, state.flows
    closed = balances(plant, flows, values)
    status, message = _status(state, closed)
    fed, oxides = main_feed_masses(state)
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "flowsheet": {
            "name": state.document.name,
            "title": state.document.title,
            "scenario": state.document.scenario,
        },
        "status": status,
        "message": message,
        "streams": {n: _stream(state, s) for n, s in flows.items()},
        "products": product_table(state),
        "recoveries": {
            k.partition(".")[2]: number(v, "1") for k, v in values.items() if k.startswith("recovery.")
        },
        "main_feed": {"mass_flow": number(fed, "kg/h"), "cathode_oxides": number(oxides, "kg/h")}
        | main_feed_content(state),
        "groups": {
            name: {"unit": "kg/kg", "values": dict(factors)}
            for name, factors in state.case.plant.facts["groups"].items()
        },
        "reagents": _reagents(state, fed, oxides),
        "utilities": {
            k.partition(".")[2]: number(v, "kW") for k, v in values.items() if k.startswith("utilities.")
        },
        "water": _water(state),
        "emissions": emissions(state, oxides),
        "economics": _economics(state),
        "sensitivities": state.sensitivities,
        "specifications": specification_table(state),
        "settings": settings(state),
        "choices": choices(state.document),
        "units": _units(state),
        "set_points": _set_points(state),
        "balances": closed,
        "warnings": collect_warnings(state),
        "solver": _solver(state),
        "display": asdict(shown_for(state.document)),
        "provenance": provenance(state.case),
    }
    if optimisation is not None:
        result["optimisation"] = dict(optimisation)
    return result


def _status(state: Solved, closed: Mapping[str, Any]) -> tuple[str, str]:
    """`converged`: equations solved, and every element, electrons and energy closed over the plant."""
    simulation = state.simulation
    if not simulation.converged:
        worst = ", ".join(f"{name} ({size:.1e})" for name, size in simulation.newton.worst[:3])
        return "not_converged", f"{simulation.newton.message}; largest residuals: {worst}"
    worst_closure = closed["worst"]["plant"]
    if worst_closure["closure"] > BALANCE_TOLERANCE:
        return "not_converged", (
            f"equations are solved, but {worst_closure['quantity']} closes only to "
            f"{worst_closure['closure']:.1e}"
        )
    return "converged", ""


def _stream(state: Solved, stream: StreamFlows) -> dict[str, Any]:
    species = state.case.plant.facts["species"]
    facts = state.case.plant.facts
    consumer = facts["connections"].get(stream.name)
    origin = stream.name.partition(".")[0].partition(DRAWN)[0]
    supplied = [supply for supply, tank in facts["tanks"].items() if tank == stream.name]
    entry: dict[str, Any] = {
        "from": facts["tanks"].get(origin, origin).partition(".")[0],
        "to": consumer[0] if consumer else ", ".join(supplied) or None,
        "inlet": consumer[1] if consumer else None,
        "temperature": number(stream.temperature, "K"),
        "mass_flow": number(mass_flow(stream, species), "kg/h"),
    }
    volume = state.values.get(f"stream.{stream.name}.volume_flow")
    if volume is not None:
        entry["volume_flow"] = number(volume, "m3/h")
    liquor = state.liquors.get(stream.name)
    if liquor is not None:
        entry["pH"] = liquor["pH"]
        entry["ionic_strength"] = number(liquor["ionic_strength"], "mol/kg")
        entry["near_saturation"] = [
            near | {"verdict": verdict(state, stream.name, near)} for near in liquor["near_saturation"]
        ]
    entry["elements"] = element_masses(state, [stream.name])
    entry["phases"] = {phase: _phase(stream, phase, species, volume) for phase in stream.flows}
    return entry


def _phase(
    stream: StreamFlows, phase: str, species: Mapping[str, Any], volume: float | None
) -> dict[str, Any]:
    flows = stream.flows[phase]
    masses = {c: n * species[phase][c]["molar_mass"] for c, n in flows.items()}
    total = mass_flow(stream, species, phase)
    entry: dict[str, Any] = {
        "mass_flow": number(total, "kg/h"),
        "molar_flows": {"unit": "mol/h", "values": dict(flows)},
        "mass_flows": {"unit": "kg/h", "values": masses},
        "mass_fractions": {
            "unit": "1",
            "values": {c: m / total if total else 0.0 for c, m in masses.items()},
        },
    }
    if phase == "aqueous" and volume:
        entry["concentrations"] = {"unit": "kg/m3", "values": {c: m / volume for c, m in masses.items()}}
    return entry


def _reagents(state: Solved, fed: float, oxides: float) -> dict[str, Any]:
    """Each feed but the main one: mass, per kg of main feed and of the cathode oxides in it, cost."""
    plant, document = state.case.plant, state.document
    species = plant.facts["species"]
    table: dict[str, Any] = {}
    for feed, names in plant.facts["feed_streams"].items():
        role = document.feeds[feed].role
        if role == "main_feed":
            continue
        mass = sum(mass_flow(state.flows[s], species) for s in names if s in state.flows)
        table[feed] = {
            "role": role,
            **_mass_used(mass, fed, oxides),
            "compounds": {c: _mass_used(m, fed, oxides) for c, m in compound_masses(state, feed).items()},
        }
        cost = state.values.get(f"economics.reagent_cost.{feed}")
        if cost is not None:
            table[feed]["cost"] = number(cost, "USD/h")
    return table


def _mass_used(mass: float, fed: float, oxides: float) -> dict[str, Any]:
    entry = {"mass_flow": number(mass, "kg/h")}
    if fed:
        entry["per_main_feed"] = number(mass / fed, "kg/kg")
    if oxides:
        entry["per_cathode"] = number(mass / oxides, "kg/kg")
    return entry


def _water(state: Solved) -> dict[str, Any]:
    """Water that enters and leaves as water or steam, by stream [kg/h]."""
    facts = state.case.plant.facts

    def table(streams: Iterable[str]) -> dict[str, Any]:
        masses = {s: _water_in(state.flows[s], facts["species"]) for s in streams if s in state.flows}
        return {"unit": "kg/h", "values": {s: mass for s, mass in masses.items() if mass}}

    fed = (s for names in facts["feed_streams"].values() for s in names)
    return {"in": table(fed), "out": table(facts["leaving"])}


def _water_in(stream: StreamFlows, species: Mapping[str, Any]) -> float:
    """Mass flow of water in the aqueous phase and the gas [kg/h]."""
    return sum(
        stream.get(phase, "H2O") * species[phase]["H2O"]["molar_mass"]
        for phase in ("aqueous", "gas")
        if stream.get(phase, "H2O")
    )


def _economics(state: Solved) -> dict[str, Any]:
    economics = state.document.economics
    totals: dict[str, Any] = {"currency": economics.currency, "year": economics.year}
    for name, value in state.values.items():
        if name.startswith("economics."):
            _, total, *item = name.split(".", 2)
            if item:
                totals.setdefault("items", {}).setdefault(total, {})[item[0]] = number(value, "USD/h")
            else:
                totals[total] = number(value, "USD/h")
    if economics.capital is not None:
        totals["capital"] = _capital(state)
    totals["prices"] = _prices(state)
    totals["unpriced"] = state.case.plant.facts.get("unpriced", [])
    return totals


def _capital(state: Solved) -> dict[str, Any]:
    """What all equipment costs, and each piece of it; `annual_cost` is what the plant costs in a year."""
    units, values = state.case.plant.units, state.values
    whole: dict[str, Any] = {
        name.partition(".")[2]: number(value, units[name])
        for name, value in values.items()
        if name.startswith("all_equipment.")
    }
    hours = state.simulation.p[state.case.plant.model.inputs.position["economics.operating_hours"]]
    whole["annual_cost"] = number(float(values["economics.total_cost"] * hours), "USD/y")
    pieces: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        if name.startswith("equipment."):
            _, piece, part = name.split(".")
            pieces.setdefault(piece, {})[part] = number(value, units[name])
    return {**whole, "equipment": pieces}


def _prices(state: Solved) -> dict[str, dict[str, Any]]:
    """Every price, charge and purchase cost in the run's money, with the year that it was stated for."""
    plant, economics, document = state.case.plant, state.document.economics, state.document
    stated = {
        **{f"charge.{name}": price for name, price in economics.charges.items()},
        **{f"price.{n}": f.price or economics.prices.get(n) for n, f in document.feeds.items()},
        **{
            f"price.{n}": p.price or economics.prices.get(p.formula or n)
            for n, p in document.products.items()
        },
    }
    for name, item in economics.capital.equipment.items() if economics.capital else ():
        stated |= {f"cost.{name}": item.cost, f"fixed.{name}": item.fixed}
    table = {}
    for name, value in zip(plant.model.inputs.names, state.simulation.p, strict=True):
        if name not in stated and not name.startswith(("price.", "charge.")):
            continue
        price = stated.get(name)
        origin = plant.facts["price_sources"].get(name)
        if price is not None:
            origin = {"year": price.year or economics.year, "source": price.source or "the flowsheet"}
        table[name] = number(float(value), plant.units[name]) | (origin or {})
    return table


def _units(state: Solved) -> dict[str, Any]:
    plant = state.case.plant
    table: dict[str, Any] = {}
    for tag in plant.facts["order"]:
        prefix = f"{tag}."
        results = {
            n.removeprefix(prefix): number(v, plant.units.get(n, "1"))
            for n, v in state.values.items()
            if n.startswith(prefix)
        }
        table[tag] = {
            "unit": plant.facts["unit_types"][tag],
            "symbol": plant.facts["symbols"][tag],
            "results": results,
        }
        if tag in plant.facts["profiles"]:
            table[tag]["profiles"] = plant.facts["profiles"][tag]
        if tag in plant.facts["charts"]:
            table[tag]["charts"] = plant.facts["charts"][tag]
    return table


def _set_points(state: Solved) -> list[dict[str, Any]]:
    """Set points served by a drawn reagent; saturated where the reagent's flow is at its floor."""
    table = []
    for point in state.case.plant.facts["set_points"]:
        above, excess = state.values.get(point["above_floor"], 0.0), state.values.get(point["excess"], 0.0)
        table.append(
            {
                "unit": point["unit"],
                "name": point["name"],
                "stream": point["stream"],
                "saturated": above < 1e-3 and excess > 1e-6,
                "excess": excess,
            }
        )
    return table


def _solver(state: Solved) -> dict[str, Any]:
    simulation, model = state.simulation, state.case.plant.model
    return {
        "equations": len(model.equations),
        "unknowns": len(model.unknowns),
        "inputs": len(state.case.plant.facts["settings"]),
        "nonzeros": state.equations["nonzeros"],
        "iterations": simulation.newton.iterations,
        "residual": simulation.newton.residual_norm,
        "method": simulation.method,
        "torn_streams": list(state.case.plant.torn),
        "failed_sections": list(simulation.failed_sections),
        "notes": list(simulation.notes),
        "residual_by_owner": state.equations["residual_by_owner"],
        "worst_equations": [{"equation": n, "residual": r} for n, r in simulation.newton.worst[:10]],
        "seconds": {**state.case.seconds, **simulation.seconds},
        "from_cache": state.case.from_cache,
    }
