"""Keys of the flowsheet file for money: prices' year and currency, charges, equipment that is bought."""

from __future__ import annotations

from flowsheet.document.section import Key, section
from flowsheet.document.unit_expression import CURRENCIES

ECONOMICS = (
    section(
        "economics",
        "Money, in one currency and year per run.",
        Key("currency", "choice", "The currency that reports show.", choices=CURRENCIES, default="USD"),
        Key(
            "year",
            "integer",
            "The year of the run's money; prices of other years are converted by the CEPCI.",
            range=(1990, 2100),
            default="2023",
        ),
        Key("operating_hours", "quantity", "Operating hours per year.", units=("h/y",), range=(1.0, 8784.0)),
        Key(
            "exchange_rates",
            "prices",
            "USD per unit of each other currency, e.g. {EUR: 1.08 USD}.",
            units=("USD",),
            section="price",
        ),
        Key("charges", "prices", "Charges for equipment, energy and effluent, by name.", section="price"),
        Key(
            "prices",
            "prices",
            "Prices by name, where a feed or product doesn't state its own.",
            section="price",
        ),
        Key("capital", "section", "Equipment that is priced by what it costs to buy.", section="capital"),
    ),
    section(
        "capital",
        "What equipment costs to buy, to install and to keep, and how much of that a year bears.",
        Key("equipment", "sections", "Pieces of equipment, by name.", required=True, section="equipment"),
        Key(
            "installation",
            "quantity",
            "Installed cost over purchase cost.",
            units=("1",),
            range=(1.0, 20.0),
            default="1",
        ),
        Key(
            "annualisation",
            "quantity",
            "Share of the installed cost that a year bears; or give `interest` and `life`.",
            units=("1",),
            range=(0.0, 1.0),
        ),
        Key(
            "interest",
            "quantity",
            "Interest per year, for an annuity i/(1 - (1 + i)^-n) over `life`.",
            units=("1",),
            range=(0.0, 1.0),
        ),
        Key(
            "life", "quantity", "Years n of the annuity, e.g. `20 y`.", units=("h",), range=(8766.0, 876600.0)
        ),
        Key(
            "maintenance",
            "quantity",
            "Share of the installed cost that maintenance takes per year.",
            units=("1",),
            range=(0.0, 1.0),
            default="0 %",
        ),
    ),
    section(
        "equipment",
        "A piece of equipment: purchase cost = fixed + cost (size/at)^exponent; without `at`, "
        "fixed + cost size.",
        Key(
            "size",
            "expression",
            "What it is priced by, e.g. `cascade.area`: a unit's result, a stream's flow.",
            required=True,
        ),
        Key(
            "cost",
            "price",
            "Purchase cost at the size `at`, or per unit of size.",
            required=True,
            section="price",
        ),
        Key("at", "quantity", "The size that `cost` is stated for."),
        Key("exponent", "quantity", "Exponent of the size.", units=("1",), range=(0.0, 3.0), default="1"),
        Key("fixed", "price", "What it costs whatever its size.", units=("USD",), section="price"),
        Key(
            "sizes",
            "range",
            "[least, most] size that the cost was stated for; beyond it the result carries a warning.",
        ),
        Key(
            "installation",
            "quantity",
            "Installed cost over purchase cost, in place of the plant's.",
            units=("1",),
            range=(1.0, 20.0),
        ),
        Key(
            "replaced",
            "quantity",
            "Share of the purchase cost that is replaced per year, e.g. of membranes.",
            units=("1",),
            range=(0.0, 10.0),
            default="0 %",
        ),
    ),
)
