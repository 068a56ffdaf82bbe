"""The liquors that enter a column, each speciated in full: what they carry, and what an ion is worth in them.

What the cells need of a liquor are unknowns of their own (its concentrations, d and ln K_M with its activity
coefficients), so that a cell depends on few numbers:

    ln x_s = ln(n_s / V_s),     d_s = 3 A_phi sqrt(I_s)/(1 + 1.5 sqrt(I_s))
    ln K_Ms = ln K_M + ln gamma_Ms - z_M ln gamma_Hs
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import PROTON_SPECIES, WATER
from flowsheet.model.unit import Mixture
from hydromet.columns.liquor import Blend, ColumnChemistry, debye_term

if TYPE_CHECKING:
    from hydromet.columns.column import Column

PYOMO = SimpleNamespace(exp=pyo.exp, log=pyo.log)
LITRES = 1000.0
"""Per m3."""


class EnteringLiquor:
    """One step's liquor.

    Attributes:
        volume_flow: over the whole cycle and all columns [m3/h].
        state: its speciation.
        blend: what the cells' mixing rule needs of it.
        ln_gamma_proton: activity coefficient of H+.
    """

    def __init__(
        self,
        unit: Column,
        step: str,
        chemistry: ColumnChemistry,
        log_k: Mapping[str, Any],
        temperature: Any,
    ) -> None:
        self.unit, self.step, self.chemistry = unit, step, chemistry
        self.mixture: Mixture = unit.inlets[step]
        self.names = self.mixture.shape.names("aqueous")
        self.block = pyo.Block()
        unit.block.add_component(f"liquor_{step}", self.block)
        self.volume_flow = self.block.volume_flow = pyo.Expression(expr=self.mixture.volume_flow("aqueous"))
        self._speciate(temperature)
        self._gammas(temperature)
        self._unknowns(log_k, temperature)

    def _speciate(self, temperature: Any) -> None:
        unit, mixture = self.unit, self.mixture
        self.block.state = pyo.Block()
        self.state = state = AqueousState(
            self.block.state, unit.system, self.names, temperature, unit.activity_model
        )
        unit.add_state(state)
        unit.rows(
            f"liquor_{self.step}_flow",
            list(state.total),
            lambda c: mixture.ln("aqueous", c) - state.block.ln_water - pyo.log(state.total[c]),
        )
        flows = {c: mixture.flow("aqueous", c) for c in (*state.solutes, WATER)}
        for variable, value in state.starts(flows):
            unit.start(variable, value)

    def _gammas(self, temperature: Any) -> None:
        """Activity coefficients of the ions that bind, also where this liquor lacks them."""
        state, chemistry, block = self.state, self.chemistry, self.block
        wanted = {chemistry.masters[m]: chemistry.charge[m] for m in chemistry.metals}
        charges = wanted | {PROTON_SPECIES: 1} | dict(state.charges)
        activity = activity_of(chemistry.system, charges, state.model)
        molality = {s: state.m[s] if s in state.charges else 0.0 for s in charges}
        block.shared = pyo.Expression(pyo.Any)

        def named(name: str, value: Any) -> Any:
            block.shared[name] = value
            return block.shared[name]

        shared = activity.shared(molality, state.block.sqrt_ionic_strength, temperature, named)
        block.ln_gamma = pyo.Expression(
            [*wanted, PROTON_SPECIES],
            rule=lambda _, s: activity.ln_gamma(s, molality, shared, temperature),
        )
        self.ln_gamma_proton = block.ln_gamma[PROTON_SPECIES]

    def _unknowns(self, log_k: Mapping[str, Any], temperature: Any) -> None:
        unit, chemistry, mixture = self.unit, self.chemistry, self.mixture
        litres = LITRES * self.volume_flow
        charged = [c for c in self.names if chemistry.charge.get(c) and c not in chemistry.metals]
        amounts = {f"c_{c}": mixture.flow("aqueous", c) for c in self.names if c != WATER}
        amounts["water"] = mixture.flow("aqueous", WATER) * chemistry.system.component(WATER).molar_mass
        for name, sign in (("positive", 1), ("negative", -1)):
            ions = [c for c in charged if sign * chemistry.charge[c] > 0]
            if ions:
                amounts[name] = sum(abs(chemistry.charge[c]) * mixture.flow("aqueous", c) for c in ions)
        definitions = {name: pyo.log(x / litres) for name, x in amounts.items()}
        self.ln_amount = unit.var(
            f"ln_{self.step}", list(definitions), log=True, start=lambda name: definitions[name]
        )
        unit.rows(
            f"{self.step}_amount", list(definitions), lambda name: self.ln_amount[name] - definitions[name]
        )
        debye = debye_term(chemistry.model, self.state.block.ln_ionic_strength, temperature, pyo.exp)
        self.debye = unit.var(f"debye_{self.step}", nominal=1.0, start=0.1)
        unit.rows(f"{self.step}_debye", None, lambda: self.debye - debye)
        bindings = {
            m: math.log(10.0) * log_k[m]
            + self.block.ln_gamma[chemistry.masters[m]]
            - chemistry.charge[m] * self.block.ln_gamma[PROTON_SPECIES]
            for m in chemistry.metals
        }
        self.ln_binding = unit.var(
            f"ln_binding_{self.step}", list(bindings), log=True, start=lambda m: math.log(10.0) * log_k[m]
        )
        unit.rows(f"{self.step}_binding", list(bindings), lambda m: self.ln_binding[m] - bindings[m])
        self.block.amount = pyo.Expression(
            list(definitions), rule=lambda _, name: pyo.exp(self.ln_amount[name])
        )
        self.blend = Blend(
            water=self.block.amount["water"],
            total={c: self.of(c) for c in chemistry.blended},
            positive=self.block.amount["positive"] if "positive" in definitions else 0.0,
            negative=self.block.amount["negative"] if "negative" in definitions else 0.0,
            debye=self.debye,
            ln_binding=self.ln_binding,
        )

    def of(self, component: str) -> Any:
        """Concentration of a component [mol/L]; 0.0 for what the liquor can't carry."""
        if component == WATER:
            return self.block.amount["water"] / self.chemistry.system.component(WATER).molar_mass
        return self.block.amount[f"c_{component}"] if component in self.names else 0.0
