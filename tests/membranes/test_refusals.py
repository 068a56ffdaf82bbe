"""What the membrane contactor says to settings that can't be."""

from __future__ import annotations

import pytest

from harness import refused, solve
from membranes.plants import CHLORIDE, PC88A, TODGA, cation_exchange, plant


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("area: 10 m2, strip_area: 5 m2", "`strip_area` has no place in the arrangement `pores`"),
        (
            "area: 10 m2, arrangement: dispersion, strip_film_coefficient: 0.01 m/h",
            "`strip_film_coefficient` has no place in the arrangement `dispersion`",
        ),
        ("area: 10 m2, fibre_inner_diameter: 500 um", "the lumen is as wide as the fibre"),
        ("area: 10 m2, cells: 1", "cells"),
        ("arrangement: two_modules", "area"),
        ("area: 10 m2, arrangement: one_module", "one_module"),
    ],
)
def test_settings_that_contradict_are_refused(settings, said):
    assert said in refused(
        cation_exchange(settings).replace("cells: 6, ", "" if "cells" in settings else "cells: 6, ")
    )


def test_a_feed_without_anything_to_extract_is_refused():
    text = plant("area: 1 m2", "NaCl: 2 g/L, HCl: 0.01 mol/L", "HCl: 1 mol/L", PC88A)
    assert "nothing in the feed is extracted by pc88a_for_tests" in refused(text)


def test_a_solvating_extractant_needs_the_anion_of_its_complexes():
    """TODGA's nitrates don't form in chloride: nothing is extracted."""
    text = plant("area: 1 m2", CHLORIDE, "HCl: 1 mol/L", TODGA)
    assert "nothing in the feed is extracted by todga_for_tests" in refused(text)


def test_make_up_comes_in_pairs():
    text = cation_exchange().replace("strip: acid}", "strip: acid, extractant_make_up: d2ehpa}")
    text = text.replace("units:", "  d2ehpa: {organic: {flow: as needed, D2EHPA: 100 %}}\nunits:")
    assert "made up together" in refused(text)


def test_a_component_without_a_constant_stays_and_is_named(tmp_path):
    own = tmp_path / "pc88a_for_tests.yaml"
    own.write_text(
        PC88A.read_text(encoding="utf-8") + "missing: {La: nobody measured it}\n", encoding="utf-8"
    )
    kept = [line for line in own.read_text(encoding="utf-8").splitlines() if "La+3" not in line]
    own.write_text("\n".join(kept), encoding="utf-8")
    case = solve(plant("area: 1 m2", CHLORIDE + ", LaCl3: 1 g/L", "HCl: 1 mol/L", own, cells=2))
    assert case.flow("msx.raffinate", "aqueous", "La") == pytest.approx(case.flow("liquor", "aqueous", "La"))
    assert any("La is not extracted" in message for _, message in case.model.registry.notes)


def test_the_shell_s_correlation_is_pointed_at():
    case = solve(cation_exchange())
    assert any("correlation whose range isn't known" in message for _, message in case.model.registry.notes)
