"""The reference page holds every key, since it comes from the parser's own table."""

from __future__ import annotations

from flowsheet.document.keys import SECTIONS
from flowsheet.document.reference import file_reference


def test_every_key_of_the_file_is_on_the_page():
    page = file_reference()
    parameter_files = {"parameter_set", "source", "parameter_value", "fit"}
    for name, section in SECTIONS.items():
        if name in parameter_files:
            continue
        assert f"## `{name}`" in page
        for key in section.keys.values():
            assert f"| `{key.name}`" in page
            assert key.description in page
