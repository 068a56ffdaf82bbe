"""Transport through film and membrane at one place, in plain numbers, for a cold start (see `layer`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from flowsheet.chemistry.system import PROTON
from hydromet.pressure_membranes.fixed_charge import FixedCharge, donnan_potential

_ITERATIONS = 40
_TOLERANCE = 1e-9
_LONGEST_STEP, _SHORT_STEP = 1.0, 1e-6
_PERTURBATION = 1e-6
_ROUNDING = 1e-10
_SHARING_ITERATIONS, _LONGEST_SHARING_STEP, _SHARING_TOLERANCE = 60, 3.0, 1e-13

LocalPlaces = tuple[dict[int, dict[str, float]], list[float], dict[str, float], list[float]]
"""ln molalities by node and component, potentials, ln molalities of the bulk by component, Donnan potentials
of the membrane's nodes (none without fixed charge)."""


class LocalTransport:
    """The equations of one element with constants of the bound species, flux and bulk given.

    The unknowns are ln molalities by node and component (H last), then the potentials, then the bulk's ln h.

    Args:
        solutes: components but the proton.
        bound: species that move unlike their parts, with how much of each component they hold.
        charges: of all species, masters first in the order of the solutes with the proton after them.
        layers: of the membrane.
        film: whether there is one.
        fixed: charge of the membrane.
    """

    def __init__(
        self,
        solutes: Sequence[str],
        bound: Mapping[str, Mapping[str, float]],
        charges: Mapping[str, int],
        layers: int,
        film: bool,
        fixed: FixedCharge | None = None,
    ) -> None:
        self.solutes, self.layers, self.film, self.fixed = list(solutes), layers, film, fixed
        self.components = [*self.solutes, PROTON]
        n = len(self.components)
        self.holds = np.vstack([np.eye(n), np.zeros((len(bound), n))])
        for row, parts in enumerate(bound.values(), start=n):
            for c, count in parts.items():
                self.holds[row, self.components.index(c)] = count
        several = np.count_nonzero(self.holds[:, :-1], axis=1) > 1
        several |= np.any(self.holds[:, :-1] > 1.0, axis=1)
        self.shared = np.flatnonzero(np.any(self.holds[several, :-1] > 0.0, axis=0))
        self.z = np.array(list(charges.values()), dtype=float)
        self.uptake = np.array([fixed.of(z) if fixed is not None else 1.0 for z in charges.values()])
        self.nodes = layers + 1 if film else layers
        self.unknowns = self.nodes * n + layers + film + 1

    # ---- equations, for many vectors of unknowns at once

    def _species(self, ln_m: np.ndarray, ln_k: np.ndarray) -> np.ndarray:
        return np.exp(np.clip(ln_m @ self.holds.T + ln_k, -300.0, 50.0))

    def _split(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        n = len(self.components)
        cut = self.nodes * n
        return u[:, :cut].reshape(len(u), self.nodes, n), u[:, cut:-1], u[:, -1]

    def _neutrality(self, m: np.ndarray) -> np.ndarray:
        positive, negative = np.maximum(self.z, 0.0), np.maximum(-self.z, 0.0)
        out: np.ndarray = np.log(m @ positive) - np.log(m @ negative)
        return out

    def _residual(
        self,
        u: np.ndarray,
        bulk: np.ndarray,
        ln_k: np.ndarray,
        permeance: np.ndarray,
        film: np.ndarray,
        flux: float,
    ) -> np.ndarray:
        ln_m, potential, ln_h = self._split(u)
        flowing = self._flowing(bulk, ln_k, ln_h)
        inside = self._species(ln_m, ln_k)
        m = inside if self.film else np.concatenate([flowing[:, None, :], inside], axis=1)
        permeate = m[:, -1]
        gain, loss = np.maximum(self.holds, 0.0), np.maximum(-self.holds, 0.0)
        rows = [self._neutrality(flowing)[:, None]]
        if self.film:
            y = flux / film + self.z * potential[:, :1]
            scale = film / _sinh_ratio(y)
            there, back = scale * np.exp(0.5 * y) * flowing, scale * np.exp(-0.5 * y) * m[:, 0]
            rows += [_flux_rows(there, back, permeate, flux, gain, loss), self._neutrality(m[:, 0])[:, None]]
        c = self._held(m)[0]
        sums = c.sum(axis=2)
        ln_ratio = np.log(sums[:, 0] / sums[:, -1])
        n, mobility = self.layers, permeance / self.uptake
        for j in range(1, n + 1):
            middle = (n - 2.0 * j + 1.0) / (2.0 * n)
            width = np.exp(middle * ln_ratio) * _sinh_ratio(ln_ratio / n) / (n * _sinh_ratio(ln_ratio))
            fall = np.log(sums[:, j - 1] / sums[:, j])[:, None]
            migration = self.z * potential[:, [j - 1 + self.film]]
            scale = mobility / width[:, None] * _sinh_ratio(fall) / _sinh_ratio(fall + migration)
            there = scale * np.exp(0.5 * migration) * c[:, j - 1]
            back = scale * np.exp(-0.5 * migration) * c[:, j]
            rows += [_flux_rows(there, back, permeate, flux, gain, loss), self._neutrality(m[:, j])[:, None]]
        return np.concatenate(rows, axis=1)

    def _held(self, m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the membrane holds where solutions m are in equilibrium with it, and its potential."""
        if self.fixed is None:
            return m, np.zeros((len(m), 0))
        uncharged = self.uptake * m
        psi = donnan_potential(uncharged, self.z, self.fixed.concentration)
        return uncharged * np.exp(-self.z * psi[..., None]), psi

    def _flowing(self, bulk: np.ndarray, ln_k: np.ndarray, ln_h: np.ndarray) -> np.ndarray:
        """Species of the bulk, whose totals are given."""
        n = len(self.components)
        ln_m = np.zeros((len(ln_h), n))
        ln_m[:, -1] = ln_h
        for i in range(n - 1):
            held = np.zeros(len(ln_h))
            for row in range(n, len(self.z)):
                if self.holds[row, i] > 0.0 and i not in self.shared:
                    held = held + np.exp(np.clip(ln_k[row] + self.holds[row, -1] * ln_h, -300.0, 300.0))
            ln_m[:, i] = np.log(bulk[i]) - np.log1p(held)
        if len(self.shared):
            self._share(bulk, ln_k, ln_m)
        return self._species(ln_m, ln_k)

    def _share(self, bulk: np.ndarray, ln_k: np.ndarray, ln_m: np.ndarray) -> None:
        """What is free of the solutes that hold each other, in place, by Newton's iteration."""
        held = self.holds[:, self.shared]
        for _ in range(_SHARING_ITERATIONS):
            m = self._species(ln_m, ln_k)
            totals = m @ held
            residual = np.log(totals / bulk[self.shared])
            slope = np.einsum("bs,sc,sd->bcd", m, held, held) / totals[:, :, None]
            step = np.linalg.solve(slope, residual[:, :, None])[:, :, 0]
            ln_m[:, self.shared] -= np.clip(step, -_LONGEST_SHARING_STEP, _LONGEST_SHARING_STEP)
            if np.max(np.abs(step)) < _SHARING_TOLERANCE:
                return

    # ---- solution

    def solve(
        self,
        bulk: Mapping[str, float],
        constants: np.ndarray,
        permeance: np.ndarray,
        film: np.ndarray,
        flux: float,
        guess: np.ndarray | None,
    ) -> np.ndarray | None:
        """The unknowns; None where Newton's iteration fails.  Without a guess nothing is held back."""
        totals, ln_k = self._totals(bulk), self._all(constants)
        u = self._unrejected(totals, ln_k) if guess is None else guess.copy()
        for _ in range(_ITERATIONS):
            batch = np.vstack([u, u + _PERTURBATION * np.eye(self.unknowns)])
            with np.errstate(all="ignore"):
                r = self._residual(batch, totals, ln_k, permeance, film, flux)
            if not np.all(np.isfinite(r)):
                return None
            if np.max(np.abs(r[0])) < _TOLERANCE:
                return u
            jacobian = (r[1:] - r[0]).T / _PERTURBATION
            try:
                step = -np.linalg.solve(jacobian, r[0])
            except np.linalg.LinAlgError:
                return None
            size = float(np.max(np.abs(step)))
            u = u + step * min(1.0, _LONGEST_STEP / size)
            if size < _SHORT_STEP:
                return u
        return None

    def _totals(self, bulk: Mapping[str, float]) -> np.ndarray:
        return np.array([bulk[c] for c in self.solutes])

    def _all(self, constants: np.ndarray) -> np.ndarray:
        """ln K of all species, masters included."""
        return np.concatenate([np.zeros(len(self.components)), constants])

    def _unrejected(self, totals: np.ndarray, ln_k: np.ndarray) -> np.ndarray:
        low, high = np.array([-45.0]), np.array([4.0])
        for _ in range(100):
            middle = 0.5 * (low + high)
            if self._neutrality(self._flowing(totals, ln_k, middle))[0] > 0.0:
                high = middle
            else:
                low = middle
        flowing = np.log(self._flowing(totals, ln_k, low)[0, : len(self.components)])
        return np.concatenate([np.tile(flowing, self.nodes), np.zeros(self.layers + self.film), low])

    # ---- what is read from it

    def parts(self, u: np.ndarray, constants: np.ndarray, bulk: Mapping[str, float]) -> LocalPlaces:
        """Nodes by number (0 is the membrane's surface), potentials, the bulk, Donnan potentials."""
        ln_m, potential, ln_h = self._split(u[None, :])
        first = 0 if self.film else 1
        nodes = {
            first + j: dict(zip(self.components, row.tolist(), strict=True)) for j, row in enumerate(ln_m[0])
        }
        flowing = self._flowing(self._totals(bulk), self._all(constants), ln_h)
        free = np.log(flowing[0, : len(self.components)]).tolist()
        m = self._species(ln_m, self._all(constants))
        donnan = self._held(m if self.film else np.concatenate([flowing[:, None, :], m], axis=1))[1]
        bulk_free = dict(zip(self.components, free, strict=True))
        return nodes, potential[0].tolist(), bulk_free, donnan[0].tolist()

    def ends(
        self, u: np.ndarray, constants: np.ndarray, bulk: Mapping[str, float]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Totals at the membrane's surface and in the permeate [mol/kg water]."""
        totals = self._species(self._split(u[None, :])[0][0], self._all(constants)) @ self.holds
        named = [dict(zip(self.components, row.tolist(), strict=True)) for row in totals]
        wall = {c: named[0][c] for c in self.solutes} if self.film else dict(bulk)
        return wall, {c: named[-1][c] for c in self.solutes}


def _sinh_ratio(x: np.ndarray) -> np.ndarray:
    half = np.sqrt(0.25 * x * x + _ROUNDING)
    out: np.ndarray = np.sinh(half) / half
    return out


def _flux_rows(
    there: np.ndarray,
    back: np.ndarray,
    permeate: np.ndarray,
    flux: float,
    gain: np.ndarray,
    loss: np.ndarray,
) -> np.ndarray:
    left = there @ gain + back @ loss + flux * (permeate @ loss)
    right = back @ gain + there @ loss + flux * (permeate @ gain)
    out: np.ndarray = np.log(left) - np.log(right)
    return out
