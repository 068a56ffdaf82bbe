"""A file keeps its line ends and its mark; a flowsheet that ships is saved as a copy."""

from __future__ import annotations

import pytest

from flowsheet.cli import main
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.locate import shipped_flowsheets
from flowsheet.edit.file import ChangedOnDisk, EditedFile


def test_line_ends_and_byte_order_mark_stay(folder):
    file = folder / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbfflowsheet: a\r\nfeeds: b\r\n")
    opened = EditedFile.opened(str(file))
    assert opened.text == "flowsheet: a\nfeeds: b\n"
    opened.save(opened.text.replace("b", "ä"))
    assert file.read_bytes() == b"\xef\xbb\xbfflowsheet: a\r\nfeeds: \xc3\xa4\r\n"


def test_a_shipped_flowsheet_is_saved_as_a_copy_here(folder):
    shipped = shipped_flowsheets()["magnet_acid_free"]
    before = shipped.read_bytes()
    opened = EditedFile.opened("magnet_acid_free")
    written = opened.save(opened.text + "# mine\n")
    assert written.resolve() == folder / "magnet_acid_free.yaml"
    assert written.read_text(encoding="utf-8").endswith("# mine\n")
    assert shipped.read_bytes() == before
    opened.save(opened.text + "# again\n")
    assert (folder / "magnet_acid_free.yaml").read_text(encoding="utf-8").endswith("# again\n")


def test_a_copy_doesn_t_replace_what_is_there_unasked(folder):
    opened = EditedFile.opened("magnet_acid_free")
    (folder / "magnet_acid_free.yaml").write_text("# somebody's\n")
    with pytest.raises(ChangedOnDisk):
        opened.save("text")
    assert (folder / "magnet_acid_free.yaml").read_text() == "# somebody's\n"


def test_what_isn_t_text_is_refused(folder):
    (folder / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DiagnosticError, match="E001"):
        EditedFile.opened(str(folder / "x.yaml"))


@pytest.mark.parametrize(
    ("arguments", "said"), [(["nothing"], "E901"), (["magnet_acid_free", "--port", "70000"], "E916")]
)
def test_what_can_t_be_opened_is_said_before_anything_is_served(folder, capsys, arguments, said):
    assert main(["edit", *arguments, "--no-browser"]) == 2
    assert said in capsys.readouterr().err
