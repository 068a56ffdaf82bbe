"""Where a solution leaves the range of the data behind its activity coefficients and constants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from flowsheet.chemistry import debye_huckel
from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.operators import log, sqrt
from flowsheet.chemistry.sit import IONIC_STRENGTH_LIMIT
from flowsheet.chemistry.system import WATER, ActivityModel, ChemistrySystem

_SIGNIFICANT = 0.01
"""Share of a component's total that a species must hold before its constant's range matters."""
_PRESENT = 1e-6
"""[mol/kg] from which an ion's activity coefficient matters."""


@dataclass(frozen=True)
class RangeWarning:
    """A quantity outside the range that a parameter was established for.

    `code`: `sit_ionic_strength`, `debye_huckel_ionic_strength`, `pitzer_molality`, `cropped`, `temperature`;
    `subject`: the pair, species or model.
    """

    code: str
    subject: str
    value: float
    limit: float
    message: str


def range_warnings(
    system: ChemistrySystem, model: ActivityModel, molality: Mapping[str, float], temperature: float
) -> Iterator[RangeWarning]:
    """What of a speciated solution lies outside its parameters' ranges.

    `molality` [mol/kg] of all aqueous species, `temperature` [K].

    A Pitzer pair's molality is that of the salt which the scarcer of its two ions could make.

    >>> from flowsheet.chemistry.load import load_system
    >>> liquor = {"Na+": 6.0, "SO4-2": 3.0}
    >>> [w.code for w in range_warnings(load_system("nmc_sulfate"), "sit", liquor, 298.15)]
    ['sit_ionic_strength']
    """
    yield from _slope(temperature)
    strength = 0.5 * sum(m * _charge(system, s) ** 2 for s, m in molality.items())
    if model == "sit":
        if strength > IONIC_STRENGTH_LIMIT:
            yield RangeWarning(
                "sit_ionic_strength",
                "sit",
                strength,
                IONIC_STRENGTH_LIMIT,
                f"SIT's interaction coefficients hold up to an ionic strength of {IONIC_STRENGTH_LIMIT:g} "
                f"mol/kg, not at {strength:.2f} mol/kg: use the Pitzer model",
            )
    elif model == "pitzer":
        yield from _pairs(system, molality, temperature)
        if system.pitzer.cropped is not None:
            yield from _cropped(system, molality, temperature, system.pitzer.cropped)
    elif system.debye_huckel is not None and strength > (limit := system.debye_huckel.strongest):
        yield RangeWarning(
            "debye_huckel_ionic_strength",
            model,
            strength,
            limit,
            f"Cantera holds this phase's ionic strength at {limit:g} mol/kg; it is {strength:.2f} mol/kg",
        )
    yield from _constants(system, model, molality, temperature)


@cache
def interval(text: str) -> tuple[float, float]:
    """The two ends of `0 degC to 90 degC` or `0 to 2.5`, in the text's own unit.

    >>> interval("0 degC to 90 degC"), interval("0 to 2.5 mol/kg")
    ((0.0, 90.0), (0.0, 2.5))

    Raises:
        ValueError: the text is not `low to high`.
    """
    ends = [re.match(r"\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)", end) for end in text.split(" to ")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise ValueError(f"`{text}` is not a range: write `low to high`")
    return float(ends[0].group(1)), float(ends[1].group(1))


def _slope(temperature: float) -> Iterator[RangeWarning]:
    low, high = (end - 273.15 for end in debye_huckel.RANGE)
    yield from _temperature("Debye-Hueckel slope", "the Debye-Hueckel slope holds", low, high, temperature)


def _cropped(
    system: ChemistrySystem, molality: Mapping[str, float], temperature: float, bounds: tuple[float, float]
) -> Iterator[RangeWarning]:
    """Ions whose activity coefficient Cantera holds at a bound that its file states."""
    charges = {s: _charge(system, s) for s in molality}
    model = activity_of(system, charges, "pitzer")
    shared = model.shared(
        molality, sqrt(0.5 * sum(m * charges[s] ** 2 for s, m in molality.items())), temperature
    )
    moles = 1.0 / system.component(WATER).molar_mass
    shift = -2.5 * log(moles / (moles + sum(molality.values())))
    for species, m in molality.items():
        ln_gamma = float(model.ln_gamma(species, molality, shared, temperature))
        low, high = (bound + shift for bound in bounds)
        if m > _PRESENT and not low <= ln_gamma <= high:
            limit = low if ln_gamma < low else high
            yield RangeWarning(
                "cropped",
                species,
                ln_gamma,
                limit,
                f"ln gamma of {species} is {ln_gamma:.2f}; Cantera holds it at {limit:.2f} by the cropping "
                "coefficients of the phase",
            )


def _pairs(
    system: ChemistrySystem, molality: Mapping[str, float], temperature: float
) -> Iterator[RangeWarning]:
    for (cation, anion), ranges in system.pitzer.ranges.items():
        if cation not in molality or anion not in molality:
            continue
        z_cation, z_anion = abs(_charge(system, cation)), abs(_charge(system, anion))
        common = 1 if z_cation == z_anion else z_cation * z_anion
        per_cation, per_anion = (1, 1) if common == 1 else (z_anion, z_cation)
        salt = min(molality[cation] / per_cation, molality[anion] / per_anion)
        hold = f"the Pitzer coefficients of {cation} with {anion} hold"
        if "molality" in ranges:
            limit = interval(ranges["molality"])[1]
            if salt > limit:
                yield RangeWarning(
                    "pitzer_molality",
                    f"{cation} {anion}",
                    salt,
                    limit,
                    f"{hold} up to {limit:g} mol/kg of their salt, not at {salt:.2f} mol/kg",
                )
        if "T" in ranges and salt > 1e-3:
            yield from _temperature(f"{cation} {anion}", hold, *interval(ranges["T"]), temperature)


def _constants(
    system: ChemistrySystem, model: ActivityModel, molality: Mapping[str, float], temperature: float
) -> Iterator[RangeWarning]:
    totals: dict[str, float] = {}
    for name, m in molality.items():
        for component, n in _composition(system, name).items():
            totals[component] = totals.get(component, 0.0) + abs(n) * m
    for name, m in molality.items():
        species = system.species.get(name)
        if species is None or not (ranges := species.constants[model].range) or "T" not in ranges:
            continue
        if any(
            abs(n) * m > _SIGNIFICANT * totals[c]
            for c, n in species.composition.items()
            if c not in ("H", "H2O")
        ):
            hold = f"the formation constant of {name} holds"
            yield from _temperature(name, hold, *interval(ranges["T"]), temperature)


def _charge(system: ChemistrySystem, name: str) -> int:
    if name in system.species:
        return system.species[name].charge
    master = system.component_of_master.get(name)
    return parse(name).charge if master is None else system.charge_of(master)


def _composition(system: ChemistrySystem, name: str) -> Mapping[str, float]:
    if name in system.species:
        return system.species[name].composition
    return {system.component_of_master[name]: 1.0}


def _temperature(
    subject: str, hold: str, low: float, high: float, temperature: float
) -> Iterator[RangeWarning]:
    """Whether a temperature [K] lies outside `low` to `high` [degC], where the subject is said to `hold`."""
    celsius = temperature - 273.15
    if not low - 0.5 <= celsius <= high + 0.5:
        limit = low if celsius < low else high
        yield RangeWarning(
            "temperature",
            subject,
            temperature,
            limit + 273.15,
            f"{hold} from {low:.4g} to {high:.4g} degC, not at {celsius:.0f} degC",
        )
