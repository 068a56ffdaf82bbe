"""A bipolar membrane: an anion- and a cation-exchange layer, with water dissociating where they meet.

The anion layer is on the left, towards the alkali, the cation layer on the right, towards the acid; current
from left to right drives hydroxide out to the left and protons out to the right.  Salt ions pass both layers
as `membrane` says, each a co-ion in one of them: that leak makes alkali and acid impure.  For the water's own
ions the junction is a source, in equilibrium:

    l_H l_OH = K_w a_w                                                    at the junction
    i = F (sum_salt z_j J_j + J_H - J_OH)                                 in each layer

With currents that are not small the junction's equilibrium gives the potential of reverse bias,

    u = ln(a_H,acid a_OH,alkali/(K_w a_w)) + ohmic drops                  (times RT/F)

What the dissociation itself needs beyond is an area resistance of its own.  Of the water that dissociates,
half is taken from either side; the dissociated ions carry no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import exp
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON_SPECIES
from hydromet.electrodialysis.ions import Ion
from hydromet.electrodialysis.membrane import (
    FARADAY_HOURS,
    LONGEST,
    Material,
    Solution,
    hindrance,
    neutrality,
)

_WATER_IONS = (PROTON_SPECIES, HYDROXIDE_SPECIES)


class BipolarMembrane:
    """A bipolar membrane between alkali (left) and acid (right), on a Pyomo block.

    Attributes:
        forward, backward: one-way fluxes of the salt's ions [mol/m2/h].
        drop: potential of the left solution less that of the right one, times F/RT; an unknown.
    """

    def __init__(
        self,
        block: Any,
        ions: Sequence[Ion],
        anion_layer: Material,
        cation_layer: Material,
        left: Solution,
        right: Solution,
        ln_water_constant: Any,
    ) -> None:
        self.block, self.ions = block, list(ions)
        self.anion_layer, self.cation_layer = anion_layer, cation_layer
        self.left, self.right = left, right
        names = [ion.name for ion in ions]
        block.drop = pyo.Var(initialize=30.0, bounds=(-LONGEST, LONGEST))
        block.potential = pyo.Var(range(4), initialize=0.0, bounds=(-LONGEST, LONGEST))
        block.ln_proton = pyo.Var(initialize=-16.0, bounds=(-LONGEST, LONGEST))
        self.drop = block.drop
        self.unknowns = [block.drop, block.ln_proton, *block.potential.values()]
        f, self.layers = block.potential, (anion_layer, cation_layer)
        block.outer = pyo.Expression(names, range(2))
        block.resistance = pyo.Expression(names, range(2))
        block.junction = pyo.Expression(names)
        block.forward = pyo.Expression([s for s in names if s not in _WATER_IONS])
        block.backward = pyo.Expression([s for s in names if s not in _WATER_IONS])
        water = 0.5 * (left.ln_water_activity + right.ln_water_activity)
        for ion in ions:
            s, z = ion.name, ion.charge
            carried = (anion_layer.hydration.get(s, 0.0), cation_layer.hydration.get(s, 0.0))
            n = 0.0 if s in _WATER_IONS else 0.5 * sum(carried)
            block.outer[s, 0] = exp(left.ln_activity[s] + n * left.ln_water_activity)
            block.outer[s, 1] = exp(right.ln_activity[s] + n * right.ln_water_activity - z * block.drop)
            for k, layer in enumerate(self.layers):
                block.resistance[s, k] = hindrance(z, f[2 * k], f[2 * k + 1]) / layer.permeability[s]
            if s in _WATER_IONS:
                ln_l = block.ln_proton if s == PROTON_SPECIES else ln_water_constant + water - block.ln_proton
                block.junction[s] = exp(ln_l)
                continue
            total = block.resistance[s, 0] + block.resistance[s, 1]
            block.forward[s] = block.outer[s, 0] / total
            block.backward[s] = block.outer[s, 1] / total
            block.junction[s] = (
                block.outer[s, 0] * block.resistance[s, 1] + block.outer[s, 1] * block.resistance[s, 0]
            ) / total
        self.forward, self.backward = block.forward, block.backward
        block.electroneutrality = pyo.Constraint(range(4), rule=lambda _, k: self._charge(k) == 0)

    def _charge(self, node: int) -> Any:
        layer, b = node // 2, self.block
        outside = node in (0, 3)
        inside = []
        for ion in self.ions:
            activity = b.outer[ion.name, layer] if outside else b.junction[ion.name]
            inside.append((ion.charge, activity * exp(-ion.charge * b.potential[node])))
        return neutrality(inside, self.layers[layer].fixed_charge, layer == 0)

    def flux(self, species: str) -> Any:
        """Of a salt's ion, left to right [mol/m2/h]."""
        return self.forward[species] - self.backward[species]

    def water_ion(self, species: str, layer: int) -> Any:
        """Flux of protons or hydroxide in a layer (0: anion, 1: cation), left to right [mol/m2/h]."""
        b = self.block
        step = (
            b.outer[species, 0] - b.junction[species]
            if layer == 0
            else b.junction[species] - b.outer[species, 1]
        )
        return step / b.resistance[species, layer]

    def layer_current(self, layer: int) -> Any:
        """[A/m2], left to right, in a layer."""
        salt = sum(ion.charge * self.flux(ion.name) for ion in self.ions if ion.name in self.forward)
        protons = self.water_ion(PROTON_SPECIES, layer) - self.water_ion(HYDROXIDE_SPECIES, layer)
        return FARADAY_HOURS * (salt + protons)

    def water(self) -> Any:
        """Water that crosses, left to right [mol/m2/h]: osmosis, what salt carries, half of what dissociates.

        A hydroxide that leaves to the left brings a water's worth of oxygen there, of which half came from
        the right.
        """
        osmosis = self.anion_layer.water_permeability * (
            self.left.ln_water_activity - self.right.ln_water_activity
        )
        carried = sum(
            0.5
            * (self.anion_layer.hydration.get(s, 0.0) + self.cation_layer.hydration.get(s, 0.0))
            * self.flux(s)
            for s in self.forward
        )
        dissociated = self.water_ion(PROTON_SPECIES, 0) - self.water_ion(HYDROXIDE_SPECIES, 0)
        return osmosis + carried - 0.5 * dissociated
