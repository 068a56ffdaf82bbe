"""Every key of the flowsheet file, declared once.

The parser, the JSON schema and the documentation derive from this table.  The keys of money and of parameter
sets stand beside it (economics_keys.py, parameter_keys.py); parameters of unit operations are declared by the
units themselves (declaration.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from flowsheet.document.economics_keys import ECONOMICS
from flowsheet.document.parameter_keys import PARAMETER_SETS
from flowsheet.document.section import Key, Section, section

AS_NEEDED = "as needed"
"""Stands for a feed's flow that the units determine which draw from it."""
FLOWS = ("kg/h", "m3/h")
GAS_FLOWS = ("mol/h", "kg/h", "m3/h")
SOLUTE_UNITS = ("mol/L", "kg/m3", "mol/kg", "mass fraction")
PRICES = ("USD/kg", "USD/m3", "USD/mol")
TEMPLATED = ("feeds", "units", "products")
"""Groups whose entries may take settings from a template."""
PHASE_SECTIONS = ("aqueous", "organic", "solid", "gas")

DISPLAY_KINDS: Mapping[str, str] = {
    "mass_flow": "kg/h",
    "volume_flow": "m3/h",
    "amount_flow": "mol/h",
    "temperature": "K",
    "pressure": "bar",
    "time": "h",
    "length": "m",
    "area": "m2",
    "volume": "m3",
    "mass_concentration": "kg/m3",
    "molar_concentration": "mol/L",
    "power": "kW",
    "energy": "kJ",
    "fraction": "1",
}

_TEMPLATE = Key("template", "text", "A template (`templates`): its keys, where they aren't given here.")
_FLOW_OF_SOLUTION = Key(
    "flow",
    "quantity",
    "Mass or volume flow of the whole phase, or `as needed`.",
    required=True,
    units=FLOWS,
    range=(0.0, None),
    words=(AS_NEEDED,),
)

_PLANT = (
    section(
        "flowsheet",
        "A plant: feeds, unit operations, products, and what to compute.",
        Key("flowsheet", "text", "The plant's title.", required=True),
        Key(
            "chemistry",
            "chemistry",
            "The chemistry system by name, a chemistry file's path, or a mapping.",
            required=True,
            section="chemistry",
        ),
        Key(
            "imports",
            "paths",
            "Files with parts of the plant: feeds, units, products and so on, which join this file's; "
            "what this file gives under the same names counts.",
        ),
        Key(
            "templates",
            "changes",
            "Settings by name, for feeds, units and products that take them with `template`.",
        ),
        Key("unit_libraries", "paths", "Python files with your own unit operations."),
        Key("feeds", "sections", "Streams that enter the plant, by name.", required=True, section="feed"),
        Key("supplies", "sections", "Streams that tanks of the plant supply, by name.", section="supply"),
        Key("units", "units", "Unit operations, by name, one entry per physical unit.", required=True),
        Key(
            "products", "sections", "Streams that leave the plant and are judged, by name.", section="product"
        ),
        Key("specs", "section_list", "What is held by freeing something else.", section="specification"),
        Key(
            "optimise",
            "section",
            "What to maximise or minimise, over what, subject to what.",
            section="optimise",
        ),
        Key("scenarios", "changes", "Named sets of changes to this file."),
        Key(
            "economics",
            "section",
            "Currency, year, operating hours, charges and prices.",
            section="economics",
        ),
        Key("display_units", "display_units", "The units of measure that reports use."),
    ),
    section(
        "chemistry",
        "The chemistry system, with your own additions; or phases of a Cantera file of your own.",
        Key("system", "text", "Name of the chemistry system, or path of a chemistry file of your own."),
        Key("cantera", "path", "Cantera YAML file whose phases are the chemistry."),
        Key("aqueous", "text", "The Cantera file's aqueous phase, if it has several."),
        Key("organic", "text", "Its organic phase, if it has several; `none` to take none."),
        Key("solids", "texts", "Its solid phases; all of them by default."),
        Key(
            "activity_model",
            "choice",
            "Default activity model; by default the first that the chemistry has constants for.",
            choices=("sit", "pitzer", "ideal"),
        ),
        Key("files", "paths", "Files with further components, species and solids (layout of a system file)."),
        Key("add", "tree", "Further components, species and solids, written here (layout of a system file)."),
        one_of=("system", "cantera"),
    ),
    section(
        "feed",
        "A stream that enters the plant: temperature and one or more phases.",
        _TEMPLATE,
        Key(
            "role",
            "choice",
            "What the feed is: recoveries and reagent use per kg count from the main feed.",
            choices=("main_feed", "reagent", "water", "utility"),
            default="reagent",
        ),
        Key(
            "temperature", "quantity", "Temperature.", units=("K",), default="25 degC", range=(253.15, 673.15)
        ),
        Key("pressure", "quantity", "Pressure.", units=("bar",), default="1.01325 bar", range=(0.01, 200.0)),
        Key("price", "price", "Price per mass or volume of the whole feed.", units=PRICES, section="price"),
        Key("aqueous", "section", "An aqueous phase.", section="aqueous"),
        Key("organic", "section", "An organic phase.", section="organic"),
        Key("solid", "section", "A solid phase.", section="solid"),
        Key("gas", "section", "A gas phase.", section="gas"),
        Key("note", "text", "A remark that reports repeat."),
        one_of=PHASE_SECTIONS,
    ),
    section(
        "supply",
        "A stream of what a tank of the plant holds; units take it by its name, as they take a feed.",
        Key("from", "stream", "The tank's outlet, as unit.port.", required=True),
        Key(
            "flow",
            "quantity",
            "Mass or volume flow, or `as needed` by the units that take it.",
            required=True,
            units=FLOWS,
            range=(0.0, None),
            words=(AS_NEEDED,),
        ),
        Key("note", "text", "A remark that reports repeat."),
    ),
    section(
        "aqueous",
        "An aqueous phase: its flow and what is dissolved; the rest is water.",
        _FLOW_OF_SOLUTION,
        names="a compound, component or ion, in mol/L, g/L, mass % or mol/kg",
        name_units=SOLUTE_UNITS,
    ),
    section(
        "organic",
        "An organic phase: its flow and what is dissolved; the rest is diluent.",
        _FLOW_OF_SOLUTION,
        names="an organic species, in mol/L, g/L or mass %",
        name_units=("mol/L", "kg/m3", "mass fraction"),
    ),
    section(
        "solid",
        "A solid phase: its flow and its composition by mass.",
        Key(
            "flow",
            "quantity",
            "Mass flow of dry solid, or `as needed`.",
            required=True,
            units=("kg/h",),
            range=(0.0, None),
            words=(AS_NEEDED,),
        ),
        Key(
            "composition",
            "composition",
            "Mass fractions of solids; one may be `balance`.",
            units=("mass fraction",),
        ),
        Key(
            "assay",
            "section",
            "The composition from an Excel or CSV file, instead of `composition`.",
            section="assay",
        ),
        one_of=("composition", "assay"),
    ),
    section(
        "gas",
        "A gas phase: its flow and its composition by volume.",
        Key(
            "flow",
            "quantity",
            "Flow: amount (Nm3/h, mol/h), mass, or volume at the feed's conditions; or `as needed`.",
            required=True,
            units=GAS_FLOWS,
            range=(0.0, None),
            words=(AS_NEEDED,),
        ),
        Key(
            "composition",
            "composition",
            "Mole fractions of gases; one may be `balance`.",
            required=True,
            units=("mole fraction",),
        ),
    ),
    section(
        "assay",
        "A composition in a table: one row per solid.",
        Key("file", "path", "Excel (.xlsx) or CSV file, relative to this file.", required=True),
        Key("sheet", "text", "Worksheet; the first one unless given."),
        Key("name_column", "text", "Heading of the column of names; the first column unless given."),
        Key("value_column", "text", "Heading of the column of values; the second column unless given."),
        Key("unit", "text", "Unit of values that are bare numbers.", default="%"),
        Key("normalise", "flag", "Scale the values so that they add up to 100 %.", default="no"),
    ),
    section(
        "price",
        "A price with its year and source.",
        Key("value", "quantity", "The price.", required=True, units=(*PRICES, "USD")),
        Key("year", "integer", "The year it is stated for; the run's own unless given.", range=(1990, 2100)),
        Key("source", "text", "Where it was read."),
    ),
    section(
        "unit",
        "A unit operation; further keys are its parameters (`flowsheet units NAME`).",
        _TEMPLATE,
        Key("unit", "text", "Which unit operation.", required=True),
        Key("inlets", "inlets", "The stream that enters each inlet; a list is mixed."),
        Key("note", "text", "A remark that reports repeat."),
    ),
    section(
        "product",
        "A stream that leaves the plant.",
        _TEMPLATE,
        Key("stream", "stream", "The stream, as unit.port.", required=True),
        Key(
            "role",
            "choice",
            "Only a `product` counts as recovered.",
            choices=("product", "byproduct", "waste"),
            default="product",
        ),
        Key(
            "as",
            "text",
            "What it is sold as and purity counts: a compound, e.g. CoSO4.7H2O, or a group, e.g. REO.",
        ),
        Key(
            "purity",
            "purity",
            "Least mass fraction of that compound in the dry solid, e.g. `>= 99.5 %`.",
            units=("mass fraction",),
        ),
        Key(
            "limits",
            "limits",
            "Most that each element may be of the dry solid, e.g. {Na: 50 ppm}.",
            units=("mass fraction",),
        ),
        Key(
            "price", "price", "Price; a negative one is a charge for disposal.", units=PRICES, section="price"
        ),
        Key("standard", "text", "The standard that the limits come from."),
    ),
    section(
        "specification",
        "One thing is freed so that another holds.",
        Key("vary", "variable", "What is freed, e.g. neutraliser.base_flow.", required=True),
        Key("until", "constraint", "What then holds, e.g. `neutraliser.liquor.pH = 4.0`.", required=True),
    ),
    section(
        "optimise",
        "An optimisation: one objective, bounds on what varies, constraints.",
        Key("maximise", "expression", "The objective to maximise, e.g. profit."),
        Key("minimise", "expression", "The objective to minimise, e.g. reagent_cost."),
        Key("vary", "ranges", "What varies, with [lower, upper].", required=True),
        Key(
            "choose",
            "choices",
            "Counts to choose, with [least, most], e.g. `sx.extraction_stages: [4, 20]`; each compiles anew.",
        ),
        Key("subject_to", "constraints", "Constraints, e.g. `recovery(Co) >= 97 %`."),
        Key("starts", "integer", "Number of starting points.", range=(1, 1000)),
        one_of=("maximise", "minimise"),
    ),
)

SECTIONS: Mapping[str, Section] = {s.name: s for s in (*_PLANT, *ECONOMICS, *PARAMETER_SETS)}
