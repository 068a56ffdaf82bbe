"""A chemistry system written as a PHREEQC database, so that PHREEQC solves it with the same constants.

Every component becomes an element of its own (Xa, Xb ...), which keeps oxidation states apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.formula import Formula
from flowsheet.chemistry.pitzer import Pitzer
from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE, EquilibriumConstant
from flowsheet.chemistry.sit import Sit
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem

_HEAD = """SOLUTION_MASTER_SPECIES
H H+ -1 H 1.008
H(0) H2 0 H
H(1) H+ -1 0
E e- 0 0 0
O H2O 0 O 15.999
O(0) O2 0 O
O(-2) H2O 0 0
{masters}
SOLUTION_SPECIES
H+ = H+
 log_k 0
e- = e-
 log_k 0
H2O = H2O
 log_k 0
2 H2O = O2 + 4 H+ + 4 e-
 log_k -86.08
2 H+ + 2 e- = H2
 log_k -3.15
"""


class Database:
    """PHREEQC with one system's constants; `solve` speciates as `Speciation` does."""

    def __init__(self, system: ChemistrySystem, model: ActivityModel, solids: tuple[str, ...] = ()) -> None:
        from phreeqc import Phreeqc

        self.system, self.model, self.solids = system, model, solids
        solutes = system.solutes(system.components)
        self.element = {c: f"X{chr(97 + i // 26)}{chr(97 + i % 26)}" for i, c in enumerate(solutes)}
        self.names = {PROTON_SPECIES: PROTON_SPECIES}
        self.charges = {PROTON_SPECIES: 1}
        for c in solutes:
            component = system.component(c)
            self.names[component.species] = self._spelt(component.formula, {c: 1.0})
            self.charges[component.species] = component.charge
        for s in system.present_species(solutes, model):
            self.names[s.name] = self._spelt(s.formula, s.composition)
            self.charges[s.name] = s.charge
        self.engine = Phreeqc()
        text = self.text()
        if self.engine.LoadDatabaseString(text):
            raise ValueError(self.engine.GetErrorString())

    def text(self) -> str:
        """The database."""
        masters, lines = [], []
        for c, element in self.element.items():
            species = self.system.component(c).species
            masters.append(f"{element} {self.names[species]} 0 100 100")
            lines.append(f"{self.names[species]} = {self.names[species]}\n log_k 0")
        for s in self.system.species.values():
            if s.name in self.names:
                left = self._side(s.composition)
                lines.append(f"{left} = {self.names[s.name]}\n{_analytic(s.constants[self.model])}")
        phases = ["PHASES"]
        for i, k in enumerate(self.solids):
            solid = self.system.solids[k]
            right = self._side(solid.composition or {})
            # PHREEQC parses the formula; the components' masters and water spell one that balances.
            formula = "".join(
                f"{self.element[c]}{n:g}" for c, n in (solid.composition or {}).items() if c in self.element
            ) + "".join(
                f"{e}{solid.formula.elements[e]:g}" for e in ("H", "O") if solid.formula.elements.get(e)
            )
            phases.append(f"solid_{i}\n {formula} = {right}\n{_analytic(solid.constants[self.model])}")
        activity = activity_of(self.system, self.charges, self.model)
        block = self._sit(activity) if isinstance(activity, Sit) else self._pitzer(activity)
        return "\n".join([_HEAD.format(masters="\n".join(masters)), *lines, *phases, block, "END"])

    def solve(
        self, totals: Mapping[str, float], temperature: float
    ) -> tuple[float, dict[str, float], dict[str, float]]:
        """pH, molalities and solids [mol per kg of water]."""
        punched = [s for s in self.names if s in self._present(totals)]
        lines = [
            "SOLUTION 1",
            " units mol/kgw",
            f" temp {temperature - 273.15!r}",
            " pH 7 charge",
            " water 1",
            *[f" {self.element[c]} {n!r}" for c, n in totals.items()],
        ]
        if self.solids:
            lines += ["EQUILIBRIUM_PHASES 1", *[f" solid_{i} 0 0" for i in range(len(self.solids))]]
        heads = [f'"{s}"' for s in punched] + [f'"solid_{i}"' for i in range(len(self.solids))]
        values = [f'MOL("{self.names[s]}")' for s in punched]
        values += [f'EQUI("solid_{i}")' for i in range(len(self.solids))]
        lines += [
            "SELECTED_OUTPUT 1",
            " -reset false",
            " -high_precision true",
            "USER_PUNCH 1",
            " -headings pH water " + " ".join(h.strip('"') for h in heads),
            ' 10 PUNCH -LA("H+"), TOT("water")',
            *[f" {20 + i} PUNCH {v}" for i, v in enumerate(values)],
            "KNOBS",
            " -iterations 400",
            " -convergence_tolerance 1e-10",
            "END",
        ]
        if self.engine.RunString("\n".join(lines)):
            raise ArithmeticError(self.engine.GetErrorString())
        row = self.engine.GetSelectedOutputRowCount() - 1
        found = [float(self.engine.GetSelectedOutputValue(row, i)) for i in range(2 + len(values))]
        molality = dict(zip(punched, found[2:], strict=False))
        formed = {k: n / found[1] for k, n in zip(self.solids, found[2 + len(punched) :], strict=True)}
        return found[0], molality, formed

    def _present(self, totals: Mapping[str, float]) -> set[str]:
        held = {*totals, PROTON, WATER}
        species = {self.system.component(c).species for c in held - {WATER}}
        return species | {s.name for s in self.system.present_species(totals, self.model)}

    def _spelt(self, formula: Formula, composition: Mapping[str, float]) -> str:
        """The species with its components' elements instead of its own, H and O kept."""
        parts = [f"{self.element[c]}{n:g}" for c, n in composition.items() if c in self.element]
        parts += [f"{e}{formula.elements[e]:g}" for e in ("H", "O") if formula.elements.get(e)]
        charge = f"{formula.charge:+d}" if formula.charge else ""
        charge = charge[0] if abs(formula.charge) == 1 else charge  # as PHREEQC writes them
        return "".join(parts) + charge

    def _side(self, composition: Mapping[str, float]) -> str:
        names = {WATER: "H2O", PROTON: "H+"}
        names |= {c: self.names[self.system.component(c).species] for c in self.element}
        terms = " + ".join(f"{n:g} {names[c]}" for c, n in composition.items())
        return terms.replace("+ -", "- ")

    def _sit(self, sit: Sit) -> str:
        rows = [
            f" {' '.join(self.names[s] for s in sorted(pair))} {value!r}"
            for pair, value in sit.pairs.items()
            if len(pair) == 2
        ]
        return "\n".join(["SIT", "-epsilon", *rows])

    def _pitzer(self, pitzer: Pitzer) -> str:
        rows = ["PITZER", "-MacInnes false", "-use_etheta true", "-redox false"]

        def spelt(ions: Any) -> str:
            return " ".join(self.names[s] for s in ions)

        def numbers(values: tuple[float, ...]) -> str:
            return " ".join(repr(v) for v in values)

        for key, title in (("beta0", "-B0"), ("beta1", "-B1"), ("beta2", "-B2"), ("cphi", "-C0")):
            rows += [title, *[f" {spelt(p)} {numbers(v[key])}" for p, v in pitzer.binary.items() if key in v]]
        rows += ["-ALPHAS", *[f" {spelt(p)} {numbers(pitzer.exponents(p))}" for p in pitzer.binary]]
        for title, table in (("-THETA", pitzer.theta), ("-LAMDA", pitzer.lambda_), ("-PSI", pitzer.psi)):
            rows += [
                title,
                *[f" {spelt(sorted(p) * (2 if len(p) == 1 else 1))} {numbers(v)}" for p, v in table.items()],
            ]
        return "\n".join(rows)


def _analytic(constant: EquilibriumConstant) -> str:
    """log K(T) as PHREEQC's A1 + A2 T + A3/T + A4 log10 T."""
    cp, t0 = 1e-3 * constant.delta_cp / GAS_CONSTANT, REFERENCE_TEMPERATURE
    h, ln10 = constant.delta_h / GAS_CONSTANT, math.log(10.0)
    a1 = constant.log_k + (h / t0 - cp * (1.0 + math.log(t0))) / ln10
    a3 = (cp * t0 - h) / ln10
    return f" log_k {constant.log_k!r}\n -analytical_expression {a1!r} 0 {a3!r} {cp!r}"
