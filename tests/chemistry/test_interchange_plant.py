"""A plant whose chemistry is a user's own Cantera file: units don't know where it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chemistry.cantera_texts import Text
from chemistry.two_phases import R, affinities, opened, potentials, set_liquor
from flowsheet.results.solved import Solved, solved
from flowsheet.solve.case import Case, compile_document, load
from flowsheet.solve.simulate import simulate
from flowsheet.solve.speciation import Speciation

PLANT = """
flowsheet: magnesium hydroxide from brine, by a Cantera file
chemistry: {cantera: phases.yaml}
feeds:
  brine:
    aqueous: {flow: 100 L/h, NaCl: 1 mol/L, MgSO4: 0.3 mol/L, HCl: 0.05 mol/L}
    temperature: 45 degC
  alkali:
    role: reagent
    aqueous: {flow: as needed, NaOH: 2 mol/L}
units:
  hydroxide:
    unit: precipitator
    inlets: {feed: brine, reagent: alkali}
    solids: [brucite]
    pH: 9.5
    temperature: 60 degC
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("plant")
    Text("HMW, complex").write(found)
    (found / "plant.yaml").write_text(PLANT, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def plant(folder: Path) -> Solved:
    document = load(folder / "plant.yaml")
    compiled = compile_document(document)
    case = Case(document, compiled, compiled.model.p0.copy())
    simulation = simulate(case.plant, case.p)
    assert simulation.converged, simulation.newton.message
    return solved(case, simulation)


def test_the_units_take_the_models_of_the_file(folder: Path) -> None:
    chemistry = load(folder / "plant.yaml").chemistry
    assert chemistry.activity_model == "pitzer"


def test_the_precipitators_liquor_and_solid_are_at_equilibrium_in_cantera(
    folder: Path, plant: Solved
) -> None:
    case = opened(folder / "phases.yaml")
    slurry = plant.flows["hydroxide.slurry"]
    assert slurry.flows["solid"]["brucite"] > 20.0
    totals = {c: n for c, n in slurry.flows["aqueous"].items() if c != "H"}
    found = Speciation(case.system, totals, "pitzer").solve(totals, slurry.temperature)
    assert found.pH == pytest.approx(9.5, abs=1e-6)
    set_liquor(case, found.molality, slurry.temperature)
    assert max(abs(a) for a in affinities(case).values()) < 1e-8
    brucite, of = case.solids["brucite"], potentials(case)
    brucite.TP = slurry.temperature, case.pressure
    made = sum(n * of[c] for c, n in (case.system.solids["brucite"].composition or {}).items())
    # 3e-9: the corner between a solid and none is rounded by that much of its affinity.
    assert made - float(brucite.chemical_potentials[0]) / (R * slurry.temperature) == pytest.approx(
        0, abs=1e-8
    )


def test_elements_and_charge_close_over_the_plant(plant: Solved) -> None:
    entering, leaving = (
        _elements(plant, names) for names in (["brine", "alkali@hydroxide.reagent"], ["hydroxide.slurry"])
    )
    for element, amount in entering.items():
        assert leaving[element] == pytest.approx(amount, rel=1e-9), element


def _elements(plant: Solved, streams: list[str]) -> dict[str, float]:
    species = plant.case.plant.facts["species"]
    total: dict[str, float] = {}
    for name in streams:
        for phase, flows in plant.flows[name].flows.items():
            for substance, flow in flows.items():
                for element, n in species[phase][substance]["elements"].items():
                    total[element] = total.get(element, 0.0) + n * flow
    return {e: n for e, n in total.items() if abs(n) > 1e-9}


def test_enthalpies_of_streams_are_canteras(folder: Path, plant: Solved) -> None:
    """At infinite dilution and 25 degC; what ions' interactions add is left out here, as everywhere."""
    case = opened(folder / "phases.yaml")
    x = np.full(case.aqueous.n_species, 1e-14)
    x[0] = 1.0
    case.aqueous.TPX = 298.15, case.pressure, x
    enthalpy = dict(
        zip(case.names.values(), case.aqueous.standard_enthalpies_RT * R * 298.15 / 1e6, strict=True)
    )
    for component in case.system.components.values():
        assert component.delta_hf == pytest.approx(enthalpy[component.species], abs=1e-6)
