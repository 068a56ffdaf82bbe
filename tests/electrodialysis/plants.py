"""Flowsheets with one stack, and the free energy of their liquids."""

from __future__ import annotations

import math
from pathlib import Path

from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER
from flowsheet.solve.speciation import Speciation
from harness import Case

DESALINATION = """
flowsheet: electrodialysis
chemistry: nmc_sulfate
feeds:
  brine: {role: main_feed, temperature: 25 degC, aqueous: {flow: 100 L/h, NaCl: 0.1 mol/L}}
  sink: {role: reagent, temperature: 25 degC, aqueous: {flow: 100 L/h, NaCl: 0.1 mol/L}}
units:
  stack: {unit: electrodialysis, inlets: {diluate: brine, concentrate: sink}, cells: 10, cell_area: 0.1 m2,
          current_density: 100 A/m2, elements: 3, temperature: 25 degC}
"""

SODIUM_SULFATE = """
flowsheet: sodium sulfate splitting
chemistry: nmc_sulfate
feeds:
  salt: {role: main_feed, temperature: 25 degC, aqueous: {flow: 100 L/h, Na2SO4: 1 mol/L}}
  acid: {role: reagent, temperature: 25 degC, aqueous: {flow: 40 L/h, H2SO4: 0.05 mol/L}}
  alkali: {role: reagent, temperature: 25 degC, aqueous: {flow: 40 L/h, NaOH: 0.1 mol/L}}
units:
  stack: {unit: bipolar_electrodialysis, inlets: {salt: salt, acid: acid, alkali: alkali}, cells: 20,
          cell_area: 0.1 m2, current_density: 500 A/m2, elements: 3, temperature: 25 degC}
"""

LITHIUM_SULFATE = SODIUM_SULFATE.replace("Na2SO4", "Li2SO4").replace("NaOH", "LiOH")

SODIUM_CHLORIDE = SODIUM_SULFATE.replace("Na2SO4: 1", "NaCl: 2").replace("H2SO4: 0.05", "HCl: 0.1")

TWO_COMPARTMENTS = (
    "\n".join(line for line in SODIUM_SULFATE.splitlines() if not line.startswith("  acid:"))
    .replace("acid: acid, ", "")
    .replace("elements: 3", "elements: 3, arrangement: two_compartments")
)

WATER_AROUND = """
flowsheet: sodium sulfate split with water in acid and alkali
chemistry: nmc_sulfate
feeds:
  salt: {role: main_feed, temperature: 30 degC, aqueous: {flow: 100 L/h, Na2SO4: 1 mol/L}}
  water: {role: reagent, temperature: 25 degC, aqueous: {flow: 60 kg/h, H2O: 100 %}}
units:
  halves: {unit: splitter, inlets: {feed: water}, fraction: 50 %}
  stack: {unit: bipolar_electrodialysis, cells: 20, cell_area: 0.1 m2, current_density: 500 A/m2, elements: 2,
          inlets: {salt: [salt, salt_loop.first], acid: [halves.first, acid_loop.first],
                   alkali: [halves.second, alkali_loop.first]}}
  salt_loop: {unit: splitter, inlets: {feed: stack.depleted}, fraction: 80 %}
  acid_loop: {unit: splitter, inlets: {feed: stack.acid_product}, fraction: 80 %}
  alkali_loop: {unit: splitter, inlets: {feed: stack.alkali_product}, fraction: 80 %}
"""
"""Feed and bleed: most of what leaves a compartment comes back to it."""

CIRCULATING = """
flowsheet: sodium sulfate split, its acid and alkali used and returned
chemistry: nmc_sulfate
feeds:
  sulfate: {role: main_feed, temperature: 25 degC, aqueous: {flow: 20 L/h, Na2SO4: 1.2 mol/L}}
  water: {role: reagent, temperature: 25 degC, aqueous: {flow: 60 kg/h, H2O: 100 %}}
units:
  halves: {unit: splitter, inlets: {feed: water}, fraction: 50 %}
  stack: {unit: bipolar_electrodialysis, cells: 20, cell_area: 0.1 m2, current_density: 500 A/m2, elements: 3,
          temperature: 35 degC,
          inlets: {salt: [sulfate, return.first], acid: halves.first, alkali: halves.second}}
  plant: {unit: mixer, inlets: {feed: [stack.acid_product, stack.alkali_product, stack.depleted]}}
  return: {unit: splitter, inlets: {feed: plant.product}, fraction: 50 %}
specs:
  - {vary: stack.current_density, until: stack.transferred.Na = 40 %}
"""
"""The plant that uses acid and alkali is a mixer: they become sodium sulfate again, in their water too."""


def ideal(text: str) -> str:
    """The flowsheet with ideal membranes."""
    path = Path(__file__).with_name("ideal.yaml")
    return text.replace("elements: 3", f"elements: 3, membranes: {path}")


def feed_and_outlet(case: Case, compartment: str) -> tuple[str, str]:
    """Names of the streams that enter and leave a compartment."""
    unit = case.model.units["stack"]
    outlet = unit.outlet(compartment)
    return unit.feed_of(compartment).streams[0].name, outlet.name


def free_energy(case: Case, stream: str, less_water: float = 0.0) -> float:
    """sum n RT ln a of a liquid's components [kJ/h], its electroneutral protons included."""
    entry = case.model.streams[stream]
    flows = {c: case.flow(stream, "aqueous", c) for c in entry.shape.names("aqueous")}
    flows[WATER] -= less_water
    temperature = case.evaluate(entry.temperature)
    solved = Speciation(case.system, list(flows), "pitzer").solve(flows, temperature)
    assert solved.converged
    masters = {c: case.system.component(c).species for c in flows if c != WATER} | {PROTON: PROTON_SPECIES}
    flows[PROTON] = -sum(case.system.charge_of(c) * n for c, n in flows.items() if c != WATER)
    total = flows[WATER] * solved.ln_water_activity
    for c, s in masters.items():
        if s in solved.molality and solved.molality[s] > 0.0:
            total += flows[c] * (math.log(solved.molality[s]) + solved.ln_gamma[s])
    return total * GAS_CONSTANT * temperature


def work_and_separation(case: Case) -> tuple[float, float]:
    """Electric work on the cells, and what the liquids gain of free energy [kJ/h]."""
    unit = case.model.units["stack"]
    split = case.evaluate(unit.built.water_split)
    gained = 0.0
    for c in unit.layout().compartments:
        feed, outlet = feed_and_outlet(case, c)
        gained += free_energy(case, outlet)
        gained -= free_energy(case, feed, split if c == unit.rinsed_from else 0.0)
    volts = case["stack.cell_voltage"] * case.evaluate(unit.cells)
    return 3.6 * volts * case["stack.current"], gained
