"""Flow through a bed: cells in series, advanced by implicit steps that keep every amount positive.

A bed of N cells, liquor flowing at the rate F [volumes of a cell per level of time], S stored and c dissolved
[mol/L of bed, mol/L], J the mean concentration that leaves a cell during a level:

    S_i + F ((1 + b) J_i + b J_i') = S_i,before + F ((1 + b) J_(i-1) + b J_(i+1))           (cell i)
    J = theta c + (1 - theta) c_before
    1 - theta = (1 + r^8 + r_before^8)^(-1/8)/2,     r = F (1 + 2 b) / (e + (q/c)(1 - n q/q_max))
    b = max(N/Pe - 1/2, 0)

(J' = J but in the first cell, where it is nothing.)  The sums of a cycle telescope, so that what a bed takes
up and gives back is conserved exactly.

Space.  N = Pe/2 cells without back-mixing (b = 0) are the central differences of the bed with the axial
Peclet number Pe = u L/D; more cells need the back-mixing b to keep D.  With fewer than Pe/2 the cells
disperse more than the bed.

Time.  r counts by how many cells a small change of concentration would move in a level, with the slope of the
isotherm for the metal's own sites.  For retained substances it is below about 1 and theta = 1/2: the
trapezoidal rule, of second order.  Where it is large (a liquor's own front, a saturated bed) theta nears 1,
so that (1 - theta) r < 1/2: no cell gives away by its earlier concentration more than half of what it held,
and concentrations don't overshoot.

Where the ions that bind are the liquor's salt, one theta serves all, that of the liquors' own fronts: cations
that left a cell by another theta than their anions would leave acid or alkali behind that no liquor brought.
Fronts of what is retained are then wider, as in a bed of N/(1 + r) cells.

Mass transfer.  S = e c + q, e liquor per bed; at equilibrium q = q*(c).  With a linear driving force

    dq/dt = k (q* - q):  q (1 + g theta) = q_before (1 - g (1 - theta)) + g q*,   g = k dt,
    1 - theta = (1 + g^8)^(-1/8)/2

with q* in equilibrium with the concentration c that leaves during the level (J = c).

Both are the usual forms; tests/bioligand holds them against closed solutions (a shock, dispersion of a linear
isotherm, mass transfer of a linear isotherm).
"""

from __future__ import annotations

from typing import Any

FOREIGN = 1e-60
"""Share of each other liquor in one that enters: nothing, but for a logarithm."""


def earlier_share(first: Any, second: Any = 0.0) -> Any:
    """1 - theta: weight of a level's beginning, from the numbers of cells moved at its end and beginning.

    >>> round(earlier_share(0.5), 4), round(100.0 * earlier_share(100.0), 3)
    (0.4998, 0.5)
    """
    return 0.5 * (1.0 + first**8 + second**8) ** -0.125


def moved(rate: Any, concentration: Any, bound: Any, liquor_fraction: Any, taken: Any) -> Any:
    """r; `rate` is F (1 + 2 b), `taken` the share n q/q_max of the sites."""
    return rate / (liquor_fraction + bound / concentration * (1.0 - taken))


def leaving(concentration: Any, before: Any, share: Any) -> Any:
    """J, what leaves a cell during a level; `share` is 1 - theta."""
    return (1.0 - share) * concentration + share * before


def balance(
    ops: Any,
    stored: Any,
    before: Any,
    rate: Any,
    back_mixing: Any,
    fluxes: tuple[Any | None, Any, Any | None],
    entering: Any | None,
    is_last: bool,
) -> Any:
    """Residual of a cell's balance, ln(held and given) - ln(held before and taken).

    `fluxes`: J of the cell upstream (None for the first), of this one, and of the one downstream (None for
    the last, or without back-mixing); `entering` is what enters the first cell.  `rate` is F.
    """
    upstream, own, downstream = fluxes
    forward = 1.0 if back_mixing is None else 1.0 + back_mixing
    given = own if is_last or back_mixing is None else forward * own
    taken = entering if upstream is None else upstream if back_mixing is None else forward * upstream
    if back_mixing is not None:
        if upstream is not None:
            given = given + back_mixing * own
        if downstream is not None:
            taken = taken + back_mixing * downstream
    return ops.log(stored + rate * given) - ops.log(before + rate * taken)


def driving_force(ops: Any, bound: Any, before: Any, equilibrium: Any, transfer: Any) -> Any:
    """Residual of the linear driving force; `transfer` is g = k dt, `equilibrium` q*."""
    share = earlier_share(transfer)
    held = bound * (1.0 + transfer * (1.0 - share))
    return ops.log(held) - ops.log(before * (1.0 - transfer * share) + transfer * equilibrium)
