"""Numbers of cases in the units that they are shown in, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowsheet.document.quantity import to_display
from flowsheet.report.text import digits
from flowsheet.validation.outcome import counted
from flowsheet.validation.statistics import QuantityStatistics

NOTHING = "-"


def value_shown(value: float | None, unit: str, shown_in: str) -> float | None:
    """A value in a canonical unit, in the unit of reports."""
    return None if value is None else to_display(value, unit, shown_in)


def difference_shown(value: float | None, unit: str, shown_in: str) -> float | None:
    """A difference of two values: no offset of a temperature scale."""
    if value is None:
        return None
    return to_display(value, unit, shown_in) - to_display(0.0, unit, shown_in)


def number_text(value: float | None, unit: str, shown_in: str) -> str:
    """A value without its unit."""
    return digits(value_shown(value, unit, shown_in))


def unit_of_difference(shown_in: str) -> str:
    """What errors are stated in: points where the number is a percentage."""
    return "points" if shown_in == "%" else "K" if shown_in in ("degC", "K") else shown_in


def error_text(value: float | None, unit: str, shown_in: str) -> str:
    """A difference with its unit."""
    if value is None:
        return NOTHING
    return f"{digits(difference_shown(value, unit, shown_in), 3)} {unit_of_difference(shown_in)}".rstrip()


def bias_text(found: QuantityStatistics) -> str:
    """A factor, as a percentage above or below; of logarithms, what is added."""
    bias = found.scatter.bias
    if bias is None:
        return NOTHING
    if found.compared_as == "logarithm":
        return f"{bias:+.3f}"
    return f"{100.0 * (bias - 1.0):+.1f} %"


def scatter_text(found: QuantityStatistics) -> str:
    """s_M; with <= where the data don't allow to say more."""
    scatter = found.scatter
    if scatter.scatter is None:
        return NOTHING
    sign = "<= " if scatter.at_most else ""
    if found.compared_as == "logarithm":
        return f"{sign}{scatter.scatter:.3f}"
    return f"{sign}{100.0 * scatter.scatter:.1f} %"


def kind_text(found: QuantityStatistics) -> str:
    """How it is compared, where that isn't by ratio."""
    return {"ratio": "", "remainder": " (1 - X)", "logarithm": " (log)"}[found.compared_as]


def remarks(found: Iterable[QuantityStatistics]) -> Iterator[str]:
    """What bias and scatter leave out."""
    for f in found:
        if f.role == "verification":
            continue
        name = f"{f.quantity} ({f.role})"
        if f.failed:
            yield f"{name}: {counted(f.failed, 'point')} without a prediction"
        if f.scatter.left_out:
            yield (
                f"{name}: {counted(f.scatter.left_out, 'measurement')} no larger than the standard "
                f"deviation, without a ratio: bias and scatter are of the other {f.scatter.points}"
            )
        if f.scatter.floored:
            yield (
                f"{name}: {counted(f.scatter.floored, 'prediction')} below the measurement's standard "
                "deviation, counted as that"
            )


def data_text(found: QuantityStatistics) -> str:
    """s_E."""
    of_data = found.scatter.of_data
    return f"{of_data:.3f}" if found.compared_as == "logarithm" else f"{100.0 * of_data:.1f} %"
