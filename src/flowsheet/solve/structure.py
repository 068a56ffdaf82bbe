"""What the pattern of the equations says before any number is computed.

A maximum matching pairs equations with unknowns. The Dulmage-Mendelsohn decomposition tells apart what has
too many equations, what has too few, and the rest, which block triangular form orders into the smallest
systems that can be solved one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from flowsheet.solve.compiled import CompiledModel


@dataclass(frozen=True)
class Structure:
    """Names of equations and unknowns by the part they belong to.

    `surplus_equations` are those of the overdetermined part that stay unmatched, `free_unknowns` those of the
    underdetermined part: one choice among several; the parts themselves do not depend on it.
    """

    overdetermined_equations: tuple[str, ...]
    overdetermined_unknowns: tuple[str, ...]
    underdetermined_equations: tuple[str, ...]
    underdetermined_unknowns: tuple[str, ...]
    surplus_equations: tuple[str, ...]
    free_unknowns: tuple[str, ...]
    matching: dict[str, str]
    blocks: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @property
    def is_sound(self) -> bool:
        """Every equation determines one unknown and none is left over."""
        return not self.surplus_equations and not self.free_unknowns


def diagnose(model: CompiledModel) -> Structure:
    """Matching, Dulmage-Mendelsohn parts and block triangular form of the model's Jacobian pattern.

    `matching`: unknown by equation. `blocks`: (equations, unknowns) of the sound part in solving order.
    """
    # SciPy's matching backtracks without marking where it has been: dense cascades take it for ever.
    _, rows, cols, row_ends, col_ends, row_parts, col_parts = model.function("jacobian").sparsity_out(0).btf()
    equation = [model.equations[row] for row in rows]
    unknown = [model.unknowns.names[col] for col in cols]
    # Rows: unmatched, overdetermined, sound, underdetermined; columns: the same without the first, then those
    # unmatched. What is matched stands in the same order in both.
    _, surplus, over, sound, _ = row_parts
    _, over_col, sound_col, matched, _ = col_parts
    spans = zip(row_ends, row_ends[1:], col_ends, col_ends[1:], strict=False)
    return Structure(
        overdetermined_equations=tuple(model.equations[row] for row in sorted(rows[:over])),
        overdetermined_unknowns=tuple(model.unknowns.names[col] for col in sorted(cols[:over_col])),
        underdetermined_equations=tuple(model.equations[row] for row in sorted(rows[sound:])),
        underdetermined_unknowns=tuple(model.unknowns.names[col] for col in sorted(cols[sound_col:])),
        surplus_equations=tuple(model.equations[row] for row in sorted(rows[:surplus])),
        free_unknowns=tuple(model.unknowns.names[col] for col in sorted(cols[matched:])),
        matching=dict(zip(equation[surplus:], unknown[:matched], strict=True)),
        blocks=tuple(
            (tuple(equation[first:end]), tuple(unknown[left:right]))
            for first, end, left, right in spans
            if over <= first < end <= sound and over_col <= left < right <= sound_col
        ),
    )
