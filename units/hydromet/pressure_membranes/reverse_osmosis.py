"""Reverse osmosis."""

from __future__ import annotations

from typing import Any

from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import choice, parameter_set, quantity, result
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.basic.pumping import BAR_VOLUME
from hydromet.pressure_membranes.driving import DrivenFlux
from hydromet.pressure_membranes.pressure_membrane import PressureMembrane
from hydromet.pressure_membranes.wall import Wall, osmotic_pressure


class ReverseOsmosis(PressureMembrane, name="reverse_osmosis"):
    """Reverse osmosis: water passes a tight membrane, next to all that is dissolved stays.

    water_flux           J_k = A (p - dp_k - pi_wall,k + pi_permeate,k)
    solute_flux          J m_c,p = sum_i nu_ic N_i,    N_i = -P_i (dm_i/dx + z_i m_i dphi/dx)
    film, channel, balances: as in nanofiltration
    power, none          W = Q_F (p - p_F)/eta
    turbine              W = Q_F (p - p_F)/eta - eta_R Q_R (p - dp)
    pressure_exchanger   W = (Q_P (p - p_F) + Q_R (p - p_F - eta_R (p - dp - p_F)))/eta
    minimum_work         W_min = R T [sum_c n_c ln a_c]_(retentate + permeate - feed)

    J    water flux                        m3/m2/h      Q   volume flow of feed, retentate, permeate
    A    `water_permeability`              m3/m2/h/bar  p   `pressure`; p_F `feed_pressure`; dp friction
    pi   osmotic pressure from the chemistry's water activity                        bar
    P_i  permeance of an ion               m/h          eta, eta_R  efficiency of pump and of recovery
    n_c, a_c  flow and activity of a component, H among them

    The set that ships gives every ion the same permeance, that of sodium chloride: then no field arises and
    every salt passes as it does alone, by solution and diffusion, m_p/m_w = P/(P + J).  Where the pressure is
    below the feed's osmotic pressure, so much salt passes that what is left drives a little water: next to
    nothing is separated, which `osmotic_share` tells.  That, a pressure above the membrane's limit, and a
    salt oversaturated at the membrane are warned of (W608).
    Isothermal: heat of the pumps (0.024 K per bar) counts as given off.

    Sources: solution-diffusion as in Wijmans and Baker 1995 (doi:10.1016/0376-7388(95)00102-I); energy
    recovery as in WaterTAP (pressure exchanger, pump as turbine).

    Example:
        ro: {unit: reverse_osmosis, inlets: {feed: brine}, area: 500 m2, pressure: 60 bar,
             energy_recovery: pressure_exchanger}
    """

    membrane = parameter_set(
        "seawater_ro", "reverse_osmosis.membrane", "water permeability and permeances of ions"
    )
    pressure = quantity("60 bar", "bar", "of the feed at the membrane, above the permeate's", (1.0, 400.0))
    energy_recovery = choice(
        "none", ("none", "pressure_exchanger", "turbine"), "what takes up the retentate's pressure"
    )
    recovery_efficiency = quantity(
        "95 %", "1", "of the energy recovery device", (0.1, 1.0), source="WaterTAP, reverse osmosis examples"
    )
    feed_osmotic_pressure = result("bar", "of the feed")
    osmotic_share = result("1", "feed's osmotic pressure over `pressure`; above 1 little is held back")
    specific_energy = result("kWh/m3", "electricity per volume of permeate")
    specific_energy_without_recovery = result("kWh/m3", "the same without a recovery device")
    minimum_work = result("kWh/m3", "least work that thermodynamics asks for, per volume of permeate")
    second_law_efficiency = result("1", "least work over electricity")

    def _outlets(self, names: list[str]) -> None:
        super()._outlets(names)
        self.liquors = {name: self._liquor(name) for name in ("feed", "retentate")}
        m_w = self.module.water_mass
        self.liquors["feed"].hold(lambda c: self.inlet[c] / self.inlet[WATER] / m_w)
        self.liquors["retentate"].hold(
            lambda c: self.module.retentate(c) / self.module.retentate(WATER) / m_w
        )

    def _liquor(self, name: str) -> Wall:
        block = self._block(f"{name}_liquor")
        return Wall(block, self.system, self.solutes, self.temperature, self.activity_model)

    def pumping(self, pressure: Any, drop: Any, feed_flow: Any) -> Any:
        plain = super().pumping(pressure, drop, feed_flow)
        retentate = self.retentate.volume_flow("aqueous")
        permeate = self.permeate.volume_flow("aqueous")
        if self.energy_recovery == "turbine":
            power = plain - self.recovery_efficiency * retentate * (pressure - drop) * BAR_VOLUME
        elif self.energy_recovery == "pressure_exchanger":
            lift = pressure - self.feed_pressure
            handed_over = self.recovery_efficiency * (lift - drop)
            power = (
                ((feed_flow - retentate) * lift + retentate * (lift - handed_over))
                * BAR_VOLUME
                / self.pump_efficiency
            )
        else:
            power = plain
        self.report("specific_energy", power / permeate)
        self.report("specific_energy_without_recovery", plain / permeate)
        work = self._minimum_work()
        self.report("minimum_work", work / permeate)
        self.report("second_law_efficiency", work / power)
        return power

    def _minimum_work(self) -> Any:
        """[kW]"""
        names = [*self.solutes, PROTON]
        feed, retentate = (self.liquors[n].state for n in ("feed", "retentate"))
        permeate = self.permeate_state

        def free_energy(state: Any, flow: Any) -> Any:
            water = flow(WATER) * state.ln_water_activity
            return water + sum(flow(c) * state.ln_a[c] for c in names)

        change = (
            free_energy(retentate, lambda c: self.retentate.flow("aqueous", c))
            + free_energy(permeate, lambda c: self.permeate.flow("aqueous", c))
            - free_energy(feed, lambda c: self.feed.flow("aqueous", c))
        )
        return GAS_CONSTANT * self.temperature * change / SECONDS_PER_HOUR

    def publish(self, driven: DrivenFlux | None) -> None:
        super().publish(driven)
        osmotic = osmotic_pressure(self.liquors["feed"].state, self.module.block.water_volume)
        self.report("feed_osmotic_pressure", osmotic)
        if driven is not None:
            self.report("osmotic_share", osmotic / self.pressure)
            self.stay_below(["osmotic_share"], 1.0, "the feed's osmotic pressure over that on the membrane")
        salts = self.system.present_solids(self.feed.shape.names("aqueous"), self.walls[-1].state.model)
        for salt in salts:
            self.stay_below([f"saturation_index.{salt.name}"], 0.0, f"the saturation index of {salt.name}")
