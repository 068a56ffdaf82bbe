"""Column of immobilised protein or another ligand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowsheet.document.declaration import Inlet, Outlet, mapping, parameter_set, result
from hydromet.bioligand.parameter_set import ligand_of
from hydromet.bioligand.report import report_ligand_column
from hydromet.columns.column import Column
from hydromet.columns.sorbent import Sorbent

_DURATIONS = {
    "feed": "2 h",
    "wash": "10 min",
    **{f"eluent_{k}": "30 min" for k in range(1, 5)},
    "regenerant": "20 min",
    "equilibrant": "20 min",
}


class BioligandColumn(Column, name="bioligand_column"):
    """Columns of immobilised protein or another ligand that bind metals, in a cyclic steady state.

    metal_balance        S_i + F J_i = S_i,before + F J_(i-1)           cells i of the bed, levels of time
    share_balance        the same for the share of each entering liquor, which carries all that doesn't bind
    binding            q_M/q_max = K_M a_M/a_H^z v^n,  sum n q/q_max + v = 1;  or a linear driving force to it
    proton_balance       acid, buffers and what the sites give up decide the pH of every cell
    ligand_balance       citrate, sulfate ... between protons and metals
    cycle                the level before the first is the last
    collected            effluent = sum of F J of the last cell over the levels that it takes
    volume_passed        B_s = V_s t_cycle/(columns V)

    S held and c dissolved per volume, q bound [mol/L of bed], F flow per level [volumes of a cell], J what
    leaves a cell (`hydromet.columns.transport`: discretisation and mass transfer); K, a, v, n, z see
    `hydromet.columns.binding`; the liquor in a cell see `hydromet.columns.liquor`.  B_s bed volumes of
    liquor s per cycle, V_s its flow [m3/h], V bed of one column.

    Steps follow each other in the order of the inlets; those that nothing is connected to are left out.  All
    streams are the plant's continuous ones: each inlet's flow is what all columns take on average, each
    outlet's what they give.  `columns` go through the same cycle one after the other, so that
    columns times duration over cycle time are in a step at once.  An effluent is switched
    `effluent_delay` bed volumes after its liquor.

    Assumed: isothermal bed at the effluents' temperature (which follows from the heat of all liquors),
    volumes that add and a constant flow within a step, one axial coordinate, binding constants that don't
    depend on temperature, each bound charge giving up one proton.  Precipitation, oxidation and ligand loss
    are left out.  Protein folding is not modelled: sites bind one by one. Range: that of the ligand's set,
    pH to 6; outside it the result says so. Discretisation: `cells` is also the number of plates, unless
    `peclet` says how the bed disperses. Sources: the modules named and the parameter sets.

    Example:
        separation:
          unit: bioligand_column
          inlets: {feed: leach_liquor, eluent_1: weak_acid, eluent_2: acid, equilibrant: ready}
          ligand: hans_lanm
          columns: 4
          bed_volume: 20 L
          bed_volumes: {eluent_1: 8, eluent_2: 4, equilibrant: 3}
    """

    feed = Inlet("aqueous", description="liquor that is loaded")
    wash = Inlet("aqueous", optional=True, draws=True, description="wash liquor")
    eluent_1 = Inlet("aqueous", optional=True, draws=True, description="first eluent")
    eluent_2 = Inlet("aqueous", optional=True, draws=True, description="second eluent")
    eluent_3 = Inlet("aqueous", optional=True, draws=True, description="third eluent")
    eluent_4 = Inlet("aqueous", optional=True, draws=True, description="fourth eluent")
    regenerant = Inlet("aqueous", optional=True, draws=True, description="liquor that strips what is left")
    equilibrant = Inlet("aqueous", optional=True, draws=True, description="liquor that readies the bed")
    raffinate = Outlet("aqueous", description="effluent of the load")
    wash_effluent = Outlet("aqueous", optional=True, description="effluent of the wash")
    eluate_1 = Outlet("aqueous", optional=True, description="effluent of the first elution")
    eluate_2 = Outlet("aqueous", optional=True, description="effluent of the second elution")
    eluate_3 = Outlet("aqueous", optional=True, description="effluent of the third elution")
    eluate_4 = Outlet("aqueous", optional=True, description="effluent of the fourth elution")
    regeneration_effluent = Outlet("aqueous", optional=True, description="effluent of the regeneration")
    equilibration_effluent = Outlet("aqueous", optional=True, description="effluent of the equilibration")

    ligand = parameter_set(
        "mex_lanm", "bioligand_column.ligand", "what binds the metals, and the bed it is on"
    )
    durations = mapping(_DURATIONS, "inlet", "h", "time of each step, by its inlet", range=(1e-4, 1e4))
    bed_volumes = mapping(
        {}, "inlet", "1", "bed volumes per cycle of a liquor as needed, by its inlet", range=(1e-3, 1e5)
    )

    eluate_concentration = result("mol/L", "binding metals in an eluate")
    eluate_share = result("1", "share of a metal among the binding metals of an eluate, by amount")
    productivity = result("kg/m3/h", "binding metals in eluates per volume of bed and time")

    sorbent_setting = "ligand"
    highest_pH = 6.0
    step_outlets: ClassVar[Mapping[str, str]] = {
        "feed": "raffinate",
        "wash": "wash_effluent",
        "eluent_1": "eluate_1",
        "eluent_2": "eluate_2",
        "eluent_3": "eluate_3",
        "eluent_4": "eluate_4",
        "regenerant": "regeneration_effluent",
        "equilibrant": "equilibration_effluent",
    }

    def sorbent_of(self, components: list[str]) -> Sorbent:
        """The ligand's set for the metals that enter."""

        def charges(names: Any) -> tuple[tuple[str, int], ...]:
            return tuple((c, z) for c in names if (z := self.system.charge_of(c)) > 0)

        ligand = ligand_of(self.ligand, charges(components))
        if not ligand.log_k:
            binds = ", ".join(ligand_of(self.ligand, charges(self.system.components)).log_k)
            known = f"of this chemistry's metals it binds {binds}"
            self.refuse(
                f"nothing that enters binds to `{self.ligand}`",
                "ligand",
                known
                if binds
                else f"the chemistry `{self.system.name}` has none of the metals that it binds",
            )
        return ligand

    def report_results(self) -> None:
        report_ligand_column(self)
