"""The organic in the wall of a fibre and beyond it: what its species are, and how they pass.

    r_s = 1000 h_s (c_s - c_s')                             every organic species, the free extractant too
    R_c = sum_s nu_sc r_s                                   what crosses of a component; the proton follows
    0   = r_f + sum_s n_s r_s                               extractant: what goes comes back
    1/h_s = 1/(A_m D_s e/(t w)) + 1/(A k_s)                 pores, and the organic's film where it flows

    c, c'   at the near and the far end                     mol/L organic
    h_s     conductance of wall and film                    m3/h
    D_s     diffusivity of the species, k_s coefficient of the organic's film for it    m2/h, m/h
    e, t, w porosity, tortuosity and thickness of the wall
    n_s     extractant in a species, nu_sc what it holds of a component

Complexes are in equilibrium with each other at both ends; on the way between a liquor's surface and a flowing
organic each passes for itself.  Across a wall with liquors on both sides the sums R_c are exact however
they react inside, since a component's sum of D_s c_s is linear there; the extractant that the pores hold is
taken as the mean of both ends.

An organic that flows is known by the salts that it holds (see `salts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON, WATER
from hydromet.extraction.mass_action import Stoichiometry
from hydromet.extraction.stage import LITRES, Organic, Stage
from hydromet.membranes.salts import Salts, organic_species

FREE = "free"
"""The free extractant among the organic species."""


def at_liquor(stage: Stage) -> dict[str, Any]:
    """Concentrations of the organic species in equilibrium with a liquor, free extractant included."""
    by_ratio = {f"D({c})": value for c, value in stage.by_ratio.items()}
    return {FREE: pyo.exp(stage.block.ln_free), **stage.complexes, **by_ratio}


class FlowingOrganic:
    """The bulk of an organic in one cell, away from any liquor.

    Attributes:
        salts: what it can hold.
        concentrations: of its species, free extractant included [mol/L organic].
        loading: what it holds of each component [mol/L organic]; held: of each salt.
        flow: [m3/h]
        unknowns: of its own.
    """

    def __init__(self, block: Any, organic: Organic, salts: Salts, temperature: Any, flow: Any) -> None:
        self.block, self.organic, self.salts, self.flow = block, organic, salts, flow
        self.extraction = extraction = organic.extraction
        block.ln_salt = pyo.Var(salts.names, initialize=-5.0)
        block.ln_free = pyo.Var(initialize=-2.0, bounds=(None, 5.0))
        self.unknowns: list[Any] = [*block.ln_salt.values(), block.ln_free]
        species = organic_species(extraction)
        ln_a = {
            c: sum(n * block.ln_salt[b] for b, n in by_salt.items() if n)
            for c, by_salt in salts.inverse.items()
        }
        ln_c = extraction.ln_concentrations(
            ln_a, ln_a.get(PROTON, 0.0), block.ln_free, temperature, 0.0, self._shift()
        )
        ln_c |= {f"D({c})": block.ln_salt[f"D({c})"] for c in extraction.distribution}
        block.species = pyo.Expression(list(ln_c), rule=lambda _, s: pyo.exp(ln_c[s]))
        self.concentrations = {FREE: pyo.exp(block.ln_free), **{s: block.species[s] for s in ln_c}}
        block.loading = pyo.Expression(
            list(extraction.components),
            rule=lambda b, c: sum(
                s.carried[c] * b.species[name] for name, s in species.items() if c in s.carried
            ),
        )
        self.loading: Mapping[str, Any] = block.loading
        block.salt = pyo.Expression(
            salts.names,
            rule=lambda b, salt: sum(
                parts[salt] * b.species[name] for name, parts in salts.parts.items() if salt in parts
            ),
        )
        bound = sum(s.extractants * block.species[name] for name, s in species.items() if s.extractants)
        block.bound = pyo.Expression(expr=bound)
        block.extractant_balance = pyo.Constraint(
            expr=pyo.log(organic.extractant) - pyo.log(pyo.exp(block.ln_free) + block.bound) == 0
        )
        if extraction.scale == "mole_fraction":
            solutes = sum(self.concentrations.values())
            block.diluent_fraction = pyo.Constraint(
                expr=block.ln_diluent + pyo.log(1.0 + solutes / organic.diluent_amount) == 0
            )

    def _shift(self) -> Any:
        """From the scale of the constants to mol/L (see `hydromet.extraction.mass_action`)."""
        if self.extraction.scale == "molality":
            return pyo.log(self.organic.diluent)
        if self.extraction.scale == "mole_fraction":
            self.block.ln_diluent = pyo.Var(initialize=-0.1, bounds=(None, 0.0))
            self.unknowns.append(self.block.ln_diluent)
            return pyo.log(self.organic.diluent_amount) - self.block.ln_diluent
        return 0.0

    def driving(self, item: str) -> Any:
        """A salt's total, or the loading with a component [mol/L organic]."""
        return self.block.salt[item] if item in self.block.salt else self.loading[item]

    def content(self, item: str) -> Any:
        """What flows with it of a salt or a component [mol/h]."""
        return LITRES * self.flow * self.driving(item)

    def hold(self, block: Any, mean: Callable[[str], Any]) -> None:
        """Rows by which it is what the cell's organic holds on the mean [mol/h]."""
        block.held = pyo.Constraint(
            self.salts.names, rule=lambda _, b: pyo.log(self.content(b)) - pyo.log(mean(b)) == 0
        )


class Dispersion:
    """Droplets of strip liquor in an organic in one cell, in equilibrium with it and flowing along with it.

    Attributes:
        stage: the liquor and the organic.
        concentrations: of the organic species [mol/L organic].
        flow: of the organic [m3/h].
    """

    def __init__(self, stage: Stage, flow: Any) -> None:
        self.stage, self.flow = stage, flow
        self.concentrations = at_liquor(stage)

    def driving(self, component: str) -> Any:
        """The organic's loading [mol/L organic]."""
        return self.stage.loading[component]

    def content(self, component: str) -> Any:
        """What flows with droplets and organic [mol/h]."""
        held = self.stage.flow[component]
        if component not in self.stage.loading:
            return held
        return held + LITRES * self.flow * self.stage.loading[component]

    def hold(self, block: Any, mean: Callable[[str], Any]) -> None:
        """Rows by which both are what the cell's liquids hold on the mean [mol/h]."""
        state = self.stage.aqueous
        block.held = pyo.Constraint(
            [*state.solutes, WATER],
            rule=lambda _, c: pyo.log(self.content(c)) - pyo.log(mean(c)) == 0,
        )


class Transfer:
    """What crosses the wall of one cell, by component and for the extractant.

    Args:
        block: takes the expressions.
        species: organic species by name.
        conductance: h_s by species, and of the free extractant [m3/h].
        near, far: concentrations at both ends [mol/L organic].

    Attributes:
        forward, backward: what would cross if the other end held none [mol/h], by component but the proton.
        taken, returned: of the near end by the wall, the proton's too; both positive [mol/h].
        rate: R_c = taken - returned [mol/h].
    """

    def __init__(
        self,
        block: Any,
        species: Mapping[str, Stoichiometry],
        conductance: Mapping[str, Any],
        near: Mapping[str, Any],
        far: Mapping[str, Any],
    ) -> None:
        self.block, self.species = block, species
        self.conductance, self.near, self.far = conductance, near, far
        crossing = sorted({c for s in species.values() for c in s.composition})
        block.taken = pyo.Expression(
            crossing, rule=lambda _, c: self._one_way(near, c, 1.0) + self._one_way(far, c, -1.0)
        )
        block.returned = pyo.Expression(
            crossing, rule=lambda _, c: self._one_way(far, c, 1.0) + self._one_way(near, c, -1.0)
        )
        self.taken: Mapping[str, Any] = {c: block.taken[c] for c in crossing}
        self.returned: Mapping[str, Any] = {c: block.returned[c] for c in crossing}
        self.rate = {c: block.taken[c] - block.returned[c] for c in crossing}
        carried = [c for c in crossing if c != PROTON]
        block.forward = pyo.Expression(carried, rule=lambda _, c: self._one_way(near, c, 1.0))
        block.backward = pyo.Expression(carried, rule=lambda _, c: self._one_way(far, c, 1.0))
        self.forward: Mapping[str, Any] = {c: block.forward[c] for c in carried}
        self.backward: Mapping[str, Any] = {c: block.backward[c] for c in carried}
        block.carrier = pyo.Constraint(
            expr=pyo.log(self._extractant(near)) - pyo.log(self._extractant(far)) == 0
        )

    def _one_way(self, end: Mapping[str, Any], component: str, sign: float) -> Any:
        """What leaves an end with the species that hold the component, or (`sign` -1) give it off."""
        holding = {name: sign * s.composition.get(component, 0.0) for name, s in self.species.items()}
        return LITRES * sum(n * self.conductance[s] * end[s] for s, n in holding.items() if n > 0.0)

    def of_salt(self, end: Mapping[str, Any], salt: str, parts: Mapping[str, Mapping[str, float]]) -> Any:
        """What leaves an end of one salt, whatever complex it is in [mol/h]."""
        return LITRES * sum(
            amounts[salt] * self.conductance[name] * end[name]
            for name, amounts in parts.items()
            if salt in amounts
        )

    def _extractant(self, end: Mapping[str, Any]) -> Any:
        bound = sum(
            s.extractants * self.conductance[name] * end[name]
            for name, s in self.species.items()
            if s.extractants
        )
        return self.conductance[FREE] * end[FREE] + bound


def carried_components(species: Sequence[Stoichiometry]) -> list[str]:
    """Components other than the proton that organic species hold, metals first as the set states them."""
    return list(dict.fromkeys(c for s in species for c in s.carried))
