"""Enthalpies of the extracted complexes and the hydroxide in docs/examples/nd_pr_pc88a.yaml.

The complexes come from one measured contact: Formiga and de Morais (2016) as tabulated in
data/csvs/PC88A_HCL_NdPrCeLaDySmY.csv of ANL-CEEESA/LLEPE (second-hand), HCl and PC-88A at O/A 1,
metals in the feed and left in the liquor.  The liquor is counted as 1 kg of water per litre; each metal
extracted gives three protons.  Their entropies are those of the file.

Nd(OH)3 comes from log K of its dissolution, 14.96 at 25 degC and 14.18 at 90 degC: Rao et al. (1996),
Radiochim. Acta 72, 151-155 (abstract read); its heat capacity is taken as zero between them.

Run: python fits/cantera_example.py
"""

from __future__ import annotations

import math
from pathlib import Path

import cantera as ct

FILE = Path(__file__).parents[1] / "docs" / "examples" / "nd_pr_pc88a.yaml"
ACID = 0.01  # mol/L in the feed
EXTRACTANT = 1.0  # mol/L, counted as (HA)2
FEED = {"La": 0.046794403, "Ce": 0.104199378, "Pr": 0.011354951, "Nd": 0.038824182}
LEFT = {"La": 0.040711131, "Ce": 0.065645608, "Pr": 0.003860683, "Nd": 0.011647255}
TEMPERATURE = 298.15
SOLUBILITY = {298.15: 14.96, 363.15: 14.18}  # log10 K of Nd(OH)3 + 3 H+ = Nd+3 + 3 H2O


def main() -> None:
    aqueous, organic = ct.Solution(str(FILE), "HCl_electrolyte"), ct.Solution(str(FILE), "PC88A_liquid")
    taken = {m: FEED[m] - LEFT[m] for m in FEED}
    proton = ACID + 3.0 * sum(taken.values())
    chloride = proton + 3.0 * sum(LEFT.values())
    liquor = {"H2O(L)": 1000.0 / aqueous.molecular_weights[0], "H+": proton, "Cl-": chloride}
    aqueous.TPX = TEMPERATURE, ct.one_atm, liquor | {f"{m}+++": c for m, c in LEFT.items()}
    volume = dict(zip(organic.species_names, organic.partial_molar_volumes, strict=True))
    diluent = (1e-3 - EXTRACTANT * 1e-3 * volume["(HA)2(org)"]) / volume["dodecane"] * 1e3
    held = {"(HA)2(org)": EXTRACTANT - 3.0 * sum(taken.values()), "dodecane": diluent}
    organic.TPX = TEMPERATURE, ct.one_atm, held | {f"{m}(HA2)3(org)": c for m, c in taken.items()}
    of_liquor = dict(zip(aqueous.species_names, aqueous.chemical_potentials, strict=True))
    of_organic = dict(zip(organic.species_names, organic.chemical_potentials, strict=True))
    for metal in FEED:
        name = f"{metal}(HA2)3(org)"
        potential = of_liquor[f"{metal}+++"] + 3.0 * of_organic["(HA)2(org)"] - 3.0 * of_liquor["H+"]
        share = math.log(organic[name].X[0])
        entropy = organic.species(name).thermo.s(TEMPERATURE)
        h0 = potential - ct.gas_constant * TEMPERATURE * share + TEMPERATURE * entropy
        print(f"{name}: h0 {h0 / 1e6:.3f} kJ/mol")
    hydroxide(aqueous)


def hydroxide(aqueous: ct.Solution) -> None:
    """h0 and s0 of the solid: its potential at the two temperatures is that of what it dissolves to."""
    k = [aqueous.species_index(s) for s in ("Nd+++", "H2O(L)", "H+")]
    count = (1.0, 3.0, -3.0)
    potential = {}
    for t, log_k in SOLUBILITY.items():
        aqueous.TP = t, ct.one_atm
        standard = aqueous.standard_gibbs_RT
        dissolved = sum(n * standard[i] for n, i in zip(count, k, strict=True))
        potential[t] = (dissolved + math.log(10.0) * log_k) * ct.gas_constant * t
    (cold, low), (hot, high) = potential.items()
    s0 = -(high - low) / (hot - cold)
    print(f"Nd(OH)3(s): h0 {(low + cold * s0) / 1e6:.3f} kJ/mol, s0 {s0 / 1e3:.3f} J/mol/K")


if __name__ == "__main__":
    main()
