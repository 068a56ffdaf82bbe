"""Balances of elements, electrons, charge and energy, over every unit and the whole plant.

The closure of a quantity is (out - in) over the larger of in and out; of charge and electrons, which cancel
within a stream, over what its species carry regardless of sign.  `throughput` is the same difference over the
largest flow of that quantity through any unit, which is what recycles make of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flowsheet.model.registry import WORK
from flowsheet.results.flows import StreamFlows, charge_flows, electron_flows, element_flows
from flowsheet.solve.plant import CompiledPlant

ELECTRONS = "electrons"
ENERGY = "energy"
CHARGE = "charge"


class _Content(NamedTuple):
    """What a stream brings of a quantity, and the size of its terms, by which differences are judged."""

    net: float
    size: float


_NOTHING = _Content(0.0, 0.0)
_Contents = Mapping[str, Mapping[str, _Content]]
"""By stream and quantity."""


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
    """Heat that the unit reports to take up, and work done on it [kJ/h]."""
    return 3600.0 * (values.get(f"{unit}.heat_duty", 0.0) + values.get(f"{WORK}{unit}", 0.0))


def _contents(
    stream: StreamFlows, species: Mapping[str, Any], values: Mapping[str, float]
) -> dict[str, _Content]:
    amounts = element_flows(stream, species)
    amounts[ENERGY] = values.get(f"stream.{stream.name}.enthalpy", 0.0)
    content = {quantity: _Content(amount, abs(amount)) for quantity, amount in amounts.items()}
    content[ELECTRONS] = _Content(*electron_flows(stream, species))
    content[CHARGE] = _Content(*charge_flows(stream, species))
    return content


def _throughput(contents: _Contents, entering: Mapping[str, Iterable[str]]) -> dict[str, float]:
    largest: dict[str, float] = {}
    for names in entering.values():
        for quantity, total in _totals(contents, names).items():
            largest[quantity] = max(largest.get(quantity, 0.0), total.size)
    return largest


def _balance(
    contents: _Contents,
    entering: Iterable[str],
    leaving: Iterable[str],
    duty: float,
    throughput: Mapping[str, float],
) -> dict[str, dict[str, float]]:
    into, out = _totals(contents, entering), _totals(contents, leaving)
    fed = into.get(ENERGY, _NOTHING)
    into[ENERGY] = fed._replace(net=fed.net + duty)
    table = {}
    for quantity in sorted({*into, *out}):
        before, after = into.get(quantity, _NOTHING), out.get(quantity, _NOTHING)
        difference, size = after.net - before.net, max(before.size, after.size)
        whole = throughput.get(quantity, 0.0)
        table[quantity] = {
            "in": before.net,
            "out": after.net,
            "closure": difference / size if size else 0.0,
            "throughput_closure": difference / whole if whole else 0.0,
        }
    return table


def _totals(contents: _Contents, names: Iterable[str]) -> dict[str, _Content]:
    """Over some streams; sizes add up where amounts cancel, as enthalpies and electrons may."""
    totals: dict[str, _Content] = {}
    for name in names:
        for quantity, content in contents[name].items():
            so_far = totals.get(quantity, _NOTHING)
            totals[quantity] = _Content(so_far.net + content.net, so_far.size + content.size)
    return totals


def _worst(
    overall: Mapping[str, Mapping[str, float]], units: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> dict[str, Any]:
    """The largest relative closure over the plant and over any unit."""

    def largest(table: Mapping[str, Mapping[str, float]]) -> tuple[float, str]:
        return max(((abs(row["closure"]), q) for q, row in table.items()), default=(0.0, ""))

    by_unit = {u: largest(t) for u, t in units.items()}
    unit = max(by_unit, key=lambda u: by_unit[u][0], default="")
    size, quantity = largest(overall)
    worst_size, worst_quantity = by_unit.get(unit, (0.0, ""))
    return {
        "plant": {"quantity": quantity, "closure": size},
        "unit": {"unit": unit, "quantity": worst_quantity, "closure": worst_size},
    }
