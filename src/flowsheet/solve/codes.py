"""The codes of solving, explained."""

from __future__ import annotations

from flowsheet.document.diagnostics import register_texts

_CODES = """
S201 more equations than unknowns
    Some numbers are fixed twice: two specifications that fix the same balance, or a unit operation that
    writes one equation too many. Remove one of them, or free another variable with `vary:`.
S202 an unknown that no equation determines
    Nothing fixes some of the numbers: a specification that frees a variable on which its target does not
    depend, or a unit operation that writes too few equations.
S203 a unit can't work like this
    What comes in and the unit's settings contradict each other physically, such as a cake that would hold
    more liquor than the slurry brings.
S204 a specification can't be met
    Over the whole range of the variable that the specification frees, its target stays on one side. Change
    the target, widen what may vary, or free another variable.
S205 the equations are not solved
    The iteration ended before all equations held. The units named have the largest residuals; look first at
    the one nearest to the feeds.
"""


def register_all() -> None:
    """Add the codes to the registry."""
    register_texts(_CODES)
