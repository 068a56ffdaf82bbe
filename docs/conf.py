"""The documentation site: what Sphinx needs to know.

sphinx-build -W -b html docs docs/_build/html
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
# Tutorials call `flowsheet` as a reader would: that of the building environment, on a terminal of one width.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
os.environ.update(COLUMNS="88", NO_COLOR="1")

project = "flowsheet"
author = "The flowsheet developers"
version = release = installed_version("flowsheet")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "generated_pages",
    "checked_site",
    "tutorials",
]
exclude_patterns = ["_build", "_ext", "units.md"]
nitpicky = True
# Types of signatures have pages only where the interface documents them.
nitpick_ignore_regex = [("py:class", ".*")]

myst_enable_extensions = ["attrs_inline", "deflist", "fieldlist"]
myst_heading_anchors = 3
nb_execution_mode = "auto"
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
copybutton_prompt_text = r"^\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"

html_theme = "furo"
html_title = "flowsheet"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
