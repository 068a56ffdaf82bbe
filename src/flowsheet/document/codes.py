"""The codes of the document layer, explained.

`editor` says whether an editor shows the same while the file is written, by the schema (schema.py): always,
or partly: where it can be seen without the rest of the plant, the chemistry and units of measure.
"""

from __future__ import annotations

from flowsheet.document.diagnostics import register_texts

GROUPS = {
    "E0": "reading the file",
    "E1": "keys and their values",
    "E2": "numbers, units of measure, money",
    "E3": "unit operations and streams",
    "E4": "chemistry and compositions",
    "E5": "expressions and what varies",
    "E6": "scenarios, changes, parts and templates",
    "E7": "parameter sets",
    "E8": "unit libraries",
    "E9": "commands and validation cases",
    "S2": "equations and their solution",
    "W3": "the plant",
    "W6": "results",
}
"""What the codes of all layers are about, by how they begin."""

_CODES = """
E001 a file can't be read
    The file doesn't exist, may not be read, or isn't UTF-8 text. Save it with the encoding UTF-8.
E002 the YAML is broken | editor: always
    The text isn't YAML 1.2, so nothing in it can be checked. Usual causes: keys of one mapping that don't
    start in the same column, a bracket that isn't closed, or a text with `: `, a leading `>`, `%` or `@`
    that isn't in quotes.
E003 a key is given twice | editor: always
    A mapping has each key once. YAML readers differ in which of the two they take; here it is an error.
E004 a tab is used as indentation
    YAML allows only spaces there.
E005 a part of YAML that has no meaning here
    A key that isn't a single text, or an alias that refers to itself.
E101 unknown key | editor: always
    The mapping has no such key. Every key is checked, so that a misspelt one can't be passed over in
    silence. `flowsheet schema` lists them all, and an editor with YAML support offers them while typing.
E102 a key is missing | editor: always
    The mapping can't be understood without this key.
E103 the wrong kind of value | editor: always
    A mapping was expected where a value stands, or a value where a list stands, or there is no value at
    all.
E104 unknown parameter of a unit operation | editor: always
    The unit operation has no such parameter. `flowsheet units NAME` shows those that it has.
E105 a parameter is missing
    The unit operation has no default for this parameter.
E106 not one of the choices | editor: always
    The value is one of a few fixed words.
E107 a text that can't be a name | editor: always
    Feeds, units and products are named by letters, digits and _, starting with a letter, because a dot
    separates a unit from its port.
E201 not a number with a unit | editor: always
    A quantity is one finite number and one unit of measure: `70 degC`, `650 L/h`, `58 %`. Ratios (2:1),
    ranges (3 - 5), thousands with commas (1,000) and arithmetic are refused, because they are read
    differently by different people. A dimensionless number may stand alone.
E202 unknown unit of measure
    Units are written without spaces, powers as in m3 or m-2, joined by * and /: kg, g, t, mol, h, min, s,
    d, y, K, degC, m, L, m3, Nm3 (an amount: ideal gas at 0 degC and 1 atm), bar, barg, kPa, kW, kWh, kJ,
    USD, %, wt%, ppm.
E203 a unit of measure of the wrong dimension
    The unit is known, but it measures something else than what is wanted here.
E204 outside its range | editor: partly
    The value lies outside the range that is declared for it: what is physically possible, or what the
    equations behind it were made for.
E205 a negative flow
    Flows are positive; inlets and outlets give their direction.
E206 not a finite number | editor: partly
    NaN and infinity can't be used.
E207 an ambiguous unit of measure
    `ton` is 1000 kg to some and 2000 lb to others; `$` names a dozen currencies; `C` is a coulomb.
E208 an exchange rate isn't stated
    A run has one currency. Money in another one is converted by the rate that the file states under
    `economics: exchange_rates`, in USD per unit; there is no built-in rate.
E209 no price index for a year
    Money of one year is brought to that of the run (`economics: year`) by the Chemical Engineering Plant Cost
    Index, which is known for some years only. State the price in money of the run's year, or choose another
    year.
E301 unknown unit operation | editor: always
    Neither the installed unit libraries nor those named under `unit_libraries` have it. `flowsheet units`
    lists them.
E302 unknown stream | editor: partly
    A stream is named by its feed, or as unit.port by the outlet that it leaves. A reference to a unit
    further down the file is a recycle.
E303 unknown port | editor: partly
    The unit operation has no such inlet or outlet. `flowsheet units NAME` shows its ports.
E304 the wrong phase
    The stream carries, or can carry by what its units may form, a phase that the inlet doesn't take, e.g. a
    slurry that enters a solvent extraction.
E305 an inlet is open | editor: always
    Every inlet that isn't optional needs a stream.
E306 a stream goes to two places
    A stream is connected once. To divide it, put a splitter in it and connect the splitter's outlets.
E307 a name is used twice
    Feeds, supplies and units share one set of names, since all name streams.
E310 a flow that nothing determines
    A feed or a supply whose flow is `as needed` goes to inlets that determine it: the reagent of a unit with
    a set point. Each such inlet draws one of them.
E311 a unit can't be set up like this
    The unit's settings and inlets don't fit each other: a set point without a stream that could serve it, a
    solid that its activity model has no constant for, and the like.
E312 a tank that isn't drawn from | editor: partly
    What a tank of the plant supplies is named under `supplies:`, with a stated flow or `as needed`, and units
    take it by that name; any other outlet is one stream and goes to one place.
W308 a stream leaves the plant unnamed
    Nothing takes this outlet. It is counted as effluent. To say so, name it under `products` with `role:
    waste` or `role: byproduct`.
W309 a feed enters no unit
    The feed is in the file, but nothing takes it.
E401 a composition over 100 %
    Fractions add up to more than 1.
E402 a composition that doesn't reach 100 %
    Fractions of a solid or a gas add up to less than 1 and none of them is `balance`. What is missing is
    never guessed.
E403 two statements of the same thing
    Only one of them can hold: remove the other.
E404 a name that the chemistry doesn't know
    The chemistry system has no component, solid, gas or compound of this name. Additions go under
    `chemistry: {system: ..., add: ...}`.
E405 an assay file that can't be used
    The table is missing, or its names or values can't be read.
E406 unknown chemistry | editor: partly
    There is no chemistry system or chemistry file of this name, or what is added to a system can't be right:
    an unknown key, a reaction that doesn't balance, a value without a source.
E407 a Cantera file that can't be taken over
    Phases of a user's own Cantera file can be: aqueous ones of thermo ideal-molal-solution, Debye-Huckel or
    HMW-electrolyte, an organic one of ideal-condensed, ideal-solution-VPSS or ideal-molal-solution, and
    solids of fixed-stoichiometry. Whatever else they hold that would not come out as in Cantera is refused
    by its name.
E408 a feed that isn't neutral
    A feed states its H+ and the other ions, and their charges don't cancel. Streams are neutral: total
    hydrogen follows from the other components, so that a stated one would be passed over. Leave it out, or
    let the chemistry name two ions that carry what is left: `spectators: {cation: ..., anion: ...}`.
E501 an expression that can't be read
    Expressions have numbers (with units), names, + - * / **, parentheses, the functions exp, log, log10,
    sqrt, tanh, abs, and functions of names such as recovery(Co); a constraint has one =, <= or >=.
E502 an unknown name in an expression
    Nothing in the plant or in its results has this name.
E503 not allowed in an expression
    Conditions, strict inequalities, min, max, asinh and the like have no derivatives that the solver can
    take.
E504 something that can't be varied
    What varies is a quantity of a unit (leach.residence_time) or of a feed (acid.flow, acid.H2SO4).
    Numbers of tanks and stages, and choices, are structure.
E505 bounds in the wrong order
    Bounds are [lower, upper].
E506 varied twice
    One thing can be freed by one specification only, and what a specification frees can't be varied by the
    optimisation as well.
E601 unknown scenario
    The file has no such scenario.
E602 a change that can't be made
    A change is `key=value`, where the key is a path through the file: `units.leach.temperature`. No value
    removes the key.
E603 an import that can't be made
    `imports` names YAML files, relative to the file that imports them. A file can't import itself, and two
    imports can't define the same feed, unit or product; the file that imports both may change either.
E604 an unknown template
    `template` names one of the file's `templates`, whose keys an entry takes where it doesn't give them.
E701 unknown parameter set | editor: partly
    A parameter set is named (those that ship with the unit library) or given as the path of a file.
E702 a value without a source
    Every value of a parameter set names its source, or `fit` together with the script and the data of the
    fit.
E703 a faulty parameter set
    The file doesn't follow the layout of a parameter set.
E801 a unit library can't be loaded
    The Python file that is named under `unit_libraries` doesn't exist or raises an error when it is
    imported.
E901 unknown flowsheet
    There is neither a file nor a shipped flowsheet of this name.
"""


def register_all() -> None:
    """Add the codes of this layer to the registry."""
    register_texts(_CODES)
