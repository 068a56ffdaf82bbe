"""The result as a workbook: one sheet per phase and per kind of table; a row of units below each header."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flowsheet.results.display import Shown, written
from flowsheet.results.excel_sheet import Cell, Sheet, write_sheets
from flowsheet.results.profiles import profile_sheets

_PHASES = ("aqueous", "organic", "solid", "gas")


def stream_workbook(result: Mapping[str, Any], shown: Shown) -> bytes:
    """The workbook's bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "nan_inf_to_errors": True})
    flowsheet = result["flowsheet"]
    workbook.set_properties(
        {"title": flowsheet["title"] or flowsheet["name"], "comments": f"status: {result['status']}"}
    )
    write_sheets(workbook, sheets(result, shown))
    workbook.close()
    return buffer.getvalue()


def sheets(result: Mapping[str, Any], shown: Shown) -> Iterable[Sheet]:
    """All tables of a result."""
    yield _summary(result)
    if "optimisation" in result:
        yield _optimum(result["optimisation"], shown)
    yield _streams(result, shown)
    for phase in _PHASES:
        if any(phase in s["phases"] for s in result["streams"].values()):
            yield _phase(result, phase, shown)
    yield _products(result, shown)
    yield _paths(result)
    yield _recoveries(result, shown)
    yield _reagents(result, shown)
    yield _utilities(result, shown)
    yield _units(result, shown)
    yield from profile_sheets(result["units"], shown)
    yield _set_points(result)
    yield _economics(result, shown)
    if "capital" in result["economics"]:
        yield _capital(result["economics"]["capital"], shown)
    yield _balances(result)
    yield Sheet(
        "warnings",
        ("code", "message", "where"),
        ("", "", ""),
        [(w["code"], w["message"], w["where"]) for w in result["warnings"]],
    )


def _summary(result: Mapping[str, Any]) -> Sheet:
    flowsheet, solver = result["flowsheet"], result["solver"]
    rows: list[Sequence[Cell]] = [
        ("flowsheet", flowsheet["title"] or flowsheet["name"]),
        ("scenario", flowsheet["scenario"] or "base case"),
        ("status", result["status"]),
        ("message", result["message"]),
        ("equations", solver["equations"]),
        ("iterations", solver["iterations"]),
        ("residual", solver["residual"]),
        *((f"version of {name}", version) for name, version in result["provenance"]["versions"].items()),
        *((f"SHA-256 of {name}", digest) for name, digest in result["provenance"]["input"]["files"].items()),
    ]
    return Sheet("run", ("item", "value"), ("", ""), rows)


def _optimum(report: Mapping[str, Any], shown: Shown) -> Sheet:
    """Objective, variables and constraints."""
    header = (
        "what",
        "name",
        "unit of measure",
        "lower",
        "base",
        "optimum",
        "upper",
        "state",
        "price per unit",
    )
    sheet = Sheet("optimum", header, [""] * len(header))

    def add(what: str, name: str, entry: Mapping[str, Any], state: str) -> None:
        unit = written(entry, shown)
        lower, base, value, upper = (
            None if entry.get(key) is None else unit.value(entry[key])
            for key in ("lower", "base", "value", "upper")
        )
        price = unit.per(entry["multiplier"]) if "multiplier" in entry else None
        sheet.rows.append((what, name, unit.unit, lower, base, value, upper, state, price))

    add(report["sense"], report["objective"]["text"], report["objective"], report["status"].replace("_", " "))
    for name, count in report.get("choices", {}).items():
        add("choose", name, {**count, "unit": "1", "shown_in": ""}, "")
    for name, variable in report["variables"].items():
        add("vary", name, variable, variable["active"] or "")
    for constraint in report["constraints"]:
        add("subject to", constraint["text"], constraint, _state(constraint))
    return sheet


def _state(constraint: Mapping[str, Any]) -> str:
    return "missed" if constraint["missed"] else "holds it" if constraint["active"] else "slack"


def _streams(result: Mapping[str, Any], shown: Shown) -> Sheet:
    header = [
        "stream",
        "temperature",
        "mass flow",
        "volume flow",
        "pH",
        "ionic strength",
        *_PHASES,
        "near precipitation",
    ]
    mass = shown.unit("kg/h")
    units = ["", shown.unit("K"), mass, shown.unit("m3/h"), "", "mol/kg", *(mass for _ in _PHASES), ""]
    sheet = Sheet("streams", header, units)
    for name, stream in result["streams"].items():
        phases = [_shown(stream["phases"].get(p, {}).get("mass_flow"), shown) for p in _PHASES]
        near = ", ".join(n["solid"] for n in stream.get("near_saturation", ()))
        strength = (stream.get("ionic_strength") or {}).get("value")
        sheet.rows.append(
            (
                name,
                _shown(stream["temperature"], shown),
                _shown(stream["mass_flow"], shown),
                _shown(stream.get("volume_flow"), shown),
                stream.get("pH"),
                strength,
                *phases,
                near,
            )
        )
    return sheet


def _phase(result: Mapping[str, Any], phase: str, shown: Shown) -> Sheet:
    """Per component: mass flow, mass fraction and, of a liquor, concentration."""
    found = {n: s["phases"][phase] for n, s in result["streams"].items() if phase in s["phases"]}
    components = list(dict.fromkeys(c for p in found.values() for c in p["mass_flows"]["values"]))
    dissolved = phase == "aqueous"
    header, units = ["stream", "total"], ["", shown.unit("kg/h")]
    for unit, kept in ((shown.unit("kg/h"), True), (shown.unit("kg/m3"), dissolved), ("mass fraction", True)):
        if kept:
            header += components
            units += [unit] * len(components)
    sheet = Sheet(phase, header, units)
    for name, entry in found.items():
        row: list[Cell] = [name, _shown(entry["mass_flow"], shown)]
        row += [_converted(entry["mass_flows"]["values"].get(c), "kg/h", shown) for c in components]
        if dissolved:
            concentrations = entry.get("concentrations", {}).get("values", {})
            row += [_converted(concentrations.get(c), "kg/m3", shown) for c in components]
        row += [entry["mass_fractions"]["values"].get(c) for c in components]
        sheet.rows.append(row)
    return sheet


def _products(result: Mapping[str, Any], shown: Shown) -> Sheet:
    impurities = list(dict.fromkeys(i for p in result["products"].values() for i in p.get("impurities", {})))
    limits = [f"{i} limit" for i in impurities]
    fraction = shown.unit("1", "fraction")
    sheet = Sheet(
        "products",
        [
            "product",
            "stream",
            "role",
            "sold as",
            "dry mass flow",
            "purity",
            "purity at least",
            "in specification",
            *impurities,
            *limits,
        ],
        ["", "", "", "", shown.unit("kg/h"), fraction, fraction, "", *(["ppm"] * 2 * len(impurities))],
    )
    for name, product in result["products"].items():
        entries = product.get("impurities", {})
        sheet.rows.append(
            (
                name,
                product["stream"],
                product["role"],
                product.get("as"),
                _shown(product["mass_flow"], shown),
                _fraction(product.get("purity"), shown),
                _fraction(product.get("purity_at_least"), shown),
                product.get("within_specification"),
                *(entries.get(i, {}).get("value") for i in impurities),
                *(entries.get(i, {}).get("limit") for i in impurities),
            )
        )
    return sheet


def _paths(result: Mapping[str, Any]) -> Sheet:
    """By which path each impurity came, in ppm of the dry product."""
    tables = {n: p["impurity_paths"] for n, p in result["products"].items() if p.get("impurity_paths")}
    paths = list(dict.fromkeys(p for t in tables.values() for entry in t.values() for p in entry))
    sheet = Sheet("impurity paths", ["product", "impurity", *paths], ["", "", *("ppm" for _ in paths)])
    sheet.rows += [
        (product, impurity, *(entry.get(p) for p in paths))
        for product, table in tables.items()
        for impurity, entry in table.items()
    ]
    return sheet


def _recoveries(result: Mapping[str, Any], shown: Shown) -> Sheet:
    return Sheet(
        "recoveries",
        ("element", "in products over all feeds"),
        ("", shown.unit("1", "fraction")),
        [(e, _fraction(r, shown)) for e, r in result["recoveries"].items()],
    )


def _reagents(result: Mapping[str, Any], shown: Shown) -> Sheet:
    sheet = Sheet(
        "reagents",
        ("feed", "compound", "role", "mass flow", "per main feed", "per cathode oxides", "cost"),
        ("", "", "", shown.unit("kg/h"), "kg/kg", "kg/kg", shown.unit("USD/h")),
    )
    for name, feed in result["reagents"].items():
        sheet.rows.append((name, "", feed["role"], *_used(feed, shown), _shown(feed.get("cost"), shown)))
        sheet.rows += [
            (name, compound, feed["role"], *_used(entry, shown), None)
            for compound, entry in feed["compounds"].items()
        ]
    return sheet


def _used(entry: Mapping[str, Any], shown: Shown) -> tuple[Cell, Cell, Cell]:
    return (
        _shown(entry["mass_flow"], shown),
        entry.get("per_main_feed", {}).get("value"),
        entry.get("per_cathode", {}).get("value"),
    )


def _utilities(result: Mapping[str, Any], shown: Shown) -> Sheet:
    sheet = Sheet("utilities", ("item", "stream", "value", "unit"), ("", "", "", ""))
    sheet.rows += [(n, "", _shown(u, shown), shown.unit(u["unit"])) for n, u in result["utilities"].items()]
    for direction, table in result["water"].items():
        sheet.rows += [
            (f"water {direction}", s, _converted(v, table["unit"], shown), shown.unit(table["unit"]))
            for s, v in table["values"].items()
        ]
    for stream, gases in result["emissions"]["off_gas"].items():
        sheet.rows += [
            (f"off-gas {g}", stream, _converted(v, gases["unit"], shown), shown.unit(gases["unit"]))
            for g, v in gases["values"].items()
        ]
    sulfate = result["emissions"]["sodium_sulfate"]["mass_flow"]
    sheet.rows.append(("sodium sulfate out", "", _shown(sulfate, shown), shown.unit(sulfate["unit"])))
    return sheet


def _units(result: Mapping[str, Any], shown: Shown) -> Sheet:
    sheet = Sheet("units", ("unit", "unit operation", "result", "value", "unit of measure"), ("",) * 5)
    for tag, entry in result["units"].items():
        sheet.rows += [
            (tag, entry["unit"], name, _shown(value, shown), shown.unit(value["unit"]))
            for name, value in entry["results"].items()
            if name.partition(".")[0] not in entry.get("profiles", {})
        ]
    return sheet


def _set_points(result: Mapping[str, Any]) -> Sheet:
    """Set points, then what the specifications freed."""
    sheet = Sheet(
        "set points",
        ("unit", "set point", "served by", "saturated", "excess", "value", "unit of measure"),
        ("",) * 7,
    )
    sheet.rows += [
        (p["unit"], p["name"], p["stream"], p["saturated"], p["excess"], None, "")
        for p in result["set_points"]
    ]
    sheet.rows += [
        ("", s["until"], s["vary"], bool(s["limit"]), None, s["value"], s["unit"])
        for s in result["specifications"]
    ]
    return sheet


def _economics(result: Mapping[str, Any], shown: Shown) -> Sheet:
    economics = result["economics"]
    sheet = Sheet("economics", ("total", "item", "per hour"), ("", "", shown.unit("USD/h")))
    for name, entry in economics.items():
        if isinstance(entry, Mapping) and "unit" in entry:
            sheet.rows.append((name, "", _shown(entry, shown)))
            sheet.rows += [
                (name, item, _shown(value, shown))
                for item, value in economics.get("items", {}).get(name, {}).items()
            ]
    sheet.rows += [("no price, counted as zero", item, None) for item in economics["unpriced"]]
    return sheet


def _capital(capital: Mapping[str, Any], shown: Shown) -> Sheet:
    """Each piece of equipment, then all of them."""
    parts = ("purchase", "installed", "annualised", "maintenance", "replacement")
    sheet = Sheet(
        "capital",
        ("equipment", "size", "unit of measure", *parts),
        ("", "", "", *(shown.unit(capital[part]["unit"]) for part in parts)),
    )
    for name, piece in capital["equipment"].items():
        size = piece["size"]
        sheet.rows.append(
            (
                name,
                shown.value(size["value"], size["unit"]),
                shown.unit(size["unit"]),
                *(_shown(piece[part], shown) for part in parts),
            )
        )
    sheet.rows.append(("all", None, "", *(_shown(capital[part], shown) for part in parts)))
    return sheet


def _balances(result: Mapping[str, Any]) -> Sheet:
    sheet = Sheet(
        "balances",
        ("over", "quantity", "in", "out", "closure", "closure over throughput"),
        ("", "", "mol/h or kJ/h", "mol/h or kJ/h", "relative", "relative"),
    )
    tables = {"the plant": result["balances"]["overall"], **result["balances"]["units"]}
    sheet.rows += [
        (over, quantity, row["in"], row["out"], row["closure"], row["throughput_closure"])
        for over, table in tables.items()
        for quantity, row in table.items()
    ]
    return sheet


def _shown(entry: Mapping[str, Any] | None, shown: Shown) -> float | None:
    """A {value, unit} entry in the unit shown."""
    return None if entry is None else _converted(entry["value"], entry["unit"], shown)


def _fraction(entry: Mapping[str, Any] | None, shown: Shown) -> float | None:
    return None if entry is None else shown.value(entry["value"], "1", "fraction")


def _converted(value: float | None, unit: str, shown: Shown) -> float | None:
    return None if value is None else shown.value(value, unit)
