"""What solids take along as they form: parameter sets of co-precipitation.

    n_j = f K_j c_M n_host        K_j [m3/mol]: in proportion to the liquor's content
    n_j = f x_j n_host            x_j [mol/mol]: a content of its own

n_j cations [mol/h] that leave as solid j, n_host host solid that forms [mol/h], c_M [mol/m3] total of the
cation in the liquor, f the unit's `uptake_factor`.  Adsorbed nickel leaves as Ni(OH)2, enclosed sodium
sulfate as Na2SO4: real solids, so that all balances close.

parameter_set: hydroxide_cake
for: precipitator.losses
sources: {...}
values:
  Al(OH)3:                                   # host
    Ni(OH)2: {value: 0.45 L/mol, source: ...}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from flowsheet.document.quantity import split_quantity

_FOLDER = Path(__file__).parent / "parameters"
PROPORTIONAL, CONTENT = "m3*mol-1", "1"


@dataclass(frozen=True)
class Uptake:
    """One solid that goes with another.

    `value` is K_j [m3/mol] where `proportional`, else x_j [mol/mol]; `cations` counts `cation` per formula
    unit.
    """

    host: str
    solid: str
    cation: str
    cations: float
    value: float
    proportional: bool


def load(name: str | Path) -> ParameterSet:
    """A shipped set by name, or a user's own by path.  Raises DiagnosticError."""
    return find_parameter_set(name, _FOLDER)


def read(name: str | Path, system: ChemistrySystem) -> tuple[Uptake, ...]:
    """The uptakes of a parameter set.

    Raises:
        DiagnosticError: a solid that the chemistry doesn't have or can't form, or a value of another
        dimension.

    >>> from flowsheet.chemistry.load import load_system
    >>> [u.solid for u in read("hydroxide_cake", load_system("nmc_sulfate")) if u.host == "Al(OH)3"]
    ['Ni(OH)2', 'Co(OH)2', 'Li2SO4.H2O']
    """
    parameters = load(name)
    return tuple(_uptake(key, parameters, system) for key in parameters.values)


def _uptake(key: str, parameters: ParameterSet, system: ChemistrySystem) -> Uptake:
    value = parameters.values[key]
    parts = [(key[:i], key[i + 1 :]) for i, letter in enumerate(key) if letter == "."]
    pair = next(((h, s) for h, s in parts if h in system.solids and s in system.solids), None)
    if pair is None:
        raise _fault(
            f"`{key}` doesn't name two solids of the chemistry",
            value.span,
            "write `host: {solid: {value: ...}}`",
        )
    host, solid = pair
    cations = {
        c: n
        for c, n in (system.solids[solid].composition or {}).items()
        if c not in (PROTON, WATER) and system.charge_of(c) > 0
    }
    if len(cations) != 1 or value.quantity is None:
        raise _fault(
            f"`{solid}` must dissolve to one kind of cation, with a number for its uptake", value.span
        )
    ((cation, count),) = cations.items()
    unit = split_quantity(value.quantity.text).canonical_unit()
    if unit not in (PROPORTIONAL, CONTENT):
        raise _fault(
            f"the uptake of `{solid}` is in L/mol or mol/mol, got `{value.quantity.text}`", value.span
        )
    return Uptake(host, solid, cation, count, value.value, unit == PROPORTIONAL)


def _fault(message: str, span: Span, help: str = "") -> DiagnosticError:
    return DiagnosticError([Diagnostic("E703", message, span, help)])


def possible(
    uptakes: tuple[Uptake, ...],
    hosts: Mapping[str, object] | tuple[str, ...],
    components: set[str],
    system: ChemistrySystem,
) -> list[Uptake]:
    """Those whose host can form and whose own components are there."""
    return [
        u
        for u in uptakes
        if u.host in hosts
        and all(c in components or c in (PROTON, WATER) for c in system.solids[u.solid].composition or {})
    ]
