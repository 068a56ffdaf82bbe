"""Cells of tutorials as readers see them: a file under its name, a command with a prompt, its answer as text.

In the notebook a cell that writes a file begins with `%%writefile NAME`, one that runs commands with `!`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_LANGUAGES = {".yaml": "yaml", ".py": "python"}
_COMMANDS = '''"""Commands answer into a pipe, not a terminal: without colours and progress."""

import subprocess


def _run(command):
    done = subprocess.run(
        command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(done.stdout, end="")


get_ipython().system = _run
'''
"""What IPython does first."""


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", _prepare_kernel)
    app.connect("doctree-read", _show_as_typed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _prepare_kernel(app: Sphinx) -> None:
    folder = Path(app.doctreedir).resolve() / "ipython"
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "commands.py").write_text(_COMMANDS, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(folder)


def _show_as_typed(app: Sphinx, tree: nodes.document) -> None:
    for cell in list(tree.findall(lambda n: "cell" in getattr(n, "attributes", {}).get("classes", ()))):
        for block in cell.findall(nodes.literal_block):
            text = block.astext()
            if text.startswith("%%writefile "):
                _show_file(cell, block, text)
                break
            if text.startswith("!"):
                commands = "\n".join(f"$ {line[1:]}" for line in text.split("\n"))
                _replace(block, commands, "console")


def _show_file(cell: nodes.Element, block: nodes.literal_block, text: str) -> None:
    head, _, content = text.partition("\n")
    name = head.split()[-1]
    words = f"added to {name}" if " -a " in head else name
    _replace(block, content, _LANGUAGES.get(Path(name).suffix, "text"))
    assert block.parent is not None
    block.parent.insert(block.parent.index(block), nodes.paragraph("", words, classes=["file-name"]))
    for output in [n for n in cell.children if "cell_output" in n.get("classes", ())]:
        cell.remove(output)


def _replace(block: nodes.literal_block, text: str, language: str) -> None:
    block.rawsource = text
    block.children = []
    block += nodes.Text(text)
    block["language"] = language
