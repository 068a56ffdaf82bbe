"""Electrodialysis of a salt solution: diluate and concentrate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowsheet.document.declaration import Inlet, Outlet
from hydromet.electrodialysis.cells import Layout
from hydromet.electrodialysis.stack import Stack


class Electrodialysis(Stack, name="electrodialysis"):
    """Electrodialysis stack: current moves salt from the diluate to the concentrate.

    donnan               c_j = l_j exp(-z_j f),   sum_j z_j c_j + X = 0        both faces of a membrane
    nernst_planck        J_j = (l_j' - l_j'')/R_j,   l_j = a_j a_w^n_j exp(z_j phi)
    component_balance    out_c + N A sum taken_c = in_c + N A sum given_c      each element and compartment
    water                J_w = P ln(a_w'/a_w'') + sum_j n_j J_j                osmosis and electro-osmosis
    current              i = F sum_j z_j J_j                                   the same through all membranes
    voltage              V = i sum_k d/(kappa_k s) + (RT/F) sum_m u_m          the same in every element
    stack                U = N V + 1.229 V + overvoltage,   P = U i A
    limit                i_lim = k F c_eq/(1 - t)                                film theory, reported
    efficiency           equivalents of cations that leave the diluate over N i A/F
    electrodes           H2O = H2 + O2/2, once per stack: I/(2 F); the concentrate's feed makes up the water

    c_j ion in the membrane [mol/kg], X its fixed charge with its sign, f potential in it and phi that of a
    solution (times F/RT), l_j an ion's electrochemical activity, n_j the water that it carries, R_j its
    resistance in the membrane's field (layer by layer, electroneutral at every node), ' and '' the two sides;
    J fluxes [mol/m2/h], P permeability of water.
    N cells, A `cell_area`, i local current density, I current [A]; d, kappa, s thickness, conductivity and
    open section of a compartment; u_m a membrane's potential drop times F/RT, Donnan potentials in it; c_eq
    equivalents of the ions that a membrane passes, t their transport number in the solution.

    How selective a membrane is follows from what is beside it: co-ions enter as the solutions become strong,
    salt diffuses back, ions of one sign share the current by mobility and concentration.  At no current the
    unit is a dialyser.  State `current_density` or `stack_voltage`, or let `specs` vary one of them until a
    conversion is met.  A loop over the stack is a recycle in the flowsheet; `elements: 1` is a mixed one.

    Assumptions: liquids in parallel, plug flow in `elements` mixed elements; one temperature; the bulk's
    composition at the membranes (no polarisation: above the limiting current, which is reported, results are
    too good); no leakage current through manifolds; ions don't react inside membranes; ion pairs come apart
    before they enter, neutral species don't enter.

    Sources: the parameter sets; docs/electrodialysis.md compares with measurements.
    Range: 15 to 60 degC, solutions that the chemistry's activity model holds for.

    Example:
        desalt: {unit: electrodialysis, inlets: {diluate: brine, concentrate: water}, cells: 100,
                 cell_area: 0.2 m2, current_density: 200 A/m2}
    """

    treated = "diluate"
    rinsed_from = "concentrate"
    inlet_of: ClassVar[Mapping[str, str]] = {"diluate": "diluate", "concentrate": "concentrate"}
    outlet_of: ClassVar[Mapping[str, str]] = {"diluate": "desalted", "concentrate": "brine"}

    diluate = Inlet("aqueous", description="solution to be desalted")
    concentrate = Inlet("aqueous", description="solution that takes up the salt, or water")
    desalted = Outlet("aqueous", description="what is left of the diluate")
    brine = Outlet("aqueous", description="concentrate with the salt")

    def layout(self) -> Layout:
        return Layout(("diluate", "concentrate"), ("cation", "anion"))

    def equations(self) -> None:
        super().equations()
        removed: Any = sum(
            self.system.charge_of(c) * (self.diluate.flow("aqueous", c) - self.desalted.flow("aqueous", c))
            for c in self.system.solutes(self.desalted.shape.names("aqueous"))
            if self.system.charge_of(c) > 0
        )
        self.report("current_efficiency", removed / self.ideal_passage, "desalination")
