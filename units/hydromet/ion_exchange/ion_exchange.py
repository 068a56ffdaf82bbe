"""Columns of ion exchange resin that polish a liquor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowsheet.document.declaration import Inlet, Outlet, integer, mapping, parameter_set, quantity, result
from hydromet.columns.column import Column
from hydromet.columns.sorbent import Sorbent
from hydromet.ion_exchange.report import report_ion_exchange
from hydromet.ion_exchange.resin import resin_of

_DURATIONS = {
    "feed": "24 h",
    "displacement": "30 min",
    "eluent": "1 h",
    "eluent_rinse": "30 min",
    "conversion": "1 h",
    "final_rinse": "1 h",
}


class IonExchange(Column, name="ion_exchange"):
    """Columns of cation exchange resin that take ions out of a liquor, in a cyclic steady state.

    ion_balance          S_i + F J_i = S_i,before + F J_(i-1)           cells i of the bed, levels of time
    share_balance        the same for the share of each entering liquor, which carries all else
    exchange             q_M/q_max = K_M a_M/a_H^z v^z                  M(z+) + z RH = R_z M + z H+
    site_balance         v + sum_M z_M q_M/q_max = 1                    charge balance of the resin
    proton_balance       what the resin gives up and takes, and all buffers, decide the pH of every cell
    cycle                the level before the first is the last
    collected            effluent = sum of F J of the last cell over the levels that it takes
    volume_passed        B_s = V_s t_cycle/(columns V)
    saturation           the resin in equilibrium with the feed: B_sat = e + q_M(feed)/c_M

    S held and c dissolved per volume of bed and liquor, q on the resin [mol/L of bed], q_max its capacity
    [equivalents, mol/L of bed], v share of the sites that hold a proton, a activities [mol/kg], K_M that of
    the resin's set, e liquor in the bed, F flow per level [volumes of a cell], J what leaves a cell
    (`hydromet.columns.transport`: discretisation, axial dispersion, mass transfer); B_s bed volumes of
    liquor s per cycle, V_s its flow [m3/h], V bed of one column.

    The ions compete with each other and with the proton: of a weakly acidic or chelating resin K is small,
    so that it loses its capacity in acid; of a strongly acidic one it is of order 1.  A resin is in the
    hydrogen form after its elution with acid, in the sodium form after a conversion with alkali (or after
    an elution with brine, if it is strongly acidic).

    Steps follow each other in the order of the inlets; those that nothing is connected to are left out.  All
    streams are the plant's continuous ones: an inlet's flow is what all columns take on average, an outlet's
    what they give; `columns` go through the same cycle one after the other, columns times duration over
    cycle time of them are in a step at once.  An effluent is switched `effluent_delay` bed volumes after its
    liquor, so that what a step finds in the bed leaves with the effluent of the step before.

    Assumed: isothermal bed, volumes that add (beads that neither swell nor shrink), no uptake of whole salts
    by the resin (Donnan exclusion is complete), selectivities that depend neither on loading nor on
    temperature, flow always in the same direction.  Mass transfer: equilibrium, or one linear driving force
    for film and bead together.  Precipitation in the bed (gypsum from a sulfuric eluent, hydroxides in the
    conversion) is left out, and the resin takes up no anions.  Discretisation: `cells` is also the number of
    plates, unless `peclet` says how the bed disperses.  Range: that of the resin's set.  Sources: the
    modules named, Helfferich's form of mass action with equivalents, and the parameter sets.

    Example:
        softening:
          unit: ion_exchange
          inlets: {feed: brine, displacement: water, eluent: acid, eluent_rinse: water, conversion: caustic,
                   final_rinse: water}
          resin: iminodiacetic
          bed_volume: 500 L
          bed_volumes: {displacement: 2, eluent: 3, eluent_rinse: 3, conversion: 3, final_rinse: 3}
    """

    feed = Inlet("aqueous", description="liquor that is polished")
    displacement = Inlet("aqueous", optional=True, draws=True, description="water that pushes the feed out")
    eluent = Inlet("aqueous", optional=True, draws=True, description="acid, or brine, that elutes the resin")
    eluent_rinse = Inlet("aqueous", optional=True, draws=True, description="water that rinses the eluent out")
    conversion = Inlet(
        "aqueous", optional=True, draws=True, description="alkali that converts the resin to its salt form"
    )
    final_rinse = Inlet("aqueous", optional=True, draws=True, description="water before the next load")
    product = Outlet("aqueous", description="polished liquor")
    displacement_effluent = Outlet("aqueous", optional=True, description="effluent of the displacement")
    eluate = Outlet("aqueous", optional=True, description="effluent of the elution")
    eluent_rinse_effluent = Outlet("aqueous", optional=True, description="effluent of the rinse after it")
    conversion_effluent = Outlet("aqueous", optional=True, description="effluent of the conversion")
    final_rinse_effluent = Outlet("aqueous", optional=True, description="effluent of the last rinse")

    resin = parameter_set("iminodiacetic", "ion_exchange.resin", "the resin and its bed")
    durations = mapping(_DURATIONS, "inlet", "h", "time of each step, by its inlet", range=(1e-4, 1e4))
    bed_volumes = mapping(
        {}, "inlet", "1", "bed volumes per cycle of a liquor as needed, by its inlet", range=(1e-3, 1e5)
    )
    breakthrough_share = quantity(
        "5 %", "1", "concentration over the feed's that counts as breakthrough", range=(1e-6, 0.99)
    )
    cells = integer(10, "cells along the bed", range=(2, 400))
    load_levels = integer(12, "levels of time of the load", range=(2, 2000))
    levels = integer(6, "levels of time of each other step", range=(2, 2000))
    front_levels = integer(
        2, "levels of time of the front of a step, until effluents are switched", range=(1, 200)
    )

    bed_area = result("m2", "cross section of one column")
    leakage = result("mg/L", "ion in the product, mean of the load")
    removal = result("1", "share of an ion of the feed that the product lacks")
    working_capacity = result("mol/L", "equivalents of polyvalent ions taken from the feed per bed and cycle")
    saturation_capacity = result("mol/L", "equivalents of polyvalent ions on resin saturated with the feed")
    saturation_volumes = result("1", "bed volumes of feed whose ion the bed holds in equilibrium with it")
    breakthrough_volumes = result(
        "1", "bed volumes that left below the breakthrough share; all of the load's where none broke through"
    )
    loaded_form = result("1", "share of the sites that an ion has at the end of the load")
    regenerated_form = result("1", "share of the sites that an ion has at the start of the load")
    regenerant_dose = result("mol/L", "equivalents of ions of the eluent or the conversion per bed and cycle")
    regenerant_ratio = result("1", "equivalents of the eluent over those of the working capacity")
    rinse_water = result("1", "bed volumes of displacement and rinses per cycle")

    sorbent_setting = "resin"
    lowest_pH, highest_pH = -1.0, 14.0
    ions_leave_together = True
    step_outlets: ClassVar[Mapping[str, str]] = {
        "feed": "product",
        "displacement": "displacement_effluent",
        "eluent": "eluate",
        "eluent_rinse": "eluent_rinse_effluent",
        "conversion": "conversion_effluent",
        "final_rinse": "final_rinse_effluent",
    }

    def sorbent_of(self, components: list[str]) -> Sorbent:
        def charges(names: Any) -> tuple[tuple[str, int], ...]:
            return tuple((c, z) for c in names if (z := self.system.charge_of(c)) > 0)

        resin = resin_of(self.resin, charges(components))
        if not resin.log_k:
            takes = ", ".join(resin_of(self.resin, charges(self.system.components)).log_k)
            self.refuse(
                f"the resin `{self.resin}` exchanges nothing that enters",
                "resin",
                f"of this chemistry's ions it exchanges {takes}"
                if takes
                else f"the chemistry `{self.system.name}` has none of its ions",
            )
        return resin

    def report_results(self) -> None:
        report_ion_exchange(self)
