"""The liquor inside a column: what of each metal is free, at which pH.

Every cell of a column holds a mixture of the liquors that have entered; phi_s is the share of liquor s by
volume.  With w water [kg/L], T_c totals [mol/L], m molalities [mol/kg], over all species j,

    w = sum_s phi_s w_s,   T_c = sum_s phi_s T_cs  (what doesn't bind),   d = sum_s phi_s d_s
    ln kappa_j = ln K_j(T) + (z_j^2 - sum_c nu_jc z_c^2) d
    ln m_j = ln kappa_j + sum_c nu_jc ln m_c                                                (mass action)
    c_M = w m_M (1 + sum_j m_j/m_M)                                                      (each metal, any)
    w (m_L + sum_j nu_jL m_j) = T_L                                         (a ligand that takes up protons)
    w (m_H + sum_(nu_jH > 0) nu_jH m_j) + sum_(z_c > 0) z_c T_c
        = w sum_(nu_jH < 0) -nu_jH m_j + sum_(z_c < 0) -z_c T_c                      (protons: pH and buffers)

d = 3 A_phi sqrt(I)/(1 + 1.5 sqrt(I)) is the Debye-Hueckel term of the entering liquors: in complexes the
ions' specific interactions are left out, in binding (see `binding`) they are not.  The proton balance is
electroneutrality with the proton total that it leaves, as in every stream.  Ions that neither bind nor take
up protons (chloride, nitrate) form complexes as if all of them were free.  Left out: species with several
metal ions, and hydroxides that hold less than 1 % of their metal up to the highest pH that a column is for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.sit import CLOSEST_APPROACH
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem, Species

_NEGLIGIBLE = 1e-2

Named = Callable[[str, Any], Any]


def unnamed(_: str, expression: Any) -> Any:
    """Leaves an expression as it is."""
    return expression


def debye_term(
    model: ActivityModel, ln_ionic_strength: Any, temperature: Any, exp: Callable[[Any], Any]
) -> Any:
    """d of an ionic strength: -ln gamma of an ion of charge 1 without specific interactions."""
    if model == "ideal":
        return 0.0
    root = exp(0.5 * ln_ionic_strength)
    return 3.0 * a_phi(temperature) * root / (1.0 + CLOSEST_APPROACH * root)


@dataclass(frozen=True)
class ColumnSpecies:
    """A species that counts: `centre` is the one metal it holds, if any; `debye` its factor of d in ln
    kappa.
    """

    name: str
    centre: str | None
    protons: float
    ligands: Mapping[str, float]
    spectators: Mapping[str, float]
    debye: float


@dataclass(frozen=True)
class Blend:
    """A liquor that enters, or what the shares of several make of a cell.

    `water` [kg/L]; `total` [mol/L] of ligands, spectators, and metals that don't bind; `positive` and
    `negative` equivalents of ions that don't bind [mol/L]; `debye` d; `ln_binding` by metal.
    """

    water: Any
    total: Mapping[str, Any]
    positive: Any
    negative: Any
    debye: Any
    ln_binding: Mapping[str, Any]


@dataclass(frozen=True)
class Speciated:
    """A cell's liquor: ln molality of each free binding metal, residuals of ligand and proton balances."""

    ln_free: dict[str, Any]
    ligand_balance: dict[str, Any]
    proton_balance: Any


class ColumnChemistry:
    """Which species a column's liquors can hold, and their equilibria.

    `metals` bind; `ligands` take up protons and have an unknown of their own; `carriers` are other components
    that form species which take up or give off protons, or hold a ligand; `spectators` complex metals.
    """

    def __init__(
        self,
        system: ChemistrySystem,
        components: Iterable[str],
        binding: Iterable[str],
        model: ActivityModel,
        highest_ph: float,
    ) -> None:
        self.system, self.model, self.highest_ph = system, model, highest_ph
        self.components = tuple(system.solutes(components))
        self.metals = tuple(c for c in self.components if c in set(binding))
        self.charge = {c: system.charge_of(c) for c in self.components}
        self.masters = {PROTON: PROTON_SPECIES} | {c: system.component(c).species for c in self.components}
        present = system.present_species([*self.components, WATER, PROTON], model)
        self.ligands = tuple(
            c for c in self.components if self.charge[c] <= 0 and any(_protonated(s, c) for s in present)
        )
        found = [kept for s in present if (kept := self._kept(s)) is not None]
        active = {s.centre for s in found if s.protons or s.ligands}
        self.species = tuple(
            s for s in found if s.centre is None or s.centre in self.metals or s.centre in active
        )
        self.carriers = tuple(
            c for c in self.components if c not in self.metals and any(s.centre == c for s in self.species)
        )
        self.spectators = tuple(c for c in self.components if any(c in s.spectators for s in self.species))
        self.blended = tuple(dict.fromkeys([*self.ligands, *self.carriers, *self.spectators]))

    def _kept(self, species: Species) -> ColumnSpecies | None:
        held = {c: n for c, n in species.composition.items() if c not in (WATER, PROTON)}
        protons = species.composition.get(PROTON, 0.0)
        ligands = {c: n for c, n in held.items() if c in self.ligands}
        others = {c: n for c, n in held.items() if c not in self.ligands}
        centres = [c for c in others if c in self.metals]
        centres = centres or [c for c in others if self.charge[c] >= 0] or list(others)
        if len(centres) > 1 or (centres and others.pop(centres[0]) != 1.0):
            return None
        centre = centres[0] if centres else None
        if centre is not None and not ligands and not others and protons < 0.0:
            log_share = species.constants[self.model].log_k - protons * self.highest_ph
            if log_share < math.log10(_NEGLIGIBLE):
                return None
        of_masters = sum(n * self.charge[c] ** 2 for c, n in held.items()) + protons
        return ColumnSpecies(species.name, centre, protons, ligands, others, species.charge**2 - of_masters)

    def ln_k(self, temperature: Any) -> dict[str, Any]:
        """ln K of the species at a temperature [K]."""
        return {
            j.name: self.system.species[j.name].constants[self.model].ln_k(temperature) for j in self.species
        }

    def blend(self, shares: Mapping[str, Any], liquors: Mapping[str, Blend], named: Named = unnamed) -> Blend:
        """Mix the entering liquors by their shares."""

        def mixed(name: str, of: Callable[[Blend], Any]) -> Any:
            terms = {s: of(liquors[s]) for s in shares}
            return named(name, sum(shares[s] * x for s, x in terms.items() if not _is_nothing(x)))

        def total(component: str) -> Any:
            return mixed(f"total_{component}", lambda liquor: liquor.total[component])

        def binding(metal: str) -> Any:
            return mixed(f"ln_binding_{metal}", lambda liquor: liquor.ln_binding[metal])

        return Blend(
            water=mixed("water", lambda liquor: liquor.water),
            total={c: total(c) for c in self.blended},
            positive=mixed("positive", lambda liquor: liquor.positive),
            negative=mixed("negative", lambda liquor: liquor.negative),
            debye=mixed("debye", lambda liquor: liquor.debye),
            ln_binding={m: binding(m) for m in self.metals},
        )

    def speciate(
        self,
        ops: Any,
        ln_k: Mapping[str, Any],
        ln_proton: Any,
        metal: Mapping[str, Any],
        ln_ligand: Mapping[str, Any],
        blend: Blend,
        named: Named = unnamed,
    ) -> Speciated:
        """The species of a cell.

        `ln_k`: of the species, at the bed's temperature; `ln_proton`, `ln_ligand`: free [ln mol/kg]; `metal`:
        totals of those that bind [mol/L]; `ops` has `exp` and `log`.
        """
        ln_spectator = {
            c: named(f"ln_spectator_{c}", ops.log(blend.total[c] / blend.water)) for c in self.spectators
        }

        def ln_over_centre(j: ColumnSpecies) -> Any:
            value = ln_k[j.name] + j.debye * blend.debye if j.debye else ln_k[j.name]
            if j.protons:
                value = value + j.protons * ln_proton
            for c, n in j.ligands.items():
                value = value + n * ln_ligand[c]
            for c, n in j.spectators.items():
                value = value + n * ln_spectator[c]
            return value

        amount = {
            j.name: named(f"m_{j.name}", ops.exp(ln_over_centre(j))) for j in self.species if j.centre is None
        }
        free: dict[str, Any] = {}
        for c in (*self.metals, *self.carriers):
            total = metal[c] if c in self.metals else blend.total[c]
            over = {
                j.name: named(f"over_{j.name}", ops.exp(ln_over_centre(j)))
                for j in self.species
                if j.centre == c
            }
            free[c] = named(f"free_{c}", total / (blend.water * (1.0 + sum(over.values()))))
            amount |= {name: free[c] * ratio for name, ratio in over.items()}
        ligand_balance = {
            c: ops.log(
                blend.water
                * (
                    ops.exp(ln_ligand[c])
                    + sum(j.ligands[c] * amount[j.name] for j in self.species if c in j.ligands)
                )
            )
            - ops.log(blend.total[c])
            for c in self.ligands
        }
        acid = ops.exp(ln_proton) + sum(j.protons * amount[j.name] for j in self.species if j.protons > 0)
        alkali = sum(-j.protons * amount[j.name] for j in self.species if j.protons < 0)
        bound = sum(self.charge[m] * metal[m] for m in self.metals)
        proton_balance = ops.log(blend.water * acid + blend.positive + bound) - ops.log(
            blend.water * alkali + blend.negative
        )
        return Speciated({m: ops.log(free[m]) for m in self.metals}, ligand_balance, proton_balance)


def _protonated(species: Species, component: str) -> bool:
    """Whether a species is a component with protons and no more."""
    held = {c for c in species.composition if c not in (WATER, PROTON)}
    return held == {component} and species.composition.get(PROTON, 0.0) > 0.0


def _is_nothing(value: Any) -> bool:
    return isinstance(value, float) and value == 0.0
