"""What leaves a membrane contactor of its organic with the liquors, and the make-up that replaces it.

    extractant    n = 1000 q E e V + 1000 V s(f, pH)    molecules, with lost organic and dissolved      mol/h
    diluent       n = (1 - x) rho/M e V                 with lost organic                               mol/h
    make_up       = all that leaves of each

E extractant in units of q molecules, f its free part at the liquor's surface [mol/L organic], s extractant
that dissolves [mol/L], e organic lost by volume of liquor, V the liquor's volume flow [m3/h], x volume
fraction of the extractant; rho, M the diluent's density and molar mass.  The metals on lost organic are left
out: at e of a few parts per million they are a trace of what the liquor holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.organic_balance import DILUENT
from hydromet.membranes.modules import LIQUORS

if TYPE_CHECKING:
    from flowsheet.model.unit import Mixture, Stream
    from hydromet.membranes.membrane_solvent_extraction import MembraneSolventExtraction
    from hydromet.membranes.modules import Modules


class Losses:
    """Losses and make-up of one unit.

    Args:
        unit: the contactor.
        modules: its cells.
    """

    def __init__(self, unit: MembraneSolventExtraction, modules: Modules) -> None:
        self.unit, self.modules = unit, modules
        self.extractant = unit.extraction_system.extractant

    def make_up_inlets(self) -> dict[str, Mixture]:
        """The make-up inlets that are connected, by what each brings."""
        if not self.unit.extractant_make_up:
            return {}
        return {self.extractant.name: self.unit.extractant_make_up, DILUENT: self.unit.diluent_make_up}

    def lost(self, liquor: str, component: str) -> Any:
        """Extractant (in molecules) or diluent that leaves with a liquor [mol/h]."""
        unit = self.unit
        phase, surface = self.modules.end(liquor)
        volume = LITRES * unit.organic_loss * phase.volume
        if component == DILUENT:
            molar_mass = unit.system.component(DILUENT).molar_mass
            return volume * self.extractant.diluent(unit.extractant_fraction) / molar_mass
        lost = volume * self.extractant.molecules * unit.block.extractant
        if self.extractant.loss is not None:
            dissolved = self.extractant.loss.dissolved(surface.aqueous.ln_a[PROTON], surface.block.ln_free)
            lost = lost + LITRES * phase.volume * dissolved
        return lost

    def total(self, component: str) -> Any:
        """All that leaves of the extractant or the diluent [mol/h]."""
        return sum(self.lost(liquor, component) for liquor in LIQUORS)

    def outlet_rows(self, liquor: str, outlet: Stream, inlet: Mixture) -> None:
        """An outlet's inert components: what its liquor brought, and what it takes of the organic."""
        own = set(self.make_up_inlets())
        components = [c for c in outlet.shape.names("aqueous") if self.unit.system.component(c).inert]
        leaving = {
            c: inlet.flow("aqueous", c) + (self.lost(liquor, c) if c in own else 0.0) for c in components
        }
        self.unit.rows(
            f"{outlet.name.rpartition('.')[2]}_organics",
            components,
            lambda c: outlet.ln("aqueous", c) - pyo.log(leaving[c]),
        )

    def make_up_rows(self) -> None:
        """Each make-up brings what is lost of its own."""
        unit = self.unit
        for component, inlet in self.make_up_inlets().items():
            stream, lost = inlet.streams[0], self.total(component)
            name = "diluent_balance" if component == DILUENT else "extractant_make_up_balance"
            unit.rows(name, None, lambda c=component, s=stream, n=lost: s.ln("organic", c) - pyo.log(n))
            held = unit.organic_loss * unit.feed.volume_flow("aqueous") * LITRES
            unit.start_draw(stream, unit.system.component(component).molar_mass * held)
