"""An extractant in its diluent: what is weighed in, how its constants count it, what dissolves of it.

Constants are written in one form of the extractant E, its `kind`:

    acidic_dimer      E = (HA)2     organophosphorus and carboxylic acids in aliphatic diluents
    acidic_monomer    E = HA        the same where a source counts them so
    neutral           E = B         solvating extractants (TODGA, TBP): nothing to exchange

    E = x rho w / (q M)             all extractant                                      mol/L organic
    C = (1 - x) rho_d / M_d         diluent                                             mol/L organic

    x    commercial extractant in the organic, by volume
    rho, w, M   its density, its assay and the molar mass of one molecule (HA, B)
    q    molecules in E: 2 of a dimer, else 1
    rho_d, M_d  the diluent's density and molar mass
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flowsheet.chemistry.operators import exp

Kind = Literal["acidic_dimer", "acidic_monomer", "neutral"]
KINDS: tuple[Kind, ...] = ("acidic_dimer", "acidic_monomer", "neutral")
LITRES = 1000.0
"""L per m3."""


@dataclass(frozen=True)
class AqueousLoss:
    """Extractant that dissolves in the liquor.

        E (organic) = q B (aqueous)             K_t = [B]^q / f         mol/L
        HA = H+ + A-                            K_a = a_H [A-] / [HA]   mol/L, of an acid

    f free E in the organic [mol/L], B one molecule.  Range: that of the sources; salt lowers the solubility,
    so that constants in dilute solution give an upper bound in a liquor.
    """

    ln_transfer: float
    ln_acid: float | None
    source: str = ""
    molecules: int = 2

    def dissolved(self, ln_hydrogen: Any, ln_free: Any) -> Any:
        """Extractant in the liquor, counted in molecules [mol/L aqueous].

        >>> import math
        >>> loss = AqueousLoss(math.log(1.0e-11), math.log(2.0e-2))
        >>> ln10, ln_free = math.log(10.0), math.log(0.5)
        >>> loss.dissolved(-4.0 * ln10, ln_free) > loss.dissolved(-2.0 * ln10, ln_free)
        True
        """
        molecule = exp((self.ln_transfer + ln_free) / self.molecules)
        return molecule if self.ln_acid is None else molecule * (1.0 + exp(self.ln_acid - ln_hydrogen))


@dataclass(frozen=True)
class Extractant:
    """What an extractant is: `molar_mass` of one molecule [kg/mol], `density` [kg/m3] of the commercial
    liquid, its `assay` (mass of extractant in it, kg/kg), the diluent's density [kg/m3] and molar mass
    [kg/mol] (None where no constant needs it), the loss to the liquor, None where no source gives it;
    `exchangeable`: protons that it can give, where its kind does not say."""

    name: str
    formula: str
    molar_mass: float
    density: float
    diluent_density: float
    assay: float = 1.0
    loss: AqueousLoss | None = None
    kind: Kind = "acidic_dimer"
    diluent_molar_mass: float | None = None
    exchangeable: float | None = None

    @property
    def symbol(self) -> str:
        """How reactions write it: `(HA)2`, `HA`, or a neutral extractant's own name.

        >>> Extractant("TODGA", "C36H72N2O3", 0.58096, 910.0, 760.0, kind="neutral").symbol
        'TODGA'
        """
        return {"acidic_dimer": "(HA)2", "acidic_monomer": "HA"}.get(self.kind, self.name)

    @property
    def molecules(self) -> int:
        """q, molecules in the form that constants count."""
        return 2 if self.kind == "acidic_dimer" else 1

    @property
    def acid(self) -> float:
        """Protons that this form can exchange."""
        if self.exchangeable is not None:
            return self.exchangeable
        return 0 if self.kind == "neutral" else self.molecules

    def concentration(self, volume_fraction: Any) -> Any:
        """All extractant [mol/L organic], counted as constants count it.

        >>> Extractant("HA", "C16H35O4P", 0.32242, 975.0, 790.0).concentration(0.40) > 0.6
        True
        """
        return volume_fraction * self.density * self.assay / self.molar_mass / (self.molecules * LITRES)

    def diluent(self, volume_fraction: Any) -> Any:
        """Diluent [kg/L organic]."""
        return (1.0 - volume_fraction) * self.diluent_density / LITRES

    def dosage(self, free: Any) -> Any:
        """Free extractant [mol/L organic] as commercial extractant, % by volume of the organic.

        >>> extractant = Extractant("HA", "C16H35O4P", 0.32242, 975.0, 790.0)
        >>> round(extractant.dosage(extractant.concentration(0.2)), 9)
        20.0
        """
        return 100.0 * free / self.concentration(1.0)
