"""Charge fixed to a membrane, and Donnan's equilibrium between it and a neutral solution.

    c_i = K_i m_i exp(-z_i psi),      sum_i z_i c_i + X = 0

    c_i  ion in the membrane                                                        mol/kg water
    m_i  in the solution that would be in equilibrium with it (the virtual solution of `sdem`)
    K_i  uptake of an uncharged membrane: 1 of ions of one charge and of molecules, `uptake` of all others
    X    fixed charge with its sign                                                 mol/kg water
    psi  potential of the membrane against that solution, F/RT

A permeance P_i = D_i K_i/thickness is that at psi = 0: where the charge draws ions of one sign in and keeps
the others out, P_i exp(-z_i psi) counts.  Without charge, psi = 0 everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from hydromet.pressure_membranes.carriers import Carriers, Node

_ITERATIONS, _LONGEST_STEP, _TOLERANCE = 100, 1.5, 1e-12


@dataclass(frozen=True)
class FixedCharge:
    """Of a membrane.

    Attributes:
        concentration: X [mol/kg water], negative for acid groups.
        uptake: K of ions of several charges over that of ions of one.
    """

    concentration: float
    uptake: float

    def of(self, charge: int) -> float:
        """K of an ion.

        >>> FixedCharge(-0.01, 5.0).of(2), FixedCharge(-0.01, 5.0).of(-1)
        (5.0, 1.0)
        """
        return self.uptake if abs(charge) > 1 else 1.0


class ChargedNode:
    """A node's ions in the membrane; what a `Layer` asks of a node.

    Args:
        block: takes the potential, the concentrations and the membrane's neutrality.
    """

    def __init__(self, block: Any, carriers: Carriers, node: Node, fixed: FixedCharge) -> None:
        self.node, self.carriers = node, carriers
        block.donnan = pyo.Var(initialize=0.0, bounds=(-30.0, 30.0))
        block.c = pyo.Expression(
            list(carriers.charges),
            rule=lambda _, s: (
                fixed.of(carriers.charges[s]) * node.m[s] * pyo.exp(-carriers.charges[s] * block.donnan)
            ),
        )
        self.m, self.donnan = block.c, block.donnan
        positive, negative = (
            sum(abs(z) * block.c[s] for s, z in carriers.charges.items() if sign * z > 0) for sign in (1, -1)
        )
        x = fixed.concentration
        block.fixed_charge = pyo.Constraint(
            expr=pyo.log(positive + max(x, 0.0)) - pyo.log(negative + max(-x, 0.0)) == 0
        )

    def neutrality(self) -> Any:
        """Of the solution in equilibrium with it."""
        return self.node.neutrality()

    def sum(self) -> Any:
        """Of all species in the membrane [mol/kg water]."""
        return sum(self.m[s] for s in self.carriers.charges)


def donnan_potential(uncharged: np.ndarray, z: np.ndarray, charge: float) -> np.ndarray:
    """psi of many compositions at once, from K_i m_i by species along the last axis.

    The charge falls with psi, so that Newton's iteration with steps cut reaches the only root.

    >>> psi = donnan_potential(np.array([[0.1, 0.1]]), np.array([1.0, -1.0]), -0.2)
    >>> round(float(np.sinh(psi[0])), 9)    # 2 m sinh(psi) = X
    -1.0
    """
    psi = np.zeros(uncharged.shape[:-1])
    for _ in range(_ITERATIONS):
        c = uncharged * np.exp(-z * psi[..., None])
        step = np.clip((c @ z + charge) / (c @ (z * z)), -_LONGEST_STEP, _LONGEST_STEP)
        psi = psi + step
        if np.max(np.abs(step)) < _TOLERANCE:
            break
    return psi
