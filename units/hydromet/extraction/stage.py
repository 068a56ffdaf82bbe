"""One mixer-settler: an aqueous phase with full speciation and an organic phase in equilibrium with it.

Unknowns of a stage are those of its `AqueousState` (the logarithms of the free ions' molalities, of the ionic
strength, of the free water's flow, and the water's activity) and

    ln f     free dimer of the extractant             [mol/L organic]
    ln V     volume flow of the aqueous phase         [m3/h]

The organic phase is expressions of these: complexes c_j by mass action, loading L_c = sum m_j c_j [mol/L
organic].

    extractant_balance    E = f + sum n_j c_j         [mol/L organic], as logarithms
    volume                V by the density correlation

With a Murphree efficiency, the organic leaves with less than the equilibrium loading L*, and ln L is an
unknown too:

    L = L_in + eta (L* - L_in)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import PROTON, WATER, ActivityModel, ChemistrySystem
from flowsheet.model.stream import named_on
from hydromet.extraction.distribution import user_loading
from hydromet.extraction.mass_action import ExtractionSystem

LITRES = 1000.0
"""L per m3."""


class Stage:
    """The equations of one stage on a Pyomo block, without its component balances (see `cascade`).

    Args:
        block: an empty block.
        system: the chemistry.
        extraction: the extractant and what it extracts among the components.
        components: aqueous components present.
        extractant: all extractant as dimer [mol/L organic].
        temperature: [K].
        model: activity model.
        efficiency: Murphree efficiency of the organic phase, None for an equilibrium stage.

    Attributes:
        name: e.g. `extraction 2`.
        loading: what the leaving organic holds of each extracted component [mol/L organic].
        flow: aqueous component flows [mol/h].
        volume: of the aqueous phase [m3/h].
    """

    def __init__(
        self,
        name: str,
        block: Any,
        system: ChemistrySystem,
        extraction: ExtractionSystem,
        components: Iterable[str],
        extractant: Any,
        temperature: Any,
        model: ActivityModel,
        efficiency: Any = None,
    ) -> None:
        self.name, self.block, self.extraction = name, block, extraction
        self.extractant, self.temperature, self.efficiency = extractant, temperature, efficiency
        block.aqueous = pyo.Block()
        self.aqueous = AqueousState(block.aqueous, system, components, temperature, model)
        self.components = [*self.aqueous.solutes, WATER]
        block.ln_free = pyo.Var(initialize=-2.0, bounds=(None, 5.0))
        block.ln_volume = pyo.Var(initialize=0.0)
        self.volume = pyo.Expression(expr=pyo.exp(block.ln_volume))
        block.volume = self.volume
        self._organic()
        correlation = AqueousVolume(system, [*self.components, PROTON])
        block.volume_definition = pyo.Constraint(
            expr=block.ln_volume - pyo.log(correlation.volume(self.flow, temperature, named_on(block))) == 0
        )

    def _organic(self) -> None:
        b, state = self.block, self.aqueous
        ln_c = self.extraction.ln_concentrations(
            {c: state.ln_a[c] for c in state.solutes}, state.ln_a[PROTON], b.ln_free, self.temperature
        )
        b.complex = pyo.Expression(list(ln_c), rule=lambda _, j: pyo.exp(ln_c[j]))
        self.complexes = {j: b.complex[j] for j in ln_c}
        equilibrium = self.extraction.loading(self.complexes)
        for c, text in self.extraction.distribution.items():
            if c in state.solutes:
                equilibrium[c] = user_loading(text, c, self)
        self.extracted = [c for c in self.components if c in equilibrium]
        b.equilibrium_loading = pyo.Expression(self.extracted, rule=lambda _, c: equilibrium[c])
        self.equilibrium_loading: Mapping[str, Any] = {c: b.equilibrium_loading[c] for c in self.extracted}
        self.loading = self.equilibrium_loading
        if self.efficiency is not None:
            b.ln_loading = pyo.Var(self.extracted, initialize=-5.0, bounds=(None, 5.0))
            b.loading = pyo.Expression(self.extracted, rule=lambda _, c: pyo.exp(b.ln_loading[c]))
            self.loading = {c: b.loading[c] for c in self.extracted}
        b.extractant_balance = pyo.Constraint(
            expr=self.extraction.extractant_balance(pyo.log(self.extractant), b.ln_free, self.complexes) == 0
        )

    def murphree(self, entering: Mapping[str, Any]) -> None:
        """Rows of the efficiency, given the loading of the organic that enters [mol/L]."""
        if self.efficiency is None:
            return
        eta = self.efficiency
        self.block.murphree_efficiency = pyo.Constraint(
            self.extracted,
            rule=lambda b, c: (
                b.ln_loading[c]
                - pyo.log((1.0 - eta) * entering.get(c, 0.0) + eta * self.equilibrium_loading[c])
                == 0
            ),
        )

    def started(self) -> dict[str, Any]:
        """Names of the unknowns that a start procedure gives values to."""
        b, aqueous = self.block, self.aqueous.block
        plain = {
            "ln_free": b.ln_free,
            "ln_volume": b.ln_volume,
            "ln_water": aqueous.ln_water,
            "ln_ionic_strength": aqueous.ln_ionic_strength,
            "ln_water_activity": aqueous.ln_water_activity,
        }
        loading = {} if self.efficiency is None else {c: b.ln_loading[c].name for c in self.extracted}
        return {
            "plain": {kind: variable.name for kind, variable in plain.items()},
            "ln_m": {s: aqueous.ln_m[s].name for s in self.aqueous.explicit},
            "ln_loading": loading,
        }

    @property
    def flow(self) -> Mapping[str, Any]:
        return self.aqueous.flow

    @property
    def ph(self) -> Any:
        return self.aqueous.ph

    def concentration(self, component: str) -> Any:
        """All of a component in the aqueous phase [mol/L]."""
        return self.flow[component] / (LITRES * self.volume)

    def distribution_ratio(self, component: str) -> Any:
        """D, organic over aqueous, both mol/L."""
        return self.loading[component] / self.concentration(component)

    def loaded_fraction(self) -> Any:
        """Extractant bound in complexes over all extractant."""
        return self.extraction.bound_dimer(self.complexes) / self.extractant
