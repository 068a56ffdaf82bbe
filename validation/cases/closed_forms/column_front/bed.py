"""A bed that takes up one metal, against closed solutions.

The library's march through cells and levels of time loads a clean bed with a liquor at constant pH;
expected are

    dispersion      c/c0 = [erfc((1 - t) s) + exp(Pe) erfc((1 + t) s)]/2,  s = sqrt(Pe/t)/2   (Ogata, Banks)
    mass transfer   c/c0 = 1 - F(2N; 2, 2 k (V - 1))    F: noncentral chi-square                (Anzelius)
    a front         its centre, the integral of 1 - c/c0, at 1 + q/c0 bed volumes               (conservation)

t is the liquor passed over R = 1 + K q_max bed volumes of a linear isotherm, N = k (R - 1) transfer
units; the bed's liquor is counted as one bed volume.  The effluent is the mean over a level, and so is
what is expected.
"""

import math
from functools import cache

import numpy as np
from scipy.special import erfc, erfcx
from scipy.stats import ncx2

from flowsheet.chemistry.load import load_system
from hydromet.columns.cycle import FRONT, MAIN, Cycle
from hydromet.columns.liquor import Blend, ColumnChemistry
from hydromet.columns.march import BedMarch, MarchSettings
from hydromet.columns.transport import FOREIGN

METAL, PH, CAPACITY = "Nd", 3.0, 5e-3
ACID = 10.0**-PH
DISSOCIATION = 1e-14
NEXT_TO_NOTHING = 1e-9
SHARES = (np.arange(40) + 0.5) / 40


@cache
def effluent(cells, levels, volumes, feed, slope, peclet, units):
    """c/c0 of each level of a load of `volumes` bed volumes; Langmuir's slope at zero is `slope` (1 L/L)."""
    chemistry = ColumnChemistry(load_system("rare_earth"), ["H2O", "Cl", METAL], (METAL,), "ideal", 6.0)
    chemistry.species = tuple(s for s in chemistry.species if s.name == "OH-")
    chemistry.spectators = chemistry.blended = ()
    divisions = {(step, FRONT): 1 for step in ("feed", "regenerant")}
    divisions |= {("feed", MAIN): levels, ("regenerant", MAIN): 4}
    cycle = Cycle(("feed", "regenerant"), divisions, {"feed": "raffinate", "regenerant": "eluate"})
    march = BedMarch(chemistry, cycle, cells, {METAL: 1.0}, bool(peclet), bool(units), False)
    binding = {METAL: math.log(slope / CAPACITY * ACID**3)}  # of the exchange with three protons
    passed = dict.fromkeys(divisions, NEXT_TO_NOTHING) | {
        ("feed", MAIN): volumes,
        ("regenerant", MAIN): 1.0,
    }
    settings = MarchSettings(
        liquors={
            "feed": Blend(1.0, {}, 0.0, ACID + 3.0 * feed, 0.0, binding),
            "regenerant": Blend(1.0, {}, 0.0, ACID, 0.0, binding),
        },
        ln_k={"OH-": math.log(DISSOCIATION)},
        entering={"feed": np.array([feed]), "regenerant": FOREIGN * np.array([feed])},
        rate={pace: cells * volume / divisions[pace] for pace, volume in passed.items()},
        lapse={pace: volume / volumes / divisions[pace] for pace, volume in passed.items()},
        capacity=CAPACITY,
        liquor_fraction=1.0,
        back_mixing=max(cells / peclet - 0.5, 0.0) if peclet else 0.0,
        transfer_rate=units / slope * volumes if units else 0.0,
    )
    return march.run(settings, 1, 1e-12, 50).leaving[METAL][1 : levels + 1] / feed


def _numbers(point):
    row = {name: float(text) for name, text in point.row.items() if name not in ("kind", "line")}
    given = int(row["cells"]), int(row["levels"]), row["volumes"], row["feed"], row["slope"]
    return (*given, row["peclet"], row["units"]), row["at"]


def _level(point):
    """Number of the level that holds the volume asked for, and its edges."""
    (_, levels, volumes, *_), at = _numbers(point)
    width = volumes / levels
    k = int(at / width)
    return k, k * width, (k + 1) * width


def leaving(point):
    """c/c0 of a level, as marched."""
    return effluent(*_numbers(point)[0])[_level(point)[0]]


def curve(point):
    """c/c0 of that level by the closed form."""
    (_, _, _, _, slope, peclet, units), _ = _numbers(point)
    _, begin, end = _level(point)
    passed = begin + SHARES * (end - begin)
    if units:
        rate = units / slope
        return float(np.mean(1.0 - ncx2.cdf(2.0 * units, 2, 2.0 * rate * (passed - 1.0))))
    time = passed / (1.0 + slope)
    ahead, behind = ((1.0 + sign * time) * np.sqrt(peclet / time) / 2.0 for sign in (-1.0, 1.0))
    return float(np.mean(0.5 * (erfc(ahead) + np.exp(-(ahead**2)) * erfcx(behind))))


def centre(point):
    """Bed volumes of the front's centre, as marched."""
    given = _numbers(point)[0]
    return float(np.sum(1.0 - effluent(*given)) * given[2] / given[1])


def stoichiometric(point):
    """1 + q/c0 by Langmuir's isotherm."""
    (_, _, _, feed, slope, *_), _ = _numbers(point)
    return 1.0 + slope / (1.0 + slope * feed / CAPACITY)
