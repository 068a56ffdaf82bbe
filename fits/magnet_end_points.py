"""Draw two rate constants of magnet leaching from published end points, reagents used up as in the model.

    python fits/magnet_end_points.py [--check]

Each end point says that all had dissolved after a time.  The constant is the one at which the flowsheet of
the validation case, a batch in fine intervals, leaves 0.5 % then: copper that thins, acid that neutralises
and oxygen that is short count as they do in a plant.  Each is a lower bound, as the statement is.  Writes
the constants into the sets; --check only says what the stored ones leave.

    k_copper      0.5 kg of swarf in 5 h (Prodius et al.), held out: decrepitated powder in 0.5 h
    k_rare_earth  roasted magnets, 4 h at 70 degC in 3 mol/L sulfuric acid, 110.8 g/L (Yoon et al. 2014)
"""

from __future__ import annotations

import argparse
import math
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scipy.optimize import brentq

from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

PROJECT = Path(__file__).resolve().parents[1]
CASES = PROJECT / "validation" / "cases" / "magnet_leaching"
SETS = PROJECT / "units" / "hydromet" / "leaching" / "parameters"
LEFT = 0.005
"""What a statement of completeness is taken to leave."""
NUMBER = r"([-+\d.e]+)"


@dataclass(frozen=True)
class EndPoint:
    """A constant of a set, and the flowsheet and conversion that it is drawn from."""

    parameter_set: str
    constant: str
    flowsheet: str
    conversion: str
    changes: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        return SETS / f"{self.parameter_set}.yaml"

    @property
    def stored(self) -> float:
        found = re.search(rf"  {self.constant}: {{value: {NUMBER} ", self.file.read_text(encoding="utf-8"))
        assert found, self.constant
        return float(found[1])

    def text(self, value: float) -> str:
        """The set with another value of the constant."""
        return re.sub(
            rf"(  {self.constant}: {{value: ){NUMBER}",
            lambda m: f"{m[1]}{value:.4g}",
            self.file.read_text(encoding="utf-8"),
        )

    def left(self, value: float) -> float:
        """Share that is left undissolved with the constant at `value`."""
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder) / "set.yaml"
            own.write_text(self.text(value), encoding="utf-8")
            changes = [f"leach.reactions={own}", *self.changes]
            case = open_case(CASES / self.flowsheet, None, changes, use_cache=False)
            result = solved(case, simulate(case.plant, case.p))
        return max(1.0 - result.values[self.conversion], 1e-9)

    def drawn(self) -> float:
        """The constant that leaves `LEFT`."""

        def excess(ln_value: float) -> float:
            return math.log(self.left(math.exp(ln_value)) / LEFT)

        guess = math.log(self.stored)
        return math.exp(brentq(excess, guess - 0.5, guess + 1.0, xtol=1e-3))


END_POINTS = (
    EndPoint("magnet_copper_salt", "k_copper", "copper.yaml", "leach.conversion.Nd2Fe14B"),
    EndPoint("roasted_magnet_acid", "k_rare_earth", "roasted.yaml", "leach.conversion.NdFeO3"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw rate constants of magnet leaching from end points.")
    parser.add_argument("--check", action="store_true", help="say what the stored constants leave")
    check = parser.parse_args().check
    for point in END_POINTS:
        value = point.stored if check else point.drawn()
        if not check:
            point.file.write_text(point.text(value), encoding="utf-8")
        print(f"{point.constant} {value:.4g}: {point.left(point.stored):.2%} left")


if __name__ == "__main__":
    main()
