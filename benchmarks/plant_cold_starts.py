"""Cold starts of the black-mass plant at scattered flows, assays and settings: how many converge, how fast.

    python benchmarks/plant_cold_starts.py 200            # all; one line each, the count at the end
    python benchmarks/plant_cold_starts.py 200 40 80      # those from the 40th to the 79th

A Latin hypercube over every feed's flow (10 % up and down), the solid feed's assay (every entry 30 % up and
down, then renormalised) and what the flowsheet's `optimise:` block varies (over its ranges).  No start knows
another, but for the fallback of every simulation: what can't be started cold is followed from the flowsheet's
own values, and the line says so.  Where that fails too, the line names the section that had no solution.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from flowsheet.document.locate import locate
from flowsheet.solve.case import Case, open_case
from flowsheet.solve.simulate import simulate

SEED = 20260101
FLOWS, ASSAY = 0.10, 0.30
MAIN_FEED = "black_mass"


def samples(case: Case, count: int) -> list[np.ndarray]:
    """Input vectors."""
    names = case.plant.model.inputs.names
    varied = {n: (lo, hi) for n, lo, hi in case.plant.facts["targets"]["free_in_optimisation"]}
    flows = [n for n in names if n.endswith(".flow") and n not in varied]
    assay = [
        n
        for n in names
        if n.startswith(f"{MAIN_FEED}.") and n.rpartition(".")[2] not in ("flow", "temperature")
    ]
    ranges = dict.fromkeys(flows, (1.0 - FLOWS, 1.0 + FLOWS))
    ranges |= dict.fromkeys(assay, (1.0 - ASSAY, 1.0 + ASSAY))
    generator = np.random.default_rng(SEED)
    dimensions = [*ranges, *varied]
    strata = np.array([generator.permutation(count) for _ in dimensions]) + generator.random(
        (len(dimensions), count)
    )
    drawn = []
    for column in (strata / count).T:
        values = dict(zip(dimensions, column, strict=True))
        p = case.p.copy()
        for name, share in values.items():
            at = case.plant.model.inputs.position[name]
            low, high = ranges.get(name) or varied[name]
            p[at] = (low + share * (high - low)) * (case.p[at] if name in ranges else 1.0)
        at = [case.plant.model.inputs.position[n] for n in assay]
        p[at] /= p[at].sum()
        drawn.append(p)
    return drawn


def main(count: int, first: int, last: int) -> None:
    case = open_case(locate("nmc_black_mass"))
    base = simulate(case.plant, case.p)
    print(f"base case: {base.status}, {sum(base.seconds.values()):.1f} s")
    converged = 0
    for number, p in enumerate(samples(case, count)):
        if not first <= number < last:
            continue
        began = time.perf_counter()
        found = simulate(case.plant, p)
        seconds = time.perf_counter() - began
        converged += found.converged
        parts = ", ".join(f"{name} {spent:.0f}" for name, spent in found.seconds.items())
        line = f"{number:4d} {found.status:13s} {seconds:6.1f} s ({parts})  {found.method}"
        if not found.converged:
            line += f": {', '.join(found.failed_sections) or found.newton.worst[0][0]}"
        print(line, flush=True)
    print(f"{converged} of {last - first} converged")


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    total = given[0] if given else 200
    main(total, *(given[1:3] if len(given) > 2 else (0, total)))
