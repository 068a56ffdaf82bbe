"""The parameter sets that ship with unit libraries, by the family of parameters that they are for."""

from __future__ import annotations

import re
from pathlib import Path

from flowsheet.model.library_files import package_folders


def shipped_parameter_sets() -> dict[str, list[str]]:
    """Names of sets by family, as the `for:` and `parameter_set:` keys of the libraries' files say.

    >>> "d2ehpa" in shipped_parameter_sets()["solvent_extraction.extractant"]
    True
    """
    found: dict[str, list[str]] = {}
    for place in package_folders():
        for file in sorted(place.rglob("parameters/*.yaml")):
            text = file.read_text(encoding="utf-8")
            name = re.search(r"^parameter_set: *(\S+)", text, re.MULTILINE)
            families = re.search(r"^for: *(.+)$", text, re.MULTILINE)
            if name is None or families is None:
                continue
            for family in families.group(1).strip("[] ").split(","):
                found.setdefault(family.strip(), []).append(name.group(1))
    return found


def shipped_parameter_file(name: str) -> Path:
    """The file of a set that ships.

    Raises:
        KeyError: there is no such set.
    """
    for place in package_folders():
        for file in sorted(place.rglob("parameters/*.yaml")):
            if re.search(
                rf"^parameter_set: *{re.escape(name)}\s", file.read_text(encoding="utf-8"), re.MULTILINE
            ):
                return file
    raise KeyError(name)


def one_of_the_sets(family: str) -> str:
    """What to say where a unit needs a parameter set and none is named.

    >>> one_of_the_sets("leach_train.off_gas")
    'add `off_gas: ...`, one of off_gas, or a file of your own'
    """
    setting = family.rpartition(".")[2]
    return (
        f"add `{setting}: ...`, one of {', '.join(shipped_parameter_sets()[family])}, or a file of your own"
    )
