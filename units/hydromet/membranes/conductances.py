"""Conductances of films and walls in one cell, from what a unit states of fibres, liquids and organic.

A stated film coefficient holds for all species of its liquid; otherwise each species has its own by its
diffusivity (see `fibres`, `diffusivity`).  An organic that flows beside the wall adds its film to the pores':

    1/h = 1/(A_cell k_m) + 1/(A_cell k_o),   k_m = D e/(t w) A_m/A

with areas by the fibres' outer surface A; h is divided by 1 + the wall's hindrance, which is zero in every
solution.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from hydromet.extraction.mass_action import ExtractionSystem, Stoichiometry
from hydromet.membranes.diffusivity import SECONDS, AqueousDiffusivity, organic_diffusivity, water_viscosity
from hydromet.membranes.fibres import Fibres, SideName, other_side
from hydromet.membranes.wall import FREE

if TYPE_CHECKING:
    from flowsheet.model.unit import Mixture
    from hydromet.membranes.membrane_solvent_extraction import MembraneSolventExtraction

_MILLIPASCAL_SECONDS = 1e-3 * SECONDS
"""kg/m/h per mPa s."""


class Conductances:
    """Coefficients of one unit.

    Attributes:
        fibres: of the contactor that a liquor runs in, by liquor.
        sides: on which a liquor runs, by liquor.
        diffusivity: of aqueous species.
        by_shell_correlation: whether a film's coefficient follows from the flow in the shell.
    """

    def __init__(self, unit: MembraneSolventExtraction, extraction: ExtractionSystem) -> None:
        self.unit, self.extraction = unit, extraction
        self.films = unit.film_data
        self.diffusivity = AqueousDiffusivity(self.films, unit.system)
        apart = unit.arrangement == "two_modules"
        strip_area = unit.strip_area if apart and unit.strip_area is not None else unit.area
        self.fibres = {"feed": self._fibres(unit.area), "strip": self._fibres(strip_area)}
        across = other_side(unit.feed_side)
        strip_side: SideName = (unit.strip_side or unit.feed_side) if apart else across
        self.sides: dict[str, SideName] = {"feed": unit.feed_side, "strip": strip_side}
        self.by_shell_correlation = False

    def _fibres(self, area: Any) -> Fibres:
        unit = self.unit
        return Fibres(
            area,
            unit.modules_in_series,
            unit.fibre_outer_diameter,
            unit.fibre_inner_diameter,
            unit.fibre_length,
            unit.packing,
            self.films,
        )

    def inlet(self, liquor: str) -> Mixture:
        """What enters of a liquor."""
        return self.unit.feed if liquor == "feed" else self.unit.strip

    # ---- liquids

    def viscosity(self) -> Any:
        """Dynamic viscosity of the liquors [kg/m/h]."""
        water = water_viscosity(self.films, self.unit.temperature)
        return _MILLIPASCAL_SECONDS * water * self.unit.relative_viscosity

    def density(self, liquor: str) -> Any:
        """Of a liquor as it enters [kg/m3]."""
        inlet = self.inlet(liquor)
        return inlet.mass_flow("aqueous") / inlet.volume_flow("aqueous")

    @property
    def organic_density(self) -> Any:
        """[kg/m3]"""
        extractant, x = self.extraction.extractant, self.unit.extractant_fraction
        return x * extractant.density + (1.0 - x) * extractant.diluent_density

    @property
    def organic_flow(self) -> Any:
        """Of an organic that flows [m3/h]."""
        against = self.unit.feed if self.unit.arrangement == "two_modules" else self.unit.strip
        return self.unit.phase_ratio * against.volume_flow("aqueous")

    def organic_side(self, liquor: str) -> SideName:
        """The side that a flowing organic runs on, across the wall from a liquor."""
        return other_side(self.sides[liquor])

    def beside_organic(self) -> Any:
        """Flow along the wall on the organic's side, droplets included [m3/h]."""
        if self.unit.arrangement == "dispersion":
            return self.organic_flow + self.unit.strip.volume_flow("aqueous")
        return self.organic_flow

    def organic_diffusivity(self, extractants: float) -> Any:
        """D of a species that holds `extractants` [m2/h]."""
        unit, extractant = self.unit, self.extraction.extractant
        if unit.organic_diffusivity is not None:
            return unit.organic_diffusivity
        molar_mass = extractant.diluent_molar_mass or unit.diluent_molar_mass
        viscosity = unit.organic_viscosity * self.organic_density / _MILLIPASCAL_SECONDS
        return organic_diffusivity(
            self.films, extractant, extractants, molar_mass, viscosity, unit.temperature
        )

    # ---- films and wall

    def _cell_area(self, liquor: str) -> Any:
        return self.fibres[liquor].area / self.unit.cells

    def film(self, liquor: str, block: Any, species: list[str]) -> dict[str, Any]:
        """g_j of a liquor's film in one cell [m3/h]; one expression for all that diffuse alike."""
        unit, fibres, side = self.unit, self.fibres[liquor], self.sides[liquor]
        surface = self._cell_area(liquor) * fibres.share_of_area(side)
        stated = unit.feed_film_coefficient if liquor == "feed" else unit.strip_film_coefficient
        if stated is not None:
            block.film = pyo.Expression(expr=surface * stated)
            return dict.fromkeys(species, block.film)
        self.by_shell_correlation |= side == "shell"
        at_25 = {j: self.diffusivity.at_25_degrees(j) for j in species}
        distinct = sorted(set(at_25.values()))
        mobility = self.diffusivity.mobility(unit.temperature, unit.relative_viscosity)
        flow, viscosity = self.inlet(liquor).volume_flow("aqueous"), self.viscosity() / self.density(liquor)
        block.film = pyo.Expression(
            range(len(distinct)),
            rule=lambda _, i: surface * fibres.coefficient(side, flow, viscosity, distinct[i] * mobility),
        )
        return {j: block.film[distinct.index(at_25[j])] for j in species}

    def film_coefficient(self, liquor: str, conductance: Any) -> Any:
        """Of a film's own surface [m/h], from its conductance in a cell [m3/h]."""
        surface = self._cell_area(liquor) * self.fibres[liquor].share_of_area(self.sides[liquor])
        return conductance / surface

    def wall(self, liquor: str, block: Any, species: Mapping[str, Stoichiometry]) -> dict[str, Any]:
        """h_s in one cell [m3/h], of the species and the free extractant."""
        unit, fibres = self.unit, self.fibres[liquor]
        taken = {FREE: 1.0, **{name: s.extractants for name, s in species.items()}}
        sizes = sorted(set(taken.values()))
        area = self._cell_area(liquor)

        def conductance(_: Any, i: int) -> Any:
            d = self.organic_diffusivity(sizes[i])
            pores = d * unit.porosity / (unit.tortuosity * fibres.wall) * fibres.wall_share
            if unit.membrane_coefficient is not None:
                pores = unit.membrane_coefficient
            if unit.arrangement != "pores":
                pores = 1.0 / (1.0 / pores + 1.0 / self._organic_film(liquor, d))
            return area * pores / (1.0 + unit.block.hindrance)

        block.wall = pyo.Expression(range(len(sizes)), rule=conductance)
        return {name: block.wall[sizes.index(n)] for name, n in taken.items()}

    def _organic_film(self, liquor: str, diffusivity: Any) -> Any:
        """Coefficient of a flowing organic's film, per outer surface [m/h]."""
        unit, fibres, side = self.unit, self.fibres[liquor], self.organic_side(liquor)
        coefficient = unit.organic_film_coefficient
        if coefficient is None:
            self.by_shell_correlation |= side == "shell"
            coefficient = fibres.coefficient(side, self.beside_organic(), unit.organic_viscosity, diffusivity)
        return coefficient * fibres.share_of_area(side)
