"""What a unit operation says of itself: ports and parameters, declared once.

The YAML keys, the JSON schema, the help page, bounds, units of measure and the report's columns all
derive from these declarations.  They hold no equations and import nothing heavy, so that `check` and
`--help` stay quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Phase = Literal["aqueous", "organic", "solid", "gas"]
PHASES: tuple[Phase, ...] = ("aqueous", "organic", "solid", "gas")

Symbol = Literal[
    "tank",
    "stirred_tank",
    "mixer",
    "splitter",
    "heat_exchanger",
    "filter",
    "thickener",
    "mixer_settler",
    "column",
    "membrane",
    "hollow_fibre",
    "electrodialysis",
    "crystalliser",
    "evaporator",
    "dryer",
    "kiln",
    "fermenter",
    "box",
]
"""What a unit is drawn as in a flow diagram, by the equipment's usual symbol; `box` has none of its own."""

ParameterKind = Literal["quantity", "integer", "choice", "flag", "names", "mapping", "parameter_set"]


@dataclass(frozen=True)
class Port:
    """A place where streams join a unit.

    An inlet takes one stream or a list of them (a list is a mixer).  `phases` are those that the
    connected stream may carry; an outlet carries what its phases and the unit's inlets allow.  An inlet that
    `draws` may take a feed whose flow is as needed: the unit determines it.  An outlet that `supplies` gives
    what is drawn from it under `supplies:`, by several inlets if need be.
    """

    name: str
    phases: tuple[Phase, ...]
    direction: Literal["inlet", "outlet"]
    optional: bool = False
    description: str = ""
    draws: bool = False
    supplies: bool = False


@dataclass(frozen=True)
class Parameter:
    """One setting of a unit.

    kind `quantity`: a continuous number with a unit; becomes an input of the model that can be changed,
    specified, optimised or sampled without compiling anew.  `mapping`: such numbers by name (a component or a
    solid).  All other kinds are structure.

    `default` is written as the user would write it ("30 %", 3, "fast"); `None` together with `required=False`
    means that the setting is absent unless given (and then its presence is structure).
    """

    name: str
    kind: ParameterKind
    description: str
    unit: str | None = None
    default: Any = None
    required: bool = False
    range: tuple[float | None, float | None] = (None, None)
    choices: tuple[str, ...] = ()
    family: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Result:
    """A number that a unit reports (heat duty, volume, pH of a stage), by its name and canonical unit.

    `charge` names what it costs by (see `economics.charges`): tank, filter, heat, power, ...
    `profile` says of an indexed number which part of its index is a position: `stage`, `stage.component` or
    `component.level`, where all but `component` is the kind of position.
    """

    name: str
    unit: str
    description: str
    charge: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class Chart:
    """A picture of a unit's profiles in the report of a run; `quantities` are results that have a `profile`.

    `along`: the quantities over the positions, a line per quantity or component.  `over`: the second quantity
    over the first, a line per component.  `mccabe_thiele`: operating line (liquor, organic), then equilibrium
    line (liquor, organic), a picture per component and section.
    """

    title: str
    kind: Literal["along", "over", "mccabe_thiele"]
    quantities: tuple[str, ...]


@dataclass(frozen=True)
class UnitDeclaration:
    """All that is known of a unit operation without building it."""

    name: str
    title: str
    documentation: str
    inlets: Mapping[str, Port]
    outlets: Mapping[str, Port]
    parameters: Mapping[str, Parameter]
    results: Mapping[str, Result] = field(default_factory=dict)
    source_file: str = ""
    symbol: Symbol = "box"
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class _Unnamed:
    """A declaration in a class body, before the class gives it its name."""

    kind: str
    values: Mapping[str, Any]

    def named(self, name: str) -> Port | Parameter | Result:
        if self.kind in ("inlet", "outlet"):
            return Port(name=name, direction=self.kind, **self.values)  # type: ignore[arg-type]
        if self.kind == "result":
            return Result(name=name, **self.values)
        return Parameter(name=name, kind=self.kind, **self.values)  # type: ignore[arg-type]


def Inlet(*phases: Phase, optional: bool = False, description: str = "", draws: bool = False) -> Any:
    """Declare an inlet in a unit's class body; `draws`: the unit may determine a connected feed's flow."""
    return _Unnamed(
        "inlet", {"phases": phases, "optional": optional, "description": description, "draws": draws}
    )


def Outlet(*phases: Phase, optional: bool = False, description: str = "", supplies: bool = False) -> Any:
    """Declare an outlet.

    `optional` means that the user may leave it unconnected without a warning; of one that `supplies`, what
    is drawn from it (`supplies:` of the flowsheet) is the unit's to provide.
    """
    return _Unnamed(
        "outlet", {"phases": phases, "optional": optional, "description": description, "supplies": supplies}
    )


def quantity(
    default: str | None,
    unit: str,
    description: str,
    range: tuple[float | None, float | None] = (None, None),
    source: str | None = None,
    required: bool = False,
) -> Any:
    """Declare a continuous parameter; `unit` is canonical, `range` is in that unit, `default` in any unit."""
    return _Unnamed(
        "quantity",
        {
            "default": default,
            "unit": unit,
            "description": description,
            "range": range,
            "source": source,
            "required": required,
        },
    )


def integer(default: int | None, description: str, range: tuple[int | None, int | None] = (1, None)) -> Any:
    """Declare a whole number that is part of the structure (tanks, stages)."""
    return _Unnamed(
        "integer",
        {"default": default, "description": description, "range": range, "required": default is None},
    )


def choice(default: str | None, choices: tuple[str, ...], description: str) -> Any:
    """Declare a choice among fixed words."""
    return _Unnamed("choice", {"default": default, "choices": choices, "description": description})


def flag(default: bool, description: str) -> Any:
    """Declare a yes/no setting."""
    return _Unnamed("flag", {"default": default, "description": description})


def names(default: tuple[str, ...], family: str, description: str) -> Any:
    """Declare a list of names of one family: `component`, `solid`, `species`."""
    return _Unnamed("names", {"default": default, "family": family, "description": description})


def mapping(
    default: Mapping[str, str] | None,
    family: str,
    unit: str,
    description: str,
    range: tuple[float | None, float | None] = (None, None),
    source: str | None = None,
) -> Any:
    """Declare numbers by name, e.g. occlusion by component; each is an input of the model."""
    return _Unnamed(
        "mapping",
        {
            "default": dict(default or {}),
            "family": family,
            "unit": unit,
            "range": range,
            "description": description,
            "source": source,
        },
    )


def parameter_set(default: str | None, family: str, description: str, choices: tuple[str, ...] = ()) -> Any:
    """Declare a choice of a parameter set: the name of a shipped YAML file, or the path of a user's own.

    `choices`: words that the unit takes besides.
    """
    return _Unnamed(
        "parameter_set",
        {"default": default, "family": family, "description": description, "choices": choices},
    )


def result(unit: str, description: str, charge: str | None = None, profile: str | None = None) -> Any:
    """Declare a number that the unit reports; `charge` names what it costs by, `profile` the positions that
    it is reported at (see `Result`).
    """
    return _Unnamed(
        "result", {"unit": unit, "description": description, "charge": charge, "profile": profile}
    )


def declarations_of(
    cls: type,
) -> tuple[dict[str, Port], dict[str, Port], dict[str, Parameter], dict[str, Result]]:
    """Collect what the class bodies of `cls` and its bases declare: its own first, as written."""
    inlets: dict[str, Port] = {}
    outlets: dict[str, Port] = {}
    parameters: dict[str, Parameter] = {}
    results: dict[str, Result] = {}
    seen: set[str] = set()
    for base in cls.__mro__:
        for name, value in vars(base).items():
            if not isinstance(value, _Unnamed) or name in seen:
                continue
            seen.add(name)
            named = value.named(name)
            if isinstance(named, Result):
                results[name] = named
            elif isinstance(named, Parameter):
                parameters[name] = named
            elif named.direction == "inlet":
                inlets[name] = named
            else:
                outlets[name] = named
    return inlets, outlets, parameters, results
