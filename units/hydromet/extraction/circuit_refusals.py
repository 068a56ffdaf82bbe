"""What a solvent extraction unit can't be asked for, said before any equation is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydromet.extraction.circuit_layout import PORTS, SECTIONS
from hydromet.extraction.organic_balance import DILUENT
from hydromet.extraction.parameter_file import sets_that_extract

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction

_FLOWS = ("phase_ratio", "organic_flow", "make_up_flow")
"""Settings of which one decides the organic's flow."""


def refuse_contradictions(unit: SolventExtraction) -> None:
    """Stop building where settings and connections contradict each other."""
    _sections(unit)
    _nothing_to_extract(unit)
    _organic_flow(unit)
    if unit.organic:
        _organic_from_elsewhere(unit)
    elif not (unit.strip_stages or unit.regeneration_stages):
        unit.refuse(
            "the organic goes round and is never stripped",
            "strip_stages",
            "give `strip_stages`, or connect the inlet `organic`",
        )
    _make_up(unit)


def _sections(unit: SolventExtraction) -> None:
    for section in SECTIONS[1:]:
        stages, (port,) = getattr(unit, f"{section}_stages"), PORTS[section]
        inlet = unit.inlets[port]
        if stages and not inlet and not (section == "scrub" and unit.given["reflux"]):
            unit.refuse(
                f"{stages} stages of {section} have no liquor",
                f"{section}_stages",
                f"connect the inlet `{port}`" + (", or give `reflux`" if section == "scrub" else ""),
            )
        if inlet and not stages:
            unit.refuse(
                f"the inlet `{port}` has no stages to go to",
                f"{section}_stages",
                f"give `{section}_stages`",
            )

    if unit.given["reflux"] and not (unit.scrub_stages and unit.strip_stages):
        unit.refuse(
            "strip liquor returns as scrub only where there are stages of both",
            "reflux",
            "give `scrub_stages` and `strip_stages`",
        )


def _nothing_to_extract(unit: SolventExtraction) -> None:
    fed = unit.system.solutes(unit.feed.shape.names("aqueous"))
    everything = [*fed, *(c for inlet in unit.inlets.values() for c in inlet.shape.names("aqueous"))]
    if not unit.organic and not set(unit.extraction_system.of(everything).components) & set(fed):
        unit.refuse(
            f"nothing in the feed is extracted by {unit.extraction_system.name}",
            "extractant",
            sets_that_extract([c for c in fed if unit.system.charge_of(c) > 0]),
        )


def _organic_flow(unit: SolventExtraction) -> None:
    stated = [name for name in _FLOWS if unit.entry.parameters[name].given]
    if len(stated) > 1:
        unit.refuse(
            f"`{stated[0]}` and `{stated[1]}` both say how much organic there is",
            stated[1],
            f"give one of {', '.join(f'`{name}`' for name in _FLOWS)}",
        )
    if unit.given["make_up_flow"] and not unit.given["bleed"]:
        unit.refuse(
            "fresh organic as stated needs a `bleed` that makes room for it",
            "make_up_flow",
            "give `bleed`, the share of the organic that leaves",
        )


def _organic_from_elsewhere(unit: SolventExtraction) -> None:
    own = (*_FLOWS, "extractant_fraction", "bleed")
    for name in own:
        if unit.entry.parameters[name].given:
            unit.refuse(
                f"`{name}` is not free where the organic comes from elsewhere",
                name,
                "its feed states flow and composition: remove one of the two",
            )
    if unit.extractant_make_up or unit.diluent_make_up:
        unit.refuse("an organic from elsewhere is made up where it comes from", None)
    brought = unit.organic.shape.names("organic")
    for name in (unit.extraction_system.extractant.name, DILUENT):
        if name not in brought:
            unit.refuse(
                f"the organic that enters brings no `{name}`",
                "extractant",
                f"it brings {', '.join(brought) or 'nothing'}",
            )


def _make_up(unit: SolventExtraction) -> None:
    extractant = unit.extraction_system.extractant
    for name in (extractant.name, DILUENT):
        if unit.extractant_make_up and name not in unit.system.components:
            unit.refuse(
                f"the chemistry has no component `{name}` for what leaves of the organic",
                "extractant",
                "add it as an inert component",
            )
    if bool(unit.extractant_make_up) != bool(unit.diluent_make_up):
        unit.refuse(
            "extractant and diluent are made up together",
            None,
            "connect `extractant_make_up` and `diluent_make_up`, or neither",
        )
    for name, inlet in unit.make_up().items():
        if inlet.drawn is None or len(inlet.streams) != 1 or inlet.shape.names("organic") != (name,):
            unit.refuse(
                f"the make-up of {name} needs one feed as needed of pure {name}",
                None,
                f"for example `organic: {{flow: as needed, {name}: 100 %}}`",
            )
        if not unit.given["bleed"] and name not in unit.lost_components():
            unit.refuse(
                f"no {name} leaves: without `entrained_organic` and `bleed` there is nothing to make up",
                "entrained_organic",
                "disconnect the make-up inlets",
            )
