"""Keys of a parameter set's file."""

from __future__ import annotations

from flowsheet.document.section import Key, section

PARAMETER_SETS = (
    section(
        "parameter_set",
        "A parameter set: numbers of one family, each with its source.",
        Key("parameter_set", "text", "Its name.", required=True),
        Key("for", "texts", "Who may use it: units, or unit.parameter.", required=True),
        Key("title", "text", "What it describes."),
        Key("sources", "sections", "Papers and databases, by a short name.", section="source"),
        Key("values", "tree", "The numbers, by name, in groups if need be.", required=True),
        Key("reactions", "tree", "Reactions, where the family has them."),
        Key("fit", "section", "How fitted values came about.", section="fit"),
    ),
    section(
        "source",
        "A paper, database or laboratory report.",
        Key("citation", "text", "Authors, title, journal, year, table and page.", required=True),
        Key("doi", "text", "Its DOI."),
        Key("note", "text", "How it was read."),
    ),
    section(
        "parameter_value",
        "One number of a parameter set.",
        Key("value", "quantity", "The number with its unit."),
        Key("expression", "expression", "Instead of a number: an expression over named quantities."),
        Key("text", "text", "Instead of a number: words, e.g. a reaction."),
        Key("source", "text", "One of `sources`, or `fit`."),
        Key("confirmed", "texts", "Further `sources` that agree."),
        Key("basis", "text", "What the number counts, e.g. per m3 of distillate."),
        Key("conditions", "text", "What it was measured with."),
        Key("range", "tree", "Conditions in which it was measured, e.g. {T: 20 degC to 90 degC}."),
        Key("uncertainty", "quantity", "Standard uncertainty, in the unit of the value or in %."),
        Key("note", "text", "A remark."),
    ),
    section(
        "fit",
        "The script and the data behind fitted values.",
        Key("script", "path", "The script, relative to the project.", required=True),
        Key("data", "texts", "The tables that were fitted.", required=True),
        Key("held_out", "texts", "Series that were left out, to test the fit."),
        Key("statistics", "tree", "Points, errors and their like."),
    ),
)
