"""Cold starts of solvent extraction, without any guess: how many succeed, and how the time grows with the
stages.

    python benchmarks/extraction_cold_starts.py alone 3,5,9,16,30,60 84  # the cascade alone, points each
    python benchmarks/extraction_cold_starts.py loop 3,5,9,16,30,60 20  # three strip stages, loop closed
    python benchmarks/extraction_cold_starts.py rare 20 200  # rare earths, reflux, saponification
    python benchmarks/extraction_cold_starts.py growth 10,30,100,300  # seconds at the base case

Method: each section as one stage (a convex minimum), then all equations with strong back-mixing between the
stages, which is followed down to nothing; a short plain Newton run from the start is tried first.  The
operating points are
`operating_points` of tests/extraction_cascades.py: starved to flooded, feeds of pH 1 to 5, 0 to 60 %
saponification; those of `rare`, praseodymium and neodymium with PC-88A, are `settings` of
tests/rare_earth_cascades.py.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

import rare_earth_cascades  # noqa: E402
from extraction_cascades import ALONE, FEEDS, flowsheet, inputs_of, operating_points  # noqa: E402
from flowsheet.document.load import load_text  # noqa: E402
from flowsheet.model.build import build_model  # noqa: E402
from flowsheet.model.catalogue import unit_classes  # noqa: E402
from flowsheet.model.knowledge import Chemistries  # noqa: E402
from flowsheet.solve.assemble import compile_plant  # noqa: E402
from flowsheet.solve.plant import CompiledPlant  # noqa: E402
from flowsheet.solve.simulate import simulate  # noqa: E402
from hydromet.extraction.mass_action import load_extraction_system  # noqa: E402

LIMITED = {"barren.flow": 1.0, "caustic.flow": 0.008}
SMALL = (
    "liquor: {role: main_feed, aqueous: {flow: 1000 L/h, CoSO4: 10 g/L, NiSO4: 30 g/L, Na2SO4: 20 g/L, "
    "H2SO4: 0.001 mol/L}}"
)


def plant(kind: str, stages: int, small: bool = False) -> tuple[CompiledPlant, float, float]:
    """The compiled flowsheet, seconds to build it and to compile it."""
    if kind == "rare":
        text = rare_earth_cascades.cascade(stages, elements=2)
    elif kind == "alone":
        text = flowsheet(f"extraction_stages: {stages}, strip_stages: 0", ALONE)
    else:
        text = flowsheet(
            f"extraction_stages: {stages}, strip_stages: 3", "feed: liquor, strip: acid, alkali: caustic"
        )
    if small:
        line = next(entry for entry in FEEDS.split("\n") if "liquor:" in entry)
        text = text.replace(line.strip(), SMALL)
    classes = unit_classes([])
    document = load_text(text, {n: c.declaration() for n, c in classes.items()}, Chemistries())
    began = time.perf_counter()
    model = build_model(document, classes)
    built = time.perf_counter()
    compiled = compile_plant(model)
    return compiled, built - began, time.perf_counter() - built


def cold_starts(kind: str, stages: int, number: int) -> int:
    """Run the operating points of one stage count; returns how many were solved."""
    compiled, _, _ = plant(kind, stages)
    extractant = load_extraction_system("d2ehpa").extractant
    points = (
        rare_earth_cascades.settings(number, seed=stages)
        if kind == "rare"
        else operating_points(number, 2.0 * extractant.concentration(1.0), seed=stages)
    )
    seconds, failed = [], []
    for point in points:
        p = compiled.inputs(inputs_of(point, compiled.model.inputs.position))
        began = time.perf_counter()
        simulation = simulate(compiled, p)
        seconds.append(time.perf_counter() - began)
        if not simulation.converged:
            failed.append((point, simulation.newton.worst[0]))
    print(
        f"{kind:6} {stages:3} stages  {number - len(failed):3} of {number} solved   seconds: median "
        f"{np.median(seconds[1:]):.2f}, largest {max(seconds):.1f}   "
        f"equations {len(compiled.model.equations)}",
        flush=True,
    )
    for point, worst in failed:
        print("       failed:", {k: float(f"{v:.3g}") for k, v in point.items()}, worst, flush=True)
    return number - len(failed)


def growth(stages: int) -> None:
    """Seconds of one stage count: build, compile, first and second cold solve, warm solve.

    The extractant is starved, so that no metal thins out along the cascade.
    """
    compiled, built, made = plant("alone", stages, small=True)
    times = []
    for _ in range(2):
        began = time.perf_counter()
        simulation = simulate(compiled, compiled.inputs(LIMITED))
        times.append(time.perf_counter() - began)
    p = compiled.inputs({**LIMITED, "barren.flow": 1.02})
    began = time.perf_counter()
    warm = simulate(compiled, p, simulation.x)
    again = time.perf_counter() - began
    nonzeros = len(compiled.model.pattern("jacobian").data)
    print(
        f"{stages:3} stages  {len(compiled.model.equations):5} equations {nonzeros:6} nonzeros   "
        f"build {built:.2f}  "
        f"compile {made:.2f}  cold with derivatives {times[0]:.2f}  cold {times[1]:.2f}  "
        f"warm {again:.3f} s   "
        f"{simulation.status}, {warm.method}",
        flush=True,
    )


def main() -> None:
    kind, counts = sys.argv[1], [int(n) for n in sys.argv[2].split(",")]
    if kind == "growth":
        for stages in counts:
            growth(stages)
        return
    number = int(sys.argv[3])
    solved = sum(cold_starts(kind, stages, number) for stages in counts)
    print(f"{kind}: {solved} of {number * len(counts)}")


if __name__ == "__main__":
    main()
