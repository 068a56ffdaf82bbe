"""Every shipped flowsheet, cold and without anything kept: size, seconds, closures, what its optimum gains.

    python benchmarks/shipped_flowsheets.py                        # all, three starts each
    python benchmarks/shipped_flowsheets.py 1 ree_coal_refuse      # starts, flowsheets

A row: equations; seconds to load, compile and solve; the worst closure over the plant and over any unit; the
objective of the base and of the optimum, how many starts reached one, and their seconds together.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from flowsheet.document.locate import locate, shipped_flowsheets
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

COLUMNS = {
    "flowsheet": 28,
    "equations": 9,
    "load": 6,
    "compile": 8,
    "solve": 7,
    "plant": 7,
    "unit": 7,
    "base": 10,
    "optimum": 10,
    "starts": 7,
    "s": 6,
}


def row(name: str, starts: int) -> tuple[str, ...]:
    case = open_case(locate(name), use_cache=False)
    began = time.perf_counter()
    base = simulate(case.plant, case.p)
    seconds = time.perf_counter() - began
    result = build_result(solved(case, base))
    worst = result["balances"]["worst"]
    plain = (
        name,
        f"{result['solver']['equations']:,}",
        *(f"{case.seconds[part]:.1f}" for part in ("load", "compile")),
        f"{seconds:.2f}",
        *(f"{abs(worst[over]['closure']):.0e}" for over in ("plant", "unit")),
    )
    if not base.converged:
        return (*plain, base.status)
    if case.document.optimisation is None:
        return plain
    _, report = optimise_case(case, base, starts)
    objective, spread = report["objective"], report["spread"]
    return (
        *plain,
        *(f"{objective[which]:.5g}" for which in ("base", "value")),
        f"{spread['reached']}/{spread['of']}",
        f"{report['seconds']:.0f}",
    )


def printed(cells: Iterable[str]) -> str:
    name, *numbers = cells
    first, *widths = COLUMNS.values()
    return name.ljust(first) + "".join(n.rjust(w + 1) for n, w in zip(numbers, widths, strict=False))


def main(starts: int, names: list[str]) -> None:
    print(printed(COLUMNS), flush=True)
    for name in names or shipped_flowsheets():
        print(printed(row(name, starts)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, sys.argv[2:])
