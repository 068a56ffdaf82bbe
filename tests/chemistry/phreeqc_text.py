"""A chemistry system written as a PHREEQC database, so that PHREEQC solves it with the same constants.

Every component becomes an element of its own (Xa, Xb ...), which keeps oxidation states apart.
"""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem

CASES = Path(__file__).parents[2] / "validation" / "cases"
_TEXT = runpy.run_path(str(CASES / "other_codes" / "phreeqc_text.py"))
"""How the validation case writes PHREEQC's input."""
_spelt, _analytic = _TEXT["spelt"], _TEXT["constant"]


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
            self.names[component.species] = _spelt(component.formula, {c: 1.0}, self.element)
            self.charges[component.species] = component.charge
        for s in system.present_species(solutes, model):
            self.names[s.name] = _spelt(s.formula, s.composition, self.element)
            self.charges[s.name] = s.charge
        self.engine = Phreeqc()
        text = self.text()
        if self.engine.LoadDatabaseString(text):
            raise ValueError(self.engine.GetErrorString())

    def text(self) -> str:
        """The database."""
        masters, lines = [_TEXT["MASTERS"]], [_TEXT["SPECIES"]]
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
        activity = _TEXT["coefficients"](activity_of(self.system, self.charges, self.model), self.names)
        return "\n".join([_TEXT["WATER"], *masters, *lines, *phases, *activity, "END"])

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

    def _side(self, composition: Mapping[str, float]) -> str:
        names = {WATER: "H2O", PROTON: "H+"}
        names |= {c: self.names[self.system.component(c).species] for c in self.element}
        terms = " + ".join(f"{n:g} {names[c]}" for c, n in composition.items())
        return terms.replace("+ -", "- ")
