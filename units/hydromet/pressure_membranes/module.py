"""The body of a pressure-driven membrane module: its feed channel cut into elements along the flow.

For every element k of n,

    entering_k,c   = leaving_(k-1),c
    water_balance    ln(Q_k + J_k dA) = ln Q_in,k                  Q = F_H2O v_w,   dA = A/n
    permeate_k,c   = entering_k,c - leaving_k,c

    F_k,c    flow of a component that leaves element k on the feed side     mol/h
    Q        flow of water by volume                                        m3/h
    v_w      volume of a mole of water by the chemistry's own density       m3/mol
    J        flux of water through the membrane                             m3/m2/h
    A        membrane area of the module                                    m2

and one row for every solute from a transport law: `sieving` (stated or flux-dependent passage) or `sdem`
(solution, diffusion and electromigration of ions).  The permeate of an element is collected apart, as in a
spiral-wound module, and doesn't flow past the membrane again.

Concentrations are per volume of water: c = F / Q.  Water that passes then takes its volume along exactly,
whatever a chemistry's density says of mixing; with salts of some tens of g/L the difference to concentrations
per volume of solution is a few per cent, the same on both sides of the membrane.

The body knows no unit: it takes flows, an area and a law, so that a cascade can hold several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER, ChemistrySystem
from flowsheet.model.registry import Registry


class TransportLaw(Protocol):
    """What decides how much of each solute passes the membrane with the water."""

    def write(self, module: Module) -> None:
        """Rows for every solute of every element; own unknowns on the module's block."""

    def start_passage(self, component: str) -> Any:
        """Permeate over retentate concentration, roughly, for a cold start."""


class Module:
    """Channel and permeate of one module, or of several in parallel.

    Args:
        block: an empty block that takes variables and rows.
        system: the chemistry.
        components: what the feed side can carry, water included.
        inlet: flows into the first element [mol/h], by component (H follows from electroneutrality).
        area: membrane area [m2].
        elements: n, equal parts of the area along the flow.
        temperature: [K]
        flux: water flux [m3/m2/h], one for all elements or one for each.
        law: transport of the solutes.

    Attributes:
        leaving: flow out of element k on the feed side, by (k, component) [mol/h].
        passed: permeate of element k, by (k, component) [mol/h].
        entering: flow into element k, by (k, component) [mol/h].
    """

    def __init__(
        self,
        block: Any,
        system: ChemistrySystem,
        components: Sequence[str],
        inlet: Mapping[str, Any],
        area: Any,
        elements: int,
        temperature: Any,
        flux: Any | Sequence[Any],
        law: TransportLaw,
    ) -> None:
        self.block, self.system, self.law = block, system, law
        self.components = list(components)
        self.solutes = [c for c in self.components if c != WATER]
        self.elements, self.area, self.temperature = range(1, elements + 1), area, temperature
        self.inlet = inlet
        self.fluxes = list(flux) if isinstance(flux, Sequence) else [flux] * elements
        self.charge = {c: system.charge_of(c) for c in self.solutes if system.charge_of(c)}
        volume = AqueousVolume(system, [WATER]).volume({WATER: 1.0}, temperature)
        block.water_volume = pyo.Expression(expr=volume)
        keys = [(k, c) for k in self.elements for c in self.components]
        block.ln_leaving = pyo.Var(keys)
        block.leaving = pyo.Expression(keys, rule=lambda _, k, c: pyo.exp(block.ln_leaving[k, c]))
        block.entering = pyo.Expression(keys, rule=lambda _, k, c: self._entering(k, c))
        block.passed = pyo.Expression(keys, rule=lambda _, k, c: block.entering[k, c] - block.leaving[k, c])
        self.leaving, self.entering, self.passed = block.leaving, block.entering, block.passed
        block.water_balance = pyo.Constraint(self.elements, rule=lambda _, k: self._water(k) == 0)
        law.write(self)

    # ---- flows

    def _entering(self, k: int, c: str) -> Any:
        return self.inlet[c] if k == 1 else self.block.leaving[k - 1, c]

    def ln_entering(self, k: int, c: str) -> Any:
        """Logarithm of what enters an element: the variable itself behind the first."""
        if k > 1:
            return self.block.ln_leaving[k - 1, c]
        return pyo.log(self.entering[k, c])

    def proton(self, flows: Any, k: int) -> Any:
        """Total hydrogen that goes with an element's flows (`entering`, `leaving`, `passed`) [mol/h]."""
        return -sum(z * flows[k, c] for c, z in self.charge.items())

    def retentate(self, c: str) -> Any:
        """What leaves the last element on the feed side [mol/h]."""
        return self.leaving[self.elements[-1], c]

    def ln_retentate(self, c: str) -> Any:
        return self.block.ln_leaving[self.elements[-1], c]

    def permeate(self, c: str) -> Any:
        """All that has passed the membrane [mol/h]."""
        return sum(self.passed[k, c] for k in self.elements)

    def mean_molality(self, k: int, c: str) -> Any:
        """Of what flows past an element, between what enters and what leaves [mol/kg water]."""
        both = self.entering[k, c] + self.leaving[k, c]
        return both / (self.water_mass * (self.entering[k, WATER] + self.leaving[k, WATER]))

    @property
    def water_mass(self) -> float:
        """[kg/mol]"""
        return self.system.component(WATER).molar_mass

    # ---- water

    def mean_water_flow(self, k: int) -> Any:
        """Water past an element, by volume [m3/h]."""
        both = self.entering[k, WATER] + self.leaving[k, WATER]
        return 0.5 * both * self.block.water_volume

    def flux(self, k: int) -> Any:
        """J of an element [m3/m2/h]."""
        return self.fluxes[k - 1]

    @property
    def element_area(self) -> Any:
        """[m2]"""
        return self.area / len(self.elements)

    def passed_volume(self, k: int) -> Any:
        """Water through an element's membrane [m3/h]."""
        return self.flux(k) * self.element_area

    def _water(self, k: int) -> Any:
        """Written so that no area, however large, takes the logarithm of a negative number."""
        passing = self.passed_volume(k) / self.block.water_volume
        return pyo.log(self.leaving[k, WATER] + passing) - self.ln_entering(k, WATER)

    @property
    def water_left(self) -> Any:
        """Share of all water that enters which a stated flux leaves on the feed side: positive, or dry."""
        passing = sum(self.passed_volume(k) for k in self.elements)
        return 1.0 - passing / (self.inlet[WATER] * self.block.water_volume)

    # ---- unknowns

    def register(self, registry: Registry) -> None:
        """Make the channel's variables unknowns, with a cold start that follows the water along it."""
        passing: Any = 0.0
        for k in self.elements:
            passing = passing + self.passed_volume(k) / self.block.water_volume
            x = passing / self.inlet[WATER]
            ln_left = -pyo.log(1.0 + x + x * x)  # ln(1 - x) to the third order, and a number for any area
            for c in self.components:
                passage = 1.0 if c == WATER else self.law.start_passage(c)
                registry.add_unknown(
                    self.block.ln_leaving[k, c],
                    log=True,
                    share=None if c == WATER else self.leaving[k, c] / self.leaving[k, WATER],
                    start=pyo.log(self.inlet[c]) + passage * ln_left,
                )
