"""A chemistry system as Cantera phases at one temperature, built from the same coefficients.

- SIT becomes a Debye-Hueckel phase of form beta_ij,
  ln gamma = -A z^2 sqrt(I)/(1 + B a sqrt(I)) + 2 sum_j beta_ij m_j,
  with A = 3 A_phi(T), B a = 1.5 and beta = eps ln(10)/2;
- Pitzer becomes an HMW-electrolyte phase with the parameters' values at the temperature;
- the ideal model becomes an ideal-molal-solution;
- each solid is a phase of fixed stoichiometry.

Standard chemical potentials count from the master species and water, whose own are zero: RT times -ln K of
formation for a complex, and ln K of dissolution for a solid.  Every component has an element of its own
beside H and O, so that Cantera's equilibrium solver keeps Fe(II), Fe(III), peroxide and oxygen apart as the
system does.

An HMW phase holds the slope in its electrostatic mixing terms at 0.392: equal to ours only where the
parameter set does so too (`mixing_slope`), else to some per cent in single activity coefficients of mixtures
above 25 degC. Under Pitzer an ion without any coefficient feels the ionic strength alone here, whereas an HMW
phase gives it electrostatic mixing terms; such ions are left out of the phase and named in `left_out`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.chemistry.activity import Activity, activity_of
from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.formula import Formula
from flowsheet.chemistry.ideal import Ideal
from flowsheet.chemistry.pitzer import Pitzer, at_temperature
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.sit import CLOSEST_APPROACH, Sit
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem

_B_DEBYE = 3.2864e9
"""Any value does, since only its product with the ion size enters [kg^0.5/mol^0.5/m]."""
_MOLAR_VOLUME = 1e-12
"""Of every species [m3/kmol]: next to nothing, since Cantera adds P V to the potential."""

_UNCROPPED = 300.0
"""Cantera bends ln gamma beyond -5 and 15 otherwise, which ions of charge 3 reach."""


@dataclass(frozen=True)
class CanteraPhases:
    """Cantera Solutions of one temperature; `species` are the aqueous phase's, the solvent first."""

    temperature: float
    aqueous: Any
    solids: Mapping[str, Any]
    species: tuple[str, ...]
    left_out: tuple[str, ...]

    def set_molality(self, molality: Mapping[str, float]) -> None:
        """Give the aqueous phase a composition [mol/kg]; species that the phase lacks are passed over."""
        solvent = 1000.0 / float(self.aqueous.molecular_weights[0])
        amounts = np.array([solvent, *(molality.get(s, 0.0) for s in self.species[1:])])
        self.aqueous.TPX = self.temperature, self.aqueous.reference_pressure, amounts / amounts.sum()

    def chemical_potentials(self) -> dict[str, float]:
        """mu/RT of the aqueous species and of the solids."""
        rt = 1e6 * GAS_CONSTANT * self.temperature
        values = dict(zip(self.species, (self.aqueous.chemical_potentials / rt).tolist(), strict=True))
        return values | {k: float(phase.chemical_potentials[0]) / rt for k, phase in self.solids.items()}

    def ln_gamma(self) -> dict[str, float]:
        """Logarithms of the molal activity coefficients, and under H2O of the water activity."""
        activities = np.log(self.aqueous.activities)
        amounts = self.aqueous.X
        solvent = amounts[0] * float(self.aqueous.molecular_weights[0]) / 1000.0
        with np.errstate(divide="ignore", invalid="ignore"):
            values = activities - np.log(amounts / solvent)
        values[0] = activities[0]
        return dict(zip(self.species, values.tolist(), strict=True))


def cantera_phases(
    system: ChemistrySystem,
    components: Iterable[str],
    model: ActivityModel,
    temperature: float,
    solids: Iterable[str] = (),
) -> CanteraPhases:
    """Build the phases for solutions of `components` at `temperature` [K].

    Raises:
        ValueError: the model is `debye_huckel`, whose parameters come from a Cantera file already.

    >>> from flowsheet.chemistry.load import load_system
    >>> phases = cantera_phases(load_system("nmc_sulfate"), ["Na", "SO4"], "sit", 298.15)
    >>> phases.species[:4]
    ('H2O', 'H+', 'Na+', 'SO4-2')
    """
    import cantera as ct
    from ruamel.yaml import YAML
    from ruamel.yaml.compat import StringIO

    solutes = sorted(system.solutes(components))
    masters = {PROTON_SPECIES: PROTON} | {system.component(c).species: c for c in solutes}
    complexes = {s.name: s for s in system.present_species(solutes, model)}
    charges = {s: system.charge_of(c) for s, c in masters.items()} | {
        n: s.charge for n, s in complexes.items()
    }
    activity = activity_of(system, charges, model)
    left_out = tuple(
        s for s in charges if isinstance(activity, Pitzer) and charges[s] and s not in activity.interacting
    )
    names = (WATER, *(s for s in charges if s not in left_out))
    potential = dict.fromkeys((WATER, *masters), 0.0)
    potential |= {n: -float(s.constants[model].ln_k(temperature)) for n, s in complexes.items()}
    pseudo = {c: f"X{i}" for i, c in enumerate(solutes)}
    elements = ["H", "O", "E", *pseudo.values()]

    def species(name: str, formula: Formula, held: Mapping[str, float], mu: float) -> dict[str, Any]:
        composition = {e: formula.elements[e] for e in ("H", "O") if formula.elements.get(e)}
        composition |= {pseudo[c]: n for c, n in held.items() if c in pseudo}
        if formula.charge:
            composition["E"] = -formula.charge
        return {
            "name": name,
            "composition": composition,
            "thermo": {
                "model": "constant-cp",
                "T0": temperature,
                "h0": mu * GAS_CONSTANT * temperature * 1e6,
            },
            "equation-of-state": {"model": "constant-volume", "molar-volume": _MOLAR_VOLUME},
        }

    entries = [species(WATER, system.component(WATER).formula, {}, 0.0)]
    for name in names[1:]:
        if name in masters:
            component = system.component(masters[name])
            entries.append(species(name, component.formula, {component.name: 1.0}, 0.0))
        else:
            entries.append(
                species(name, complexes[name].formula, complexes[name].composition, potential[name])
            )
    phases = [
        {
            "name": "aqueous",
            "elements": elements,
            "species": list(names),
            "state": {"T": temperature, "P": ct.one_atm},
            **_thermo(activity, temperature),
        }
    ]
    for k in solids:
        solid = system.solids[k]
        mu = float(solid.constants[model].ln_k(temperature))
        entries.append(species(k, solid.formula, solid.composition or {}, mu))
        phases.append(
            {
                "name": k,
                "thermo": "fixed-stoichiometry",
                "elements": elements,
                "species": [k],
                "state": {"T": temperature, "P": ct.one_atm},
            }
        )
    text = StringIO()
    YAML().dump(
        {
            "units": {"energy": "J", "quantity": "kmol"},
            "elements": [
                {"symbol": x, "atomic-weight": 1000.0 * system.component(c).molar_mass}
                for c, x in pseudo.items()
            ],
            "phases": phases,
            "species": entries,
        },
        text,
    )
    source = text.getvalue()
    return CanteraPhases(
        temperature,
        ct.Solution(yaml=source, name="aqueous"),
        {k: ct.Solution(yaml=source, name=k) for k in solids},
        names,
        left_out,
    )


def _thermo(activity: Activity, temperature: float) -> dict[str, Any]:
    """What makes the aqueous phase's activities."""
    if isinstance(activity, Sit):
        return {"thermo": "Debye-Huckel", "activity-data": _debye_huckel(activity, temperature)}
    if isinstance(activity, Pitzer):
        return {"thermo": "HMW-electrolyte", "activity-data": _hmw(activity, temperature)}
    if isinstance(activity, Ideal):
        return {"thermo": "ideal-molal-solution"}
    raise ValueError(f"no phase is built for the model {activity.name}")


def _debye_huckel(sit: Sit, temperature: float) -> dict[str, Any]:
    beta = [
        {"species": sorted(pair) * (2 if len(pair) == 1 else 1), "beta": epsilon * math.log(10.0) / 2.0}
        for pair, epsilon in sit.pairs.items()
    ]
    return {
        "model": "beta_ij",
        "A_Debye": f"{3.0 * float(a_phi(temperature))!r} kg^0.5/gmol^0.5",
        "B_Debye": f"{_B_DEBYE!r} kg^0.5/gmol^0.5/m",
        "max-ionic-strength": 1000.0,
        "default-ionic-radius": f"{CLOSEST_APPROACH / _B_DEBYE!r} m",
        "beta": beta,
    }


def _hmw(pitzer: Pitzer, temperature: float) -> dict[str, Any]:
    interactions: list[dict[str, Any]] = []
    for pair, values in pitzer.binary.items():
        first, second = pitzer.exponents(pair)
        at = {
            k: float(at_temperature(values.get(k, (0.0,)), temperature))
            for k in ("beta0", "beta1", "beta2", "cphi")
        }
        interactions.append(
            {
                "species": list(pair),
                "beta0": [at["beta0"]],
                "beta1": [at["beta1"]],
                "beta2": [at["beta2"]],
                "Cphi": [at["cphi"]],
                "alpha1": first,
                "alpha2": second,
            }
        )
    for key, parameters in (("theta", pitzer.theta), ("psi", pitzer.psi), ("lambda", pitzer.lambda_)):
        interactions += [
            {
                "species": _ordered(ions, pitzer.charges) * (2 if len(ions) == 1 else 1),
                key: [float(at_temperature(values, temperature))],
            }
            for ions, values in parameters.items()
        ]
    return {
        "temperature-model": "constant",
        "A_Debye": f"{3.0 * float(a_phi(temperature))!r} kg^0.5/gmol^0.5",
        "cropping-coefficients": {
            f"ln_gamma_{k}_{end}": value
            for k in ("k", "o")
            for end, value in (("min", -_UNCROPPED), ("max", _UNCROPPED))
        },
        "interactions": interactions,
    }


def _ordered(ions: Iterable[str], charges: Mapping[str, int]) -> list[str]:
    """The ions with the two of like sign first: Cantera's check of a triplet's charges passes only so."""
    cations = sorted(s for s in ions if charges[s] > 0)
    others = sorted(s for s in ions if charges[s] <= 0)
    return cations + others if len(cations) >= len(others) else others + cations
