"""A laboratory's own distribution ratio, written as an expression in a parameter set.

    distribution:
      Co: "10 ** (2.0 * pH + 1.9 * log10(free) - 6.2)"

The expression gives D, metal in the organic over metal in the aqueous phase, both in mol/L.  It may use

    pH            -log10 of the proton's activity
    T             temperature                                    [K]
    free          free extractant, as dimer                      [mol/L organic]
    extractant    all extractant, as dimer                       [mol/L organic]
    c[Co]         a component's total in the aqueous phase       [mol/L]
    a[Co]         activity of a component's free ion

Such a metal takes no extractant in the extractant balance unless it is also in a complex of another's: a
measured D holds for the loading that it was measured at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.expression import evaluate, parse_expression

if TYPE_CHECKING:
    from hydromet.extraction.stage import Stage

_NAMES = ("pH", "T", "free", "extractant")
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
        plain = {
            "pH": stage.ph,
            "T": stage.temperature,
            "free": pyo.exp(stage.block.ln_free),
            "extractant": stage.extractant,
        }
        if name in plain:
            return plain[name]
        kind, _, inside = name.partition("[")
        inside = inside.removesuffix("]")
        if kind == "c" and inside in state.solutes:
            return stage.concentration(inside)
        if kind == "a" and inside in state.ln_a:
            return pyo.exp(state.ln_a[inside])
        if kind in ("c", "a") and inside:
            return 0.0  # a component that this liquor cannot hold
        raise DiagnosticError(
            [
                Diagnostic(
                    "E502",
                    f"unknown name `{name}` in the distribution ratio of {component}",
                    span,
                    suggest(name, [*_NAMES, "c[...]", "a[...]"]),
                )
            ]
        )

    return evaluate(parse_expression(text, span), value, _FUNCTIONS) * stage.concentration(component)
