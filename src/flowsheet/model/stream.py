"""Streams: what a pipe or conveyor carries, as variables that connected units share.

Temperature belongs to the stream, flows to its phases.  Aqueous and organic component flows are logarithms,
since they span many decades and their balances are written as ln(in) = ln(out); solids and gases are linear,
since they may vanish.  What a stream can carry is its `Shape`, worked out from the structure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume, Share
from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from flowsheet.document.declaration import PHASES

LOGARITHMIC = ("aqueous", "organic")
_LEAST_LN_DRAW = -70.0
"""Bound of a drawn flow's logarithm, ln(kg/h): far below any set point's own floor."""
_EMPTY_LN_FLOW = -12.0
"""Start value of a flow before its unit is solved, ln(mol/h): next to nothing."""


@dataclass(frozen=True)
class Shape:
    """What a stream can carry: names by phase, in a fixed order.

    >>> a = Shape.of(aqueous=["H2O", "Ni"]); b = Shape.of(aqueous=["H2O", "Co"], solid=["MnO2"])
    >>> (a | b).phases
    {'aqueous': ('H2O', 'Co', 'Ni'), 'solid': ('MnO2',)}
    """

    phases: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(**phases: Iterable[str]) -> Shape:
        return Shape({p: _ordered(phases[p]) for p in PHASES if phases.get(p)})

    def __or__(self, other: Shape) -> Shape:
        return Shape.of(**{p: [*self.names(p), *other.names(p)] for p in PHASES})

    def names(self, phase: str) -> tuple[str, ...]:
        return self.phases.get(phase, ())

    def only(self, *phases: str) -> Shape:
        """The part in some of the phases."""
        return Shape.of(**{p: self.names(p) for p in phases})

    def without(self, phase: str, names: Iterable[str]) -> Shape:
        """All but some names of one phase."""
        gone = set(names)
        return Shape.of(**{p: [n for n in self.names(p) if p != phase or n not in gone] for p in PHASES})


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Water first, then by name: a fixed order whatever the order of discovery."""
    return tuple(sorted(set(names), key=lambda n: (n != WATER, n)))


class Stream:
    """One stream's variables on a Pyomo block.

    Attributes:
        temperature: variable [K].
        n: flows [mol/h] by phase and name; a phase with ions has H too, from electroneutrality: the aqueous,
            and an organic that ions are extracted into (its acid has given their charge, so that H is
            negative).
        draw: mass flow [kg/h] of a stream that a unit draws from a feed as needed; else None.
        ln_draw: its logarithm, the unknown behind it where the stream's flows are logarithms.
        per_mass: its composition [mol/kg] by phase and name, roughly, for cold starts.
        supplied: mass flow [kg/h] that is taken from an outlet that supplies; 0 of any other.
    """

    def __init__(self, block: Any, name: str, shape: Shape, system: ChemistrySystem) -> None:
        self.block, self.name, self.shape, self.system = block, name, shape, system
        block.temperature = pyo.Var(initialize=298.15, bounds=(250.0, 1800.0))
        self.temperature = block.temperature
        self.excess_enthalpy: Any = 0.0
        self.draw: Any = None
        self.ln_draw: Any = None
        self.supplied: Any = 0.0
        self.per_mass: dict[str, dict[str, Any]] = {}
        self.n: dict[str, dict[str, Any]] = {}
        for phase in shape.phases:
            names = list(shape.names(phase))
            if phase in LOGARITHMIC:
                ln_flow = pyo.Var(names, initialize=_EMPTY_LN_FLOW)
                flow = pyo.Expression(names, rule=lambda _, c, ln=ln_flow: pyo.exp(ln[c]))
                setattr(block, f"ln_{phase}", ln_flow)
                setattr(block, f"{phase}_flow", flow)
            else:
                flow = pyo.Var(names, initialize=0.0, bounds=(-1e-3, None))
                setattr(block, phase, flow)
            self.n[phase] = {c: flow[c] for c in names}
        for phase, name in (("aqueous", "proton"), ("organic", "organic_proton")):
            charged = [c for c in shape.names(phase) if system.charge_of(c)]
            if charged or (phase == "aqueous" and phase in self.n):
                flow = -sum(system.charge_of(c) * self.n[phase][c] for c in charged)
                setattr(block, name, pyo.Expression(expr=flow))
                self.n[phase][PROTON] = getattr(block, name)

    def ln(self, phase: str, name: str) -> Any:
        """Logarithm of a flow of a logarithmic phase."""
        return getattr(self.block, f"ln_{phase}")[name]

    def is_drawn(self, phase: str) -> Any:
        """Make the stream's flow an unknown, logarithmic as its phase is; returns the unknown."""
        if phase in LOGARITHMIC:
            self.ln_draw = self.block.ln_draw = pyo.Var(initialize=0.0, bounds=(_LEAST_LN_DRAW, None))
            self.draw = self.block.draw = pyo.Expression(expr=pyo.exp(self.ln_draw))
            return self.ln_draw
        self.draw = self.block.draw = pyo.Var(initialize=1.0, bounds=(0.0, None))
        return self.draw

    def drawn_start(self, flow: Any) -> tuple[Any, Any]:
        """The unknown behind the drawn flow, and its value at a flow [kg/h]."""
        return (self.draw, flow) if self.ln_draw is None else (self.ln_draw, pyo.log(flow))

    def variable(self, phase: str, name: str) -> Any:
        """The unknown behind a flow: its logarithm in a logarithmic phase, else the flow."""
        return self.ln(phase, name) if phase in LOGARITHMIC else self.n[phase][name]

    def flow(self, phase: str, name: str) -> Any:
        """Flow [mol/h]; 0 for what the stream can't carry."""
        return self.n.get(phase, {}).get(name, 0.0)

    def mass_flow(self, phase: str) -> Any:
        """[kg/h]"""
        return sum(f * molar_mass(self.system, phase, c) for c, f in self.n.get(phase, {}).items())

    def enthalpy(self) -> Any:
        """Enthalpy flow of all phases [kJ/h]."""
        return self.excess_enthalpy + sum(
            phase_enthalpy(self.system, phase, flows, self.temperature) for phase, flows in self.n.items()
        )

    def volume_flow(self, phase: str = "aqueous") -> Any:
        """[m3/h]; solids by their densities, gases at 1 atm."""
        if phase != "aqueous" or phase not in self.n:
            return volume_flow(self.system, phase, self.n.get(phase, {}), self.temperature)
        if not hasattr(self.block, "aqueous_volume"):
            self.block.aqueous_volume = pyo.Expression(
                expr=volume_flow(self.system, phase, self.n[phase], self.temperature, named_on(self.block))
            )
        return self.block.aqueous_volume

    def share(self, variable: Any) -> Any:
        """What an aqueous flow's logarithm stands for, over the water; None for any other variable."""
        component = variable.index()
        if variable.parent_component().local_name != "ln_aqueous" or component == WATER:
            return None
        water = self.n["aqueous"].get(WATER)
        return None if water is None else self.n["aqueous"][component] / water

    def variables(self) -> list[Any]:
        return list(self.block.component_data_objects(pyo.Var))


class Mixture:
    """What enters through one inlet: the sum of one or several streams."""

    def __init__(self, streams: Sequence[Stream], system: ChemistrySystem) -> None:
        self.streams, self.system = list(streams), system
        self.shape = Shape.of()
        for stream in streams:
            self.shape = self.shape | stream.shape

    def __bool__(self) -> bool:
        return bool(self.shape.phases)

    @property
    def drawn(self) -> Stream | None:
        """The stream whose flow the unit determines, if one of them comes from a feed as needed."""
        return next((s for s in self.streams if s.draw is not None), None)

    def flow(self, phase: str, name: str) -> Any:
        """Flow [mol/h]; 0 for what no stream can carry."""
        return sum(s.flow(phase, name) for s in self.streams if name in s.n.get(phase, {}))

    def ln(self, phase: str, name: str) -> Any:
        """Logarithm of a flow: the variable itself where only one stream carries it."""
        carriers = [s for s in self.streams if name in s.shape.names(phase)]
        if len(carriers) == 1 and phase in LOGARITHMIC:
            return carriers[0].ln(phase, name)
        return pyo.log(self.flow(phase, name))

    def flows(self, phase: str) -> dict[str, Any]:
        """All flows of a phase, H among those of a phase with ions."""
        names = list(self.shape.names(phase))
        if any(PROTON in s.n.get(phase, {}) for s in self.streams):
            names.append(PROTON)
        return {c: self.flow(phase, c) for c in names}

    def mass_flow(self, phase: str) -> Any:
        return sum(s.mass_flow(phase) for s in self.streams)

    def enthalpy(self) -> Any:
        return sum(s.enthalpy() for s in self.streams)

    def volume_flow(self, phase: str = "aqueous") -> Any:
        return sum(s.volume_flow(phase) for s in self.streams if phase in s.shape.phases)


def molar_mass(system: ChemistrySystem, phase: str, name: str) -> float:
    """[kg/mol]"""
    if phase == "solid":
        return system.solids[name].molar_mass
    if phase == "gas":
        return system.gases[name].molar_mass
    return system.components[name].molar_mass


def named_on(block: Any) -> Share:
    """Names sub-expressions of a volume as Expressions of a block."""

    def share(name: str, expression: Any) -> Any:
        block.add_component(f"volume_{name}", pyo.Expression(expr=expression))
        return block.component(f"volume_{name}")

    return share


def volume_flow(
    system: ChemistrySystem,
    phase: str,
    flows: Mapping[str, Any],
    temperature: Any,
    share: Share | None = None,
) -> Any:
    """Volume flow of one phase [m3/h]."""
    if not flows:
        return 0.0
    if phase == "aqueous":
        return AqueousVolume(system, list(flows)).volume(flows, temperature, share)
    if phase == "gas":
        return sum(flows.values()) * 8.31446261815324 * temperature / 101325.0
    if phase == "solid":
        return sum(f * system.solids[c].molar_mass / _solid_density(system, c) for c, f in flows.items())
    return sum(
        f * system.components[c].molar_mass / system.organic_density(c)
        for c, f in flows.items()
        if system.components[c].inert  # what is extracted counts as taking no room
    )


_DEFAULT_SOLID_DENSITY = 2500.0
"""For a solid whose density the chemistry does not state [kg/m3]; only vessel volumes depend on it."""


def _solid_density(system: ChemistrySystem, name: str) -> float:
    return system.solids[name].density or _DEFAULT_SOLID_DENSITY
