"""One mixer-settler: an aqueous phase with full speciation and an organic phase in equilibrium with it.

Unknowns of a stage are those of its `AqueousState` (the logarithms of the free ions' molalities, of the ionic
strength, of the free water's flow, and the water's activity) and

    ln f     free extractant                          [mol/L organic]
    ln V     volume flow of the aqueous phase         [m3/h]
    ln x_d   mole fraction of the diluent             where the constants count in mole fractions

The organic phase is expressions of these: complexes c_j by mass action, loading L_c = sum nu_jc c_j [mol/L
organic], and the user's own distribution ratios, L_c = D_c C_c.

    extractant_balance    E = f + sum n_j c_j         [mol/L organic], as logarithms
    diluent_fraction      1/x_d = 1 + (f + sum c_j) / C
    volume                V by the density correlation

With a Murphree efficiency, the organic leaves with less than the equilibrium loading L*, and ln L is an
unknown too:

    L = L_in + eta (L* - L_in)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import LN10, AqueousState
from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem
from flowsheet.model.stream import named_on
from hydromet.extraction.distribution import user_loading
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.mass_action import ExtractionSystem

__all__ = ["LITRES", "Organic", "Stage"]


@dataclass(frozen=True)
class Organic:
    """The organic that runs through a circuit: what it extracts with, and how strong it is.

    Attributes:
        extraction: the extractant and what it extracts.
        extractant: all of it, as its constants count it [mol/L organic].
        diluent: [kg/L organic].
        efficiency: Murphree efficiency, None for equilibrium stages.
    """

    extraction: ExtractionSystem
    extractant: Any
    diluent: Any
    efficiency: Any = None

    @property
    def diluent_amount(self) -> Any:
        """[mol/L organic]"""
        return self.diluent / self.extraction.extractant.diluent_molar_mass


class Stage:
    """The equations of one stage on a Pyomo block, without its component balances (see `cascade`).

    Args:
        block: an empty block.
        system: the chemistry.
        organic: the circuit's.
        components: aqueous components present.
        temperature: [K].
        model: activity model.

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
        organic: Organic,
        components: Iterable[str],
        temperature: Any,
        model: ActivityModel,
    ) -> None:
        self.name, self.block, self.organic = name, block, organic
        self.extractant, self.efficiency = organic.extractant, organic.efficiency
        self.temperature = temperature
        block.aqueous = pyo.Block()
        self.aqueous = AqueousState(block.aqueous, system, components, temperature, model)
        self.components = [*self.aqueous.solutes, WATER]
        self.extraction = organic.extraction.of(self.components)
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
        b, state, extraction = self.block, self.aqueous, self.extraction
        ln_c = extraction.ln_concentrations(
            {c: state.ln_a[c] for c in state.solutes},
            state.ln_a[PROTON],
            b.ln_free,
            self.temperature,
            state.ln_water_activity,
            self._shift(),
        )
        b.complex = pyo.Expression(list(ln_c), rule=lambda _, j: pyo.exp(ln_c[j]))
        self.complexes = {j: b.complex[j] for j in ln_c}
        equilibrium = extraction.loading(self.complexes)
        self.by_ratio = self._by_ratio()
        for component, of_metal in self.by_ratio.items():
            for c, n in extraction.distribution[component].carried.items():
                equilibrium[c] = equilibrium.get(c, 0.0) + n * of_metal
        self.extracted = [c for c in self.components if c in equilibrium]
        b.equilibrium_loading = pyo.Expression(self.extracted, rule=lambda _, c: equilibrium[c])
        self.equilibrium_loading: Mapping[str, Any] = {c: b.equilibrium_loading[c] for c in self.extracted}
        self.loading = self.equilibrium_loading
        if self.efficiency is not None:
            b.ln_loading = pyo.Var(self.extracted, initialize=-5.0, bounds=(None, 5.0))
            b.loading = pyo.Expression(self.extracted, rule=lambda _, c: pyo.exp(b.ln_loading[c]))
            self.loading = {c: b.loading[c] for c in self.extracted}
        b.bound = pyo.Expression(expr=extraction.bound_extractant(self.complexes) + self._bound_by_ratio())
        b.extractant_balance = pyo.Constraint(
            expr=pyo.log(self.extractant) - pyo.log(pyo.exp(b.ln_free) + b.bound) == 0
        )
        if extraction.scale == "mole_fraction":
            solutes = pyo.exp(b.ln_free) + sum(self.complexes.values())
            b.diluent_fraction = pyo.Constraint(
                expr=b.ln_diluent + pyo.log(1.0 + solutes / self.organic.diluent_amount) == 0
            )

    def _shift(self) -> Any:
        """s, from the scale of the constants to mol/L (see `mass_action`)."""
        b = self.block
        match self.extraction.scale:
            case "molality":
                b.shift = pyo.Expression(expr=pyo.log(self.organic.diluent))
            case "mole_fraction":
                b.ln_diluent = pyo.Var(initialize=-0.1, bounds=(None, 0.0))
                b.shift = pyo.Expression(expr=pyo.log(self.organic.diluent_amount) - b.ln_diluent)
            case _:
                return 0.0
        return b.shift

    def _by_ratio(self) -> dict[str, Any]:
        """Loadings that the user's own distribution ratios give [mol/L organic]."""
        ratios = self.extraction.distribution
        self.block.by_ratio = pyo.Expression(list(ratios))
        for c, ratio in ratios.items():
            self.block.by_ratio[c] = user_loading(ratio.expression, c, self)
        return {c: self.block.by_ratio[c] for c in ratios}

    def _bound_by_ratio(self) -> Any:
        ratios = self.extraction.distribution
        return sum(
            ratios[c].extractants * loading for c, loading in self.by_ratio.items() if ratios[c].extractants
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
        if self.extraction.scale == "mole_fraction":
            plain["ln_diluent"] = b.ln_diluent
        loading = {} if self.efficiency is None else {c: b.ln_loading[c].name for c in self.extracted}
        return {
            "plain": {kind: variable.name for kind, variable in plain.items()},
            "ln_m": {s: aqueous.ln_m[s].name for s in self.aqueous.explicit},
            "ln_gamma": {s: aqueous.ln_gamma_unknown[s].name for s in self.aqueous.explicit_gamma},
            "ln_loading": loading,
        }

    @property
    def flow(self) -> Mapping[str, Any]:
        return self.aqueous.flow

    @property
    def ph(self) -> Any:
        return self.aqueous.ph

    @property
    def proton_exponent(self) -> Any:
        """-log10 of the free proton's concentration [mol/L]."""
        state, b = self.aqueous, self.block
        ln_c = state.block.ln_m[PROTON_SPECIES] + state.block.ln_water - b.ln_volume - math.log(LITRES)
        return -ln_c / LN10

    def concentration(self, component: str) -> Any:
        """All of a component in the aqueous phase [mol/L]."""
        return self.flow[component] / (LITRES * self.volume)

    def distribution_ratio(self, component: str) -> Any:
        """D, organic over aqueous, both mol/L."""
        return self.loading[component] / self.concentration(component)

    def loaded_fraction(self) -> Any:
        """Extractant bound in complexes over all extractant."""
        return self.block.bound / self.extractant
