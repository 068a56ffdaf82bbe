"""The codes of results and the command line, explained."""

from __future__ import annotations

from flowsheet.document.diagnostics import all_codes, register_texts

_CODES = """
W601 a liquor's pH can't be found
    The stream's totals were found, but the equilibrium of its species could not be solved, so that its
    pH and saturation aren't stated. The balances don't depend on it.
W602 outside the range of the data
    A constant or an activity coefficient is used beyond the temperature or concentration that it was
    established for. The result is an extrapolation there. Above an ionic strength of 4 mol/kg use the
    Pitzer model.
W603 no price
    Neither the file nor the shipped prices have one. It counts as zero, so that profit is off by it. State
    it as the `price` of the feed or product, or under `economics`, in `prices` or (for equipment, energy and
    effluent) in `charges`.
W604 a unit could not be started
    With its inlets as they were, the unit's own equations could not be solved. If the whole did not
    converge, this is the place to look first.
W605 no enthalpy of formation
    The chemistry has no value for a species, and heat duties of reactions that make or use it leave it
    out.
W606 what a unit says of its result
    Something that the unit operation leaves out, or a setting that has no data behind it.
W607 outside the range of a correlation
    Numbers that a unit operation met lie beyond those that its rate constants, extraction constants or other
    correlations were measured at. The result is an extrapolation there.
W608 a limit of safe design is exceeded
    Hydrogen in a gas may burn above its lower flammability limit, and ventilation is designed to a quarter of
    it; a toxic gas above its exposure limit must be scrubbed before anybody can meet it. See the unit's page
    for what sets the limit.
W609 a liquor is supersaturated
    By the chemistry's constants a solid would form in the stream, but no unit operation lets it. Name it
    among the `solids` of a precipitator or crystalliser, or dilute or warm the liquor. Solids that the
    chemistry's files mark `default: false` are slow to form by themselves and are not reported.
W610 a volume is extrapolated
    The densities behind a liquor's volume were measured to a concentration and a temperature that the liquor
    exceeds; beyond the concentration the salt's volume is held at the end of its range. Volume flows, sizes
    of vessels and concentrations per volume are less certain there; masses are not concerned.
E902 nothing to optimise
    `flowsheet optimise` needs an `optimise:` block in the file: what to maximise or minimise, over what,
    subject to what.
E903 a file can't be written
    The folder doesn't exist and can't be made, or may not be written to.
E904 not a solution to start from
    `--warm` takes the folder of an earlier run of the same flowsheet, or the solution.json in it.
E905 a file is there already
    `flowsheet new` overwrites nothing.
E906 not a result to compare
    `flowsheet compare` takes flowsheets, the result.json that a run leaves, or the run's folder. A result of
    an earlier version may lack what a comparison needs: run its flowsheet again.
E907 not a basis of comparison
    `--basis` is `feed`, `product`, a product by its name, an element in the products, or a group of elements
    that the chemistry names (`groups`), such as REO.
E908 nothing to compare
    A comparison needs at least one flowsheet or result; a column each.
E909 no runs here
    `flowsheet runs` lists the runs under `runs/` of the folder that it is called in, or of the folder given.
E916 a port that can't be used
    `flowsheet edit` serves its page on a port of this machine. The one that was named doesn't exist, belongs
    to another program, or needs rights that you don't have. Without --port a free one is found.
"""


def register_all() -> None:
    """Add the codes to the registry."""
    register_texts(_CODES)


def title_of(code: str) -> str:
    """What a code means, in a line; nothing of one that isn't known.

    >>> title_of("W602")
    'outside the range of the data'
    """
    register_all()
    known = all_codes().get(code)
    return known.title if known else ""
