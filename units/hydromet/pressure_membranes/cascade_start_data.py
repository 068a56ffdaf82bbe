"""What a cascade's start (`cascade_start`) is made from: structure, names of unknowns, numbers needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER
from hydromet.pressure_membranes.sdem import SolutionDiffusionElectromigration
from hydromet.pressure_membranes.start_data import channel_data, elements_data, film_needs, state_data

if TYPE_CHECKING:
    from hydromet.pressure_membranes.cascade_channels import Channel
    from hydromet.pressure_membranes.diafiltration_cascade import DiafiltrationCascade


def add_cascade_start(unit: DiafiltrationCascade, permeates: Mapping[int, AqueousState | None]) -> None:
    """Let a cascade with sdem start from stages that agree with each other."""
    names = unit.components
    sides = {"retentate": unit.ln_retentate, "permeate": unit.ln_permeate}
    outlets = {"retentate": unit.retentate, "permeate": unit.permeate}
    data = {
        "components": names,
        "charges": {c: unit.system.charge_of(c) for c in names if unit.system.charge_of(c)},
        "feed_stage": unit.feed_stage,
        "channels": [_channel(channel) for channel in unit.channels.written],
        "stages": {
            str(s.number): {
                key: {c: variable[s.number, c].name for c in names} for key, variable in sides.items()
            }
            for s in unit.cascade
        },
        "outlets": {k: {c: stream.ln("aqueous", c).name for c in names} for k, stream in outlets.items()},
        "permeate_states": {str(n): state_data(s) for n, s in permeates.items() if s is not None},
    }
    unit.registry.add_procedure("hydromet.pressure_membranes.cascade_start:CascadeStart", data, _needs(unit))


def _channel(channel: Channel) -> dict[str, Any]:
    law = channel.law
    assert isinstance(law, SolutionDiffusionElectromigration)
    return channel_data(channel.module, law) | {
        "stage": channel.stage.number,
        "part": channel.part,
        "elements": elements_data(channel.module, law, {}),
    }


def _needs(unit: DiafiltrationCascade) -> dict[str, Any]:
    """The numbers that the start is made from."""
    volume = AqueousVolume(unit.system, [WATER]).volume({WATER: 1.0}, unit.temperature)
    needs: dict[str, Any] = {"temperature": unit.temperature, "water_volume": volume}
    for key, inlet in (("feed", unit.feed), ("diafiltrate", unit.diafiltrate)):
        if inlet:
            needs |= {f"{key}:{c}": inlet.flow("aqueous", c) for c in inlet.shape.names("aqueous")}
    for stage in unit.cascade:
        n = stage.number
        needs |= {f"flux:{n}": stage.flux, f"share:{n}": stage.diafiltrate, f"recycle:{n}": stage.recycled}
    needs |= {f"permeance:{s}": p for s, p in unit.channels.permeance.items()}
    for number, channel in enumerate(unit.channels.written):
        needs[f"area:{number}"] = channel.area
        law, block = channel.law, channel.module.block
        assert isinstance(law, SolutionDiffusionElectromigration)
        flow = channel.module.inlet[WATER] * volume
        needs |= film_needs(block, law, flow, f"film:{number}")
    return needs
