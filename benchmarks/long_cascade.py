"""Long extraction-scrub-strip cascades with reflux and saponification: how their times grow.

    python benchmarks/long_cascade.py                    # stages 10 to 150, elements 2 to 8, SIT and ideal
    python benchmarks/long_cascade.py 100                # some stage counts only, eight elements, SIT
    python benchmarks/long_cascade.py profile 100        # where the seconds of a cold solve go

The cascade is that of tests/rare_earth_cascades.py: eight rare earths as chlorides with PC-88A, parted
between praseodymium and neodymium.  Cold is without any guess, the compiled model given, the second of two
(the first derives what the unit's own equations need, too).  Warm starts from the solution: at the very same
inputs, with the liquor's neodymium 1 % up, and with liquor and strip acid 1 % up, to which the organic and
its alkali keep their ratio.  Seconds are of this process's own time on a core, whatever else runs.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from flowsheet.document.load import load_text  # noqa: E402
from flowsheet.model.build import build_model  # noqa: E402
from flowsheet.model.catalogue import unit_classes  # noqa: E402
from flowsheet.model.knowledge import Chemistries  # noqa: E402
from flowsheet.solve.assemble import compile_plant  # noqa: E402
from flowsheet.solve.plant import CompiledPlant  # noqa: E402
from flowsheet.solve.simulate import Simulation, simulate  # noqa: E402
from rare_earth_cascades import cascade, sections  # noqa: E402

STAGES, ELEMENTS = (10, 25, 50, 100, 150), (2, 4, 6)
REPEATS = 3
MOVES: Mapping[str, tuple[str, ...]] = {
    "same": (),
    "Nd +1 %": ("liquor.NdCl3",),
    "flows +1 %": ("liquor.flow", "acid.flow"),
}


@dataclass
class Made:
    """A compiled cascade and the seconds that it took."""

    plant: CompiledPlant
    build: float
    compile: float


def made(stages: int, elements: int, model: str) -> Made:
    classes = unit_classes([])
    declared = {n: c.declaration() for n, c in classes.items()}
    document = load_text(cascade(stages, elements, model), declared, Chemistries())
    began = time.process_time()
    flowsheet = build_model(document, classes)
    built = time.process_time()
    plant = compile_plant(flowsheet)
    plant.model.function("jacobian")
    return Made(plant, built - began, time.process_time() - built)


def timed(plant: CompiledPlant, p: np.ndarray, x: np.ndarray | None = None) -> tuple[float, Simulation]:
    began = time.process_time()
    simulation = simulate(plant, p, x)
    return time.process_time() - began, simulation


def line(stages: int, elements: int, model: str) -> None:
    """Measure one cascade."""
    this = made(stages, elements, model)
    plant = this.plant
    p = plant.model.p0
    first, _ = timed(plant, p)
    cold, simulation = timed(plant, p)
    inputs = plant.model.inputs.position
    warm = []
    for names in MOVES.values():
        moved = p.copy()
        for name in names:
            moved[inputs[name]] *= 1.01
        runs = [timed(plant, moved, simulation.x) for _ in range(REPEATS)]
        warm.append((min(seconds for seconds, _ in runs), runs[0][1]))
    moves = "  ".join(f"{s:.3f} ({w.newton.iterations})" for s, w in warm)
    print(
        f"{stages:4} {'+'.join(map(str, sections(stages))):>9} {elements:3} {model:6}"
        f"{len(plant.model.equations):6} {len(plant.model.pattern('jacobian').data):7}"
        f"{this.build:7.2f} {this.compile:7.2f} {first:7.2f} {cold:7.2f}   {moves}   {simulation.status}",
        flush=True,
    )


def profile(stages: int) -> None:
    """Where the seconds of a cold solve go."""
    plant = made(stages, 8, "sit").plant
    simulate(plant)
    profiler = cProfile.Profile()
    profiler.runcall(simulate, plant)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(12)


def main() -> None:
    arguments = sys.argv[1:]
    if arguments[:1] == ["profile"]:
        profile(int(arguments[1]))
        return
    print(f"{'stages':14} el model  eq.     nnz  build compile  first   cold   warm: {', '.join(MOVES)}")
    for stages in [int(n) for n in arguments] or STAGES:
        line(stages, 8, "sit")
    if not arguments:
        for elements in ELEMENTS:
            line(50, elements, "sit")
        for stages in (50, 100):
            line(stages, 8, "ideal")


if __name__ == "__main__":
    main()
