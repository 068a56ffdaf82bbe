"""Choice of the model's form by what it predicts for papers that it has not seen.

    outer loop   each paper p is left out in turn; its log10 D are predicted from the feeds by
    inner loop   the form whose predictions of the other papers, each left out of them in turn, have the
                 smallest root mean square error

so that nothing of a left-out paper enters the choice of the form or its constants.  Errors of an element that
a set of papers does not hold count in no choice, since a form with one constant per element can't predict it;
forms in the ionic radius do, and the outer loop states their error with and without those elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from ree_extraction_contacts import ELEMENTS, Contacts
from ree_extraction_model import ALL_FORMS, Fitted, Form, errors, fit, root_mean_square

AS_GOOD = 0.005
"""Forms whose error is within this of the least are as good: of them the one with fewest parameters is
taken."""
_ACTIVITIES = ("sit", "pitzer", "ideal")


@dataclass(frozen=True)
class LeftOut:
    """Errors of one left-out paper, contact x element, by the form chosen without it.

    Attributes:
        fitted: the chosen form, fitted to the other papers.
        error: predicted less measured log10 D; nan where not measured or not predictable.
        seen: elements that the other papers hold.
    """

    fitted: Fitted
    contacts: Contacts
    error: np.ndarray

    @property
    def of_seen_elements(self) -> np.ndarray:
        return np.where(self.fitted.seen[None, :], self.error, np.nan)


class Selection:
    """Fits of all forms to all needed sets of papers, each made once."""

    def __init__(self, contacts: Contacts, forms: Iterable[Form] = ALL_FORMS) -> None:
        self.contacts, self.forms = contacts, tuple(forms)
        self._fit = cache(lambda form, left_out: fit(form, contacts.without(*left_out)))

    def fitted(self, form: Form, left_out: Sequence[str] = ()) -> Fitted:
        fitted: Fitted = self._fit(form, tuple(sorted(left_out)))
        return fitted

    def left_out(self, form: Form, paper: str, also: Sequence[str] = ()) -> LeftOut:
        """Prediction of `paper` by a form fitted without it (and without `also`)."""
        fitted = self.fitted(form, (paper, *also))
        contacts = self.contacts.of(self.contacts.paper == paper)
        error = np.where(fitted.predictable[None, :], errors(fitted, contacts), np.nan)
        return LeftOut(fitted, contacts, error)

    def score(self, form: Form, without: Sequence[str] = ()) -> float:
        """Root mean square error over the papers but `without`, each left out in turn."""
        papers = [p for p in self.contacts.papers if p not in without]
        return pooled(self.left_out(form, p, without).of_seen_elements for p in papers)

    def choose(self, without: Sequence[str] = ()) -> Form:
        """Best form by the papers but `without`: fewest parameters among those as good as the least error,
        then the activity model that circuits use unless told otherwise."""
        scores = {form: self.score(form, without) for form in self.forms}
        least = min(scores.values())
        return min(
            (form for form, score in scores.items() if score <= least + AS_GOOD),
            key=lambda form: (form.parameters, _ACTIVITIES.index(form.activity), scores[form]),
        )

    def nested(self) -> dict[str, LeftOut]:
        """Each paper by the form that the others choose."""
        return {p: self.left_out(self.choose((p,)), p) for p in self.contacts.papers}


def pooled(parts: Iterable[np.ndarray]) -> float:
    return root_mean_square(np.concatenate([part.ravel() for part in parts]))


def separation_errors(predicted: np.ndarray, contacts: Contacts) -> dict[str, np.ndarray]:
    """log10 of predicted over measured separation factor, by pair (heavier over lighter), for the elements
    that were in one contact."""
    miss = predicted - contacts.log_ratio
    pairs = {}
    for light, heavy in combinations(range(len(ELEMENTS)), 2):
        both = ~np.isnan(miss[:, light]) & ~np.isnan(miss[:, heavy])
        if both.any():
            pairs[f"{ELEMENTS[heavy]}/{ELEMENTS[light]}"] = (miss[:, heavy] - miss[:, light])[both]
    return pairs


def separation_factors(log_ratio: np.ndarray, like: np.ndarray) -> dict[str, float]:
    """Geometric mean separation factor by pair, over contacts where `like` has both elements."""
    found = {}
    for light, heavy in combinations(range(len(ELEMENTS)), 2):
        both = ~np.isnan(like[:, light]) & ~np.isnan(like[:, heavy])
        if both.any():
            mean = np.mean(log_ratio[both, heavy] - log_ratio[both, light])
            found[f"{ELEMENTS[heavy]}/{ELEMENTS[light]}"] = float(10.0**mean)
    return found


def same_feed_pairs(contacts: Contacts) -> list[tuple[int, int, int, int]]:
    """(contact, element, contact, element) of one paper's single-metal contacts that differ in the metal only
    (acid, extractant and metal of the feed within 2 %), lighter element first."""
    single = [k for k in range(len(contacts.paper)) if contacts.measured[k].sum() == 1]
    element = {k: int(np.flatnonzero(contacts.measured[k])[0]) for k in single}
    pairs = []
    for a, b in combinations(single, 2):
        if element[a] != element[b] and contacts.paper[a] == contacts.paper[b]:
            alike = all(
                np.isclose(x[a], x[b], rtol=0.02)
                for x in (contacts.acid, contacts.dimer, contacts.feed.sum(axis=1))
            )
            if alike:
                light, heavy = sorted((a, b), key=lambda k: element[k])
                pairs.append((light, element[light], heavy, element[heavy]))
    return pairs


def by_paper(contacts: Contacts, error: np.ndarray) -> Mapping[str, np.ndarray]:
    return {p: error[contacts.paper == p] for p in contacts.papers}
