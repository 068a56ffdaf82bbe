"""Settings that spiral-wound elements have wherever they stand: permeances, and the film in the channel."""

from __future__ import annotations

from typing import Any

from flowsheet.document.declaration import choice, mapping, parameter_set, quantity
from flowsheet.model.unit import Unit
from hydromet.membranes.diffusivity import AqueousDiffusivity
from hydromet.pressure_membranes.channel import SpacerChannel, find_set


class SpiralWound(Unit, symbol="membrane"):
    """Base of units that hold such elements."""

    permeance = mapping(
        None, "component", "m/h", "permeance of ions at 25 degC in place of the set's", range=(1e-9, 1e4)
    )
    mass_transfer_coefficient = quantity(
        None, "m/h", "of the film, the same for all solutes, with polarisation stated", range=(1e-4, 100.0)
    )
    path_length = quantity(
        "6 m", "m", "from feed to retentate: six elements of a metre", (0.05, 100.0), source="estimate"
    )
    channel_height = quantity(
        "1 mm", "m", "of the feed channel", (1e-4, 1e-2), source="WaterTAP, reverse osmosis examples"
    )
    spacer_porosity = quantity(
        "85 %",
        "1",
        "share of the feed channel that isn't spacer",
        (0.3, 1.0),
        source="WaterTAP, reverse osmosis examples",
    )
    channel_set = parameter_set(
        "spacer", "pressure_membranes.channel", "mass transfer and friction along the net spacer"
    )
    relative_viscosity = quantity(
        "1", "1", "viscosity of the liquor over that of water", (0.5, 20.0), source="estimate"
    )
    activity_model = choice(
        "flowsheet", ("flowsheet", "pitzer", "sit"), "activity model of the liquors, the osmotic pressure's"
    )

    def spacer(
        self,
        block: Any,
        diffusivity: AqueousDiffusivity,
        area: Any,
        expansion: Any,
        density: Any,
        temperature: Any,
    ) -> SpacerChannel:
        """The feed channel of so much membrane, for a liquor of this density; see `SpacerChannel`."""
        return SpacerChannel(
            block,
            find_set(self.channel_set),
            diffusivity,
            area,
            self.path_length,
            self.channel_height,
            self.spacer_porosity,
            expansion,
            density,
            self.relative_viscosity,
            temperature,
        )
