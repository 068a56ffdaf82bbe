"""Particles in leach tanks: what shrinking spheres, plates and cylinders leave by their closed forms."""

from __future__ import annotations

import math

import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from harness import Case, solve
from hydromet.leaching.residence_time import one_tank_sphere
from leach_tanks_cases import ACID, bare, parameter_file
from opened import ran


def age_ratio(case: Case, tank: int, radius: float = 100.0) -> float:
    """tau (recession)/(radius), from the tank's own acid; radius in um."""
    recession = 170.0 * case[f"leach.free_proton.{tank}"]
    return case[f"leach.tank_residence_time.{tank}"] * recession / radius


def test_one_tank_leaves_what_the_closed_form_says():
    case = solve(bare("tanks: 1, residence_time: 0.5 h, particle_size: 200 um"))
    # 2e-7: error of the collocation at the order that the unit uses.
    left = 1.0 - case["leach.conversion.Nd2Fe14B"]
    assert left == pytest.approx(one_tank_sphere(age_ratio(case, 1)), abs=2e-7)


@pytest.mark.parametrize("tanks", [2, 5])
def test_tanks_leave_what_the_spread_of_residence_times_leaves(tanks):
    case = solve(bare(f"tanks: {tanks}, residence_time: 1 h, particle_size: 200 um"))
    ratios = [age_ratio(case, t) for t in range(1, tanks + 1)]
    assert max(ratios) / min(ratios) - 1.0 < 1e-5  # the acid hardly changes
    spread = gamma(tanks, scale=ratios[0])  # of the age at which particles leave n equal tanks
    expected, _ = quad(lambda s: (1.0 - s) ** 3 * spread.pdf(s), 0.0, 1.0, epsabs=1e-12)
    assert 1.0 - case["leach.conversion.Nd2Fe14B"] == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize(("hours", "left"), [(0.1, None), (0.3, None), (2.0, 0.0)])
def test_a_batch_leaves_spheres_shrunk_in_proportion_to_time(hours, left):
    case = solve(bare(f"tanks: 4, contacting: batch, residence_time: {hours} h, particle_size: 200 um"))
    age = sum(age_ratio(case, t) for t in range(1, 5))
    expected = (1.0 - age) ** 3 if left is None else left
    assert 1.0 - case["leach.conversion.Nd2Fe14B"] == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("shape", "left"),
    [
        ("plate", lambda a: 1 - a * (1 - math.exp(-1 / a))),
        ("cylinder", lambda a: 1 - 2 * a + 2 * a**2 * (1 - math.exp(-1 / a))),
    ],
)
def test_plates_and_cylinders_leave_their_closed_forms(shape, left, tmp_path):
    own = parameter_file(
        tmp_path,
        f"k: {{value: 0.17 mm/h, source: mine}}, particles: {{shape: {{text: {shape}, source: mine}}}}",
        'reaction: "Fe + 2 H+ = Fe+2 + H2(g)", form: surface, rate: "k * c[H+] / (1 mol/L)"',
    )
    text = bare("tanks: 1, residence_time: 0.7 h, particle_size: 200 um", solids="Fe: 100 %")
    case = solve(text.replace("magnet_acid", own))
    assert 1.0 - case["leach.conversion.Fe"] == pytest.approx(left(age_ratio(case, 1)), abs=1e-5)


def residue_of_iron(tmp_path, shape: str, settings: str) -> Case:
    """Iron that recedes at a constant rate: 20 h for 200 um spheres."""
    own = parameter_file(
        tmp_path,
        f"k: {{value: 0.005 mm/h, source: mine}}, particles: {{shape: {{text: {shape}, source: mine}}}}",
        'reaction: "Fe + 2 H+ = Fe+2 + H2(g)", form: surface, rate: k',
    )
    return solve(bare(f"particle_size: 200 um, {settings}", solids="Fe: 100 %").replace("magnet_acid", own))


@pytest.mark.parametrize(
    ("shape", "over_first"),
    [
        ("plate", lambda a, e: (1 - a * (1 - e)) / (1 - e)),
        ("cylinder", lambda a, e: (1 - 2 * a + 2 * a**2 * (1 - e)) / (1 - a * (1 - e))),
        ("sphere", lambda a, e: one_tank_sphere(a) / (1 - 2 * a + 2 * a**2 * (1 - e))),
    ],
)
@pytest.mark.parametrize("hours", [2.0, 30.0])
def test_a_residue_s_size_is_its_volume_over_its_surface(shape, over_first, hours, tmp_path):
    """One tank: ages are exponential; moments of what is left in closed form."""
    case = residue_of_iron(tmp_path, shape, f"tanks: 1, residence_time: {hours} h")
    a = hours / 20.0
    expected = 200e-6 * over_first(a, math.exp(-1.0 / a))
    assert case["leach.residue_size.Fe"] == pytest.approx(expected, rel=1e-4)


def test_what_hardly_reacted_has_the_mean_size_of_its_distribution(tmp_path):
    """Log-normal by mass: volume over surface is the median times exp(-sigma^2/2)."""
    settings = "tanks: 1, residence_time: 0.001 h, size_spread: 0.5, size_classes: 9"
    case = residue_of_iron(tmp_path, "sphere", settings)
    assert case["leach.residue_size.Fe"] == pytest.approx(200e-6 * math.exp(-0.125), rel=1e-3)


def in_two_units(own: str, each: str, carried: bool) -> float:
    """Share of iron that two units leave, the second fed with the first one's slurry."""
    setting = f"reactions: {own}, temperature: 25 degC, particle_size: 200 um, {each}"
    first = bare(f"particle_size: 200 um, {each}", solids="Fe: 100 %").replace("magnet_acid", own)
    text = f"{first.rstrip()}\n  second: {{unit: leach_tanks, inlets: {{solids: leach.slurry}}, {setting}}}\n"
    if carried:
        text += (
            'specs: [{vary: second.particle_size, until: "second.particle_size = leach.residue_size.Fe"}]\n'
        )
    values = ran(text).values
    return (1.0 - values["leach.conversion.Fe"]) * (1.0 - values["second.conversion.Fe"])


def test_a_residue_s_size_carries_its_progress_to_a_second_unit(tmp_path):
    """Exactly through batches, whose particles are all of one size; nearer than fresh ones through tanks."""
    own = parameter_file(
        tmp_path,
        "k: {value: 0.005 mm/h, source: mine}",
        'reaction: "Fe(s) + 2 H+ = Fe+2 + H2(g)", form: surface, rate: k',
    )
    batch = "contacting: batch, tanks: 2, residence_time: 4 h"
    assert in_two_units(own, batch, carried=True) == pytest.approx(0.6**3, rel=1e-5)
    together = residue_of_iron(tmp_path, "sphere", "tanks: 4, residence_time: 10 h")
    left = 1.0 - together["leach.conversion.Fe"]
    tanks = "tanks: 2, residence_time: 5 h"
    carried, fresh = (in_two_units(own, tanks, c) for c in (True, False))
    assert carried == pytest.approx(left, rel=0.06)
    assert abs(carried - left) < 0.2 * abs(fresh - left)


def test_a_spread_of_sizes_leaves_the_coarse_longer():
    settings = "tanks: 1, residence_time: 2 h, particle_size: 200 um"
    spread = solve(bare(f"{settings}, size_spread: 0.8, size_classes: 9"))
    assert spread["leach.conversion.Nd2Fe14B"] < solve(bare(settings))["leach.conversion.Nd2Fe14B"] - 0.01
    narrow = solve(bare(f"{settings}, size_spread: 0"))
    assert narrow["leach.conversion.Nd2Fe14B"] == pytest.approx(
        solve(bare(settings))["leach.conversion.Nd2Fe14B"], abs=1e-9
    )


def test_all_phases_of_an_alloy_recede_alike():
    case = solve(ACID)
    conversions = [case[f"leach.conversion.{k}"] for k in ("Nd2Fe14B", "Pr2Fe14B", "Dy2Fe14B", "Nd")]
    assert conversions == pytest.approx([conversions[0]] * 4, rel=1e-9)
    assert case["leach.conversion.Fe"] < 0.02 < case["leach.conversion.Ni"] < 0.5
