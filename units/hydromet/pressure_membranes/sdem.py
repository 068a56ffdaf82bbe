"""Solution, diffusion and electromigration of ions through the active layer, film before it included.

    J m_c,p = sum_i nu_ic N_i,      N_i = -P_i (dm_i/dx + z_i m_i dphi/dx),     0 < x < 1

with every point of the layer's virtual solution neutral and no current (Yaroshchuk, Bruening and Licon
Bernal, J. Membr. Sci. 447 (2013) 463-476; Yaroshchuk and Bruening, J. Membr. Sci. 523 (2017) 361-372).  A
permeance P_i holds partition, diffusivity and thickness; where a charge is fixed to the membrane it is
P_i exp(-z_i psi) with psi of Donnan's equilibrium at the place (`fixed_charge`), and the virtual solution is
the one in equilibrium with what the membrane holds there.  The layer is cut in `layers`, evenly in the
logarithm of concentration, each integrated as `layer` says: without fixed charge exactly for ions of two
valences, however many, whatever the field.

Limits: J -> 0, no rejection; a single salt has m_w/m_p = 1 + J/P_s with P_s = (z+ + z-) P+ P-/(z+ P+ + z- P-)
and is rejected wholly as J -> infinity; a trace ion may be enriched in the permeate where the field of the
dominant salt pulls it through.

The liquor at the wall is speciated in full (osmotic pressure, saturation, protonation constants).  Element k
takes the mean of what enters and leaves it for the liquor that flows past, which is of second order in the
size of the element; what passes is J m_c,p times its area.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, WATER, ActivityModel, ChemistrySystem
from flowsheet.model.unit import Unit
from hydromet.pressure_membranes.carriers import Carriers, Constants, Node, ln_free
from hydromet.pressure_membranes.fixed_charge import ChargedNode, FixedCharge
from hydromet.pressure_membranes.layer import Layer, sinh_ratio
from hydromet.pressure_membranes.module import Module
from hydromet.pressure_membranes.wall import Film, Wall

LAYERS = 4
"""Rejections of traces beside a dominant 2:2 salt are then within 0.003 of the limit (tests)."""


class SolutionDiffusionElectromigration:
    """The transport law of one module.

    Args:
        permeance: P by species [m/h] at the module's temperature.
        film: mass transfer in the feed channel; None: the wall's liquor is the bulk's.
        model: activity model of the liquor at the wall.
        fixed: charge of the membrane; None: none.

    Attributes:
        walls: liquors at the membrane, element by element.
    """

    def __init__(
        self,
        system: ChemistrySystem,
        carriers: Carriers,
        permeance: Mapping[str, Any],
        film: Film | None,
        model: ActivityModel,
        fixed: FixedCharge | None = None,
        layers: int = LAYERS,
    ) -> None:
        self.system, self.carriers, self.permeance, self.fixed = system, carriers, permeance, fixed
        self.film, self.model, self.layers = film, model, layers
        self.walls: list[Wall] = []
        self._permeates: list[Node] = []

    def start_passage(self, component: str) -> Any:
        return 0.5

    # ---- equations

    def write(self, module: Module) -> None:
        module.block.sdem = pyo.Block(module.elements)
        for k in module.elements:
            self._element(module, k, module.block.sdem[k])
        module.block.solute_balance = pyo.Constraint(
            [(k, c) for k in module.elements for c in module.solutes],
            rule=lambda _, k, c: (
                pyo.log(module.leaving[k, c] + self._passing(module, k, c)) - module.ln_entering(k, c) == 0
            ),
        )

    def _element(self, module: Module, k: int, b: Any) -> None:
        carriers, names = self.carriers, self.carriers.components
        b.wall, b.bulk, b.film = pyo.Block(), pyo.Block(), pyo.Block()
        wall = Wall(b.wall, self.system, carriers.solutes, module.temperature, self.model)
        self.walls.append(wall)
        constants = Constants(b, carriers, wall.state)
        places = range(0 if self.film is not None else 1, self.layers + 1)
        b.ln_m = pyo.Var([(j, c) for j in places for c in names], bounds=(-120.0, 6.0))
        b.ln_bulk_proton = pyo.Var(bounds=(-80.0, 6.0))
        totals = {c: module.mean_molality(k, c) for c in carriers.solutes}
        b.ln_bulk = pyo.Var(carriers.shared, bounds=(-120.0, 6.0))
        free = ln_free(carriers, constants, totals, b.ln_bulk_proton, dict(b.ln_bulk))
        bulk = Node(b.bulk, carriers, constants, free.__getitem__)
        b.bulk_total = pyo.Constraint(
            carriers.shared, rule=lambda _, c: pyo.log(bulk.total(c)) - pyo.log(totals[c]) == 0
        )
        b.bulk_neutrality = pyo.Constraint(expr=bulk.neutrality() == 0)
        b.node = pyo.Block(places)
        nodes = {j: Node(b.node[j], carriers, constants, lambda c, j=j: b.ln_m[j, c]) for j in places}
        nodes.setdefault(0, bulk)
        permeate = nodes[self.layers]
        self._permeates.append(permeate)
        flux = module.flux(k)

        def taken(c: str) -> tuple[Any, Any]:
            """J m of the permeate, and of what its OH- brings back of protons."""
            if c != PROTON:
                return flux * permeate.total(c), 0.0
            held = carriers.holding(PROTON)
            return (
                flux * sum(n * permeate.m[s] for s, n in held.items() if n > 0.0),
                flux * permeate.m[HYDROXIDE_SPECIES],
            )

        if self.film is not None:
            local = self.film.at(b.film, module.mean_water_flow(k))
            b.film.coefficient = pyo.Expression(
                list(carriers.charges), rule=lambda _, s: local.coefficient(s)
            )
            convection = {s: flux / b.film.coefficient[s] for s in carriers.charges}
            Layer(b.film, carriers, bulk, nodes[0], b.film.coefficient, convection, taken)
        inside = self._inside(b, nodes)
        b.ln_ratio = pyo.Expression(expr=pyo.log(inside[0].sum()) - pyo.log(inside[self.layers].sum()))
        b.layer = pyo.Block(range(1, self.layers + 1))
        for j in range(1, self.layers + 1):
            width = self._width(b.ln_ratio, j)
            b.layer[j].coefficient = pyo.Expression(
                list(carriers.charges), rule=lambda _, s, w=width: self._mobility(s) / w
            )
            Layer(b.layer[j], carriers, inside[j - 1], inside[j], b.layer[j].coefficient, None, taken)
        wall.hold(nodes[0].total)

    def _inside(self, b: Any, nodes: Mapping[int, Node]) -> Mapping[int, Node | ChargedNode]:
        """What the membrane holds at its nodes, from its surface on."""
        if self.fixed is None:
            return nodes
        b.inside = pyo.Block(range(self.layers + 1))
        return {j: ChargedNode(b.inside[j], self.carriers, nodes[j], self.fixed) for j in b.inside}

    def _mobility(self, species: str) -> Any:
        """P over K: permeance per concentration in the membrane [m/h]."""
        uptake = self.fixed.of(self.carriers.charges[species]) if self.fixed is not None else 1.0
        return self.permeance[species] / uptake

    def _width(self, ln_ratio: Any, j: int) -> Any:
        """Of layer j: sum C is linear over the membrane for ions of two valences, its steps are even in ln C.

        (r^((n-j)/n) (r^(1/n) - 1))/(r - 1), with x/sinh(x) for the removable 0/0 at r = 1.
        """
        n = self.layers
        middle = (n - 2.0 * j + 1.0) / (2.0 * n)
        return pyo.exp(middle * ln_ratio) * sinh_ratio(ln_ratio / n) / (n * sinh_ratio(ln_ratio))

    # ---- what passes

    def _passing(self, module: Module, k: int, c: str) -> Any:
        """[mol/h]"""
        water = module.passed_volume(k) / module.block.water_volume
        m_w = self.system.component(WATER).molar_mass
        return self._permeates[k - 1].total(c) * m_w * water

    # ---- unknowns

    def register(self, module: Module, unit: Unit, feed: Mapping[str, Any]) -> None:
        """Make its variables unknowns; everything starts as `feed` [mol/h], nothing held back."""
        registry, m_w = unit.registry, self.system.component(WATER).molar_mass
        for k, wall in zip(module.elements, self.walls, strict=True):
            b = module.block.sdem[k]
            ln_proton = wall.register(unit, feed)
            registry.add_unknown(
                b.ln_bulk_proton, log=True, share=m_w * pyo.exp(b.ln_bulk_proton), start=ln_proton
            )
            unbound = {c: pyo.log(feed[c] / (feed[WATER] * m_w)) for c in self.carriers.solutes}
            for variable, c in [
                *((v, c) for (_, c), v in b.ln_m.items()),
                *((v, c) for c, v in b.ln_bulk.items()),
            ]:
                start = ln_proton if c == PROTON else unbound[c]
                registry.add_unknown(variable, log=True, share=m_w * pyo.exp(variable), start=start)
            layers = [b.layer[j] for j in b.layer] + ([b.film] if self.film is not None else [])
            for layer in layers:
                registry.add_unknown(layer.potential, nominal=0.1, start=0.0)
            if self.fixed is not None:
                for j in b.inside:
                    registry.add_unknown(b.inside[j].donnan, nominal=0.1, start=0.0)
