"""A counter-current contactor as an exchanger of constant coefficients.

    dC_f/dA = -K (C_f - m C_s)/Q_f,   1/K = 1/k_f + 1/(k_m H_f) + m/k_s,   m = H_s/H_f

with the distribution ratios H at the feed's and the strip liquor's pH.  With N = K A/Q_f and R = m Q_f/Q_s
the share left is (1 - R) e/(1 - R e), e = exp(-N (1 - R)).  The liquor in the lumen touches the fibre's inner
surface only.
"""

import math

RATIO_AT_1 = 2.0
"""Distribution ratio at pH 1; it rises tenfold per unit of pH."""


def left(point):
    """Share of the trace that the raffinate keeps."""
    feed_ratio, strip_ratio = (
        RATIO_AT_1 * 10.0 ** (point.values[f"msx.{liquor}_pH"] - 1.0)
        for liquor in ("raffinate", "strip_liquor")
    )
    inner = point["msx.fibre_inner_diameter"] / point["msx.fibre_outer_diameter"]
    film = point["msx.feed_film_coefficient"] * inner
    wall, strip = point["msx.membrane_coefficient"], point["msx.strip_film_coefficient"]
    m = strip_ratio / feed_ratio
    overall = 1.0 / (1.0 / film + 1.0 / (wall * feed_ratio) + m / strip)
    units = overall * point["msx.area"] / point["liquor.flow"]
    ratio = m * point["liquor.flow"] / point["acid.flow"]
    e = math.exp(-units * (1.0 - ratio))
    return (1.0 - ratio) * e / (1.0 - ratio * e)
