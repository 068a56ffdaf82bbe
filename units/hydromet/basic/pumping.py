"""Power that pumps draw.

P = p V/(36 eta)          kW of p [bar] and V [m3/h], eta of pump and motor
"""

from __future__ import annotations

from typing import Any

BAR_VOLUME = 1.0 / 36.0
"""kW for 1 m3/h over 1 bar."""


def pumping_power(pressure: Any, volume_flow: Any, efficiency: Any) -> Any:
    """[kW] to raise a flow [m3/h] by a pressure [bar].

    >>> round(pumping_power(18.0, 2.0, 0.8), 9)
    1.25
    """
    return pressure * volume_flow * BAR_VOLUME / efficiency
