"""A chemistry's species, constants and coefficients as PHREEQC writes them; for `tests/chemistry` too."""

import math

from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE

WATER = """SOLUTION_MASTER_SPECIES
H H+ -1 H 1.008
H(0) H2 0 H
H(1) H+ -1 0
E e- 0 0 0
O H2O 0 O 15.999
O(0) O2 0 O
O(-2) H2O 0 0
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
 log_k -3.15"""
"""What every database begins with."""
MASTERS, SPECIES = "SOLUTION_MASTER_SPECIES", "SOLUTION_SPECIES"


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
