"""Leach tanks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from flowsheet.document.declaration import (
    Chart,
    Inlet,
    Outlet,
    choice,
    integer,
    mapping,
    names,
    parameter_set,
    quantity,
    result,
)
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from flowsheet.model.parameter_sets import one_of_the_sets
from flowsheet.model.unit import Shape
from hydromet.leaching.leach_tanks_report import report_tanks
from hydromet.leaching.leach_tanks_start import start_unleached
from hydromet.leaching.off_gas import gases_over
from hydromet.leaching.particle_classes import ParticleClasses
from hydromet.leaching.particles import SHAPES
from hydromet.leaching.reacting_tanks import ReactingTanks
from hydromet.leaching.reaction_network import FORMS, ReactionNetwork
from hydromet.leaching.stated_reactions import ReactionSet, read_reactions
from hydromet.leaching.tank_reagents import serve_tank_reagents
from hydromet.leaching.vessels import LeachVessels

_FOLDER = Path(__file__).parent / "parameters"


class LeachTanks(LeachVessels, name="leach_tanks"):
    """Stirred tanks in series, or a batch, in which the reactions of a parameter set dissolve solids.

    component_balance    ln(n_c + consumed + lost) = ln(n_c,before + fed + formed)    every component but H
    speciation           mass action, activities and electroneutrality of every tank's liquor
    particle_age         u_n - a_n u_n' = u_(n-1),  a_n = tau (sum of rates)/(d/2)    the form surface
    extents              by the form of each reaction (see `hydromet.leaching.reaction_network`)
    solubility           s_k >= 0,   -ln Omega_k >= 0,   one of them zero    equilibrium, `precipitates`
    gas                  see `hydromet.leaching.tank_gas`
    reagents             see `hydromet.leaching.tank_reagents`, for feeds as needed
    volume               V_n = tau (liquor + solids, m3/h), or tau = `tank_volume`/(m3/h)
    power                agitation V

    n flows [mol/h], u_n expected unreacted fraction by the particles' age (see
    `hydromet.leaching.residence_time`), tau mean residence time of a tank [h], d size of the particles,
    Omega saturation ratio.  Rates are expressions over the concentrations of each tank's own liquor (see
    `hydromet.leaching.rate_law`); how a set states them: `hydromet.leaching.stated_reactions`.

    With `contacting: batch` the tanks are equal intervals of a batch's time: the liquor is taken as mixed in
    each (first order in their number), the particles all stay for the same time; flows are averages over
    batches, and the volume counts `turnaround` too.

    What enters counts as fresh particles of the stated size.  Of a residue, let the unit that left it say:
    `specs: [{vary: second.particle_size, until: "second.particle_size = first.residue_size.Nd2Fe14B"}]`, the
    mean of what is left by volume over surface.  That is exact where all particles are of one size; where
    they have become many, the smallest go too slowly and the largest too fast.

    Solids that no reaction names pass.  A rate that does not fall to zero with what it consumes may ask for
    more than there is: such a set has no solution there.
    Left out: heat of agitation, volatile acids and ammonia (HF leaves), gases that dissolve without a
    reaction of the form transfer, evaporation of an adiabatic tank above boiling.
    Range: that of the parameter set's values, reported where they are left.
    Sources: the parameter sets; sizes and shapes of particles where neither states them are the user's.

    Example:
        leach:
          unit: leach_tanks
          inlets: {solids: magnets, lixiviant: acid, air: air}
          reactions: magnet_acid
          tanks: 2
          residence_time: 4 h
          temperature: 60 degC
    """

    solids = Inlet("solid", "aqueous", optional=True, description="solids to be leached, may be moist")
    lixiviant = Inlet("aqueous", optional=True, draws=True, description="acid or other leaching solution")
    liquor = Inlet("aqueous", "solid", optional=True, draws=True, description="water, wash, recycled liquors")
    gas = Inlet("gas", optional=True, description="air or oxygen blown into the slurry")
    air = Inlet("gas", optional=True, draws=True, description="dilution air above the slurry")
    slurry = Outlet("aqueous", "solid", description="leach liquor with undissolved and newly formed solids")
    off_gas = Outlet("gas", optional=True, description="gas formed or left over, dilution air, vapour")

    reactions = parameter_set(None, "leach_tanks.reactions", "reactions with their rates; required")
    tanks = integer(2, "tanks in series, or intervals of a batch", range=(1, 50))
    contacting = choice("tanks", ("tanks", "batch"), "stirred tanks in series, or a batch")
    residence_time = quantity(
        None, "h", "mean residence time in all tanks together, or time of a batch", range=(1e-3, 5000.0)
    )
    tank_volume = quantity(None, "m3", "slurry in each tank, in place of `residence_time`", range=(1e-6, 1e5))
    turnaround = quantity("0 h", "h", "time to fill, empty and clean, per batch", range=(0.0, 500.0))
    temperature = quantity(
        None, "K", "temperature held in all tanks; adiabatic when absent", range=(273.15, 371.15)
    )
    tank_temperature = mapping(
        {},
        "tank",
        "K",
        "temperature of a tank by its number, in place of `temperature`",
        range=(273.15, 371.15),
    )
    lixiviant_split = mapping(
        {},
        "tank",
        "1",
        "shares of the lixiviant by tank number; absent: all into the first",
        range=(0.0, 1.0),
    )
    gas_split = mapping({}, "tank", "1", "shares of the gas by tank number; absent: alike", range=(0.0, 1.0))
    particle_size = quantity(
        None, "m", "size of all particles that dissolve from their surface", range=(1e-8, 1.0)
    )
    particle_sizes = mapping(
        {}, "solid", "m", "size by solid: diameter, or thickness of a plate", range=(1e-8, 1.0)
    )
    size_spread = quantity(
        None, "1", "standard deviation of ln(size); one size when absent", range=(0.0, 1.5)
    )
    size_classes = integer(5, "classes of the size distribution", range=(2, 15))
    precipitates = names((), "solid", "further solids that form, or dissolve, to equilibrium in every tank")
    uptake = mapping(
        {}, "gas", "1", "share of a gas blown in that dissolves, in place of its transfer", range=(0.0, 1.0)
    )
    free_acid = quantity(
        None, "mol/L", "free acid [H+] + [HSO4-] of the liquor, for lixiviant as needed", range=(1e-9, 15.0)
    )
    pH = quantity(None, "pH", "pH of the liquor, for lixiviant as needed", range=(-1.5, 12.0))
    dose = mapping(
        {},
        "component",
        "1",
        "what the lixiviant as needed brings of one component, over all that the solids can take up",
        range=(1e-3, 1000.0),
    )
    pulp_density = quantity(
        None,
        "kg/m3",
        "solids per volume of all liquor that enters, for lixiviant or liquor as needed",
        range=(0.01, 2000.0),
    )
    pressure = quantity("1.01325 bar", "bar", "pressure of the gas space", range=(0.5, 5.0))
    activity_model = choice(
        "flowsheet", ("flowsheet", "ideal", "sit", "pitzer"), "activity model of the liquor"
    )

    conversion = result("1", "share of a solid's inflow that is gone")
    extent = result("mol/h", "how often a reaction runs, by its name in the parameter set")
    charts = (
        *LeachVessels.charts,
        Chart("pH by tank", "along", ("liquor_pH",)),
    )
    liquor_pH = result("pH", "pH by tank", profile="tank")
    free_proton = result("mol/L", "free H+ by tank", profile="tank")
    acid_consumed = result("mol/kg", "protons taken up per mass of solids")
    tank_volumes = result("m3", "working volume by tank", profile="tank")
    tank_residence_time = result("h", "mean residence time by tank", profile="tank")
    dissolution_time = result("h", "time in which a particle would be gone at the last tank's rate, by solid")
    residue_size = result("m", "mean size of the particles left, volume over surface, by solid")
    gas_used = result("1", "share of a gas blown in that reacts or stays dissolved")
    dissolved_gas = result(
        "1",
        "fugacity of a gas over the liquor over its partial pressure, by gas and tank",
        profile="component.tank",
    )
    hydrogen_formed = result("mol/kg", "hydrogen that forms per mass of solids")
    hydrogen_fraction = result("1", "hydrogen in the dry off-gas by tank, by volume", profile="tank")
    hydrogen_over_limit = result(
        "1", "hydrogen in the dry off-gas over its lower flammability limit, by tank", profile="tank"
    )

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = Shape.of()
        for shape in inlets.values():
            everything = everything | shape
        if not everything.names("aqueous"):
            return {"slurry": everything.only("solid"), "off_gas": everything.only("gas")}
        blown, air = (inlets.get(port, Shape.of()).names("gas") for port in ("gas", "air"))
        network = self._network(everything, blown)
        return {
            "slurry": Shape.of(aqueous=network.components, solid=network.solids),
            "off_gas": Shape.of(gas=gases_over(self.system, network.gases, air, network.components)),
        }

    def _network(self, everything: Shape, blown: tuple[str, ...]) -> ReactionNetwork:
        self._check_precipitates()
        return ReactionNetwork(
            self.system,
            self.stated,
            everything.names("solid"),
            everything.names("aqueous"),
            blown,
            self.precipitates,
            self.activity_model,
        )

    def _check_precipitates(self) -> None:
        for k in self.precipitates:
            entry = self.system.solids[k]
            if entry.composition is None:
                self.refuse(f"`{k}` has no solubility constant", "precipitates", "only kinetics dissolve it")
            if self.activity_model not in entry.constants:
                self.refuse(f"`{k}` has no constant for the {self.activity_model} model", "precipitates")

    @cached_property
    def stated(self) -> ReactionSet:
        if self.reactions is None:
            self.refuse("which reactions run isn't stated", help=one_of_the_sets("leach_tanks.reactions"))
        return read_reactions(self.parameters, self.system, FORMS)

    @cached_property
    def parameters(self) -> ParameterSet:
        return find_parameter_set(self.reactions, _FOLDER)

    # ---- equations

    def equations(self) -> None:
        everything = Shape.of()
        for mixture in self.inlets.values():
            everything = everything | mixture.shape
        if not everything.names("aqueous"):
            self.refuse("nothing aqueous enters", help="connect a lixiviant")
        if (self.residence_time is None) == (self.tank_volume is None):
            self.refuse(
                "either `residence_time` or `tank_volume` is needed",
                "tank_volume" if self.tank_volume is not None else None,
                "give one of them",
            )
        if isinstance(self.reactions, Path):
            for line in self.stated.left_out:
                self.note(line)
        network = self._network(everything, self.gas.shape.names("gas"))
        values = network.values
        numbers = {
            name: self.input(f"reactions.{name}", quantity.value, quantity.unit)
            for name in network.constants
            if (quantity := values[name].quantity) is not None
        }
        self.series = ReactingTanks(
            self,
            network,
            self._temperatures(),
            None if self.residence_time is None else self.residence_time / self.tanks,
            self.tank_volume,
            {"lixiviant": self._shares("lixiviant_split", first=True), "gas": self._shares("gas_split")},
            self._particles(network),
            numbers,
        )
        self.series.build()
        self._slurry_balance()
        serve_tank_reagents(self)
        start_unleached(self)
        report_tanks(self)

    def _tank_numbers(self, setting: str) -> dict[int, Any]:
        given = getattr(self, setting)
        wrong = [k for k in given if not k.isdigit() or not 1 <= int(k) <= self.tanks]
        if wrong:
            self.refuse(f"`{wrong[0]}` is no tank of {self.tanks}", setting, "tanks are counted from 1")
        return {int(k): v for k, v in given.items()}

    def _temperatures(self) -> list[Any]:
        own = self._tank_numbers("tank_temperature")
        return [own.get(t, self.temperature) for t in range(1, self.tanks + 1)]

    def _shares(self, setting: str, first: bool = False) -> list[Any]:
        """Shares by tank that sum to 1; a tank that isn't named gets none."""
        split = self._tank_numbers(setting)
        if not split:
            return [1.0] + [0.0] * (self.tanks - 1) if first else [1.0 / self.tanks] * self.tanks
        if all(self.entry.value(setting)[str(t)].value == 0.0 for t in split):
            self.refuse("all shares are zero", setting)
        total = sum(split.values())
        return [split[t] / total if t in split else 0.0 for t in range(1, self.tanks + 1)]

    def _particles(self, network: ReactionNetwork) -> ParticleClasses:
        values = network.values
        size: dict[str, Any] = {}
        stated_sizes: dict[str, Any] = {}
        dimension: dict[str, int] = {}
        for k in network.particles:
            stated = values.get(f"particles.{k}.size") or values.get("particles.size")
            if k in self.particle_sizes:
                size[k] = self.particle_sizes[k]
            elif self.particle_size is not None:
                size[k] = self.particle_size
            elif stated is not None and stated.quantity is not None:
                if stated.name not in stated_sizes:
                    name = f"reactions.{stated.name}"
                    stated_sizes[stated.name] = self.input(name, stated.quantity.value, "m")
                size[k] = stated_sizes[stated.name]
            else:
                self.refuse(
                    f"no size of the particles of {k}", None, f"add `particle_sizes: {{{k}: ... um}}`"
                )
            shape = values.get(f"particles.{k}.shape") or values.get("particles.shape")
            word = "sphere" if shape is None else shape.text
            if word not in SHAPES:
                self.refuse(f"particles of {k}: `{word}` is no shape", "reactions", ", ".join(SHAPES))
            dimension[k] = SHAPES[word]
        return ParticleClasses(
            size, dimension, self.size_spread, self.size_classes, self.contacting == "batch"
        )

    # ---- outlet

    def _slurry_balance(self) -> None:
        series = self.series
        leaving = series.solids(series.last)
        entering = sum((self.entering("solid", k) for k in series.network.entering), 0.0)
        water = sum(series.fed(t, "H2O") for t in series.tanks)
        scale = entering + 1e-6 * water
        self.rows(
            "solid_outlet",
            list(self.slurry.shape.names("solid")),
            lambda k: (self.slurry.n["solid"][k] - leaving[k]) / scale,
        )
        given = series.given[-1]
        if given is not None:
            self.rows("slurry_temperature", None, lambda: (self.slurry.temperature - given) / 100.0)
            self.start(self.slurry.temperature, given)
        if not self.off_gas.shape.names("gas"):
            self.rows(
                "gas_temperature", None, lambda: (self.off_gas.temperature - self.slurry.temperature) / 100.0
            )
