"""Films and fibres: diffusivities beside PHREEQC's, limits of the correlations, Nernst and Hartley's salt."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from flowsheet.chemistry.load import load_system
from harness import solve
from hydromet.membranes.diffusivity import SECONDS, AqueousDiffusivity, liquid_films, water_viscosity
from hydromet.membranes.fibres import Fibres
from membranes.plants import TODGA, cation_exchange, plant

phreeqc = pytest.importorskip("phreeqc")


def fibres(packing: float = 0.4, length: float = 0.25) -> Fibres:
    return Fibres(1.4, 1.0, 3e-4, 2.4e-4, length, packing, liquid_films())


def phreeqc_diffusivities() -> dict[str, float]:
    """[m2/s] by species, as phreeqc.dat states them."""
    text = (Path(phreeqc.__file__).parent / "databases" / "phreeqc.dat").read_text(encoding="latin-1")
    found, species = {}, ""
    for line in text.splitlines():
        equation = re.match(r"^(\S+) = (\S+)\s*$", line)
        if equation and equation.group(1) == equation.group(2):
            species = equation.group(1)
        stated = re.match(r"\s+-dw\s+([-+\d.eE]+)", line)
        if stated and species:
            found.setdefault(species, float(stated.group(1)))
            species = ""
    return found


def test_ions_diffuse_as_phreeqc_has_it():
    """Conductivities of one source beside diffusivities of another: within 4 %."""
    ours, theirs = AqueousDiffusivity(liquid_films(), load_system("rare_earth")), phreeqc_diffusivities()
    compared = 0
    for ion in (
        "H+",
        "Li+",
        "Na+",
        "K+",
        "Mg+2",
        "Ca+2",
        "Zn+2",
        "Cu+2",
        "Fe+2",
        "Cl-",
        "NO3-",
        "SO4-2",
        "F-",
    ):
        if ion in theirs:
            assert ours.at_25_degrees(ion) / SECONDS == pytest.approx(theirs[ion], rel=0.04), ion
            compared += 1
    assert compared >= 10


def test_every_rare_earth_has_a_diffusivity_that_falls_little_along_the_series():
    ours = AqueousDiffusivity(liquid_films(), load_system("rare_earth"))
    light, heavy = (
        [ours.at_25_degrees(f"{m}+3") for m in series.split()] for series in ("La Ce Pr Nd", "Tb Dy Ho Er")
    )
    assert not ours.unknown
    assert min(light) > max(heavy)
    assert max(light) / min(heavy) < 1.1


def test_a_species_without_a_value_is_named():
    ours = AqueousDiffusivity(liquid_films(), load_system("rare_earth"))
    assert ours.at_25_degrees("PuO2+2") == liquid_films().value("diffusivity.other", "m2/h")
    assert ours.unknown == {"PuO2+2"}


def test_diffusion_follows_temperature_by_the_viscosity():
    ours = AqueousDiffusivity(liquid_films(), load_system("rare_earth"))
    assert ours.mobility(298.15, 1.0) == pytest.approx(1.0)
    warm = 323.15 / 298.15 * water_viscosity(liquid_films(), 298.15) / water_viscosity(liquid_films(), 323.15)
    assert ours.mobility(323.15, 2.0) == pytest.approx(0.5 * warm)


def test_the_lumen_goes_from_leveque_to_developed_flow():
    """Sh = 1.615 Gz^(1/3) where the film is thin (a few per cent), 3.66 in a long fibre."""
    bundle, diffusivity = fibres(), 2.2e-6
    flow = 3.0
    graetz = bundle.inner**2 * bundle.velocity("lumen", flow) / (diffusivity * bundle.length)
    sherwood = bundle.coefficient("lumen", flow, 3.2e-3, diffusivity) * bundle.inner / diffusivity
    assert graetz > 500
    assert sherwood == pytest.approx(1.615 * graetz ** (1 / 3), rel=0.06)
    slow = bundle.coefficient("lumen", 1e-6, 3.2e-3, diffusivity) * bundle.inner / diffusivity
    assert slow == pytest.approx(3.66, rel=1e-3)


def test_the_shell_s_coefficient_is_that_of_the_worked_example():
    """Benitez, illustration 2.14: oxygen, 0.1 m/s superficial past 0.29 mm fibres, packing 0.4, Sc 467."""
    bundle = Fibres(1.0, 1.0, 2.9e-4, 2.4e-4, 1.0, 0.4, liquid_films())
    flow = 0.1 * SECONDS * 0.25 * math.pi * bundle.outer**2 / bundle.packing * bundle.side_by_side
    diffusivity = 1.93e-9 * SECONDS
    assert bundle.velocity("shell", flow) == pytest.approx(360.0)
    reynolds = 2.9e-4 * 0.1 / 0.9e-6
    expected = 0.53 * (1 - 1.1 * 0.4) * (0.6 / 0.4) ** -0.47 * reynolds**0.53 * 467.0**0.33
    viscosity = 467.0 * diffusivity
    got = bundle.coefficient("shell", flow, viscosity, diffusivity) * bundle.outer / diffusivity
    assert got == pytest.approx(expected * (reynolds / (2.9e-4 * 360.0 / viscosity)) ** -0.53, rel=1e-9)


@pytest.mark.parametrize("packing", [0.1, 0.4, 0.7])
def test_the_shell_s_pressure_drop_is_laminar_flow_around_a_fibre_in_its_cell(packing):
    """The velocity profile of the free-surface cell, integrated numerically."""
    bundle, flow, viscosity = fibres(packing), 0.1, 3.2
    drop = bundle.pressure_drop("shell", flow, viscosity)
    gradient = drop * 1e5 * SECONDS**2 / bundle.length
    r_fibre = 0.5 * bundle.outer
    r_cell = r_fibre / math.sqrt(packing)
    r = np.linspace(r_fibre, r_cell, 20001)
    velocity = gradient / (4.0 * viscosity) * (r_fibre**2 - r**2 + 2.0 * r_cell**2 * np.log(r / r_fibre))
    carried = np.trapezoid(2.0 * math.pi * r * velocity, r) * bundle.side_by_side
    assert carried == pytest.approx(flow, rel=1e-6)


def test_the_lumen_s_pressure_drop_is_hagen_and_poiseuille_s():
    bundle = fibres()
    per_fibre = 0.1 / SECONDS / bundle.side_by_side
    expected = 128.0 * 0.89e-3 * per_fibre * bundle.length / (math.pi * bundle.inner**4)
    assert bundle.pressure_drop("lumen", 0.1, 0.89e-3 * SECONDS) * 1e5 == pytest.approx(expected, rel=1e-9)


def test_wall_and_volumes_are_those_of_a_tube():
    bundle = fibres()
    length = bundle.area / (math.pi * bundle.outer)
    assert bundle.pores(1.0) == pytest.approx(0.25 * math.pi * (bundle.outer**2 - bundle.inner**2) * length)
    assert bundle.volume("lumen") == pytest.approx(0.25 * math.pi * bundle.inner**2 * length)
    shell = length * 0.25 * math.pi * bundle.outer**2 * (1.0 / bundle.packing - 1.0)
    assert bundle.volume("shell") == pytest.approx(shell)
    assert bundle.wall_share * bundle.outer / bundle.wall == pytest.approx(
        2.0 / math.log(bundle.outer / bundle.inner)
    )


def test_a_salt_alone_diffuses_as_nernst_and_hartley_say(tmp_path):
    """A film with nothing but one salt: cation and anions cross together, at the salt's own coefficient

    k = (z_+ + z_-)/(z_+/k_- + z_-/k_+)
    """
    plain = [line for line in TODGA.read_text(encoding="utf-8").splitlines() if "HNO3(TODGA)" not in line]
    own = tmp_path / "todga_for_tests.yaml"
    own.write_text("\n".join(plain).replace("value: 8,", "value: 12,"), encoding="utf-8")
    text = plant(
        "area: 0.3 m2, membrane_coefficient: 1 m/h",
        "'Nd(NO3)3': 0.0005 mol/L, HNO3: 1e-6 mol/L",
        "HNO3: 1e-5 mol/L",
        own,
        cells=2,
    )
    case = solve(text)
    cell = case.model.units["msx"].contacts.contactors[0].cells[0]
    conductance = cell.near.conductance
    metal, anion = (case.evaluate(conductance[s]) for s in ("Nd+3", "NO3-"))
    salt = 4.0 / (3.0 / anion + 1.0 / metal)
    states = [phase.aqueous for phase in (cell.near.liquor, cell.near.surface)]
    ions = [case.evaluate(s.m["Nd+3"] / s.total["Nd"]) for s in states]
    assert min(ions) > 0.98  # of it free: pairs would carry less charge
    bulk, surface = (
        case.evaluate(side.concentration("Nd")) for side in (cell.near.liquor, cell.near.surface)
    )
    assert bulk > 1.2 * surface
    expected = 1000.0 * salt * (bulk - surface)
    assert case.evaluate(cell.transfer.rate["Nd"]) == pytest.approx(expected, rel=0.02)
    alone = 1000.0 * metal * (bulk - surface)
    assert case.evaluate(cell.transfer.rate["Nd"]) > 1.3 * alone


def test_the_wall_s_conductance_is_that_of_a_porous_tube():
    """2 pi L D e/(t ln(d_o/d_i)) of all fibres, for each organic species by its own diffusivity."""
    case = solve(cation_exchange())
    unit = case.model.units["msx"]
    transfer = unit.contacts.contactors[0].cells[0].transfer
    length = 10.0 / unit.cells / (math.pi * 460e-6)
    tube = 2.0 * math.pi * length * 0.33 / 3.0 / math.log(460.0 / 400.0)
    for name in ("free", "NdA3(HA)3"):
        extractants = 1.0 if name == "free" else 3.0
        diffusivity = case.evaluate(unit.contacts.conductances.organic_diffusivity(extractants))
        assert case.evaluate(transfer.conductance[name]) == pytest.approx(diffusivity * tube, rel=1e-9)
    slower = case.evaluate(transfer.conductance["NdA3(HA)3"] / transfer.conductance["free"])
    assert slower == pytest.approx(3.0**-0.6, rel=1e-9)


def test_a_running_organic_s_film_stands_in_series_with_the_pores():
    settings = "area: 10 m2, arrangement: two_modules, membrane_coefficient: 0.002 m/h"
    thick = solve(cation_exchange(f"{settings}, organic_film_coefficient: 1e4 m/h"))
    thin = solve(cation_exchange(f"{settings}, organic_film_coefficient: 0.003 m/h"))
    of_wall, of_both = (
        case.evaluate(case.model.units["msx"].contacts.contactors[0].cells[0].transfer.conductance["free"])
        for case in (thick, thin)
    )
    assert of_wall == pytest.approx(0.002 * 10.0 / 6.0, rel=1e-6)
    assert of_both == pytest.approx(10.0 / 6.0 / (1.0 / 0.002 + 1.0 / 0.003), rel=1e-6)
