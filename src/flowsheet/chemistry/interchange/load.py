"""From a statement about a Cantera file to a chemistry system.

    ln K_j = -(mu_j - sum_c n_jc mu_c)/(R T)            a species that forms, organic ones too
    ln K_k = (mu_k - sum_c n_kc mu_c)/(R T)             a solid that dissolves

over the components' master species, standard potentials at the aqueous phase's pressure (`state` of the file,
1 atm without).  Enthalpies and volumes of streams come from the same data: master species at infinite
dilution.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache

from flowsheet.chemistry.formula import Formula
from flowsheet.chemistry.interchange.describe import Describer, Description, Formation, Substance
from flowsheet.chemistry.interchange.names import is_spelt
from flowsheet.chemistry.interchange.statement import CanteraFile
from flowsheet.chemistry.interchange.verify import verify
from flowsheet.chemistry.organic import DILUENT, OrganicPhase, OrganicSpecies
from flowsheet.chemistry.potential_constant import PotentialConstant
from flowsheet.chemistry.reaction import Constant
from flowsheet.chemistry.system import (
    PROTON,
    WATER,
    ChemistrySystem,
    Component,
    PitzerParameters,
    SimpleVolume,
    Solid,
    Species,
)
from flowsheet.chemistry.temperature_function import combine

_NARROW = (273.15, 373.15)
"""[K] A stated range of data that holds this is not worth a warning."""


def load_cantera(statement: str) -> ChemistrySystem:
    """The system of a statement (see `statement`).

    Raises:
        DiagnosticError: the file can't be read, or has something that can't be taken over.
    """
    return _system(statement, CanteraFile(statement).digest())


@cache
def _system(statement: str, digest: str) -> ChemistrySystem:
    """The system of a file with this content."""
    describer = Describer(CanteraFile(statement))
    system = _Assembly(describer.describe(), statement, digest).system()
    verify(system, describer)
    return system


class _Assembly:
    """A description on its way to a system."""

    def __init__(self, description: Description, statement: str, digest: str) -> None:
        self.of = description
        self.statement = statement
        self.digest = hashlib.sha256(f"{statement} {digest}".encode()).hexdigest()
        self.source = json.loads(statement).get("shown") or json.loads(statement)["cantera"]

    def system(self) -> ChemistrySystem:
        of = self.of
        return ChemistrySystem(
            name=self.source,
            title=of.title,
            components=self._components(),
            species={f.substance.name: self._species(f) for f in of.species},
            solids={name: self._solid(name, f, s) for name, f, s in of.solids},
            gases={},
            sit={},
            pitzer=of.pitzer or PitzerParameters(),
            sources={"cantera": {"citation": f"user's own Cantera file {self.source}"}},
            density={},
            feed_enthalpy={},
            digest=self.digest,
            origin=(self.statement,),
            organic=self._organic(),
            activity_models=(of.model,),
            debye_huckel=of.debye_huckel,
            volume=SimpleVolume(
                of.water_density,
                {c: s.volume for c, s in of.components.items() if c != WATER},
                self.source,
            ),
        )

    def _components(self) -> dict[str, Component]:
        found = {
            name: Component(
                name=name,
                species=substance.name,
                delta_hf=substance.enthalpy,
                cp=substance.cp,
                source="cantera",
                stated_formula=_unless_spelt(substance.name, substance.formula),
            )
            for name, substance in self.of.components.items()
        }
        found = {c: found[c] for c in (WATER, PROTON)} | found
        for own, substance in self.of.organic_masters.items():
            assert self.of.organic is not None
            name = DILUENT if own == self.of.organic.diluent else own
            found[name] = Component(
                name=name,
                species=own,
                delta_hf=substance.enthalpy,
                cp=substance.cp,
                source="cantera",
                inert=True,
                density=substance.formula.molar_mass / 1000.0 / substance.volume,
                stated_formula=_unless_spelt(own, substance.formula),
            )
        return found

    def _species(self, formation: Formation) -> Species:
        substance = formation.substance
        return Species(
            substance.name,
            formation.composition,
            {self.of.model: self._constant(formation)},
            _unless_spelt(substance.name, substance.formula),
        )

    def _solid(self, name: str, formation: Formation | None, substance: Substance) -> Solid:
        constants: dict[str, Constant] = {}
        if formation is not None:
            dissolution = combine([(-1.0, formation.ln_k)])
            constants[self.of.model] = PotentialConstant(dissolution, "cantera", range=_range(formation))
        return Solid(
            name=name,
            formula_text=substance.name,
            composition=None if formation is None else formation.composition,
            constants=constants,
            density=substance.formula.molar_mass / 1000.0 / substance.volume if substance.volume else None,
            delta_hf=substance.enthalpy,
            cp=substance.cp,
            source="cantera",
            stated_formula=_unless_spelt(substance.name, substance.formula),
        )

    def _constant(self, formation: Formation) -> PotentialConstant:
        return PotentialConstant(formation.ln_k, "cantera", range=_range(formation))

    def _organic(self) -> OrganicPhase | None:
        of = self.of
        if of.organic is None:
            return None
        species = {
            name: _organic_species(s, {}, 0.0 if name == of.organic.diluent else 1.0, None)
            for name, s in of.organic_masters.items()
        }
        for f in of.organic_species:
            species[f.substance.name] = _organic_species(
                f.substance, f.composition, f.extractants, self._constant(f)
            )
        return OrganicPhase(
            name=of.organic_name,
            basis="molality" if of.organic_basis == "molality" else "mole_fraction",
            diluent=of.organic.diluent,
            extractant=of.organic.extractant,
            species=species,
            source=self.source,
        )


def _organic_species(
    substance: Substance,
    composition: Mapping[str, float],
    extractants: float,
    constant: PotentialConstant | None,
) -> OrganicSpecies:
    return OrganicSpecies(
        substance.name,
        substance.formula.elements,
        composition,
        extractants,
        constant,
        substance.formula.molar_mass / 1000.0,
        substance.volume or None,
    )


def _unless_spelt(name: str, formula: Formula) -> Formula | None:
    return None if is_spelt(name, formula) else formula


def _range(formation: Formation) -> dict[str, str] | None:
    """The range of the data as a chemistry file would state it, where it is worth a word."""
    low, high = formation.range
    if low <= _NARROW[0] and high >= _NARROW[1]:
        return None
    return {"T": f"{low - 273.15:.2f} degC to {high - 273.15:.2f} degC"}
