"""The page and the files that it loads."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flowsheet.edit.file import EditedFile

_PACKAGE = "flowsheet.edit"
_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_ASSETS = {
    "edit.css": (_PACKAGE, "assets"),
    "edit.js": (_PACKAGE, "assets"),
    "editor.js": (_PACKAGE, "assets"),
    "outline.js": (_PACKAGE, "assets"),
    "completion.js": (_PACKAGE, "assets"),
    "plant.js": (_PACKAGE, "assets"),
    "sliders.js": (_PACKAGE, "assets"),
    "codemirror.min.js": (_PACKAGE, "vendor"),
    "diagram.css": ("flowsheet.report.page", "assets"),
}


def asset(name: str) -> tuple[bytes, str] | None:
    """Content and type of a file that the page loads; None where there is none of this name."""
    place = _ASSETS.get(name)
    if place is None:
        return None
    return _content(*place, name), _TYPES[name.rpartition(".")[2]]


@cache
def _content(package: str, folder: str, name: str) -> bytes:
    return files(package).joinpath(folder, name).read_bytes()


def page(file: EditedFile) -> str:
    """The page's frame; what it shows it asks for."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("edit.html").render(name=file.source.name)
