"""Every key of a case file, declared once: reader, JSON schema and documentation derive from it."""

from __future__ import annotations

from collections.abc import Mapping

from flowsheet.document.section import Key, Section, section

CASE_FILE = "case.yaml"
KINDS = ("validation", "verification")
ROLES = ("validation", "calibration")
COMPARED_AS = ("ratio", "remainder", "logarithm")
BASES = ("stated", "estimated")
REGRESSION = "0.5 %"
"""Width of the regression band where a case doesn't state one."""

_VALUE = (
    Key("column", "text", "A column of the table; `line` is the number of the line in its file."),
    Key(
        "formula", "expression", "An expression over columns; others than words in backquotes: log10(`D[-]`)."
    ),
    Key("unit", "text", "Unit of measure of the column or the formula; none: a plain number."),
    Key("values", "tree", "What each text of the column stands for, e.g. {A: 2 mol/L, B: 3 mol/L}."),
)
_FUNCTION = Key(
    "function", "text", "FILE.py:NAME, a Python function of the point; FILE counts from the case."
)

CASE_SECTIONS: Mapping[str, Section] = {
    s.name: s
    for s in (
        section(
            "case",
            "A validation case: a flowsheet, points at which it was measured, and what is compared.",
            Key("case", "text", "Title.", required=True),
            Key(
                "kind",
                "choice",
                "Against measurements, or (verification) against closed forms and other codes.",
                choices=KINDS,
                default="validation",
            ),
            Key("family", "text", "The family that it belongs to; the folder above the case unless given."),
            Key("fast", "flag", "Whether it belongs to the fast part (`--fast`).", default="no"),
            Key("needs", "texts", "Python packages that its functions import; without one it is not run."),
            Key("source", "section", "Where the numbers were read.", required=True, section="source"),
            Key("flowsheet", "path", "A flowsheet file beside the case, or the name of a shipped one."),
            Key("scenario", "value", "A scenario of that flowsheet, or by a column.", section="setting"),
            Key("points", "section", "The rows, one per point; one point without it.", section="points"),
            Key(
                "settings",
                "values_by_name",
                "Keys of the flowsheet as in `--set`, with a value or where it comes from.",
                section="setting",
            ),
            Key(
                "role",
                "value",
                "`validation`, `calibration`, or by a column.",
                section="role",
                default="validation",
            ),
            Key("compare", "section_list", "What is compared.", required=True, section="comparison"),
            Key("range_of_use", "text", "Over which conditions the case speaks."),
            Key("known_limits", "text", "What is known to be wrong or isn't known."),
            Key("notes", "text", "How the numbers were read and what was assumed."),
        ),
        section(
            "source",
            "Where the numbers were read.",
            Key("study", "text", "Short name; cases with the same one are one study.", required=True),
            Key("citation", "text", "Full citation.", required=True),
            Key("doi", "text", "DOI."),
            Key("where", "text", "Table, figure or page."),
            Key("read", "text", "Read in the source itself, or second-hand via what."),
        ),
        section(
            "points",
            "The rows, one per point: a table, or rows written here.",
            Key("table", "path", "CSV file beside the case, else beside the suite, else in the data folder."),
            Key("where", "tree", "Rows kept, by column: a text, a list, or `3 to 7`.  `line` counts lines."),
            Key(
                "rows", "tree", "Rows written here, a list of {column: value}; an empty cell isn't measured."
            ),
            Key("label", "text", "Column that names a point in reports; the line unless given."),
        ),
        section(
            "setting",
            "Where a setting's value comes from at each point.",
            *_VALUE,
            Key("text", "text", "A text that the value is put into at {}, e.g. `sx.raffinate.pH = {}`."),
            Key("where", "tree", "Rows at which it is set, as for the points; elsewhere the file's counts."),
        ),
        section("number", "Where a number comes from at each point.", *_VALUE, _FUNCTION),
        section("prediction", "A prediction that is not an expression of the flowsheet.", _FUNCTION),
        section(
            "role",
            "Which points calibrated the model, by a column; all others are validation.",
            Key("column", "text", "The column, or `line`.", required=True),
            Key("calibration", "tree", "Its texts, numbers or `3 to 7`.", required=True),
        ),
        section(
            "comparison",
            "One number, measured and predicted.",
            Key("quantity", "text", "What statistics are gathered by, over all cases.", required=True),
            Key("name", "text", "Name within the case; the predicted expression unless given."),
            Key(
                "predicted",
                "value",
                "An expression as in flowsheet files, or a Python function.",
                required=True,
                section="prediction",
            ),
            Key(
                "measured",
                "value",
                "The measurement: a number with its unit, a column, a formula.",
                section="number",
            ),
            Key("expected", "value", "In verification: the closed form or other code.", section="number"),
            Key("where", "tree", "Rows at which this number is compared, as for the points; all without it."),
            Key("shown_in", "text", "Unit of measure in reports; that of the measurement unless given."),
            Key(
                "compared_as",
                "choice",
                "`ratio`; `remainder`: on 1 - X, for near-complete recoveries; `logarithm`: log D and pH.",
                choices=COMPARED_AS,
                default="ratio",
            ),
            Key("role", "value", "As for the case, for this number alone.", section="role"),
            Key("uncertainty", "section", "Of the measurement.", section="uncertainty"),
            Key("tolerance", "section", "The validation band.", required=True, section="tolerance"),
            Key("regression", "text", "Band around the stored prediction.", default=REGRESSION),
        ),
        section(
            "uncertainty",
            "One standard deviation of the measurement: `2 points`, `3 %` of it, `0.1 g/L`, or a column.",
            Key(
                "value", "text", "`2 points` (of a percentage), `3 %` (relative), or in the quantity's unit."
            ),
            Key("column", "text", "A column that states it."),
            Key("unit", "text", "Unit of measure of the column; `points` and `%` as in `value`."),
            Key("basis", "choice", "Whether the source states it.", choices=BASES, required=True),
            Key("why", "text", "Where it stands, or how it was estimated.", required=True),
        ),
        section(
            "tolerance",
            "How far a prediction may be from the measurement, and why.",
            Key("value", "text", "As for the uncertainty: `5 points`, `10 %`, `0.2`.", required=True),
            Key("share", "text", "Least share of points within it.", default="100 %"),
            Key("why", "text", "Why this much.", required=True),
        ),
    )
}
