"""What a unit may form in a stream has to be taken where the stream goes."""

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from opened import opened

SLURRY = """
flowsheet: a precipitate before a membrane
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, aqueous: {flow: 1 m3/h, NiSO4: 0.5 mol/L}}
  caustic: {aqueous: {flow: as needed, NaOH: 10 %}}
units:
  precipitation: {unit: precipitator, inlets: {feed: liquor, reagent: caustic}, pH: 8, solids: [SOLIDS]}
  nf: {unit: nanofiltration, inlets: {feed: precipitation.slurry}, area: 10 m2, pressure: 20 bar}
"""


def test_a_solid_that_may_form_is_refused_by_an_inlet_for_liquors():
    with pytest.raises(DiagnosticError) as refused:
        opened(SLURRY.replace("SOLIDS", "Ni(OH)2"))
    (error,) = refused.value.diagnostics
    assert error.code == "E304"
    assert "`precipitation.slurry` can carry solid (Ni(OH)2); `nf.feed` takes aqueous" in error.message
    assert error.span.line == 9


def test_a_precipitator_that_forms_nothing_gives_a_liquor():
    assert opened(SLURRY.replace("SOLIDS", "")).plant.torn == ()
