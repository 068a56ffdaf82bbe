"""Rates at which layered battery oxides and metal scrap dissolve in sulfuric acid.

Every function serves floats, arrays and Pyomo expressions alike.  Concentrations are in mol/L, rates in
1/h or mol/L/h, temperatures in K; rate constants hold at 50 degC.

Structure.  LiMO2 (M: nickel, cobalt, manganese in the oxide's own proportion) is a population of particles
with one separable law: age s grows at the sum of the path rates, r(s) = (1 - s)^3 is left.  What it leaves
behind is finely divided and dissolves at first order, without memory: Li0.5MO2, MO2, HMO2 and MnO2.

    ds/dt = k_layered A f_T + k_peroxide_layered A [H2O2] f_T + k_ferrous A [Fe(II)] f_T
    A = [H]/([H] + acid_half),   f_T = exp(-E/R (1/T - 1/323.15 K)),   x_Ni' = x_Ni - 1/3

The first term is acid attack without reductant and splits into

    LiMO2 + 2 H+   = Li+ + 1/2 M+2 + 1/2 MO2 + H2O                     share (1 - e) w
    LiMO2 + 4/3 H+ = 2/3 Li+ + 1/3 M+2 + 2/3 Li0.5MO2 + 2/3 H2O         share (1 - e) (1 - w)
    LiMO2 + H+     = Li+ + HMO2                                        share e
    ln(w/(1 - w)) = a + b x_Ni' - E/R (1/T - 1/323.15 K)

The half-delithiated oxide is why lithium stops at 67 % and the metals at 33 % in the cold and why heat and
nickel move both up: a diffusion-controlled law would creep, but measurements at 10 h equal those at 1 h, and
only a split by paths, unlike a plateau in conversion, keeps the particles' law separable.

How fast a powder is depends on its size: with one size for all, powders of one and the same paper differ by a
factor of four, and not with their nickel alone, so that no dependence of k_layered on nickel is claimed;
ds/dt is divided by `particle_size` of the unit.

Sources (abstracts read): dissolution in two steps through a phase with less lithium, in hydrochloric acid,
Xuan et al. 2019, doi:10.1039/c9ra06686a, and 2021, doi:10.1016/j.hydromet.2021.105705;
delithiated NMC 622 left after 24 h without peroxide, none after 3 h with it, in nitric acid, Mukai, Takatani,
Nonaka 2024, doi:10.1039/d4ya00049h.

[H] is the free proton total, [H+] + [HSO4-], as a titration finds it.  Range: 20 to 90 degC, 0.5 to 2 mol/L
sulfuric acid, 15 to 100 g/L oxide; see the parameter sets for what their data cover.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.operators import exp

if TYPE_CHECKING:
    from flowsheet.document.parameter_file import ParameterSet

GAS_CONSTANT = 8.31446261815324e-3  # kJ/mol/K
REFERENCE_TEMPERATURE = 323.15  # K
REFERENCE_NICKEL = 1 / 3  # of the oxide's nickel, cobalt and manganese

Parameters = Mapping[str, Any]
Stoichiometry = dict[str, float]

# What a mole of each solid or ion takes up when it is reduced: electrons, and all species (consumed < 0).
REDUCTIONS: Mapping[str, tuple[float, Stoichiometry]] = {
    "LiMO2": (1.0, {"LiMO2": -1, "H+": -4, "Li+": 1, "M+2": 1, "H2O": 2}),
    "Li0.5MO2": (1.5, {"Li0.5MO2": -1, "H+": -4, "Li+": 0.5, "M+2": 1, "H2O": 2}),
    "MO2": (2.0, {"MO2": -1, "H+": -4, "M+2": 1, "H2O": 2}),
    "HMO2": (1.0, {"HMO2": -1, "H+": -3, "M+2": 1, "H2O": 2}),
    "MnO2": (2.0, {"MnO2": -1, "H+": -4, "Mn+2": 1, "H2O": 2}),
    "H2O2": (2.0, {"H2O2": -1, "H+": -2, "H2O": 2}),
    "Fe+3": (1.0, {"Fe+3": -1, "Fe+2": 1}),
    "H+": (1.0, {"H+": -1, "H2": 0.5}),
}
# What a mole of each reductant gives.
OXIDATIONS: Mapping[str, tuple[float, Stoichiometry]] = {
    "H2O2": (2.0, {"H2O2": -1, "H+": 2, "O2": 1}),
    "H2O": (2.0, {"H2O": -1, "H+": 2, "O2": 0.5}),
    "Fe+2": (1.0, {"Fe+2": -1, "Fe+3": 1}),
    "Cu": (2.0, {"Cu": -1, "Cu+2": 1}),
    "Al": (3.0, {"Al": -1, "Al+3": 1}),
    "Fe": (2.0, {"Fe": -1, "Fe+2": 1}),
}
# Reactions in which the oxide is its own oxidant, per mole of the first species.
SELF_REACTIONS: Mapping[str, Stoichiometry] = {
    "disproportionation": {"LiMO2": -1, "H+": -2, "Li+": 1, "M+2": 0.5, "MO2": 0.5, "H2O": 1},
    "half_disproportionation": {
        "LiMO2": -1, "H+": -4 / 3, "Li+": 2 / 3, "M+2": 1 / 3, "Li0.5MO2": 2 / 3, "H2O": 2 / 3,
    },
    "lithium_exchange": {"LiMO2": -1, "H+": -1, "Li+": 1, "HMO2": 1},
    "manganese_reoxidation": {"Mn+2": -1, "MO2": -2, "H2O": -2, "MnO2": 1, "HMO2": 2, "H+": 2},
}  # fmt: skip
RESIDUES = ("Li0.5MO2", "MO2", "HMO2", "MnO2")
METALS = ("Cu", "Al", "Fe")

# Unit in which the equations take each number of a parameter set.
PARAMETER_UNITS: Mapping[str, str] = {
    "k_layered": "1/h",
    "acid_half": "mol/L",
    "delithiation": "1",
    "delithiation_nickel": "1",
    "delithiation_energy": "kJ/mol",
    "exchange_share": "1",
    **{f"E_{step}": "kJ/mol" for step in ("layered", "peroxide", "decomposition", "manganese", "oxygen")},
    **{f"E_{step}": "kJ/mol" for step in ("ferrous", "Cu", "Al", "Fe", "acid_Al", "acid_Fe")},
    **{f"k_peroxide_{solid}": "L/mol/h" for solid in ("layered", "residue", "manganese")},
    "k_manganese": "1/h",
    **{f"k_{step}": "L/mol/h" for step in ("decomposition", "oxygen", "ferrous")},
    **{f"k_acid_{metal}": "L/mol/h" for metal in ("Al", "Fe")},
    **{f"k_{way}_{metal}": "L/mol/h" for way in ("ferric", "contact") for metal in METALS},
}


def redox(oxidant: str, reductant: str) -> Stoichiometry:
    """Balanced reaction of an oxidant of REDUCTIONS with a reductant of OXIDATIONS, per mole of oxidant.

    >>> redox("MO2", "H2O2")
    {'MO2': -1, 'H+': -2.0, 'M+2': 1, 'H2O': 2, 'H2O2': -1.0, 'O2': 1.0}
    """
    electrons, taken = REDUCTIONS[oxidant]
    given_electrons, given = OXIDATIONS[reductant]
    total: Stoichiometry = dict(taken)
    for species, number in given.items():
        total[species] = total.get(species, 0) + number * electrons / given_electrons
    return {species: number for species, number in total.items() if number != 0}


def read_parameters(parameter_set: ParameterSet) -> dict[str, float]:
    """The set's numbers in PARAMETER_UNITS.  Raises DiagnosticError where one is missing or misfits."""
    return {name: parameter_set.value(name, unit) for name, unit in PARAMETER_UNITS.items()}


@dataclass(frozen=True)
class Liquor:
    """Conditions in a tank: temperature [K], concentrations in mol/L.  acid is free proton,
    [H+] + [HSO4-]; manganese_share is [Mn]/([Ni] + [Co] + [Mn])."""

    temperature: Any
    acid: Any
    peroxide: Any = 0.0
    ferrous: Any = 0.0
    ferric: Any = 0.0
    manganese_share: Any = 0.0


def arrhenius(energy: Any, temperature: Any) -> Any:
    """Rate at `temperature` over the rate at 50 degC; energy in kJ/mol.

    >>> round(arrhenius(60.0, 343.15), 3)
    3.675
    """
    return exp(-energy / GAS_CONSTANT * (1 / temperature - 1 / REFERENCE_TEMPERATURE))


def acid_availability(p: Parameters, acid: Any) -> Any:
    """[H]/([H] + acid_half): flat in acid in excess, to zero as it is used up [-]."""
    return acid / (acid + p["acid_half"])


def delithiated_share(p: Parameters, nickel: Any, temperature: Any) -> Any:
    """Share w of disproportionation that goes to MO2, the rest stopping at Li0.5MO2 [-]."""
    logit = (
        p["delithiation"]
        + p["delithiation_nickel"] * (nickel - REFERENCE_NICKEL)
        - p["delithiation_energy"] / GAS_CONSTANT * (1 / temperature - 1 / REFERENCE_TEMPERATURE)
    )
    return 1 / (1 + exp(-logit))


def layered_paths(p: Parameters, liquor: Liquor, nickel: Any) -> dict[str, Any]:
    """Rates of ds/dt of LiMO2 by path [1/h]; their sum is one over the full-reaction time.

    nickel: mole fraction of nickel in the oxide's metals.  Paths named as SELF_REACTIONS, and by reductant
    for redox("LiMO2", reductant).  Each path makes its products in proportion to its share of the sum.

    >>> p = dict(k_layered=10.0, E_layered=50.0, acid_half=0.3, delithiation=0.0,
    ...          delithiation_nickel=0.0, delithiation_energy=50.0, exchange_share=0.1,
    ...          k_peroxide_layered=8.0, E_peroxide=40.0, k_ferrous=0.0, E_ferrous=28.1)
    >>> paths = layered_paths(p, Liquor(323.15, acid=2.7, peroxide=0.5), 1 / 3)
    >>> {name: round(rate, 3) for name, rate in paths.items()}  # doctest: +NORMALIZE_WHITESPACE
    {'disproportionation': 4.05, 'half_disproportionation': 4.05, 'lithium_exchange': 0.9,
     'H2O2': 3.6, 'Fe+2': 0.0}
    """
    temperature = liquor.temperature
    acid = acid_availability(p, liquor.acid)
    attack = p["k_layered"] * arrhenius(p["E_layered"], temperature) * acid
    share = delithiated_share(p, nickel, temperature)
    kept = 1 - p["exchange_share"]
    return {
        "disproportionation": attack * kept * share,
        "half_disproportionation": attack * kept * (1 - share),
        "lithium_exchange": attack * p["exchange_share"],
        "H2O2": p["k_peroxide_layered"] * arrhenius(p["E_peroxide"], temperature) * acid * liquor.peroxide,
        "Fe+2": p["k_ferrous"] * arrhenius(p["E_ferrous"], temperature) * acid * liquor.ferrous,
    }


def residue_paths(p: Parameters, liquor: Liquor, nickel: Any) -> dict[tuple[str, str], Any]:
    """First-order rates of the fine residues [1/h], by (residue, reductant) for redox(residue, reductant).

    Rate of a reaction in mol/h = this x mol of the residue in the tank.  Reduction by peroxide and Fe(II) of
    all residues, MnO2 by peroxide more slowly, and nickel(IV)'s oxidation of water,
    k_oxygen x_Ni^2 [H]: an oxide without nickel gives no oxygen within the data's hours.
    """
    temperature = liquor.temperature
    acid = acid_availability(p, liquor.acid)
    by_peroxide = arrhenius(p["E_peroxide"], temperature) * acid * liquor.peroxide
    by_ferrous = p["k_ferrous"] * arrhenius(p["E_ferrous"], temperature) * acid * liquor.ferrous
    rates: dict[tuple[str, str], Any] = {}
    for residue in RESIDUES:
        k = p["k_peroxide_manganese"] if residue == "MnO2" else p["k_peroxide_residue"]
        rates[residue, "H2O2"] = k * by_peroxide
        rates[residue, "Fe+2"] = by_ferrous
    rates["MO2", "H2O"] = p["k_oxygen"] * nickel**2 * liquor.acid * arrhenius(p["E_oxygen"], temperature)
    return rates


def manganese_reoxidation(p: Parameters, liquor: Liquor, nickel: Any) -> Any:
    """Mn+2 + 2 MO2 + 2 H2O = MnO2 + 2 HMO2 + 2 H+: mol Mn/h per mol of MO2 in the tank [1/h].

    The oxidant takes up protons and stays solid: in the measurements at 70 degC manganese falls while nickel
    and cobalt do not rise, which excludes MO2 dissolving in exchange. Rate k_manganese x_Ni^4 y_Mn [MO2],
    y_Mn manganese's share of the dissolved nickel, cobalt and manganese, as if these covered the oxide:
    with [Mn] in its place dilute and strong pulps can't be met at once. Oxides rich in cobalt keep their
    manganese dissolved for 10 h, nickel-rich ones lose it at once.
    """
    k = p["k_manganese"] * arrhenius(p["E_manganese"], liquor.temperature)
    return k * nickel**4 * liquor.manganese_share


def peroxide_decomposition(p: Parameters, liquor: Liquor, oxides: Any) -> Any:
    """2 H2O2 = 2 H2O + O2 on oxide surfaces: mol H2O2/L/h; oxides: all oxide solids, mol/L."""
    k = p["k_decomposition"] * arrhenius(p["E_decomposition"], liquor.temperature)
    return k * liquor.peroxide * oxides


def metal_paths(p: Parameters, metal: str, liquor: Liquor, residues: Mapping[str, Any]) -> dict[str, Any]:
    """Rates of ds/dt of a metal's own particles by oxidant [1/h], for redox(oxidant, metal).

    metal: Cu, Al or Fe; residues: mol/L of each of RESIDUES.  Contact with fine oxides (a galvanic couple)
    and Fe+3 at first order; aluminium and iron also give hydrogen in acid, copper does not.  A path's share
    of the sum is its share of the metal that dissolves in the tank; by redox() that takes from the residue.
    """
    temperature = liquor.temperature
    activation = arrhenius(p[f"E_{metal}"], temperature)
    acid = acid_availability(p, liquor.acid)
    rates = {"Fe+3": p[f"k_ferric_{metal}"] * activation * liquor.ferric}
    if metal != "Cu":
        rates["H+"] = p[f"k_acid_{metal}"] * arrhenius(p[f"E_acid_{metal}"], temperature) * liquor.acid
    for residue in RESIDUES:
        rates[residue] = p[f"k_contact_{metal}"] * activation * acid * residues[residue]
    return rates
