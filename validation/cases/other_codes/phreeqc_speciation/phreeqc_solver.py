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
from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE

OURS = runpy.run_path(str(Path(__file__).parents[1] / "liquors.py"))
WATER_AND_PROTON = {"H2O": "H2O", "H": "H+"}
HEAD = """
SOLUTION_SPECIES
H+ = H+
 log_k 0
e- = e-
 log_k 0
H2O = H2O
 log_k 0
2 H2O = O2 + 4 H+ + 4 e-
 log_k -86.08
2 H+ + 2 e- = H2
 log_k -3.15
"""
MASTERS = """SOLUTION_MASTER_SPECIES
H H+ -1 H 1.008
H(0) H2 0 H
H(1) H+ -1 0
E e- 0 0 0
O H2O 0 O 15.999
O(0) O2 0 O
O(-2) H2O 0 0
"""


def spelt(formula, composition, elements):
    """A species by its components' elements, hydrogen, oxygen and charge."""
    text = "".join(f"{elements[c]}{n:g}" for c, n in composition.items() if c in elements)
    text += "".join(f"{e}{formula.elements[e]:g}" for e in ("H", "O") if formula.elements.get(e))
    charge = f"{formula.charge:+d}" if formula.charge else ""
    return text + (charge[0] if abs(formula.charge) == 1 else charge)


def constant(k):
    """log K(T) of constant heat capacity as A1 + A3/T + A4 log10 T."""
    cp, h, ln10 = 1e-3 * k.delta_cp / GAS_CONSTANT, k.delta_h / GAS_CONSTANT, math.log(10.0)
    t0 = REFERENCE_TEMPERATURE
    a1 = k.log_k + (h / t0 - cp * (1.0 + math.log(t0))) / ln10
    return f" log_k {k.log_k!r}\n -analytical_expression {a1!r} 0 {(cp * t0 - h) / ln10!r} {cp!r}"


def coefficients(activity, names):
    """The blocks SIT or PITZER."""

    def line(species, *numbers):
        return " " + " ".join([*(names[s] for s in species), *(repr(float(n)) for n in numbers)])

    if activity.name == "sit":
        return ["SIT", "-epsilon", *(line(p, e) for p, e in activity.pairs.items() if len(p) == 2)]
    lines = ["PITZER", "-MacInnes false", "-use_etheta true", "-redox false"]
    for key, title in (("beta0", "-B0"), ("beta1", "-B1"), ("beta2", "-B2"), ("cphi", "-C0")):
        lines += [title, *(line(p, *v[key]) for p, v in activity.binary.items() if key in v)]
    lines += ["-ALPHAS", *(line(p, *activity.exponents(p)) for p in activity.binary)]
    for title, table in (("-THETA", activity.theta), ("-LAMDA", activity.lambda_), ("-PSI", activity.psi)):
        lines += [title, *(line(sorted(p) * (2 if len(p) == 1 else 1), *v) for p, v in table.items())]
    return lines


@cache
def equilibrium(name):
    """Species [mol per kg of water], pH and osmotic coefficient of a liquor by PHREEQC."""
    system, model, totals, temperature = OURS["liquor"](name)
    elements = {c: "Q" + letter for c, letter in zip(totals, string.ascii_lowercase, strict=False)}
    names, charges = {"H+": "H+"}, {"H+": 1}
    masters, species = [MASTERS], [HEAD]
    for c, element in elements.items():
        master = system.component(c)
        names[master.species] = spelt(master.formula, {c: 1.0}, elements)
        charges[master.species] = master.charge
        masters.append(f"{element} {names[master.species]} 0 100 100\n")
        species.append(f"{names[master.species]} = {names[master.species]}\n log_k 0")
    sides = WATER_AND_PROTON | {c: names[system.component(c).species] for c in elements}
    for s in system.present_species(totals, model):
        names[s.name], charges[s.name] = spelt(s.formula, s.composition, elements), s.charge
        left = " + ".join(f"{n:g} {sides[c]}" for c, n in s.composition.items()).replace("+ -", "- ")
        species.append(f"{left} = {names[s.name]}\n{constant(s.constants[model])}")
    blocks = [*masters, *species, *coefficients(activity_of(system, charges, model), names), "END"]
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
