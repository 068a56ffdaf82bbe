"""What tanks have in common is declared once and is part of each of them."""

import pytest

from flowsheet.model.catalogue import unit_classes
from hydromet.precipitation.stirred_tank import StirredTanks

COMMON = ("temperature", "pressure", "agitation")


@pytest.mark.parametrize("name", ["precipitator", "oxidation", "cementation"])
def test_common_settings_follow_a_unit_s_own(name):
    declared = unit_classes()[name].declaration()
    assert tuple(declared.parameters)[-3:] == COMMON
    assert {"volume", "agitation_power", "heat_duty"} <= set(declared.results)
    assert [n for n, r in declared.results.items() if r.charge] == ["heat_duty", "volume", "agitation_power"]


def test_the_common_base_is_no_unit_operation():
    assert StirredTanks not in unit_classes().values()
