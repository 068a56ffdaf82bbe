"""Equilibrium in an aqueous phase, as Pyomo equations.

Unknowns are the logarithms of the molalities of the master species, of the ionic strength and of the free
water's mass flow, the water activity's logarithm, and the few further molalities or activity coefficients
that close a circle (see `unknowns`).  All other species are expressions:

    ln m_j + ln gamma_j = ln K_j(T) + sum_c nu_jc (ln m_c + ln gamma_c) + nu_jw ln a_w      (mass action)
    ln sum_(z_j > 0) z_j m_j = ln sum_(z_j < 0) -z_j m_j                                   (electroneutrality)
    I = 1/2 sum_j z_j^2 m_j                                                                 (ionic strength)
    ln a_w = -M_w phi sum_j m_j,   phi = 1 + E / sum_j m_j                                   (water activity)

Electroneutrality stands in place of the proton balance: every stream is neutral, so that its proton total
follows from the other components.  Component flows [mol/h] are W sum_j nu_jc m_j, W free water [kg/h].
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem, Species
from flowsheet.chemistry.unknowns import explicit_unknowns, influence

LN10 = math.log(10.0)
_START_LN_GAMMA = -0.4
"""Of an activity coefficient that is an unknown, of a singly charged ion at an ionic strength of 1."""
_START_WATER_PRODUCT = 1e-10
"""[H+][OH-] of a cold start [(mol/kg)^2]; above water's own, so that rounding can't give zero acid."""


class AqueousState:
    """A speciated aqueous phase on a Pyomo block.

    Args:
        block: an empty block that takes the variables and equations.
        system: the chemistry.
        components: component names present; water and the proton always are.
        temperature: [K], number, variable or expression.
        model: activity model.

    Attributes:
        m: molality of each species [mol/kg].
        total: molality of each component total [mol/kg]; H follows from electroneutrality.
        flow: flow of each component [mol/h], water and H included.
        starts: pairs (variable, expression of `start_flow`) for a cold start, set by `start_from`.
    """

    def __init__(
        self,
        block: Any,
        system: ChemistrySystem,
        components: Iterable[str],
        temperature: Any,
        model: ActivityModel = "sit",
    ) -> None:
        self.block = block
        self.system = system
        self.temperature = temperature
        self.model = model
        self.solutes = system.solutes(components)
        self.masters = {PROTON: PROTON_SPECIES} | {c: system.component(c).species for c in self.solutes}
        self.complexes: dict[str, Species] = {
            s.name: s for s in system.present_species([*self.solutes, WATER, PROTON], model)
        }
        self.charges = {s: system.component(c).charge for c, s in self.masters.items()}
        self.charges |= {name: s.charge for name, s in self.complexes.items()}
        self.activity = activity_of(system, self.charges, model)
        molalities, self.explicit_gamma = explicit_unknowns(
            list(self.complexes), influence(self.activity, self.charges)
        )
        self.explicit = list(self.masters.values()) + molalities
        self._build()

    def _build(self) -> None:
        b = self.block
        b.ln_m = pyo.Var(self.explicit, initialize=-3.0, bounds=(None, 5.0))
        b.ln_ionic_strength = pyo.Var(initialize=0.0, bounds=(None, 5.0))
        b.ln_water_activity = pyo.Var(initialize=-0.03, bounds=(-5.0, 0.5))
        b.ln_water = pyo.Var(initialize=5.0)
        b.sqrt_ionic_strength = pyo.Expression(expr=pyo.exp(0.5 * b.ln_ionic_strength))
        self.ln_water_activity = b.ln_water_activity
        self.water = pyo.Expression(expr=pyo.exp(b.ln_water))
        b.water = self.water

        b.m = pyo.Expression([*self.explicit, *(s for s in self.complexes if s not in self.explicit)])
        self.m = b.m
        for s in self.explicit:
            b.m[s] = pyo.exp(b.ln_m[s])
        shared = self._shared_expressions()
        b.ln_gamma_unknown = pyo.Var(self.explicit_gamma, initialize=_START_LN_GAMMA)
        b.ln_gamma = pyo.Expression(list(self.charges))
        for s in self.charges:
            unknown = s in self.explicit_gamma
            b.ln_gamma[s] = b.ln_gamma_unknown[s] if unknown else self._by_model(s, shared)
        self.ln_gamma = b.ln_gamma
        b.ln_a = pyo.Expression(list(self.masters))
        for c, s in self.masters.items():
            b.ln_a[c] = b.ln_m[s] + b.ln_gamma[s]
        self.ln_a = b.ln_a

        mass_action = {}
        for name, species in self.complexes.items():
            ln_m = self._formation(species) - b.ln_gamma[name]
            if name in self.explicit:
                mass_action[name] = b.ln_m[name] - ln_m
            else:
                b.m[name] = pyo.exp(ln_m)
        b.mass_action = pyo.Constraint(list(mass_action), rule=lambda _, s: mass_action[s] == 0)
        b.activity_coefficient = pyo.Constraint(
            self.explicit_gamma, rule=lambda _, s: b.ln_gamma_unknown[s] - self._by_model(s, shared) == 0
        )
        positive, negative = (
            sum(abs(z) * b.m[s] for s, z in self.charges.items() if sign * z > 0) for sign in (1, -1)
        )
        b.electroneutrality = pyo.Constraint(expr=pyo.log(positive) - pyo.log(negative) == 0)
        b.ionic_strength = pyo.Expression(
            expr=0.5 * sum(z * z * b.m[s] for s, z in self.charges.items() if z)
        )
        b.ionic_strength_definition = pyo.Constraint(
            expr=b.ln_ionic_strength - pyo.log(b.ionic_strength) == 0
        )
        excess = self.activity.osmotic_excess(b.m, b.sqrt_ionic_strength, self.temperature, shared)
        b.solutes = pyo.Expression(expr=sum(b.m[s] for s in self.charges))
        b.osmotic_coefficient = pyo.Expression(expr=1.0 + excess / b.solutes)
        m_w = self.system.component(WATER).molar_mass
        b.water_activity = pyo.Constraint(
            expr=b.ln_water_activity / (m_w * b.solutes) + b.osmotic_coefficient == 0
        )
        self._totals(m_w)

    def _shared_expressions(self) -> dict[str, Any]:
        """The activity model's common terms as named expressions, so that they are evaluated once."""
        b = self.block
        b.shared = pyo.Expression(pyo.Any)

        def named(name: str, value: Any) -> Any:
            if not pyo.is_potentially_variable(value):
                return value
            b.shared[name] = value
            return b.shared[name]

        return self.activity.shared(b.m, b.sqrt_ionic_strength, self.temperature, named)

    def _by_model(self, species: str, shared: Mapping[str, Any]) -> Any:
        """ln gamma as the activity model gives it."""
        return self.activity.ln_gamma(species, self.m, shared, self.temperature)

    def _formation(self, species: Species) -> Any:
        return species.constants[self.model].ln_k(self.temperature) + self._ln_activity_product(
            species.composition
        )

    def _totals(self, m_w: float) -> None:
        b = self.block
        b.total = pyo.Expression([*self.solutes, WATER])
        for c in self.solutes:
            terms = [b.m[self.masters[c]]]
            terms += [s.composition[c] * b.m[n] for n, s in self.complexes.items() if c in s.composition]
            b.total[c] = sum(terms)
        b.total[WATER] = 1.0 / m_w + sum(
            s.composition[WATER] * b.m[n] for n, s in self.complexes.items() if WATER in s.composition
        )
        self.total = b.total
        b.flow = pyo.Expression([*self.solutes, WATER, PROTON])
        for c in (*self.solutes, WATER):
            b.flow[c] = self.water * b.total[c]
        b.flow[PROTON] = -sum(self.system.charge_of(c) * b.flow[c] for c in self.solutes)
        self.flow = b.flow

    def shares(self) -> Mapping[Any, Any]:
        """What a species' unknown stands for in mol per mol of water: all of a component for its master."""
        b, m_w = self.block, self.system.component(WATER).molar_mass
        shares = pyo.ComponentMap((b.ln_m[self.masters[c]], m_w * b.total[c]) for c in self.solutes)
        shares.update((b.ln_m[s], m_w * b.m[s]) for s in self.explicit[len(self.masters) :])
        return shares

    @property
    def ph(self) -> Any:
        """pH on the activity scale, -log10 a(H+)."""
        return -self.ln_a[PROTON] / LN10

    def ln_saturation(self, solid: str) -> Any:
        """ln Omega of a solid; 0 at saturation."""
        entry = self.system.solids[solid]
        if entry.composition is None:
            raise KeyError(f"{solid} has no solubility constant")
        return self._ln_activity_product(entry.composition) - entry.constants[self.model].ln_k(
            self.temperature
        )

    def ln_fugacity(self, gas: str) -> Any:
        """ln of the fugacity [bar] of a gas over the solution."""
        entry = self.system.gases[gas]
        if entry.composition is None:
            raise KeyError(f"gas {gas} has no dissolution constant")
        return self._ln_activity_product(entry.composition) - entry.constants[self.model].ln_k(
            self.temperature
        )

    def _ln_activity_product(self, composition: Mapping[str, float]) -> Any:
        return sum(
            n * (self.ln_water_activity if c == WATER else self.ln_a[c]) for c, n in composition.items()
        )

    def free_acid(self) -> Any:
        """Titratable strong acid, H+ and HSO4- [mol/kg]."""
        return sum(self.m[s] for s in (PROTON_SPECIES, "HSO4-") if s in self.charges)

    def starts(self, flow: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        """Values for a cold start from approximate component flows [mol/h], as expressions.

        The proton starts from the strong acid that electroneutrality leaves.  Each master starts at what
        ideal mass action leaves free of its total: anions first, against the proton alone, then cations
        against the anions; so that no species starts above what its component allows.
        """
        b = self.block
        m_w = self.system.component(WATER).molar_mass
        water = flow[WATER] * m_w
        proton = -sum(self.system.charge_of(c) * flow[c] for c in self.solutes) / water
        acid = 0.5 * (proton + pyo.sqrt(proton * proton + 4.0 * _START_WATER_PRODUCT))
        strength = 0.5 * sum(self.system.charge_of(c) ** 2 * flow[c] for c in self.solutes) / water
        ln_free: dict[str, Any] = {PROTON: pyo.log(acid), WATER: 0.0}
        by_charge = sorted(self.solutes, key=lambda c: self.system.charge_of(c))
        for c in by_charge:
            total = flow[c] / water
            bound = [
                s
                for s in self.complexes.values()
                if s.composition.get(c, 0.0) >= 1.0
                and all(other == c or other in ln_free for other in s.composition)
            ]
            terms = [
                pyo.exp(self._ideal(s, ln_free, exclude=c)) * total ** (s.composition[c] - 1.0) for s in bound
            ]
            ln_free[c] = pyo.log(total) - pyo.log(1.0 + sum(terms))
        values = [(b.ln_water, pyo.log(water)), (b.ln_ionic_strength, pyo.log(0.6 * strength + 1e-3))]
        values += [(b.ln_m[s], ln_free[c]) for c, s in self.masters.items()]
        values += [
            (b.ln_m[name], self._ideal(self.complexes[name], ln_free))
            for name in self.explicit[len(self.masters) :]
        ]
        return values

    def _ideal(self, species: Species, ln_free: Mapping[str, Any], exclude: str = "") -> Any:
        """ln of a species' molality over the excluded component's, ideal, at 25 degC."""
        ln_k = species.constants[self.model].ln_k(298.15)
        return ln_k + sum(n * ln_free[c] for c, n in species.composition.items() if c != exclude)
