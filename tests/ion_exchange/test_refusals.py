"""What an ion exchange column says of input that it can't work with."""

from __future__ import annotations

import pytest

from harness import refused
from ion_exchange.plants import plant

SIMPLE = plant(60.0)


@pytest.mark.parametrize(
    ("found", "given", "said"),
    [
        ("resin: iminodiacetic", "resin: iminodiacetik", "iminodiacetik"),
        ("displacement: 2, ", "", "doesn't say how much"),
        ("displacement: 2", "rinse: 2", "no inlet"),
        ("cells: 4", "cells: 400", "is the most"),
        ("levels: 4", "levels: 1", "levels"),
        ("cells: 4", "cells: 4, mass_transfer: linear_driving_force", "states no transfer rate"),
    ],
)
def test_settings_that_cannot_be_are_refused(found, given, said):
    assert found in SIMPLE
    assert said in refused(SIMPLE.replace(found, given))


def test_a_column_that_is_never_eluted_is_refused():
    first, last = SIMPLE.index(", displacement: water"), SIMPLE.index("}, resin")
    assert "nothing but the feed enters" in refused(SIMPLE[:first] + SIMPLE[last:])


def test_a_feed_without_an_ion_that_the_resin_exchanges_is_refused():
    said = refused(plant(60.0, {"LiCl": 5.0}, converted=False))
    assert "the resin `iminodiacetic` exchanges nothing that enters" in said
