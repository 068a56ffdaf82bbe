"""The extractant of a unit: a parameter set, or the organic phase of the flowsheet's own chemistry."""

from __future__ import annotations

from flowsheet.chemistry.organic import OrganicPhase
from flowsheet.chemistry.system import PROTON, ChemistrySystem
from hydromet.extraction.extractant import Extractant
from hydromet.extraction.mass_action import Complex, ExtractionSystem, Scale, load_extraction_system

FROM_CHEMISTRY = "chemistry"
"""What a unit's `extractant` says where the chemistry system holds the organic phase."""


class NoOrganicPhase(ValueError):
    """The chemistry has no organic phase that can be extracted with; the message says what is missing."""


def extraction_system_of(name: str, system: ChemistrySystem) -> ExtractionSystem:
    """The extraction system that a unit's setting `extractant` names.

    Raises:
        NoOrganicPhase: it names the chemistry, which has none.
    """
    if name != FROM_CHEMISTRY:
        return load_extraction_system(name)
    if system.organic is None:
        raise NoOrganicPhase(
            f"the chemistry {system.name} has no organic phase: name a parameter set instead"
        )
    return from_organic_phase(system.organic)


def from_organic_phase(phase: OrganicPhase) -> ExtractionSystem:
    """An organic phase in the form that extraction stages take.

    The extractant is counted in its own molecules, and can give as many protons as the complex that takes
    most; constants keep the phase's scale.

    Raises:
        NoOrganicPhase: it has no extractant, or no volume of it or of the diluent.
    """
    if phase.extractant is None:
        raise NoOrganicPhase(f"the organic phase {phase.name} has no extractant")
    extractant, diluent = phase.species[phase.extractant], phase.species[phase.diluent]
    for species in (extractant, diluent):
        if species.density is None:
            raise NoOrganicPhase(f"the organic phase {phase.name} states no molar volume of {species.name}")
    scale: Scale = "mole_fraction" if phase.basis == "mole_fraction" else "molality"
    given = [
        -s.composition.get(PROTON, 0.0) / s.extractants for s in phase.complexes.values() if s.extractants
    ]
    exchangeable = max([0.0, *given])
    return ExtractionSystem(
        name=phase.name,
        title=phase.source,
        extractant=Extractant(
            name=extractant.name,
            formula="".join(f"{e}{n:g}" for e, n in extractant.elements.items()),
            molar_mass=extractant.molar_mass,
            density=extractant.density or 0.0,
            diluent_density=diluent.density or 0.0,
            diluent_molar_mass=diluent.molar_mass,
            kind="acidic_monomer" if exchangeable else "neutral",
            exchangeable=exchangeable,
        ),
        complexes=tuple(
            Complex(
                dict(s.composition),
                s.extractants,
                name=s.name,
                constant=s.constant,  # type: ignore[arg-type]
                basis="literature",
            )
            for s in phase.complexes.values()
        ),
        scale=scale,
    )
