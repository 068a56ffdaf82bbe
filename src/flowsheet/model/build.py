"""Document and units become one Pyomo model.

Every stream gets its variables once; a unit's rows refer to the streams that meet it.  The model's unknowns
are all variables that are not inputs; reported numbers and cold-start values are kept as expressions in the
registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.document.connections import separation
from flowsheet.document.declaration import PHASES
from flowsheet.document.diagnostics import Collector
from flowsheet.document.document import Document
from flowsheet.model.feeds import FeedEquations, feed_shape
from flowsheet.model.network import propagate, solving_order
from flowsheet.model.registry import Registry
from flowsheet.model.stream import Mixture, Shape, Stream
from flowsheet.model.supplies import SupplyEquations, supplied_shapes
from flowsheet.model.unit import Unit


@dataclass
class FlowsheetModel:
    """The built model and all that is known of it by name."""

    document: Document
    system: ChemistrySystem
    pyomo: Any
    registry: Registry
    streams: dict[str, Stream]
    units: dict[str, Unit]
    order: list[str]
    torn: list[str]

    def leaving(self) -> list[str]:
        """Streams that leave the plant: outlets that no unit takes or draws from."""
        taken = {*self.document.consumers(), *(s.tank.name for s in self.document.supplies.values())}
        return [n for n in self.streams if n not in taken and n.partition(".")[0] in self.units]


def system_of(document: Document) -> ChemistrySystem:
    """The document's chemistry, with the user's additions."""
    return load_system(document.chemistry.system, *document.chemistry.extensions)


def build_model(document: Document, unit_classes: Mapping[str, type[Unit]]) -> FlowsheetModel:
    """Build the plant's equations.

    Args:
        document: the checked flowsheet file.
        unit_classes: the catalogue, by unit name.
    """
    system = system_of(document)
    activity = document.chemistry.activity_model
    units = {
        tag: unit_classes[entry.declaration.name](entry, system, activity)
        for tag, entry in document.units.items()
    }
    inlets = {
        tag: {port: [r.name for r in entry.inlets.get(port, ())] for port in entry.declaration.inlets}
        for tag, entry in document.units.items()
    }
    tanks = {
        stream: supply.tank.name
        for name, supply in document.supplies.items()
        for stream in document.supply_streams(name)
    }
    arcs = [
        (source.partition(".")[0], consumer, source)
        for name, (consumer, _) in document.consumers().items()
        if (source := tanks.get(name, name)).partition(".")[0] in units
    ]
    order, torn = solving_order(list(units), arcs)
    feeds = {
        stream: feed_shape(feed, system)
        for name, feed in document.feeds.items()
        for stream in document.feed_streams(name)
    }
    shapes = propagate(
        order,
        {
            tag: {p: [tanks.get(n, n) for n in names] for p, names in ports.items()}
            for tag, ports in inlets.items()
        },
        {t: u.shapes for t, u in units.items()},
        feeds,
    )
    shapes |= supplied_shapes(document, shapes)
    _refuse_phases(document, shapes)

    model = pyo.ConcreteModel(name=document.name)
    model.streams, model.units = pyo.Block(pyo.Any), pyo.Block(list(units))
    model.feeds, model.supplies = pyo.Block(list(document.feeds)), pyo.Block(list(document.supplies))
    model.rounding = pyo.Var(initialize=1.0)
    registry = Registry(rounding=model.rounding)
    streams = _streams(model, registry, system, document, shapes)
    for name, feed in document.feeds.items():
        registry.owner = name
        FeedEquations(
            feed, model.feeds[name], [streams[s] for s in document.feed_streams(name)], system, registry
        ).build()
    for name, supply in document.supplies.items():
        taken = [streams[s] for s in document.supply_streams(name)]
        SupplyEquations(supply, model.supplies[name], streams[supply.tank.name], taken, registry).build()
    for tag in order:
        registry.owner = tag
        unit = units[tag]
        unit.attach(
            model.units[tag],
            registry,
            {port: Mixture([streams[n] for n in names], system) for port, names in inlets[tag].items()},
            {port: streams[f"{tag}.{port}"] for port in unit.declaration().outlets},
        )
        unit.default_starts()
        unit.equations()
        registry.resolve_deferred()
    return FlowsheetModel(document, system, model, registry, streams, units, order, torn)


def _refuse_phases(document: Document, shapes: Mapping[str, Shape]) -> None:
    """Refuse streams that can carry what their inlet doesn't take: it would vanish there.

    The file alone tells what a stream surely carries; only the units tell what may form in it.

    Raises:
        DiagnosticError: there are such streams (E304).
    """
    found = Collector(sources=dict(document.sources))
    for entry in document.units.values():
        for port, references in entry.inlets.items():
            taken = entry.declaration.inlets[port].phases
            for reference in references:
                shape = shapes.get(reference.name, Shape.of())
                wrong = frozenset(p for p in PHASES if shape.names(p) and p not in taken)
                if wrong:
                    names = [n for p in PHASES if p in wrong for n in shape.names(p)]
                    found.error(
                        "E304",
                        f"`{reference.name}` can carry {' and '.join(sorted(wrong))} ({', '.join(names[:3])}"
                        f"{', ...' if len(names) > 3 else ''}); `{entry.name}.{port}` takes "
                        f"{' and '.join(taken)}",
                        reference.span,
                        separation(wrong),
                    )
    found.raise_errors()


def _streams(
    model: Any, registry: Registry, system: ChemistrySystem, document: Document, shapes: Mapping[str, Shape]
) -> dict[str, Stream]:
    streams = {}
    for name in document.stream_names():
        stream = Stream(model.streams[name], name, shapes.get(name, Shape.of()), system)
        registry.owner = name.partition(".")[0]
        for variable in stream.variables():
            if variable is stream.temperature:
                registry.add_unknown(variable, nominal=100.0)
            elif variable.parent_component().local_name.startswith("ln_"):
                registry.add_unknown(variable, log=True, share=stream.share(variable))
            else:
                registry.add_unknown(variable, nominal=1.0)
        streams[name] = stream
    return streams
