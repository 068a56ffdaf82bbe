"""Small Cantera files of every kind that can be taken over; made up, but for the order of their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

IAPWS = "equation-of-state: {model: liquid-water-IAPWS95}"
PLAIN_WATER = """thermo: {model: constant-cp, h0: -285.83 kJ/mol, s0: 69.95 J/mol/K, cp0: 75.3 J/mol/K}
  equation-of-state: {model: constant-volume, density: 997 kg/m^3}"""
ELEMENTS = "[H, O, Na, Mg, S, Cl, C, E]"
SPECIES = """
- name: Na+
  composition: {Na: 1, E: -1}
  thermo: {model: constant-cp, h0: -240.3 kJ/mol, s0: 58.5 J/mol/K, cp0: 38 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 5.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 4.0 angstrom}
- name: H+
  composition: {H: 1, E: -1}
  thermo: {model: piecewise-Gibbs, data: {298.15: 0, 333.15: 0}}
  equation-of-state: {model: constant-volume, molar-volume: 0.1 cm^3/mol}
  Debye-Huckel: {ionic-radius: 9.0 angstrom}
- name: Mg++
  composition: {Mg: 1, E: -2}
  thermo:
    model: Shomate
    temperature-ranges: [273.15, 500.0]
    data: [[-30.0, 10.0, -5.0, 2.0, 0.1, -457.0, -150.0]]
  equation-of-state: {model: constant-volume, molar-volume: 2.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 8.0 angstrom}
- name: Cl-
  composition: {Cl: 1, E: 1}
  thermo: {model: constant-cp, T0: 310 K, h0: -168.7 kJ/mol, s0: 51.2 J/mol/K, cp0: -136.4 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 17.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 3.0 angstrom}
- name: SO4--
  composition: {S: 1, O: 4, E: 2}
  thermo:
    model: NASA7
    temperature-ranges: [273.15, 500.0]
    data: [[-20.0, -0.02, 1.0e-5, 0.0, 0.0, -1.033e5, 116.0]]
  equation-of-state: {model: constant-volume, molar-volume: 14.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 4.0 angstrom}
- name: OH-
  composition: {O: 1, H: 1, E: 1}
  thermo:
    model: piecewise-Gibbs
    h0: -230.0 kJ/mol
    data: {283.15: -227.00 kJ/mol, 298.15: -226.83 kJ/mol, 333.15: -226.45 kJ/mol, 363.15: -226.20 kJ/mol}
  equation-of-state: {model: constant-volume, molar-volume: 1.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 3.5 angstrom}
- name: HSO4-
  composition: {H: 1, S: 1, O: 4, E: 1}
  thermo:
    model: NASA9
    temperature-ranges: [273.15, 500.0]
    data: [[-100.0, 2.0, 3.0, 1.0e-3, -1.0e-6, 0.0, 0.0, -1.075e5, 2.6]]
  equation-of-state: {model: constant-volume, molar-volume: 35.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 4.0 angstrom, weak-acid-charge: -1.0}
- name: MgSO4(aq)
  composition: {Mg: 1, S: 1, O: 4}
  thermo: {model: constant-cp, h0: -1370.0 kJ/mol, s0: -38.0 J/mol/K, cp0: -100 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 6.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 3.0 angstrom, electrolyte-species-type: polar-neutral}
- name: CO2(aq)
  composition: {C: 1, O: 2}
  thermo: {model: constant-cp, h0: -413.8 kJ/mol, s0: 117.6 J/mol/K, cp0: 240 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 33.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 3.0 angstrom}
- name: HCO3-
  composition: {H: 1, C: 1, O: 3, E: 1}
  thermo: {model: constant-cp, h0: -692.0 kJ/mol, s0: 91.2 J/mol/K, cp0: -35 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 24.0 cm^3/mol}
  Debye-Huckel: {ionic-radius: 4.0 angstrom}
- name: halite
  composition: {Na: 1, Cl: 1}
  thermo: {model: constant-cp, h0: -411.2 kJ/mol, s0: 72.1 J/mol/K, cp0: 50.5 J/mol/K}
  equation-of-state: {model: constant-volume, density: 2165 kg/m^3}
- name: brucite
  composition: {Mg: 1, O: 2, H: 2}
  thermo: {model: constant-cp, h0: -924.5 kJ/mol, s0: 63.2 J/mol/K, cp0: 77.0 J/mol/K}
  equation-of-state: {model: constant-volume, density: 2370 kg/m^3}
"""
SOLUTES = ["Na+", "H+", "Mg++", "Cl-", "SO4--", "OH-", "HSO4-", "MgSO4(aq)", "CO2(aq)", "HCO3-"]
BETA = """
    beta:
    - {species: [H+, Cl-], beta: 0.27}
    - {species: [Na+, Cl-], beta: 0.15}
    - {species: [Mg++, SO4--], beta: -0.4}
    - {species: [Na+, Na+], beta: 0.02}
    - {species: [Na+, CO2(aq)], beta: 0.1}"""


def interactions(form: str, solutes: Sequence[str]) -> str:
    """Pitzer coefficients in one of Cantera's temperature models, every kind that the solutes can have."""

    def value(at_25: float, slope: float = 0.0) -> str:
        return {
            "constant": f"[{at_25}]",
            "linear": f"[{at_25}, {slope}]",
            "complex": f"[{at_25}, {slope}, {1e-2 * slope}, {100.0 * slope}, {slope}]",
        }[form]

    def salt(pair: str, b0: float, b1: float, b2: float, c: float, alphas: str = "alpha1: 2.0") -> str:
        return (
            f"{{species: [{pair}], beta0: {value(b0, 1e-4)}, beta1: {value(b1, 1e-4)}, beta2: {value(b2)}, "
            f"Cphi: {value(c, 1e-6)}, {alphas}}}"
        )

    entries = [
        salt("H+, Cl-", 0.1775, 0.2945, 0.0, 8e-4),
        salt("Cl-, Na+", 0.0765, 0.2664, 0.0, 1.27e-3),
        salt("Mg++, Cl-", 0.351, 1.65, 0.0, 6.5e-3),
        salt("Mg++, SO4--", 0.2135, 3.367, -32.45, 0.02875, "alpha1: 1.4, alpha2: 12.0"),
        salt("Na+, SO4--", 0.0273, 0.956, 0.5, 3.4e-3),  # no alpha2: Cantera then passes beta2 over
        salt("H+, HSO4-", 0.2065, 0.5556, 0.0, 0.0),
        f"{{species: [Na+, Mg++], theta: {value(0.07, 1e-4)}}}",
        f"{{species: [SO4--, Cl-], theta: {value(0.03)}}}",
        f"{{species: [Na+, Mg++, Cl-], psi: {value(-0.012, 1e-5)}}}",
        f"{{species: [Cl-, SO4--, Na+], psi: {value(0.0014)}}}",
        f"{{species: [CO2(aq), Na+], lambda: {value(0.1, 1e-4)}}}",
        f"{{species: [Cl-, CO2(aq)], lambda: {value(-0.005)}}}",
        f"{{species: [CO2(aq), CO2(aq)], lambda: {value(0.01)}}}",
        f"{{species: [Na+, Cl-, CO2(aq)], zeta: {value(-0.02, 1e-5)}}}",
        f"{{species: [CO2(aq)], mu: {value(0.003)}}}",
    ]
    known = {"species", *solutes}
    kept = [e for e in entries if set(re.findall(r"[\w()]+[+-]*", e.partition("]")[0])) <= known]
    return "\n".join(f"    - {entry}" for entry in kept)


def debye_huckel(model: str, *options: str) -> str:
    """A Debye-Huckel phase's data; the options are further lines."""
    return "\n".join(["thermo: Debye-Huckel", "  activity-data:", f"    model: {model}", *options])


def pitzer(form: str, slope: str) -> str:
    """An HMW-electrolyte phase's data."""
    return f"""thermo: HMW-electrolyte
  activity-data:
    temperature-model: {form}
    {slope}
    interactions:
INTERACTIONS {form}"""


_VARIABLE = "    A_Debye: variable"
_GIVEN = "    A_Debye: 1.17 kg^0.5/gmol^0.5"
_RADIUS = "    default-ionic-radius: 3.5 angstrom"
AQUEOUS = {
    "ideal": ("thermo: ideal-molal-solution", IAPWS),
    "ideal, plain water": ("thermo: ideal-molal-solution", PLAIN_WATER),
    "dilute limit": (debye_huckel("dilute-limit", _VARIABLE), IAPWS),
    "dilute limit, given slope": (debye_huckel("dilute-limit", _GIVEN), PLAIN_WATER),
    "default slope": (debye_huckel("dilute-limit"), PLAIN_WATER),
    "B-dot, own radii": (
        debye_huckel("B-dot-with-variable-a", _VARIABLE, "    B-dot: 0.0410", _RADIUS),
        IAPWS,
    ),
    "B-dot, Helgeson's water": (
        debye_huckel(
            "B-dot-with-variable-a", _GIVEN, "    B-dot: 0.0410", _RADIUS, "    use-Helgeson-fixed-form: true"
        ),
        IAPWS,
    ),
    "B-dot, common radius": (
        debye_huckel("B-dot-with-common-a", _VARIABLE, "    B-dot: 0.03", _RADIUS),
        IAPWS,
    ),
    "beta": (debye_huckel("beta_ij", _VARIABLE, _RADIUS, BETA), IAPWS),
    "beta, other B": (
        debye_huckel("beta_ij", _GIVEN, "    B_Debye: 3.3e9 kg^0.5/gmol^0.5/m", _RADIUS, BETA),
        PLAIN_WATER,
    ),
    "Pitzer's Debye-Hueckel": (debye_huckel("Pitzer-with-beta_ij", _VARIABLE, _RADIUS, BETA), IAPWS),
    "HMW, constant": (pitzer("constant", "A_Debye: 1.175930 kg^0.5/gmol^0.5"), PLAIN_WATER),
    "HMW, linear": (pitzer("linear", "A_Debye: variable"), IAPWS),
    "HMW, complex": (pitzer("complex", "A_Debye: variable"), IAPWS),
}
"""Data and solvent of the aqueous phases by what they show."""
ORGANICS = {
    "mole fraction": "ideal-condensed",
    "mole fraction, variable pressure": "ideal-solution-VPSS",
    "molality": "ideal-molal-solution",
}
ORGANIC_SPECIES = """
- name: kerosene
  composition: {C: 12, H: 26}
  thermo: {model: constant-cp, h0: 0.0, s0: 0.0}
  equation-of-state: {model: constant-volume, molar-volume: 227.0 cm^3/mol}
- name: HA
  composition: {C: 16, H: 35, O: 4, P: 1}
  thermo: {model: constant-cp, h0: -1000.0 kJ/mol, s0: 400.0 J/mol/K, cp0: 500 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 332.0 cm^3/mol}
- name: (HA)2
  composition: {C: 32, H: 70, O: 8, P: 2}
  thermo: {model: constant-cp, h0: -2030.0 kJ/mol, s0: 740.0 J/mol/K, cp0: 1010 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 664.0 cm^3/mol}
- name: MgA2(HA)2
  composition: {Mg: 1, C: 64, H: 138, O: 16, P: 4}
  thermo: {model: constant-cp, h0: -4510.0 kJ/mol, s0: 1200.0 J/mol/K, cp0: 2000 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 1330.0 cm^3/mol}
- name: NaA.H2O
  composition: {Na: 1, C: 16, H: 36, O: 5, P: 1}
  thermo: {model: constant-cp, h0: -1500.0 kJ/mol, s0: 450.0 J/mol/K, cp0: 560 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 350.0 cm^3/mol}
- name: (HA)2.HCl
  composition: {C: 32, H: 71, O: 8, P: 2, Cl: 1}
  thermo: {model: constant-cp, h0: -2200.0 kJ/mol, s0: 780.0 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 690.0 cm^3/mol}
- name: H2O(org)
  composition: {H: 2, O: 1}
  thermo: {model: constant-cp, h0: -270.0 kJ/mol, s0: 80.0 J/mol/K, cp0: 75.3 J/mol/K}
  equation-of-state: {model: constant-volume, molar-volume: 18.0 cm^3/mol}
"""
ORGANIC_NAMES = ["kerosene", "(HA)2", "HA", "MgA2(HA)2", "NaA.H2O", "(HA)2.HCl", "H2O(org)"]


@dataclass(frozen=True)
class Text:
    """A Cantera file in the making."""

    aqueous: str = "HMW, linear"
    organic: str = ""
    organics: tuple[str, ...] = tuple(ORGANIC_NAMES)
    solids: tuple[str, ...] = ("halite", "brucite")
    solutes: tuple[str, ...] = tuple(SOLUTES)
    state: str = "{T: 300 K, P: 1 atm}"

    def __str__(self) -> str:
        data, water = AQUEOUS[self.aqueous]
        head, found, form = data.partition("INTERACTIONS ")
        data = head + (interactions(form, self.solutes) if found else "")
        phases = [
            f"- name: liquor\n  elements: {ELEMENTS}\n  species: [H2O(L), {', '.join(self.solutes)}]\n"
            f"  state: {self.state}\n  {data}"
        ]
        if self.organic:
            phases.append(
                f"- name: solvent\n  elements: [C, H, O, P, Na, Mg, Cl]\n  thermo: {ORGANICS[self.organic]}\n"
                f"  species: [{', '.join(self.organics)}]\n  state: {self.state}"
            )
        phases += [
            f"- {{name: {k}, elements: {ELEMENTS}, thermo: fixed-stoichiometry, species: [{k}]}}"
            for k in self.solids
        ]
        water = f"- name: H2O(L)\n  composition: {{H: 2, O: 1}}\n  {water}"
        return "\n".join(["phases:", *phases, "species:", water, SPECIES, ORGANIC_SPECIES])

    def write(self, folder: Path, name: str = "phases.yaml") -> Path:
        """The file, in a folder."""
        path = folder / name
        path.write_text(str(self), encoding="utf-8")
        return path
