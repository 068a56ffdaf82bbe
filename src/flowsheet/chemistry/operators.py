"""exp, log and sqrt that serve numbers, arrays and Pyomo expressions alike, so that equations are written
once.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def exp(x: Any) -> Any:
    """e to the x."""
    return _apply("exp", x)


def log(x: Any) -> Any:
    """Natural logarithm."""
    return _apply("log", x)


def sqrt(x: Any) -> Any:
    """Square root."""
    return _apply("sqrt", x)


def positive_part(x: Any, smoothing: float) -> Any:
    """Smooth max(x, 0): (x + sqrt(x^2 + 4 s^2)) / 2, above the exact value by at most s."""
    return 0.5 * (x + sqrt(x * x + 4.0 * smoothing * smoothing))


def _apply(name: str, x: Any) -> Any:
    if isinstance(x, (int, float)):
        return getattr(math, name)(x)
    if isinstance(x, (np.ndarray, np.generic)):
        return getattr(np, name)(x)
    import pyomo.environ as pyo

    return getattr(pyo, name)(x)
