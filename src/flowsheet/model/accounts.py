"""What the plant is asked about: recoveries, purities, impurities, concentrations, as expressions of its
model.

    recovery(e)          element e in the products over element e in all feeds
    loss(e)              element e in what leaves otherwise, over all feeds (1 - recovery, uncancelled)
    purity(p)            mass of the compound, or of the group, that p is sold as, over its dry mass
    impurity(p, e)       mass of element or component e over the dry mass of p
    concentration(s, c)  component c in the aqueous phase of stream s [kg/m3]

Where an element may be named, so may a group of the chemistry (`REO`): the mass of its elements, each as the
compound that it counts as.

The dry mass of a product is its solids and what its retained liquor holds dissolved.  The compound's own
ions in that liquor (cation with the anions that it takes) count as compound: they dry to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.compounds import UnknownCompound, dissolve
from flowsheet.chemistry.formula import atomic_weight, parse
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from flowsheet.document.document import Product
from flowsheet.model.stream import LOGARITHMIC, Mixture, Stream, molar_mass

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "recovery": ("element", "product*"),
    "loss": ("element",),
    "purity": ("product",),
    "impurity": ("product", "element"),
    "concentration": ("stream", "component"),
}
"""Functions that expressions may call, with the families of their arguments."""

FUNCTION_UNITS: Mapping[str, str] = {
    "recovery": "fraction",
    "loss": "fraction",
    "purity": "mass fraction",
    "impurity": "mass fraction",
    "concentration": "kg/m3",
}
"""What the functions give."""

ANIONS: Mapping[str, str] = {"SO4": "S", "CO3": "C"}
"""Components that count as impurities, with the element that counts them."""

STREAM_QUANTITIES: Mapping[str, str] = {
    "pH": "1",
    "temperature": "K",
    "mass_flow": "kg/h",
    "volume_flow": "m3/h",
}
"""What may be asked of any stream as `stream.quantity`, with its unit."""


def element_flow(stream: Stream | Mixture, element: str, system: ChemistrySystem) -> Any:
    """Flow of an element in all phases [mol/h]."""
    phases = stream.shape.phases
    total: Any = 0.0
    for phase in phases:
        names = [*stream.shape.names(phase), *([PROTON] if phase in LOGARITHMIC else [])]
        for name in names:
            count = formula_of(system, phase, name).elements.get(element, 0.0)
            if count:
                total = total + count * stream.flow(phase, name)
    return total


def content(stream: Stream | Mixture, name: str, system: ChemistrySystem) -> Any:
    """Element [mol/h], or group of elements [kg/h], in all phases."""
    if name not in system.groups:
        return element_flow(stream, name, system)
    return sum(
        factor * atomic_weight(element) / 1000.0 * element_flow(stream, element, system)
        for element, factor in system.groups[name].items()
    )


def formula_of(system: ChemistrySystem, phase: str, name: str) -> Any:
    """Formula of what a phase carries under a name."""
    if phase == "solid":
        return system.solids[name].formula
    if phase == "gas":
        return system.gases[name].formula
    return system.components[name].formula


def dry_mass(stream: Stream) -> Any:
    """Solids and dissolved solutes [kg/h]."""
    total = stream.mass_flow("solid")
    if "aqueous" in stream.shape.phases:
        water = stream.n["aqueous"][WATER] * stream.system.component(WATER).molar_mass
        total = total + stream.mass_flow("aqueous") - water
    return total


class CompoundInProduct:
    """The compound that a product is sold as, in its crystals and in its retained liquor.

    A solid that no mixture of components has the composition of, such as CeO2, is counted as crystals only.
    """

    def __init__(self, product: Product, stream: Stream) -> None:
        self.stream, self.system = stream, stream.system
        self.formula = product.formula or ""
        try:
            self.composition = dissolve(self.system, self.formula)
        except UnknownCompound:
            if self.formula not in self.system.solids:
                raise
            self.composition = {}
        wanted = dict(parse(self.formula).elements)
        self.solids = [n for n, s in self.system.solids.items() if dict(s.formula.elements) == wanted]

    def mass(self) -> Any:
        """[kg/h]"""
        system, stream = self.system, self.stream
        crystals = [s for s in stream.shape.names("solid") if s in self.solids]
        total: Any = sum(stream.n["solid"][s] * system.solids[s].molar_mass for s in crystals)
        ions = [c for c in self.composition if c not in (WATER, PROTON)]
        if not ions or ions[0] not in stream.shape.names("aqueous"):
            return total
        anhydrous = sum(self.composition[c] * system.component(c).molar_mass for c in ions)
        return total + stream.flow("aqueous", ions[0]) / self.composition[ions[0]] * anhydrous


class Accounts:
    """Expressions over a built plant; each is made once and shared."""

    def __init__(
        self,
        block: Any,
        system: ChemistrySystem,
        streams: Mapping[str, Stream],
        feeds: list[str],
        leaving: list[str],
        products: Mapping[str, Product],
    ) -> None:
        self.block, self.system, self.streams = block, system, streams
        self.feeds, self.leaving, self.products = feeds, leaving, products
        self.named: dict[str, Any] = {}

    def _shared(self, name: str, expression: Any) -> Any:
        if name not in self.named:
            if isinstance(expression, (int, float)):
                self.named[name] = expression
            else:
                self.block.add_component(f"account_{len(self.named)}", pyo.Expression(expr=expression))
                self.named[name] = getattr(self.block, f"account_{len(self.named)}")
        return self.named[name]

    def elements(self) -> list[str]:
        """All elements that the feeds bring, H and O last."""
        found: set[str] = set()
        for feed in self.feeds:
            shape = self.streams[feed].shape
            for phase, names in shape.phases.items():
                for name in names:
                    found |= set(formula_of(self.system, phase, name).elements)
        return [*sorted(found - {"H", "O"}), "H", "O"]

    def groups(self) -> list[str]:
        """Groups of the chemistry that the feeds bring an element of."""
        return [g for g, members in self.system.groups.items() if set(members) & set(self.elements())]

    def fed(self, element: str) -> Any:
        """Element in all feeds [mol/h], or group of them [kg/h]."""
        return self._shared(
            f"fed {element}", sum(content(self.streams[s], element, self.system) for s in self.feeds)
        )

    def _product_streams(self, only: tuple[str, ...] = ()) -> list[str]:
        return [
            p.stream.name for n, p in self.products.items() if p.role == "product" and (not only or n in only)
        ]

    def recovery(self, element: str, *only: str) -> Any:
        """An element in the products (those named, if any) over all feeds."""
        name = f"recovery {element} {only}"
        return self._shared(
            name,
            _share(
                sum(content(self.streams[s], element, self.system) for s in self._product_streams(only)),
                self.fed(element),
            ),
        )

    def loss(self, element: str) -> Any:
        """An element that leaves otherwise than in the products, over all feeds."""
        products = set(self._product_streams())
        return self._shared(
            f"loss {element}",
            _share(
                sum(
                    content(self.streams[s], element, self.system) for s in self.leaving if s not in products
                ),
                self.fed(element),
            ),
        )

    def dry_mass(self, product: str) -> Any:
        stream = self.streams[self.products[product].stream.name]
        return self._shared(f"dry {product}", dry_mass(stream))

    def purity(self, product: str) -> Any:
        """Mass of the compound or group that a product is sold as, over the dry mass."""
        entry = self.products[product]
        stream = self.streams[entry.stream.name]
        if entry.formula and entry.formula in self.system.groups:
            sold = content(stream, entry.formula, self.system)
        else:
            sold = CompoundInProduct(entry, stream).mass()
        return self._shared(f"purity {product}", _share(sold, self.dry_mass(product)))

    def impurity(self, product: str, name: str) -> Any:
        """Mass of an element, or of a component such as SO4, over the dry mass."""
        stream = self.streams[self.products[product].stream.name]
        if name in ANIONS:
            mass = element_flow(stream, ANIONS[name], self.system) * molar_mass(self.system, "aqueous", name)
        else:
            mass = element_flow(stream, name, self.system) * atomic_weight(name) / 1000.0
        return self._shared(f"impurity {product} {name}", _share(mass, self.dry_mass(product)))

    def concentration(self, stream: str, component: str) -> Any:
        """Mass of a component over the volume of a stream's aqueous phase."""
        s = self.streams[stream]
        return self._shared(
            f"concentration {stream} {component}",
            _share(
                s.flow("aqueous", component) * molar_mass(self.system, "aqueous", component),
                s.volume_flow("aqueous"),
            ),
        )

    def functions(self) -> dict[str, Any]:
        """The functions of `FUNCTIONS`, by name."""
        return {name: getattr(self, name) for name in FUNCTIONS}


def _share(part: Any, whole: Any) -> Any:
    """part/whole; a plain zero of what can't be there, so that nobody takes its logarithm."""
    return 0.0 if isinstance(part, (int, float)) and part == 0.0 else part / whole


def report_streams(streams: Mapping[str, Stream], registry: Any) -> None:
    """Publish each stream's enthalpy and its liquor's volume: flows alone don't give them."""
    for name, stream in streams.items():
        if not stream.shape.phases:
            continue
        registry.add_output(f"stream.{name}.enthalpy", stream.enthalpy(), "kJ/h", "enthalpy flow")
        if "aqueous" in stream.shape.phases:
            registry.add_output(f"stream.{name}.volume_flow", stream.volume_flow("aqueous"), "m3/h", "liquor")
