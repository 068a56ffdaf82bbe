"""The constants that ship are what the committed scripts find on the tables that ship."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.pitzer import at_temperature
from hydromet.precipitation.uptake import load as load_uptakes

FITS = Path(__file__).parents[2] / "fits"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FITS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def test_sulfuric_acids_temperature_terms() -> None:
    found = script("sulfuric_acid_pitzer").fit()
    binary = load_system("nmc_sulfate").pitzer.binary
    bisulfate, sulfate = binary["H+", "HSO4-"], binary["H+", "SO4-2"]
    stored = [bisulfate["beta0"][3], bisulfate["beta1"][3], sulfate["beta0"][3], sulfate["cphi"][3]]
    assert stored == pytest.approx(found, rel=1e-3)


def test_sodium_hydroxide_s_coefficients_follow_the_published_ones() -> None:
    fits = script("sodium_hydroxide_pitzer")
    stored = load_system("nmc_sulfate").pitzer.binary["Na+", "OH-"]
    for name, equation in fits.EQUATION.items():
        for t in (298.15, 323.15, 348.15, 373.15):
            published = fits.published(equation, t)
            assert at_temperature(stored[name], t) == pytest.approx(published, abs=2e-5), (name, t)


def test_solubility_constants_of_hydrates_and_lithium_salts() -> None:
    fits, system = script("hydrate_solubility"), load_system("nmc_sulfate")
    for salt in fits.SALTS:
        for model in salt.models:
            found, stored = fits.fit(salt, model), system.solids[salt.name].constants[model]
            # The system states dissolution into master species, which PO4-3 is not.
            formed = {s: system.species[s].constants[model] for s in salt.ions if s in system.species}
            log_k = found.log_k - sum(salt.ions[s] * k.log_k for s, k in formed.items())
            delta_h = found.delta_h - sum(salt.ions[s] * k.delta_h for s, k in formed.items())
            assert stored.log_k == pytest.approx(log_k, abs=2e-3), (salt.name, model)
            assert stored.delta_h == pytest.approx(delta_h, abs=0.2), (salt.name, model)


def test_the_uptake_of_the_hydroxide_cake() -> None:
    found = script("hydroxide_cake").fit()
    stored = load_uptakes("hydroxide_cake").values
    for metal in ("Ni(OH)2", "Co(OH)2", "Li2SO4.H2O"):
        assert 1e3 * stored[f"boehmite.{metal}"].value == pytest.approx(found.uptake, rel=5e-3), metal
