"""Nanofiltration."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.declaration import choice, mapping, parameter_set, quantity
from hydromet.pressure_membranes.module import TransportLaw
from hydromet.pressure_membranes.pressure_membrane import PressureMembrane
from hydromet.pressure_membranes.sieving import PassageError, Sieving, SpieglerKedem, closing_ion
from hydromet.pressure_membranes.wall import Wall


class Nanofiltration(PressureMembrane, name="nanofiltration"):
    """Nanofiltration: water and some of the ions pass a membrane, others are held back.

    water_balance        ln(Q_k + J_k dA) = ln Q_in,k                          element k of n, dA = A/n
    water_flux           J_k = A_w (p - dp_k - pi_wall,k + pi_permeate,k)      or `flux` as stated
    sdem                 J m_c,p = sum_i nu_ic N_i,  N_i = -P_i (dm_i/dx + z_i m_i dphi/dx)
                         sum_i z_i m_i = 0 at every point, no current
    solute_balance       ln(F_k,c + J m_c,p dA r) = ln F_in,k,c                with sdem
                         ln F_k,c - ln F_in,k,c = S_c (ln Q_k - ln Q_in,k)     with sieving, exactly
    spiegler_kedem       S = (1 - s)/(1 - s f),  f = exp(-(1 - s) J/P)
    electroneutrality    sieving and spiegler_kedem leave out one ion; it takes what the others leave
    film                 N_i = J m_i - k_i (dm_i/dx + z_i m_i dphi/dx),  k d/D = 0.065 Re^0.875 Sc^0.25
    power                W = Q_feed (p - p_feed)/eta

    Q    water on the feed side by volume     m3/h     F, m  flow [mol/h] and molality [mol/kg water]
    J    water flux                           m3/m2/h  r     density of water [kg/m3]
    p    `pressure`, dp lost by friction      bar      P_i   permeance of an ion [m/h]
    pi   osmotic pressure, -R T ln a_w/v_w    bar      z_i, nu_ic  charge, amount of a component in a species
    A_w  `water_permeability`                 m3/m2/h/bar    phi potential, F/RT

    With sdem ions share one field: a dominant salt that diffuses apart pulls traces through (negative
    rejection) or holds them back.  Metals and anions move as free ions, pairs included; H+, OH-, HSO4-,
    HF and complexes of Al with F move by themselves, in equilibrium with their parts at every point.  The
    liquor at the membrane is speciated in full in every element.  An element counts with the mean of what
    enters and leaves it, an error of second order in its size; with sieving there is none.  sdem rejects a
    single salt wholly as J -> infinity; where convection carries salt through, use spiegler_kedem.

    A set may hold the charge that is fixed to the membrane (nf270): P_i exp(-z_i psi) then counts, with psi
    of Donnan's equilibrium at every point, sum_i z_i K_i m_i exp(-z_i psi) + X = 0.  Without it a permeance
    depends on the salt that the ion stands beside: docs/nanofiltration.md shows how far a set reaches.
    Coefficients of sieving and spiegler_kedem are those at the membrane; with `polarisation: none`
    they are those of the flow.  Isothermal at the feed's temperature: heat of the pump (0.024 K per bar)
    counts as given off.  Permeability and permeances follow the mobility of water with temperature.

    Sources: Yaroshchuk, Bruening and Licon Bernal 2013 (J. Membr. Sci. 447, 463-476), Yaroshchuk and
    Bruening 2017 (J. Membr. Sci. 523, 361-372) as set out in public notes; Spiegler and Kedem 1966; Schock
    and Miquel 1987 (`parameters/spacer.yaml`); sets value by value.

    Example:
        nf: {unit: nanofiltration, inlets: {feed: liquor}, area: 100 m2, pressure: 20 bar}
    """

    transport = choice("sdem", ("sdem", "sieving", "spiegler_kedem"), "transport law of the solutes")
    membrane = parameter_set(
        "nf270_magnesium_sulfate", "nanofiltration.membrane", "water permeability and permeances of ions"
    )
    pressure = quantity("15 bar", "bar", "of the feed at the membrane, above the permeate's", (0.1, 200.0))
    sieving = mapping(
        None,
        "component",
        "1",
        "permeate over retentate concentration at the membrane, of all ions but one; H: 1 if not given",
        range=(0.0, 20.0),
    )
    reflection = mapping(
        None, "component", "1", "reflection coefficient, of spiegler_kedem; 1 if not given", (0.0, 0.9999)
    )
    permeability = mapping(
        None, "component", "m/h", "to the solute, of spiegler_kedem, of all ions but one", (1e-9, 1e3)
    )

    def law(self) -> TransportLaw:
        if self.transport == "sdem":
            return self.sdem()
        setting = "sieving" if self.transport == "sieving" else "permeability"
        given = self.sieving if self.transport == "sieving" else self.permeability
        try:
            closing = closing_ion(self.system, [*self.feed.shape.names("aqueous")], given)
        except PassageError as error:
            self.refuse(str(error), setting)
        if self.transport == "sieving":
            return Sieving(given, closing, self.film)
        return SpieglerKedem(self.reflection, given, closing, self.film)

    def walls_of(self, law: Any, all_elements: bool) -> list[Wall]:
        if not isinstance(law, Sieving):
            return super().walls_of(law, all_elements)
        self.block.wall = pyo.Block(self.module.elements)
        walls = []
        for k in self.module.elements if all_elements else [self.elements]:
            wall = Wall(self.block.wall[k], self.system, self.solutes, self.temperature, self.activity_model)
            wall.hold(partial(law.wall_molality, self.module, k))
            walls.append(wall)
        return walls
