"""Supplies as equations: what units take from a tank has the tank's composition and temperature.

    ln n_s,c = ln n_t,c + ln(G_s / G_t)           T_s = T_t

n_t, G_t component flows [mol/h] and mass flow [kg/h] of the tank's outlet, which is the sum of all that is
taken (the tank's own row); G_s the stated mass flow, the stated volume flow times the density, or what the
unit that draws determines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.document import Document, Supply
from flowsheet.model.registry import Registry
from flowsheet.model.stream import Shape, Stream

_PHASE = "aqueous"


def supplied_shapes(document: Document, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """What the streams of the supplies carry, from what tanks hold; a flow of exactly zero is not there."""
    carried = {}
    for name, supply in document.supplies.items():
        nothing = supply.flow is not None and supply.flow.value == 0.0
        held = Shape.of() if nothing else shapes.get(supply.tank.name, Shape.of())
        carried.update(dict.fromkeys(document.supply_streams(name), held))
    return carried


class SupplyEquations:
    """Builds a supply's input on its block, and the rows of the streams by which units take from it."""

    def __init__(
        self, supply: Supply, block: Any, tank: Stream, taken: Sequence[Stream], registry: Registry
    ) -> None:
        self.supply, self.block, self.tank, self.taken = supply, block, tank, taken
        self.registry = registry

    def build(self) -> None:
        flow = None
        if self.supply.flow is not None:
            flow = self.block.input_flow = pyo.Var(initialize=self.supply.flow.value)
            self.registry.add_input(f"{self.supply.name}.flow", flow, self.supply.flow.unit)
        for stream in self.taken:
            self._stream(stream, flow)
        if flow is None:
            total = sum((s.draw for s in self.taken), 0.0)
            self.registry.add_output(f"{self.supply.name}.flow", total, "kg/h", "drawn in all")

    def _stream(self, stream: Stream, flow: Any) -> None:
        tank, rows = self.tank, pyo.Block()
        stream.block.add_component("supply", rows)
        rows.temperature = pyo.Constraint(expr=(stream.temperature - tank.temperature) / 100.0 == 0)
        self.registry.start(stream.temperature, tank.temperature)
        names = stream.shape.names(_PHASE)
        if not names:
            return
        whole = tank.mass_flow(_PHASE)
        if flow is None:
            self.registry.add_unknown(stream.is_drawn(_PHASE), log=True)
            stream.per_mass = {_PHASE: {c: tank.n[_PHASE][c] / whole for c in names}}
            ln_share = stream.ln_draw - pyo.log(whole)
        elif self.supply.flow is not None and self.supply.flow.unit == "m3/h":
            ln_share = pyo.log(flow) - pyo.log(tank.volume_flow(_PHASE))
        else:
            ln_share = pyo.log(flow) - pyo.log(whole)
        rows.ln_share = pyo.Expression(expr=ln_share)
        rows.composition = pyo.Constraint(
            names, rule=lambda b, c: stream.ln(_PHASE, c) - tank.ln(_PHASE, c) - b.ln_share == 0
        )
        for c in names:
            self.registry.start(stream.ln(_PHASE, c), tank.ln(_PHASE, c) + rows.ln_share)
        tank.supplied = tank.supplied + (stream.draw if flow is None else pyo.exp(rows.ln_share) * whole)
