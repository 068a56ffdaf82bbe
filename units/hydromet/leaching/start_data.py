"""What the cold start of a leach train (`hydromet.leaching.start`) is told: structure, names and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.model.stream import Stream
from hydromet.leaching.off_gas import lower_flammability_limit
from hydromet.leaching.tanks import TankSeries

if TYPE_CHECKING:
    from hydromet.leaching.leach_train import LeachTrain


def start_tank_by_tank(unit: LeachTrain) -> None:
    """Register the procedure; it starts the liquor as `start_at_equilibrium` would."""
    totals = {c: unit.slurry.n["aqueous"][c] for c in (WATER, *unit.state.solutes)}
    unit.start_at_equilibrium(unit.state, unit.slurry, totals)
    liquor = unit.registry.procedures[unit.tag].data
    data = _structure(unit, unit.series) | {"liquor": dict(liquor)}
    unit.registry.add_procedure("hydromet.leaching.start:TrainStart", data, _numbers(unit, unit.series))


def _structure(unit: LeachTrain, series: TankSeries) -> dict[str, Any]:
    """Plain values: what can react, and the names of the unknowns."""
    r = unit.reactions
    solids, gases = unit.slurry.n.get("solid", {}), unit.off_gas.n.get("gas", {})
    return {
        "chemistry": list(unit.system.origin),
        "solids": sorted(r.entering),
        "components": sorted(r.fed),
        "dissolves": list(r.dissolving),
        "tanks": series.last,
        "orders": {k: c.order for k, c in series.cascades.items()},
        "sizes": {k: [weight for _, weight in series.classes_of(k)] for k in r.particles},
        "sized": sorted(o.name for o in r.oxides),
        "unknowns": {str(t): _names(series, t) for t in series.tanks},
        "outlets": {
            "solid": {k: x.name for k, x in solids.items()},
            "gas": {g: x.name for g, x in gases.items()},
            "temperature": [s.temperature.name for s in unit.outlets.values()],
        },
        "acid": _drawn_names(unit.acid.drawn, "aqueous"),
        "air": _drawn_names(unit.air.drawn, "gas"),
    }


def _drawn_names(stream: Stream | None, phase: str) -> dict[str, Any] | None:
    """Names of the unknowns of a feed as needed that the procedure finds itself."""
    if stream is None:
        return None
    names = {c: stream.variable(phase, c).name for c in stream.shape.names(phase)}
    return {"draw": stream.drawn_start(1.0)[0].name, "flow": names}


def _names(series: TankSeries, t: int) -> dict[str, Any]:
    """Names of a tank's unknowns."""
    unreacted: dict[str, list[list[str]]] = {
        k: [
            [series.unreacted[t, k, j, i].name for i in range(series.cascades[k].unknowns)]
            for j in range(len(series.classes_of(k)))
        ]
        for k in series.reactions.particles
    }
    return {
        "volume": series.ln_volume[t].name,
        "concentration": {c: series.ln_concentration[t, c].name for c in series.tracked},
        "residue": {k: series.ln_residue[t, k].name for k in series.reactions.residues},
        "unreacted": unreacted,
        "temperature": series.temperature[t - 1].name if series.given[t - 1] is None else None,
    }


def _numbers(unit: LeachTrain, series: TankSeries) -> Mapping[str, Any]:
    """Expressions of the inlets and inputs, by the names that the procedure knows them by."""
    streams = [s for m in unit.inlets.values() for s in m.streams if s.shape.phases]
    needs: dict[str, Any] = {
        "pressure": unit.pressure,
        "residence_time": series.residence_time,
        "dissolution_rate": series.dissolution_rate,
        "inlet_temperature": sum(s.temperature for s in streams) / len(streams),
        "excess_enthalpy": sum(s.excess_enthalpy for s in streams),
        "mass": sum(s.mass_flow(p) for s in streams for p in s.shape.phases),
    }
    needs |= {f"p:{name}": value for name, value in series.p.items()}
    needs |= {f"size:{j}": size for j, (size, _) in enumerate(series.sizes)}
    needs |= {f"entering:{k}": series.entering(k) for k in unit.reactions.entering}
    needs |= {f"air:{g}": unit.air.flow("gas", g) for g in unit.air.shape.names("gas")}
    for t in series.tanks:
        if series.given[t - 1] is not None:
            needs[f"temperature:{t}"] = series.given[t - 1]
        needs[f"volume:{t}"] = _inlet_volume(unit, series, t)
        for c in (*series.components, PROTON):
            fed = series.fed(t, c)
            if not isinstance(fed, (int, float)):
                needs[f"fed:{t}:{c}"] = fed
    acid = unit.acid.drawn
    if acid is not None:
        _without_drawn_acid(needs, acid, series)
        needs |= {"pH": unit.pH} if unit.free_acid is None else {"free_acid": unit.free_acid}
    air = unit.air.drawn
    if air is not None:
        needs |= {f"air_per_mass:{g}": n for g, n in air.per_mass["gas"].items()}
        needs |= {"hydrogen_allowed": unit.hydrogen_share * lower_flammability_limit()}
        needs |= {"ventilation": unit.ventilation}
    return needs


def _without_drawn_acid(needs: dict[str, Any], acid: Any, series: TankSeries) -> None:
    """The procedure looks for the acid's flow itself, from its first guess."""
    for c in (*acid.shape.names("aqueous"), PROTON):
        needs[f"fed:1:{c}"] = needs[f"fed:1:{c}"] - acid.flow("aqueous", c)
    for t in series.tanks:
        needs[f"volume:{t}"] = needs[f"volume:{t}"] - acid.volume_flow("aqueous")
    needs |= {f"acid:{c}": n for c, n in acid.per_mass["aqueous"].items()}
    needs["draw"] = acid.draw


def _inlet_volume(unit: LeachTrain, series: TankSeries, tank: int) -> Any:
    """Liquor fed up to a tank [m3/h], by the volumes of the inlets."""
    first = [m.volume_flow("aqueous") for name, m in unit.inlets.items() if name != "reductant" and m]
    later = sum(series.shares[:tank]) * unit.reductant.volume_flow("aqueous") if unit.reductant else 0.0
    return sum(first) + later
