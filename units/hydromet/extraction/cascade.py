"""Countercurrent cascades of mixer-settlers, joined by one organic phase.

A section's stages are counted along its aqueous flow: the liquor enters stage 1 and leaves stage n, the
organic enters stage n and leaves stage 1.  Sections follow one another along the organic: extraction, scrub,
strip, regeneration, and round again.  For every aqueous component c of every stage k

    component_balance    ln in_c = ln out_c
    in_c  = (1 + b) F_(k-1),c + (s_(k+1) + b) F_(k+1),c + 1000 (V_o + e V_k + b V_o) L_(k+1),c
            + 1000 (e V_(k-1) + b V_o) L_(k-1),c + what is added
    out_c = ((1 + b) + s_k + b) F_k,c + 1000 (V_o + e V_(k-1) + e V_k + 2 b V_o) L_k,c

    F    aqueous flow that goes on to the next stage             [mol/h]
    L    loading of the organic                                  [mol/L]
    V_o  flow of the organic round the circuit, V_k aqueous      [m3/h]
    s_k  = a V_o / V_k, share of the liquor that the organic takes along as droplets
    a    entrained aqueous, volume in volume of organic
    e    entrained organic, volume in volume of aqueous
    b    back-mixing between the stages of a section             zero in a solution

(at the ends of a section the terms towards a stage that is not there are missing, those that leave the
section are in; an organic from elsewhere brings what it holds into the last stage of the first section).
Ions are carried with their charge; protons follow from each phase's electroneutrality.

`b` is the numerical path to a cold start: at b of the order of n a section behaves as one or two stages,
whose profile is smooth; letting b fall to nothing refines it as a grid is refined.  It multiplies internal
flows only, so that balances over a section hold on the way.

What reaches a stage only by droplets, or is scrubbed or stripped far better than the rest, thins by decades
at each stage.  Every stage takes in 1e-250 mol/h of every component besides (in_c), so that what has thinned
to less than that (a molecule in 1e226 hours) is still a number: a double ends at 1e-308.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from hydromet.extraction.stage import LITRES, Stage

_LEAST_FLOW = 1e-250
"""Of a component into every stage [mol/h]."""


@dataclass
class Section:
    """Stages in series along the aqueous flow.

    Attributes:
        feed: aqueous flows into the first stage [mol/h].
        added: further flows into a stage, by its position (0 is the first) [mol/h].
        joins: the section whose first stage the spent liquor goes to, none if it leaves.
        share: how much of it does.
    """

    name: str
    stages: list[Stage]
    feed: Mapping[str, Any]
    added: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    joins: str = ""
    share: Any = 1.0

    @property
    def leaves(self) -> Any:
        """Share of the spent liquor that leaves the circuit."""
        if not self.joins:
            return 1.0
        return 0.0 if isinstance(self.share, float) and self.share == 1.0 else 1.0 - self.share


class Cascade:
    """The component balances of sections that one organic flow runs through, in the organic's order.

    Args:
        block: takes the rows.
        sections: first the one that the regenerated organic enters.
        organic_flow: V_o [m3/h].
        entrained_aqueous: a.
        entrained_organic: e.
        back_mixing: b, a variable.
        returned: share of the last section's organic that enters the first section; 0 where none does.
        entering: flows that the organic from elsewhere brings into the first section [mol/h].
    """

    def __init__(
        self,
        block: Any,
        sections: Sequence[Section],
        organic_flow: Any,
        entrained_aqueous: Any,
        entrained_organic: Any,
        back_mixing: Any,
        returned: Any,
        entering: Mapping[str, Any] | None = None,
    ) -> None:
        self.sections = [s for s in sections if s.stages]
        self.organic_flow, self.entrained_aqueous = organic_flow, entrained_aqueous
        self.entrained_organic, self.back_mixing, self.returned = entrained_organic, back_mixing, returned
        self.entering = entering or {}
        for number, section in enumerate(self.sections):
            for k, stage in enumerate(section.stages):
                stage.murphree(self.entering_loading(number, k))
                rows = {
                    c: pyo.log(_LEAST_FLOW + self._entering(number, k, c))
                    - pyo.log(self._leaving(number, k, c))
                    for c in stage.components
                }
                stage.block.component_balance = pyo.Constraint(
                    stage.components, rule=lambda _, c, rows=rows: rows[c] == 0
                )

    # ---- what passes between stages

    def carried_share(self, stage: Stage) -> Any:
        """Share of a stage's liquor that its organic takes along."""
        if is_zero(self.entrained_aqueous):
            return 0.0
        return self.entrained_aqueous * self.organic_flow / stage.volume

    def lost_organic(self, stage: Stage) -> Any:
        """Organic that a stage's liquor takes along [m3/h]."""
        return 0.0 if is_zero(self.entrained_organic) else self.entrained_organic * stage.volume

    def spent(self, section: Section, component: str) -> Any:
        """What the liquor leaving a section carries of a component, entrained organic included [mol/h]."""
        stage = section.stages[-1]
        flow = stage.flow[component]
        if component in stage.loading and not is_zero(self.entrained_organic):
            flow = flow + LITRES * self.lost_organic(stage) * stage.loading[component]
        return flow

    def _previous(self, number: int) -> tuple[Stage | None, Any]:
        """The stage whose organic enters a section, and the share that does."""
        if number:
            return self.sections[number - 1].stages[0], 1.0
        if is_zero(self.returned):
            return None, 0.0
        return self.sections[-1].stages[0], self.returned

    def _joining(self, number: int) -> list[Section]:
        """Sections whose spent liquor enters the first stage of this one."""
        return [s for s in self.sections if s.joins == self.sections[number].name]

    def entering_loading(self, number: int, k: int) -> Mapping[str, Any]:
        """What the organic that enters a stage holds [mol/L]."""
        stages = self.sections[number].stages
        if k + 1 < len(stages):
            return stages[k + 1].loading
        previous, share = self._previous(number)
        if previous is None:
            return {c: n / (LITRES * self.organic_flow) for c, n in self.entering.items()}
        return {c: share * x for c, x in previous.loading.items()}

    # ---- one stage's balance

    def _entering(self, number: int, k: int, c: str) -> Any:
        section, b = self.sections[number], self.back_mixing
        stages, terms = section.stages, []
        if k == 0:
            terms.append(section.feed.get(c, 0.0))
            for other in self._joining(number):
                if c in other.stages[-1].components:
                    terms.append(other.share * self.spent(other, c))
        else:
            before = stages[k - 1]
            terms.append((1.0 + b) * before.flow[c])
            if c in before.loading:
                terms.append(LITRES * (self.lost_organic(before) + b * self.organic_flow) * before.loading[c])
        if k + 1 < len(stages):
            after = stages[k + 1]
            terms.append((self.carried_share(after) + b) * after.flow[c])
            organic, mixed = self._organic_out(number, k + 1), b * self.organic_flow
            if c in after.loading:
                terms.append(LITRES * (organic + mixed) * after.loading[c])
        else:
            previous, share = self._previous(number)
            if previous is None:
                terms.append(self.entering.get(c, 0.0))
            else:
                if c in previous.components:
                    terms.append(share * self.carried_share(previous) * previous.flow[c])
                if c in previous.loading:
                    organic = self._organic_out(number - 1 if number else len(self.sections) - 1, 0)
                    terms.append(LITRES * share * organic * previous.loading[c])
        terms.append(section.added.get(k, {}).get(c, 0.0))
        return sum(t for t in terms if not is_zero(t))

    def _leaving(self, number: int, k: int, c: str) -> Any:
        section, b = self.sections[number], self.back_mixing
        stage, last = section.stages[k], len(section.stages) - 1
        backward = b if k > 0 else 0.0
        forward = b if k < last else 0.0
        total = (1.0 + self.carried_share(stage) + forward + backward) * stage.flow[c]
        if c in stage.loading:
            organic = (
                self._organic_out(number, k)
                + self.lost_organic(stage)
                + (forward + backward) * self.organic_flow
            )
            total = total + LITRES * organic * stage.loading[c]
        return total

    def _organic_out(self, number: int, k: int) -> Any:
        """Organic that goes on from a stage, without back-mixing: V_o and what came back to it [m3/h]."""
        if k > 0:
            return self.organic_flow + self.lost_organic(self.sections[number].stages[k - 1])
        returned = sum(s.share * self.lost_organic(s.stages[-1]) for s in self._joining(number))
        return self.organic_flow + returned


def is_zero(value: Any) -> bool:
    """Whether a number is nothing by structure, so that no term is written for it."""
    return isinstance(value, float) and value == 0.0
