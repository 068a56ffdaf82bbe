"""Ions in a fixed-charge membrane: Teorell, Meyer and Sievers's model, for any number of ions.

    c_j = l_j exp(-z_j f),   l_j = a_j a_w^n_j exp(z_j f_solution)        Donnan equilibrium at both faces
    sum_j z_j c_j + X = 0                                                 at every node across the membrane
    J_j = (l_j' - l_j'') / sum_k r_jk                                     Nernst and Planck, from ' to ''
    r_jk = (1/(p_j w_k)) exp(z_j f_k) sinh(z_j d_k/2)/(z_j d_k/2)         a layer with a constant field
    J_w = P (ln a_w' - ln a_w'') + sum_j n_j J_j                          osmosis and electro-osmosis
    i = F sum_j z_j J_j

    c_j  ion in the membrane                                                       mol/kg water in it
    l_j  its electrochemical activity, in solution and membrane                    mol/kg
    f    potential, F phi/RT; zero in the solution on the left
    X    fixed charge with its sign                                                mol/kg water in it
    p_j  permeability, D_j K_j rho_w/thickness                                     mol/m2/h per mol/kg
    w_k  share of a layer in 1/thickness; f_k its mean potential, d_k the rise over it
    n_j  water that an ion carries                                                 mol/mol
    P    water's permeability                                                      mol/m2/h

An ion carries its water, and so is driven by the water's activity too: with both, transport is Onsager's, and
no ion ever moves against its own electrochemical potential, whatever the numbers.  Ions don't react inside.
The potentials at the nodes are the only unknowns: with them given, every ion's flux is a closed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import exp, sqrt
from hydromet.electrodialysis.ions import Ion
from hydromet.membranes.diffusivity import FARADAY, SECONDS

FARADAY_HOURS = FARADAY / SECONDS
"""Faraday's constant [A h/mol]."""
_ROUNDING = 1e-6
"""Square of the argument at which sinh(y)/y is rounded to 1."""
LONGEST = 400.0
"""Bound of a potential times F/RT: 10 V."""


@dataclass(frozen=True)
class Material:
    """What a membrane, or one layer of a bipolar one, is made of.

    Attributes:
        fixed_charge: X, with the sign of the fixed groups.
        permeability: p of each ion.
        hydration: n of each ion.
        water_permeability: P.
    """

    fixed_charge: Any
    permeability: Mapping[str, Any]
    hydration: Mapping[str, Any]
    water_permeability: Any


@dataclass(frozen=True)
class Solution:
    """A solution at a membrane: ln of the ions' activities and of the water's."""

    ln_activity: Mapping[str, Any]
    ln_water_activity: Any


def hindrance(charge: int, start: Any, end: Any) -> Any:
    """exp(z f) sinh(z d/2)/(z d/2), the mean of exp(z f) where f runs evenly from `start` to `end`.

    >>> round(hindrance(1, 0.0, 2.0), 4)    # (exp(2) - 1)/2
    3.1945
    """
    half = 0.5 * charge * (end - start)
    y = sqrt(half * half + _ROUNDING)
    return exp(0.5 * charge * (start + end)) * (exp(y) - exp(-y)) / (2.0 * y)


class Membrane:
    """A cation- or anion-exchange membrane between two solutions, on a Pyomo block.

    Attributes:
        forward, backward: an ion's one-way fluxes, left to right and back [mol/m2/h]; their difference is
            its flux.
        drop: potential of the left solution less that of the right one, times F/RT; an unknown.
        unknowns: with their cold starts.
    """

    def __init__(
        self,
        block: Any,
        ions: Sequence[Ion],
        material: Material,
        left: Solution,
        right: Solution,
        layers: int,
    ) -> None:
        self.block, self.ions, self.material = block, list(ions), material
        self.left, self.right = left, right
        names = [ion.name for ion in ions]
        nodes = range(layers + 1)
        block.potential = pyo.Var(nodes, initialize=0.0, bounds=(-LONGEST, LONGEST))
        block.drop = pyo.Var(initialize=1.0, bounds=(-LONGEST, LONGEST))
        self.drop, self.unknowns = block.drop, [block.drop, *block.potential.values()]
        f, layer = block.potential, 1.0 / layers
        block.left = pyo.Expression(names)
        block.right = pyo.Expression(names)
        block.resistance = pyo.Expression(names, range(layers))
        block.total = pyo.Expression(names)
        block.forward = pyo.Expression(names)
        block.backward = pyo.Expression(names)
        for ion in ions:
            s, z = ion.name, ion.charge
            n = material.hydration.get(s, 0.0)
            block.left[s] = exp(left.ln_activity[s] + n * left.ln_water_activity)
            block.right[s] = exp(right.ln_activity[s] + n * right.ln_water_activity - z * block.drop)
            for k in range(layers):
                block.resistance[s, k] = layer / material.permeability[s] * hindrance(z, f[k], f[k + 1])
            block.total[s] = sum(block.resistance[s, k] for k in range(layers))
            block.forward[s] = block.left[s] / block.total[s]
            block.backward[s] = block.right[s] / block.total[s]
        self.forward, self.backward = block.forward, block.backward
        block.electroneutrality = pyo.Constraint(nodes, rule=lambda _, k: self._charge(k, layers) == 0)

    def _inside(self, ion: Ion, node: int, layers: int) -> Any:
        """Concentration at a node."""
        b, s = self.block, ion.name
        if node == 0:
            activity = b.left[s]
        elif node == layers:
            activity = b.right[s]
        else:
            behind = sum(b.resistance[s, k] for k in range(node, layers)) / b.total[s]
            before = sum(b.resistance[s, k] for k in range(node)) / b.total[s]
            activity = b.left[s] * behind + b.right[s] * before
        return activity * exp(-ion.charge * b.potential[node])

    def _charge(self, node: int, layers: int) -> Any:
        inside = [(ion.charge, self._inside(ion, node, layers)) for ion in self.ions]
        return neutrality(inside, self.material.fixed_charge, self.positive)

    @property
    def positive(self) -> bool:
        """Whether the fixed groups are cations (an anion-exchange membrane)."""
        return bool(pyo.value(self.material.fixed_charge) > 0.0)

    def flux(self, species: str) -> Any:
        """Of an ion, left to right [mol/m2/h]."""
        return self.forward[species] - self.backward[species]

    def water(self) -> Any:
        """Water that crosses beside the ions, their hydration included [mol/m2/h]."""
        osmosis = self.material.water_permeability * (
            self.left.ln_water_activity - self.right.ln_water_activity
        )
        return osmosis + sum(self.material.hydration.get(s, 0.0) * self.flux(s) for s in self.forward)

    def current(self) -> Any:
        """[A/m2], left to right."""
        return FARADAY_HOURS * sum(ion.charge * self.flux(ion.name) for ion in self.ions)


def neutrality(inside: Sequence[tuple[int, Any]], fixed_charge: Any, positive: bool) -> Any:
    """ln of positive over negative charge in a membrane; zero where it is neutral."""
    cations = sum(z * c for z, c in inside if z > 0)
    anions = sum(-z * c for z, c in inside if z < 0)
    if positive:
        cations = cations + fixed_charge
    else:
        anions = anions - fixed_charge
    return pyo.log(cations) - pyo.log(anions)
