"""Forms of the extraction equilibrium, their solution for the distribution ratios, and their fit.

    M+3 + 3 (HA)2        = MA3(HA)3   + 3 H+        `M(HA2)3`
    M+3 + Cl- + 2 (HA)2  = MClA2(HA)2 + 2 H+        `MCl(HA2)2`
    2 (HA)2              = (HA)4                    aggregation of the free extractant

    D_M = sum_j K_Mj a_M/C_M a_Cl^(3-z) f^z / a_H^z,   z = 3 or 2 protons, each with one dimer
    H   = H_feed + q,   E = f + 2 K_4 f^2 + q,   q = sum_M C_feed,M sum_j z_j D_Mj / (1 + D_M)

at phase ratio 1: one unknown, q, in which the last equation is monotonic.  Activities depend on what is
extracted; they are taken at the solution by substitution.

Constants are free per element, or a polynomial in the ionic radius.  The radius is Shannon's of M+3 at
coordination number 6, which three chelating HA2- make up.  Where both complexes are in a form, the ratio of
their constants is one number for all elements.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ree_extraction_contacts import ELEMENTS, Activity, Contacts, Liquor, liquor, series
from ruamel.yaml import YAML
from scipy.optimize import least_squares

LN10 = float(np.log(10.0))
RADII: dict[str, float] = YAML(typ="safe").load(
    (Path(__file__).parent / "ree_extraction_radii.yaml").read_text(encoding="utf-8")
)["radii"]
FREE = "one per element"
_POLYNOMIALS = {"linear in radius": 1, "quadratic in radius": 2}
_PASSES = 4


@dataclass(frozen=True)
class Form:
    """One form of the model.

    Attributes:
        complexes: protons (and dimers) of the metal's complexes, (3,), (2,) or (3, 2).
        aggregates: whether (HA)4 forms.
        constants: `one per element`, `linear in radius` or `quadratic in radius`.
        activity: of the aqueous phase.
    """

    complexes: tuple[int, ...]
    aggregates: bool
    constants: str
    activity: Activity

    @property
    def name(self) -> str:
        formula = {3: "M(HA2)3", 2: "MCl(HA2)2"}
        organic = " + ".join(formula[z] for z in self.complexes) + (" + (HA)4" if self.aggregates else "")
        return f"{organic}; {self.constants}; {self.activity}"

    @property
    def parameters(self) -> int:
        return self.coefficients + self.shared

    @property
    def shared(self) -> int:
        """Parameters beside the elements' constants."""
        return len(self.complexes) - 1 + int(self.aggregates)

    @property
    def coefficients(self) -> int:
        return len(ELEMENTS) if self.constants == FREE else _POLYNOMIALS[self.constants] + 1

    def basis(self) -> np.ndarray:
        """ln K of the elements = basis @ coefficients."""
        if self.constants == FREE:
            return np.eye(len(ELEMENTS))
        x = series(RADII, ELEMENTS)
        return np.stack([x**k for k in range(self.coefficients)], axis=1)

    def start(self) -> np.ndarray:
        level = np.array([-5.0, -4.0, -3.0, -2.5, 0.0, 3.0, 4.0]) + (2.5 if self.complexes == (2,) else 0.0)
        coefficients = np.linalg.lstsq(self.basis(), level, rcond=None)[0]
        return np.concatenate([coefficients, np.zeros(self.shared)])


ALL_FORMS = tuple(
    Form(complexes, aggregates, constants, activity)
    for complexes in ((3,), (2,), (3, 2))
    for aggregates in (False, True)
    for constants in (FREE, *_POLYNOMIALS)
    for activity in ("ideal", "sit", "pitzer")
)
PLAIN = Form((3,), False, FREE, "ideal")


@dataclass(frozen=True)
class Fitted:
    """A form with its parameters: natural logarithms, the elements' coefficients first, then the ratio of the
    complexes' constants, then K_4.  `seen`: elements that the data fitted to held."""

    form: Form
    x: np.ndarray
    error: np.ndarray
    seen: np.ndarray = field(default_factory=lambda: np.ones(len(ELEMENTS), bool))

    def ln_k(self) -> np.ndarray:
        """ln K of the form's first complex, by element."""
        return self.form.basis() @ self.x[: self.form.coefficients]

    @property
    def predictable(self) -> np.ndarray:
        """Elements that have a constant: all where it is a function of the radius."""
        return self.seen if self.form.constants == FREE else np.ones(len(ELEMENTS), bool)

    def log_ratio(self, contacts: Contacts) -> np.ndarray:
        """log10 D from the feeds alone, contact x element."""
        activities = _feed_liquor(self.form.activity, contacts)
        for _ in range(_PASSES):
            ratio, q = solve(self.form, self.x, contacts, activities)
            activities = _final_liquor(self.form.activity, contacts, ratio, q)
        return np.asarray(np.log10(solve(self.form, self.x, contacts, activities)[0]))


def _feed_liquor(activity: Activity, contacts: Contacts) -> Liquor:
    return liquor(activity, contacts.acid, contacts.feed)


def _final_liquor(activity: Activity, contacts: Contacts, ratio: np.ndarray, q: np.ndarray) -> Liquor:
    return liquor(activity, contacts.acid + q, contacts.feed / (1.0 + ratio))


def solve(form: Form, x: np.ndarray, contacts: Contacts, activities: Liquor) -> tuple[np.ndarray, np.ndarray]:
    """D (contact x element) and q [mol/L] at given activities, by bisection in q."""
    first = form.basis() @ x[: form.coefficients]
    step = {form.complexes[0]: 0.0}
    if len(form.complexes) == 2:
        step[form.complexes[1]] = x[form.coefficients]
    aggregation = 2.0 * np.exp(x[-1]) if form.aggregates else 0.0
    chloride = activities.chloride[:, None]
    fixed = {
        z: first[None, :] + more + activities.metal + (3 - z) * chloride - z * activities.hydrogen[:, None]
        for z, more in step.items()
    }

    def ratios(q: np.ndarray) -> dict[int, np.ndarray]:
        left = np.maximum(contacts.dimer - q, 1e-12)
        free = 2.0 * left / (1.0 + np.sqrt(1.0 + 4.0 * aggregation * left))
        ln_per_proton = np.log(free) - np.log(contacts.acid + q)
        return {z: np.exp(value + z * ln_per_proton[:, None]) for z, value in fixed.items()}

    low, high = np.zeros_like(contacts.acid), np.minimum(contacts.dimer, 3.0 * contacts.feed.sum(axis=1))
    for _ in range(34):
        q = 0.5 * (low + high)
        by_protons = ratios(q)
        total = sum(by_protons.values())
        released = sum(z * d for z, d in by_protons.items())
        more = (contacts.feed * released / (1.0 + total)).sum(axis=1) > q
        low, high = np.where(more, q, low), np.where(more, high, q)
    return np.asarray(sum(ratios(q).values())), q


def fit(form: Form, contacts: Contacts) -> Fitted:
    """Least squares in log10 D over all measured values.

    Activities are held while the parameters move, then renewed.  A weak prior (half a decade in the ratio of
    complexes and in K_4 weighs as much as 0.01 in one log D) keeps what the data don't determine finite.
    """
    measured, basis = contacts.measured, form.basis()
    seen = measured.any(axis=0)
    x, activities = form.start(), _feed_liquor(form.activity, contacts)

    def residuals(x: np.ndarray) -> np.ndarray:
        error = (np.log10(solve(form, x, contacts, activities)[0]) - contacts.log_ratio)[measured]
        unseen = (basis @ (x - form.start())[: form.coefficients])[~seen] if form.constants == FREE else []
        return np.concatenate([error, 0.01 * x[form.coefficients :], np.asarray(unseen) * 1e-3])

    for _ in range(_PASSES):
        best = least_squares(residuals, x, x_scale=1.0)
        x = best.x
        activities = _final_liquor(form.activity, contacts, *solve(form, x, contacts, activities))
    freedom = max(1, int(measured.sum()) - form.parameters)
    covariance = np.linalg.pinv(best.jac.T @ best.jac) * 2.0 * best.cost / freedom
    return Fitted(form, x, np.sqrt(np.diag(covariance)), seen)


def errors(fitted: Fitted, contacts: Contacts) -> np.ndarray:
    """Predicted less measured log10 D, contact x element; nan where not measured."""
    return fitted.log_ratio(contacts) - contacts.log_ratio


def root_mean_square(values: np.ndarray) -> float:
    values = values[~np.isnan(values)]
    return float(np.sqrt(np.mean(values**2))) if values.size else float("nan")


def paper_offsets(fitted: Fitted, contacts: Contacts) -> dict[str, float]:
    """log10 K that each paper's values ask for above the fitted constants, one shift for all its elements.

    What papers disagree by; it has no part in any prediction.
    """
    found = {}
    for paper in contacts.papers:
        own = contacts.of(contacts.paper == paper)

        def miss(shift: np.ndarray, own: Contacts = own) -> np.ndarray:
            x = fitted.x.copy()
            if fitted.form.constants == FREE:
                x[: fitted.form.coefficients] += shift[0]
            else:
                x[0] += shift[0]
            return errors(Fitted(fitted.form, x, fitted.error, fitted.seen), own)[own.measured]

        found[paper] = float(least_squares(miss, [0.0]).x[0] / LN10)
    return found
