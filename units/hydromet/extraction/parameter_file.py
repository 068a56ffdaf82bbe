"""Reading an extractant's parameter set from YAML into an `ExtractionSystem`.

parameter_set: cyanex272
for: solvent_extraction.extractant
title: ...
sources: {key: {citation, doi, note}}
extractant: {name, formula, molar_mass, density, diluent_density, assay, aqueous_loss}
complexes:
  - {reaction: Co+2 + 2 (HA)2 = CoA2(HA)2 + 2 H+, component: Co, log_k: {value, uncertainty, source,
  basis}, delta_h}
distribution: {Mn: "10 ** (2.0 * pH - 6.2)"}      # instead of a complex
missing: {Zn: why there is no constant}
practice: {settler_flow: {value, source}, ...}
range: {pH: 3 to 8, dimer: 0.2 to 0.65 mol/L, T: 15 degC to 40 degC}
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from flowsheet.chemistry.reaction import EquilibriumConstant, parse_reaction
from hydromet.extraction.mass_action import AqueousLoss, Complex, Extractant, ExtractionSystem

DIMER = "(HA)2"
_PROTON = "H+"
_CHARGE = re.compile(r"^(?P<ion>.+?)\+(?P<charge>\d*)$")
_NUMBER = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(\S.*?)?\s*$")
_FACTORS = {
    "kg/mol": {"kg/mol": 1.0, "g/mol": 1e-3},
    "kg/m3": {"kg/m3": 1.0, "g/cm3": 1e3, "g/mL": 1e3, "kg/L": 1e3},
    "kJ/mol": {"kJ/mol": 1.0, "J/mol": 1e-3},
    "": {"": 1.0, "%": 1e-2},
}


class ExtractionParameterError(ValueError):
    """A parameter file says something that can't be right; the message names the file and the entry."""


def shipped_extractants() -> list[str]:
    """Names of the parameter sets that ship with the library."""
    folder = resources.files("hydromet.extraction") / "parameters"
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


def path_of(name: str) -> Path:
    """The file of a shipped set, or the path itself when `name` is one.

    Raises:
        FileNotFoundError: neither is there; the message lists the shipped sets.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = Path(str(resources.files("hydromet.extraction"))) / "parameters" / f"{name}.yaml"
    if not path.is_file():
        raise FileNotFoundError(f"no extractant `{name}`; shipped: {', '.join(shipped_extractants())}")
    return path


def read(name: str) -> ExtractionSystem:
    """Read a parameter set.

    Raises:
        ExtractionParameterError: an entry is incomplete, unbalanced or without source.
        FileNotFoundError: there is no such set.

    >>> read("d2ehpa").extractant.formula
    'C16H35O4P'
    """
    from ruamel.yaml import YAML

    path = path_of(name)
    tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return _System(tree, path.name).build()


class _System:
    """One file's tree on its way to an `ExtractionSystem`."""

    def __init__(self, tree: Mapping[str, Any], file: str) -> None:
        self.tree = tree
        self.file = file
        self.sources: Mapping[str, Mapping[str, str]] = tree.get("sources", {})

    def build(self) -> ExtractionSystem:
        complexes = tuple(self._complex(entry) for entry in self.tree.get("complexes", []))
        distribution = dict(self.tree.get("distribution") or {})
        for component in {c.component for c in complexes} & set(distribution):
            raise self._wrong(component, "has both a complex and a distribution ratio: keep one")
        names = [c.name for c in complexes]
        for twice in {n for n in names if names.count(n) > 1}:
            raise self._wrong(twice, "is formed by two reactions: keep one")
        return ExtractionSystem(
            name=self.tree["parameter_set"],
            title=self.tree.get("title", ""),
            extractant=self._extractant(),
            complexes=complexes,
            distribution=distribution,
            missing=dict(self.tree.get("missing") or {}),
            practice=dict(self.tree.get("practice") or {}),
            sources=self.sources,
            ranges={k: _interval(v) for k, v in (self.tree.get("range") or {}).items()},
            statistics=dict((self.tree.get("fit") or {}).get("statistics") or {}),
        )

    def _extractant(self) -> Extractant:
        entry = self.tree["extractant"]
        loss = entry.get("aqueous_loss")
        return Extractant(
            name=entry["name"],
            formula=entry["formula"],
            molar_mass=self._number(entry, "molar_mass", "kg/mol"),
            density=self._number(entry, "density", "kg/m3"),
            diluent_density=self._number(entry, "diluent_density", "kg/m3"),
            assay=self._number(entry, "assay", "") if "assay" in entry else 1.0,
            loss=None
            if loss is None
            else AqueousLoss(
                math.log(10.0) * self._number(loss, "log_transfer", ""),
                math.log(10.0) * self._number(loss, "log_acid", ""),
                str(loss["log_transfer"]["source"]),
            ),
        )

    def _complex(self, entry: Mapping[str, Any]) -> Complex:
        text = entry.get("reaction", "")
        consumed, formed = parse_reaction(text)
        ions = [term for term in consumed if term not in (DIMER, _PROTON)]
        products = [term for term in formed if term != _PROTON]
        if len(ions) != 1 or len(products) != 1 or formed[products[0]] != 1.0 or DIMER not in consumed:
            raise self._wrong(text, f"must read `m M+z + n {DIMER} = complex + m z H+`")
        found = _CHARGE.match(ions[0])
        if not found:
            raise self._wrong(text, f"`{ions[0]}` is not a cation written as Co+2 or Li+")
        charge = int(found.group("charge") or 1)
        metals = consumed[ions[0]]
        if not math.isclose(formed.get(_PROTON, 0.0), metals * charge):
            raise self._wrong(text, f"must release {metals * charge:g} H+ to balance its charge")
        log_k, delta_h = entry["log_k"], entry.get("delta_h")
        self._source(log_k, text)
        if delta_h is not None:
            self._source(delta_h, text)
        return Complex(
            name=products[0],
            component=entry.get("component", found.group("ion")),
            charge=charge,
            metals=metals,
            dimers=consumed[DIMER],
            reaction=text,
            basis=log_k.get("basis", "literature"),
            constant=EquilibriumConstant(
                log_k=float(log_k["value"]),
                source=log_k["source"],
                uncertainty=log_k.get("uncertainty"),
                range=log_k.get("range"),
                delta_h=0.0 if delta_h is None else self._number(entry, "delta_h", "kJ/mol"),
            ),
        )

    def _number(self, entry: Mapping[str, Any], key: str, unit: str) -> float:
        if key not in entry:
            raise self._wrong(key, "is not given")
        value = entry[key]
        if isinstance(value, Mapping):
            self._source(value, key)
            value = value["value"]
        found = _NUMBER.match(str(value))
        factor = _FACTORS[unit].get((found.group(2) or "") if found else "?")
        if found is None or factor is None:
            raise self._wrong(key, f"is `{value}`: give a number in {unit or 'no unit'}")
        return float(found.group(1)) * factor

    def _source(self, value: Mapping[str, Any], what: str) -> None:
        if value.get("source") not in {*self.sources, "fit"}:
            raise self._wrong(
                what, f"names the source `{value.get('source')}`, which is not among the sources"
            )

    def _wrong(self, what: str, why: str) -> ExtractionParameterError:
        return ExtractionParameterError(f"{self.file}: `{what}` {why}")


def _interval(text: str) -> tuple[float, float]:
    """`3 to 8` or `0.2 to 0.6 mol/L` as two numbers, the unit being the quantity's own (T in degC)."""
    found = re.match(r"^\s*([-+\d.eE]+)\s*\S*?\s*to\s+([-+\d.eE]+)", text)
    if not found:
        raise ValueError(f"`{text}` is not a range: write `3 to 8`")
    return float(found.group(1)), float(found.group(2))
