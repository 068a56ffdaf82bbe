"""Transport by passages: permeate over retentate concentration, component by component.

Over an element whose flux is constant the differential balance d(Q c) = S c dQ integrates exactly,

    solute_balance     ln F_k,c - ln F_in,k,c = S_c (ln Q_k - ln Q_in,k)

(that is, ln c_out = ln c_in + (S - 1)(ln Q_out - ln Q_in)), so that results don't depend on the number of
elements.  The permeate must be neutral: one ion is left without a coefficient and takes what
electroneutrality leaves, in every element,

    electroneutrality   sum_c z_c F_k,c + n_H,k = 0,    n_H,k = n_H,in,k (Q_k/Q_in,k)^(S_H)

with n_H all the hydrogen that the ions' charge stands for: acid, or missing in alkali.

Spiegler and Kedem's model makes the passage a function of the flux,

    S = (1 - s)/(1 - s f),    f = exp(-(1 - s) J/P),    R = 1 - S = s (1 - f)/(1 - s f)

    s    reflection coefficient;   s = 1 is solution-diffusion, S = P/(P + J)
    P    permeability to the solute                                              m3/m2/h

    Sources: Spiegler and Kedem, Desalination 1 (1966) 311-326, doi:10.1016/S0011-9164(00)80018-1; the
    integral form as in Wamble et al. 2022, doi:10.1021/acssuschemeng.2c02862.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from hydromet.pressure_membranes.wall import Film, LocalFilm

if TYPE_CHECKING:
    from hydromet.pressure_membranes.module import Module


class PassageError(ValueError):
    """Coefficients that don't go with the liquor, in words for the user."""


def closing_ion(system: ChemistrySystem, components: list[str], given: Mapping[str, Any]) -> str | None:
    """The ion that takes what electroneutrality leaves: the one without a coefficient; None without ions.

    Raises:
        PassageError: no ion is left out, or several are, or a solute without charge.

    >>> from flowsheet.chemistry.load import load_system
    >>> closing_ion(load_system("nmc_sulfate"), ["H2O", "Li", "Co", "SO4"], {"Li": 1.3, "Co": 0.5})
    'SO4'
    """
    solutes = [c for c in components if c != WATER]
    missing = [c for c in solutes if c not in given]
    ions = [c for c in missing if system.charge_of(c)]
    neutral = [c for c in missing if not system.charge_of(c)]
    if neutral:
        raise PassageError(f"it has no coefficient for {', '.join(neutral)}, which the feed may carry")
    charged = [c for c in solutes if system.charge_of(c)]
    if len(ions) > 1:
        raise PassageError(
            f"it has no coefficients for {', '.join(ions)}; give all of them but one, "
            "which electroneutrality closes"
        )
    if charged and not ions:
        raise PassageError(
            "every ion has a coefficient, so that the permeate can't be neutral; leave out one ion, "
            f"such as {min(charged, key=lambda c: (system.charge_of(c), c))}"
        )
    return ions[0] if ions else None


class Sieving:
    """Passages S_c by component, the proton's as `H` (1 if not given: acid passes freely).

    Args:
        closing: the ion without a coefficient.
        film: mass transfer, where the passages are those at the membrane; None: in the flow.
    """

    def __init__(self, passages: Mapping[str, Any], closing: str | None, film: Film | None = None) -> None:
        self.passages, self.closing, self.film = dict(passages), closing, film
        self._local: dict[int, LocalFilm] = {}

    def passage(self, component: str, flux: Any) -> Any:
        """S of a component at a flux."""
        return self.passages.get(component, 1.0)

    def start_passage(self, component: str) -> Any:
        return self.passages.get(component, 0.5)

    def observed(self, module: Module, k: int, component: str) -> Any:
        """Permeate over the concentration in the flow: with a film, S e/(S e + 1 - S), e = exp(J/k)."""
        passage = self.passage(component, module.flux(k))
        if self.film is None:
            return passage
        e = self._rise(module, k, component)
        return passage * e / (passage * e + 1.0 - passage)

    def _rise(self, module: Module, k: int, component: str) -> Any:
        """exp(J/k), by which the film multiplies the excess over the permeate."""
        assert self.film is not None
        species = module.system.component(component).species
        b = module.block.film[k]
        if component not in b.rise:
            if k not in self._local:
                self._local[k] = self.film.at(b, module.mean_water_flow(k))
            b.rise[component] = pyo.exp(module.flux(k) / self._local[k].coefficient(species))
        return b.rise[component]

    def wall_molality(self, module: Module, k: int, c: str) -> Any:
        """At the membrane of an element [mol/kg water]: m_p + (m - m_p) exp(J/k).

        The ion that closes the charge of the permeate closes that of the wall as well.
        """
        if self.film is None:
            return module.mean_molality(k, c)
        if c == self.closing:
            held = module.charge.items()
            others = sum(z * self.wall_molality(module, k, o) for o, z in held if o != c)
            hydrogen = -sum(z * module.mean_molality(k, o) for o, z in held)
            return -(others + hydrogen) / module.charge[c]
        flowing = module.mean_molality(k, c)
        passed = module.passed[k, c] / (module.water_mass * module.passed[k, WATER])
        return passed + (flowing - passed) * self._rise(module, k, c)

    def write(self, module: Module) -> None:
        b = module.block
        b.film = pyo.Block(module.elements)
        for k in module.elements:
            b.film[k].rise = pyo.Expression(pyo.Any)
        given = [(k, c) for k in module.elements for c in module.solutes if c != self.closing]
        b.solute_balance = pyo.Constraint(given, rule=lambda _, k, c: self._passing(module, k, c) == 0)
        if self.closing is not None:
            b.electroneutrality = pyo.Constraint(
                module.elements, rule=lambda _, k: self._neutral(module, k) == 0
            )

    @staticmethod
    def _ln_water_left(module: Module, k: int) -> Any:
        return module.block.ln_leaving[k, WATER] - module.ln_entering(k, WATER)

    def _passing(self, module: Module, k: int, c: str) -> Any:
        passage = self.observed(module, k, c)
        change = module.block.ln_leaving[k, c] - module.ln_entering(k, c)
        return change - passage * self._ln_water_left(module, k)

    def _neutral(self, module: Module, k: int) -> Any:
        """Charges of the closing ion's sign against the others, hydrogen among them."""
        assert self.closing is not None
        sign = 1 if module.charge[self.closing] > 0 else -1
        alike, against = (
            sum(abs(z) * module.leaving[k, c] for c, z in module.charge.items() if s * z > 0)
            for s in (sign, -sign)
        )
        left = pyo.exp(self.observed(module, k, PROTON) * self._ln_water_left(module, k))
        hydrogen = module.proton(module.entering, k) * left
        return pyo.log(alike) - pyo.log(against - sign * hydrogen)


class SpieglerKedem(Sieving):
    """Passages that fall with the flux.

    Args:
        reflection: s by component, 1 where not named.
        permeability: P by component [m3/m2/h].
    """

    def __init__(
        self,
        reflection: Mapping[str, Any],
        permeability: Mapping[str, Any],
        closing: str | None,
        film: Film | None = None,
    ) -> None:
        super().__init__({}, closing, film)
        self.reflection, self.permeability = dict(reflection), dict(permeability)

    def passage(self, component: str, flux: Any) -> Any:
        if component not in self.permeability:
            return 1.0
        permeability = self.permeability[component]
        if component not in self.reflection:
            return permeability / (permeability + flux)
        leak = 1.0 - self.reflection[component]
        return leak / (1.0 - self.reflection[component] * pyo.exp(-leak * flux / permeability))
