"""The canonical units of the whole engine, and what each of them measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Dimension(NamedTuple):
    """What a canonical unit measures, and how a user would write such a quantity."""

    unit: str
    name: str
    example: str


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("1", "a plain number or fraction", "30 %"),
    Dimension("h", "a time", "2 h"),
    Dimension("kg", "a mass", "5 kg"),
    Dimension("mol", "an amount", "3 mol"),
    Dimension("K", "a temperature", "70 degC"),
    Dimension("m", "a length", "50 um"),
    Dimension("m2", "an area", "20 m2"),
    Dimension("m3", "a volume", "12 m3"),
    Dimension("kg/h", "a mass flow", "100 kg/h"),
    Dimension("mol/h", "an amount flow", "20 mol/h"),
    Dimension("m3/h", "a volume flow", "650 L/h"),
    Dimension("1/h", "a frequency", "5 1/h"),
    Dimension("m/h", "a velocity", "2 m/h"),
    Dimension("m2/h", "a diffusivity", "1e-9 m2/s"),
    Dimension("m3/m2/h", "a flux", "20 L/m2/h"),
    Dimension("kg/m2/h", "a mass flux", "20 kg/m2/h"),
    Dimension("kg/m3", "a density or mass concentration", "20 g/L"),
    Dimension("mol/L", "a molar concentration", "2 mol/L"),
    Dimension("mol/kg", "a molality", "1.5 mol/kg"),
    Dimension("kg/mol", "a molar mass", "98 g/mol"),
    Dimension("kW", "a power", "15 kW"),
    Dimension("kJ", "an energy", "5 kWh"),
    Dimension("kJ/kg", "a specific energy", "30 kWh/t"),
    Dimension("kJ/mol", "a molar energy", "65 kJ/mol"),
    Dimension("kJ/mol/K", "a molar heat capacity", "75 J/mol/K"),
    Dimension("kJ/kg/K", "a specific heat capacity", "4.2 kJ/kg/K"),
    Dimension("kW/m2/K", "a heat transfer coefficient", "1.2 kW/m2/K"),
    Dimension("kW/m3", "a power density", "0.5 kW/m3"),
    Dimension("bar", "a pressure", "1.5 bar"),
    Dimension("USD", "money", "1000 USD"),
    Dimension("USD/h", "money per time", "30 USD/h"),
    Dimension("USD/kg", "a price per mass", "128 USD/t"),
    Dimension("USD/mol", "a price per amount", "0.1 USD/mol"),
    Dimension("USD/m3", "a price per volume", "3 USD/m3"),
    Dimension("USD/kJ", "a price per energy", "0.08 USD/kWh"),
    Dimension("USD/m2", "a price per area", "500 USD/m2"),
    Dimension("USD/m3/h", "a charge per volume and time", "400 USD/m3/y"),
    Dimension("USD/m2/h", "a charge per area and time", "90 USD/m2/y"),
)
# Units that say more than their dimension does.
SPECIAL_DIMENSIONS: Mapping[str, Dimension] = {
    "delta_K": Dimension("delta_K", "a temperature difference", "5 K"),
    "h/y": Dimension("h/y", "hours per year", "8000 h/y"),
    "pH": Dimension("pH", "a pH", "4.0"),
    "fraction": Dimension("fraction", "a fraction", "30 %"),
    "mass fraction": Dimension("mass fraction", "a mass fraction", "30 %"),
    "mole fraction": Dimension("mole fraction", "a mole fraction", "21 %"),
}
