"""A column of 6 extraction, 8 scrub and 2 strip stages over a Cantera file: every stage against Cantera."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from chemistry.two_phases import (
    Opened,
    affinities,
    assert_same_contact,
    by_vcs,
    opened,
    organic_affinities,
    set_liquor,
    set_solvent,
)
from flowsheet.solve.case import compile_document, load
from flowsheet.solve.simulate import simulate
from harness import Case, solve

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PLANT = (EXAMPLES / "nd_pr_column.yaml").read_text(encoding="utf-8")


@dataclass
class StageState:
    """One stage at the solution: aqueous molalities, organic moles per kg of that water."""

    name: str
    molality: dict[str, float]
    organic: dict[str, float]


@pytest.fixture(scope="module")
def plant() -> Case:
    return solve(PLANT.replace("nd_pr_pc88a.yaml", str(EXAMPLES / "nd_pr_pc88a.yaml")))


@pytest.fixture(scope="module")
def cantera() -> Opened:
    return opened(EXAMPLES / "nd_pr_pc88a.yaml")


@pytest.fixture(scope="module")
def stages(plant: Case, cantera: Opened) -> list[StageState]:
    phase = cantera.system.organic
    assert phase is not None
    unit = plant.model.units["column"]
    found = []
    for section in unit.sections:
        for stage in section.stages:
            value, block = plant.evaluate, stage.block
            litres = 1e3 * value(unit.block.organic_flow) / value(stage.aqueous.water)  # per kg of water
            held = {str(phase.extractant): value(pyo_exp(block.ln_free))}
            held |= {name: value(c) for name, c in stage.complexes.items()}
            held[phase.diluent] = value(stage.organic.diluent_amount)
            found.append(
                StageState(
                    stage.name,
                    {s: value(stage.aqueous.m[s]) for s in stage.aqueous.charges},
                    {n: litres * c for n, c in held.items()},
                )
            )
    return found


def pyo_exp(expression: object) -> object:
    import pyomo.environ as pyo

    return pyo.exp(expression)


def test_the_column_closes_its_balances(plant: Case) -> None:
    plant.check()


def test_every_stage_is_at_equilibrium_in_canteras_phases(stages: list[StageState], cantera: Opened) -> None:
    assert len(stages) == 16
    for stage in stages:
        set_liquor(cantera, stage.molality, 298.15)
        set_solvent(cantera, stage.organic, 298.15)
        found = affinities(cantera) | organic_affinities(cantera)
        assert len(found) == 5, stage.name
        assert max(abs(a) for a in found.values()) < 1e-8, stage.name


def test_canteras_solver_agrees_stage_by_stage(stages: list[StageState], cantera: Opened) -> None:
    converged = 0
    for stage in stages:
        found = by_vcs(cantera, stage.molality, stage.organic, 298.15)
        if found is not None:
            converged += 1
            assert_same_contact(found, stage.molality, stage.organic, "dodecane")
    assert converged >= 12


def test_the_column_separates(plant: Case) -> None:
    """Neodymium and praseodymium to the strip liquor, lanthanum to the raffinate."""
    heavy = {m: plant.flow("column.strip_liquor", "aqueous", m) for m in ("La", "Ce", "Pr", "Nd")}
    light = {m: plant.flow("column.raffinate", "aqueous", m) for m in heavy}
    shares = {m: heavy[m] / (heavy[m] + light[m]) for m in heavy}
    assert shares["La"] < shares["Ce"] < shares["Pr"] < shares["Nd"]


def test_a_diluent_of_a_made_up_element_runs_through_droplets_and_make_up(tmp_path: Path) -> None:
    """As in files of this field, which don't care what kerosene is made of."""
    text = (EXAMPLES / "nd_pr_pc88a.yaml").read_text(encoding="utf-8")
    text = text.replace("composition: {C: 12, H: 26}", "composition: {Ke: 1}")
    text = text.replace("[C, H, O, P, La", "[C, H, O, P, Ke, La")
    (tmp_path / "mine.yaml").write_text(
        f"elements:\n- {{symbol: Ke, atomic-weight: 170.34}}\n{text}", encoding="utf-8"
    )
    plant = tmp_path / "plant.yaml"
    plant.write_text(
        PLANT.replace("nd_pr_pc88a.yaml", "mine.yaml")
        .replace("entrained_organic: 0 %", "entrained_organic: 0.1 %")
        .replace("strip: strip_acid}", "strip: strip_acid, extractant_make_up: fresh, diluent_make_up: oil}")
        .replace(
            "units:",
            "  fresh: {role: reagent, organic: {flow: as needed, (HA)2(org): 100 %}}\n"
            "  oil: {role: reagent, organic: {flow: as needed, diluent: 100 %}}\nunits:",
        ),
        encoding="utf-8",
    )
    document = load(plant)
    compiled = compile_document(document)
    simulation = simulate(compiled, compiled.model.p0.copy())
    assert simulation.converged, simulation.newton.message
    assert compiled.facts["species"]["aqueous"]["diluent"]["elements"] == {"Ke": 1.0}
