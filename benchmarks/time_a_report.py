"""What a run's page takes to write, in seconds of the processor, and how large it is.

    python benchmarks/time_a_report.py [FLOWSHEET ...]     # names or paths; nmc_black_mass if none is given

The plant is solved before.  "other inputs" is the page of a run at 1 K more of the first temperature that a
unit sets, for which the layouts are kept; "again" that of the same run, with pictures and answers kept too;
"without answers" that of a result alone, as read from its file.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time

import flowsheet
from flowsheet.api.result import Result
from flowsheet.report.page.report import report_page


def line(what: str, seconds: float, text: str) -> None:
    print(f"  {what:28s} {seconds:7.2f} s {len(text.encode()) / 1e6:8.2f} MB", flush=True)


def timed(result: Result, answers: bool) -> tuple[float, str]:
    """Seconds of the processor that the page takes, and the page."""
    start = time.process_time()
    text = report_page(result.data, result.shown, result.state if answers else None)
    return time.process_time() - start, text


def warmer(plant: flowsheet.Flowsheet, result: Result) -> Result:
    """A run with one temperature raised."""
    position, p = result.state.case.plant.model.inputs.position, result.state.simulation.p
    units = result.state.document.units
    names = (name for name in position if name.endswith(".temperature") and name.partition(".")[0] in units)
    name = next(names)
    return plant.run({name: f"{p[position[name]] + 1.0 - 273.15} degC"})


def measure(name: str) -> None:
    plant = flowsheet.load(name)
    result = plant.run()
    print(f"{name}: {result.data['solver']['equations']:,} equations, {len(result.data['streams'])} streams")
    before = os.environ.get("FLOWSHEET_CACHE")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FLOWSHEET_CACHE"] = folder
        line("nothing kept", *timed(result, True))
        line("other inputs", *timed(warmer(plant, result), True))
        line("again", *timed(result, True))
        line("without answers", *timed(result, False))
    if before is None:
        del os.environ["FLOWSHEET_CACHE"]
    else:
        os.environ["FLOWSHEET_CACHE"] = before


if __name__ == "__main__":
    for asked in sys.argv[1:] or ["nmc_black_mass"]:
        measure(asked)
