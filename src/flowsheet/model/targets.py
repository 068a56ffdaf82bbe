"""Specifications and the optimisation's objective and constraints, as rows and outputs of the model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import pyomo.environ as pyo

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Document
from flowsheet.document.syntax_tree import Call, Comparison, Number
from flowsheet.model.accounts import FUNCTIONS, Accounts
from flowsheet.model.build import FlowsheetModel
from flowsheet.model.questions import Questions, input_name

OBJECTIVE = "optimise.objective"


@dataclass(frozen=True)
class ConstraintForm:
    """How a constraint of the file is handed to the optimiser.

    `output` is bounded by [lower, upper].  Bounds on recovery and purity are bounds on the logarithm of what
    is lost or impure (`form` "loss"), bounds on impurity on its logarithm; all else is left side less right.
    """

    text: str
    output: str
    form: Literal["plain", "loss", "logarithm"]
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class SpecificationForm:
    """A specification in the model: the input that it frees, that input's unknown, outputs of both sides."""

    text: str
    variable: str
    unknown: str
    left: str
    right: str


@dataclass(frozen=True)
class Targets:
    """What a document asks of its model beyond the equations."""

    freed: tuple[str, ...] = ()
    constraints: tuple[ConstraintForm, ...] = ()
    free_in_optimisation: tuple[tuple[str, float, float], ...] = ()
    sense: str = ""
    specifications: tuple[SpecificationForm, ...] = ()


def add_targets(flowsheet: FlowsheetModel, questions: Questions) -> Targets:
    """Add specification rows and optimisation outputs to a built model."""
    specifications = _specifications(flowsheet, questions)
    freed = tuple(s.variable for s in specifications)
    _product_outputs(flowsheet, questions)
    optimisation = flowsheet.document.optimisation
    if optimisation is None:
        return Targets(freed, specifications=specifications)
    registry = flowsheet.registry
    registry.add_output(OBJECTIVE, questions.value(optimisation.objective), "", "objective")
    constraints = tuple(
        _constraint(flowsheet, questions, i, c) for i, c in enumerate(optimisation.subject_to)
    )
    free = tuple((input_name(flowsheet, r.variable), r.lower.value, r.upper.value) for r in optimisation.vary)
    for name, _, _ in free:
        if name in freed:
            raise DiagnosticError(
                [Diagnostic("E502", f"`{name}` is freed by a specification already", optimisation.span)]
            )
    return Targets(freed, constraints, free, optimisation.sense, specifications)


def _specifications(flowsheet: FlowsheetModel, questions: Questions) -> tuple[SpecificationForm, ...]:
    model, registry = flowsheet.pyomo, flowsheet.registry
    model.specifications = pyo.ConstraintList()
    model.spec_targets = pyo.Block()
    freed: dict[str, SpecificationForm] = {}
    for number, spec in enumerate(flowsheet.document.specifications):
        name = input_name(flowsheet, spec.vary)
        if name in freed:
            raise DiagnosticError([Diagnostic("E502", f"`{name}` is freed twice", spec.span)])
        comparison = spec.until
        scale = 1.0
        target = questions.value(comparison.right)
        if isinstance(comparison.right, Number):
            held = pyo.Var(initialize=comparison.right.value)
            model.spec_targets.add_component(f"input_{number}", held)
            registry.add_input(f"specs.{number}.target", held, "")
            scale, target = max(abs(comparison.right.value), 1e-6), held
        left = questions.value(comparison.left)
        model.specifications.add((left - target) / scale == 0)
        sides = [f"specs.{number}.left", f"specs.{number}.right"]
        for side, value in zip(sides, (left, target), strict=True):
            registry.add_output(side, value, "", f"side of {comparison.text}")
        variable = registry.inputs[name]
        registry.nominal[variable] = max(abs(variable.value or 0.0), 1e-6)
        low, high = _limits(flowsheet.document, name)
        variable.setlb(low)
        variable.setub(high)
        freed[name] = SpecificationForm(comparison.text, name, variable.name, *sides)
    return tuple(freed.values())


def _limits(document: Document, name: str) -> tuple[float | None, float | None]:
    """The declared range of a unit's parameter; a feed's flow is positive."""
    owner, _, setting = name.partition(".")
    if owner in document.units:
        parameter = document.units[owner].declaration.parameters.get(setting.partition(".")[0])
        if parameter is not None:
            return parameter.range
    return (0.0, None)


def _product_outputs(flowsheet: FlowsheetModel, questions: Questions) -> None:
    registry, accounts = flowsheet.registry, questions.accounts
    if not flowsheet.document.products:
        return
    for element in (*accounts.elements(), *accounts.groups()):
        registry.add_output(
            f"recovery.{element}", accounts.recovery(element), "1", f"{element} in products over feeds"
        )
        registry.add_output(
            f"loss.{element}", accounts.loss(element), "1", f"{element} that leaves otherwise"
        )
    for name, product in flowsheet.document.products.items():
        stream = flowsheet.streams[product.stream.name]
        if not ({"solid", "aqueous"} & set(stream.shape.phases)):
            continue
        registry.add_output(f"product.{name}.dry_mass", accounts.dry_mass(name), "kg/h", "dry mass")
        if product.formula:
            registry.add_output(
                f"product.{name}.purity", accounts.purity(name), "1", "compound over dry mass"
            )
        for limited, limit in product.limits.items():
            questions.refuse_no_impurity(limited, limit.span)
            registry.add_output(
                f"product.{name}.impurity.{limited}",
                accounts.impurity(name, limited),
                "1",
                f"{limited} over dry mass",
            )


def _missing(flowsheet: FlowsheetModel, accounts: Accounts, call: Call, value: Any) -> Any:
    """What is lost or impure; None where nothing can be, and where it could fall below zero.

    A group counts compounds that need not be the ones that are there, so its purity may pass 1.
    """
    if call.function == "purity":
        if flowsheet.document.products[call.names[0]].formula in accounts.system.groups:
            return None
        return 1.0 - value
    lost = accounts.loss(*call.names) if len(call.names) == 1 else 1.0 - value
    return None if isinstance(lost, (int, float)) else lost


def _constraint(
    flowsheet: FlowsheetModel, questions: Questions, number: int, comparison: Comparison
) -> ConstraintForm:
    output = f"optimise.constraint.{number}"
    registry, accounts = flowsheet.registry, questions.accounts
    left, bound, operator = comparison.left, comparison.bound, comparison.operator
    if isinstance(left, Call) and left.function in FUNCTIONS and bound is not None:
        value = questions.value(left)
        if left.function in ("recovery", "purity") and operator == ">=" and bound < 1.0:
            missing = _missing(flowsheet, accounts, left, value)
            if missing is not None:
                registry.add_output(output, pyo.log(missing), "1", f"ln of what misses in {comparison.text}")
                return ConstraintForm(comparison.text, output, "loss", None, math.log(1.0 - bound))
        constant = isinstance(value, (int, float))
        if left.function in ("impurity", "loss") and operator == "<=" and bound > 0.0 and not constant:
            registry.add_output(output, pyo.log(value), "1", f"ln of {comparison.text}")
            return ConstraintForm(comparison.text, output, "logarithm", None, math.log(bound))
    registry.add_output(output, questions.difference(comparison), "", comparison.text)
    lower = 0.0 if operator in (">=", "=") else None
    upper = 0.0 if operator in ("<=", "=") else None
    return ConstraintForm(comparison.text, output, "plain", lower, upper)
