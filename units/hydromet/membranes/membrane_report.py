"""What a membrane contactor reports: profiles along the fibres, fluxes, resistances, sizes and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.organic_balance import DILUENT
from hydromet.membranes.contactor import Contactor, Side
from hydromet.membranes.diffusivity import SECONDS
from hydromet.membranes.fibres import SideName
from hydromet.membranes.modules import LIQUORS
from hydromet.membranes.wall import Dispersion

if TYPE_CHECKING:
    from hydromet.membranes.membrane_solvent_extraction import MembraneSolventExtraction

_LEAST_ACID_LEFT = 0.05
"""Of the strip's: with as much, six cells of a plant's contactor transfer 0.2 % more than 24 do; with less
metals stay behind, or coarse cells take far too much across."""
_ACID_OF_WATER = 1e-7
"""Keeps the ratio of acids finite in a strip liquor without any [mol/kg]."""
_KILOWATT = 1e5 / SECONDS / 1e3
"""kW per m3/h and bar."""


def report(unit: MembraneSolventExtraction) -> None:
    """Publish all results of the unit."""
    _profiles(unit)
    _separation(unit)
    _fluxes(unit)
    _hydraulics(unit)
    _losses(unit)
    _coefficients(unit)
    _validity(unit)


def _profiles(unit: MembraneSolventExtraction) -> None:
    """Bulk and surface along the fibres, cells counted as the feed (or the strip in its own module) runs."""
    for contactor, (near_name, far_name) in _names(unit):
        for k, cell in enumerate(contactor.cells):
            _side(unit, f"{near_name}_{k + 1}", cell.near)
            place = f"{far_name}_{k + 1}"
            if isinstance(cell.far, Side):
                _side(unit, place, cell.far)
                continue
            for c in unit.contacts.crossing:
                unit.report("organic_concentration", cell.far.driving(c), index=f"{place}.{c}")
            if isinstance(cell.far, Dispersion):
                unit.report("bulk_pH", cell.far.stage.ph, index=place)
                for c in unit.contacts.crossing:
                    unit.report("concentration", cell.far.stage.concentration(c), index=f"{place}.{c}")
    unit.report("raffinate_pH", unit.contacts.along["feed"].leaving.ph)
    unit.report("strip_liquor_pH", unit.contacts.along["strip"].leaving.ph)
    _strip_acid(unit)
    first = unit.contacts.contactors[0].cells[0].near.surface
    unit.report("loading", first.loaded_fraction())
    unit.report("free_extractant", pyo.exp(first.block.ln_free))


def _side(unit: MembraneSolventExtraction, place: str, side: Side) -> None:
    unit.report("bulk_pH", side.liquor.aqueous.ph, index=place)
    unit.report("surface_pH", side.surface.ph, index=place)
    for c in unit.contacts.crossing:
        unit.report("concentration", side.liquor.concentration(c), index=f"{place}.{c}")


def _strip_acid(unit: MembraneSolventExtraction) -> None:
    """Say where the protons that metals are exchanged for use up the strip's acid: as it goes, the balance
    over a cell takes more metal across than equilibrium allows."""
    if not any(s.composition.get(PROTON, 0.0) < 0.0 for s in unit.contacts.species.values()):
        return
    charges = {c: unit.system.charge_of(c) for c in unit.system.solutes(unit.strip.shape.names("aqueous"))}
    fed = -sum(z * unit.strip.flow("aqueous", c) for c, z in charges.items())
    leaving = unit.contacts.along["strip"].leaving
    neutral = _ACID_OF_WATER * leaving.water
    unit.report("strip_acid_left", leaving.flow[PROTON] / pyo.sqrt(fed * fed + neutral * neutral))
    unit.valid_within(
        ["strip_acid_left"],
        _LEAST_ACID_LEFT,
        1.0,
        "share of its acid that the strip liquor leaves with",
        "the cells' balances: give the strip more acid",
    )


def _names(unit: MembraneSolventExtraction) -> list[tuple[Contactor, tuple[str, str]]]:
    """What the places in each contactor are called."""
    if unit.arrangement == "two_modules":
        names = [("feed", "extraction"), ("strip", "stripping")]
    else:
        names = [("feed", "strip")]
    return list(zip(unit.contacts.contactors, names, strict=True))


def _separation(unit: MembraneSolventExtraction) -> None:
    for c in unit.contacts.crossing:
        if c in unit.feed.shape.names("aqueous"):
            fed = unit.feed.flow("aqueous", c)
            unit.report("extracted", 1.0 - unit.contacts.outflow("feed", c) / fed, index=c)
            taken = unit.contacts.outflow("strip", c) - unit.strip.flow("aqueous", c)
            unit.report("transferred", taken / fed, index=c)


def _fluxes(unit: MembraneSolventExtraction) -> None:
    contactor = unit.contacts.contactors[0]
    cell_area = unit.area / unit.cells
    for c in contactor.cells[0].overall:
        mass = unit.system.component(c).molar_mass
        total = unit.feed.flow("aqueous", c) - unit.contacts.outflow("feed", c)
        unit.report("flux", mass * total / unit.area, index=c)
        for k, cell in enumerate(contactor.cells):
            unit.report("cell_flux", mass * cell.transfer.rate[c] / cell_area, index=f"{k + 1}.{c}")
            overall = cell.overall[c] / (LITRES * cell_area)
            unit.report("overall_coefficient", overall, index=f"{k + 1}.{c}")
        for part, name in (("near_film", "feed_film"), ("wall", "membrane"), ("far_film", "strip_film")):
            if part in contactor.cells[0].shares:
                mean = sum(cell.shares[part][c] for cell in contactor.cells) / unit.cells
                unit.report("resistance", mean, index=f"{name}.{c}")


def _hydraulics(unit: MembraneSolventExtraction) -> None:
    """Velocities, pressure drops and power of each liquid; area, modules and organic."""
    conductances = unit.contacts.conductances
    power = _liquid(unit, "feed", "feed", conductances.sides["feed"])
    if unit.arrangement == "two_modules":
        power = power + _liquid(unit, "strip", "strip", conductances.sides["strip"])
        power = power + _liquid(unit, "organic_extraction", "feed", conductances.organic_side("feed"))
        power = power + _liquid(unit, "organic_stripping", "strip", conductances.organic_side("strip"))
    else:
        name = "strip" if unit.arrangement == "pores" else "dispersion"
        power = power + _liquid(unit, name, "strip", conductances.sides["strip"])
    unit.report("pump_power", power * _KILOWATT / unit.pump_efficiency)
    fibres = [conductances.fibres[liquor] for liquor in LIQUORS][: len(unit.contacts.contactors)]
    area = sum(f.area for f in fibres)
    unit.report("membrane_area", area)
    unit.report("modules", area / unit.module_area)
    inventory = sum(f.pores(unit.porosity) for f in fibres)
    if unit.contacts.organic_flows:
        unit.report("organic_flow", conductances.organic_flow)
        inventory = inventory + unit.organic_hold_up * conductances.organic_flow
        share = conductances.organic_flow / conductances.beside_organic()
        for liquor, f in zip(LIQUORS, fibres, strict=False):
            inventory = inventory + share * f.volume(conductances.organic_side(liquor))
    unit.report("organic_inventory", inventory)


def _liquid(unit: MembraneSolventExtraction, name: str, liquor: str, side: SideName) -> Any:
    """One liquid's results; its flow times its pressure drop [bar m3/h]."""
    conductances, fibres = unit.contacts.conductances, unit.contacts.conductances.fibres[liquor]
    if name in LIQUORS:
        flow, viscosity = conductances.inlet(name).volume_flow("aqueous"), conductances.viscosity()
        density = conductances.density(name)
    else:
        flow, density = conductances.beside_organic(), conductances.organic_density
        viscosity = unit.organic_viscosity * density
    drop = fibres.pressure_drop(side, flow, viscosity)
    unit.report("velocity", fibres.velocity(side, flow), index=name)
    unit.report("reynolds", fibres.reynolds(side, flow, viscosity / density), index=name)
    unit.report("pressure_drop", drop, index=name)
    if side == "lumen":
        limit = unit.film_data.value("lumen.laminar_below", "1")
        unit.valid_within([f"reynolds.{name}"], 0.0, limit, "Reynolds number", "laminar flow in the lumen")
    return flow * drop


def _losses(unit: MembraneSolventExtraction) -> None:
    for key, c in (("extractant_loss", unit.extraction_system.extractant.name), ("diluent_loss", DILUENT)):
        if c in unit.losses.make_up_inlets():
            unit.report(key, unit.losses.total(c) * unit.system.component(c).molar_mass)


def _coefficients(unit: MembraneSolventExtraction) -> None:
    """Films' coefficients by component, diffusivities in the organic, and what stands in for unknown ones."""
    conductances, cell = unit.contacts.conductances, unit.contacts.contactors[0].cells[0]
    sides = {"feed": cell.near}
    if isinstance(cell.far, Side):
        sides["strip"] = cell.far
    elif unit.arrangement == "two_modules":
        sides["strip"] = unit.contacts.contactors[1].cells[0].near
    for liquor, side in sides.items():
        for c in cell.overall:
            own = conductances.film_coefficient(liquor, side.film_conductance(c))
            unit.report("film_coefficient", own, index=f"{liquor}.{c}")
    for name, s in unit.contacts.species.items():
        diffusivity = conductances.organic_diffusivity(s.extractants)
        unit.report("organic_species_diffusivity", diffusivity, index=name)
    if unit.membrane_coefficient is None and not unit.entry.parameters["tortuosity"].given:
        unit.note(
            "the pores' tortuosity is an estimate: state it, or a membrane coefficient that was measured"
        )
    if conductances.by_shell_correlation:
        unit.note(
            "the film in the shell follows a correlation whose range isn't known: "
            "state a film coefficient where you have measured one"
        )
    if conductances.diffusivity.unknown:
        unknown = ", ".join(sorted(conductances.diffusivity.unknown))
        unit.note(f"no diffusivity is known for {unknown}: the film data's `other` stands in")


def _validity(unit: MembraneSolventExtraction) -> None:
    """Say where the extractant's constants are extrapolated, and what they don't know."""
    system = unit.extraction_system
    ranges, constants = system.ranges, f"the constants of {system.name}"
    if "pH" in ranges:
        cells = [f"surface_pH.feed_{k + 1}" for k in range(unit.cells)]
        unit.valid_within(cells, *ranges["pH"], "pH", constants)
    unit.report("extractant_concentration", unit.block.extractant)
    for key, form in (("dimer", " (as dimer)"), ("extractant", "")):
        if key in ranges:
            unit.valid_within(
                ["extractant_concentration"], *ranges[key], f"extractant{form}", constants, "mol/L"
            )
    unit.report("liquids_temperature", unit.temperature)
    if "T" in ranges:
        low, high = (t + 273.15 for t in ranges["T"])
        unit.valid_within(["liquids_temperature"], low, high, "temperature", constants, "K")
    components = sorted({c for liquor in LIQUORS for c in unit.liquor_components(liquor)})
    cations = [c for c in components if unit.system.charge_of(c) > 0]
    for component, reason in system.unextracted(cations, components).items():
        unit.note(f"{component} is not extracted: {reason}")
