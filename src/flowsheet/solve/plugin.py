"""The Pyomo solver `flowsheet_ipopt`: any continuous Pyomo model, with nothing but pip-installed packages.

Importing this module registers it (Pyomo has no entry points for solvers):

>>> import pyomo.environ as pyo
>>> import flowsheet.solve.plugin
>>> m = pyo.ConcreteModel()
>>> m.x = pyo.Var(initialize=1.0, bounds=(0, None))
>>> m.limit = pyo.Constraint(expr=m.x**2 <= 9)
>>> m.profit = pyo.Objective(expr=2 * m.x, sense=pyo.maximize)
>>> m.dual = pyo.Suffix(direction=pyo.Suffix.IMPORT)
>>> results = pyo.SolverFactory("flowsheet_ipopt").solve(m)
>>> str(results.solver.termination_condition), round(m.x.value, 6), round(m.dual[m.limit], 6)
('optimal', 3.0, 0.333333)

Duals are Pyomo's: `dual` is d objective / d right-hand side, `ipopt_zL_out` and `ipopt_zU_out` are
d objective / d lower and d upper bound, for minimisation and maximisation alike (what the AMPL build of IPOPT
returns).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyomo.common.collections import Bunch, ComponentMap
from pyomo.core import Block, Objective, Suffix, SymbolMap, maximize
from pyomo.core.staleflag import StaleFlagManager
from pyomo.opt import (
    ProblemSense,
    Solution,
    SolutionStatus,
    SolverFactory,
    SolverResults,
    SolverStatus,
    TerminationCondition,
)

from flowsheet.solve.compile import describe
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.ipopt import IpoptOptions, Optimum, Status, optimise
from flowsheet.solve.nl import ImportedModel, import_model

_TERMINATION: dict[Status, tuple[SolverStatus, TerminationCondition]] = {
    "optimal": (SolverStatus.ok, TerminationCondition.optimal),
    "acceptable": (SolverStatus.ok, TerminationCondition.optimal),
    "infeasible": (SolverStatus.warning, TerminationCondition.infeasible),
    "unbounded": (SolverStatus.warning, TerminationCondition.unbounded),
    "iteration_limit": (SolverStatus.warning, TerminationCondition.maxIterations),
    "time_limit": (SolverStatus.aborted, TerminationCondition.maxTimeLimit),
    "stopped": (SolverStatus.aborted, TerminationCondition.userInterrupt),
    "no_freedom": (SolverStatus.warning, TerminationCondition.other),
    "failed": (SolverStatus.error, TerminationCondition.internalSolverError),
}

_CONSTANT_ROW_TOLERANCE = 1e-8


@SolverFactory.register("flowsheet_ipopt", doc="IPOPT on Pyomo models compiled by flowsheet, without the ASL")
class FlowsheetIpopt:
    """Pyomo's solver interface over `compile` and `ipopt`. `options` takes IPOPT's own option names."""

    def __init__(self, **keywords: Any) -> None:
        self.options = Bunch()
        self.options.update(keywords.pop("options", None) or {})
        keywords.pop("solver_io", None)
        if keywords:
            raise TypeError(f"flowsheet_ipopt does not take {', '.join(sorted(keywords))}")
        self.name = "flowsheet_ipopt"

    def __enter__(self) -> FlowsheetIpopt:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def available(self, exception_flag: bool = True) -> bool:
        return True

    def license_is_valid(self) -> bool:
        return True

    def version(self) -> tuple[int, ...]:
        import cyipopt

        return tuple(cyipopt.IPOPT_VERSION)

    def warm_start_capable(self) -> bool:
        """Variable values are always the starting point."""
        return True

    def solve(
        self,
        model: Any,
        *,
        tee: bool = False,
        load_solutions: bool = True,
        options: Mapping[str, Any] | None = None,
        timelimit: float | None = None,
        warmstart: bool = True,
    ) -> SolverResults:
        """Solve from the variables' values, and write values, duals and bound multipliers back.

        Suffixes `dual`, `ipopt_zL_out`, `ipopt_zU_out` are filled if the model has them. With
        `load_solutions=False` the solution stays in the results, for `model.solutions.load_from`.

        Raises `UnsupportedExpression` or `IntegerVariable` for what this path cannot take, ValueError for
        more than one objective.
        """
        began = time.perf_counter()
        objectives = list(model.component_data_objects(Objective, active=True, descend_into=Block))
        if len(objectives) > 1:
            raise ValueError(f"more than one active objective: {', '.join(o.name for o in objectives)}")
        ipopt_options = {**self.options, **(options or {})}
        if timelimit is not None:
            ipopt_options["max_wall_time"] = float(timelimit)
        problem = _Problem.of(import_model(model))
        optimum = problem.solve(ipopt_options, tee)
        results = _results(model, problem, optimum, time.perf_counter() - began)
        if load_solutions:
            _load(model, problem, optimum)
        else:
            _store(model, results, problem, optimum)
        return results


@dataclass(frozen=True)
class _Problem:
    """The imported model sorted into equations, bounded outputs, and rows without a free variable."""

    imported: ImportedModel
    compiled: CompiledModel
    equations: list[int]
    inequalities: list[int]
    violated: list[str]

    @classmethod
    def of(cls, imported: ImportedModel) -> _Problem:
        import casadi as ca

        columns, values = imported.columns, imported.constraint_values
        varies = np.zeros(len(imported.constraints), dtype=bool)
        varies[list(ca.jacobian_sparsity(values, columns).row())] = True
        is_equation = imported.row_lower == imported.row_upper
        equations = np.flatnonzero(varies & is_equation).tolist()
        inequalities = np.flatnonzero(varies & ~is_equation).tolist()
        constants = np.flatnonzero(~varies).tolist()

        names = [_row_name(row) for row in inequalities]
        outputs = values[inequalities, 0]
        if imported.objective_value is not None:
            names.append("objective")
            outputs = ca.vertcat(outputs, imported.objective_value)
        residual = values[equations, 0] - ca.DM(imported.row_lower[equations])
        nothing = ca.SX.sym("p", 0)
        compiled = CompiledModel(
            unknowns=describe(imported.variables, set(), ComponentMap((v, 1.0) for v in imported.variables)),
            inputs=describe([], set(), None),
            equations=tuple(imported.constraints[row].name for row in equations),
            equation_scale=np.ones(len(equations)),
            output_names=tuple(names),
            functions={
                "residual": ca.Function("residual", [columns, nothing], [ca.densify(residual)]),
                "outputs": ca.Function("outputs", [columns, nothing], [ca.densify(outputs)]),
            },
        )
        at_zero = ca.Function("constants", [columns], [ca.densify(values[constants, 0])])(0)
        fixed = np.asarray(at_zero).ravel()
        excess = np.maximum(imported.row_lower[constants] - fixed, fixed - imported.row_upper[constants])
        violated = [
            imported.constraints[row].name
            for row, over in zip(constants, excess, strict=True)
            if over > _CONSTANT_ROW_TOLERANCE
        ]
        return cls(imported, compiled, equations, inequalities, violated)

    @property
    def is_maximised(self) -> bool:
        return self.imported.objective is not None and self.imported.objective.sense == maximize

    def solve(self, options: Mapping[str, Any], tee: bool) -> Optimum:
        """By IPOPT, unless nothing is left to vary."""
        if self.violated:
            return self._unsolved("infeasible", f"constant rows are violated: {', '.join(self.violated)}")
        if not self.imported.variables:
            return self._unsolved("optimal", "nothing to vary")
        if np.any(self.compiled.unknowns.lower > self.compiled.unknowns.upper):
            return self._unsolved("infeasible", "a lower bound lies above its upper bound")
        own = {
            name: options[name] for name in ("tol", "mu_init", "max_iter", "print_level") if name in options
        }
        return optimise(
            self.compiled,
            {} if self.imported.objective is None else "objective",
            "maximise" if self.is_maximised else "minimise",
            output_bounds={
                _row_name(row): (float(self.imported.row_lower[row]), float(self.imported.row_upper[row]))
                for row in self.inequalities
            },
            options=IpoptOptions(
                tolerance=float(own.get("tol", 1e-8)),
                mu_init=float(own.get("mu_init", 0.1)),
                iteration_limit=int(own.get("max_iter", 3000)),
                print_level=int(own.get("print_level", 5 if tee else 0)),
                # IPOPT's own default: a general model may have bounds that leave no interior.
                more={"bound_relax_factor": 1e-8}
                | {name: value for name, value in options.items() if name not in own},
            ),
        )

    def _unsolved(self, status: Status, message: str) -> Optimum:
        """The start values as they are."""
        compiled = self.compiled
        outputs = compiled.outputs(compiled.x0, compiled.p0)
        return Optimum(
            status=status,
            x=compiled.x0,
            objective=float(outputs[-1]) if self.imported.objective is not None else 0.0,
            outputs=dict(zip(compiled.output_names, outputs.tolist(), strict=True)),
            equation_error=0.0,
            bound_violation=0.0,
            dual_infeasibility=0.0,
            equation_multipliers=np.zeros(len(self.equations)),
            output_multipliers={_row_name(row): 0.0 for row in self.inequalities},
            lower_multipliers=np.zeros(len(compiled.x0)),
            upper_multipliers=np.zeros(len(compiled.x0)),
            iterations=0,
            seconds=0.0,
            backend="none",
            message=message,
        )

    def duals(self, optimum: Optimum) -> list[tuple[Any, float]]:
        """d objective / d right-hand side by Pyomo constraint."""
        rows = self.imported.constraints
        pairs = [
            (rows[row], float(y)) for row, y in zip(self.equations, optimum.equation_multipliers, strict=True)
        ]
        return pairs + [(rows[row], optimum.output_multipliers[_row_name(row)]) for row in self.inequalities]


def _row_name(row: int) -> str:
    return f"row {row}"


def _load(model: Any, problem: _Problem, optimum: Optimum) -> None:
    StaleFlagManager.mark_all_as_stale()
    variables = problem.imported.variables
    for variable, value in zip(variables, optimum.x.tolist(), strict=True):
        variable.set_value(value, skip_validation=True)
    found = {
        "dual": problem.duals(optimum),
        "ipopt_zL_out": list(zip(variables, optimum.lower_multipliers.tolist(), strict=True)),
        "ipopt_zU_out": list(zip(variables, optimum.upper_multipliers.tolist(), strict=True)),
    }
    for suffix in model.component_objects(Suffix, active=True, descend_into=False):
        if suffix.import_enabled() and suffix.local_name in found:
            suffix.clear()
            suffix.update(found[suffix.local_name])


def _store(model: Any, results: SolverResults, problem: _Problem, optimum: Optimum) -> None:
    """The solution as `model.solutions.load_from(results)` wants it."""
    variables = problem.imported.variables
    symbols = SymbolMap()
    symbols.addSymbols((variable, f"x{index}") for index, variable in enumerate(variables))
    symbols.addSymbols((row, f"c{index}") for index, row in enumerate(problem.imported.constraints))
    solution = Solution()
    solution.status = SolutionStatus.optimal if optimum.status == "optimal" else SolutionStatus.unknown
    for index, variable in enumerate(variables):
        solution.variable[symbols.getSymbol(variable)] = {
            "Value": float(optimum.x[index]),
            "ipopt_zL_out": float(optimum.lower_multipliers[index]),
            "ipopt_zU_out": float(optimum.upper_multipliers[index]),
        }
    for row, value in problem.duals(optimum):
        solution.constraint[symbols.getSymbol(row)] = {"Dual": value}
    if problem.imported.objective is not None:
        symbols.addSymbols([(problem.imported.objective, "o0")])
        solution.objective["o0"] = {"Value": optimum.objective}
    model.solutions.add_symbol_map(symbols)
    results._smap_id = id(symbols)
    results.solution.insert(solution)


def _results(model: Any, problem: _Problem, optimum: Optimum, seconds: float) -> SolverResults:
    results = SolverResults()
    status, termination = _TERMINATION[optimum.status]
    results.solver.name = "flowsheet_ipopt"
    results.solver.status, results.solver.termination_condition = status, termination
    results.solver.message = optimum.message
    results.solver.wallclock_time = seconds
    results.solver.iterations = optimum.iterations
    described = results.problem
    described.name = model.name
    described.sense = ProblemSense.maximize if problem.is_maximised else ProblemSense.minimize
    described.number_of_objectives = 0 if problem.imported.objective is None else 1
    described.number_of_constraints = len(problem.imported.constraints)
    described.number_of_variables = described.number_of_continuous_variables = len(problem.imported.variables)
    if termination == TerminationCondition.optimal:
        if problem.is_maximised:
            described.lower_bound = optimum.objective
        else:
            described.upper_bound = optimum.objective
    return results
