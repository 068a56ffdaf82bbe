"""A laboratory's own distribution ratio, written as an expression in a parameter set.

    distribution:
      Co: "10 ** (2.0 * pH + 1.9 * log10(free) - 6.2)"
      Nd: {ratio: "10 ** (0.9 * pcH - 1.6)", reaction: Nd+3 + 3 HA = NdA3 + 3 H+, source: own}

The expression gives D, metal in the organic over metal in the aqueous phase, both in mol/L.  It may use

    pH            -log10 of the proton's activity
    pcH           -log10 of the free proton's concentration      [mol/L]
    T             temperature                                    [K]
    free          free extractant, as the set counts it          [mol/L organic]
    extractant    all extractant, as the set counts it           [mol/L organic]
    dosage        free extractant as the commercial liquid       [% by volume of the organic]
    c[Co]         a component's total in the aqueous phase       [mol/L]
    a[Co]         activity of a component's free ion
    m[Co+2]       molality of an aqueous species                 [mol/kg water]

With a `reaction`, each metal takes its extractant and gives its protons as written there.  Without one it
takes no extractant, since a measured D holds for the loading that it was measured at, and its charge comes as
protons from the organic all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.expression import evaluate, parse_expression

if TYPE_CHECKING:
    from hydromet.extraction.stage import Stage

_NAMES = ("pH", "pcH", "T", "free", "extractant", "dosage")
_FUNCTIONS = {
    "exp": pyo.exp,
    "log": pyo.log,
    "log10": pyo.log10,
    "sqrt": pyo.sqrt,
    "tanh": pyo.tanh,
    "abs": abs,
}


def user_loading(text: str, component: str, stage: Stage) -> Any:
    """Loading of a component [mol/L organic] from its distribution ratio.

    Raises:
        DiagnosticError: the text is no expression, or names something unknown (E502).
    """
    span = Span(f"distribution ratio of {component}", 1, 1, len(text))
    state = stage.aqueous

    def value(name: str) -> Any:
        free = pyo.exp(stage.block.ln_free)
        plain = {
            "pH": lambda: stage.ph,
            "pcH": lambda: stage.proton_exponent,
            "T": lambda: stage.temperature,
            "free": lambda: free,
            "extractant": lambda: stage.extractant,
            "dosage": lambda: stage.extraction.extractant.dosage(free),
        }
        if name in plain:
            return plain[name]()
        kind, _, inside = name.partition("[")
        inside = inside.removesuffix("]")
        if kind == "c" and inside in state.solutes:
            return stage.concentration(inside)
        if kind == "a" and inside in state.ln_a:
            return pyo.exp(state.ln_a[inside])
        if kind == "m" and inside in state.charges:
            return state.m[inside]
        if kind in ("c", "a", "m") and inside:
            return 0.0  # what this liquor cannot hold
        raise DiagnosticError(
            [
                Diagnostic(
                    "E502",
                    f"unknown name `{name}` in the distribution ratio of {component}",
                    span,
                    suggest(name, [*_NAMES, "c[...]", "a[...]", "m[...]"]),
                )
            ]
        )

    return evaluate(parse_expression(text, span), value, _FUNCTIONS) * stage.concentration(component)
