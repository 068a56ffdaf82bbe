"""How long a command takes before it does anything: --help, a file checked before, a plant run before.

    python benchmarks/start_up.py [FLOWSHEET]           # name or path; nmc_black_mass if none is given

Each command runs in a process of its own, several times in turn with a bare interpreter (`python -c pass`),
and is given as the shortest time and as its ratio to that of the interpreter. Seconds tell of the machine,
ratios of the command. The cache is a fresh one, filled by one run before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

RUN = "import sys; from flowsheet.cli import main; sys.exit(main(sys.argv[1:]))"
TURNS = 7


def seconds(environment: dict[str, str], code: str, *arguments: str) -> float:
    """Of one process from its start to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, check=True)
    return time.perf_counter() - began


def main(flowsheet: str) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FLOWSHEET_CACHE": f"{folder}/cache"}
        run = ("run", flowsheet, "--out", f"{folder}/run")
        commands = {
            "bare interpreter": ("pass",),
            "--help": (RUN, "--help"),
            "check FILE": (RUN, "check", flowsheet),
            "run FILE": (RUN, *run),
        }
        seconds(environment, RUN, *run)
        seconds(environment, RUN, "check", flowsheet)
        shortest = {name: float("inf") for name in commands}
        for _ in range(TURNS):
            for name, command in commands.items():
                shortest[name] = min(shortest[name], seconds(environment, *command))
    bare = shortest["bare interpreter"]
    print(f"{flowsheet}, shortest of {TURNS}\n")
    for name, taken in shortest.items():
        print(f"{name:18}{taken:8.3f} s{taken / bare:8.1f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "nmc_black_mass")
