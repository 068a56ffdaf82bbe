"""Solvent extraction through the walls of hollow fibres."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, integer, parameter_set, quantity, result
from flowsheet.document.parameter_file import ParameterSet
from flowsheet.model.unit import Shape, Unit
from hydromet.extraction.mass_action import ExtractionSystem
from hydromet.extraction.organic_balance import DILUENT
from hydromet.extraction.organic_chemistry import FROM_CHEMISTRY, NoOrganicPhase, extraction_system_of
from hydromet.extraction.parameter_file import ExtractionParameterError, sets_that_extract
from hydromet.extraction.two_phase import TwoPhaseEquilibrium
from hydromet.membranes.diffusivity import liquid_films
from hydromet.membranes.losses import Losses
from hydromet.membranes.membrane_report import report
from hydromet.membranes.modules import Modules
from hydromet.membranes.start import started

_FIRST_HINDRANCE = 1e4
"""Hindrance of the wall at which next to nothing crosses it."""
_ESTIMATE = "estimate; take the module's data sheet"


class MembraneSolventExtraction(Unit, name="membrane_solvent_extraction", symbol="hollow_fibre"):
    """Hollow-fibre contactors that extract and strip through the walls of their fibres.

    film             R_c = sum_j nu_jc g_j [(c_jb - c_ji) - z_j u (c_jb + c_ji)/2]     liquors (see `film`)
    mass_action      c_s = K_s prod a_c^nu_sc f^n_s           at both liquors' surfaces (see `mass_action`)
    wall             R_c = sum_s nu_sc h_s (c_s - c_s')       pores, and the organic's film where it flows
    carrier          0 = r_f + sum_s n_s r_s                  extractant that goes comes back
    pore_extractant  E = (E_feed + E_strip)/2                 what pores between two liquors hold
    balance          in_c - out_c = +-R_c                     every cell along the fibres (see `contactor`)
    electroneutrality   of every bulk and surface; protons follow what the complexes exchange
    sizes            modules = area/module_area; films by flow and geometry (see `fibres`)
    power            P = sum V dp/pump_efficiency

    R_c rate of a component [mol/h]; c_j aqueous species in bulk and at the surface [mol/L], c_s organic
    species, f free extractant, E all of it [mol/L organic]; a activities; g, h conductances [m3/h]; z charge,
    u potential over the film.

    `pores`: feed and strip liquor on the two sides of the same fibres, the organic in their pores alone.
    `dispersion`: instead of the strip liquor alone, organic that holds it as drops, in equilibrium with them;
    both settle apart at the module's end.  `two_modules`: the organic runs past the feed in one contactor,
    past the strip liquor in another, and round.  An organic that runs is `phase_ratio` times the feed (two
    modules) or the strip liquor (dispersion).  Liquids run against each other along the fibres, which are cut
    into `cells`.  Areas are of the fibres' outer surface; each of two modules has its own.

    Film coefficients follow from the correlations and diffusivities of `films` unless stated; a stated one
    holds for all species.  The organic's diffusivity is Wilke and Chang's unless stated.  Components without
    a constant for the extractant stay where they are.

    What leaves is speciated by itself: it is not what the last cell holds on the mean.  Where the strip's
    acid ends within a cell, the cell's mean still has some, and more crosses than equilibrium allows: such
    a strip is reported (`strip_acid_left`).

    Isothermal, plug flow, equilibrium at the surfaces, ideal organic, pores filled with it; no water through
    the walls, no fouling, no loss of organic but `organic_loss` and what dissolves.

    Sources: `parameters/liquid_films.yaml`, and the extractants' sets.  Fibre and module: user's data sheets.
    Range: laminar flow in the lumen.

    Example:
        msx:
          unit: membrane_solvent_extraction
          inlets: {feed: leach_filter.filtrate, strip: strip_acid}
          extractant: d2ehpa
          extractant_fraction: 20 %
          area: 20 m2
    """

    feed = Inlet("aqueous", description="liquor to extract from")
    strip = Inlet("aqueous", description="strip liquor")
    extractant_make_up = Inlet(
        "organic", optional=True, draws=True, description="pure extractant as needed, for what is lost"
    )
    diluent_make_up = Inlet(
        "organic", optional=True, draws=True, description="pure diluent as needed, for what is lost"
    )
    raffinate = Outlet("aqueous", description="liquor after extraction")
    strip_liquor = Outlet("aqueous", description="liquor with the stripped metals")

    arrangement = choice(
        "pores",
        ("pores", "dispersion", "two_modules"),
        "where organic and strip liquor are: across the wall, dispersed there, or in a module of their own",
    )
    extractant = parameter_set(
        "d2ehpa",
        "solvent_extraction.extractant",
        "extractant and its constants, or `chemistry` for the organic phase of the chemistry",
        choices=(FROM_CHEMISTRY,),
    )
    extractant_fraction = quantity(
        "20 %", "1", "commercial extractant in the organic, by volume", range=(1e-3, 0.999)
    )
    films = parameter_set(
        "liquid_films", "membrane_solvent_extraction.films", "diffusivities and film correlations"
    )
    cells = integer(20, "cells along the fibres", range=(2, 400))
    feed_side = choice("lumen", ("lumen", "shell"), "side of the fibres that the feed runs on")
    strip_side = choice(
        None, ("lumen", "shell"), "side of the strip liquor in a module of its own; the feed's when absent"
    )
    area = quantity(None, "m2", "membrane, by the fibres' outer surface", range=(1e-4, 1e6), required=True)
    strip_area = quantity(
        None, "m2", "membrane of the strip's own module; as much as the feed's when absent", range=(1e-4, 1e6)
    )
    phase_ratio = quantity(
        "1",
        "1",
        "organic that runs, by volume over feed (two modules) or strip liquor (dispersion)",
        range=(1e-3, 1e3),
    )
    module_area = quantity("1.4 m2", "m2", "membrane of one module", range=(1e-5, 1e3), source=_ESTIMATE)
    modules_in_series = quantity(
        "1", "1", "modules that a liquid passes one after the other", range=(1.0, 100.0)
    )
    fibre_outer_diameter = quantity(
        "460 um",
        "m",
        "of a fibre",
        range=(5e-5, 5e-3),
        source="Yang and Cussler, AIChE J. 32 (1986) 1910, second-hand in a public scale-up report",
    )
    fibre_inner_diameter = quantity(
        "400 um", "m", "of a fibre's lumen", range=(3e-5, 4e-3), source="as the outer diameter"
    )
    fibre_length = quantity(
        "0.25 m", "m", "between the ends that are potted", range=(0.01, 5.0), source=_ESTIMATE
    )
    porosity = quantity(
        "33 %", "1", "of the fibre's wall", range=(0.01, 0.95), source="as the outer diameter"
    )
    tortuosity = quantity(
        "3",
        "1",
        "of the wall's pores",
        range=(1.0, 20.0),
        source="estimate, one over the porosity; better fitted to a measured membrane coefficient",
    )
    packing = quantity(
        "40 %",
        "1",
        "fibres in the section of the shell",
        range=(0.02, 0.85),
        source="Benitez, Mass Transfer Operations, illustration 2.14, second-hand",
    )
    feed_film_coefficient = quantity(
        None, "m/h", "of the feed's film, for all species, per its own surface", range=(1e-6, 1e4)
    )
    strip_film_coefficient = quantity(
        None, "m/h", "of the strip liquor's film, for all species, per its own surface", range=(1e-6, 1e4)
    )
    organic_film_coefficient = quantity(
        None, "m/h", "of a flowing organic's film, per its own surface", range=(1e-6, 1e4)
    )
    membrane_coefficient = quantity(
        None, "m/h", "of the pores, for all organic species, per outer surface", range=(1e-8, 1e4)
    )
    organic_diffusivity = quantity(
        None, "m2/h", "of all species in the organic; Wilke and Chang's when absent", range=(1e-9, 1e-4)
    )
    organic_viscosity = quantity(
        "2 mm2/s", "m2/h", "kinematic, of the organic", range=(1e-4, 1.0), source="estimate; measure it"
    )
    diluent_molar_mass = quantity(
        "170 g/mol",
        "kg/mol",
        "of the diluent, where the extractant's set states none",
        range=(0.05, 0.5),
        source="estimate: that of dodecane",
    )
    relative_viscosity = quantity(
        "1", "1", "of the liquors, over that of water", range=(0.5, 20.0), source="estimate: dilute liquors"
    )
    temperature = quantity("25 degC", "K", "of all liquids", range=(273.15, 343.15))
    organic_loss = quantity(
        "5 ppm",
        "1",
        "organic that leaves with the liquors undissolved, by volume",
        range=(1e-12, 0.01),
        source="design assumption; measure it",
    )
    pump_efficiency = quantity(
        "60 %", "1", "hydraulic over electric power", range=(0.05, 1.0), source="design assumption"
    )
    organic_hold_up = quantity(
        "10 min",
        "h",
        "of a flowing organic in tank and pipes",
        range=(1e-3, 24.0),
        source="design assumption",
    )

    extracted = result("1", "share of a component of the feed that is not in the raffinate")
    transferred = result("1", "share of a component of the feed that the strip liquor takes up")
    raffinate_pH = result("pH", "pH of the raffinate as it leaves")
    strip_liquor_pH = result("pH", "pH of the strip liquor as it leaves")
    strip_acid_left = result(
        "1", "acid of the strip liquor as it leaves, over what enters with it; of cation exchangers"
    )
    surface_pH = result("pH", "pH at the wall in a cell, by liquor", profile="cell")
    bulk_pH = result("pH", "pH in the bulk of a cell, by liquor", profile="cell")
    concentration = result(
        "mol/L", "of a component in the bulk of a cell, by liquor", profile="cell.component"
    )
    organic_concentration = result(
        "mol/L", "of a component in the organic in a cell", profile="cell.component"
    )
    flux = result("kg/m2/h", "of a component through the membrane, mean over its area")
    cell_flux = result("kg/m2/h", "of a component through the membrane in a cell", profile="cell.component")
    overall_coefficient = result(
        "m/h", "of a component in a cell, by its feed's concentration", profile="cell.component"
    )
    resistance = result("1", "share of the feed film, the membrane or the strip film, mean over the cells")
    loading = result("1", "extractant bound at the feed's surface, of all of it there, in the first cell")
    free_extractant = result("mol/L", "free extractant at the feed's surface, in the first cell")
    film_coefficient = result("m/h", "of a component's film, by liquor")
    organic_species_diffusivity = result("m2/h", "of an organic species")
    extractant_concentration = result("mol/L", "all extractant in the organic, as its constants count it")
    liquids_temperature = result("K", "temperature of the liquids")
    membrane_area = result("m2", "membrane of all modules", charge="membrane")
    modules = result("1", "modules of all contactors")
    velocity = result("m/h", "of a liquid, in a lumen or superficial in a shell")
    reynolds = result("1", "Reynolds number of a liquid")
    pressure_drop = result("bar", "of a liquid, over its modules")
    pump_power = result("kW", "pumps of all liquids", charge="power")
    organic_flow = result("m3/h", "organic between two modules")
    organic_inventory = result("m3", "organic in pores, modules and tank", charge="organic_inventory")
    extractant_loss = result("kg/h", "extractant that leaves with the liquors")
    diluent_loss = result("kg/h", "diluent that leaves with the liquors")
    heat_duty = result("kW", "heat added to hold the temperature; negative: removed", charge="heat")

    # ---- structure

    @cached_property
    def extraction_system(self) -> ExtractionSystem:
        try:
            return extraction_system_of(str(self.extractant), self.system)
        except (ExtractionParameterError, NoOrganicPhase) as error:
            self.refuse(str(error), "extractant")

    @cached_property
    def film_data(self) -> ParameterSet:
        """Diffusivities and correlations."""
        return liquid_films(str(self.films))

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        """Each liquor keeps what it brings; what the extractant can carry may be in both."""
        brought = {port: inlets[port].names("aqueous") for port in ("feed", "strip")}
        if not all(brought.values()):
            return {"raffinate": Shape.of(), "strip_liquor": Shape.of()}
        together = [*brought["feed"], *brought["strip"]]
        crossing = self.extraction_system.of(together).components
        own = [self.extraction_system.extractant.name, DILUENT] if inlets["extractant_make_up"].phases else []
        return {
            "raffinate": Shape.of(aqueous=[*brought["feed"], *crossing, *own]),
            "strip_liquor": Shape.of(aqueous=[*brought["strip"], *crossing, *own]),
        }

    def liquor_components(self, liquor: str) -> list[str]:
        """Components of a liquor's speciation."""
        outlet = self.raffinate if liquor == "feed" else self.strip_liquor
        return self.system.solutes(outlet.shape.names("aqueous"))

    def _refuse_contradictions(self) -> None:
        extractant, known = self.extraction_system.extractant, self.system.components
        if bool(self.extractant_make_up) != bool(self.diluent_make_up):
            self.refuse(
                "extractant and diluent are made up together",
                None,
                "connect `extractant_make_up` and `diluent_make_up`, or neither",
            )
        for name, inlet in ((extractant.name, self.extractant_make_up), (DILUENT, self.diluent_make_up)):
            if inlet and name not in known:
                self.refuse(
                    f"the chemistry has no component `{name}` for what leaves of the organic",
                    "extractant",
                    "add it as an inert component",
                )
            if inlet and (
                inlet.drawn is None or len(inlet.streams) != 1 or inlet.shape.names("organic") != (name,)
            ):
                self.refuse(
                    f"the make-up of {name} needs one feed as needed of pure {name}",
                    None,
                    f"for example `organic: {{flow: as needed, {name}: 100 %}}`",
                )
        fed = self.system.solutes(self.feed.shape.names("aqueous"))
        if not set(self.extraction_system.of([*fed, *self.liquor_components("strip")]).components) & set(fed):
            self.refuse(
                f"nothing in the feed is extracted by {self.extraction_system.name}",
                "extractant",
                sets_that_extract([c for c in fed if self.system.charge_of(c) > 0]),
            )
        if self.entry.value("fibre_inner_diameter") >= self.entry.value("fibre_outer_diameter"):
            self.refuse(
                "the lumen is as wide as the fibre, or wider",
                "fibre_inner_diameter",
                "it must be below `fibre_outer_diameter`",
            )
        settings = {
            "strip_area": ("two_modules",),
            "strip_side": ("two_modules",),
            "organic_film_coefficient": ("two_modules", "dispersion"),
            "strip_film_coefficient": ("two_modules", "pores"),
        }
        for setting, arrangements in settings.items():
            if self.given[setting] and self.arrangement not in arrangements:
                self.refuse(
                    f"`{setting}` has no place in the arrangement `{self.arrangement}`",
                    setting,
                    f"it belongs to {' and '.join(f'`{a}`' for a in arrangements)}",
                )

    # ---- equations

    def equations(self) -> None:
        self._refuse_contradictions()
        block, extractant = self.block, self.extraction_system.extractant
        block.extractant = pyo.Expression(expr=extractant.concentration(self.extractant_fraction))
        block.hindrance = pyo.Var(initialize=0.0)
        self.contacts = Modules(self)
        self.losses = Losses(self, self.contacts)
        for liquor, outlet, inlet in (
            ("feed", self.raffinate, self.feed),
            ("strip", self.strip_liquor, self.strip),
        ):
            components = [c for c in outlet.shape.names("aqueous") if not self.system.component(c).inert]
            flows = {c: self.contacts.outflow(liquor, c) for c in components}
            name = outlet.name.rpartition(".")[2]
            self.states[outlet.name] = self.contacts.along[liquor].leaving
            self.rows(
                f"{name}_outlet", components, lambda c, o=outlet, n=flows: o.ln("aqueous", c) - pyo.log(n[c])
            )
            self.losses.outlet_rows(liquor, outlet, inlet)
        self.losses.make_up_rows()
        self.report("heat_duty", self.heat_balance(self.temperature))
        report(self)
        self.add_start()

    # ---- cold start

    def add_start(self) -> None:
        """The contactor starts as if nothing crossed its wall, which is then let through by degrees."""
        contacts, registry = self.contacts, self.registry
        needs: dict[str, Any] = {
            "extractant": self.block.extractant,
            "temperature": self.temperature,
            "organic_flow": contacts.conductances.organic_flow,
            "diluent": contacts.start_diluent,
        }
        equilibria: dict[str, Any] = {}
        for liquor, inlet in (("feed", self.feed), ("strip", self.strip)):
            components = self.liquor_components(liquor)
            equilibria[liquor] = TwoPhaseEquilibrium.table(
                self.system, self.extraction_system, components, self.activity_model
            )
            for c in (WATER, *components):
                if c in inlet.shape.names("aqueous"):
                    needs[f"{liquor}.{c}"] = inlet.flow("aqueous", c)
        outlets = {"feed": self.raffinate, "strip": self.strip_liquor}
        data = {"equilibria": equilibria, **started(contacts, outlets)}
        registry.add_procedure("hydromet.membranes.start:ContactorStart", data, needs)
        registry.add_continuation(f"{self.tag}.hindrance", self.block.hindrance, _FIRST_HINDRANCE)
