"""A contactor with its fibres cut into cells: liquids along the fibre, transfer through the wall.

    out_c (1 + y w) = in_c (1 - y (1 - w)) + K'_c C'_c      every cell, every component that crosses
    mean_c = w out_c + (1 - w) in_c                         what the cell's bulk holds of it
    y = K_c C_c/mean_c,   w = (3 + 2 y + y^2)/(6 + 3 y + y^2)       share of the leaving end
    R_c = K_c C_c - K'_c C'_c
    K_c = P B/(A + P + P' A/A'),   K'_c = (P' B' A/A')/(A + P + P' A/A')

    in, out  flows at a cell's two faces                                            mol/h
    C, C'    concentrations in the bulks on both sides                              mol/L
    R_c      rate through the wall                                                  mol/h
    P, P'    conductance of the wall, over the concentration at its two surfaces    L/h
    B, A     what a film passes on from the bulk and takes back from the surface, over the concentration
             there; they differ as far as the potential helps or holds back (see `film`)     L/h

R_c = B C - A C_i = P C_i - P' C_i' = A' C_i' - B' C' gives the K.  Beside an organic there is no second film
(it is in P), and C' is the organic's loading.  All of P, A, B belong to the solution, so that y follows the
nonlinear isotherm.

A stream that loses a component to a wall of constant conditions falls as exp(-y) over a cell; with this w it
falls as 1/(1 + y + y^2/2 + y^3/6), which is positive however large y is, and w is 1/2 as cells become many:
the scheme is the midpoint rule with an error of second order, and never overshoots where a cell comes to
equilibrium by itself.  1 - y (1 - w) is 6/(6 + 3 y + y^2).

The far liquid flows against the near one.  Flow is plug flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from hydromet.extraction.stage import Stage
from hydromet.membranes.film import AqueousFilm, Liquor
from hydromet.membranes.wall import Dispersion, FlowingOrganic, Transfer, at_liquor


class Channel:
    """Component flows of one liquid at the faces between cells.

    Args:
        block: takes the unknowns.
        cells: number of them.
        changing: components that cross the wall.
        inlet: flows that enter, by component [mol/h]; it may be completed later (a closed loop).
        against: whether the liquid runs from the last cell to the first.
    """

    def __init__(
        self, block: Any, cells: int, changing: list[str], inlet: Mapping[str, Any], against: bool
    ) -> None:
        self.block, self.cells, self.changing, self.against = block, cells, changing, against
        self.inlet = dict(inlet)
        block.ln_leaving = pyo.Var(range(cells), changing, initialize=-5.0)
        block.leaving = pyo.Expression(
            range(cells), changing, rule=lambda b, k, c: pyo.exp(b.ln_leaving[k, c])
        )

    @property
    def first(self) -> int:
        """Cell that the liquid enters."""
        return self.cells - 1 if self.against else 0

    @property
    def last(self) -> int:
        """Cell that it leaves from."""
        return 0 if self.against else self.cells - 1

    def entering(self, cell: int, component: str) -> Any:
        """[mol/h]"""
        if cell == self.first or component not in self.changing:
            return self.inlet.get(component, 0.0)
        return self.block.leaving[cell + 1 if self.against else cell - 1, component]

    def ln_leaving(self, cell: int, component: str) -> Any:
        """Logarithm of what leaves a cell."""
        return self.block.ln_leaving[cell, component]

    def leaving(self, cell: int, component: str) -> Any:
        """[mol/h]"""
        return self.block.leaving[cell, component] if component in self.changing else self.inlet[component]

    def outlet(self, component: str) -> Any:
        """[mol/h]"""
        return self.leaving(self.last, component)

    def mean(self, cell: int, component: str, share: Any) -> Any:
        """What the bulk of a cell holds, `share` of it from the leaving end [mol/h]."""
        if component not in self.changing:
            return self.inlet[component]
        return share * self.leaving(cell, component) + (1.0 - share) * self.entering(cell, component)


@dataclass(frozen=True)
class Side:
    """A liquor beside the wall in one cell: its bulk, what it is at the wall, conductances of its film by
    species [m3/h]."""

    liquor: Liquor
    surface: Stage
    conductance: Mapping[str, Any]

    @property
    def concentrations(self) -> Mapping[str, Any]:
        """Of the organic species at its surface [mol/L organic]."""
        return at_liquor(self.surface)

    def film_conductance(self, component: str) -> Any:
        """Of the component's free ion [m3/h]."""
        return self.conductance[self.liquor.aqueous.masters[component]]

    def driving(self, component: str) -> Any:
        """Concentration in the bulk [mol/L]."""
        return self.liquor.concentration(component)

    def content(self, component: str) -> Any:
        """What flows with the bulk [mol/h]."""
        return self.liquor.aqueous.flow[component]

    def hold(self, block: Any, mean: Callable[[str], Any]) -> None:
        """Rows by which the bulk is what the cell's liquid holds on the mean [mol/h]."""
        self.liquor.hold(block, mean)


FarSide = Side | FlowingOrganic | Dispersion
"""What may lie beyond the wall: a liquor with its film, or an organic (whose film is counted to the wall),
with droplets of strip liquor or without."""


@dataclass(frozen=True)
class Cell:
    """One cell of a contactor.

    Attributes:
        near, far: what lies on both sides of the wall.
        transfer: through it.
        overall: K by component [L/h].
        shares: each film's and the wall's part of the whole resistance, by component.
    """

    near: Side
    far: FarSide
    transfer: Transfer
    overall: Mapping[str, Any]
    shares: Mapping[str, Mapping[str, Any]]


class Contactor:
    """Cells between two liquids, with their balances.

    Args:
        block: takes the rows.
        near: the liquor that runs from the first cell to the last.
        far: the liquid against it.
    """

    def __init__(self, block: Any, near: Channel, far: Channel) -> None:
        self.block, self.near, self.far = block, near, far
        self.cells: list[Cell] = []
        block.cell = pyo.Block(range(near.cells))

    def add_cell(self, near: Side, far: FarSide, transfer: Transfer) -> Cell:
        """The next cell along the near liquor: films, means and balances."""
        k = len(self.cells)
        block = self.block.cell[k]
        block.near_film, block.near, block.far = pyo.Block(), pyo.Block(), pyo.Block()
        films = [_film(block.near_film, near, transfer.taken, transfer.returned)]
        if isinstance(far, Side):
            block.far_film = pyo.Block()
            films.append(_film(block.far_film, far, transfer.returned, transfer.taken))
        shares = _overall(block, near, far, films, transfer)
        _Liquid(block.near, near, block.overall_near).rows(
            self.near, k, _Crossing(transfer.taken, transfer.returned, _given(block.overall_far, far))
        )
        if isinstance(far, FlowingOrganic):
            overall, given = _by_salt(block, near, far, transfer)
            crossing = _Crossing({}, {}, given)
        else:
            overall, given = block.overall_far, _given(block.overall_near, near)
            crossing = _Crossing(transfer.returned, transfer.taken, given)
        _Liquid(block.far, far, overall).rows(self.far, k, crossing)
        cell = Cell(near, far, transfer, block.overall_near, shares)
        self.cells.append(cell)
        return cell


def _film(block: Any, side: Side, taken: Mapping[str, Any], returned: Mapping[str, Any]) -> AqueousFilm:
    return AqueousFilm(block, side.liquor, side.surface, side.conductance, taken, returned)


def _given(overall: Mapping[str, Any], side: FarSide) -> dict[str, Any]:
    """K C, what a side would give to the other if that held none [mol/h]."""
    return {c: overall[c] * side.driving(c) for c in overall}


def _by_salt(
    block: Any, near: Side, far: FlowingOrganic, transfer: Transfer
) -> tuple[dict[str, Any], dict[str, Any]]:
    """K' of a flowing organic's salts, and what they get from the near side [mol/h].

    A salt with a component of its own has that one's; another has the wall's alone.
    """
    overall, given, parts = {}, {}, far.salts.parts
    for salt in far.salts.names:
        if salt in far.salts.key:
            c, count = far.salts.key[salt]
            overall[salt] = block.overall_far[c]
            given[salt] = block.overall_near[c] * near.driving(c) / count
        else:
            overall[salt] = transfer.of_salt(transfer.far, salt, parts) / far.driving(salt)
            given[salt] = transfer.of_salt(transfer.near, salt, parts)
    return overall, given


def _overall(
    block: Any, near: Side, far: FarSide, films: list[AqueousFilm], transfer: Transfer
) -> dict[str, dict[str, Any]]:
    """K and K' of the components with a film, on `block`; shares of the resistance."""
    carried = [c for c in transfer.forward if c != WATER]
    near_film, far_film = films[0], films[1] if len(films) > 1 else None

    def at_far(c: str) -> Any:
        return far.surface.concentration(c) if isinstance(far, Side) else far.driving(c)

    def passed_back(b: Any, c: str) -> Any:
        """A/A'"""
        if far_film is None:
            return 0.0
        return b.back[c] * at_far(c) / far_film.from_surface(c)

    def overall_near(b: Any, c: str) -> Any:
        return b.wall_near[c] * near_film.from_bulk(c) / near.driving(c) / b.hindered[c]

    def overall_far(b: Any, c: str) -> Any:
        if far_film is None:
            return b.wall_far[c] * b.back[c] / b.hindered[c]
        return b.wall_far[c] * b.ratio[c] * far_film.from_bulk(c) / far.driving(c) / b.hindered[c]

    block.wall_near = pyo.Expression(
        carried, rule=lambda _, c: transfer.forward[c] / near.surface.concentration(c)
    )
    block.wall_far = pyo.Expression(carried, rule=lambda _, c: transfer.backward[c] / at_far(c))
    block.back = pyo.Expression(
        carried, rule=lambda _, c: near_film.from_surface(c) / near.surface.concentration(c)
    )
    block.ratio = pyo.Expression(carried, rule=passed_back)
    block.hindered = pyo.Expression(
        carried, rule=lambda b, c: b.back[c] + b.wall_near[c] + b.wall_far[c] * b.ratio[c]
    )
    block.overall_near = pyo.Expression(carried, rule=overall_near)
    block.overall_far = pyo.Expression(carried, rule=overall_far)
    shares = {
        "near_film": {c: block.wall_near[c] / block.hindered[c] for c in carried},
        "wall": {c: block.back[c] / block.hindered[c] for c in carried},
    }
    if far_film is not None:
        shares["far_film"] = {c: block.wall_far[c] * block.ratio[c] / block.hindered[c] for c in carried}
    return shares


@dataclass(frozen=True)
class _Crossing:
    """What a liquid gives to the wall and gets from it, by component [mol/h]: one way and back, and K'C' of
    the other side."""

    taken: Mapping[str, Any]
    returned: Mapping[str, Any]
    given: Mapping[str, Any]


class _Liquid:
    """One liquid in one cell: the shares w of its faces, and its rows.

    Args:
        block: takes them.
        side: the liquid.
        overall: K by component [L/h].
    """

    def __init__(self, block: Any, side: FarSide, overall: Mapping[str, Any]) -> None:
        self.block, self.side, self.known = block, side, list(overall)
        block.units = pyo.Expression(
            self.known, rule=lambda _, c: overall[c] * side.driving(c) / side.content(c)
        )
        block.scale = pyo.Expression(
            self.known, rule=lambda b, c: 6.0 + 3.0 * b.units[c] + b.units[c] * b.units[c]
        )
        block.share = pyo.Expression(self.known, rule=lambda b, c: 1.0 - (3.0 + b.units[c]) / b.scale[c])

    def share(self, component: str) -> Any:
        """w; one half of what has no film."""
        return self.block.share[component] if component in self.known else 0.5

    def rows(self, channel: Channel, k: int, crossing: _Crossing) -> None:
        """What comes into the cell over what leaves it, as logarithms; the bulk is the cell's mean."""
        b = self.block

        def balance(c: str) -> Any:
            entering = channel.entering(k, c)
            if c not in self.known:
                leaving = channel.leaving(k, c)
                return pyo.log(entering + crossing.returned[c]) - pyo.log(leaving + crossing.taken[c])
            leaving = channel.ln_leaving(k, c) + pyo.log(1.0 + b.units[c] * b.share[c])
            return pyo.log(6.0 * entering / b.scale[c] + crossing.given[c]) - leaving

        b.balance = pyo.Constraint(channel.changing, rule=lambda _, c: balance(c) == 0)
        self.side.hold(b, lambda c: channel.mean(k, c, self.share(c)))
