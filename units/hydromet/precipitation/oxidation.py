"""Oxidation of iron(II)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, PROTON_SPECIES, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, integer, parameter_set, quantity, result
from flowsheet.model.unit import Shape
from hydromet.precipitation.stirred_tank import StirredTanks
from hydromet.precipitation.uptake import load

FERROUS, FERRIC, PEROXIDE, OXYGEN = "Fe(II)", "Fe(III)", "H2O2", "O2"
_BAR_PER_ATM = 1.01325


class Oxidation(StirredTanks, name="oxidation", title="Oxidation of iron(II) by peroxide or air"):
    """Stirred tanks in series in which iron(II) becomes iron(III).

        2 Fe+2 + H2O2 + 2 H+ = 2 Fe+3 + 2 H2O         share eta of the peroxide that iron(II) meets
        H2O2 = H2O + 1/2 O2                           the rest of it, and what iron(III) decomposes
        4 Fe+2 + O2 + 4 H+ = 4 Fe+3 + 2 H2O           gas

    iron_balance         ln f_i-1 = ln f_i + ln(1 + t (k_p c_h,i + k_o))                             tank i
    peroxide_balance     ln h_i-1 = ln h_i + ln(1 + t (k_p c_f,i/(2 eta) + k_d m_Fe+3/m_H+))         tank i
    oxygen_balance       ln(n_O2,out + 1/4 t k_o sum_i f_i) = ln(n_O2,in + 1/2 decomposed)
    oxygen_rate          k_o = F (k_1 + k_2 a_OH^2 p_O2)
    peroxide_rate        k_p = k_p,25 exp(-E/R (1/T - 1/298.15 K)), decay_rate k_d alike
    conversion           oxidant >= 0,   ln((1 - X) f_0/f_n) >= 0,   one of them zero
    off_gas              O2 by balance, N2 passes, water vapour saturates:  n_w = n_dry a_w p_w/(P - a_w p_w)

    f, h flows of Fe(II) and H2O2 [mol/h], c concentrations [mol/m3], t residence time in a tank [h], eta
    `utilisation`, F `catalysis`, X `conversion`, p_O2 partial pressure in the off-gas [atm]; a_OH and the
    molalities m of free Fe+3 and H+ are those of the liquor that leaves.  With `basis: stated` the
    conversion holds without any rate, the oxidant as needed enters by its utilisation (of peroxide, or of the
    oxygen in the gas), and all peroxide is used up.

    Assumptions: gas well mixed and at equilibrium with the liquor; nothing else is oxidised.
    Sources: parameter set `ferrous_oxidation`.  Range: 5 to 45 degC for peroxide (25 to 50 degC for its
    decay), 20 to 25 degC for oxygen.

    Example:
        oxidation:
          unit: oxidation
          inlets: {feed: leach_filter.filtrate, oxidant: peroxide}
          conversion: 99.5 %
          temperature: 60 degC
    """

    feed = Inlet("aqueous", "solid", description="liquor with iron(II)")
    oxidant = Inlet(
        "aqueous", "gas", optional=True, draws=True, description="peroxide solution, air or oxygen"
    )
    liquor = Outlet("aqueous", "solid", description="liquor with iron(III)")
    off_gas = Outlet(
        "gas", optional=True, description="spent air, or oxygen of decomposed peroxide, with vapour"
    )
    basis = choice("kinetic", ("kinetic", "stated"), "rates of the parameter set, or the stated conversion")
    conversion = quantity(
        None, "1", "iron(II) oxidised; served by an oxidant as needed", range=(1e-3, 1.0 - 1e-9)
    )
    utilisation = quantity(
        "80 %",
        "1",
        "share of the peroxide (stated basis: or of the oxygen) that oxidises iron",
        range=(0.01, 0.999),
        source="design assumption; measure it",
    )
    catalysis = quantity("1", "1", "multiplies the rate by oxygen", range=(0.0, 1e9))
    kinetics = parameter_set("ferrous_oxidation", "oxidation.kinetics", "rate constants")
    tanks = integer(2, "tanks in series", range=(1, 10))
    residence_time = quantity("1 h", "h", "residence time in all tanks", range=(0.01, 72.0))

    converted = result("1", "iron(II) oxidised")
    oxidant_flow = result("kg/h", "oxidant that enters")
    oxygen_utilisation = result("1", "share of the gas's oxygen that oxidised iron")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = inlets["feed"] | inlets.get("oxidant", Shape.of())
        aqueous, gas = set(everything.names("aqueous")), set(everything.names("gas"))
        if FERROUS in aqueous:
            aqueous.add(FERRIC)
            if PEROXIDE in aqueous:
                gas.add(OXYGEN)
                if self.basis == "stated":
                    aqueous.discard(PEROXIDE)
        if gas:
            gas.add(WATER)
        return {
            "liquor": Shape.of(aqueous=aqueous, solid=everything.names("solid")),
            "off_gas": Shape.of(gas=gas),
        }

    # ---- equations

    def equations(self) -> None:
        aqueous = self.liquor.shape.names("aqueous")
        self.reacts = FERROUS in aqueous
        self.state = self.aqueous_state("equilibrium", self.liquor)
        self.by_peroxide: Any = 0.0  # extents [mol/h]: peroxide to iron, peroxide decomposed, oxygen to iron
        self.decomposed: Any = 0.0
        self.by_oxygen: Any = 0.0
        self.left: dict[str, Any] = {}
        self.ln_oxygen: Any = None
        if self.reacts:
            self.ferrous, self.peroxide = self.entering("aqueous", FERROUS), self._peroxide_entering()
            if self.basis == "kinetic":
                self.tank_balances()
            else:
                self.stated_conversion()
        elif self.oxidant.drawn is not None:
            self.refuse("no iron(II) enters that an oxidant as needed could serve")
        self.component_balance()
        self.gas_balance()
        if self.oxidant.drawn is None:
            self.start_at_equilibrium(self.state, self.liquor, self.leaving_at_start)
        self.sizing()

    def _peroxide_entering(self) -> Any:
        return self.entering("aqueous", PEROXIDE) if self._carriers("aqueous", PEROXIDE) else 0.0

    def _oxygen_entering(self) -> Any:
        return self.entering("gas", OXYGEN) if self._carriers("gas", OXYGEN) else 0.0

    def tank_balances(self) -> None:
        """Iron(II) and peroxide from tank to tank; the last tank's are the liquor's."""
        rates = load(self.kinetics)
        has_peroxide = bool(self._carriers("aqueous", PEROXIDE))
        has_gas = OXYGEN in self.oxidant.shape.names("gas")
        if not has_peroxide and not has_gas:
            self.refuse("no oxidant enters", help="connect peroxide or a gas with oxygen")
        tanks = list(range(1, self.tanks + 1))
        volume_flow, time = self.liquor.volume_flow("aqueous"), self.residence_time / self.tanks
        k_p = rates.value("peroxide.rate_constant", "m3/mol/h") * self._arrhenius(rates, "peroxide")
        self.block.peroxide_rate = pyo.Expression(expr=k_p * time / volume_flow)
        if has_gas:
            self.ln_oxygen = self.var("ln_oxygen", log=True, start=pyo.log(self._oxygen_entering()))
        self.block.oxygen_rate = pyo.Expression(expr=self._oxygen_rate(rates) * time if has_gas else 0.0)
        use = 2.0 * self.utilisation
        surplus = (
            positive_part(self.peroxide - self.ferrous / use, 1e-3 * self.peroxide) if has_peroxide else 0.0
        )
        per_tank = 1.0 + self.block.peroxide_rate * surplus if has_peroxide else 2.0
        ln_f = self.var(
            "ln_ferrous", tanks, log=True, start=lambda i: pyo.log(self.ferrous) - i * pyo.log(per_tank)
        )
        self.ferrous_at_start = self.ferrous / per_tank**self.tanks
        self.rate = {}
        if has_peroxide:
            self.block.decay = pyo.Expression(expr=self._decay_rate(rates) * time)
            short = self.block.peroxide_rate * positive_part(
                self.ferrous - use * self.peroxide, 1e-3 * self.ferrous
            )
            ln_h = self.var(
                "ln_peroxide",
                tanks,
                log=True,
                start=lambda i: pyo.log(self.peroxide) - i * pyo.log(1.0 + short / use),
            )
            self.peroxide_at_start = self.peroxide / (1.0 + short / use) ** self.tanks
            self.rows(
                "peroxide_balance",
                tanks,
                lambda i: (
                    ln_h[i]
                    + pyo.log(1.0 + self.block.peroxide_rate * pyo.exp(ln_f[i]) / use + self.block.decay)
                    - (ln_h[i - 1] if i > 1 else self.entering_ln("aqueous", PEROXIDE))
                ),
            )
            self.left[PEROXIDE] = ln_h[self.tanks]
            met = [self.block.peroxide_rate * pyo.exp(ln_f[i] + ln_h[i]) for i in tanks]
            self.by_peroxide = 0.5 * sum(met)
            self.decomposed = self.peroxide - pyo.exp(ln_h[self.tanks]) - self.by_peroxide
        for i in tanks:
            by_peroxide = self.block.peroxide_rate * pyo.exp(ln_h[i]) if has_peroxide else 0.0
            self.rate[i] = by_peroxide + self.block.oxygen_rate
        self.rows(
            "iron_balance",
            tanks,
            lambda i: (
                ln_f[i]
                + pyo.log(1.0 + self.rate[i])
                - (ln_f[i - 1] if i > 1 else self.entering_ln("aqueous", FERROUS))
            ),
        )
        self.left[FERROUS] = ln_f[self.tanks]
        if has_gas:
            self.by_oxygen = 0.25 * self.block.oxygen_rate * sum(pyo.exp(ln_f[i]) for i in tanks)
            self.rows(
                "oxygen_balance",
                None,
                lambda: (
                    pyo.log(pyo.exp(self.ln_oxygen) + self.by_oxygen)
                    - pyo.log(self._oxygen_entering() + 0.5 * self.decomposed)
                ),
            )
        self.oxidised = sum(self.rate[i] * pyo.exp(ln_f[i]) for i in tanks)
        self._serve_conversion(ln_f[self.tanks])

    def _arrhenius(self, rates: Any, reaction: str) -> Any:
        energy = rates.value(f"{reaction}.activation_energy", "kJ/mol")
        return pyo.exp(-energy / GAS_CONSTANT * (1.0 / self.liquor.temperature - 1.0 / REFERENCE_TEMPERATURE))

    def _decay_rate(self, rates: Any) -> Any:
        """Share of the peroxide that free iron(III) decomposes in a time [1/h]"""
        ln_m = self.state.block.ln_m
        ratio = pyo.exp(ln_m[self.system.component(FERRIC).species] - ln_m[PROTON_SPECIES])
        return rates.value("decay.rate_constant", "1/h") * self._arrhenius(rates, "decay") * ratio

    def _oxygen_rate(self, rates: Any) -> Any:
        """k_o [1/h]"""
        dissociation = self.system.species[HYDROXIDE_SPECIES].constants[self.activity_model]
        ln_hydroxide = (
            self.state.ln_water_activity
            - self.state.ln_a[PROTON]
            + dissociation.ln_k(self.liquor.temperature)
        )
        inert = sum(n for g, n in self.off_gas.n["gas"].items() if g != OXYGEN)
        oxygen = pyo.exp(self.ln_oxygen)
        pressure = oxygen / (oxygen + inert) * self.pressure / _BAR_PER_ATM
        hydroxide = rates.value("oxygen.hydroxide_rate", "1/h") * pyo.exp(2.0 * ln_hydroxide) * pressure
        return self.catalysis * (rates.value("oxygen.acid_rate", "1/h") + hydroxide)

    def _serve_conversion(self, ln_left: Any) -> None:
        drawn = self.oxidant.drawn
        if drawn is None:
            if self.conversion is not None:
                self.refuse(
                    "`conversion` has no oxidant to act on",
                    "conversion",
                    "connect a feed with `flow: as needed`, or say `basis: stated`",
                )
            return
        if self.conversion is None:
            self.refuse("nothing decides how much oxidant enters", help="add `conversion`")
        wanted = self.conversion * self.ferrous / self._electrons_per_mass(drawn)
        self.set_point(
            "conversion",
            drawn,
            pyo.log((1.0 - self.conversion) * self.ferrous) - ln_left,
            start=1.02 * wanted,
        )

    def _electrons_per_mass(self, drawn: Any) -> Any:
        """Iron(II) that a kilogram of the oxidant oxidises [mol/kg]."""
        content = drawn.per_mass.get("aqueous", {}).get(PEROXIDE)
        if content is not None:
            return 2.0 * self.utilisation * content
        content = drawn.per_mass.get("gas", {}).get(OXYGEN)
        if content is None:
            self.refuse("the oxidant brings neither H2O2 nor O2")
        return 4.0 * (self.utilisation if self.basis == "stated" else 0.2) * content

    def stated_conversion(self) -> None:
        """The stated share of iron(II) is oxidised; a drawn oxidant brings what that takes."""
        if self.conversion is None:
            self.refuse("`basis: stated` needs `conversion`", "basis")
        drawn = self.oxidant.drawn
        self.oxidised = self.conversion * self.ferrous
        self.ferrous_at_start = self.ferrous - self.oxidised
        self.left[FERROUS] = self.entering_ln("aqueous", FERROUS) + pyo.log(1.0 - self.conversion)
        if self._carriers("aqueous", PEROXIDE):
            if drawn is None:
                self.refuse("on a stated basis peroxide must enter as needed", "basis")
            self.by_peroxide = 0.5 * self.oxidised
            self.decomposed = self.peroxide - self.by_peroxide
            needed = 0.5 * self.oxidised / self.utilisation
            self.rows("oxidant_needed", None, lambda: pyo.log(self.peroxide) - pyo.log(needed))
        else:
            self.by_oxygen = 0.25 * self.oxidised
            if drawn is not None:
                needed = self.by_oxygen / self.utilisation
                self.rows("oxidant_needed", None, lambda: self._oxygen_entering() / needed - 1.0)
        if drawn is not None:
            self.start_draw(drawn, self.oxidised / self._electrons_per_mass(drawn))

    def component_balance(self) -> None:
        water = 2.0 * self.by_peroxide + self.decomposed + 2.0 * self.by_oxygen - self._vapour()

        def row(c: str) -> Any:
            out = self.liquor.ln("aqueous", c)
            if c in self.left:
                return out - self.left[c]
            if c == FERRIC and self.reacts:
                ferric = self.entering("aqueous", FERRIC) if self._carriers("aqueous", FERRIC) else 0.0
                return out - pyo.log(ferric + self.oxidised)
            if c == WATER:
                return out - pyo.log(self.entering("aqueous", WATER) + water)
            return out - self.entering_ln("aqueous", c)

        self.rows("component_balance", self.liquor.shape.names("aqueous"), row)
        names = self.liquor.shape.names("aqueous")
        start = {c: self.entering("aqueous", c) for c in names if self._carriers("aqueous", c)}
        if self.reacts:
            start[FERRIC] = start.get(FERRIC, 0.0) + self.ferrous - self.ferrous_at_start
            start[FERROUS] = self.ferrous_at_start
            if PEROXIDE in self.left:
                start[PEROXIDE] = self.peroxide_at_start
        self.leaving_at_start = start
        for c in names:
            self.start(self.liquor.ln("aqueous", c), pyo.log(start[c]))
        self.pass_through("solids", "solid", self.liquor)

    def _vapour(self) -> Any:
        """Water vapour that enters and leaves with the gas, out less in [mol/h]."""
        gas = self.off_gas.shape.names("gas")
        if not gas:
            return 0.0
        entering = self.entering("gas", WATER) if self._carriers("gas", WATER) else 0.0
        return self.off_gas.n["gas"][WATER] - entering

    def gas_balance(self) -> None:
        gas = self.off_gas.shape.names("gas")
        if not gas:
            return
        flows = self.off_gas.n["gas"]
        steam = pyo.exp(self.state.ln_water_activity) * saturation_pressure(self.liquor.temperature)
        dry = sum(flows[g] for g in gas if g != WATER)
        nominal = 1e-3 * self.entering("aqueous", WATER)

        def row(g: str) -> Any:
            if g == WATER:
                return (flows[g] - dry * steam / (self.pressure - steam)) / nominal
            if g == OXYGEN and self.ln_oxygen is not None:
                return (flows[g] - pyo.exp(self.ln_oxygen)) / nominal
            entering = self.entering("gas", g) if self._carriers("gas", g) else 0.0
            made = 0.5 * self.decomposed - self.by_oxygen if g == OXYGEN else 0.0
            return (flows[g] - entering - made) / nominal

        self.rows("gas_balance", gas, row)

    def sizing(self) -> None:
        self.size_tanks(self.liquor)
        if self.reacts and self.basis == "kinetic":
            used = [
                *(["peroxide.", "decay."] if PEROXIDE in self.left else []),
                *(["oxygen."] if self.ln_oxygen is not None else []),
            ]
            self.within_data(
                (v for n, v in load(self.kinetics).values.items() if n.startswith(tuple(used))),
                {"T": ["liquor_temperature"], "pH": ["liquor_pH"]},
            )
        self.report("oxidant_flow", sum(self.oxidant.mass_flow(p) for p in self.oxidant.shape.phases))
        if self.reacts:
            self.report("converted", self.oxidised / self.ferrous)
            if self._carriers("gas", OXYGEN):
                self.report("oxygen_utilisation", self.by_oxygen / self._oxygen_entering())
