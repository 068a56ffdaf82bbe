"""Electrodialysis with bipolar membranes: a salt becomes its acid and its alkali."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, quantity, result
from hydromet.electrodialysis.cells import Layout
from hydromet.electrodialysis.stack import Stack

_LAYOUTS = {
    "three_compartments": Layout(("acid", "salt", "alkali"), ("anion", "cation", "bipolar")),
    "two_compartments": Layout(("salt", "alkali"), ("cation", "bipolar")),
}
_ALKALIS = {"Li": "LiOH", "Na": "NaOH", "K": "KOH"}
_ACIDS = {"SO4": "H2SO4", "Cl": "HCl", "NO3": "HNO3"}


class BipolarElectrodialysis(Stack, name="bipolar_electrodialysis"):
    """Bipolar electrodialysis stack: acid and alkali from a salt, such as NaOH and H2SO4 from Na2SO4.

    cell                 bipolar | acid | anion | salt | cation | alkali |          in the current's direction
    two compartments     bipolar | acid and salt | cation | alkali |
    donnan               c_j = l_j exp(-z_j f),   sum_j z_j c_j + X = 0        both faces of a membrane
    nernst_planck        J_j = (l_j' - l_j'')/R_j,   l_j = a_j a_w^n_j exp(z_j phi)
    bipolar              an anion and a cation layer so; l_H l_OH = K_w a_w where they meet
    component_balance    out_c + N A sum taken_c = in_c + N A sum given_c      each element and compartment
    water                J_w = P ln(a_w'/a_w'') + sum_j n_j J_j                osmosis and electro-osmosis
    current              i = F sum_j z_j J_j                                   the same through all membranes
    voltage              V = i (sum_k d/(kappa_k s) + r) + (RT/F) sum_m u_m    the same in every element
    stack                U = N V + 1.229 V + overvoltage,   P = U i A
    limit                i_lim = k F c_eq/(1 - t)                                film theory, reported
    efficiency           protons that the acid gains, that the alkali loses, over N i A/F
    electrodes           H2O = H2 + O2/2, once per stack: I/(2 F); the salt's feed makes up the water

    Membranes: symbols as in `electrodialysis`.
    N cells, A `cell_area`, i local current density, I current [A]; d, kappa, s thickness, conductivity and
    open section of a compartment; u_m a membrane's potential drop times F/RT; r resistance of the junction.

    Acid leaks back as protons and bisulfate through the anion membrane, alkali as hydroxide through the
    cation membrane, the more the stronger they become: strength costs current efficiency.  Salt leaks through
    the bipolar membrane: sulfate into the alkali, sodium into the acid.  Flows through the compartments are
    inputs; give acid and alkali water, or what the flowsheet returns of them (feed and bleed).  State
    `current_density` or `stack_voltage`, or let `specs` vary one of them.

    Calcium and magnesium form hydroxides where alkali meets them: `hardness_limit` in the salt's feed, and
    the saturation indices of their hydroxides and of calcium sulfate in every compartment, are watched.

    Assumptions: as `electrodialysis`; water reaches the bipolar junction freely, half of it from each side.

    Sources: the parameter sets; docs/electrodialysis.md compares with measurements.
    Range: 15 to 60 degC, solutions that the chemistry's activity model holds for.

    Example:
        split: {unit: bipolar_electrodialysis, inlets: {salt: sodium_sulfate, acid: water, alkali: water},
                cells: 100, cell_area: 0.2 m2, current_density: 600 A/m2}
    """

    treated = "salt"
    rinsed_from = "salt"
    inlet_of: ClassVar[Mapping[str, str]] = {"salt": "salt", "acid": "acid", "alkali": "alkali"}
    outlet_of: ClassVar[Mapping[str, str]] = {
        "salt": "depleted",
        "acid": "acid_product",
        "alkali": "alkali_product",
    }

    salt = Inlet("aqueous", description="salt solution")
    acid = Inlet("aqueous", optional=True, description="water or weak acid; none with two compartments")
    alkali = Inlet("aqueous", description="water or weak alkali")
    depleted = Outlet("aqueous", description="what is left of the salt; with two compartments, with the acid")
    acid_product = Outlet("aqueous", optional=True, description="acid")
    alkali_product = Outlet("aqueous", description="alkali")

    arrangement = choice(
        "three_compartments",
        ("three_compartments", "two_compartments"),
        "salt, acid and alkali apart; or acid and salt together, without anion membranes",
    )
    hardness_limit = quantity(
        "1 mg/L",
        "kg/m3",
        "calcium and magnesium that the salt's feed may hold",
        range=(1e-6, 1.0),
        source="estimate; take the stack maker's limit",
    )

    hardness = result("kg/m3", "calcium and magnesium in the salt's feed")
    hardness_over_limit = result("1", "calcium and magnesium in the salt's feed over `hardness_limit`")
    acidity = result("mol/kg", "protons of the acid (negative: alkali), per water, by compartment")
    strength = result("kg/m3", "of all free alkali or acid, counted as the compound named")
    impurity = result("1", "mol of foreign ions over mol of the product's own, by product and component")
    energy_per_product = result(
        "kWh/kg", "stack's direct current per alkali or acid formed, all counted as the compound named"
    )

    def layout(self) -> Layout:
        return _LAYOUTS[self.arrangement]

    def equations(self) -> None:
        if self.arrangement == "two_compartments" and self.acid:
            self.refuse(
                "with two compartments the acid stays in the salt, so nothing can enter by `acid`",
                "arrangement",
                "leave the inlet out, or take three compartments",
            )
        super().equations()
        acid_side = "acid" if "acid" in self.layout().compartments else "salt"
        protons = {c: self._protons(c) for c in self.layout().compartments}
        formed = {"alkali": -protons["alkali"], "acid": protons[acid_side]}
        for product, amount in formed.items():
            self.report("current_efficiency", amount / self.ideal_passage, product)
        for c in self.layout().compartments:
            outlet = self.outlet(c)
            water = outlet.flow("aqueous", WATER) * self.system.component(WATER).molar_mass
            self.report("acidity", outlet.flow("aqueous", PROTON) / water, c)
        self._products(formed, acid_side)
        self._hardness()

    def _protons(self, compartment: str) -> Any:
        """Protons that a compartment gains [mol/h]."""
        return self.outlet(compartment).flow("aqueous", PROTON) - self.feed_of(compartment).flow(
            "aqueous", PROTON
        )

    def _products(self, formed: dict[str, Any], acid_side: str) -> None:
        """Energy, strength and purity of alkali and acid."""
        outlets = {"alkali": self.outlet("alkali"), "acid": self.outlet(acid_side)}
        for compound, product, molar_mass in self._compounds():
            self.report("energy_per_product", self.direct_power / (formed[product] * molar_mass), compound)
            free = outlets[product].flow("aqueous", PROTON) * (-1.0 if product == "alkali" else 1.0)
            self.report("strength", free * molar_mass / outlets[product].volume_flow("aqueous"), compound)
        for product, sign in (("alkali", 1), ("acid", -1)):
            outlet = outlets[product]
            own: list[str] = []
            foreign: list[str] = []
            for c in self.system.solutes(outlet.shape.names("aqueous")):
                (own if self.system.charge_of(c) * sign > 0 else foreign).append(c)
            amount = sum(outlet.flow("aqueous", c) for c in own)
            for c in foreign:
                self.report("impurity", outlet.flow("aqueous", c) / amount, f"{product}.{c}")

    def _compounds(self) -> list[tuple[str, str, float]]:
        """Alkalis and acids that the salt's ions make: name, product, mass per charge [kg/mol]."""
        mass = {c: entry.molar_mass for c, entry in self.system.components.items()}
        brought = self.salt.shape.names("aqueous")
        alkalis = [
            (compound, "alkali", mass[metal] + mass[WATER] - mass[PROTON])
            for metal, compound in _ALKALIS.items()
            if metal in brought
        ]
        acids = [
            (compound, "acid", mass[anion] / abs(self.system.charge_of(anion)) + mass[PROTON])
            for anion, compound in _ACIDS.items()
            if anion in brought
        ]
        return alkalis + acids

    def _hardness(self) -> None:
        masses = [
            self.salt.flow("aqueous", c) * self.system.component(c).molar_mass
            for c in ("Ca", "Mg")
            if c in self.salt.shape.names("aqueous")
        ]
        if masses:
            hardness = sum(masses) / self.salt.volume_flow("aqueous")
            self.report("hardness", hardness)
            self.report("hardness_over_limit", hardness / self.hardness_limit)
            self.stay_below(
                ["hardness_over_limit"],
                1.0,
                "calcium and magnesium in the salt's feed over what the stack bears",
            )
