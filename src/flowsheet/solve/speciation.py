"""Speciation of single solutions: pH, molalities, activities and saturation indices from totals.

One compiled model serves all solutions of the same components, activity model, solids and gases.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from flowsheet.chemistry.ranges import RangeWarning, range_warnings
from flowsheet.chemistry.start import StartingEquilibrium
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem
from flowsheet.document.kept import read_kept, write_kept
from flowsheet.model.library_files import library_digest
from flowsheet.solve import cache
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.newton import NewtonOptions, NewtonResult, solve

_LN10 = math.log(10.0)
_OPTIONS = NewtonOptions(iteration_limit=80)
_WARM = NewtonOptions(iteration_limit=15)
_NEAR = 0.7
"""Largest change of a logarithm of an amount over which a known solution is tried as a start."""
_REMEMBERED = 200
"""Solutions that are known of one structure."""
_DILUTION = 3.0
"""ln of the water added where a solution can't be solved as it is; it is taken away again step by step."""
_CONSTANTS = "speciation"
_KEPT: dict[tuple[Any, ...], _Compiled] = {}
"""Compiled models of this process, by chemistry, components, activity model, solids and gases."""


@dataclass(frozen=True)
class SpeciationResult:
    """One solution at equilibrium.

    Units: temperature [K], free_water [kg], molality and ionic_strength [mol/kg], solids [mol].
    `saturation_index`: log10 of the saturation ratio of every solid that the components can form.
    `solids`: amounts of those that were allowed to form.
    """

    converged: bool
    message: str
    temperature: float
    pH: float
    molality: Mapping[str, float]
    ln_gamma: Mapping[str, float]
    ln_water_activity: float
    osmotic_coefficient: float
    ionic_strength: float
    free_water: float
    saturation_index: Mapping[str, float]
    solids: Mapping[str, float]
    iterations: int
    system: ChemistrySystem = field(repr=False)
    model: ActivityModel

    @cached_property
    def warnings(self) -> tuple[RangeWarning, ...]:
        """What lies outside the range of the data behind it."""
        return tuple(range_warnings(self.system, self.model, self.molality, self.temperature))

    @property
    def water_activity(self) -> float:
        return math.exp(self.ln_water_activity)


class Speciation:
    """Solver for solutions of one set of components.

    `components`: what the solutions may hold; those that a solution lacks cost nothing once a model without
    them is compiled.  `solids` may precipitate, `gases` are at the partial pressures given to `solve`.
    `keep`: compiled models are kept on disk, so that a later run needs no Pyomo for them.

    >>> from flowsheet.chemistry.load import load_system
    >>> liquor = Speciation(load_system("nmc_sulfate"), ["Ni", "SO4"])
    >>> result = liquor.solve({"Ni": 0.5, "SO4": 0.6}, 298.15)    # mol per kg of water
    >>> result.converged, 0.5 < result.pH < 1.5
    (True, True)
    """

    def __init__(
        self,
        system: ChemistrySystem,
        components: Iterable[str],
        model: ActivityModel = "sit",
        solids: Iterable[str] = (),
        gases: Iterable[str] = (),
        keep: bool = False,
    ) -> None:
        self.system = system
        self.keep = keep
        self.components = frozenset(c for c in components if c not in (WATER, PROTON))
        self.model: ActivityModel = model
        self.solids, self.gases = tuple(solids), tuple(gases)

    def solve(
        self, totals: Mapping[str, float], temperature: float, pressures: Mapping[str, float] | None = None
    ) -> SpeciationResult:
        """Equilibrium of the component totals [mol, any basis] at `temperature` [K].

        Without `H2O` the totals are per kg of water; an `H` is ignored, since electroneutrality gives it.
        `pressures` [bar] for each of the gases.  A solution that could not be solved comes back with
        `converged` False.

        Raises:
            KeyError: a component that was not declared, or a gas without a pressure.
            ValueError: a negative total, or a solution without solutes.
        """
        amounts = self._amounts(totals)
        compiled = self._compiled(frozenset(amounts) - {WATER})
        p = compiled.inputs(amounts, temperature, pressures or {})
        found = compiled.solve(p)
        return self._result(compiled, found, p)

    def _amounts(self, totals: Mapping[str, float]) -> dict[str, float]:
        unknown = [c for c in totals if c not in self.components and c not in (WATER, PROTON)]
        if unknown:
            raise KeyError(f"not among this solution's components: {', '.join(unknown)}")
        negative = [c for c, n in totals.items() if n < 0.0 and c != PROTON]
        if negative:
            raise ValueError(f"negative total of {', '.join(negative)}")
        amounts = {c: float(n) for c, n in totals.items() if n > 0.0 and c not in (WATER, PROTON)}
        if not any(self.system.charge_of(c) for c in amounts):
            raise ValueError("a solution needs at least one ionic component")
        amounts[WATER] = float(totals.get(WATER, 1.0 / self.system.component(WATER).molar_mass))
        return amounts

    def _compiled(self, solutes: frozenset[str]) -> _Compiled:
        components = tuple(sorted(self.system.solutes(solutes)))
        structure = _Structure(self.system, components, self.model, self.solids, self.gases)
        if structure.key not in _KEPT:
            _KEPT[structure.key] = _Compiled(structure, self.keep)
        return _KEPT[structure.key]

    def _result(self, compiled: _Compiled, found: NewtonResult, p: np.ndarray) -> SpeciationResult:
        values = compiled.values(found.x, p)
        unknown = dict(zip(compiled.model.unknowns.names, found.x.tolist(), strict=True))
        molality, ln_gamma = values["m"], values["ln_gamma"]
        temperature = float(p[0])
        ionic_strength = math.exp(unknown["aqueous.ln_ionic_strength"])
        return SpeciationResult(
            converged=found.converged,
            message=found.message,
            temperature=temperature,
            pH=-(math.log(molality[PROTON_SPECIES]) + ln_gamma[PROTON_SPECIES]) / _LN10,
            molality=molality,
            ln_gamma=ln_gamma,
            ln_water_activity=unknown["aqueous.ln_water_activity"],
            osmotic_coefficient=values["osmotic_coefficient"][""],
            ionic_strength=ionic_strength,
            free_water=math.exp(unknown["aqueous.ln_water"]),
            saturation_index={k: v / _LN10 for k, v in values["ln_saturation"].items()},
            solids=values["solid"],
            iterations=found.iterations,
            system=self.system,
            model=self.model,
        )


@dataclass(frozen=True)
class _Structure:
    """What decides a solution's equations."""

    system: ChemistrySystem
    components: tuple[str, ...]
    activity_model: ActivityModel
    solids: tuple[str, ...]
    gases: tuple[str, ...]

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for all structures of the same equations in this process."""
        system = self.system.digest or id(self.system)
        return (system, self.components, self.activity_model, self.solids, self.gases)

    def compiled(self) -> tuple[CompiledModel, dict[str, float]]:
        """The model, and those reported values that do not vary."""
        from flowsheet.chemistry.equilibrate import EquilibriumProblem
        from flowsheet.solve.compile import compile_model

        problem = EquilibriumProblem(
            self.system, self.components, self.activity_model, self.solids, self.gases
        )
        model = compile_model(
            problem.model, inputs=problem.inputs, outputs=problem.values, log_variables=problem.log_variables
        )
        return model, problem.constants

    def kept(self) -> tuple[CompiledModel, dict[str, float]]:
        """The same from disk; made and kept where it is not there yet."""
        structure = json.dumps(
            [self.system.digest, self.components, self.activity_model, self.solids, self.gases]
        )
        key = cache.cache_key("speciation", structure, library_digest())
        constants = read_kept(_CONSTANTS, key)
        model = cache.load(key) if constants is not None else None
        if model is not None:
            return model, constants
        model, constants = self.compiled()
        model.function("jacobian")
        with suppress(OSError):  # the next run compiles again
            cache.save(model, key)
            write_kept(_CONSTANTS, key, constants)
        return model, constants


class _Compiled:
    """The compiled model of one structure, with the last solutions as starts for the next."""

    def __init__(self, structure: _Structure, keep: bool) -> None:
        self.system, self.gases = structure.system, structure.gases
        self.amounts = [WATER, *structure.components]
        self.model, self.constants = structure.kept() if keep else structure.compiled()
        self.start = StartingEquilibrium(
            structure.system, structure.components, structure.activity_model, structure.solids
        )
        self.charge = dict(zip(self.start.names, self.start.charge.tolist(), strict=True))
        self.known: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=_REMEMBERED)
        """Inputs and solutions: those of a plant's streams, when the plant is solved again."""

    def inputs(
        self, amounts: Mapping[str, float], temperature: float, pressures: Mapping[str, float]
    ) -> np.ndarray:
        return np.array(
            [temperature, *(amounts[c] for c in self.amounts), *(math.log(pressures[g]) for g in self.gases)]
        )

    def cold_start(self, p: np.ndarray) -> np.ndarray:
        """Unknowns as `StartingEquilibrium` has them."""
        amounts = dict(zip(self.amounts, p[1:].tolist(), strict=False))
        ln_m, formed = self.start.solve(amounts, float(p[0]))
        molality = {s: math.exp(ln_m[s]) for s in self.charge}
        strength = 0.5 * sum(z * z * molality[s] for s, z in self.charge.items())
        m_w = self.start.water_molar_mass
        water = amounts[WATER] * m_w
        bound = sum(n * self._composition(k).get(WATER, 0.0) for k, n in formed.items())
        known = {f"aqueous.ln_m[{s}]": value for s, value in ln_m.items()} | {
            "aqueous.ln_ionic_strength": math.log(strength),
            "aqueous.ln_water_activity": max(-m_w * sum(molality.values()), -0.5),
            "aqueous.ln_water": math.log(water) + math.log(max(1.0 - bound * m_w, 0.1)),
        }
        for k, n in formed.items():
            scarcity = ((c, count) for c, count in self._composition(k).items() if c not in (PROTON, WATER))
            known[f"share[{k}]"] = water * n * sum(count / amounts[c] for c, count in scarcity)
        unknowns = self.model.unknowns
        return np.array(
            [known.get(_plain(n), x) for n, x in zip(unknowns.names, unknowns.start.tolist(), strict=True)]
        )

    def _composition(self, solid: str) -> Mapping[str, float]:
        return self.system.solids[solid].composition or {}

    def solve(self, p: np.ndarray) -> NewtonResult:
        """From the solution at the nearest inputs where those are near, else cold, else by dilution."""
        near = self._nearest(p)
        if near is not None:
            found = solve(self.model, near, p, _WARM)
            if found.converged:
                return self._keep(found, p)
        found = solve(self.model, self.cold_start(p), p, _OPTIONS)
        if not found.converged:
            diluted = self._by_dilution(p)
            found = diluted if diluted is not None else found
        return self._keep(found, p)

    def _nearest(self, p: np.ndarray) -> np.ndarray | None:
        """The known solution whose amounts are the nearest, if every one is within a factor."""
        if not self.known:
            return None
        amounts = slice(1, len(self.amounts) + 1)
        apart = np.abs(np.log(p[amounts] / np.array([inputs[amounts] for inputs, _ in self.known])))
        distance = apart.max(axis=1)
        nearest = int(np.argmin(distance))
        return self.known[nearest][1] if distance[nearest] < _NEAR else None

    def _by_dilution(self, p: np.ndarray) -> NewtonResult | None:
        """The solution followed from a dilute one to this one, or None."""
        water = 1 + self.amounts.index(WATER)
        ln_water = self.model.unknowns.position["aqueous.ln_water"]
        dilute, dilution, stride = p.copy(), _DILUTION, 0.5
        dilute[water] = p[water] * math.exp(dilution)
        found = solve(self.model, self.cold_start(dilute), dilute, _OPTIONS)
        if not found.converged:
            return None
        while dilution > 0.0:
            nearer = max(dilution - stride, 0.0)
            dilute[water] = p[water] * math.exp(nearer)
            start = found.x.copy()
            start[ln_water] -= dilution - nearer
            tried = solve(self.model, start, dilute, _OPTIONS)
            if tried.converged:
                found, dilution, stride = tried, nearer, 1.5 * stride
            else:
                stride *= 0.4
            if stride < 1e-3:
                return None
        return found

    def _keep(self, found: NewtonResult, p: np.ndarray) -> NewtonResult:
        if found.converged:
            self.known.append((p, found.x))
        return found

    def values(self, x: np.ndarray, p: np.ndarray) -> dict[str, dict[str, float]]:
        """Reported values by kind and name."""
        kinds: dict[str, dict[str, float]] = {
            k: {} for k in ("m", "ln_gamma", "ln_saturation", "solid", "start")
        }
        rows = zip(self.model.output_names, self.model.outputs(x, p).tolist(), strict=True)
        for name, value in (*rows, *self.constants.items()):
            kind, _, item = name.partition("[")
            kinds.setdefault(kind, {})[item[:-1]] = value
        return kinds


def _plain(name: str) -> str:
    """A variable's name without the quotes that Pyomo puts around an index."""
    return name.replace("'", "")
