"""What a Cantera file says of an aqueous phase, an organic phase and solids, in plain values.

Cantera reads the file; from its objects come compositions, standard potentials and activity data.  The result
holds numbers and names only, so that it can be kept between runs and needs Cantera no more.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from flowsheet.chemistry.debye_huckel_forms import DebyeHuckelParameters
from flowsheet.chemistry.formula import Formula
from flowsheet.chemistry.interchange import activity_data
from flowsheet.chemistry.interchange.basis import NoBasis, Span, Vector, masters, vector
from flowsheet.chemistry.interchange.names import component_name, formula_of, species_name, usual_component
from flowsheet.chemistry.interchange.organic_basis import OrganicBasis, organic_basis
from flowsheet.chemistry.interchange.standard_states import NotReproduced, standard_potentials
from flowsheet.chemistry.interchange.statement import CanteraFile, PhaseEntry
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, PitzerParameters
from flowsheet.chemistry.temperature_function import TemperatureFunction, combine

_TRACE = 1e-14
"""Mole fraction at which a solute is at infinite dilution."""
_SELF_SUFFICIENT = ("liquid-water-IAPWS95", "HKFT")
"""Equations of state that hold all of a species' thermodynamic data."""
_RT = 8314.46261815324 * REFERENCE_TEMPERATURE / 1e6
"""At 25 degC [kJ/mol]."""


@dataclass(frozen=True)
class Substance:
    """One species of a phase: composition and standard properties.

    mu: mu/(R T); enthalpy [kJ/mol], cp [J/mol/K] and volume [m3/mol] at 25 degC; range [K] in which the file
    says its data hold.
    """

    name: str
    formula: Formula
    vector: Vector
    mu: TemperatureFunction
    enthalpy: float
    cp: float
    volume: float
    range: tuple[float, float]


@dataclass(frozen=True)
class Formation:
    """A species' composition in components and its ln K, with the range [K] of the data behind it."""

    substance: Substance
    composition: Mapping[str, float]
    ln_k: TemperatureFunction
    range: tuple[float, float]
    extractants: float = 0.0


@dataclass
class Description:
    """All that is taken over.  `components`: their master species by component, H2O and H first."""

    title: str
    pressure: float
    model: ActivityModel
    debye_huckel: DebyeHuckelParameters | None = None
    pitzer: PitzerParameters | None = None
    water_density: float | None = None
    components: dict[str, Substance] = field(default_factory=dict)
    species: list[Formation] = field(default_factory=list)
    solids: list[tuple[str, Formation | None, Substance]] = field(default_factory=list)
    organic_name: str = ""
    organic_basis: str = ""
    organic: OrganicBasis | None = None
    organic_species: list[Formation] = field(default_factory=list)
    organic_masters: dict[str, Substance] = field(default_factory=dict)


class Describer:
    """Turns a file's phases into a description.

    Attributes:
        pressure: that the aqueous phase is stated at [Pa], 1 atm where it isn't.
        names: of its species here, by the file's, in the phase's order.

    Raises:
        DiagnosticError: the file has something that can't be taken over, at its place.
    """

    def __init__(self, file: CanteraFile) -> None:
        self.file = file
        self.entries: dict[str, PhaseEntry] = {}
        aqueous = file.aqueous()
        organic = file.organic(aqueous)
        solids = file.solids()
        chosen = [aqueous, *([organic] if organic else []), *solids]
        file.check_the_rest(chosen)
        self._check_debye_huckel(aqueous)
        self.phases = {entry.name: self._open(entry) for entry in chosen}
        self.aqueous_entry, self.organic_entry, self.solid_entries = aqueous, organic, solids
        self.pressure = float(self.phases[aqueous.name].P)
        self.names: dict[str, str] = {}
        self.elements = sorted(
            {e for phase in self.phases.values() for e in phase.element_names if e not in ("E", "e")}
        )

    def describe(self) -> Description:
        entry = self.aqueous_entry
        phase = self.phases[entry.name]
        pressure, names = self.pressure, self.names
        own = self._substances(entry, pressure)
        for name, substance in own.items():
            names[name] = species_name(name, substance.formula, names.values())
        if PROTON_SPECIES not in names.values():
            self.file.refuse(
                f"the aqueous phase `{entry.name}` has no H+",
                entry.span,
                "streams here carry total hydrogen, which needs it",
            )
        found = Description(title=self._title(), pressure=pressure, model="ideal")
        self._activities(found, entry, pressure, names)
        if "liquid-water-IAPWS95" not in _states(phase.species(0).input_data):
            water = own[phase.species_name(0)]
            found.water_density = water.formula.molar_mass / 1000.0 / water.volume
        substances = {names[n]: _renamed(s, names[n]) for n, s in own.items()}
        chosen = self._masters(entry, substances, {v: k for k, v in names.items()})
        for name in chosen:
            usual = {WATER: WATER, PROTON_SPECIES: PROTON}.get(name)
            component = usual or component_name(name, substances[name].formula, found.components)
            found.components[component] = substances[name]
        span = Span(list(found.components), [s.vector for s in found.components.values()])
        for name, substance in substances.items():
            if name not in chosen:
                found.species.append(self._formation(span, found, substance, entry, {}))
        for solid in self.solid_entries:
            self._solid(found, span, solid)
        if self.organic_entry is not None:
            self._organic(found, span, self.organic_entry)
        return found

    # ---- phases as Cantera has them

    def _open(self, entry: PhaseEntry) -> Any:
        import cantera as ct

        for name in self.file.listed_species(entry):
            species = self.file.species_entry(name)
            plain = species.plain() if species is not None else {}
            if plain and "thermo" not in plain and not _states(plain) & set(_SELF_SUFFICIENT):
                self.file.refuse(
                    f"`{name}` has no thermodynamic data",
                    self.file.species_span(name, entry),
                    f"give it `thermo`, or an equation of state among {', '.join(_SELF_SUFFICIENT)}",
                )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Cantera's remarks on the user's own data
                return ct.Solution(str(self.file.path), entry.name)
        except (ct.CanteraError, NotImplementedError) as error:
            raise self.file.from_cantera(str(error), entry) from error

    def _check_debye_huckel(self, entry: PhaseEntry) -> None:
        """What Cantera itself would crash on, or only call a density that isn't a number."""
        data = entry.node.get("activity-data")
        plain = data.plain() if data is not None else {}
        if entry.thermo != "Debye-Huckel" or data is None or not isinstance(plain, dict):
            return
        solvent = self.file.species_entry(self.file.first_species(entry))
        of_solvent = solvent.plain() if solvent is not None else {}
        if plain.get("A_Debye") == "variable" and "liquid-water-IAPWS95" not in _states(of_solvent):
            self.file.refuse(
                f"phase `{entry.name}`: `A_Debye: variable` needs a solvent of equation of state "
                "liquid-water-IAPWS95",
                data.span,
                "give A_Debye a value, or the water that equation of state",
            )
        if (
            plain.get("model") not in (None, "dilute-limit", "Dilute_limit")
            and "default-ionic-radius" not in plain
            and "Debye-Huckel" not in of_solvent
        ):
            self.file.refuse(
                f"phase `{entry.name}`: the solvent has no ionic radius, which Cantera needs in this form",
                data.span,
                "give `default-ionic-radius`",
            )

    def _substances(self, entry: PhaseEntry, pressure: float) -> dict[str, Substance]:
        """The phase's species by the file's names."""
        phase = self.phases[entry.name]
        potentials = standard_potentials(phase, pressure)
        share = np.full(phase.n_species, _TRACE)
        share[0] = 1.0
        phase.TPX = REFERENCE_TEMPERATURE, pressure, share
        enthalpy, cp = phase.standard_enthalpies_RT * _RT, phase.standard_cp_R * 8.31446261815324
        volume = phase.partial_molar_volumes / 1000.0
        found = {}
        for k, mu in enumerate(potentials):
            species = phase.species(k)
            if isinstance(mu, NotReproduced):
                self.file.refuse(
                    f"the thermodynamic data of `{species.name}` can't be taken over: {mu}",
                    self.file.species_span(species.name, entry),
                    "its standard potential isn't smooth in temperature, or Cantera can't compute it",
                )
                continue
            charge = round(species.charge)
            thermo = species.thermo
            found[species.name] = Substance(
                species.name,
                formula_of(species.composition, charge, float(phase.molecular_weights[k])),
                vector(self.elements, species.composition, species.charge),
                mu,
                float(enthalpy[k]),
                float(cp[k]),
                float(volume[k]),
                (thermo.min_temp, thermo.max_temp) if thermo is not None else (0.0, 1e4),
            )
        return found

    # ---- aqueous

    def _activities(
        self, found: Description, entry: PhaseEntry, pressure: float, names: Mapping[str, str]
    ) -> None:
        phase = self.phases[entry.name]
        try:
            if entry.thermo == "Debye-Huckel":
                found.model = "debye_huckel"
                found.debye_huckel = activity_data.debye_huckel(phase, pressure, names.__getitem__)
            elif entry.thermo == "HMW-electrolyte":
                found.model = "pitzer"
                found.pitzer = activity_data.pitzer(phase, pressure, names.__getitem__)
        except activity_data.NotTakenOver as error:
            span = self.file.species_span(error.species, entry) if error.species else entry.span
            self.file.refuse(f"phase `{entry.name}`: {error}", span)

    def _masters(
        self, entry: PhaseEntry, substances: Mapping[str, Substance], own_names: Mapping[str, str]
    ) -> list[str]:
        def rank(name: str) -> tuple:
            formula = substances[name].formula
            size = sum(formula.elements.values())
            return (
                usual_component(formula) is None,
                formula.elements.get("H", 0.0),
                formula.charge == 0,
                size,
            )

        try:
            vectors = {n: s.vector for n, s in substances.items()}
            return masters(vectors, WATER, PROTON_SPECIES, rank)
        except NoBasis as error:
            own = own_names.get(error.species, error.species)
            self.file.refuse(
                f"phase `{entry.name}`: {error}",
                self.file.species_span(own, entry),
                "leave one of them out of the phase",
            )
            return []

    def _formation(
        self,
        span: Span,
        found: Description,
        substance: Substance,
        entry: PhaseEntry,
        further: Mapping[str, Substance],
    ) -> Formation:
        """How a substance forms from components (and `further` masters)."""
        made_of = span.coefficients(substance.vector) or {}
        of = {**found.components, **further}
        composition = {c: _number(n) for c, n in made_of.items()}
        negative = [c for c, n in composition.items() if n < 0.0 and c not in (WATER, PROTON)]
        if negative and not further and entry is not self.organic_entry:
            self.file.refuse(
                f"`{substance.name}` would need a negative amount of {negative[0]}",
                self.file.species_span(substance.name, entry),
                "only water and H+ can be given off by a reaction that forms a species or a solid",
            )
        ln_k = combine([(-1.0, substance.mu), *((n, of[c].mu) for c, n in composition.items())])
        ranges = [substance.range, *(of[c].range for c in composition)]
        return Formation(
            substance,
            {c: n for c, n in composition.items() if c not in further},
            ln_k,
            (max(low for low, _ in ranges), min(high for _, high in ranges)),
            float(sum(n for c, n in composition.items() if c in further)),
        )

    # ---- solids

    def _solid(self, found: Description, span: Span, entry: PhaseEntry) -> None:
        substance = next(iter(self._substances(entry, found.pressure).values()))
        if substance.formula.charge:
            self.file.refuse(f"the solid `{entry.name}` has a charge", entry.span)
        if span.coefficients(substance.vector) is None:  # nothing here can make or dissolve it
            found.solids.append((entry.name, None, substance))
            return
        found.solids.append((entry.name, self._formation(span, found, substance, entry, {}), substance))

    # ---- organic

    def _organic(self, found: Description, span: Span, entry: PhaseEntry) -> None:
        own = self._substances(entry, found.pressure)
        for name, substance in own.items():
            if substance.formula.charge:
                self.file.refuse(
                    f"the organic species `{name}` has a charge",
                    self.file.species_span(name, entry),
                    "an organic phase here is made of neutral species",
                )
        solvent = next(iter(own)) if entry.thermo == "ideal-molal-solution" else None
        try:
            basis = organic_basis({n: s.vector for n, s in own.items()}, span, solvent)
        except NoBasis as error:
            self.file.refuse(
                f"phase `{entry.name}`: {error}",
                self.file.species_span(error.species, entry),
                "an organic phase here is one diluent, at most one extractant, and what forms from it",
            )
            return
        found.organic_name, found.organic = entry.name, basis
        found.organic_basis = "molality" if solvent else "mole_fraction"
        found.organic_masters = {n: own[n] for n in (basis.diluent, basis.extractant) if n}
        further = {basis.extractant: own[basis.extractant]} if basis.extractant else {}
        wide = Span(
            [*found.components, *further],
            [*(s.vector for s in found.components.values()), *(s.vector for s in further.values())],
        )
        for name, substance in own.items():
            if name not in (basis.diluent, basis.extractant):
                found.organic_species.append(self._formation(wide, found, substance, entry, further))

    def _title(self) -> str:
        return f"phases {', '.join(self.phases)} of {self.file.path.name}"


def _number(n: Fraction) -> float:
    return float(n)


def _renamed(substance: Substance, name: str) -> Substance:
    from dataclasses import replace

    return replace(substance, name=name)


def _states(species: Mapping[str, Any]) -> set[str]:
    """Models of a species' equations of state."""
    state = species.get("equation-of-state", {})
    states = state if isinstance(state, list) else [state]
    return {str(s.get("model")) for s in states if isinstance(s, dict)}
