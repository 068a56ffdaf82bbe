"""One solution at equilibrium with itself, with solids that may precipitate and with gases of given pressure.

    ln(W sum_j nu_jc m_j + sum_k nu_kc s_k) = ln n_c                 every component but H, water among them
    r_k + (-ln Omega_k) = sqrt(r_k^2 + (ln Omega_k)^2),  s_k = r_k S_k                           every solid
    ln a_dissolved = ln K_g + ln p_g                           a gas, in place of its own component's balance

n_c totals [mol], W free water [kg], m_j molality [mol/kg], s_k amount of a solid [mol], S_k the scale on
which it is measured (the amount that its scarcest component would allow, as a harmonic sum), Omega_k
saturation ratio, p_g partial pressure [bar].  The second line is Fischer and Burmeister's function: a solid
is either absent and not supersaturated, or present and at saturation.  H follows from electroneutrality.

`flowsheet.solve.speciation` compiles and solves this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import PROTON, WATER, ActivityModel, ChemistrySystem

_CORNER = 1e-12
"""Rounds the corner of Fischer and Burmeister's function, where its slope does not exist."""


class EquilibriumProblem:
    """Equations of one solution, on a Pyomo model of their own.

    Attributes:
        model: the Pyomo model.
        state: the aqueous phase.
        temperature, amount, ln_pressure: input variables [K], [mol] by component, [ln bar] by gas.
        share: amount of each solid over its scale S_k.
        values: constraints whose bodies are values to report, by name.
        constants: reported values that do not vary, by name.

    Raises:
        KeyError: a solid or gas that the system does not have, or that has no constant for this activity
        model. ValueError: a solid or gas that these components can't form.
    """

    def __init__(
        self,
        system: ChemistrySystem,
        components: Iterable[str],
        activity_model: ActivityModel = "sit",
        solids: Iterable[str] = (),
        gases: Iterable[str] = (),
    ) -> None:
        self.system = system
        solutes = sorted(system.solutes(components))
        self.solutes, self.solids, self.gases = tuple(solutes), tuple(solids), tuple(gases)
        m = self.model = pyo.ConcreteModel()
        m.temperature = pyo.Var(initialize=298.15)
        m.amount = pyo.Var([WATER, *solutes], initialize=1.0)
        m.ln_pressure = pyo.Var(list(self.gases), initialize=0.0)
        self.temperature, self.amount, self.ln_pressure = m.temperature, m.amount, m.ln_pressure
        m.aqueous = pyo.Block()
        self.state = AqueousState(m.aqueous, system, solutes, m.temperature, activity_model)
        self._equations()
        self._values()

    @property
    def inputs(self) -> list[Any]:
        return [self.temperature, *self.amount.values(), *self.ln_pressure.values()]

    @property
    def log_variables(self) -> list[Any]:
        return list(self.model.aqueous.component_data_objects(pyo.Var))

    def _equations(self) -> None:
        m, state = self.model, self.state
        dissolution = {k: self._composition(k) for k in self.solids}
        m.share = pyo.Var(list(self.solids), initialize=0.1, bounds=(-1e-3, None))
        m.scale = pyo.Expression(list(self.solids))
        for k, composition in dissolution.items():
            m.scale[k] = 1.0 / sum(
                n / m.amount[c] for c, n in composition.items() if c not in (PROTON, WATER)
            )
        m.solid_amount = pyo.Expression(list(self.solids), rule=lambda m, k: m.share[k] * m.scale[k])
        open_to = {self._gas_component(g): g for g in self.gases}

        def balance(m: Any, c: str) -> Any:
            if c in open_to:
                return pyo.Constraint.Skip
            solid = sum(dissolution[k][c] * m.solid_amount[k] for k in self.solids if c in dissolution[k])
            # Without solids the sum of logarithms needs no product of a small molality with the water.
            dissolved = (
                pyo.log(state.total[c]) + m.aqueous.ln_water
                if isinstance(solid, int)
                else pyo.log(state.total[c] * state.water + solid)
            )
            return dissolved == pyo.log(m.amount[c])

        m.balance = pyo.Constraint([*self.solutes, WATER], rule=balance)
        m.ln_saturation = pyo.Expression(list(self.solids), rule=lambda _, k: state.ln_saturation(k))
        m.saturation = pyo.Constraint(
            list(self.solids),
            rule=lambda m, k: (
                m.share[k]
                - m.ln_saturation[k]
                - pyo.sqrt(m.share[k] ** 2 + m.ln_saturation[k] ** 2 + _CORNER**2)
                == 0
            ),
        )
        m.fugacity = pyo.Constraint(
            list(self.gases), rule=lambda m, g: state.ln_fugacity(g) - m.ln_pressure[g] == 0
        )

    def _values(self) -> None:
        """Rows for what is reported; `possible` are all solids with a constant that the components can
        form.
        """
        m, state = self.model, self.state
        self.possible = [s.name for s in self.system.present_solids(self.solutes, state.model)]
        reported: dict[str, Any] = {"osmotic_coefficient": m.aqueous.osmotic_coefficient}
        reported |= {f"m[{s}]": state.m[s] for s in state.charges}
        reported |= {f"ln_gamma[{s}]": state.ln_gamma[s] for s in state.charges}
        reported |= {f"ln_saturation[{k}]": state.ln_saturation(k) for k in self.possible}
        reported |= {f"solid[{k}]": m.solid_amount[k] for k in self.solids}
        self.constants = {
            name: float(pyo.value(e)) for name, e in reported.items() if not pyo.is_potentially_variable(e)
        }
        m.value = pyo.Constraint(
            [name for name in reported if name not in self.constants],
            rule=lambda _, name: reported[name] == 0,
        )
        self.values = dict(m.value.items())

    def _composition(self, solid: str) -> dict[str, float]:
        entry = self.system.solids[solid]
        if entry.composition is None or self.state.model not in entry.constants:
            raise KeyError(f"{solid} has no solubility constant in the {self.state.model} set")
        self._require(solid, entry.composition)
        return dict(entry.composition)

    def _gas_component(self, gas: str) -> str:
        entry = self.system.gases[gas]
        if entry.composition is None:
            raise KeyError(f"gas {gas} has no dissolution constant")
        self._require(f"gas {gas}", entry.composition)
        (component,) = (c for c in entry.composition if c not in (PROTON, WATER))
        return component

    def _require(self, name: str, composition: Iterable[str]) -> None:
        missing = [c for c in composition if c not in (*self.solutes, PROTON, WATER)]
        if missing:
            raise ValueError(f"{name} needs {', '.join(missing)}, which the solution does not hold")
