"""PHREEQC on the same liquors, with a database written from the chemistry's constants.

Every component is an element of PHREEQC's by itself (Qa, Qb ...), so that oxidation states stay apart.
PHREEQC keeps its own Debye-Hueckel slope and properties of water, and its own solver.
"""

import math
import runpy
import string
from functools import cache
from pathlib import Path

from phreeqc import Phreeqc

from flowsheet.chemistry.activity import activity_of

OURS, TEXT = (runpy.run_path(str(Path(__file__).parents[1] / f)) for f in ("liquors.py", "phreeqc_text.py"))
WATER_AND_PROTON = {"H2O": "H2O", "H": "H+"}
spelt = TEXT["spelt"]


@cache
def equilibrium(name):
    """Species [mol per kg of water], pH and osmotic coefficient of a liquor by PHREEQC."""
    system, model, totals, temperature = OURS["liquor"](name)
    elements = {c: "Q" + letter for c, letter in zip(totals, string.ascii_lowercase, strict=False)}
    names, charges = {"H+": "H+"}, {"H+": 1}
    masters, species = [TEXT["MASTERS"]], [TEXT["SPECIES"]]
    for c, element in elements.items():
        master = system.component(c)
        names[master.species] = spelt(master.formula, {c: 1.0}, elements)
        charges[master.species] = master.charge
        masters.append(f"{element} {names[master.species]} 0 100 100")
        species.append(f"{names[master.species]} = {names[master.species]}\n log_k 0")
    sides = WATER_AND_PROTON | {c: names[system.component(c).species] for c in elements}
    for s in system.present_species(totals, model):
        names[s.name], charges[s.name] = spelt(s.formula, s.composition, elements), s.charge
        left = " + ".join(f"{n:g} {sides[c]}" for c, n in s.composition.items()).replace("+ -", "- ")
        species.append(f"{left} = {names[s.name]}\n{TEXT['constant'](s.constants[model])}")
    activity = TEXT["coefficients"](activity_of(system, charges, model), names)
    blocks = [TEXT["WATER"], *masters, *species, *activity, "END"]
    engine = Phreeqc()
    if engine.LoadDatabaseString("\n".join(blocks)):
        raise ArithmeticError(engine.GetErrorString())
    # PHREEQC counts per kg of the water that hydrolysis leaves
    left_over = OURS["speciated"](name).free_water
    lines = ["SOLUTION 1", " units mol/kgw", f" temp {temperature - 273.15!r}", " pH 7 charge", " water 1"]
    lines += [f" {elements[c]} {n / left_over!r}" for c, n in totals.items()]
    lines += ["SELECTED_OUTPUT 1", " -reset false", " -high_precision true", "USER_PUNCH 1"]
    lines += [" -headings pH a_w " + " ".join(f"s{i}" for i in range(len(names)))]
    lines += [' 10 PUNCH -LA("H+"), LA("H2O")']
    lines += [f' {20 + i} PUNCH MOL("{theirs}")' for i, theirs in enumerate(names.values())]
    lines += ["KNOBS", " -iterations 400", " -convergence_tolerance 1e-10", "END"]
    if engine.RunString("\n".join(lines)):
        raise ArithmeticError(engine.GetErrorString())
    row = engine.GetSelectedOutputRowCount() - 1
    ph, log_aw, *found = (float(engine.GetSelectedOutputValue(row, i)) for i in range(2 + len(names)))
    molality = dict(zip(names, found, strict=True))
    osmotic = -log_aw * math.log(10.0) / sum(molality.values()) / system.component("H2O").molar_mass
    return molality, ph, osmotic


def molality(point):
    """Of a species [mol per kg of water]."""
    return equilibrium(point.row["liquor"])[0][point.row["species"]]


def acidity(point):
    """pH."""
    return equilibrium(point.row["liquor"])[1]


def water_activity(point):
    """ln a_w over -M_w sum m: the osmotic coefficient."""
    return equilibrium(point.row["liquor"])[2]
