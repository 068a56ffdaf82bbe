"""Where a cold cascade with sdem starts: stages that agree with each other, in plain numbers.

With what share of each component passes the membrane of each channel held, the flows between the stages are
linear,

    n = b + R (n - p) + P p,     p = t n + a

    n, p   of a component: what enters every channel, and what passes its membrane        mol/h
    b      what feed and diafiltrate bring to the channels
    R, P   where retentates and permeates go
    t, a   share that passes; of water a alone, by stated fluxes

The channels are run on these flows, element by element, which gives new shares, until the flows stay.
Hydrogen has a share of its own, and one ion closes the charge: else shares of another round would make acid
or alkali out of rounding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from flowsheet.chemistry.system import PROTON, WATER
from hydromet.pressure_membranes.start import ChannelStart, StartedElement

_ROUNDS, _SETTLED = 20, 3e-3
"""Rounds at most, and the relative change of flows that ends them."""
_COARSE = 3
"""Elements of a channel until the last round."""
_LEAST_SHARE = 1e-9
_TRACE = 1e-15
"""Least flow of a component, over the water."""


class CascadeStart:
    """Start values of a cascade.

    Args:
        data: channels with their structure, and names of the unknowns, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.components: list[str] = list(data["components"])
        self.charges: Mapping[str, int] = data["charges"]
        self.channels = [ChannelStart(channel) for channel in data["channels"]]
        self.places = [(channel["stage"], channel["part"]) for channel in data["channels"]]
        self.stages = sorted({stage for stage, _ in self.places})
        self.held = [{WATER, *channel.solutes} for channel in self.channels]

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name."""
        if not all(math.isfinite(v) for v in needs.values()):
            return {}
        self._connect(needs)
        passing = np.array(
            [
                needs[f"flux:{stage}"] * needs[f"area:{number}"] / needs["water_volume"]
                for number, (stage, _) in enumerate(self.places)
            ]
        )
        water = self._entering(WATER, np.zeros(len(passing)), passing)
        if np.any(water - passing <= 0.0):
            return {}
        flows = self._first(water)
        runs = self._run(flows, needs, _COARSE, None)
        for _ in range(_ROUNDS):
            if runs is None:
                return {}
            renewed = self._balanced(flows, runs, water)
            change = max(abs(math.log(renewed[m][c] / n)) for m, f in enumerate(flows) for c, n in f.items())
            flows = renewed
            if change < _SETTLED:
                break
            runs = self._run(flows, needs, _COARSE, runs)
        fine = self._run(flows, needs, 0, None)
        return {} if fine is None else self._values(flows, fine, needs)

    # ---- flows between the channels

    def _connect(self, needs: Mapping[str, float]) -> None:
        """R, P and b."""
        count = len(self.places)
        self.retentates, self.permeates = np.zeros((count, count)), np.zeros((count, count))
        self.brought = {c: np.zeros(count) for c in self.components}
        first = {stage: self._number(stage, "whole", "before") for stage in self.stages}
        self.last = {stage: self._number(stage, "whole", "after") for stage in self.stages}
        for stage in self.stages:
            to, end = first[stage], self.last[stage]
            if stage + 1 in first:
                self.retentates[to, self.last[stage + 1]] += 1.0 - needs[f"recycle:{stage + 1}"]
            self.retentates[to, end] += needs[f"recycle:{stage}"]
            if to != end:
                self.retentates[end, to] += 1.0
            for number, (of, _) in enumerate(self.places):
                if of == stage - 1:
                    self.permeates[to, number] = 1.0
            for c in self.components:
                self.brought[c][to] += needs[f"share:{stage}"] * needs.get(f"diafiltrate:{c}", 0.0)
                if stage == self.data["feed_stage"]:
                    self.brought[c][end] += needs.get(f"feed:{c}", 0.0)

    def _number(self, stage: int, *parts: str) -> int:
        return next(i for i, (s, part) in enumerate(self.places) if s == stage and part in parts)

    def _entering(self, component: str, shares: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """What enters every channel of a component, the proton as well [mol/h]."""
        brought = self.brought.get(component)
        if brought is None:
            brought = -np.sum([z * self.brought[c] for c, z in self.charges.items()], axis=0)
        system = np.eye(len(shares)) - self.retentates * (1.0 - shares) - self.permeates * shares
        out: np.ndarray = np.linalg.solve(system, brought + (self.permeates - self.retentates) @ amounts)
        return out

    def _first(self, water: np.ndarray) -> list[dict[str, float]]:
        """All that enters the cascade, mixed; where only diafiltrate comes, that."""
        flows = []
        for number, held in enumerate(self.held):
            whole = len(held) == len(self.components)
            brought = {c: sum(self.brought[c]) if whole else self.brought[c][number] for c in held}
            flows.append({c: n * water[number] / brought[WATER] for c, n in brought.items()})
        return flows

    def _balanced(
        self, flows: list[dict[str, float]], runs: list[list[StartedElement]], water: np.ndarray
    ) -> list[dict[str, float]]:
        """Flows into the channels with the shares of these runs."""
        passed = [
            {c: flow[c] - run[-1].leaving[c] for c in flow} for flow, run in zip(flows, runs, strict=True)
        ]
        solutes = [c for c in self.components if c != WATER]
        found = {WATER: water}
        for c in (*solutes, PROTON):
            shares, amounts = np.zeros(len(water)), np.zeros(len(water))
            for number, (flow, gone) in enumerate(zip(flows, passed, strict=True)):
                before, through = self._amount(flow, c), self._amount(gone, c)
                if before > 0.0 and _LEAST_SHARE < through / before < 1.0 - _LEAST_SHARE:
                    shares[number] = through / before
                else:
                    amounts[number] = through
            found[c] = self._entering(c, shares, amounts)
        self._close(found)
        return [
            {c: max(float(found[c][number]), _TRACE * float(water[number])) for c in held}
            for number, held in enumerate(self.held)
        ]

    def _amount(self, flow: Mapping[str, float], component: str) -> float:
        if component != PROTON:
            return flow.get(component, 0.0)
        return -sum(z * flow.get(c, 0.0) for c, z in self.charges.items())

    def _close(self, found: dict[str, np.ndarray]) -> None:
        """Let the ion that brings most charge take what the others leave."""
        if not self.charges:
            return
        closing = max(self.charges, key=lambda c: abs(self.charges[c]) * float(np.sum(self.brought[c])))
        others = sum(z * found[c] for c, z in self.charges.items() if c != closing)
        left = -(others + found[PROTON]) / self.charges[closing]
        found[closing] = np.where(left > 0.0, left, found[closing])

    # ---- channels

    def _run(
        self,
        flows: list[dict[str, float]],
        needs: Mapping[str, float],
        elements: int,
        before: list[list[StartedElement]] | None,
    ) -> list[list[StartedElement]] | None:
        """All channels, in so many elements at most (0: all); `before`: an earlier round, to start from."""
        common = {
            k: v for k, v in needs.items() if k.startswith(("temperature", "water_volume", "permeance:"))
        }
        runs = []
        for number, (channel, (stage, _)) in enumerate(zip(self.channels, self.places, strict=True)):
            film = f"film:{number}:"
            own = {f"film:{k.removeprefix(film)}": v for k, v in needs.items() if k.startswith(film)}
            own |= {"area": needs[f"area:{number}"], "flux": needs[f"flux:{stage}"]}
            most = len(self.data["channels"][number]["elements"])
            guesses = [e.solution for e in before[number]] if before is not None else []
            run = channel.run(flows[number], common | own, min(elements, most) if elements else most, guesses)
            if run is None:
                return None
            runs.append(run)
        return runs

    # ---- start values

    def _values(
        self, flows: list[dict[str, float]], runs: list[list[StartedElement]], needs: Mapping[str, float]
    ) -> dict[str, float]:
        values: dict[str, float] = {}
        temperature = needs["temperature"]
        permeate = {stage: dict.fromkeys(self.components, 0.0) for stage in self.stages}
        for number, (channel, (stage, _)) in enumerate(zip(self.channels, self.places, strict=True)):
            elements = self.data["channels"][number]["elements"]
            for names, element in zip(elements, runs[number], strict=True):
                values |= channel.values(names, element, temperature)
            for c, flow in flows[number].items():
                permeate[stage][c] += flow - runs[number][-1].leaving[c]
        leaving = {stage: runs[self.last[stage]][-1].leaving for stage in self.stages}
        for stage, names in ((s, self.data["stages"][str(s)]) for s in self.stages):
            values |= _logarithms(names["retentate"], leaving[stage])
            values |= _logarithms(names["permeate"], permeate[stage])
            if str(stage) in self.data["permeate_states"]:
                state = self.data["permeate_states"][str(stage)]
                channel = self.channels[self.last[stage]]
                values |= channel.state(state, permeate[stage], temperature, True)
        onward = 1.0 - needs[f"recycle:{self.stages[0]}"]
        kept = {c: onward * n for c, n in leaving[self.stages[0]].items()}
        values |= _logarithms(self.data["outlets"]["retentate"], kept)
        return values | _logarithms(self.data["outlets"]["permeate"], permeate[self.stages[-1]])


def _logarithms(names: Mapping[str, str], flows: Mapping[str, float]) -> dict[str, float]:
    return {name: math.log(max(flows[c], 1e-30)) for c, name in names.items()}
