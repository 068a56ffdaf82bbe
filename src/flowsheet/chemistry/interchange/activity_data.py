"""Activity coefficients of a Cantera phase as parameters of our models.

ideal-molal-solution   `ideal`
Debye-Huckel           `debye_huckel`, every form
HMW-electrolyte        `pitzer`, all ions in the mixing terms, whose slope Cantera holds at 0.392
                       temperature models: c0;  c0 + c1 (T - Tr);
                       c0 + c1 (T - Tr) + c2 (T^2 - Tr^2) + c3 (1/T - 1/Tr) + c4 ln(T/Tr)

The slope A(T) is a number of the file or water's, which is fitted to Cantera's at the phase's pressure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from flowsheet.chemistry.debye_huckel_forms import DebyeHuckelParameters, Form
from flowsheet.chemistry.interchange.standard_states import smooth_fit
from flowsheet.chemistry.system import PitzerParameters
from flowsheet.chemistry.temperature_function import TemperatureFunction, combine

MIXING_SLOPE = 0.392
"""A_phi in Cantera's electrostatic mixing terms."""
_A_DEFAULT, _B_DEFAULT = 1.172576, 3.28640e9
_STRONGEST_DEFAULT = 30.0
_PER_KMOL = math.sqrt(1000.0)
"""Cantera's input data are per kmol."""
_LARGEST_CHARGE = 4
_FORMS: Mapping[str, Form] = {
    "dilute-limit": "dilute_limit",
    "B-dot-with-variable-a": "b_dot_variable_a",
    "B-dot-with-common-a": "b_dot_common_a",
    "beta_ij": "beta_ij",
    "Pitzer-with-beta_ij": "pitzer_beta_ij",
}
_NONPOLAR = ("nonpolar-neutral", "nonpolarNeutral")
_ORDER = {"constant": (0,), "linear": (0, 3), "complex": (0, 3, 4, 1, 2)}
"""Where Cantera's coefficients stand among (P25, a1 of 1/T, a2 of ln T, a3 of T, a4 of T^2)."""
_PROBE = """
phases:
- name: slope
  thermo: Debye-Huckel
  elements: [H, O, E]
  species: [H2O, H+]
  activity-data: {model: dilute-limit, A_Debye: variable}
species:
- name: H2O
  composition: {H: 2, O: 1}
  equation-of-state: {model: liquid-water-IAPWS95}
- name: H+
  composition: {H: 1, E: -1}
  thermo: {model: constant-cp}
  equation-of-state: {model: constant-volume, molar-volume: 1.0 cm^3/mol}
"""

NameOf = Callable[[str], str]


class NotTakenOver(ValueError):
    """Something in the activity data; `species` is one that it concerns, if any."""

    def __init__(self, message: str, species: str = "") -> None:
        self.species = species
        super().__init__(message)


def debye_huckel(phase: Any, pressure: float, name_of: NameOf) -> DebyeHuckelParameters:
    """Parameters of a Debye-Huckel phase.

    Raises:
        NotTakenOver: an interaction with the solvent itself, or a radius that isn't given.
    """
    stated = phase.input_data.get("activity-data", {})
    species = [phase.species(k) for k in range(phase.n_species)]
    solvent, solutes = species[0], species[1:]
    own = {s.name: s.input_data.get("Debye-Huckel", {}) for s in species}
    form = _FORMS[stated["model"]]
    default = stated.get("default-ionic-radius", math.nan)
    radii = {s.name: _radius(own[s.name].get("ionic-radius", default), default) for s in species}
    needed = {"b_dot_variable_a": [s.name for s in solutes if s.charge], "dilute_limit": []}
    for name in needed.get(form, [solvent.name]):
        if math.isnan(radii[name]):
            raise NotTakenOver(f"`{name}` has no ionic radius", name)
    for entry in stated.get("beta", ()):
        if solvent.name in entry["species"]:
            raise NotTakenOver(f"an interaction coefficient with the solvent `{solvent.name}`", solvent.name)
    nonpolar = {
        s.name for s in solutes if own[s.name].get("electrolyte-species-type", _default_type(s)) in _NONPOLAR
    }
    return DebyeHuckelParameters(
        form=form,
        slope=_slope(stated.get("A_Debye"), pressure),
        b=float(stated["B_Debye"]) / _PER_KMOL if "B_Debye" in stated else _B_DEFAULT,
        common_radius=0.0 if math.isnan(radii[solvent.name]) else radii[solvent.name],
        radii={name_of(n): a for n, a in radii.items() if not math.isnan(a)},
        b_dot=float(stated.get("B-dot", 0.0)),
        beta={
            frozenset(map(name_of, entry["species"])): float(entry["beta"])
            for entry in stated.get("beta", ())
        },
        nonpolar=frozenset(map(name_of, nonpolar)),
        helgeson=bool(stated.get("use-Helgeson-fixed-form", False)),
        weak_acids={
            name_of(n): float(d["weak-acid-charge"]) for n, d in own.items() if "weak-acid-charge" in d
        },
        strongest=float(stated.get("max-ionic-strength", _STRONGEST_DEFAULT)),
    )


def _radius(stated: Any, default: float) -> float:
    """[m]; Cantera leaves one that is the default as it is written."""
    return default if isinstance(stated, str) else float(stated)


def _default_type(species: Any) -> str:
    if species.charge:
        return "charged-species"
    weak = species.input_data.get("Debye-Huckel", {}).get("weak-acid-charge", 0.0)
    return "weak-acid-associated" if weak else _NONPOLAR[0]


def pitzer(phase: Any, pressure: float, name_of: NameOf) -> PitzerParameters:
    """Parameters of an HMW-electrolyte phase.

    Raises:
        NotTakenOver: an ion of a charge beyond 4, or a coefficient between two different neutral species,
        which Cantera counts for one of them only.
    """
    stated = phase.input_data.get("activity-data", {})
    order = _ORDER[stated.get("temperature-model", "constant")]
    charge = {phase.species_name(k): int(phase.species(k).charge) for k in range(phase.n_species)}
    for name, z in charge.items():
        if abs(z) > _LARGEST_CHARGE:
            raise NotTakenOver(f"`{name}`: an HMW-electrolyte has mixing terms up to charge 4 only", name)
    binary: dict[tuple[str, str], dict[str, tuple[float, ...]]] = {}
    theta, psi, lambda_ = {}, {}, {}
    zeta: dict[tuple[str, str, str], tuple[float, ...]] = {}
    mu: dict[str, tuple[float, ...]] = {}
    for entry in stated.get("interactions", ()):
        ions = list(entry["species"])
        names, charges = [name_of(s) for s in ions], [charge[s] for s in ions]

        def value(key: str, entry: Mapping[str, Any] = entry) -> tuple[float, ...]:
            return _arranged(entry[key], order)

        neutral = charges.count(0)
        if len(ions) == 1:
            mu[names[0]] = value("mu")
        elif len(ions) == 3 and neutral:
            first, second, third = (n for _, n in sorted(zip(map(_kind, charges), names, strict=True)))
            zeta[first, second, third] = value("zeta")
        elif len(ions) == 3:
            psi[frozenset(names)] = value("psi")
        elif neutral == 2 and names[0] != names[1]:
            raise NotTakenOver(
                f"the coefficient between the neutral species `{ions[0]}` and `{ions[1]}`: Cantera counts it "
                "for one of them only",
                ions[1],
            )
        elif neutral:
            lambda_[frozenset(names)] = value("lambda")
        elif charges[0] * charges[1] > 0:
            theta[frozenset(names)] = value("theta")
        else:
            cation, anion = names if charges[0] > 0 else names[::-1]
            binary[cation, anion] = _binary(entry, order)
    return PitzerParameters(
        binary=binary,
        theta=theta,
        psi=psi,
        lambda_=lambda_,
        zeta=zeta,
        mu=mu,
        mixing_slope=MIXING_SLOPE,
        slope=combine([(1.0 / 3.0, _slope(stated.get("A_Debye"), pressure))]),
        all_ions=True,
        cropped=_cropping(stated.get("cropping-coefficients", {})),
    )


def _cropping(stated: Mapping[str, Any]) -> tuple[float, float]:
    """Between which values Cantera holds ln gamma of a solute, at infinite dilution."""
    return float(stated.get("ln_gamma_k_min", -5.0)), float(stated.get("ln_gamma_k_max", 15.0))


def _kind(charge: int) -> int:
    """Neutral, cation, anion."""
    return 0 if charge == 0 else 1 if charge > 0 else 2


def _binary(entry: Mapping[str, Any], order: tuple[int, ...]) -> dict[str, tuple[float, ...]]:
    """An exponent of zero switches its coefficient off, as in Cantera."""
    alpha1, alpha2 = float(entry.get("alpha1", 0.0)), float(entry.get("alpha2", 0.0))
    found = {"beta0": _arranged(entry["beta0"], order), "cphi": _arranged(entry["Cphi"], order)}
    if alpha1:
        found |= {"beta1": _arranged(entry["beta1"], order), "alpha1": (alpha1,)}
    if alpha2:
        found |= {"beta2": _arranged(entry["beta2"], order), "alpha2": (alpha2,)}
    return found


def _arranged(value: Any, order: tuple[int, ...]) -> tuple[float, ...]:
    stated = list(value) if isinstance(value, (list, tuple)) else [value]
    arranged = [0.0] * (1 + max(order[: len(stated)]))
    for place, number in zip(order, stated, strict=False):
        arranged[place] = float(number)
    return tuple(arranged)


def _slope(stated: Any, pressure: float) -> TemperatureFunction:
    """A(T) [(kg/mol)^0.5]."""
    if stated is None:
        return TemperatureFunction(((0.0, {"1": _A_DEFAULT}),))
    if stated != "variable":
        return TemperatureFunction(((0.0, {"1": float(stated) / _PER_KMOL}),))
    return water_slope(pressure)


def water_slope(pressure: float) -> TemperatureFunction:
    """Water's A(T) as Cantera has it, from the activity of a trace of ions; it bends where water boils."""
    import cantera as ct

    probe = ct.Solution(yaml=_PROBE, name="slope")
    share = 1e-3
    molality = share * 1000.0 / float(probe.molecular_weights[0])

    def slope(temperature: float) -> float:
        probe.TPX = temperature, pressure, [1.0, share]
        ln_gamma = math.log(float(probe.activities[1]) / molality)
        return -ln_gamma / math.sqrt(0.5 * molality)

    water = ct.Water()  # type: ignore[attr-defined]
    water.TP = 298.15, pressure
    return smooth_fit(slope, float(water.T_sat))
