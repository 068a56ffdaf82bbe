"""One layer of an ideal solution or membrane, through which ions diffuse, migrate and are carried.

With y = e + z u across the layer, the Nernst-Planck equation integrates to

    N_i = g_i (exp(y_i/2) m_i0 - exp(-y_i/2) m_i1) q / s(y_i'),       s(x) = sinh(x/2)/(x/2)

    film       e = J/k_i (convection), g_i = k_i, q = 1, y' = y: a constant field with convection, exact where
               the wall's water carries the salt off or holds all of it back
    membrane   e = 0, g_i = P_i/w, y' = L + z u, q = s(L), L = ln(C_0/C_1): the potential is linear in the
               logarithm of the sum C of all molalities, exact for any number of ions of two valences; in a
               membrane with fixed charge m are its own concentrations, and P is over their uptake

    m_i0, m_i1   molality on the side of the feed and of the permeate      mol/kg water
    u            potential of the first side less that of the second, F/RT
    w            width of the layer, of the whole membrane's
    g_i          film coefficient or permeance                             m/h

and in every layer the flux of each component is that of the permeate, sum_i nu_ic N_i = J m_c,permeate, and
the potential is what makes the second side neutral (so that no current flows).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyomo.environ as pyo

from hydromet.pressure_membranes.carriers import Carriers, Node
from hydromet.pressure_membranes.fixed_charge import ChargedNode

_ROUNDING = 1e-10
"""Keeps sinh(x)/x a number at x = 0; its error is a sixth of this."""


def sinh_ratio(x: Any) -> Any:
    """sinh(x/2)/(x/2), even at 0.

    >>> round(pyo.value(sinh_ratio(2.0)), 9), round(pyo.value(sinh_ratio(0.0)), 9)
    (1.175201194, 1.0)
    """
    half = pyo.sqrt(0.25 * x * x + _ROUNDING)
    return (pyo.exp(half) - pyo.exp(-half)) / (2.0 * half)


class Layer:
    """Rows of one layer between two nodes.

    Args:
        block: takes the potential, the component rows and the second side's neutrality.
        first, second: the nodes; the second one's molalities are unknowns.
        coefficient: g_i by species [m/h].
        convection: e by species; None in a membrane.
        taken: what the permeate takes of a component, J m [mol/kg m/h].
    """

    def __init__(
        self,
        block: Any,
        carriers: Carriers,
        first: Node | ChargedNode,
        second: Node | ChargedNode,
        coefficient: Mapping[str, Any],
        convection: Mapping[str, Any] | None,
        taken: Callable[[str], Any],
    ) -> None:
        self.carriers, self.coefficient = carriers, coefficient
        block.potential = pyo.Var(initialize=0.0, bounds=(-30.0, 30.0))
        ln_fall: Any = 0.0
        if convection is None:
            block.ln_fall = pyo.Expression(expr=pyo.log(first.sum()) - pyo.log(second.sum()))
            ln_fall = block.ln_fall
        species = list(carriers.charges)

        def field(s: str) -> Any:
            migration = carriers.charges[s] * block.potential
            return migration if convection is None else convection[s] + migration

        def scale(s: str) -> Any:
            return coefficient[s] * sinh_ratio(ln_fall) / sinh_ratio(ln_fall + field(s))

        block.forward = pyo.Expression(
            species, rule=lambda _, s: scale(s) * pyo.exp(0.5 * field(s)) * first.m[s]
        )
        block.backward = pyo.Expression(
            species, rule=lambda _, s: scale(s) * pyo.exp(-0.5 * field(s)) * second.m[s]
        )
        block.flux = pyo.Constraint(carriers.components, rule=lambda _, c: self._row(block, c, taken(c)) == 0)
        block.neutrality = pyo.Constraint(expr=second.neutrality() == 0)

    def _row(self, block: Any, component: str, taken: Any) -> Any:
        """What moves forward of a component over what moves back and leaves, as a logarithm.

        What OH- does for the proton stands on the other side.
        """
        held = self.carriers.holding(component)
        there, back = ({s: d[s] for s in held} for d in (block.forward, block.backward))
        gone = {s: -n for s, n in held.items() if n < 0.0}
        left = sum(n * there[s] for s, n in held.items() if n > 0.0) + sum(
            n * back[s] for s, n in gone.items()
        )
        right = sum(n * back[s] for s, n in held.items() if n > 0.0) + sum(
            n * there[s] for s, n in gone.items()
        )
        leaving, returning = taken
        return pyo.log(left + returning) - pyo.log(right + leaving)
