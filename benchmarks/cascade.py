"""A countercurrent extraction cascade as a bare system of equations: the numerical core's test bench.

Divalent metals are exchanged by an acidic extractant, M+2 + 2 (HA)2 = MA2(HA)2 + 2 H+, in a sulfate liquor
whose protons follow from electroneutrality. Unknowns are logarithms; balances compare logarithms of what goes
in and out. The constants are round numbers of the right order, not a real extractant's.
"""

from typing import Any

import pyomo.environ as pyo

METALS = ("Mn", "Co", "Mg", "Ni")
LOG10_EXTRACTION = {"Mn": -4.0, "Co": -5.0, "Mg": -6.0, "Ni": -8.5}
FEED = {"Mn": 0.08, "Co": 0.12, "Mg": 0.01, "Ni": 0.35}


def cascade(stages: int) -> tuple[Any, list[Any], list[Any]]:
    """Model, its inputs (phase ratio, extractant, alkali per extractant, feed) and its logarithms."""
    m = pyo.ConcreteModel()
    m.stages = pyo.RangeSet(1, stages)
    m.metals = pyo.Set(initialize=METALS, ordered=True)
    m.phase_ratio = pyo.Var(initialize=1.0, bounds=(0.01, 100.0))
    m.extractant = pyo.Var(initialize=0.5)
    m.neutralised = pyo.Var(initialize=0.3)
    m.feed = pyo.Var(m.metals, initialize=FEED)
    m.ln_metal = pyo.Var(m.stages, m.metals, initialize=-3.0)
    m.ln_proton = pyo.Var(m.stages, initialize=-8.0)
    m.ln_free = pyo.Var(m.stages, initialize=-2.0)
    ln10 = 2.302585092994046

    @m.Expression(m.stages, m.metals)
    def loaded(m, k, metal):  # type: ignore[no-untyped-def]
        ln_k = ln10 * LOG10_EXTRACTION[metal]
        return pyo.exp(ln_k + m.ln_metal[k, metal] + 2 * m.ln_free[k] - 2 * m.ln_proton[k])

    @m.Expression(m.stages)
    def bisulfate_ratio(m, k):  # type: ignore[no-untyped-def]
        return pyo.exp(m.ln_proton[k] + 1.99 * ln10)

    @m.Constraint(m.stages, m.metals)
    def component_balance(m, k, metal):  # type: ignore[no-untyped-def]
        fed = m.feed[metal] if k == 1 else pyo.exp(m.ln_metal[k - 1, metal])
        returned = 0.0 if k == stages else m.phase_ratio * m.loaded[k + 1, metal]
        left = pyo.exp(m.ln_metal[k, metal]) + m.phase_ratio * m.loaded[k, metal]
        return pyo.log(fed + returned) == pyo.log(left)

    @m.Constraint(m.stages)
    def electroneutrality(m, k):  # type: ignore[no-untyped-def]
        sulfate = sum(m.feed[metal] for metal in METALS) + 0.005
        sodium = m.neutralised * m.extractant * m.phase_ratio * k / stages
        anions = sulfate * (2 + m.bisulfate_ratio[k]) / (1 + m.bisulfate_ratio[k])
        hydroxide = pyo.exp(-14 * ln10 - m.ln_proton[k])
        metals = sum(2 * pyo.exp(m.ln_metal[k, metal]) for metal in METALS)
        cations = pyo.exp(m.ln_proton[k]) + metals + sodium
        return pyo.log(cations) == pyo.log(anions + hydroxide)

    @m.Constraint(m.stages)
    def extractant_balance(m, k):  # type: ignore[no-untyped-def]
        bound = sum(2 * m.loaded[k, metal] for metal in METALS)
        return pyo.log(pyo.exp(m.ln_free[k]) + bound) == pyo.log(m.extractant)

    inputs = [m.phase_ratio, m.extractant, m.neutralised, *m.feed.values()]
    return m, inputs, [*m.ln_metal.values(), *m.ln_proton.values(), *m.ln_free.values()]
