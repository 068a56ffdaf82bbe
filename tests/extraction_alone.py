"""The extraction section by itself: metal-free organic comes in, the loaded organic goes nowhere.

For cold starts of a cascade without the loop; the organic's metals are not accounted for.
"""

from collections.abc import Mapping

from flowsheet.document.declaration import Inlet, integer
from flowsheet.model.unit import Shape
from hydromet.extraction.solvent_extraction import SolventExtraction


class ExtractionAlone(SolventExtraction, name="extraction_alone"):
    """Extraction section alone."""

    strip = Inlet("aqueous", optional=True, description="none")
    strip_stages = integer(0, "none", range=(0, 0))

    def returned(self) -> float:
        return 0.0

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        return super().shapes(inlets) | {"strip_liquor": Shape.of()}
