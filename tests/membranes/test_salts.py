"""What an organic phase is known by, when no liquor is near."""

from __future__ import annotations

import pytest

from flowsheet.chemistry.reaction import EquilibriumConstant
from harness import solve
from hydromet.extraction.mass_action import Complex, ExtractionSystem, load_extraction_system
from hydromet.membranes.salts import MixedSalts, salts_of
from membranes.plants import TODGA, cation_exchange, solvation


def system(*compositions: dict[str, float]) -> ExtractionSystem:
    complexes = tuple(
        Complex(composition, 2.0, name=f"complex {k}", constant=EquilibriumConstant(0.0))
        for k, composition in enumerate(compositions)
    )
    return ExtractionSystem("own", "", load_extraction_system("d2ehpa").extractant, complexes)


def test_acid_beside_a_metal_is_a_salt_of_its_own():
    """Its total isn't the small difference of two large ones of the anion."""
    salts = salts_of(load_extraction_system(str(TODGA)).of(["Nd", "NO3"]))
    assert set(salts.names) == {"Nd(NO3)3(TODGA)3", "HNO3(TODGA)"}
    assert salts.key == {"Nd(NO3)3(TODGA)3": ("Nd", 1.0)}


def test_a_mixed_complex_is_made_of_simple_salts():
    """NdClA2 is NdA3 and HCl, whichever is written first."""
    mixed, exchanged, acid = {"Nd": 1.0, "Cl": 1.0, "H": -2.0}, {"Nd": 1.0, "H": -3.0}, {"H": 1.0, "Cl": 1.0}
    for order in ((mixed, exchanged, acid), (acid, mixed, exchanged)):
        salts = salts_of(system(*order))
        assert len(salts.names) == 2
        (name,) = (n for n, s in salts.parts.items() if len(s) == 2)
        assert list(salts.parts[name].values()) == pytest.approx([1.0, 1.0])


def test_a_complex_that_is_a_difference_of_salts_is_refused():
    with pytest.raises(MixedSalts, match="no sum"):
        salts_of(system({"Nd": 1.0, "Cl": 3.0}, {"Nd": 1.0, "NO3": 3.0}, {"Nd": 2.0, "Cl": 9.0, "NO3": -3.0}))


@pytest.mark.parametrize("chemistry", [cation_exchange, solvation])
def test_the_complexes_of_an_organic_that_runs_are_at_equilibrium_with_each_other(chemistry):
    """The free energy of taking every complex apart is that of its salts."""
    case = solve(chemistry("area: 10 m2, arrangement: two_modules"))
    contacts = case.model.units["msx"].contacts
    constants = {c.name: c for c in contacts.extraction.complexes}
    for bulk in contacts.bulks:
        free = case.evaluate(bulk.concentrations["free"])
        for name, parts in bulk.salts.parts.items():
            made = sum(n * case.evaluate(bulk.block.ln_salt[salt]) for salt, n in parts.items())
            ln_k = constants[name].constant.ln_k(298.15)
            expected = 2.718281828459045 ** (ln_k + made) * free ** constants[name].extractants
            assert case.evaluate(bulk.concentrations[name]) == pytest.approx(expected, rel=1e-9)
        held = free + sum(
            constants[name].extractants * case.evaluate(c)
            for name, c in bulk.concentrations.items()
            if name != "free"
        )
        assert held == pytest.approx(case.evaluate(bulk.organic.extractant), rel=1e-9)
