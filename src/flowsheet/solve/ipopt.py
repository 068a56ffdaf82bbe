"""Optimisation of an output under equations and bounds, by IPOPT with exact second derivatives.

    minimise or maximise  w . outputs(x, p)
    subject to            residual(x, p) = 0,   lower <= x <= upper,   bounds on some outputs

x are the unknowns of the model given, so free the inputs to be varied first (`CompiledModel.with_free`).
IPOPT comes from cyipopt, or from CasADi where cyipopt cannot be imported; the result says which.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.nlp import ScaledProblem
from flowsheet.solve.quiet import StdoutGuard

Status = Literal[
    "optimal",
    "acceptable",
    "infeasible",
    "unbounded",
    "iteration_limit",
    "time_limit",
    "stopped",
    "no_freedom",
    "failed",
]
"""`no_freedom`: more equations than unknowns. `failed`: `message` has IPOPT's words."""

_STATUS_OF_CODE: dict[int, Status] = {
    0: "optimal",
    1: "acceptable",
    2: "infeasible",
    3: "failed",
    4: "unbounded",
    5: "stopped",
    6: "optimal",
    -1: "iteration_limit",
    -4: "time_limit",
    -5: "time_limit",
    -10: "no_freedom",
}
_CODE_OF_NAME = {
    "Solve_Succeeded": 0,
    "Solved_To_Acceptable_Level": 1,
    "Infeasible_Problem_Detected": 2,
    "Diverging_Iterates": 4,
    "User_Requested_Stop": 5,
    "Feasible_Point_Found": 6,
    "Maximum_Iterations_Exceeded": -1,
    "Maximum_CpuTime_Exceeded": -4,
    "Maximum_WallTime_Exceeded": -5,
    "Not_Enough_Degrees_Of_Freedom": -10,
}


@dataclass(frozen=True)
class IpoptOptions:
    """`tolerance`: IPOPT's scaled KKT error. `mu_init`: first barrier parameter.

    A near-feasible start wants a small `mu_init` (1e-2 to 1e-3), any other IPOPT's own 0.1.
    `more`: any of IPOPT's own options. `print_level` above 0 shows IPOPT's log on standard output.
    """

    tolerance: float = 1e-8
    mu_init: float = 1e-2
    iteration_limit: int = 500
    print_level: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


class Progress(NamedTuple):
    """One IPOPT iteration; `objective` in the caller's sense, both infeasibilities as IPOPT scales them."""

    number: int
    objective: float
    infeasibility: float
    dual_infeasibility: float
    barrier: float
    in_restoration: bool


@dataclass(frozen=True)
class Optimum:
    """The last iterate and its multipliers.

    Every multiplier is d objective / d bound at the optimum, the objective in the caller's sense:
    `equation_multipliers[i]` for residual_i = b at b = 0, `output_multipliers[name]` for whichever bound of
    that output is active, `lower_multipliers` and `upper_multipliers` for the bounds of the unknowns.
    `dual_infeasibility`: largest entry of the Lagrangian's gradient relative to that of the objective's, in
    variables scaled by their nominal magnitude. `equation_error`: largest scaled residual. `bound_violation`:
    largest excess of an output over its bounds.
    """

    status: Status
    x: np.ndarray
    objective: float
    outputs: dict[str, float]
    equation_error: float
    bound_violation: float
    dual_infeasibility: float
    equation_multipliers: np.ndarray = field(repr=False)
    output_multipliers: dict[str, float]
    lower_multipliers: np.ndarray = field(repr=False)
    upper_multipliers: np.ndarray = field(repr=False)
    iterations: int
    seconds: float
    backend: str
    message: str


def optimise(
    model: CompiledModel,
    objective: str | Mapping[str, float],
    sense: Literal["minimise", "maximise"] = "minimise",
    *,
    output_bounds: Mapping[str, tuple[float, float]] | None = None,
    variable_bounds: Mapping[str, tuple[float, float]] | None = None,
    x: np.ndarray | None = None,
    p: np.ndarray | None = None,
    options: IpoptOptions | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Optimum:
    """Minimise or maximise an output, or a weighted sum of outputs {name: weight}.

    `output_bounds`: (lower, upper) by output name, infinite where there is none. `variable_bounds`: by
    unknown, in place of the model's own. `progress` is called at every iteration; if it returns False, the
    run stops there (CasADi's IPOPT does not report progress). For a nonlinear function of outputs see
    `CompiledModel.with_outputs`.

    Raises KeyError for a name that the model does not have.

    >>> import pyomo.environ as pyo
    >>> from flowsheet.solve.compile import compile_model
    >>> m = pyo.ConcreteModel()
    >>> m.x, m.u = pyo.Var(initialize=1.0), pyo.Var(initialize=1.0)
    >>> m.balance = pyo.Constraint(expr=m.x == m.u**2)
    >>> m.profit = pyo.Constraint(expr=4 * m.u - m.x == 0)
    >>> compiled = compile_model(m, inputs=[m.u], outputs=[m.profit])
    >>> best = optimise(compiled.with_free(["u"]), "profit", "maximise", variable_bounds={"u": (0, 1.5)})
    >>> best.status, round(best.objective, 6), round(float(best.upper_multipliers[1]), 4)
    ('optimal', 3.75, 1.0)
    """
    began = time.perf_counter()
    options = options or IpoptOptions()
    problem = ScaledProblem(
        model,
        weights={objective: 1.0} if isinstance(objective, str) else dict(objective),
        sign=1.0 if sense == "minimise" else -1.0,
        output_bounds=dict(output_bounds or {}),
        variable_bounds=dict(variable_bounds or {}),
        p=model.p0 if p is None else np.asarray(p, dtype=float),
    )
    start = problem.clipped(model.x0 if x is None else np.asarray(x, dtype=float))
    try:
        raw, backend = run_ipopt(problem, start, options, progress)
    except ImportError as error:
        raw = _solve_with_casadi(problem, start, options)
        backend = f"IPOPT inside CasADi (cyipopt cannot be imported: {error})"
    return _report(problem, raw, backend, time.perf_counter() - began)


class Raw(NamedTuple):
    """What either IPOPT returns, in scaled variables."""

    u: np.ndarray
    multipliers: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    code: int
    message: str
    iterations: int


def _ipopt_options(options: IpoptOptions) -> dict[str, Any]:
    return {
        "tol": options.tolerance,
        "mu_init": options.mu_init,
        "max_iter": options.iteration_limit,
        "print_level": options.print_level,
        "sb": "yes",
        # Bounds are physical: no flow may end slightly below zero.
        "bound_relax_factor": 0.0,
        **options.more,
    }


class IpoptProblem(Protocol):
    """What IPOPT asks of a problem, in scaled variables u; `sign` turns its objective into the caller's."""

    sign: float

    def objective(self, u: np.ndarray) -> float: ...
    def gradient(self, u: np.ndarray) -> np.ndarray: ...
    def rows(self, u: np.ndarray) -> np.ndarray: ...
    def jacobian(self, u: np.ndarray) -> np.ndarray: ...
    def jacobian_structure(self) -> tuple[np.ndarray, np.ndarray]: ...
    def hessian(self, u: np.ndarray, multipliers: np.ndarray, objective_factor: float) -> np.ndarray: ...
    def hessian_structure(self) -> tuple[np.ndarray, np.ndarray]: ...
    def variable_limits(self) -> tuple[np.ndarray, np.ndarray]: ...
    def row_limits(self) -> tuple[np.ndarray, np.ndarray]: ...


def _cyipopt() -> Any:
    """cyipopt, spared SciPy, which it imports for an interface that nothing here uses: most of a second.

    Raises:
        ImportError: cyipopt is not there.
    """
    modules: dict[str, Any] = sys.modules
    spared = "scipy" not in modules
    if spared:
        modules["scipy"] = None
    try:
        import cyipopt
    finally:
        if spared:
            del modules["scipy"]
    return cyipopt


def run_ipopt(
    problem: IpoptProblem,
    start: np.ndarray,
    options: IpoptOptions,
    progress: Callable[[Progress], bool | None] | None = None,
) -> tuple[Raw, str]:
    """Run IPOPT through cyipopt; its last iterate, and which versions these are.

    Raises:
        ImportError: cyipopt is not there.
    """
    cyipopt = _cyipopt()
    backend = f"cyipopt {cyipopt.__version__}, IPOPT {'.'.join(map(str, cyipopt.IPOPT_VERSION))}"
    guard = StdoutGuard()
    callbacks = _Callbacks(problem, cyipopt.CyIpoptEvaluationError, progress, guard)
    lower, upper = problem.variable_limits()
    g_lower, g_upper = problem.row_limits()
    solver = cyipopt.Problem(
        n=len(lower), m=len(g_lower), problem_obj=callbacks, lb=lower, ub=upper, cl=g_lower, cu=g_upper
    )
    for name, value in _ipopt_options(options).items():
        solver.add_option(name, value)
    if options.print_level > 0:
        u, info = solver.solve(start)
    else:
        with guard:
            u, info = solver.solve(start)
    if callbacks.failure is not None:
        raise callbacks.failure
    message = info["status_msg"]
    raw = Raw(
        u=np.asarray(u),
        multipliers=np.asarray(info["mult_g"]),
        lower=np.asarray(info["mult_x_L"]),
        upper=np.asarray(info["mult_x_U"]),
        code=int(info["status"]),
        message=message.decode() if isinstance(message, bytes) else str(message),
        iterations=callbacks.iterations,
    )
    return raw, backend


def status_of(raw: Raw) -> Status:
    return _STATUS_OF_CODE.get(raw.code, "failed")


class _Callbacks:
    """cyipopt's view of the problem: values that are not finite make IPOPT shorten its step."""

    def __init__(
        self,
        problem: IpoptProblem,
        evaluation_error: type[Exception],
        progress: Callable[[Progress], bool | None] | None,
        guard: StdoutGuard,
    ) -> None:
        self.problem, self.progress, self.guard = problem, progress, guard
        self.evaluation_error = evaluation_error
        self.iterations = 0
        self.failure: Exception | None = None

    def _finite(self, values: Any) -> Any:
        if not np.all(np.isfinite(values)):
            raise self.evaluation_error("not finite")
        return values

    def objective(self, u: np.ndarray) -> float:
        return float(self._finite(self.problem.objective(u)))

    def gradient(self, u: np.ndarray) -> np.ndarray:
        return np.asarray(self._finite(self.problem.gradient(u)))

    def constraints(self, u: np.ndarray) -> np.ndarray:
        return np.asarray(self._finite(self.problem.rows(u)))

    def jacobian(self, u: np.ndarray) -> np.ndarray:
        return np.asarray(self._finite(self.problem.jacobian(u)))

    def jacobianstructure(self) -> tuple[np.ndarray, np.ndarray]:
        return self.problem.jacobian_structure()

    def hessian(self, u: np.ndarray, multipliers: np.ndarray, objective_factor: float) -> np.ndarray:
        return np.asarray(self._finite(self.problem.hessian(u, multipliers, objective_factor)))

    def hessianstructure(self) -> tuple[np.ndarray, np.ndarray]:
        return self.problem.hessian_structure()

    def intermediate(
        self, mode: int, number: int, objective: float, primal: float, dual: float, mu: float, *_: Any
    ) -> bool:
        self.iterations = number
        if self.progress is None:
            return True
        try:
            with self.guard.lifted():
                line = Progress(number, self.problem.sign * objective, primal, dual, mu, mode == 1)
                return self.progress(line) is not False
        except (
            Exception
        ) as error:  # it must not unwind through IPOPT's C++ frames; it is raised after the run
            self.failure = error
            return False


def _solve_with_casadi(problem: ScaledProblem, start: np.ndarray, options: IpoptOptions) -> Raw:
    import casadi as ca

    settings = {f"ipopt.{name}": value for name, value in _ipopt_options(options).items()}
    settings |= {"print_time": False, "error_on_fail": False, "show_eval_warnings": False}
    lower, upper = problem.variable_limits()
    g_lower, g_upper = problem.row_limits()
    with StdoutGuard():
        solver = ca.nlpsol("optimum", "ipopt", problem.symbolic(), settings)
        found = solver(x0=start, lbx=lower, ubx=upper, lbg=g_lower, ubg=g_upper)
        stats = solver.stats()
    bounds = np.asarray(found["lam_x"]).ravel()
    return Raw(
        u=np.asarray(found["x"]).ravel(),
        multipliers=np.asarray(found["lam_g"]).ravel(),
        lower=np.maximum(-bounds, 0.0),
        upper=np.maximum(bounds, 0.0),
        code=_CODE_OF_NAME.get(stats["return_status"], 3),
        message=stats["return_status"].replace("_", " "),
        iterations=int(stats.get("iter_count", 0)),
    )


def _report(problem: ScaledProblem, raw: Raw, backend: str, seconds: float) -> Optimum:
    model, sign = problem.model, problem.sign
    x = raw.u * problem.scale
    values = model.outputs(x, problem.p)
    count = len(model.equations)
    outputs = {name: float(value) for name, value in zip(model.output_names, values, strict=True)}
    excess = [
        max(lower - outputs[name], outputs[name] - upper, 0.0)
        for name, (lower, upper) in problem.output_bounds.items()
    ]
    residual = model.residual(x, problem.p) / model.equation_scale
    return Optimum(
        status=status_of(raw),
        x=x,
        objective=sign * problem.objective(raw.u),
        outputs=outputs,
        equation_error=float(np.max(np.abs(residual), initial=0.0)),
        bound_violation=max(excess, default=0.0),
        dual_infeasibility=problem.dual_infeasibility(raw.u, raw.multipliers, raw.lower, raw.upper),
        # IPOPT's Lagrangian is f + y.g - zL.(x - lower) + zU.(x - upper), so df/dbound is -y, zL and -zU.
        equation_multipliers=-sign * raw.multipliers[:count] / model.equation_scale,
        output_multipliers={
            name: float(-sign * y)
            for name, y in zip(problem.output_bounds, raw.multipliers[count:], strict=True)
        },
        lower_multipliers=sign * raw.lower / problem.scale,
        upper_multipliers=-sign * raw.upper / problem.scale,
        iterations=raw.iterations,
        seconds=seconds,
        backend=backend,
        message=raw.message,
    )
