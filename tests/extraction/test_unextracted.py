"""What an extractant's set can't extract of a liquor is told."""

import pytest

from flowsheet.results.warnings import collect_warnings
from opened import ran

CONTACT = """
flowsheet: rare earths from a liquor without chloride
chemistry: {system: rare_earth, activity_model: pitzer}
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 L/h, LIQUOR}}
  acid: {aqueous: {flow: 20 kg/h, HCl: 10 %}}
units:
  sx:
    unit: solvent_extraction
    inlets: {feed: liquor, strip: acid}
    extractant: pc88a_ree
    extractant_fraction: 20 %
    phase_ratio: 1
    extraction_stages: 2
    strip_stages: 2
"""


@pytest.mark.parametrize(
    ("liquor", "told"),
    [('"Nd2(SO4)3": 0.01 mol/L, H2SO4: 0.01 mol/L', True), ("NdCl3: 0.02 mol/L, HCl: 0.01 mol/L", False)],
)
def test_a_set_that_wants_chloride_says_so_without_it(liquor, told):
    """The strip acid's chloride doesn't help: it isn't where the metal is extracted."""
    messages = [w["message"] for w in collect_warnings(ran(CONTACT.replace("LIQUOR", liquor)))]
    lacking = [
        m for m in messages if m.startswith("Nd is not extracted: every species of it in this set takes Cl")
    ]
    assert bool(lacking) == told
