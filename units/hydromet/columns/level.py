"""One level of time of a bed in numbers: the equations of `bed` as functions, and their solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from flowsheet.solve.sparse import SingularMatrix, SparseMatrix, SparseSolver
from hydromet.columns.binding import is_langmuir, occupy
from hydromet.columns.liquor import Blend, ColumnChemistry
from hydromet.columns.transport import balance, driving_force, earlier_share, leaving, moved

_ITERATIONS = 60
_TOLERANCE = 1e-9
_LONGEST_STEP = 3.0
"""Of protons, ligands and sites, in logarithms; a metal's balance is linear in it where it is a trace."""
_HIGHEST = 3.0
"""ln of the most that a metal may come to, over all that a litre of bed could hold."""
_PROTONS, _BISECTIONS = (-45.0, 8.0), 40
"""Where free protons may be [ln mol/kg]."""
_SHORTEST = 1e-3
"""Share of a step below which it is given up."""


class LevelEquations:
    """Cells in series over one level of time.

    Unknowns are a matrix of rows by cells, all logarithms: metals, proton, ligands, then vacant sites, then
    bound metals where they have a rate.  The level before is a matrix of dissolved, then bound metals.
    """

    def __init__(
        self,
        chemistry: ColumnChemistry,
        liquors: int,
        cells: int,
        sites: Mapping[str, float],
        has_back_mixing: bool,
        has_transfer: bool,
        together: bool,
    ) -> None:
        self.chemistry, self.liquors, self.cells, self.sites = chemistry, liquors, cells, dict(sites)
        self.has_back_mixing, self.has_transfer, self.together = has_back_mixing, has_transfer, together
        self.metals = chemistry.metals
        self.rows = [*self.metals, "proton", *chemistry.ligands]
        self.has_vacant = not is_langmuir(self.sites)
        self.others = len(self.rows) + self.has_vacant
        self.width = self.others + len(self.metals) * has_transfer
        self.layout = [(kind, "") for kind in ("water", "positive", "negative", "debye")]
        self.layout += [("total", c) for c in chemistry.blended]
        self.layout += [("ln_binding", m) for m in self.metals]
        self._build()

    def _build(self) -> None:
        import casadi as ca

        self.ops = SimpleNamespace(exp=ca.exp, log=ca.log)
        n, metals = self.cells, self.metals
        y = ca.SX.sym("y", self.width, n)
        past = ca.SX.sym("past", 2 * len(metals), n)
        share = ca.SX.sym("share", self.liquors, n)
        numbers = ca.SX.sym("numbers", len(self.layout), self.liquors)
        ln_k = ca.SX.sym("ln_k", len(self.chemistry.species))
        entering = ca.SX.sym("entering", len(metals))
        scalars = ca.SX.sym("scalars", 5)
        rate, mixing, held, capacity, transfer = (scalars[k] for k in range(5))
        liquors = {
            str(k): _blend_of(self.layout, [numbers[r, k] for r in range(len(self.layout))])
            for k in range(self.liquors)
        }
        spread = 1.0 + 2.0 * mixing if self.has_back_mixing else 1.0
        liquor_weight = earlier_share(*[rate * spread / held] * 2)
        rows: list[Any] = []
        metal: dict[tuple[str, int], Any] = {}
        stored, bound, flux = {}, {}, {}
        for i in range(n):
            blend = self.chemistry.blend({k: share[int(k), i] for k in liquors}, liquors)
            balanced = self._local(y[:, i], ln_k, blend, capacity, metal, i, rows)
            for k, m in enumerate(metals):
                bound[m, i] = balanced[m]
                before = past[k, i], past[len(metals) + k, i]
                if self.has_transfer:
                    bound[m, i] = ca.exp(y[self.others + k, i])
                    rows.append(driving_force(self.ops, bound[m, i], before[1], balanced[m], transfer))
                stored[m, i] = held * metal[m, i] + bound[m, i]
                flux[m, i] = metal[m, i]
                if self.together:
                    flux[m, i] = leaving(metal[m, i], before[0], liquor_weight)
                elif not self.has_transfer:
                    taken = self.sites[m] / capacity
                    ratios = (
                        moved(rate * spread, c, q, held, taken * q)
                        for c, q in ((metal[m, i], bound[m, i]), before)
                    )
                    flux[m, i] = leaving(metal[m, i], before[0], earlier_share(*ratios))
        for k, m in enumerate(metals):
            for i in range(n):
                first, last = i == 0, i == n - 1
                fluxes = (
                    None if first else flux[m, i - 1],
                    flux[m, i],
                    None if last or not self.has_back_mixing else flux[m, i + 1],
                )
                rows.append(
                    balance(
                        self.ops,
                        stored[m, i],
                        held * past[k, i] + past[len(metals) + k, i],
                        rate,
                        mixing if self.has_back_mixing else None,
                        fluxes,
                        entering[k] if first else None,
                        last,
                    )
                )
        residual = ca.vertcat(*rows)
        jacobian = ca.jacobian(residual, ca.vec(y))
        after = [ca.horzcat(*[x[m, i] for i in range(n)]) for x in (metal, bound) for m in metals]
        outflow = ca.vertcat(*[flux[m, n - 1] for m in metals])
        arguments = [y, past, share, numbers, ln_k, entering, scalars]
        self._residual = ca.Function("residual", arguments, [residual])
        self._jacobian = ca.Function("jacobian", arguments, [jacobian])
        self._after = ca.Function("after", arguments, [ca.vertcat(*after), outflow])
        pattern = jacobian.sparsity()
        self._pattern = np.array(pattern.colind()), np.array(pattern.row())
        self._solver = SparseSolver(pattern.shape, *self._pattern)

    def _local(
        self,
        y: Any,
        ln_k: Any,
        blend: Blend,
        capacity: Any,
        metal: dict[tuple[str, int], Any],
        i: int,
        rows: list[Any],
    ) -> dict[str, Any]:
        """Speciation and binding of a cell: joins its rows and metals, returns what is bound at
        equilibrium.
        """
        chemistry = self.chemistry
        at = {name: y[k] for k, name in enumerate(self.rows)}
        metal |= {(m, i): self.ops.exp(at[m]) for m in self.metals}
        speciated = chemistry.speciate(
            self.ops,
            {j.name: ln_k[k] for k, j in enumerate(chemistry.species)},
            at["proton"],
            {m: metal[m, i] for m in self.metals},
            {c: at[c] for c in chemistry.ligands},
            blend,
        )
        ln_vacant = y[len(self.rows)] if self.has_vacant else None
        occupied = occupy(
            self.ops,
            blend.ln_binding,
            speciated.ln_free,
            at["proton"],
            chemistry.charge,
            self.sites,
            ln_vacant,
        )
        rows += [speciated.proton_balance, *(speciated.ligand_balance[c] for c in chemistry.ligands)]
        if occupied.balance is not None:
            rows.append(occupied.balance)
        return {m: capacity * share for m, share in occupied.share.items()}

    # ---- values

    def numbers(self, liquors: Sequence[Blend]) -> np.ndarray:
        """The entering liquors as the functions take them."""
        return np.array([[_number(liquor, key) for liquor in liquors] for key in self.layout])

    def after(self, y: np.ndarray, given: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        """The level as the next one's past, and what leaves the last cell of each metal [mol/L].

        `given`: past, shares of the liquors, their numbers, ln K of the species, entering metals, and rate,
        back-mixing, liquor fraction, capacity, transfer.
        """
        state, outflow = self._after(y, *given)
        return state.full(), outflow.full().ravel()

    def solve(self, y: np.ndarray, given: Sequence[Any]) -> tuple[np.ndarray, float]:
        """The level's unknowns from a start, and the largest residual left.

        Newton's method; steps are cut, and halved while the residual grows.
        """
        n_metals = len(self.metals)
        ceiling = self._highest(given)
        r = self._residual(y, *given).full().ravel()
        for _ in range(_ITERATIONS):
            if np.max(np.abs(r)) < _TOLERANCE:
                break
            try:
                step = self._newton_step(self._jacobian(y, *given), r)
            except SingularMatrix:
                break
            step[n_metals : self.others] = np.clip(
                step[n_metals : self.others], -_LONGEST_STEP, _LONGEST_STEP
            )
            for part in (slice(0, n_metals), slice(self.others, None)):
                step[part] = np.minimum(step[part], ceiling - y[part])
            share = 1.0
            while share > _SHORTEST:
                tried = y + share * step
                r_tried = self._residual(tried, *given).full().ravel()
                if np.linalg.norm(r_tried) < (1.0 - 0.1 * share) * np.linalg.norm(r):
                    break
                share *= 0.5
            else:
                break
            y, r = tried, r_tried
        worst = float(np.max(np.abs(r)))
        return y, worst if np.isfinite(worst) else np.inf

    def solve_unguarded(self, y: np.ndarray, given: Sequence[Any]) -> tuple[np.ndarray, float]:
        """As `solve`, where a front of acid or alkali turns the cells over: from the pH that neutralises each
        cell as it is, by steps that are cut but not halved, since the residual grows on the way.
        """
        y = self._neutralised(y, given)
        highest = self._highest(given)
        n_metals, best, least = len(self.metals), y, np.inf
        for _ in range(_ITERATIONS):
            r = self._residual(y, *given).full().ravel()
            worst = float(np.max(np.abs(r)))
            if not np.isfinite(worst):
                break
            if worst < least:
                best, least = y, worst
            if worst < _TOLERANCE:
                break
            try:
                step = self._newton_step(self._jacobian(y, *given), r)
            except SingularMatrix:
                break
            y = y + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
            for part in (slice(0, n_metals), slice(self.others, None)):
                y[part] = np.minimum(y[part], highest)
        return best, least

    def _neutralised(self, y: np.ndarray, given: Sequence[Any]) -> np.ndarray:
        """The unknowns with the protons at which each cell's proton balance holds, by bisection."""
        y, proton = y.copy(), self.rows.index("proton")
        local = 1 + len(self.chemistry.ligands) + self.has_vacant + len(self.metals) * self.has_transfer
        low, high = np.full(self.cells, _PROTONS[0]), np.full(self.cells, _PROTONS[1])
        for _ in range(_BISECTIONS):
            y[proton] = 0.5 * (low + high)
            balance = self._residual(y, *given).full().ravel()[: local * self.cells : local]
            low = np.where(balance > 0.0, low, y[proton])
            high = np.where(balance > 0.0, y[proton], high)
        return y

    def _highest(self, given: Sequence[Any]) -> float:
        """ln of the most that a metal's concentration may come to."""
        return float(np.log(given[5][3] + np.max(given[4])) + _HIGHEST)

    def _newton_step(self, jacobian: Any, residual: np.ndarray) -> np.ndarray:
        """Raises SingularMatrix."""
        matrix = SparseMatrix(jacobian.shape, *self._pattern, np.array(jacobian.nonzeros()))
        self._solver.factorise(matrix)
        return self._solver.solve(-residual).reshape((self.width, self.cells), order="F")


def _blend_of(layout: Sequence[tuple[str, str]], numbers: Sequence[Any]) -> Blend:
    values: dict[str, Any] = {"total": {}, "ln_binding": {}}
    for (kind, name), number in zip(layout, numbers, strict=True):
        if name:
            values[kind][name] = number
        else:
            values[kind] = number
    return Blend(**values)


def _number(blend: Blend, key: tuple[str, str]) -> float:
    kind, name = key
    value = getattr(blend, kind)
    return float(value[name] if name else value)
