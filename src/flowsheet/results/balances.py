"""Balances of elements, electrons, charge and energy, over every unit and the whole plant.

The closure of a quantity is (out - in) over the larger of in and out; `throughput` is the same difference
over the largest flow of that quantity through any unit, which is what recycles make of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowsheet.results.flows import StreamFlows, charge_flow, electron_flow, element_flows
from flowsheet.solve.plant import CompiledPlant

ELECTRONS = "electrons"
ENERGY = "energy"
CHARGE = "charge"


def balances(
    plant: CompiledPlant, streams: Mapping[str, StreamFlows], values: Mapping[str, float]
) -> dict[str, Any]:
    """`overall` and `units`: in, out and closure per quantity; `worst`: the largest closures."""
    facts = plant.facts
    contents = {n: _contents(s, facts["species"], values) for n, s in streams.items()}
    entering: dict[str, list[str]] = {u: [] for u in facts["order"]}
    for stream, (unit, _) in facts["connections"].items():
        if stream in contents:
            entering[unit].append(stream)
    leaving = {u: [s for s in contents if s.partition(".")[0] == u] for u in facts["order"]}
    throughput = _throughput(contents, entering)
    units = {
        u: _balance(contents, entering[u], leaving[u], duty_of(plant, u, values), throughput)
        for u in facts["order"]
    }
    fed = [s for names in facts["feed_streams"].values() for s in names if s in contents]
    gone = [s for s in facts["leaving"] if s in contents]
    duty = sum(duty_of(plant, u, values) for u in facts["order"])
    overall = _balance(contents, fed, gone, duty, throughput)
    return {"overall": overall, "units": units, "worst": _worst(overall, units)}


def duty_of(plant: CompiledPlant, unit: str, values: Mapping[str, float]) -> float:
    """Heat that the unit reports to take up [kJ/h]."""
    return 3600.0 * values.get(f"{unit}.heat_duty", 0.0)


def _contents(
    stream: StreamFlows, species: Mapping[str, Any], values: Mapping[str, float]
) -> dict[str, float]:
    content = element_flows(stream, species)
    content[ELECTRONS] = electron_flow(stream, species)
    content[CHARGE] = charge_flow(stream, species)
    content[ENERGY] = values.get(f"stream.{stream.name}.enthalpy", 0.0)
    return content


def _throughput(
    contents: Mapping[str, Mapping[str, float]], entering: Mapping[str, Iterable[str]]
) -> dict[str, float]:
    largest: dict[str, float] = {}
    for names in entering.values():
        totals: dict[str, float] = {}
        for name in names:
            for quantity, flow in contents[name].items():
                totals[quantity] = totals.get(quantity, 0.0) + abs(flow)
        for quantity, total in totals.items():
            largest[quantity] = max(largest.get(quantity, 0.0), total)
    return largest


def _balance(
    contents: Mapping[str, Mapping[str, float]],
    entering: Iterable[str],
    leaving: Iterable[str],
    duty: float,
    throughput: Mapping[str, float],
) -> dict[str, dict[str, float]]:
    into, out = _totals(contents, entering), _totals(contents, leaving)
    into[ENERGY] = into.get(ENERGY, 0.0) + duty
    size_in, size_out = _sizes(contents, entering), _sizes(contents, leaving)
    table = {}
    for quantity in sorted({*into, *out}):
        difference = out.get(quantity, 0.0) - into.get(quantity, 0.0)
        size = max(size_in.get(quantity, 0.0), size_out.get(quantity, 0.0))
        whole = throughput.get(quantity, 0.0)
        table[quantity] = {
            "in": into.get(quantity, 0.0),
            "out": out.get(quantity, 0.0),
            "closure": difference / size if size else 0.0,
            "throughput_closure": difference / whole if whole else 0.0,
        }
    return table


def _totals(contents: Mapping[str, Mapping[str, float]], names: Iterable[str]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for name in names:
        for quantity, flow in contents[name].items():
            totals[quantity] = totals.get(quantity, 0.0) + flow
    return totals


def _sizes(contents: Mapping[str, Mapping[str, float]], names: Iterable[str]) -> dict[str, float]:
    """Sums of magnitudes: enthalpies and electrons of the streams may cancel."""
    totals: dict[str, float] = {}
    for name in names:
        for quantity, flow in contents[name].items():
            totals[quantity] = totals.get(quantity, 0.0) + abs(flow)
    return totals


def _worst(
    overall: Mapping[str, Mapping[str, float]], units: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> dict[str, Any]:
    """The largest relative closure over the plant and over any unit, charge apart (its terms cancel)."""

    def largest(table: Mapping[str, Mapping[str, float]]) -> tuple[float, str]:
        return max(((abs(row["closure"]), q) for q, row in table.items() if q != CHARGE), default=(0.0, ""))

    by_unit = {u: largest(t) for u, t in units.items()}
    unit = max(by_unit, key=lambda u: by_unit[u][0], default="")
    size, quantity = largest(overall)
    worst_size, worst_quantity = by_unit.get(unit, (0.0, ""))
    return {
        "plant": {"quantity": quantity, "closure": size},
        "unit": {"unit": unit, "quantity": worst_quantity, "closure": worst_size},
    }
