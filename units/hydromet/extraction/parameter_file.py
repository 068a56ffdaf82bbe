"""Reading an extractant's parameter set from YAML into an `ExtractionSystem`.

parameter_set: cyanex272
for: solvent_extraction.extractant
title: ...
sources: {key: {citation, doi, note}}
extractant:
  {name, formula, kind, molar_mass, density, assay, diluent_density, diluent_molar_mass, aqueous_loss}
scale: molar                    # of the constants: molar (if absent), molality or mole_fraction
complexes:
  - {reaction: Co+2 + 2 (HA)2 = CoA2(HA)2 + 2 H+, log_k: {value, uncertainty, source, basis}, delta_h}
  - {reaction: Nd+3 + 3 Cl- + 3 TODGA = NdCl3(TODGA)3, log_k: ...}
  - {reaction: Fe+3 + 3 (HA)2 = FeA3(HA)3 + 3 H+, component: Fe(III), log_k: ...}
distribution:                   # instead of a complex
  Mn: "10 ** (2.0 * pH - 6.2)"
  Nd: {ratio: "10 ** (1.1 * pH - 2)", reaction: Nd+3 + 3 HA = NdA3 + 3 H+, source: key}
missing: {Zn: why there is no constant}
practice: {settler_flow: {value, source}, ...}
range: {pH: 3 to 8, dimer: 0.2 to 0.65 mol/L, T: 15 degC to 40 degC}

`kind` is acidic_dimer (if absent; reactions write (HA)2), acidic_monomer (HA) or neutral (its own name).  An
ion belongs to the component that it is called by without its charge; `component` names another (of the
metal), `components: {Fe+3: Fe(III)}` several.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, cast, get_args

from flowsheet.chemistry.reaction import EquilibriumConstant, parse_reaction
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER
from hydromet.extraction.extractant import KINDS, AqueousLoss, Extractant, Kind
from hydromet.extraction.mass_action import Complex, DistributionRatio, ExtractionSystem, Scale

_CHARGED = re.compile(r"^(?P<name>.+?)(?P<sign>[+-])(?P<charge>\d*)$")
_NUMBER = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(\S.*?)?\s*$")
_FACTORS = {
    "kg/mol": {"kg/mol": 1.0, "g/mol": 1e-3},
    "kg/m3": {"kg/m3": 1.0, "g/cm3": 1e3, "g/mL": 1e3, "kg/L": 1e3, "g/L": 1.0},
    "kJ/mol": {"kJ/mol": 1.0, "J/mol": 1e-3},
    "J/mol/K": {"J/mol/K": 1.0, "kJ/mol/K": 1e3},
    "": {"": 1.0, "%": 1e-2},
}


class ExtractionParameterError(ValueError):
    """A parameter file says something that can't be right; the message names the file and the entry."""


def shipped_extractants() -> list[str]:
    """Names of the parameter sets that ship with the library."""
    folder = resources.files("hydromet.extraction") / "parameters"
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


def sets_that_extract(metals: Sequence[str]) -> str:
    """Which shipped sets have constants for any of these, for a message.

    >>> sets_that_extract(["Tb"])
    'd2ehpa_ree, pc88a_ree and todga have constants for Tb'
    """
    found = {name: [m for m in metals if m in read(name).components] for name in shipped_extractants()}
    able = [name for name, taken in found.items() if taken]
    if not able:
        return "choose an extractant with constants for what the feed carries"
    of = [m for m in metals if any(m in taken for taken in found.values())]
    sets = able[0] if len(able) == 1 else f"{', '.join(able[:-1])} and {able[-1]}"
    return f"{sets} {'has' if len(able) == 1 else 'have'} constants for {', '.join(of)}"


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
        self.extractant = self._extractant()
        complexes = tuple(self._complex(entry) for entry in self.tree.get("complexes") or [])
        distribution = {c: self._ratio(c, e) for c, e in (self.tree.get("distribution") or {}).items()}
        for component in {n for c in complexes for n in c.components} & set(distribution):
            raise self._wrong(component, "has both a complex and a distribution ratio: keep one")
        names = [c.name for c in complexes]
        for twice in {n for n in names if names.count(n) > 1}:
            raise self._wrong(twice, "is formed by two reactions: keep one")
        scale = self.tree.get("scale", "molar")
        if scale not in get_args(Scale):
            raise self._wrong("scale", f"is `{scale}`: choose one of {', '.join(get_args(Scale))}")
        if scale == "mole_fraction" and self.extractant.diluent_molar_mass is None:
            raise self._wrong("scale", "in mole fractions needs the extractant's `diluent_molar_mass`")
        return ExtractionSystem(
            name=self.tree["parameter_set"],
            title=self.tree.get("title", ""),
            extractant=self.extractant,
            complexes=complexes,
            distribution=distribution,
            scale=cast(Scale, scale),
            missing=dict(self.tree.get("missing") or {}),
            practice=dict(self.tree.get("practice") or {}),
            sources=self.sources,
            ranges={k: _interval(v) for k, v in (self.tree.get("range") or {}).items()},
            statistics=dict((self.tree.get("fit") or {}).get("statistics") or {}),
        )

    def _extractant(self) -> Extractant:
        entry = self.tree["extractant"]
        kind = entry.get("kind", "acidic_dimer")
        if kind not in KINDS:
            raise self._wrong("kind", f"is `{kind}`: choose one of {', '.join(KINDS)}")
        loss = entry.get("aqueous_loss")
        return Extractant(
            name=entry["name"],
            formula=entry["formula"],
            kind=cast(Kind, kind),
            molar_mass=self._number(entry, "molar_mass", "kg/mol"),
            density=self._number(entry, "density", "kg/m3"),
            diluent_density=self._number(entry, "diluent_density", "kg/m3"),
            diluent_molar_mass=(
                self._number(entry, "diluent_molar_mass", "kg/mol") if "diluent_molar_mass" in entry else None
            ),
            assay=self._number(entry, "assay", "") if "assay" in entry else 1.0,
            loss=None if loss is None else self._loss(loss, cast(Kind, kind)),
        )

    def _loss(self, entry: Mapping[str, Any], kind: Kind) -> AqueousLoss:
        ln10 = math.log(10.0)
        return AqueousLoss(
            ln10 * self._number(entry, "log_transfer", ""),
            None if kind == "neutral" else ln10 * self._number(entry, "log_acid", ""),
            str(entry["log_transfer"]["source"]),
            molecules=2 if kind == "acidic_dimer" else 1,
        )

    def _complex(self, entry: Mapping[str, Any]) -> Complex:
        text = entry.get("reaction", "")
        name, composition, extractants = self._stoichiometry(entry)
        log_k, further = entry["log_k"], [k for k in ("delta_h", "delta_cp") if entry.get(k) is not None]
        for value in (log_k, *(entry[k] for k in further)):
            self._source(value, text)
        return Complex(
            composition,
            extractants,
            name=name,
            reaction=text,
            basis=log_k.get("basis", "literature"),
            constant=EquilibriumConstant(
                log_k=float(log_k["value"]),
                source=log_k["source"],
                uncertainty=log_k.get("uncertainty"),
                range=log_k.get("range"),
                delta_h=self._number(entry, "delta_h", "kJ/mol") if "delta_h" in further else 0.0,
                delta_cp=self._number(entry, "delta_cp", "J/mol/K") if "delta_cp" in further else 0.0,
            ),
        )

    def _ratio(self, component: str, entry: Any) -> DistributionRatio:
        if isinstance(entry, str):
            return DistributionRatio({component: 1.0}, 0.0, component, entry)
        if not isinstance(entry, Mapping) or "ratio" not in entry:
            raise self._wrong(component, "needs an expression, or `ratio`, `reaction` and `source`")
        self._source(entry, component)
        if "reaction" not in entry:
            return DistributionRatio({component: 1.0}, 0.0, component, str(entry["ratio"]))
        _, composition, extractants = self._stoichiometry({"component": component, **entry})
        if composition.get(component) != 1.0:
            raise self._wrong(
                entry["reaction"], f"must carry one {component}, whose distribution ratio it is"
            )
        return DistributionRatio(composition, extractants, component, str(entry["ratio"]))

    # ---- reactions

    def _stoichiometry(self, entry: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
        """Name of what a reaction forms, its components and the extractant that it takes."""
        text, symbol = entry.get("reaction", ""), self.extractant.symbol
        try:
            consumed, formed = parse_reaction(text)
        except ValueError as error:
            raise self._wrong(text, str(error)) from error
        form = f"must read `ions + n {symbol} = complex" + (" + k H+`" if self.extractant.acid else "`")
        products = [term for term in formed if term not in (PROTON_SPECIES, WATER)]
        if len(products) != 1 or formed[products[0]] != 1.0:
            raise self._wrong(text, f"{form}, with one complex")
        extractants = consumed.pop(symbol, 0.0)
        charge = 0.0
        composition: dict[str, float] = {}
        of_ion = self._components(entry, consumed)
        released = {term: n for term, n in formed.items() if term != products[0]}
        for terms, sign in ((consumed, 1.0), (released, -1.0)):
            for term, n in terms.items():
                component = {PROTON_SPECIES: PROTON, WATER: WATER}.get(term, of_ion.get(term, ""))
                composition[component] = composition.get(component, 0.0) + sign * n
                charge += sign * n * _charge(term)
        if not math.isclose(charge, 0.0, abs_tol=1e-9):
            acid = formed.get(PROTON_SPECIES, 0.0) + charge
            bare = [term for term in of_ion if _charge(term) == 0]
            hint = f" (`{bare[0]}` has no charge: write it as Co+2, Li+ or Cl-)" if bare else ""
            raise self._wrong(text, f"must release {acid:g} H+ to balance its charge{hint}")
        acid = -composition.get(PROTON, 0.0)
        if acid > extractants * self.extractant.acid + 1e-9:
            raise self._wrong(text, f"{form}: {extractants:g} {symbol} can't give {acid:g} H+")
        if not extractants and not of_ion:
            raise self._wrong(text, f"{form}, with an ion or a molecule that is extracted")
        return products[0], {c: n for c, n in composition.items() if n}, extractants

    def _components(self, entry: Mapping[str, Any], consumed: Mapping[str, float]) -> dict[str, str]:
        """The component of each ion and molecule of a reaction."""
        stated = dict(entry.get("components") or {})
        ions = [term for term in consumed if term not in (PROTON_SPECIES, WATER)]
        metals = [term for term in ions if term not in stated and _charge(term) > 0] or ions
        if "component" in entry and len(metals) == 1:
            stated.setdefault(metals[0], entry["component"])
        return {ion: stated.get(ion, _without_charge(ion)) for ion in ions}

    # ---- values

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


def _charge(term: str) -> int:
    """Charge of `Co+2`, `Cl-`, `SO4-2`; 0 of a molecule.

    >>> [_charge(t) for t in ("Co+2", "Li+", "SO4-2", "H3BO3")]
    [2, 1, -2, 0]
    """
    found = _CHARGED.match(term)
    if found is None:
        return 0
    size = int(found.group("charge") or 1)
    return size if found.group("sign") == "+" else -size


def _without_charge(term: str) -> str:
    found = _CHARGED.match(term)
    return found.group("name") if found else term


def _interval(text: str) -> tuple[float, float]:
    """`3 to 8` or `0.2 to 0.6 mol/L` as two numbers, the unit being the quantity's own (T in degC)."""
    found = re.match(r"^\s*([-+\d.eE]+)\s*\S*?\s*to\s+([-+\d.eE]+)", text)
    if not found:
        raise ValueError(f"`{text}` is not a range: write `3 to 8`")
    return float(found.group(1)), float(found.group(2))
