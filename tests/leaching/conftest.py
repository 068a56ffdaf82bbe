"""The shipped kinetics as plain numbers."""

from pathlib import Path

import pytest

import hydromet.leaching
from flowsheet.document.parameter_file import load_parameter_set
from hydromet.leaching.kinetics import read_parameters


@pytest.fixture(scope="session")
def parameters() -> dict[str, float]:
    path = Path(hydromet.leaching.__file__).parent / "parameters" / "nmc_h2so4_h2o2.yaml"
    return read_parameters(load_parameter_set(path))
