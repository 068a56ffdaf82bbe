"""Cascades against their closed forms.

They need constant flows and a constant distribution ratio or separation factor: both can be stated in a
parameter set of the user's own."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from harness import Case, solve

DATA = Path(__file__).parent / "data"
ORGANIC = 1000.0
"""L/h"""
BETA, FEED = 2.0, 100.0
"""Separation factor of Nd over Pr; both in the feed [mol/h]."""
SALTS = {metal: f"{metal}+3 + 3 Cl- = {metal}Cl3" for metal in ("Nd", "Pr")}


def parameters(tmp_path: Path, ratios: dict[str, str]) -> Path:
    """A parameter set of distribution ratios for salts that take nothing of the extractant."""
    path = tmp_path / "ratios.yaml"
    entries = "".join(
        f'  {metal}: {{ratio: "{ratio}", reaction: {SALTS[metal]}, source: test}}\n'
        for metal, ratio in ratios.items()
    )
    path.write_text(
        "parameter_set: ratios\nfor: solvent_extraction.extractant\ntitle: ratios as stated\n"
        "sources: {test: {citation: a closed form}}\n"
        "extractant: {name: solvent, formula: C12H27O4P, kind: neutral, "
        "molar_mass: {value: 266.3 g/mol, source: test}, density: {value: 975 kg/m3, source: test}, "
        "diluent_density: {value: 800 kg/m3, source: test}}\n"
        f"distribution:\n{entries}",
        encoding="utf-8",
    )
    return path


def cascade(
    path: Path,
    feed: dict[str, float],
    stages: dict[str, int],
    scrub: dict[str, float] | None = None,
    organic: dict[str, float] | None = None,
    volume: float = 1000.0,
) -> Case:
    """A circuit that the organic runs through once; Nd and Pr [mol/h], the liquor's `volume` [L/h]."""

    def salts(flows: dict[str, float], litres: float) -> str:
        return ", ".join(f"{metal}Cl3: {n / litres:.17g} mol/L" for metal, n in flows.items())

    held = "".join(f", {c}: {n / ORGANIC:.17g} mol/L" for c, n in (organic or {}).items())
    chloride = 3.0 * sum((organic or {}).values())
    if organic:
        held += f", Cl: {chloride / ORGANIC:.17g} mol/L"
    inlets = "feed: liquor, organic: barren" + (", scrub: scrub" if scrub else "")
    scrub_feed = (
        f"  scrub: {{aqueous: {{flow: 500 L/h, {salts(scrub, 500.0)}, HCl: 0.01 mol/L}}}}\n" if scrub else ""
    )
    counts = ", ".join(f"{section}_stages: {n}" for section, n in stages.items())
    return solve(
        f"""
flowsheet: closed forms
chemistry: {{system: {DATA / "constant_separation.yaml"}, activity_model: ideal}}
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: {volume:.17g} L/h, {salts(feed, volume)}, HCl: 0.01 mol/L}}}}
  barren: {{organic: {{flow: {ORGANIC} L/h, solvent: 100 g/L{held}}}}}
{scrub_feed}units:
  sx: {{unit: solvent_extraction, inlets: {{{inlets}}}, extractant: {path}, {counts}, strip_stages: 0,
        entrained_aqueous: 0, entrained_organic: 0}}
"""
    )


def aqueous(case: Case, section: str) -> np.ndarray:
    """Nd and Pr that leave each stage of a section with the liquor [mol/h]."""
    (found,) = [s for s in case.model.units["sx"].sections if s.name == section]
    return np.array([[case.evaluate(stage.flow[m]) for m in ("Nd", "Pr")] for stage in found.stages])


def loaded(case: Case, section: str) -> np.ndarray:
    """The same with the organic."""
    (found,) = [s for s in case.model.units["sx"].sections if s.name == section]
    return ORGANIC * np.array(
        [[case.evaluate(stage.loading[m]) for m in ("Nd", "Pr")] for stage in found.stages]
    )


# ---- constant distribution ratio


@pytest.mark.parametrize("stages", [1, 5, 6, 40])
@pytest.mark.parametrize("ratio", [10.0, 2.0, 3.0])
def test_constant_distribution_ratio_gives_kremsers_profile(tmp_path, stages, ratio):
    """x_k / x_0 = (E^(N+1-k) - 1) / (E^(N+1) - 1) with E = D O/A, here 1/3 as in the published example."""
    path = parameters(tmp_path, {"Nd": str(ratio)})
    case = cascade(path, {"Nd": FEED}, {"extraction": stages}, volume=3.0 * ORGANIC)
    (unit,) = case.model.units.values()
    left = [case.evaluate(stage.flow["Nd"]) / FEED for stage in unit.sections[0].stages]
    factor = ratio / 3.0
    for k, share in enumerate(left, 1):
        if factor == 1.0:
            expected = (stages + 1 - k) / (stages + 1)
        else:
            expected = (factor ** (stages + 1 - k) - 1.0) / (factor ** (stages + 1) - 1.0)
        assert share == pytest.approx(expected, rel=1e-9)


def test_the_published_kremser_example_takes_six_stages(tmp_path):
    """D 10, O/A 1/3, 99.9 % recovered: 5.4 stages, so six (second-hand, open textbook on rare earths)."""
    factor, loss = 10.0 / 3.0, 1e-3
    ideal = math.log((factor - 1.0 + loss) / loss) / math.log(factor) - 1.0
    assert ideal == pytest.approx(5.44, abs=0.01)
    path = parameters(tmp_path, {"Nd": "10"})
    lost = {
        n: cascade(path, {"Nd": FEED}, {"extraction": n}, volume=3.0 * ORGANIC).flow(
            "sx.raffinate", "aqueous", "Nd"
        )
        / FEED
        for n in (5, 6)
    }
    assert lost[6] < loss < lost[5]


def saturating(x: float) -> float:
    """Organic [mol/L] over a liquor of x mol/L: D 10 where it is dilute, at most 0.30 mol/L."""
    return 10.0 * x / (1.0 + x / 0.03)


def stepped_isotherm(stages: int, fed: float, ratio: float) -> list[float]:
    """Liquor from the feed stage on, by stepping from the raffinate between isotherm and operating line."""

    def steps(raffinate: float) -> list[float]:
        found, x, entering = [], raffinate, 0.0
        for _ in range(stages):
            found.append(x)
            y = saturating(x)
            x, entering = x + ratio * (y - entering), y
        return [*found, x]

    raffinate = brentq(lambda x: steps(x)[-1] - fed, 1e-12, fed, xtol=1e-18, rtol=1e-14)
    return steps(raffinate)[:-1][::-1]


@pytest.mark.parametrize("stages", [6, 7])
def test_a_saturating_isotherm_takes_a_seventh_stage(tmp_path, stages):
    """The published example with an organic that holds 0.30 mol/L at most.  Its pinch at A/O 3.75 says that
    the feed has 0.05 mol/L: there the isotherm's chord is 3.75."""
    fed = 0.05
    assert saturating(fed) / fed == pytest.approx(3.75)
    path = parameters(tmp_path, {"Nd": "10 / (1 + c[Nd] / 0.03)"})
    case = cascade(path, {"Nd": fed * 3.0 * ORGANIC}, {"extraction": stages}, volume=3.0 * ORGANIC)
    (unit,) = case.model.units.values()
    found = [case.evaluate(stage.flow["Nd"]) / (3.0 * ORGANIC) for stage in unit.sections[0].stages]
    assert found == pytest.approx(stepped_isotherm(stages, fed, 1.0 / 3.0), rel=1e-9)
    assert (found[-1] / fed < 1e-3) == (stages == 7)


# ---- constant separation factor and total loading


def equal_loading(tmp_path: Path, total: float) -> Path:
    """Nd and Pr share a constant loading [mol/h in the organic], with a constant separation factor."""
    rest = f"{total / ORGANIC:.17g} / ({BETA} * c[Nd] + c[Pr])"
    return parameters(tmp_path, {"Nd": f"{BETA} * {rest}", "Pr": rest})


@pytest.mark.parametrize("stages", [1, 8, 24])
def test_total_reflux_separates_by_fenske(tmp_path, stages):
    """Equal flows of salts in both phases, each end fed with what leaves it:
    (Nd/Pr)_organic / (Nd/Pr)_aqueous = beta^N."""
    total, leaner = 500.0, 0.01
    richer = leaner * BETA**stages
    split = [{"Nd": total * r / (1.0 + r), "Pr": total / (1.0 + r)} for r in (richer, leaner)]
    path = equal_loading(tmp_path, total)
    case = cascade(path, split[0], {"extraction": stages}, organic=split[1])
    out, up = aqueous(case, "extraction"), loaded(case, "extraction")
    for k in range(stages):
        assert out[k, 0] / out[k, 1] == pytest.approx(leaner * BETA ** (stages - 1 - k), rel=1e-7)
        assert up[k, 0] / up[k, 1] == pytest.approx(leaner * BETA ** (stages - k), rel=1e-7)


@pytest.mark.parametrize(
    ("beta", "purity", "stages"), [(1.5, 0.9999, 45), (1.5, 0.999, 34), (3.0, 0.9999, 17)]
)
def test_fenskes_least_stages_of_published_examples(beta, purity, stages):
    """Second-hand, open textbook on rare earths: the number that the test above makes exact."""
    ideal = 2.0 * math.log(purity / (1.0 - purity)) / math.log(beta)
    assert ideal == pytest.approx(stages, abs=0.6)


def design() -> dict[str, float]:
    """The countercurrent design case of Zhang and Zhao (2016) after Xu, per mole of feed: beta 2, equimolar
    aqueous feed, 99.9 % pure in the organic, 99.99 % in the raffinate.

    Second-hand: E_M = 0.773, E_M' = 1.414, 24 + 21 = 45 stages.
    """
    organic_purity, raffinate_purity, feed = 0.999, 0.9999, 0.5
    product = (feed - (1.0 - raffinate_purity)) / (organic_purity - (1.0 - raffinate_purity))
    scrubbing = math.sqrt(BETA)
    organic = product * scrubbing / (scrubbing - 1.0)
    reflux = organic - product
    return {"product": product, "organic": organic, "reflux": reflux, "extraction": organic / (1.0 + reflux)}


def stepped(extraction: int, scrub: int, d: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Nd's share in the liquor of each stage, from the feed stage on and from the scrub liquor's entry on, by
    stepping between equilibrium and operating lines from both ends until they meet."""

    def lower(x_last: float) -> list[float]:
        xs, x = [], x_last
        for _ in range(extraction):
            xs.append(x)
            y = BETA * x / (1.0 + (BETA - 1.0) * x)
            x = (d["organic"] * y + (1.0 - d["product"]) * x_last) / (1.0 + d["reflux"])
        return [*xs, y]

    def upper(y_top: float) -> list[float]:
        xs, y = [], y_top
        for _ in range(scrub):
            x = y / (BETA - (BETA - 1.0) * y)
            xs.append(x)
            y = (d["reflux"] * x + d["product"] * y_top) / d["organic"]
        return [*xs, y]

    def miss(ln_x: float) -> float:
        x = math.exp(ln_x)
        return lower(x)[-1] - upper((0.5 - (1.0 - d["product"]) * x) / d["product"])[-1]

    least = max((0.5 - d["product"]) / (1.0 - d["product"]), 1e-9)
    x = math.exp(brentq(miss, math.log(least * 1.0001), math.log(0.01), xtol=1e-14))
    below = lower(x)[:-1][::-1]
    above = upper((0.5 - (1.0 - d["product"]) * x) / d["product"])[:-1]
    return np.array(below), np.array(above)


@pytest.mark.parametrize(("extraction", "scrub"), [(24, 21), (25, 20), (23, 21), (25, 21)])
def test_the_countercurrent_design_case_is_met_stage_by_stage(tmp_path, extraction, scrub):
    d = design()
    assert d["extraction"] == pytest.approx(0.773, abs=1e-3)
    assert d["organic"] / d["reflux"] == pytest.approx(1.414, abs=1e-3)
    below, above = stepped(extraction, scrub, d)
    top = (0.5 - (1.0 - d["product"]) * below[-1]) / d["product"]
    path = equal_loading(tmp_path, FEED * d["organic"])
    case = cascade(
        path,
        {"Nd": 0.5 * FEED, "Pr": 0.5 * FEED},
        {"extraction": extraction, "scrub": scrub},
        scrub={"Nd": FEED * d["reflux"] * top, "Pr": FEED * d["reflux"] * (1.0 - top)},
    )
    for section, expected in (("extraction", below), ("scrub", above)):
        found = aqueous(case, section)
        assert found[:, 0] / found.sum(axis=1) == pytest.approx(expected, rel=1e-6)
    product = loaded(case, "scrub")[0]
    assert product[0] / product.sum() == pytest.approx(top, abs=1e-9)
    case.check(1e-9)


def test_the_design_case_takes_45_stages():
    """With 45 stages the impurities are those of the design within 5 %, with 44 half as much again."""
    d = design()
    impurity = {total: min(stepped(n, total - n, d)[0][-1] for n in range(20, 30)) for total in (44, 45, 46)}
    assert impurity[45] == pytest.approx(1e-4, rel=0.05)
    assert impurity[44] > 1.4e-4
    assert impurity[46] < 0.8e-4
