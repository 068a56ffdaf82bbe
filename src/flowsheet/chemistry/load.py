"""Reading a chemistry system's YAML files into a `ChemistrySystem`, with every reaction balanced and
sourced.

`activity_models` of a file says which models its constants serve, the default one first; without it they
serve SIT and Pitzer, and SIT's the ideal model too.  {sit: ..., pitzer: ...} differs between the models.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from flowsheet.chemistry.files import (
    ChemistryError,
    Reading,
    check_layout,
    extensions_digest,
    merge,
    system_file,
)
from flowsheet.chemistry.formula import FormulaError, parse
from flowsheet.chemistry.groups import factors
from flowsheet.chemistry.reaction import EquilibriumConstant, parse_reaction
from flowsheet.chemistry.system import (
    PROTON,
    WATER,
    ActivityModel,
    ChemistrySystem,
    Component,
    Gas,
    PitzerParameters,
    SimpleVolume,
    Solid,
    Species,
)
from flowsheet.chemistry.values import DENSITY, ENERGY, HEAT_CAPACITY, by_model, coefficients, number

_MODELS: tuple[ActivityModel, ...] = ("sit", "pitzer")
_ALL_MODELS: tuple[ActivityModel, ...] = (*_MODELS, "ideal")


def shipped_systems() -> list[str]:
    """Names of the systems that ship with the package."""
    folder = resources.files("flowsheet.chemistry") / "systems"
    names = []
    for entry in folder.iterdir():
        if entry.name.endswith(".yaml") and re.search(
            r"^chemistry:", entry.read_text(encoding="utf-8"), re.MULTILINE
        ):
            names.append(entry.name.removesuffix(".yaml"))
    return sorted(names)


def load_system(name: str, *extensions: str) -> ChemistrySystem:
    """Load a shipped system by name or a user's own by path, and what adds to it.

    Each of the `extensions` is a file's path, or the text of such a file as a JSON object (what a flowsheet
    states in place). What one states again (a component's or solid's data, a species' constant, a
    coefficient) replaces what the system and the extensions before it say.

    A name that is a JSON object names a user's own Cantera phases (see `interchange`).

    Raises:
        ChemistryError: an entry is incomplete, unbalanced or lacks its source, or a file can't be read.
        DiagnosticError: a Cantera file has what can't be taken over.
        FileNotFoundError: there is no such system.
    """
    if name.startswith("{"):
        from flowsheet.chemistry.interchange.load import load_cantera

        return load_cantera(name)
    path = system_file(name)
    if not path.is_file():
        raise FileNotFoundError(f"no chemistry system `{name}`; shipped: {', '.join(shipped_systems())}")
    return _system(name, extensions, Reading(path).digest, extensions_digest(extensions))


@cache
def _system(name: str, extensions: tuple[str, ...], digest: str, added: str) -> ChemistrySystem:
    """The system of these files with these contents."""
    tree = Reading(system_file(name)).tree
    for extension in extensions:
        own = Reading(extension).tree
        try:
            check_layout(own)
            _drop_restated_species(tree, own)
            tree["groups"] = {
                n: g for n, g in tree.get("groups", {}).items() if n not in own.get("groups", {})
            }
        except ChemistryError as error:
            where = "`add`" if extension.startswith("{") else extension
            raise ChemistryError(f"{where}: {error}") from error
        merge(tree, own, override=True)
    try:
        built = _Builder(tree, hashlib.sha256(f"{digest} {added}".encode()).hexdigest()).build()
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        reason = f"there is no {error}" if isinstance(error, KeyError) else str(error)
        raise ChemistryError(f"an entry is not laid out as in a system's file: {reason}") from error
    return replace(built, origin=(name, *extensions))


def _drop_restated_species(tree: dict[str, Any], extension: Mapping[str, Any]) -> None:
    """Take out the reactions of species that the extension forms again."""
    masters = {
        e["species"] for t in (tree, extension) for e in t.get("components", {}).values() if "species" in e
    }

    def formed(entry: Mapping[str, Any]) -> set[str]:
        try:
            return set(parse_reaction(entry["reaction"])[1]) - masters
        except ValueError as error:
            raise ChemistryError(str(error)) from error

    again = set().union(*(formed(e) for e in extension.get("aqueous", ())))
    # A species' own reaction is the one that forms nothing else.
    tree["aqueous"] = [e for e in tree.get("aqueous", ()) if not (len(f := formed(e)) == 1 and f <= again)]


class _Builder:
    """Turns the merged tree into a system; keeps the compositions met so far, since reactions may chain."""

    def __init__(self, tree: dict[str, Any], digest: str) -> None:
        self.tree = tree
        self.digest = digest
        self.sources: dict[str, dict[str, str]] = tree.get("sources", {})
        self.components: dict[str, Component] = {}
        self.composition: dict[str, dict[str, float]] = {}
        self.constants: dict[str, dict[str, EquilibriumConstant]] = {}
        self.stated_models: tuple[ActivityModel, ...] = tuple(tree.get("activity_models") or ())
        if unknown := set(self.stated_models) - set(_ALL_MODELS):
            raise ChemistryError(
                f"`activity_models`: there is no model `{min(unknown)}`; known: {', '.join(_ALL_MODELS)}"
            )

    def build(self) -> ChemistrySystem:
        self._read_components()
        species = self._read_species()
        return ChemistrySystem(
            name=self.tree["chemistry"],
            title=self.tree.get("title", ""),
            components=self.components,
            species=species,
            solids={e["name"]: self._solid(e) for e in self.tree.get("solids", ())},
            gases={e["name"]: self._gas(e) for e in self.tree.get("gases", ())},
            sit={frozenset(e["pair"]): float(e["epsilon"]) for e in self.tree.get("sit", ())},
            pitzer=self._pitzer(self.tree.get("pitzer", {})),
            sources=self.sources,
            density=self.tree.get("laliberte", {}),
            feed_enthalpy=self.tree.get("feed_enthalpy", {}),
            digest=self.digest,
            activity_models=self.stated_models or _ALL_MODELS,
            volume=self._volume(),
            spectators=self._spectators(),
            groups={name: factors(name, g) for name, g in self.tree.get("groups", {}).items()},
        )

    def _models(self, entry: Mapping[str, Any]) -> list[str]:
        """The models that an entry's constant serves; the ideal one wherever SIT's does."""
        stated = list(entry.get("models", self.stated_models or _MODELS))
        return [*stated, "ideal"] if "sit" in stated and "ideal" not in stated else stated

    def _volume(self) -> SimpleVolume | None:
        entry = self.tree.get("volume")
        if entry is None:
            return None
        density = number(entry.get("water_density"), DENSITY, "`volume`")
        if density is None or not density > 0.0 or set(entry) != {"water_density"}:
            raise ChemistryError("`volume` takes one key, `water_density: {value: 1 kg/L, source: ...}`")
        return SimpleVolume(density, source=str(entry["water_density"]["source"]))

    def _spectators(self) -> tuple[str, str] | None:
        entry = self.tree.get("spectators")
        if entry is None:
            return None
        names = entry.get("cation"), entry.get("anion")
        for name, sign in zip(names, (1, -1), strict=True):
            if name not in self.components or self.components[name].charge * sign <= 0:
                raise ChemistryError(
                    "`spectators` must be {cation: ..., anion: ...}, both components of this chemistry"
                )
        return names

    def _read_components(self) -> None:
        for name, entry in self.tree["components"].items():
            what = f"component {name}"
            self.components[name] = Component(
                name=name,
                species=entry["species"],
                delta_hf=number(entry.get("delta_hf"), ENERGY, what),
                cp=number(entry.get("cp"), HEAT_CAPACITY, what),
                source=str(entry.get("source", "")),
                inert=bool(entry.get("inert", False)),
                density=number(entry.get("density"), DENSITY, what),
            )
            self.composition[entry["species"]] = {name: 1.0}
            self.constants[entry["species"]] = {m: EquilibriumConstant(0.0) for m in _ALL_MODELS}
        for needed in (WATER, PROTON):
            if needed not in self.components:
                raise ChemistryError(f"the system has no component {needed}")

    def _read_species(self) -> dict[str, Species]:
        species: dict[str, Species] = {}
        for entry in self.tree.get("aqueous", ()):
            text = entry["reaction"]
            left, right = self._balanced(text)
            new = [name for name in right if name not in self.composition]
            if len(new) != 1 or right[new[0]] != 1.0:
                raise ChemistryError(
                    f"`{text}` must form one new species, with coefficient 1, from known ones"
                )
            name = new[0]
            composition = self._sum(left, right, exclude=name)
            if any(n < 0 for c, n in composition.items() if c not in (WATER, PROTON)):
                raise ChemistryError(
                    f"`{text}`: {name} holds a negative amount of a component; choose other masters"
                )
            constants = {}
            for model in self._models(entry):
                own = self._constant(entry, model, text)
                constants[model] = self._chain(own, left, right, name, model)
            self.composition[name] = composition
            self.constants[name] = constants
            species[name] = Species(name, composition, constants)
        return species

    def _solid(self, entry: Mapping[str, Any]) -> Solid:
        name = entry["name"]
        what = f"solid {name}"
        composition: dict[str, float] | None = None
        constants: dict[str, EquilibriumConstant] = {}
        if "reaction" in entry:
            composition, constants = self._dissolution(entry, name, str(entry.get("formula", name)), what)
        delta_hf = number(entry.get("delta_hf"), ENERGY, what)
        if delta_hf is None and composition is not None:
            delta_hf = self._formation_enthalpy(composition, next(iter(constants.values())))
        return Solid(
            name=name,
            formula_text=str(entry.get("formula", name)),
            composition=composition,
            constants=constants,
            density=number(entry.get("density"), DENSITY, what),
            delta_hf=delta_hf,
            cp=number(entry.get("cp"), HEAT_CAPACITY, what),
            source=str(entry.get("source", "")),
        )

    def _formation_enthalpy(
        self, composition: Mapping[str, float], dissolution: EquilibriumConstant
    ) -> float | None:
        """dHf of a solid = sum of its dissolved components' dHf less the enthalpy of dissolution [kJ/mol]."""
        total = -dissolution.delta_h
        for component, n in composition.items():
            delta_hf = self.components[component].delta_hf
            if delta_hf is None:
                return None
            total += n * delta_hf
        return total

    def _gas(self, entry: Mapping[str, Any]) -> Gas:
        what = f"gas {entry['name']}"
        delta_hf = number(entry.get("delta_hf"), ENERGY, what)
        cp = number(entry.get("cp"), HEAT_CAPACITY, what)
        if delta_hf is None or cp is None:
            raise ChemistryError(f"{what}: delta_hf and cp are needed")
        name = str(entry["name"])
        composition: dict[str, float] | None = None
        constants: dict[str, EquilibriumConstant] = {}
        if "reaction" in entry:
            composition, constants = self._dissolution(
                entry, f"{name}(g)", str(entry.get("formula", name)), what
            )
        return Gas(
            name,
            str(entry.get("formula", name)),
            delta_hf,
            cp,
            str(entry.get("source", "")),
            composition,
            constants,
        )

    def _dissolution(
        self, entry: Mapping[str, Any], name: str, formula: str, what: str
    ) -> tuple[dict[str, float], dict[str, EquilibriumConstant]]:
        """Components that one formula unit gives, and the constants of its dissolution into them."""
        text = entry["reaction"]
        try:
            left, right = parse_reaction(text)
        except ValueError as error:
            raise ChemistryError(f"{what}: {error}") from error
        key = name if name in left else formula
        if left.get(key) != 1.0:
            raise ChemistryError(f"{what}: its reaction must start from one {name}")
        self._check_balance(text, {key: formula})
        dissolved = {s: n for s, n in left.items() if s != key}
        composition = self._sum(right, dissolved, exclude="")
        constants = {}
        for model in self._models(entry):
            own = self._constant(entry, model, what)
            constants[model] = self._chain(own, right, dissolved, "", model, sign=-1.0)
        return composition, constants

    def _constant(self, entry: Mapping[str, Any], model: str, what: str) -> EquilibriumConstant:
        log_k = by_model(entry["log_k"], model)
        if not isinstance(log_k, Mapping) or "source" not in log_k:
            raise ChemistryError(f"{what}: log_k needs {{value, source}}")
        delta_h = by_model(entry.get("delta_h"), model)
        delta_cp = by_model(entry.get("delta_cp"), model)
        return EquilibriumConstant(
            log_k=float(log_k["value"]),
            delta_h=number(delta_h, ENERGY, what) or 0.0,
            delta_cp=number(delta_cp, HEAT_CAPACITY, what) or 0.0,
            source=str(log_k["source"]),
            uncertainty=log_k.get("uncertainty"),
            range=log_k.get("range"),
        )

    def _chain(
        self,
        own: EquilibriumConstant,
        plus: Mapping[str, float],
        minus: Mapping[str, float],
        exclude: str,
        model: str,
        sign: float = 1.0,
    ) -> EquilibriumConstant:
        """Add the formation constants of non-master species that the reaction is written in."""
        log_k, delta_h, delta_cp = own.log_k, own.delta_h, own.delta_cp
        for terms, direction in ((plus, sign), (minus, -sign)):
            for name, n in terms.items():
                if name == exclude:
                    continue
                further = self.constants[name].get(model)
                if further is None:
                    raise ChemistryError(
                        f"{name} does not exist in the {model} set, but a reaction of it needs it"
                    )
                log_k += direction * n * further.log_k
                delta_h += direction * n * further.delta_h
                delta_cp += direction * n * further.delta_cp
        return EquilibriumConstant(log_k, delta_h, delta_cp, own.source, own.uncertainty, own.range)

    def _sum(self, plus: Mapping[str, float], minus: Mapping[str, float], exclude: str) -> dict[str, float]:
        total: dict[str, float] = {}
        for terms, sign in ((plus, 1.0), (minus, -1.0)):
            for name, n in terms.items():
                if name == exclude:
                    continue
                if name not in self.composition:
                    raise ChemistryError(f"species {name} is used before it is defined")
                for component, count in self.composition[name].items():
                    total[component] = total.get(component, 0.0) + sign * n * count
        return {c: n for c, n in total.items() if abs(n) > 1e-12}

    def _balanced(self, text: str) -> tuple[dict[str, float], dict[str, float]]:
        self._check_balance(text, {})
        return parse_reaction(text)

    def _check_balance(self, text: str, formulas: Mapping[str, str]) -> None:
        try:
            left, right = parse_reaction(text)
            totals: dict[str, float] = {}
            charge = 0.0
            for terms, sign in ((left, 1.0), (right, -1.0)):
                for name, n in terms.items():
                    formula = parse(formulas.get(name, name))
                    charge += sign * n * formula.charge
                    for element, count in formula.elements.items():
                        totals[element] = totals.get(element, 0.0) + sign * n * count
        except (FormulaError, ValueError) as error:
            raise ChemistryError(str(error)) from error
        wrong = [e for e, n in totals.items() if abs(n) > 1e-9]
        if wrong or abs(charge) > 1e-9:
            raise ChemistryError(f"`{text}` does not balance in {', '.join(wrong) or 'charge'}")

    def _pitzer(self, tree: Mapping[str, Any]) -> PitzerParameters:
        binary: dict[tuple[str, str], dict[str, tuple[float, ...]]] = {}
        ranges = {}
        for e in tree.get("binary", ()):
            cation, anion = sorted(e["pair"], key=lambda s: -parse(s).charge)
            binary[cation, anion] = {
                k: coefficients(e[k])
                for k in ("beta0", "beta1", "beta2", "cphi", "alpha1", "alpha2")
                if k in e
            }
            ranges[cation, anion] = e.get("range", {})
        return PitzerParameters(
            binary=binary,
            theta={frozenset(e["pair"]): coefficients(e["theta"]) for e in tree.get("theta", ())},
            psi={frozenset(e["triplet"]): coefficients(e["psi"]) for e in tree.get("psi", ())},
            lambda_={frozenset(e["pair"]): coefficients(e["lambda"]) for e in tree.get("lambda", ())},
            ranges=ranges,
            mixing_slope=tree.get("mixing_slope"),
        )
