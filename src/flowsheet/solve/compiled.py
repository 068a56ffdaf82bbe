"""The compiled model: names, magnitudes and CasADi functions of one system of equations.

    residual(x, p) = 0        x unknowns, p inputs that are held
    outputs(x, p)             values to be reported, bounded or optimised

It is a plain value: it needs no Pyomo, can be pickled to a worker, and `cache.py` keeps it on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsheet.solve.sparse import SparseMatrix

if TYPE_CHECKING:
    import casadi as ca

_OF_EQUATIONS = ("residual", "shares", "jacobian", "residual_by_input")
_DERIVATIVES = ("jacobian", "residual_by_input", "outputs_jacobian", "outputs_by_input")


@dataclass(frozen=True, eq=False)
class Variables:
    """Columns of the model. All arrays have one entry per name; `is_log` marks natural logarithms."""

    names: tuple[str, ...]
    start: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    nominal: np.ndarray
    is_log: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def position(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}

    def take(self, indices: np.ndarray) -> Variables:
        return Variables(
            tuple(self.names[i] for i in indices),
            self.start[indices],
            self.lower[indices],
            self.upper[indices],
            self.nominal[indices],
            self.is_log[indices],
        )

    def join(self, other: Variables) -> Variables:
        return Variables(
            self.names + other.names,
            np.concatenate([self.start, other.start]),
            np.concatenate([self.lower, other.lower]),
            np.concatenate([self.upper, other.upper]),
            np.concatenate([self.nominal, other.nominal]),
            np.concatenate([self.is_log, other.is_log]),
        )


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """Equations, outputs and their derivatives as functions of unknowns x and inputs p.

    `functions`: `residual`, `outputs`, and `shares` where the model states them; derivatives of them.
    `columns`: for a view made by `with_free` or `block`, where its (x, p) stand in the parent's (x, p).
    `functions` fills itself: a derivative is formed when it is first asked for.
    """

    unknowns: Variables
    inputs: Variables
    equations: tuple[str, ...]
    equation_scale: np.ndarray
    output_names: tuple[str, ...]
    functions: MutableMapping[str, ca.Function] = field(repr=False)
    unused: tuple[str, ...] = ()
    columns: np.ndarray | None = None
    views: dict[str, CompiledModel] = field(default_factory=dict, repr=False)
    _buffers: dict[str, Any] = field(default_factory=dict, repr=False, init=False)

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"_buffers": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @property
    def x0(self) -> np.ndarray:
        return self.unknowns.start

    @property
    def p0(self) -> np.ndarray:
        return self.inputs.start

    @cached_property
    def output_position(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.output_names)}

    @property
    def degrees_of_freedom(self) -> int:
        return len(self.unknowns) - len(self.equations)

    # ---- values

    def residual(self, x: np.ndarray, p: np.ndarray) -> np.ndarray:
        """Left side less right side of every equation, as written (not scaled)."""
        return self._evaluate("residual", x, p)

    def outputs(self, x: np.ndarray, p: np.ndarray) -> np.ndarray:
        return self._evaluate("outputs", x, p)

    def shares(self, x: np.ndarray, p: np.ndarray) -> np.ndarray:
        """The part of its phase that each unknown stands for; 1 where the model does not state it."""
        return self._evaluate("shares", x, p) if "shares" in self.functions else np.ones(len(self.unknowns))

    def jacobian(self, x: np.ndarray, p: np.ndarray) -> SparseMatrix:
        """d residual / d x, equations by unknowns."""
        return self._matrix("jacobian", x, p)

    def residual_by_input(self, x: np.ndarray, p: np.ndarray) -> SparseMatrix:
        """d residual / d p, equations by inputs."""
        return self._matrix("residual_by_input", x, p)

    def outputs_jacobian(self, x: np.ndarray, p: np.ndarray) -> SparseMatrix:
        """d outputs / d x with p held, outputs by unknowns."""
        return self._matrix("outputs_jacobian", x, p)

    def outputs_by_input(self, x: np.ndarray, p: np.ndarray) -> SparseMatrix:
        """d outputs / d p with x held, outputs by inputs."""
        return self._matrix("outputs_by_input", x, p)

    def gradient(
        self, x: np.ndarray, p: np.ndarray, by_equation: np.ndarray, by_output: np.ndarray
    ) -> np.ndarray:
        """d/d(x, p) of (by_equation . residual + by_output . outputs), x first: one reverse sweep."""
        return self._evaluate("gradient", x, p, by_equation, by_output)

    def hessian(
        self, x: np.ndarray, p: np.ndarray, by_equation: np.ndarray, by_output: np.ndarray
    ) -> SparseMatrix:
        """Lower triangle of d2/dx2 of (by_equation . residual + by_output . outputs)."""
        return self._matrix("hessian", x, p, by_equation, by_output)

    def hessian_products(
        self,
        x: np.ndarray,
        p: np.ndarray,
        by_equation: np.ndarray,
        by_output: np.ndarray,
        directions: np.ndarray,
    ) -> np.ndarray:
        """d2/dx2 of (by_equation . residual + by_output . outputs) times each column of `directions`.

        One forward sweep over the reverse one for each: for a few directions far cheaper to derive than the
        matrix, whose pattern has to be coloured.
        """
        columns = [
            self._evaluate("hessian_product", x, p, by_equation, by_output, direction)
            for direction in directions.T
        ]
        return np.column_stack(columns)

    def pattern(self, derivative: str) -> SparseMatrix:
        """Pattern of the matrix that the evaluation of this name returns, as a matrix of ones."""
        key = derivative + ".pattern"
        if key not in self._buffers:
            sparsity = self.function(derivative).sparsity_out(0)
            self._buffers[key] = SparseMatrix(
                sparsity.shape,
                np.array(sparsity.colind(), dtype=np.int64),
                np.array(sparsity.row(), dtype=np.int64),
                np.ones(sparsity.nnz()),
            )
        pattern: SparseMatrix = self._buffers[key]
        return pattern

    def output(self, name: str, x: np.ndarray, p: np.ndarray) -> float:
        return float(self.outputs(x, p)[self.output_position[name]])

    # ---- other ways to see the same equations

    def with_free(self, inputs_to_free: Iterable[str], unknowns_to_hold: Iterable[str] = ()) -> CompiledModel:
        """The same equations with some inputs made unknown and some unknowns made inputs.

        Unknowns: those that stay, then the freed inputs; inputs: those that stay, then the held unknowns.
        Translate vectors with `gather` and `scatter`. Raises KeyError for a name that is not there.
        """
        count = len(self.unknowns)
        freed = np.array([count + self.inputs.position[name] for name in inputs_to_free], dtype=int)
        held = np.array([self.unknowns.position[name] for name in unknowns_to_hold], dtype=int)
        stay = np.setdiff1d(np.arange(count), held)
        keep = np.setdiff1d(np.arange(count, count + len(self.inputs)), freed)
        everything = np.arange(len(self.equations))
        x_cols, p_cols = np.concatenate([stay, freed]), np.concatenate([keep, held])
        return self._view(everything, x_cols, p_cols, self.output_names)

    def block(self, equations: Sequence[str], unknowns: Sequence[str]) -> CompiledModel:
        """Some of the equations in some of the unknowns; all else that they hold becomes inputs."""
        blocks = self._buffers.setdefault("blocks", {})
        key = (tuple(equations), tuple(unknowns))
        if key not in blocks:
            row_of = {name: index for index, name in enumerate(self.equations)}
            rows = np.array([row_of[name] for name in equations], dtype=int)
            cols = np.array([self.unknowns.position[name] for name in unknowns], dtype=int)
            blocks[key] = self._view(rows, cols, self._columns_of(rows, without=cols), ())
        block: CompiledModel = blocks[key]
        return block

    def with_outputs(self, more: Mapping[str, Callable[[Mapping[str, ca.SX]], ca.SX]]) -> CompiledModel:
        """The model with further outputs, each a CasADi expression of the outputs (by name) that it has."""
        import casadi as ca

        x, p = self._symbols()
        values = self.functions["outputs"](x, p)
        by_name = {name: values[index] for index, name in enumerate(self.output_names)}
        added = [expression(by_name) for expression in more.values()]
        function = ca.Function("outputs", [x, p], [ca.densify(ca.vertcat(values, *added))])
        kept = {name: old for name, old in self.functions.items() if name in _OF_EQUATIONS}
        names, functions = (*self.output_names, *more), {**kept, "outputs": function}
        return replace(self, output_names=names, functions=functions, views={})

    def with_outputs_only(self, names: Sequence[str]) -> CompiledModel:
        """The model with fewer outputs, so that their derivatives are formed for these alone."""
        import casadi as ca

        x, p = self._symbols()
        rows = [self.output_position[name] for name in names]
        function = ca.Function("outputs", [x, p], [ca.densify(self.functions["outputs"](x, p)[rows, 0])])
        kept = {name: old for name, old in self.functions.items() if name in _OF_EQUATIONS}
        functions = {**kept, "outputs": function}
        return replace(self, output_names=tuple(names), functions=functions, views={})

    def gather(self, parent_x: np.ndarray, parent_p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """This view's (x, p) out of the parent's."""
        if self.columns is None:
            return parent_x.copy(), parent_p.copy()
        both = np.concatenate([parent_x, parent_p])[self.columns]
        return both[: len(self.unknowns)], both[len(self.unknowns) :]

    def scatter(
        self, x: np.ndarray, parent_x: np.ndarray, parent_p: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The parent's (x, p) with this view's unknowns put in."""
        both = np.concatenate([parent_x, parent_p])
        where = np.arange(len(x)) if self.columns is None else self.columns[: len(x)]
        both[where] = x
        return both[: len(parent_x)], both[len(parent_x) :]

    # ---- how the functions come about

    def function(self, name: str) -> ca.Function:
        """The CasADi function behind an evaluation, derived now if it is not there yet."""
        if name not in self.functions:
            self.functions[name] = self._derive(name)
        return self.functions[name]

    def _symbols(self) -> tuple[ca.SX, ca.SX]:
        import casadi as ca

        return ca.SX.sym("x", len(self.unknowns)), ca.SX.sym("p", len(self.inputs))

    def _expanded(self) -> tuple[ca.SX, ca.SX, ca.SX, ca.SX | None]:
        """Symbols of (x, p); residual, outputs and shares over them, expanded once: all views slice them."""
        import casadi as ca

        if "expanded" not in self._buffers:
            x, p = self._symbols()
            self._buffers["expanded"] = (
                ca.vertcat(x, p),
                self.functions["residual"](x, p),
                self.functions["outputs"](x, p),
                self.functions["shares"](x, p) if "shares" in self.functions else None,
            )
        expanded: tuple[ca.SX, ca.SX, ca.SX, ca.SX | None] = self._buffers["expanded"]
        return expanded

    def _expanded_jacobian(self) -> ca.SX:
        """The Jacobian over the symbols of `_expanded`: blocks slice it, which takes no derivative."""
        if "expanded_jacobian" not in self._buffers:
            both = self._expanded()[0]
            count = len(self.unknowns)
            self._buffers["expanded_jacobian"] = self.function("jacobian")(both[:count], both[count:])
        jacobian: ca.SX = self._buffers["expanded_jacobian"]
        return jacobian

    def _derive(self, name: str) -> ca.Function:
        import casadi as ca

        x, p = self._symbols()
        residual, outputs = self.functions["residual"](x, p), self.functions["outputs"](x, p)
        if name in ("gradient", "hessian", "hessian_product"):
            by_equation = ca.SX.sym("u", len(self.equations))
            by_output = ca.SX.sym("v", len(self.output_names))
            lagrangian = ca.dot(by_equation, residual) + ca.dot(by_output, outputs)
            if name == "gradient":
                gradient = ca.vertcat(ca.gradient(lagrangian, x), ca.gradient(lagrangian, p))
                return ca.Function(name, [x, p, by_equation, by_output], [ca.densify(gradient)])
            if name == "hessian_product":
                direction = ca.SX.sym("d", len(self.unknowns))
                product = ca.jtimes(ca.gradient(lagrangian, x), x, direction)
                return ca.Function(name, [x, p, by_equation, by_output, direction], [ca.densify(product)])
            # ca.hessian, not the Jacobian of a gradient function: the latter takes some fifty times longer.
            return ca.Function(name, [x, p, by_equation, by_output], [ca.tril(ca.hessian(lagrangian, x)[0])])
        if name not in _DERIVATIVES:
            raise KeyError(f"there is no function {name}")
        value = outputs if name.startswith("outputs") else residual
        return ca.Function(name, [x, p], [ca.jacobian(value, p if name.endswith("by_input") else x)])

    def _evaluate(self, name: str, *arguments: np.ndarray) -> np.ndarray:
        function = self.function(name)
        if name not in self._buffers:
            buffer, trigger = function.buffer()
            self._buffers[name] = (buffer, trigger, function.nnz_out(0))
        buffer, trigger, size = self._buffers[name]
        result = np.zeros(size)
        contiguous = [np.ascontiguousarray(argument, dtype=float) for argument in arguments]
        for index, argument in enumerate(contiguous):
            if argument.size != function.nnz_in(index):
                raise ValueError(f"{name}: {argument.size} values given, {function.nnz_in(index)} needed")
            buffer.set_arg(index, argument.data)
        buffer.set_res(0, result.data)
        trigger()
        return result

    def _matrix(self, name: str, *arguments: np.ndarray) -> SparseMatrix:
        return self.pattern(name).with_data(self._evaluate(name, *arguments))

    def _columns_of(self, rows: np.ndarray, without: np.ndarray) -> np.ndarray:
        """Columns of (x, p) that the given rows hold, less some."""
        count = len(self.unknowns)
        unknown_rows, unknowns = self._incidence(0)
        input_rows, inputs = self._incidence(1)
        held = [unknowns[np.isin(unknown_rows, rows)], count + inputs[np.isin(input_rows, rows)]]
        return np.setdiff1d(np.concatenate(held), without).astype(int)

    def _incidence(self, argument: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns of the residual's entries by x (0) or p (1); no derivative is formed for them."""
        key = f"incidence.{argument}"
        if key not in self._buffers:
            row, col = self.functions["residual"].jac_sparsity(0, argument).get_triplet()
            self._buffers[key] = (np.array(row, dtype=int), np.array(col, dtype=int))
        incidence: tuple[np.ndarray, np.ndarray] = self._buffers[key]
        return incidence

    def _view(
        self, rows: np.ndarray, x_cols: np.ndarray, p_cols: np.ndarray, outputs: tuple[str, ...]
    ) -> CompiledModel:
        import casadi as ca

        parts = [rows.tolist(), x_cols.tolist(), p_cols.tolist(), list(outputs)]
        key = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
        if key in self.views:
            return self.views[key]
        both, everywhere, all_outputs, all_shares = self._expanded()
        residual = everywhere[rows.tolist(), 0]
        values = all_outputs if outputs else ca.SX(0, 1)
        x, p = both[x_cols.tolist(), 0], both[p_cols.tolist(), 0]
        functions = {
            "residual": ca.Function("residual", [x, p], [ca.densify(residual)]),
            "outputs": ca.Function("outputs", [x, p], [ca.densify(values)]),
        }
        if all_shares is not None:
            of_inputs = ca.SX.ones(len(self.inputs), 1)
            shares = ca.vertcat(all_shares, of_inputs)[x_cols.tolist(), 0]
            functions["shares"] = ca.Function("shares", [x, p], [ca.densify(shares)])
        freed = x_cols[x_cols >= len(self.unknowns)]
        stay = x_cols[: len(x_cols) - len(freed)]  # views put freed inputs after the unknowns
        by_unknown = self._expanded_jacobian()[rows.tolist(), stay.tolist()]
        by_freed = ca.jacobian(residual, both[freed.tolist(), 0]) if len(freed) else ca.SX(len(rows), 0)
        functions["jacobian"] = ca.Function("jacobian", [x, p], [ca.horzcat(by_unknown, by_freed)])
        everything = self.unknowns.join(self.inputs)
        view = CompiledModel(
            unknowns=everything.take(x_cols),
            inputs=everything.take(p_cols),
            equations=tuple(self.equations[row] for row in rows),
            equation_scale=self.equation_scale[rows],
            output_names=outputs,
            functions=functions,
            columns=np.concatenate([x_cols, p_cols]),
        )
        self.views[key] = view
        return view
