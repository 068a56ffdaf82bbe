"""Which stated reactions can run among what enters, and what they bring along.

form          rate law                extent per time in a tank
surface       recession [mm/h]        what the particles' surfaces lose, shared by the paths' rates
volume        mol per L slurry and h  rate times volume
first_order   1/h                     rate times what the slurry holds of the first reactant
complete      none                    until one of the reactants is used up
equilibrium   none                    a solid forms, or dissolves, until the liquor is saturated
transfer      k_La [1/h]              of a gas into the liquor, `O2(g) = O2`, driven by its fugacities

A reaction runs when something brings all that it consumes and its rate law is not zero for want of what it
names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flowsheet.chemistry.operators import log
from flowsheet.chemistry.system import PROTON, WATER, ActivityModel, ChemistrySystem
from flowsheet.document.parameter_file import ParameterValue
from flowsheet.document.syntax_tree import names_in
from hydromet.leaching.rate_law import LEFT, PLAIN, Amount, LawNames, constants_of, indexed
from hydromet.leaching.stated_reactions import ReactionSet, StatedReaction, Substance, fault

FORMS = ("surface", "volume", "first_order", "complete", "equilibrium", "transfer")
_WITHOUT_RATE = ("complete", "equilibrium")
_TRACE = 1e-6
"""Of the water: least potential of a component."""
_ANY = Amount(0.5, log(0.5))
"""Stands for what is there, where a law is asked whether it is zero."""


class ReactionNetwork:
    """The reactions that can run.

    Args:
        stated: the parameter set.
        solids, components, gases: that enter; gases with what is blown into the tanks.
        saturated: further solids that may form, or dissolve, to equilibrium.

    Attributes:
        reactions: those with an extent that run, in the set's order.
        solids, components, gases: all that can be there; components without H.
        saturated: solids at equilibrium with the liquor.

    Raises:
        DiagnosticError: a reaction does not fit its form, or two contradict each other.
    """

    def __init__(
        self,
        system: ChemistrySystem,
        stated: ReactionSet,
        solids: Iterable[str],
        components: Iterable[str],
        gases: Iterable[str],
        saturated: Iterable[str] = (),
        model: ActivityModel = "sit",
    ) -> None:
        self.system, self.stated, self.model = system, stated, model
        self.values: Mapping[str, ParameterValue] = stated.parameters.values
        self.entering = frozenset(solids)
        self.solids, self.gases = set(self.entering), set(gases)
        self.components = ({*components} | {WATER}) - {PROTON}
        for reaction in stated.reactions:
            self._check_form(reaction)
        self.reactions: list[StatedReaction] = []
        self.saturated: list[str] = []
        at_equilibrium = [_solid_of(r) for r in stated.reactions if r.form == "equilibrium"]
        self._grow(
            [r for r in stated.reactions if r.form != "equilibrium"],
            list(dict.fromkeys([*at_equilibrium, *saturated])),
        )
        order = {r.name: i for i, r in enumerate(stated.reactions)}
        self.reactions.sort(key=lambda r: order[r.name])
        self._check_solids()

    def _grow(self, candidates: list[StatedReaction], forming: list[str]) -> None:
        grew = True
        while grew:
            running = [r for r in candidates if self._runs(r)]
            for reaction in running:
                candidates.remove(reaction)
                self.reactions.append(reaction)
                self._add(s for s, nu in reaction.stoichiometry.items() if nu > 0)
            met = [k for k in forming if self._may_be_saturated(k)]
            for solid in met:
                forming.remove(solid)
                self.saturated.append(solid)
                parts = self.system.solids[solid].composition or {}
                self._add([("solid", solid), *(("aqueous", c) for c in parts)])
            grew = bool(running or met)

    def _add(self, made: Iterable[Substance]) -> None:
        for phase, name in made:
            {"aqueous": self.components, "solid": self.solids, "gas": self.gases}[phase].add(name)
        self.components.discard(PROTON)

    # ---- what can run

    def _runs(self, reaction: StatedReaction) -> bool:
        consumed = [s for s, nu in reaction.stoichiometry.items() if nu < 0]
        return all(self.holds(*s) for s in consumed) and not self._is_idle(reaction)

    def holds(self, phase: str, name: str) -> bool:
        """Whether something brings it."""
        if phase == "aqueous":
            return name == PROTON or name in self.components
        return name in (self.solids if phase == "solid" else self.gases)

    def holds_species(self, name: str) -> bool:
        """Whether the components that are there can form a species or component."""
        if name in self.system.components:
            return self.holds("aqueous", name)
        if name in self.system.component_of_master:
            return self.holds("aqueous", self.system.component_of_master[name])
        species = self.system.species[name]
        return self.model in species.constants and all(self.holds("aqueous", c) for c in species.composition)

    def _is_idle(self, reaction: StatedReaction) -> bool:
        """Whether the law is zero because the tanks can't hold what it names."""
        if reaction.rate is None:
            return False
        numbers = {n: v.quantity.value for n, v in self.values.items() if v.quantity is not None}
        try:
            value = LawNames(self.values, numbers, self._presence).evaluate(reaction.rate)
        except ArithmeticError as error:
            message = f"the rate of `{reaction.name}` can't be evaluated: {error}"
            raise fault(message, reaction.rate.span) from None
        return isinstance(value, (int, float)) and value == 0.0

    def _presence(self, name: str) -> Amount:
        """0 for what is not there; raises KeyError for what the chemistry does not know."""
        if name in PLAIN or name == LEFT:
            return _ANY
        found = indexed(name)
        if found is None:
            raise KeyError(name)
        kind, of = found
        if kind == "p":
            self.system.gases[of]
            return _ANY if of in self.gases else Amount(0.0)
        if kind not in ("c", "m", "a"):
            raise KeyError(name)
        return _ANY if self.holds_species(of) else Amount(0.0)

    def _may_be_saturated(self, solid: str) -> bool:
        parts = self.system.solids[solid].composition or {}
        return solid in self.solids or all(self.holds("aqueous", c) for c in parts)

    # ---- what fits

    def _check_form(self, r: StatedReaction) -> None:
        if (r.rate is None) != (r.form in _WITHOUT_RATE):
            wanted = "has no `rate`" if r.rate is None else "takes no `rate`"
            raise fault(f"`{r.name}`: the form {r.form} {wanted}", r.span)
        if not any(nu < 0 for nu in r.stoichiometry.values()):
            raise fault(f"`{r.text}` consumes nothing", r.span)
        names = {name.text for name in names_in(r.rate)} if r.rate is not None else set()
        if r.form == "surface":
            if len(r.solids) != 1:
                raise fault(f"`{r.text}`: the form surface needs one solid that is consumed", r.span)
            if "X" in names:
                raise fault(
                    f"`{r.name}`: a recession rate knows no conversion X",
                    r.span,
                    "the particles shrink by it",
                )
        elif "X" in names and not r.solids:
            raise fault(f"`{r.name}`: X is the conversion of a solid, and none is consumed", r.span)
        if r.form == "equilibrium":
            self._check_equilibrium(r)
        if r.form == "transfer":
            self._check_transfer(r)

    def _check_equilibrium(self, r: StatedReaction) -> None:
        solids = [n for phase, n in r.stoichiometry if phase == "solid"]
        gases = [n for phase, n in r.stoichiometry if phase == "gas"]
        if len(solids) != 1 or gases:
            raise fault(f"`{r.text}`: the form equilibrium is for one solid and the liquor", r.span)
        entry, number = self.system.solids[solids[0]], r.of("solid", solids[0])
        if entry.composition is None or self.model not in entry.constants:
            raise fault(
                f"`{solids[0]}` has no solubility constant in {self.system.name} ({self.model})", r.span
            )
        own = {n: -nu / number for (phase, n), nu in r.stoichiometry.items() if phase == "aqueous"}
        same = set(own) == set(entry.composition)
        if not same or any(abs(own[c] - n) > 1e-9 for c, n in entry.composition.items()):
            raise fault(f"`{r.text}` is not how the chemistry dissolves {solids[0]}", r.span)

    def _check_transfer(self, r: StatedReaction) -> None:
        (gas, of_gas), *others = r.reactants.items()
        (product, number), *more = r.products.items()
        if gas[0] != "gas" or others or more or of_gas != 1.0 or number != 1.0:
            raise fault(f"`{r.text}`: the form transfer reads `O2(g) = O2`", r.span)
        if product[0] not in ("aqueous", "species") or not self.system.gases[gas[1]].constants:
            raise fault(f"`{r.text}`: {gas[1]} has no dissolution constant", r.span)

    def _check_solids(self) -> None:
        """One way of counting for every solid."""
        for solid in sorted(self.solids):
            forms = {r.form for r in self.reactions if solid in r.solids}
            made = [r for r in self.reactions if r.of("solid", solid) > 0]
            for r in self.reactions:
                if solid in r.solids[:1] and solid not in self.entering and "X" in self.names(r):
                    message = f"`{r.name}`: {solid} does not enter, so that its conversion X means nothing"
                    raise fault(message, r.span)
            users = [r for r in self.reactions if r.of("solid", solid)]
            if "surface" in forms and (len(forms) > 1 or made):
                r = (made or users)[0]
                raise fault(
                    f"`{solid}` dissolves as particles, so that nothing may form it or dissolve it otherwise",
                    r.span,
                    "use the form first_order or volume for all its reactions",
                )
            if solid in self.saturated and users:
                raise fault(f"`{solid}` is at equilibrium, so that no rate may count it", users[0].span)

    # ---- what the tanks ask

    @cached_property
    def particles(self) -> list[str]:
        """Solids that dissolve from their surfaces."""
        return sorted({r.solids[0] for r in self.reactions if r.form == "surface"})

    @cached_property
    def dissolving(self) -> list[str]:
        """Solids that other reactions consume, in a manner that may leave nothing."""
        return sorted({k for r in self.reactions if r.form != "surface" for k in r.solids})

    @cached_property
    def followed_gases(self) -> list[str]:
        """Gases whose amounts in a tank's bubbles decide rates or may run out."""
        consumed = {g for r in self.reactions for (phase, g), nu in r.stoichiometry.items() if phase == "gas"}
        counted = any(name.startswith("p[") for r in self.reactions for name in self.names(r))
        taken = any(
            nu < 0 for r in self.reactions for (phase, _), nu in r.stoichiometry.items() if phase == "gas"
        )
        return sorted(consumed) if taken or counted else []

    @cached_property
    def transfers(self) -> list[StatedReaction]:
        return [r for r in self.reactions if r.form == "transfer"]

    @cached_property
    def constants(self) -> list[str]:
        """The numbers of the set that the running reactions' laws use."""
        return constants_of([r.rate for r in self.reactions if r.rate is not None], self.values)

    def component_in(self, solid: str, component: str) -> float:
        """Most of a component that a mole of a solid gives by any reaction."""
        made = [
            x.of("aqueous", component) / -x.of("solid", solid) for x in self.reactions if solid in x.solids
        ]
        if solid in self.saturated:
            made.append((self.system.solids[solid].composition or {}).get(component, 0.0))
        return max(made, default=0.0)

    def names(self, reaction: StatedReaction) -> set[str]:
        """All names of a law, those of the set's own expressions among them."""
        waiting = [] if reaction.rate is None else [n.text for n in names_in(reaction.rate)]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                value = self.values.get(name)
                if value is not None and value.expression is not None:
                    waiting += [n.text for n in names_in(value.expression)]
        return found


def potential_flows(
    network: ReactionNetwork, fed: Mapping[str, Any], solids: Mapping[str, Any]
) -> dict[str, Any]:
    """Component flows if all that enters had dissolved and all liquors reacted, roughly [mol/h].

    fed: dissolved, by component; solids: that enter.
    """
    direct: dict[str, Any] = {}
    for c, flow in fed.items():
        direct[c] = flow
        for k, entering in solids.items():
            if (per_mole := network.component_in(k, c)) > 0.0:
                direct[c] = direct[c] + per_mole * entering
    found = dict(direct)
    for x in network.reactions:
        if any(k in solids for k in x.solids):
            continue
        sources = [
            direct[c] / -nu for (_, c), nu in x.stoichiometry.items() if nu < 0 and c in direct and c != WATER
        ]
        for (phase, c), nu in x.stoichiometry.items():
            if phase == "aqueous" and nu > 0 and c not in (WATER, PROTON):
                found[c] = found[c] + nu * sum(sources, 0.0)
    return {c: n + _TRACE * fed[WATER] for c, n in found.items()}


def _solid_of(reaction: StatedReaction) -> str:
    return next(n for phase, n in reaction.stoichiometry if phase == "solid")
