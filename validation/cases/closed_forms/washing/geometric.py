"""What counter-current washing leaves with the solids, for a dilute liquor.

Every stage mixes its liquors wholly; L of liquor leaves it with the solids.  Around stages 1 to i, with
clean wash W and the slurry's liquor M, the solute's concentrations obey

    (M + W - L) c_1 = M c_0 - L c_i + W c_(i+1),   so that  c_i - c_(i+1) = r^(-1) (c_(i-1) - c_i),  r = W/L

between stages, and c_(n+1) = 0 sums them up to the share left

    s = 1/(1 + (M + W - L)/L (1 + r + ... + r^(n-1)))
"""

SOLIDS, LIQUOR = 100.0, 500.0
"""kg/h"""


def left(point):
    """Share of the solute that stays in the last underflow."""
    u, wash, n = point["ccd.underflow_liquor"], point["water.flow"], point["ccd.stages"]
    held = SOLIDS * u / (1.0 - u)
    ratio = wash / held
    return 1.0 / (1.0 + (LIQUOR + wash - held) / held * sum(ratio**k for k in range(n)))
