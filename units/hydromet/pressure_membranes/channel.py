"""The feed channel of a spiral-wound module: velocity, mass transfer and pressure drop along a net spacer.

    velocity             v = Q / (h e w),   w = A/(2 L)           a channel has a membrane on either side
    hydraulic diameter   d = 4 e/(2/h + 8 (1 - e)/h)
    mass transfer        k d/D = 0.065 Re^0.875 Sc^0.25
    pressure drop        dp = f r v^2/(2 d) dL,   f = 6.23 Re^-0.3

    Q    flow past an element (all solution)       m3/h          e   share of the channel that isn't spacer
    h    height of the channel                     m             L   path from feed to retentate     m
    A    membrane area                             m2            r   density                         kg/m3
    Re = r v d/mu, Sc = mu/(r D), mu viscosity of the solution, D diffusivity of a species

The area sets how many channels run in parallel; their length stays.  Sources: `parameters/spacer.yaml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from hydromet.membranes.diffusivity import AqueousDiffusivity, water_viscosity

_SECONDS = 3600.0
_PASCALS = 1e5
"""Pa per bar."""
_MILLI = 1e-3


def find_set(name: str) -> ParameterSet:
    """A parameter set that ships with pressure-driven membranes, or a user's own by its path."""
    return find_parameter_set(name, Path(__file__).parent / "parameters")


class UniformFilm:
    """One mass-transfer coefficient for all species and all along the channel [m/h]."""

    def __init__(self, coefficient: Any) -> None:
        self._coefficient = coefficient

    def at(self, block: Any, water_flow: Any) -> UniformFilm:
        return self

    def coefficient(self, species: str) -> Any:
        return self._coefficient


class SpacerChannel:
    """Flow along a spacer.

    Args:
        block: takes what is the same all along.
        correlation: constants of mass transfer and friction.
        diffusivity: of the species.
        area: A [m2].
        path: L [m].
        height: h [m].
        porosity: e.
        expansion: volume of the feed over that of its water.
        density: of the feed [kg/m3].
        relative_viscosity: of the solution over water.
        temperature: [K]
    """

    def __init__(
        self,
        block: Any,
        correlation: ParameterSet,
        diffusivity: AqueousDiffusivity,
        area: Any,
        path: Any,
        height: Any,
        porosity: Any,
        expansion: Any,
        density: Any,
        relative_viscosity: Any,
        temperature: Any,
    ) -> None:
        self.block, self.diffusivity, self.path, self.density = block, diffusivity, path, density
        self.value = {name: correlation.value(name, "1") for name in correlation.values}
        section = height * porosity * area / (2.0 * path) * _SECONDS
        block.per_flow = pyo.Expression(expr=expansion / section)
        block.diameter = pyo.Expression(
            expr=4.0 * porosity / (2.0 / height + 8.0 * (1.0 - porosity) / height)
        )
        block.viscosity = pyo.Expression(
            expr=_MILLI * water_viscosity(diffusivity.films, temperature) * relative_viscosity
        )
        block.mobility = pyo.Expression(expr=diffusivity.mobility(temperature, relative_viscosity))

    def at(self, block: Any, water_flow: Any) -> SpacerFlow:
        """Where water passes at so many m3/h; its Reynolds number is named on `block`."""
        return SpacerFlow(block, self, water_flow)


class SpacerFlow:
    """The film and the friction at one place of the channel."""

    def __init__(self, block: Any, channel: SpacerChannel, water_flow: Any) -> None:
        self.channel, self.velocity = channel, water_flow * channel.block.per_flow
        block.reynolds = pyo.Expression(
            expr=channel.density * self.velocity * channel.block.diameter / channel.block.viscosity
        )
        self.reynolds = block.reynolds

    def coefficient(self, species: str) -> Any:
        """k of a species [m/h]."""
        c, b = self.channel, self.channel.block
        diffusivity = c.diffusivity.at_25_degrees(species) * b.mobility
        schmidt = b.viscosity / c.density / (diffusivity / _SECONDS)
        sherwood = (
            c.value["mass_transfer.factor"]
            * self.reynolds ** c.value["mass_transfer.reynolds_exponent"]
            * schmidt ** c.value["mass_transfer.schmidt_exponent"]
        )
        return sherwood * diffusivity / b.diameter

    def pressure_drop(self, share: float) -> Any:
        """Over a share of the path [bar]."""
        c = self.channel
        friction = c.value["friction.factor"] * self.reynolds ** c.value["friction.reynolds_exponent"]
        gradient = friction * c.density * self.velocity * self.velocity / (2.0 * c.block.diameter)
        return gradient * c.path * share / _PASCALS
