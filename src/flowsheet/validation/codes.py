"""The codes of validation cases, explained."""

from __future__ import annotations

from flowsheet.document.diagnostics import register_texts

_CODES = """
E910 a table and a case that don't fit
    The case names a column that its points don't have, or keeps none of their rows. Columns are named as in
    the first line of the table that isn't a remark (#); `line` is the number of a row's line.
E911 a Python function that can't be had
    `function: FILE.py:NAME` names a file in the case's folder and a function in it that takes one argument,
    the point, and returns a number.
E912 no such case
    `flowsheet validate FOLDER` takes a folder that holds cases (folders with a case.yaml) at any depth, and
    `--case` a name or a pattern of one of them.
E913 one quantity compared in two ways
    Statistics gather a quantity over all cases, so that all must state it in one unit and compare it alike.
E914 a file of predictions that can't be read
    `flowsheet validate --accept REASON` writes it; don't edit it.
E915 no such revision
    `--against` takes a branch, tag or commit of the git repository that holds the cases, in which predictions
    were stored.
"""


def register_all() -> None:
    """Add the codes to the registry."""
    register_texts(_CODES)
