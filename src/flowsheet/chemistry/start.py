"""A start for the equations of an aqueous phase: equilibrium with activity coefficients held, renewed a few
times.

With activity coefficients held, the free amounts x_c = ln m_c (the proton's among them) minimise the convex

    G(x) = sum_j exp(ln K_j + sum_c nu_jc x_c) - sum_c T_c x_c

over all species j, masters included, with conditional constants K_j and totals T_c [mol/kg], T_H = -sum_c z_c
T_c: its gradient are the balances.  A damped Newton iteration therefore finds the one solution from anywhere,
however far the totals are apart.  The activity coefficients come first from the ionic strength alone,
ln gamma = -A z^2 (sqrt(I)/(1 + sqrt(I)) - 0.2 I) as Davies wrote it with I held at 1 mol/kg in the last term,
then from the activity model itself.  Water's activity is taken as 1.

A solid k adds S_k max(ln Omega_k(x), 0)^2/(2 t), convex too, with S_k [mol/kg] on the scale of its scarcest
component: its amount is S_k max(ln Omega_k, 0)/t, nothing below saturation, the nearer to it the smaller t,
which falls step by step.

A start is approximate by intent: what remains is the Newton iteration's on the flowsheet's own equations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem

_DAVIES_PASSES = 2
_MODEL_PASSES = 3
_DAMPING = 0.7
"""Share of the way to the activity model's own coefficients that a pass takes; all of it may overshoot."""
_ITERATIONS = 60
_LONGEST_STEP = 3.0
_TOLERANCE = 1e-3
_SOFTNESS = (3.0, 0.3, 0.03)
"""The steps of t by which the solids harden."""
_STRONGEST = 30.0
"""Ionic strength [mol/kg] at which Davies's equation is held."""
_LARGEST_LN_GAMMA = 30.0
_LARGEST_EXPONENT = 300.0
_SCARCE, _SETTLED = math.log(1e-6), 0.05
"""Passes end when no species above this molality changes its ln gamma by more than this."""


class StartingEquilibrium:
    """Approximate equilibria of solutions of one set of components; needs neither Pyomo nor a compiled
    model.
    """

    def __init__(
        self,
        system: ChemistrySystem,
        components: Iterable[str],
        model: ActivityModel,
        solids: Iterable[str] = (),
    ) -> None:
        self.solutes = system.solutes(components)
        self.water_molar_mass = system.component(WATER).molar_mass
        columns = [PROTON, *self.solutes]
        complexes = system.present_species([*self.solutes, WATER, PROTON], model)
        masters = [PROTON_SPECIES, *(system.component(c).species for c in self.solutes)]
        self.names = masters + [s.name for s in complexes]
        self.constants = [s.constants[model] for s in complexes]
        self.stoichiometry = np.vstack(
            [
                np.eye(len(columns)),
                np.array([[s.composition.get(c, 0.0) for c in columns] for s in complexes]).reshape(
                    len(complexes), len(columns)
                ),
            ]
        )
        self.solids = tuple(solids)
        entries = [system.solids[k] for k in self.solids]
        self.solid_constants = [k.constants[model] for k in entries]
        self.solid_stoichiometry = np.array(
            [[(k.composition or {}).get(c, 0.0) for c in columns] for k in entries]
        ).reshape(-1, len(columns))
        self.charge = np.array(
            [1, *(system.charge_of(c) for c in self.solutes), *(s.charge for s in complexes)]
        )
        self.activity = activity_of(system, dict(zip(self.names, self.charge.tolist(), strict=True)), model)
        self.component_charge = np.array([system.charge_of(c) for c in self.solutes], dtype=float)

    def solve(
        self, amounts: Mapping[str, float], temperature: float
    ) -> tuple[dict[str, float], dict[str, float]]:
        """ln molality of every species, and the solids in mol per kg of water.

        `amounts`: components [mol, any basis], water included; `temperature` [K].

        Raises:
            ValueError: an amount that is not positive.
        """
        if any(not amounts[c] > 0.0 for c in (*self.solutes, WATER)):
            raise ValueError("a start needs positive amounts of all components")
        water = amounts[WATER] * self.water_molar_mass
        totals = np.array([amounts[c] / water for c in self.solutes])
        totals = np.concatenate([[-self.component_charge @ totals], totals])
        ln_k = np.concatenate(
            [np.zeros(len(self.solutes) + 1), [float(k.ln_k(temperature)) for k in self.constants]]
        )
        solid_ln_k = np.array([float(k.ln_k(temperature)) for k in self.solid_constants])
        scale = 1.0 / (np.maximum(self.solid_stoichiometry[:, 1:], 0.0) @ (1.0 / totals[1:]))
        x = np.log(np.maximum(np.abs(totals), 1e-7))
        ln_gamma = np.zeros(len(self.names))
        formed = np.zeros(len(self.solids))
        for number in range(1 + _DAVIES_PASSES + _MODEL_PASSES):
            of_masters = ln_gamma[: len(totals)]
            apparent = ln_k - ln_gamma + self.stoichiometry @ of_masters
            if number == 0 or not self.solids:
                x = self._minimise(x, apparent, totals)
            if self.solids:
                solubility = solid_ln_k - self.solid_stoichiometry @ of_masters
                for softness in _SOFTNESS if number == 0 else _SOFTNESS[-1:]:
                    x = self._minimise(x, apparent, totals, solubility, scale / softness)
                formed = scale / softness * np.maximum(self.solid_stoichiometry @ x - solubility, 0.0)
            ln_m = apparent + self.stoichiometry @ x
            if number < _DAVIES_PASSES:
                ln_gamma = self._davies(ln_m, temperature)
            else:
                change = _DAMPING * (self._by_model(ln_m, temperature) - ln_gamma)
                if np.max(np.abs(change[ln_m > _SCARCE]), initial=0.0) < _SETTLED:
                    break
                ln_gamma = ln_gamma + change
        return (
            dict(zip(self.names, ln_m.tolist(), strict=True)),
            dict(zip(self.solids, formed.tolist(), strict=True)),
        )

    def _davies(self, ln_m: np.ndarray, temperature: float) -> np.ndarray:
        strength = min(0.5 * float(self.charge**2 @ np.exp(ln_m)), _STRONGEST)
        root = math.sqrt(strength)
        slope = 3.0 * float(a_phi(temperature))
        return -slope * self.charge**2 * (root / (1.0 + root) - 0.2 * min(strength, 1.0))

    def _by_model(self, ln_m: np.ndarray, temperature: float) -> np.ndarray:
        m = dict(zip(self.names, np.exp(ln_m).tolist(), strict=True))
        root = math.sqrt(0.5 * float(self.charge**2 @ np.exp(ln_m)))
        shared = self.activity.shared(m, root, temperature)
        ln_gamma = [float(self.activity.ln_gamma(s, m, shared, temperature)) for s in self.names]
        return np.clip(ln_gamma, -_LARGEST_LN_GAMMA, _LARGEST_LN_GAMMA)

    def _minimise(
        self,
        x: np.ndarray,
        ln_k: np.ndarray,
        totals: np.ndarray,
        solubility: np.ndarray | None = None,
        stiffness: np.ndarray | None = None,
    ) -> np.ndarray:
        """The minimum of G from `x`; `solubility` (ln) and `stiffness` (S_k/t) of solids that may form."""
        nu, magnitude = self.stoichiometry, np.abs(self.stoichiometry)
        of_solids = np.zeros((0, len(x)))
        excess = spring = np.zeros(0)
        if solubility is not None and stiffness is not None:
            of_solids, spring = self.solid_stoichiometry, stiffness

        def molality(at: np.ndarray) -> np.ndarray:
            return np.exp(np.minimum(ln_k + nu @ at, _LARGEST_EXPONENT))

        def supersaturation(at: np.ndarray) -> np.ndarray:
            return excess if solubility is None else np.maximum(of_solids @ at - solubility, 0.0)

        m, excess = molality(x), supersaturation(x)
        for _ in range(_ITERATIONS):
            gradient = nu.T @ m + of_solids.T @ (spring * excess) - totals
            size = magnitude.T @ m + np.abs(of_solids).T @ (spring * excess) + np.abs(totals)
            if np.max(np.abs(gradient) / size) < _TOLERANCE:
                break
            hessian = (nu.T * m) @ nu + (of_solids.T * (spring * (excess > 0.0))) @ of_solids
            scale = 1.0 / np.sqrt(np.diag(hessian))
            hessian = hessian * scale[:, None] * scale[None, :]
            hessian[np.diag_indices_from(hessian)] += 1e-12
            step = -scale * np.linalg.solve(hessian, scale * gradient)
            step *= min(1.0, _LONGEST_STEP / max(float(np.max(np.abs(step))), 1e-300))
            descent, share = float(gradient @ step), 1.0
            while True:
                tried, beyond = molality(x + share * step), supersaturation(x + share * step)
                # Summed as differences, which keep the digits that the sums would lose.
                rise = np.sum(tried - m) - share * (totals @ step) + 0.5 * (spring @ (beyond**2 - excess**2))
                if rise <= 1e-4 * share * descent or share < 1e-6:
                    break
                share *= 0.5
            x, m, excess = x + share * step, tried, beyond
        return x
