"""What hydrolysed wastes bring as media, from parameter set `hydrolysates`."""

from __future__ import annotations

from pathlib import Path

from flowsheet.document.parameter_file import load_parameter_set

_PARAMETERS = Path(__file__).parent / "parameters" / "hydrolysates.yaml"


def glucose_of(waste: str) -> float:
    """Glucose in a hydrolysate [kg/m3]; `corn_stover` or `potato_peel`.

    >>> round(glucose_of("corn_stover"), 1)
    112.6
    """
    return load_parameter_set(_PARAMETERS).value(f"{waste}.glucose", "kg/m3")


def gluconate_yield_of(waste: str) -> float:
    """Gluconate per glucose that was measured on a hydrolysate [mol/mol].

    >>> round(gluconate_yield_of("corn_stover"), 4)
    0.9712
    """
    return load_parameter_set(_PARAMETERS).value(f"{waste}.gluconate_yield", "1")
