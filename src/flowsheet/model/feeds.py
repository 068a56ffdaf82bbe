"""Feeds as equations: what the user states of a stream, in whatever basis, becomes its component flows.

Aqueous: concentrations are held (mol/L, g/L, mol/kg water or mass fraction), water is what is left:

    ln n_c = ln sum_k nu_kc x_k       x_k [mol/h] of compound k:  c_k V,  g_k V / M_k,  m_k W  or  w_k G / M_k
    V (or G) = the stated flow       with V the volume by the density correlation, G the mass, W the water

Total hydrogen follows from electroneutrality.  A chemistry with spectators takes it as stated instead, and
lets them carry the charge that is left (see `neutrality`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.dilution import dilution_enthalpy
from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.neutrality import charges, spectators
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Feed, PhaseFeed
from flowsheet.model.registry import Registry
from flowsheet.model.stream import Shape, Stream

DILUENT = "diluent"
"""Component that makes up what an organic feed's composition leaves open."""
_COMPLETE = 1e-9
_NEUTRAL = 1e-6
"""Share of all charges that rounding in a stated composition may leave."""
_STANDARD_MOLAR_VOLUME = 0.0224


def feed_shape(feed: Feed, system: ChemistrySystem) -> Shape:
    """What a feed carries; a flow or a concentration of exactly zero is not there."""
    names: dict[str, list[str]] = {}
    for phase, entry in feed.phases.items():
        if entry.flow is not None and entry.flow.value == 0.0:
            continue
        present = [k for k, q in entry.composition.items() if q.value != 0.0]
        if phase == "aqueous":
            components = {c for k in present for c in dissolve(system, k)} | {WATER}
            if components != {WATER}:
                components |= set(system.spectators or ())
            _check_neutral(feed, entry, system)
            names[phase] = [c for c in components if c != PROTON]
        elif phase == "organic":
            fractions = [q.value for q in entry.composition.values() if q.unit == "mass fraction"]
            has_rest = len(fractions) < len(entry.composition) or sum(fractions) < 1.0 - _COMPLETE
            names[phase] = [*present, DILUENT] if has_rest and DILUENT not in present else present
        else:
            names[phase] = present
    return Shape.of(**names)


def _check_neutral(feed: Feed, entry: PhaseFeed, system: ChemistrySystem) -> None:
    """Refuse H+ that the rest doesn't balance: what is stated of it would be passed over."""
    proton = next((k for k in entry.composition if dissolve(system, k) == {PROTON: 1.0}), None)
    units = {q.unit for q in entry.composition.values()}
    if proton is None or system.spectators is not None or len(units) > 1:
        return
    molar = units <= {"mol/L", "mol/kg"}
    amounts: dict[str, float] = {}
    for name, quantity in entry.composition.items():
        amount = quantity.value if molar else quantity.value / compound_molar_mass(system, name)
        for component, n in dissolve(system, name).items():
            amounts[component] = amounts.get(component, 0.0) + n * amount
    left, whole = charges(system, amounts)
    if abs(left) > _NEUTRAL * whole:
        raise DiagnosticError(
            [
                Diagnostic(
                    "E408",
                    f"the ions of feed `{feed.name}` don't cancel: "
                    f"{100.0 * left / whole:+.2g} % of all charges are left",
                    entry.composition[proton].span,
                    f"leave `{proton}` out, and total hydrogen follows; or state `spectators` in the "
                    "chemistry",
                )
            ]
        )


class FeedEquations:
    """Builds one feed's inputs on its block, and the rows of the streams by which it enters.

    A feed of stated flow is one stream.  Of a feed as needed each consumer draws its own, with one more
    unknown, `draw` [kg/h], which the consumer's rows determine.
    """

    def __init__(
        self, feed: Feed, block: Any, streams: Sequence[Stream], system: ChemistrySystem, registry: Registry
    ) -> None:
        self.feed, self.block, self.streams = feed, block, streams
        self.system, self.registry = system, registry

    def build(self) -> None:
        temperature = self._input("temperature", self.feed.temperature.value, "K")
        several = len(self.feed.phases) > 1
        flows, shares = {}, {}
        for phase, entry in self.feed.phases.items():
            if entry.flow is not None and entry.flow.value == 0.0:
                continue
            if entry.flow is not None:
                name = f"{phase}.flow" if several else "flow"
                flows[phase] = self._input(name, entry.flow.value, entry.flow.unit)
            shares[phase] = {
                k: self._input(f"{phase}.{k}" if several else k, q.value, q.unit)
                for k, q in entry.composition.items()
                if q.value != 0.0
            }
        for stream in self.streams:
            rows = pyo.Block()
            stream.block.add_component("feed", rows)
            rows.temperature = pyo.Constraint(expr=(stream.temperature - temperature) / 100.0 == 0)
            self.registry.start(stream.temperature, temperature)
            for phase in shares:
                flow, unit = flows.get(phase), "kg/h"
                if flow is None:
                    unknown = stream.is_drawn(phase)
                    self.registry.add_unknown(unknown, log=stream.ln_draw is not None, nominal=1.0)
                    flow = stream.draw
                else:
                    unit = self.feed.phases[phase].flow.unit  # type: ignore[union-attr]
                _StreamRows(self, rows, stream, self.feed.phases[phase], flow, unit, shares[phase]).build()
        if self.feed.as_needed:
            total = sum((s.draw for s in self.streams), 0.0)
            self.registry.add_output(f"{self.feed.name}.flow", total, "kg/h", "drawn in all")

    def _input(self, name: str, value: float, unit: str) -> Any:
        variable = pyo.Var(initialize=value)
        self.block.add_component(f"input_{name}", variable)
        self.registry.add_input(f"{self.feed.name}.{name}", variable, unit)
        return variable


class _StreamRows:
    """The rows that give one phase of a stream its flows: `flow` in `unit`, `shares` as the feed has them."""

    def __init__(
        self,
        owner: FeedEquations,
        block: Any,
        stream: Stream,
        entry: PhaseFeed,
        flow: Any,
        unit: str,
        shares: Mapping[str, Any],
    ) -> None:
        self.feed, self.system, self.registry = owner.feed, owner.system, owner.registry
        self.block, self.stream, self.entry = block, stream, entry
        self.flow, self.unit, self.shares = flow, unit, shares

    def build(self) -> None:
        if self.entry.phase == "aqueous":
            self._aqueous(self.entry, self.flow, self.shares)
        elif self.entry.phase == "solid":
            self._solid(self.flow, self.shares)
        elif self.entry.phase == "gas":
            self._gas(self.flow, self.shares)
        else:
            self._organic(self.flow, self.shares)

    def _aqueous(self, entry: PhaseFeed, flow: Any, shares: Mapping[str, Any]) -> None:
        stream, system = self.stream, self.system
        mass, volume = stream.mass_flow("aqueous"), stream.volume_flow("aqueous")
        water = stream.n["aqueous"][WATER] * system.component(WATER).molar_mass
        amounts: dict[str, Any] = {}
        compounds: dict[str, Any] = {}
        for name, share in shares.items():
            unit = entry.composition[name].unit
            per_mol = compound_molar_mass(system, name)
            amount = {
                "mol/L": share * 1000.0 * volume,
                "kg/m3": share * volume / per_mol,
                "mol/kg": share * water,
                "mass fraction": share * mass / per_mol,
            }[unit]
            compounds[name] = amount
            for component, n in dissolve(system, name).items():
                amounts[component] = amounts.get(component, 0.0) + n * amount
        self._add_spectators(amounts)
        solutes = [c for c in stream.shape.names("aqueous") if c != WATER]
        self.block.composition = pyo.Constraint(
            solutes, rule=lambda _, c: stream.ln("aqueous", c) - pyo.log(amounts[c]) == 0
        )
        measured = {"kg/h": mass, "m3/h": volume}.get(self.unit)
        if measured is None:
            raise ValueError(f"feed {self.feed.name}: an aqueous flow is a mass or a volume per time")
        self.block.flow = pyo.Constraint(expr=pyo.log(measured) - pyo.log(flow) == 0)
        stream.excess_enthalpy = dilution_enthalpy(system, compounds, stream.n["aqueous"])
        self._aqueous_starts(flow, shares)

    def _estimate(self, mass: Any, shares: Mapping[str, Any]) -> dict[str, Any]:
        """Component flows [mol/h] of a mass flow, as if the solvent had a density of 1 kg/L."""
        fractions = {}
        for name, share in shares.items():
            unit, per_mol = self.entry.composition[name].unit, compound_molar_mass(self.system, name)
            if unit == "mass fraction":
                fractions[name] = share
                continue
            solute = share * {"mol/L": per_mol, "mol/kg": per_mol, "kg/m3": 1e-3}[unit]
            fractions[name] = solute / (1.0 + solute)
        amounts: dict[str, Any] = {}
        for name, fraction in fractions.items():
            for component, n in dissolve(self.system, name).items():
                amounts[component] = amounts.get(component, 0.0) + n * fraction * mass / compound_molar_mass(
                    self.system, name
                )
        self._add_spectators(amounts)
        rest = 1.0 - sum(fractions.values()) if fractions else 1.0
        dry = 0.5 * (rest + pyo.sqrt(rest * rest + 1e-4))
        amounts[WATER] = dry * mass / self.system.component(WATER).molar_mass
        return {c: amounts[c] for c in self.stream.shape.names("aqueous")}

    def _add_spectators(self, amounts: dict[str, Any]) -> None:
        for name, amount in spectators(self.system, amounts).items():
            amounts[name] = amounts.get(name, 0.0) + amount

    def _aqueous_starts(self, flow: Any, shares: Mapping[str, Any]) -> None:
        mass = flow if self.unit == "kg/h" else 1000.0 * flow
        for c, value in self._estimate(mass, shares).items():
            self.registry.start(self.stream.ln("aqueous", c), pyo.log(value))
        if self.stream.draw is not None:
            self.stream.per_mass = {"aqueous": self._estimate(1.0, shares)}

    def _organic(self, flow: Any, shares: Mapping[str, Any]) -> None:
        """Mass fractions or concentrations, diluent the rest; volumes of its liquids add."""
        stream, system = self.stream, self.system
        names = stream.shape.names("organic")
        fraction = self._organic_fractions(names, shares)
        mass = flow
        if self.unit == "m3/h":
            mass = flow / sum(
                w / system.organic_density(c) for c, w in fraction.items() if _is_liquid(system, c)
            )
        per_mass = {c: w / system.component(c).molar_mass for c, w in fraction.items()}
        self.block.organic_composition = pyo.Constraint(
            names, rule=lambda _, c: stream.ln("organic", c) - pyo.log(mass * per_mass[c]) == 0
        )
        for c in names:
            self.registry.start(stream.ln("organic", c), pyo.log(mass * per_mass[c]))
        if stream.draw is not None:
            stream.per_mass = {"organic": per_mass}

    def _organic_fractions(self, names: Sequence[str], shares: Mapping[str, Any]) -> dict[str, Any]:
        """Mass fractions of an organic phase."""
        system, units = self.system, {k: q.unit for k, q in self.entry.composition.items()}
        if all(unit == "mass fraction" for unit in units.values()):
            fraction = {c: shares[c] for c in names if c in shares}
            return fraction | {c: 1.0 - sum(fraction.values()) for c in names if c not in shares}
        if not all(unit in ("mol/L", "kg/m3") for unit in units.values()):
            message = f"feed `{self.feed.name}`: an organic phase is stated in mass %, or in mol/L and g/L"
            raise DiagnosticError([Diagnostic("E403", message, self.entry.span)])
        per_volume = {
            c: shares[c] * (1000.0 * system.component(c).molar_mass if units[c] == "mol/L" else 1.0)
            for c in names
            if c in shares
        }
        if DILUENT not in shares:
            taken = sum(m / system.organic_density(c) for c, m in per_volume.items() if _is_liquid(system, c))
            per_volume[DILUENT] = (1.0 - taken) * system.organic_density(DILUENT)
        total = sum(per_volume.values())
        return {c: m / total for c, m in per_volume.items()}

    def _solid(self, flow: Any, shares: Mapping[str, Any]) -> None:
        stream = self.stream
        if self.unit != "kg/h":
            raise ValueError(f"feed {self.feed.name}: a solid flow is a mass per time")
        amounts = {k: share * flow / self.system.solids[k].molar_mass for k, share in shares.items()}
        scale = max(abs(self.entry.flow.value), 1e-6) if self.entry.flow is not None else 1.0
        self.block.solid_composition = pyo.Constraint(
            list(shares), rule=lambda _, k: (stream.n["solid"][k] - amounts[k]) / scale == 0
        )
        for k, amount in amounts.items():
            self.registry.start(stream.n["solid"][k], amount)
        if stream.draw is not None:
            stream.per_mass = {
                "solid": {k: share / self.system.solids[k].molar_mass for k, share in shares.items()}
            }

    def _gas(self, flow: Any, shares: Mapping[str, Any]) -> None:
        stream, system = self.stream, self.system
        mean = sum(share * system.gases[k].molar_mass for k, share in shares.items())
        moles = {"mol/h": flow, "kg/h": flow / mean, "m3/h": flow / _STANDARD_MOLAR_VOLUME}[self.unit]
        self.block.gas_composition = pyo.Constraint(
            list(shares), rule=lambda _, k: stream.n["gas"][k] - shares[k] * moles == 0
        )
        for k, share in shares.items():
            self.registry.start(stream.n["gas"][k], share * moles)
        if stream.draw is not None:
            stream.per_mass = {"gas": {k: share / mean for k, share in shares.items()}}


def compound_molar_mass(system: ChemistrySystem, compound: str) -> float:
    """[kg/mol] of a compound or of a component's master species."""
    if compound in system.components:
        return system.component(compound).molar_mass
    species = system.component_of_master.get(compound)
    if species is not None:
        return system.component(species).molar_mass
    if compound in system.species:
        return system.species[compound].formula.molar_mass / 1000.0
    return parse(compound).molar_mass / 1000.0


def _is_liquid(system: ChemistrySystem, component: str) -> bool:
    """Whether it has a volume of its own in an organic phase; what the phase takes up has none."""
    return system.component(component).inert


def is_absent(feed: Feed) -> bool:
    """Whether a feed's flows are all exactly zero."""
    return all(p.flow is not None and p.flow.value == 0.0 for p in feed.phases.values())
