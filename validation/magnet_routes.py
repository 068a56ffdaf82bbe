"""Published results of the magnet routes beside the model: python validation/magnet_routes.py [CASE ...]

Every line is a published number (of the tables on acid leaching, bioleaching and membrane extraction that
`docs/magnet-routes.md` names) with what the shipped sets and flowsheets give for it, where it is a bound, or
takes two scenarios; the others are cases of `flowsheet validate`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flowsheet.chemistry.formula import parse
from flowsheet.document.locate import locate
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

Line = tuple[str, str, str]
"""What, published, model."""
LIGANDS = ("oxalate", "gluconate", "citrate", "acetate", "glucose")

ROASTED = """\
flowsheet: roasted magnets in sulfuric acid
chemistry: {{system: rare_earth, activity_model: sit}}
feeds:
  magnets: {{role: main_feed, solid: {{flow: 100 kg/h, composition: {{Nd2Fe14B: 100 %}}}}}}
  air: {{gas: {{flow: as needed, composition: {{O2: 21 %, N2: balance}}}}}}
  acid: {{aqueous: {{flow: 1243 L/h, H2SO4: 3 mol/L}}}}           # 110.8 g of roasted magnets per litre
units:
  roaster:
    unit: roaster
    inlets: {{feed: magnets, gas: air}}
    reactions: magnet_roasting
    temperature: 850 degC
    excess_oxygen: 50 %
  leach:
    unit: leach_tanks
    inlets: {{solids: roaster.product, lixiviant: acid}}
    reactions: roasted_magnet_acid
    contacting: batch
    tanks: 24
    residence_time: 4 h
    temperature: {temperature} degC
products: {{slurry: {{stream: leach.slurry}}}}
"""


def solve(path: Path, scenario: str | None = None, *changes: str) -> dict[str, Any]:
    case = open_case(path, scenario, list(changes))
    result = build_result(solved(case, simulate(case.plant, case.p)))
    if result["status"] != "converged":
        raise RuntimeError(f"{path}: {result['message']}")
    return result


def solve_text(text: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return solve(path)


@cache
def shipped(name: str, scenario: str | None = None, *changes: str) -> dict[str, Any]:
    return solve(locate(name), scenario, *changes)


def element(result: dict[str, Any], stream: str, phase: str, name: str) -> float:
    """[mol/h]"""
    flows = result["streams"][stream]["phases"][phase]["molar_flows"]["values"]
    return sum(n * parse(k).elements.get(name, 0.0) for k, n in flows.items() if k not in LIGANDS)


def dissolved(result: dict[str, Any], name: str) -> float:
    """Share of an element of the magnets that the leach's liquor holds."""
    return element(result, "leach.slurry", "aqueous", name) / element(result, "magnets", "solid", name)


def percent(share: float, digits: int = 1) -> str:
    return f"{100.0 * share:.{digits}f} %"


def costs(result: dict[str, Any]) -> float:
    """All costs per kg of rare-earth oxide sold [USD/kg]; the products are all but pure."""
    money = result["economics"]
    total = sum(
        money[k]["value"] for k in ("reagent_cost", "utility_cost", "equipment_cost", "disposal_cost")
    )
    sold = sum(p["mass_flow"]["value"] for p in result["products"].values() if p["role"] == "product")
    return float(total / sold)


def roasted() -> Iterator[Line]:
    for temperature in (70, 30):
        found = solve_text(ROASTED.format(temperature=temperature))
        published = "100 %" if temperature == 70 else "nearly as much (2.3 to 2.8 kJ/mol)"
        what = f"Nd in 3 mol/L H2SO4, {temperature} degC, 4 h"
        yield what, published, percent(dissolved(found, "Nd"))


def selective() -> Iterator[Line]:
    for time in (2, 24, 72):
        found = shipped("magnet_acid_sx", "fresh_acid", f"leach.residence_time={time} h")
        what = f"3.5 mol HCl per mol Ln, 80 degC, {time} h: Nd / Fe dissolved"
        yield (
            what,
            "selective, iron stays",
            f"{percent(dissolved(found, 'Nd'))} / {percent(dissolved(found, 'Fe'))}",
        )


def acid_sx() -> Iterator[Line]:
    found = shipped("magnet_acid_sx")
    yield "REO recovery", "none for this route", percent(found["recoveries"]["REO"]["value"])
    for product in ("ndpr_oxide", "dysprosium_oxide"):
        yield (
            f"purity of {product}",
            "99.1 % (metal basis, HCl and double salt)",
            percent(found["products"][product]["purity"]["value"], 3),
        )


def membrane() -> Iterator[Line]:
    found = shipped("magnet_bioleach_msx")
    results = found["units"]["msx"]["results"]
    crossed = min(results[f"transferred.{m}"]["value"] for m in ("Nd", "Pr", "Dy"))
    flux = sum(results[f"flux.{m}"]["value"] for m in ("Nd", "Pr", "Dy"))
    yield "rare earths through the membrane", "> 95 %", percent(crossed)
    yield "flux", "up to 9.3 g/h/m2", f"{1000.0 * flux:.1f} g/h/m2"
    yield "purity of the oxides", "> 99.5 %", percent(found["products"]["oxides"]["purity"]["value"], 2)
    yield "REO recovery of the plant", "none for this route", percent(found["recoveries"]["REO"]["value"])


def bioleach() -> Iterator[Line]:
    found, stover = shipped("magnet_bioleach_msx"), shipped("magnet_bioleach_msx", "corn_stover")
    money = found["economics"]
    sugar = money["items"]["reagent_cost"]["syrup"]["value"]
    yield (
        "all costs, corn stover to glucose",
        "-35 % (0.78 x 0.83 - 1, catalysts)",
        percent(costs(stover) / costs(found) - 1.0),
    )
    broth = found["streams"]["fermenter.broth"]["volume_flow"]["value"] * 1000.0
    medium = money["items"]["reagent_cost"]["medium_water"]["value"]
    yield (
        "biolixiviant, its medium alone",
        "0.008 USD/L of 2019, default of PrOMMiS",
        f"{(sugar + medium) / broth:.3f} USD/L of 2023",
    )


CASES: dict[str, Callable[[], Iterator[Line]]] = {
    "roasted": roasted,
    "selective": selective,
    "acid_sx": acid_sx,
    "membrane": membrane,
    "bioleach": bioleach,
}


def main(names: list[str]) -> None:
    for name in names or list(CASES):
        print(f"\n{name}\n| what | published | model |\n|---|---|---|")
        for line in CASES[name]():
            print("| " + " | ".join(line) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
