"""Which reactions run in a leach tank, and how far they go: the same code for numbers and for Pyomo.

`LeachReactions` works out from what enters which of the kinetics' reactions are possible, in real solids and
components; `paths` and `extents` give their rates in one stirred tank:

    particles    xi = (particles dissolved in the tank) (path's share of the rate)    oxides, Cu, Al, Fe
    residues     xi = k n tau                      n mol/h of the residue leaving the tank
    dissolution  xi = n_in k tau A/(1 + k tau A)   A = [H]/([H] + acid_half) if it uses acid, else 1

xi [mol/h], tau mean residence time of the tank [h].  All reactions are balanced in elements and charge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from hydromet.leaching.kinetics import (
    METALS,
    REDUCTIONS,
    RESIDUES,
    SELF_REACTIONS,
    Liquor,
    Parameters,
    acid_availability,
    layered_paths,
    manganese_reoxidation,
    metal_paths,
    peroxide_decomposition,
    redox,
    residue_paths,
)

Substance = tuple[str, str]
"""Phase and name."""
Composition = dict[Substance, float]

ACID, PEROXIDE, FERROUS, FERRIC, MANGANESE = "H", "H2O2", "Fe(II)", "Fe(III)", "Mn"
OXIDE_METALS = ("Ni", "Co", MANGANESE)
LAYERED = "LiMO2"
CARBON, CARBON_DIOXIDE = "CO3", "CO2"
MOL_PER_M3 = 1000.0
"""[mol/m3] in 1 mol/L."""
_DELITHIATED = "-MO2"
_SHAPES: Mapping[str, int] = {"Cu": 1, "Al": 1, "Fe": 3}
"""How many dimensions shrink: foils dissolve through their faces, iron is grit from the mill."""
_AQUEOUS: Mapping[str, str] = {
    "H+": PROTON,
    "H2O": WATER,
    "H2O2": PEROXIDE,
    "Li+": "Li",
    "Mn+2": MANGANESE,
    "Cu+2": "Cu",
    "Al+3": "Al",
    "Fe+2": FERROUS,
    "Fe+3": FERRIC,
}
_GASES = ("O2", "H2")


@dataclass(frozen=True)
class Oxide:
    """A layered oxide and what it leaves behind; `metals` per formula unit."""

    name: str
    metals: Mapping[str, float]

    @property
    def nickel(self) -> float:
        return self.metals.get("Ni", 0.0)

    def solid(self, kind: str) -> str:
        """Name of the solid of a kind (LiMO2, Li0.5MO2, MO2, HMO2)."""
        return self.name if kind == LAYERED else f"{self.name}-{kind}"


@dataclass(frozen=True)
class Reaction:
    """`group`: layered, residue, reoxidation, metal, decomposition or dissolution; `solid`: what it consumes;
    `path`: the kinetics' name of the way; `stoichiometry` per mole of `solid` (or of what `group` counts)."""

    group: str
    solid: str
    path: str
    stoichiometry: Mapping[Substance, float]
    oxide: Oxide | None = None

    @cached_property
    def name(self) -> str:
        return f"{self.solid} by {self.path}"

    def of(self, phase: str, name: str) -> float:
        return self.stoichiometry.get((phase, name), 0.0)


@dataclass(frozen=True)
class Conditions:
    """A stirred tank: temperature [K], residence_time [h], volume_flow of liquor [m3/h], concentration
    [mol/L] of ACID and others, solids that leave it [mol/h]: residues and layered oxides."""

    temperature: Any
    residence_time: Any
    volume_flow: Any
    concentration: Mapping[str, Any]
    residue: Mapping[str, Any]
    layered: Mapping[str, Any]

    def liquor(self) -> Liquor:
        c = self.concentration
        return Liquor(
            self.temperature,
            acid=c[ACID],
            peroxide=c.get(PEROXIDE, 0.0),
            ferrous=c.get(FERROUS, 0.0),
            ferric=c.get(FERRIC, 0.0),
            manganese_share=c[MANGANESE] / sum(c.get(metal, 0.0) for metal in OXIDE_METALS)
            if MANGANESE in c
            else 0.0,
        )


@dataclass
class LeachReactions:
    """The reactions that can run among entering `solids` and aqueous `components`.

    Attributes:
        reactions: in the order of discovery.
        particles: solids that dissolve as shrinking particles, with the number of dimensions that shrink.
        residues: fine solids that dissolve at first order, with their kind.
        dissolving: solids of `dissolves` that enter.
        entering, fed: solids and components that enter.
        solids, components, gases: all that can be there.

    Raises:
        UnknownCompound: a solid of `dissolves` that the components can't make up.
    """

    system: ChemistrySystem
    solids: set[str]
    components: set[str]
    dissolves: Iterable[str]
    gases: set[str] = field(default_factory=set)
    reactions: list[Reaction] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entering, self.fed = frozenset(self.solids), frozenset(self.components)
        self.solids, self.components = set(self.solids), set(self.components) | {WATER}
        self.oxides = list(_oxides(self.system, self.solids))
        self.dissolving = [k for k in sorted(self.entering) if k in set(self.dissolves)]
        candidates = list(self._candidates())
        grew = True
        while grew:
            possible = [r for r in candidates if self._possible(r)]
            grew = bool(possible)
            for reaction in possible:
                candidates.remove(reaction)
                self.reactions.append(reaction)
                self._add(n for n, nu in reaction.stoichiometry.items() if nu > 0)
        self.particles = {o.name: 3 for o in self.oxides if o.name in self.entering}
        self.particles |= {
            m: _SHAPES[m] for m in METALS if any(r.group == "metal" and r.solid == m for r in self.reactions)
        }
        kinds = {o.solid(kind): kind for o in self.oxides for kind in RESIDUES if kind != "MnO2"} | {
            "MnO2": "MnO2"
        }
        self.residues = {
            k: kind for k, kind in kinds.items() if k in self.solids and (self.oxides or k in self.entering)
        }
        self.residues = {
            k: v for k, v in self.residues.items() if any(r.of("solid", k) for r in self.reactions)
        }

    def _possible(self, reaction: Reaction) -> bool:
        have = {"aqueous": self.components | {PROTON, WATER}, "solid": self.solids, "gas": self.gases}
        return all(name in have[phase] for (phase, name), nu in reaction.stoichiometry.items() if nu < 0)

    def _add(self, made: Iterable[Substance]) -> None:
        for phase, name in made:
            {"aqueous": self.components, "solid": self.solids, "gas": self.gases}[phase].add(name)
        self.components.discard(PROTON)

    def _candidates(self) -> Iterator[Reaction]:
        for oxide in self.oxides:
            if oxide.name in self.entering:
                for path in ("disproportionation", "half_disproportionation", "lithium_exchange"):
                    yield Reaction(
                        "layered", oxide.name, path, _translated(SELF_REACTIONS[path], oxide), oxide
                    )
                for path in ("H2O2", "Fe+2"):
                    yield Reaction(
                        "layered", oxide.name, path, _translated(redox(LAYERED, path), oxide), oxide
                    )
        for solid, kind, parent in self._possible_residues():
            for path in ("H2O2", "Fe+2", *(("H2O",) if kind == "MO2" and parent and parent.nickel else ())):
                yield Reaction("residue", solid, path, _translated(redox(kind, path), parent), parent)
            if kind == "MO2":
                yield Reaction(
                    "reoxidation",
                    solid,
                    "Mn+2",
                    _translated(SELF_REACTIONS["manganese_reoxidation"], parent),
                    parent,
                )
        for metal in METALS:
            for oxidant in ("Fe+3", *(("H+",) if metal != "Cu" else ())):
                yield Reaction("metal", metal, oxidant, _per_mole(redox(oxidant, metal), metal, None))
            for solid, kind, parent in self._possible_residues():
                yield Reaction("metal", metal, solid, _per_mole(redox(kind, metal), metal, parent), parent)
        if self.oxides:
            decomposition = _translated({s: n / 2 for s, n in redox("H2O2", "H2O2").items()}, None)
            yield Reaction("decomposition", PEROXIDE, "oxides", decomposition)
        for solid in self.dissolving:
            yield Reaction("dissolution", solid, "acid", dissolution(self.system, solid))

    def _possible_residues(self) -> Iterator[tuple[str, str, Oxide | None]]:
        for oxide in self.oxides:
            yield from ((oxide.solid(kind), kind, oxide) for kind in RESIDUES if kind != "MnO2")
        yield "MnO2", "MnO2", None

    @cached_property
    def tracked(self) -> list[str]:
        """Components whose concentrations decide rates and may run out: unknowns of each tank."""
        wanted = [PEROXIDE, FERROUS, FERRIC]
        if any(r.group == "reoxidation" for r in self.reactions):
            wanted += OXIDE_METALS
        moving = {
            c for r in self.reactions for (phase, c), nu in r.stoichiometry.items() if phase == "aqueous"
        }
        return [ACID, *(c for c in wanted if c in moving)]

    # ---- rates

    def paths(self, p: Parameters, tank: Conditions) -> dict[str, dict[str, Any]]:
        """Rate of each particle's age by path [1/h]; a metal's residues by the solid's name."""
        liquor, found = tank.liquor(), {}
        for oxide in self.oxides:
            if oxide.name in self.particles:
                found[oxide.name] = layered_paths(p, liquor, oxide.nickel)
        per_litre = 1.0 / (MOL_PER_M3 * tank.volume_flow)
        residues = dict.fromkeys(RESIDUES, 0.0)
        for solid, kind in self.residues.items():
            residues[kind] = residues[kind] + tank.residue[solid] * per_litre
        for metal in (m for m in METALS if m in self.particles):
            rates = metal_paths(p, metal, liquor, residues)
            by_solid = {
                k: rates[kind] / residues[kind] * tank.residue[k] * per_litre
                for k, kind in self.residues.items()
            }
            found[metal] = {path: rate for path, rate in rates.items() if path not in RESIDUES} | by_solid
        return {
            solid: {
                r.path: found[solid][r.path]
                for r in self.reactions
                if r.solid == solid and r.group != "residue"
            }
            for solid in found
        }

    def extents(
        self,
        p: Parameters,
        tank: Conditions,
        paths: Mapping[str, Mapping[str, Any]],
        consumed: Mapping[str, Any],
        dissolving: Mapping[str, Any],
        rate: Any,
    ) -> dict[str, Any]:
        """Extents of all reactions in the tank [mol/h], by name.

        consumed: particles dissolved in the tank [mol/h]; dissolving: flow of each such solid into the tank
        [mol/h]; rate: their rate constant [1/h].
        """
        liquor, tau = tank.liquor(), tank.residence_time
        share = {solid: sum(rates.values()) for solid, rates in paths.items()}
        extents: dict[str, Any] = {}
        for r in self.reactions:
            if r.group in ("layered", "metal"):
                extents[r.name] = consumed[r.solid] * paths[r.solid][r.path] / share[r.solid]
            elif r.group == "residue":
                rates = residue_paths(p, liquor, r.oxide.nickel if r.oxide else 0.0)
                extents[r.name] = rates[self.residues[r.solid], r.path] * tank.residue[r.solid] * tau
            elif r.group == "reoxidation":
                rate = manganese_reoxidation(p, liquor, r.oxide.nickel if r.oxide else 0.0)
                extents[r.name] = rate * tank.residue[r.solid] * tau
            elif r.group == "decomposition":
                litres = MOL_PER_M3 * tank.volume_flow
                oxides = (sum(tank.layered.values()) + sum(tank.residue.values())) / litres
                extents[r.name] = peroxide_decomposition(p, liquor, oxides) * litres * tau
            else:
                reach = (
                    rate * tau * (acid_availability(p, liquor.acid) if r.of("aqueous", PROTON) < 0.0 else 1.0)
                )
                extents[r.name] = dissolving[r.solid] * reach / (1.0 + reach)
        return extents


def dissolution(system: ChemistrySystem, solid: str) -> Composition:
    """A solid's dissolution; carbonate leaves as carbon dioxide, CO3-2 + 2 H+ = CO2 + H2O.

    >>> from flowsheet.chemistry.load import load_system
    >>> dissolution(load_system("nmc_sulfate"), "CaO")
    {('solid', 'CaO'): -1.0, ('aqueous', 'H2O'): 1.0, ('aqueous', 'H'): -2.0, ('aqueous', 'Ca'): 1.0}
    """
    entry = system.solids[solid]
    made = dict(entry.composition or dissolve(system, entry.formula_text))
    result: Composition = {("solid", solid): -1.0}
    if carbonate := made.pop(CARBON, 0.0):
        made[PROTON] = made.get(PROTON, 0.0) - 2.0 * carbonate
        made[WATER] = made.get(WATER, 0.0) + carbonate
        result["gas", CARBON_DIOXIDE] = carbonate
    return result | {("aqueous", c): n for c, n in made.items() if n}


def _oxides(system: ChemistrySystem, solids: Iterable[str]) -> Iterator[Oxide]:
    entering = set(solids)
    for name, entry in system.solids.items():
        if name + _DELITHIATED not in system.solids:
            continue
        oxide = Oxide(name, {e: n for e, n in entry.formula.elements.items() if e not in ("Li", "O")})
        if any(oxide.solid(kind) in entering for kind in (LAYERED, *RESIDUES)):
            yield oxide


def _translated(stoichiometry: Mapping[str, float], oxide: Oxide | None) -> Composition:
    """The kinetics' species as substances of the chemistry system."""
    result: Composition = {}

    def add(substance: Substance, number: float) -> None:
        result[substance] = result.get(substance, 0.0) + number

    for species, number in stoichiometry.items():
        if species == "M+2" and oxide is not None:
            for metal, count in oxide.metals.items():
                add(("aqueous", metal), number * count)
        elif species in _AQUEOUS:
            add(("aqueous", _AQUEOUS[species]), number)
        elif species in _GASES:
            add(("gas", species), number)
        elif species in METALS or species == "MnO2" or oxide is None:
            add(("solid", species), number)
        else:
            add(("solid", oxide.solid(species)), number)
    return result


def _per_mole(stoichiometry: Mapping[str, float], metal: str, oxide: Oxide | None) -> Composition:
    """A redox reaction per mole of metal."""
    whole = -stoichiometry[metal]
    return _translated({s: n / whole for s, n in stoichiometry.items()}, oxide)


def electrons_taken(solid: str, oxides: Iterable[Oxide]) -> float:
    """Electrons that a mole of an oxide takes up on reduction to M+2: M(III) counts one [-]."""
    for oxide in oxides:
        for kind in (LAYERED, *RESIDUES):
            if solid == oxide.solid(kind):
                return REDUCTIONS[kind][0]
    return REDUCTIONS[solid][0] if solid == "MnO2" else 0.0
