"""Alkali to an extraction section: where it goes, and what decides how much.

    flow given              the stream's flow is what it is
    saponification          base = saponification * h E V_o            base the alkali's hydroxide [mol/h]
    pH of one stage         dose >= 0,   pH_k - set point >= 0,   one of them zero
    pH of every stage       the same for every stage k with a dose of its own, dose = sum dose_k

E extractant, h the protons that one can exchange (2 of a dimer).  Alkali that saponifies the organic enters
the last extraction stage with it: saponification has no liquor of its own to leave, so that both are one
contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.model.registry import SetPoint
from hydromet.extraction.cascade import Section
from hydromet.extraction.stage import LITRES

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction

_NOMINAL = 0.1
"""Dose of a stage that counts as of order 1, by mass of what enters the unit otherwise."""
_FLOOR = 1e-9
"""Least dose of a stage, over its nominal value."""
_START = 0.01
"""Dose that a cold start supposes, by mass of the feed; the start procedure improves on it."""


class AlkaliDosing:
    """The alkali's part of a solvent extraction unit; made before the balances, which take `added`."""

    def __init__(self, unit: SolventExtraction, section: Section) -> None:
        self.unit, self.section = unit, section
        self.stream = unit.alkali.drawn
        self.doses: Any = None
        self._refuse_contradictions()
        if not unit.alkali:
            return
        count = len(section.stages)
        flow = {c: unit.alkali.flow("aqueous", c) for c in unit.alkali.shape.names("aqueous")}
        if self.each_stage:
            self.doses = unit.var(
                "alkali_dose",
                range(1, count + 1),
                nominal=1.0,
                bounds=(0.0, None),
                start=lambda _: _START / count * unit.feed.mass_flow("aqueous"),
            )
            for k in range(count):
                section.added[k] = {c: n * self.doses[k + 1] / self.stream.draw for c, n in flow.items()}
        elif unit.alkali_to == "every_stage":
            for k in range(count):
                section.added[k] = {c: n / count for c, n in flow.items()}
        else:
            section.added[count - 1] = flow

    @property
    def each_stage(self) -> bool:
        """Whether every stage has a dose by its own pH."""
        return self.stream is not None and self.unit.pH is not None and self.unit.pH_at == "every_stage"

    def _refuse_contradictions(self) -> None:
        unit = self.unit
        asked = [name for name in ("saponification", "pH") if unit.given[name]]
        if asked and self.stream is None:
            unit.refuse(
                f"`{asked[0]}` needs an alkali whose flow is as needed",
                asked[0],
                "connect the inlet `alkali` to a feed with `flow: as needed`",
            )
        if self.stream is not None and len(asked) != 1:
            unit.refuse(
                "an alkali as needed takes either a saponification or a pH set point",
                asked[-1] if asked else None,
                "give one of `saponification` and `pH`",
            )
        if unit.given["saponification"] and not unit.extraction_system.extractant.acid:
            unit.refuse(
                f"{unit.extraction_system.extractant.name} is no acid: there is nothing to saponify",
                "saponification",
            )
        if self.stream is not None and len(unit.alkali.streams) > 1:
            unit.refuse("an alkali as needed comes alone", None, "connect one feed to the inlet `alkali`")

    # ---- rows

    def equations(self) -> None:
        unit, stream = self.unit, self.stream
        if stream is None:
            return
        if unit.saponification is not None:
            acid = unit.extraction_system.extractant.acid * unit.block.extractant
            wanted = unit.saponification * LITRES * acid * unit.block.organic_flow
            unit.rows("saponification_dose", None, lambda: -stream.n["aqueous"][PROTON] / wanted - 1.0)
            unit.start_draw(stream, wanted / self._base_per_mass())
        elif self.each_stage:
            self._every_stage()
        else:
            stage = self.section.stages[0 if unit.pH_at == "feed_stage" else -1]
            unit.set_point(
                "pH_control", stream, stage.ph - unit.pH, start=_START * unit.feed.mass_flow("aqueous")
            )

    def _every_stage(self) -> None:
        unit, stream = self.unit, self.stream
        nominal = _NOMINAL * unit.feed.mass_flow("aqueous")
        for k, stage in enumerate(self.section.stages, 1):
            above, excess = self.doses[k] / nominal - _FLOOR, stage.ph - unit.pH
            unit.complementarity(f"pH_control_{k}", [0], {0: above}.__getitem__, {0: excess}.__getitem__)
            name = f"pH_control_{k}"
            outputs = [f"{unit.tag}.{name}.{kind}" for kind in ("above_floor", "excess")]
            unit.registry.add_output(outputs[0], above, "1", "dose of the stage over its nominal value")
            unit.registry.add_output(outputs[1], excess, "1", "by how much the set point is exceeded")
            unit.registry.set_points.append(SetPoint(unit.tag, name, stream.name, *outputs))
        unit.rows(
            "alkali_doses", None, lambda: (sum(self.doses[k] for k in self.doses) - stream.draw) / nominal
        )
        unit.start_draw(stream, _START * unit.feed.mass_flow("aqueous"))

    def saturated(self) -> Any:
        """1 where the set point is exceeded without alkali, 0 where alkali serves it; None without one."""
        if self.stream is None or self.unit.pH is None:
            return None
        nominal = _NOMINAL * self.unit.feed.mass_flow("aqueous")
        stage = self.section.stages[0 if self.unit.pH_at == "feed_stage" else -1]
        excess = stage.ph - self.unit.pH
        return excess / (excess + self.stream.draw / nominal + 1e-9)

    # ---- cold start

    def _base_per_mass(self) -> Any:
        """Hydroxide of the drawn alkali [mol/kg], roughly."""
        system = self.unit.system
        return sum(system.charge_of(c) * n for c, n in self.stream.per_mass["aqueous"].items())

    def needs(self) -> dict[str, Any]:
        """Numbers for the start procedure: the alkali's flows, or its composition and the set point."""
        unit = self.unit
        if not unit.alkali:
            return {}
        present = [c for c in (WATER, *unit.components) if c in unit.alkali.shape.names("aqueous")]
        if self.stream is not None and unit.pH is not None:
            return {"pH": unit.pH} | {f"per_mass.{c}": self.stream.per_mass["aqueous"][c] for c in present}
        return {f"alkali.{c}": unit.alkali.flow("aqueous", c) for c in present}

    def started(self) -> dict[str, Any]:
        """Names of the unknowns that the start procedure gives when it finds a dose."""
        if self.stream is None or self.unit.pH is None:
            return {}
        return {
            "ln_draw": self.stream.ln_draw.name,
            "flows": {c: self.stream.ln("aqueous", c).name for c in self.stream.shape.names("aqueous")},
            "doses": [] if self.doses is None else [self.doses[k].name for k in self.doses],
        }
