"""Writes the conversions between units of measure that most flowsheets need, by Pint.

They ship, so that a first run doesn't wait for Pint; any other unit still asks it.

    python fits/unit_conversions.py
"""

from __future__ import annotations

from pathlib import Path

from flowsheet.document import unit_of_measure
from flowsheet.document.unit_expression import parse_unit
from flowsheet.document.unit_of_measure import SHIPPED, canonical_unit, conversion, save_conversions
from flowsheet.solve.case import load

USUAL = """
    s min d y g mg t lb kmol mmol cm mm um nm in ft km cm2 mm2 ft2 L mL gal ft3 g/h g/min kg/d kg/s
    t/h t/d t/y lb/h kmol/h mol/s mol/min L/h L/min mL/min L/s m3/s m3/d gal/min 1/s 1/min 1/d m/s
    um/s cm/s m/d m2/s cm2/s mm2/s L/m2/h kg/m2/s g/m2/h L/m2/h/bar m/s/Pa um/s/bar g/L mg/L kg/L
    g/m3 mg/m3 g/mL g/cm3 ug/L mmol/L mol/m3 kmol/m3 mmol/kg g/mol W MW hp J MJ GJ kWh MWh kcal kJ/t
    kWh/t kWh/kg MJ/kg kJ/g J/mol MJ/kmol J/mol/K J/kg/K kWh/m3 kWh/L Pa kPa MPa mbar atm psi mmHg
    USD/t USD/g USD/lb USD/L USD/gal USD/kmol USD/kWh USD/MWh USD/MJ USD/GJ USD/d USD/y USD/ft2
    W/m2/K W/m3 kW/L
"""
"""Beside the units of the flowsheets that ship."""


def main() -> None:
    unit_of_measure._CONVERSIONS.clear()
    unit_of_measure._CANONICAL.clear()
    for text in USUAL.split():
        unit = parse_unit(text)
        conversion(unit, canonical_unit(unit))
    for path in sorted((Path(__file__).parents[1] / "flowsheets").glob("*.yaml")):
        load(path)
    save_conversions(SHIPPED)


if __name__ == "__main__":
    main()
