"""The dose at which a titration meets its end point."""

from __future__ import annotations

from collections.abc import Callable

_NEAR = 1.25
"""Factor about the guess within which the root is looked for first."""
_NARROWEST = 0.5**16
_TRIES = 40


def falling_root(function: Callable[[float], float], most: float, guess: float, tolerance: float) -> float:
    """Where a falling function of 0 to `most` is within `tolerance` of zero.

    By regula falsi, with an end that stays twice weighed half (the Illinois method); ends too where that is
    known to a 65536th of `most`, as on a steep step.  0 where the function starts below zero, `most` where it
    does not fall to it.

    >>> round(falling_root(lambda dose: 2.0 - dose**2, 10.0, 1.3, 1e-6), 5)
    1.41421
    >>> falling_root(lambda dose: -1.0 - dose, 10.0, 1.3, 1e-6)
    0.0
    """
    low, at_low = guess, function(guess)
    if abs(at_low) < tolerance:
        return guess
    rising = at_low > 0.0
    for high in (guess * _NEAR if rising else guess / _NEAR, most if rising else 0.0):
        if high == low:
            continue
        at_high = function(high)
        if at_low * at_high <= 0.0:
            break
        low, at_low = high, at_high
    else:
        return low
    for _ in range(_TRIES):
        middle = high - at_high * (high - low) / (at_high - at_low)
        at_middle = function(middle)
        if abs(at_middle) < tolerance:
            return middle
        if at_middle * at_high < 0.0:
            low, at_low = high, at_high
        else:
            at_low *= 0.5
        high, at_high = middle, at_middle
        if abs(high - low) <= most * _NARROWEST:
            break
    return high
