"""The liquor along a fibre, and its film at the wall: diffusion and migration of every species.

    R_c = 1000 sum_j nu_jc g_j [(c_jb - c_ji) - z_j u (c_jb + c_ji)/2]       every component, the proton too

    R_c     rate at which the wall takes a component, 0 where it takes none          mol/h
    g_j     k_j times the surface, k_j of the species' own diffusivity               m3/h
    c_jb, c_ji  concentration of a species in the bulk and at the wall               mol/L
    z_j     its charge
    u       potential of the wall less that of the bulk, F/RT

The Nernst-Planck equation over a film, with mean concentrations in its migration term.  The components' rates
are those of neutral complexes, so that no current flows; the bulk and the wall are neutral each; what makes
both true is the potential u, an unknown.  So a proton that comes back for a metal diffuses as fast as protons
do, and the ions that stay pull along or hold back the others; for a single salt it is Nernst and Hartley's
diffusivity, exactly.  Where one coefficient is given to all species, u = 0 and each component follows its own
difference.

Assumptions: ideal solution in the driving force; no reaction in the film but at equilibrium: complexes carry
their components by their own mobility.  Water moves freely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import PROTON, WATER, ActivityModel, ChemistrySystem
from flowsheet.model.stream import named_on
from hydromet.extraction.extractant import LITRES


class AqueousPhase(Protocol):
    """What a film joins: a bulk liquor, or the liquor at the wall (`hydromet.extraction.stage.Stage`)."""

    block: Any
    aqueous: AqueousState
    volume: Any


class Liquor:
    """The bulk of a liquor in one cell: speciation, and the volume that its flow has.

    Attributes:
        aqueous: its speciated phase.
        volume: [m3/h]
    """

    def __init__(
        self,
        block: Any,
        system: ChemistrySystem,
        components: list[str],
        temperature: Any,
        model: ActivityModel,
    ) -> None:
        self.block = block
        block.aqueous = pyo.Block()
        self.aqueous = AqueousState(block.aqueous, system, components, temperature, model)
        block.ln_volume = pyo.Var(initialize=0.0)
        block.volume = pyo.Expression(expr=pyo.exp(block.ln_volume))
        self.volume = block.volume
        correlation = AqueousVolume(system, [*self.aqueous.solutes, WATER, PROTON])
        block.volume_definition = pyo.Constraint(
            expr=block.ln_volume
            - pyo.log(correlation.volume(self.aqueous.flow, temperature, named_on(block)))
            == 0
        )

    def concentration(self, component: str) -> Any:
        """All of a component [mol/L]."""
        return self.aqueous.flow[component] / (LITRES * self.volume)

    def hold(self, block: Any, mean: Callable[[str], Any]) -> None:
        """Rows by which it is what the cell's liquid holds on the mean [mol/h]."""
        state = self.aqueous
        block.held = pyo.Constraint(
            [*state.solutes, WATER],
            rule=lambda _, c: pyo.log(state.total[c]) + state.block.ln_water - pyo.log(mean(c)) == 0,
        )


class AqueousFilm:
    """The film between the bulk and the wall in one cell.

    Args:
        block: takes the potential and the rows.
        bulk, surface: the liquor and what it is at the wall.
        conductance: g_j by species [m3/h].
        taken, returned: what the wall takes of a component and what it gives back, the proton among them
            [mol/h]; what they don't name doesn't cross the wall.
    """

    def __init__(
        self,
        block: Any,
        bulk: AqueousPhase,
        surface: AqueousPhase,
        conductance: Mapping[str, Any],
        taken: Mapping[str, Any],
        returned: Mapping[str, Any],
    ) -> None:
        self.block, self.state = block, bulk.aqueous
        block.potential = pyo.Var(initialize=0.0, bounds=(-20.0, 20.0))
        to_wall, from_wall = (
            {j: LITRES * conductance[j] * c for j, c in _concentrations(phase).items()}
            for phase in (bulk, surface)
        )
        species = list(self.state.charges)
        block.to_wall = pyo.Expression(species, rule=lambda _, j: to_wall[j] * self._driven(j, -1.0))
        block.from_wall = pyo.Expression(species, rule=lambda _, j: from_wall[j] * self._driven(j, 1.0))
        block.film = pyo.Constraint(
            [*self.state.solutes, PROTON],
            rule=lambda _, c: self._row(c, taken.get(c, 0.0), returned.get(c, 0.0)) == 0,
        )
        block.water = pyo.Constraint(expr=surface.aqueous.block.ln_water - bulk.aqueous.block.ln_water == 0)

    def _driven(self, species: str, sign: float) -> Any:
        """1 -+ z u/2, by which the potential holds back or helps."""
        charge = self.state.charges[species]
        return 1.0 + 0.5 * sign * charge * self.block.potential if charge else 1.0

    def from_bulk(self, component: str) -> Any:
        """What comes to the wall of a component [mol/h]."""
        return self._moved(component, self.block.to_wall, self.block.from_wall)

    def from_surface(self, component: str) -> Any:
        """What goes back from it [mol/h]."""
        return self._moved(component, self.block.from_wall, self.block.to_wall)

    def _row(self, component: str, taken: Any, returned: Any) -> Any:
        """What comes to the wall over what leaves it, as a logarithm."""
        return pyo.log(self.from_bulk(component) + returned) - pyo.log(self.from_surface(component) + taken)

    def _moved(self, component: str, there: Any, back: Any) -> Any:
        """By the species that hold the component, and by those that lack it (OH- a proton) the other way."""
        holding = {self.state.masters[component]: 1.0}
        for name, species in self.state.complexes.items():
            if component in species.composition:
                holding[name] = species.composition[component]
        moved = sum(n * there[j] for j, n in holding.items() if n > 0.0)
        return moved - sum(n * back[j] for j, n in holding.items() if n < 0.0)


def _concentrations(phase: AqueousPhase) -> dict[str, Any]:
    """[mol/L] by species."""
    state = phase.aqueous
    return {j: state.m[j] * state.water / (LITRES * phase.volume) for j in state.charges}
