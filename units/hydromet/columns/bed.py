"""The bed's equations: all cells at all levels of a cycle, the end of which is its beginning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from hydromet.columns.binding import is_langmuir, occupy
from hydromet.columns.cycle import Cycle, Level
from hydromet.columns.entering import PYOMO, EnteringLiquor
from hydromet.columns.liquor import ColumnChemistry
from hydromet.columns.transport import FOREIGN, balance, driving_force, earlier_share, leaving, moved

if TYPE_CHECKING:
    from hydromet.columns.column import Column


@dataclass(frozen=True)
class BedSettings:
    """`rate`: volumes of a cell that enter in one level, by its pace; `lapse`: its time [h]; `capacity`
    [mol/L bed]; `liquor_fraction`; `back_mixing` or None; `transfer_rate` [1/h], None at equilibrium;
    `together`: ions leave a cell with the weight of the liquors (see `transport`).
    """

    cells: int
    temperature: Any
    rate: Mapping[tuple[str, str], Any]
    lapse: Mapping[tuple[str, str], Any]
    capacity: Any
    liquor_fraction: Any
    back_mixing: Any | None
    transfer_rate: Any | None
    together: bool


class Bed:
    """Unknowns and rows of the bed on a unit's block, by (substance, cell, level).

    Unknowns: shares of the liquors, concentrations of the metals [mol/L], bound amounts [mol/L of bed], free
    protons and ligands [mol/kg], vacant sites: their logarithms.  `collected` is what has left the bed for
    the present effluent [mol or L per L of bed].
    """

    def __init__(
        self,
        unit: Column,
        cycle: Cycle,
        chemistry: ColumnChemistry,
        liquors: Mapping[str, EnteringLiquor],
        sites: Mapping[str, float],
        settings: BedSettings,
    ) -> None:
        self.unit, self.cycle, self.chemistry = unit, cycle, chemistry
        self.liquors, self.sites, self.settings = liquors, sites, settings
        self.last = settings.cells
        self.level = {level.number: level for level in cycle.levels}
        self.places = [(i, n) for n in self.level for i in range(1, settings.cells + 1)]
        self._unknowns()
        self._leaving()
        self._local_rows()
        self._balances()
        self._collected()

    def _unknowns(self) -> None:
        c, block = self.chemistry, self.unit.block

        def each(names: Any) -> list[Any]:
            return [(name, i, n) for name in names for i, n in self.places]

        def unknown(name: str, index: list[Any]) -> tuple[Any, Any]:
            variable = self.unit.var(f"ln_{name}", index, log=True)
            value = pyo.Expression(index, rule=lambda _, *key: pyo.exp(variable[key]))
            block.add_component(name, value)
            return variable, value

        self.ln_share, self.share = unknown("share", each(self.cycle.steps))
        self.ln_metal, self.metal = unknown("metal", each(c.metals))
        self.ln_bound, self.bound = unknown("bound", each(c.metals))
        self.ln_proton = self.unit.var("ln_proton", self.places, log=True)
        self.ln_ligand = self.unit.var("ln_ligand", each(c.ligands), log=True) if c.ligands else {}
        self.ln_vacant = (
            None if is_langmuir(self.sites) else self.unit.var("ln_vacant", self.places, log=True)
        )
        held = self.settings.liquor_fraction
        block.stored = pyo.Expression(
            list(self.metal), rule=lambda _, *key: held * self.metal[key] + self.bound[key]
        )
        self.stored = block.stored
        # So that the solver knows traces.
        registry = self.unit.registry
        for variable, value, whole in (
            (self.ln_share, self.share, 1.0),
            (self.ln_metal, self.metal, self.settings.capacity),
            (self.ln_bound, self.bound, self.settings.capacity),
        ):
            for key in variable:
                registry.add_unknown(variable[key], log=True, share=value[key] / whole)

    def _leaving(self) -> None:
        """J of every metal and liquor: what leaves a cell during a level."""
        block, settings = self.unit.block, self.settings
        spread = 1.0 if settings.back_mixing is None else 1.0 + 2.0 * settings.back_mixing
        paces = list(settings.rate)
        block.flow = pyo.Expression(paces, rule=lambda _, *p: spread * settings.rate[p])
        block.share_weight = pyo.Expression(
            paces,
            rule=lambda _, *p: earlier_share(*[block.flow[p] / settings.liquor_fraction] * 2),
        )

        def share(_: Any, s: str, i: int, n: int) -> Any:
            before = self.share[s, i, self.cycle.before(n)]
            return leaving(self.share[s, i, n], before, block.share_weight[self.level[n].pace])

        def metal(_: Any, m: str, i: int, n: int) -> Any:
            now, past = self.metal[m, i, n], self.cycle.before(n)
            if settings.together:
                return leaving(now, self.metal[m, i, past], block.share_weight[self.level[n].pace])
            if settings.transfer_rate is not None:
                return now
            rate = block.flow[self.level[n].pace]
            weight = earlier_share(
                *(
                    moved(
                        rate,
                        self.metal[place],
                        self.bound[place],
                        settings.liquor_fraction,
                        self.sites[m] / settings.capacity * self.bound[place],
                    )
                    for place in ((m, i, n), (m, i, past))
                )
            )
            return leaving(now, self.metal[m, i, past], weight)

        block.leaving_share = pyo.Expression(list(self.share), rule=share)
        block.leaving_metal = pyo.Expression(list(self.metal), rule=metal)
        self.leaving_share, self.leaving_metal = block.leaving_share, block.leaving_metal

    def _local_rows(self) -> None:
        """Speciation and binding in every cell."""
        unit, block, chemistry, steps = self.unit, self.unit.block, self.chemistry, self.cycle.steps
        settings = self.settings
        ln_k = chemistry.ln_k(settings.temperature)
        block.ln_k = pyo.Expression(list(ln_k), rule=lambda _, j: ln_k[j])
        block.cell = pyo.Expression(pyo.Any)
        blends = {s: self.liquors[s].blend for s in steps}
        protons, vacancy = {}, {}
        binding: dict[tuple[str, int, int], Any] = {}
        ligands: dict[tuple[str, int, int], Any] = {}
        for i, n in self.places:

            def named(name: str, value: Any, i: int = i, n: int = n) -> Any:
                block.cell[name, i, n] = value
                return block.cell[name, i, n]

            blend = chemistry.blend({s: self.share[s, i, n] for s in steps}, blends, named)
            speciated = chemistry.speciate(
                PYOMO,
                block.ln_k,
                self.ln_proton[i, n],
                {m: self.metal[m, i, n] for m in chemistry.metals},
                {c: self.ln_ligand[c, i, n] for c in chemistry.ligands},
                blend,
                named,
            )
            occupied = occupy(
                PYOMO,
                blend.ln_binding,
                speciated.ln_free,
                self.ln_proton[i, n],
                chemistry.charge,
                self.sites,
                None if self.ln_vacant is None else self.ln_vacant[i, n],
                named,
            )
            protons[i, n] = speciated.proton_balance
            vacancy[i, n] = occupied.balance
            ligands |= {(c, i, n): row for c, row in speciated.ligand_balance.items()}
            for m, share in occupied.share.items():
                binding[m, i, n] = self._binding_row(m, i, n, settings.capacity * share)
        unit.rows("proton_balance", list(protons), lambda *key: protons[key])
        unit.rows("binding", list(binding), lambda *key: binding[key])
        if ligands:
            unit.rows("ligand_balance", list(ligands), lambda *key: ligands[key])
        if self.ln_vacant is not None:
            unit.rows("site_balance", list(vacancy), lambda *key: vacancy[key])

    def _binding_row(self, m: str, i: int, n: int, equilibrium: Any) -> Any:
        settings = self.settings
        if settings.transfer_rate is None:
            return self.ln_bound[m, i, n] - pyo.log(equilibrium)
        return driving_force(
            PYOMO,
            self.bound[m, i, n],
            self.bound[m, i, self.cycle.before(n)],
            equilibrium,
            settings.transfer_rate * settings.lapse[self.level[n].pace],
        )

    def _balances(self) -> None:
        held, before = self.settings.liquor_fraction, self.cycle.before
        self.unit.rows(
            "share_balance",
            list(self.share),
            lambda s, i, n: self._balance(
                self.leaving_share,
                (s, i, n),
                (held * self.share[s, i, n], held * self.share[s, i, before(n)]),
                self.entering_share(s, self.level[n]),
            ),
        )
        self.unit.rows(
            "metal_balance",
            list(self.metal),
            lambda m, i, n: self._balance(
                self.leaving_metal,
                (m, i, n),
                (self.stored[m, i, n], self.stored[m, i, before(n)]),
                self.entering(m, self.level[n]),
            ),
        )

    def _balance(self, flux: Any, place: tuple[str, int, int], stored: tuple[Any, Any], entering: Any) -> Any:
        name, i, n = place
        first, last, mixing = i == 1, i == self.last, self.settings.back_mixing
        fluxes = (
            None if first else flux[name, i - 1, n],
            flux[place],
            None if last or mixing is None else flux[name, i + 1, n],
        )
        rate = self.settings.rate[self.level[n].pace]
        return balance(PYOMO, *stored, rate, mixing, fluxes, entering if first else None, last)

    def entering_share(self, liquor: str, level: Level) -> float:
        return 1.0 if liquor == level.step else FOREIGN

    def entering(self, metal: str, level: Level) -> Any:
        """Concentration that enters the first cell [mol/L]."""
        return sum(
            self.entering_share(s, level) * self.liquors[s].of(metal)
            for s in self.cycle.steps
            if metal in self.liquors[s].names
        )

    def _collected(self) -> None:
        names = [*self.cycle.steps, *self.chemistry.metals]
        index = [(name, n) for name in names for n in self.level]
        self.ln_collected = self.unit.var("ln_collected", index, log=True)

        def row(name: str, n: int) -> Any:
            flux = self.leaving_share if name in self.cycle.steps else self.leaving_metal
            volume = self.settings.rate[self.level[n].pace] / self.settings.cells
            total = volume * flux[name, self.last, n]
            before = self.cycle.before(n)
            if self.level[before].outlet == self.level[n].outlet:
                total = total + pyo.exp(self.ln_collected[name, before])
            return self.ln_collected[name, n] - pyo.log(total)

        self.unit.rows("collected", index, row)

    def collected(self, outlet: str, name: str) -> Any:
        """What an effluent takes of a metal or a liquor in a cycle [mol or L per L of bed]."""
        return pyo.exp(self.ln_collected[name, self.cycle.end_of(outlet)])
