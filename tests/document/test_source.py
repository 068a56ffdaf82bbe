"""Reading YAML: 1.2 throughout, exact places, and clear words when it is broken."""

from __future__ import annotations

import pytest

from flowsheet.document.diagnostics import Collector, DiagnosticError
from flowsheet.document.expression import parse_expression
from flowsheet.document.source import Mapping, read_file, read_text


def read(text: str) -> tuple[Mapping, Collector]:
    found = Collector()
    return read_text(text, "x.yaml", found), found


def test_values_are_those_of_yaml_1_2():
    """PyYAML (1.1) reads NO as False and 1e-3 as text."""
    tree, _ = read("a: NO\nb: 1e-3\nc: '5'\nd: 0o17\ne: ~\nf: true\ng: [1, x]\n")
    assert tree.plain() == {"a": "NO", "b": 1e-3, "c": "5", "d": "0o17", "e": None, "f": True, "g": [1, "x"]}


def test_every_key_and_value_knows_its_place():
    text = "a:\n  b: {c: 5 kg/h, 'd e': \"q\"}\n  f:\n    - one\n    - two\n"
    tree, _ = read(text)
    lines = text.splitlines()
    b = tree.entries["a"].value.entries["b"].value
    items = tree.entries["a"].value.entries["f"].value.items
    for span, expected in [
        (b.entries["c"].span, "c"),
        (b.entries["c"].value.span, "5 kg/h"),
        (b.entries["d e"].span, "'d e'"),
        (b.entries["d e"].value.span, '"q"'),
        (items[1].span, "two"),
    ]:
        assert lines[span.line - 1][span.column - 1 : span.column - 1 + span.length] == expected


def test_anchors_and_merge_keys_are_followed():
    tree, found = read("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\n")
    assert tree.entries["more"].value.plain() == {"y": 3, "x": 1}
    assert not found.diagnostics


def test_a_folded_text_is_its_words_alone():
    """The parser leaves a control character where it joins two lines: an expression over them wasn't read."""
    tree, found = read("a: >-\n  leach.extraction.Ni\n  + 1\nb: >\n  one\n  two\n")
    assert tree.plain() == {"a": "leach.extraction.Ni + 1", "b": "one two\n"}
    assert not found.diagnostics


def test_a_fault_in_a_folded_text_is_shown_where_the_text_begins():
    tree, _ = read("a: >-\n  leach.extraction.Ni\n  + %\n")
    span = tree.entries["a"].value.span
    with pytest.raises(DiagnosticError) as failure:
        parse_expression(tree.entries["a"].value.text, span)
    assert failure.value.diagnostics[0].span == span


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2\n", "E003"),
        ("a:\n\tb: 1\n", "E004"),
        ("a: [1, 2\n", "E002"),
        ("a: b: c\n", "E002"),
        ("a: *x\n", "E002"),
        ("a: @x\n", "E002"),
        ("{[1]: 2}\n", "E005"),
        ("a: 'x\n", "E002"),
        ("a: 1\n---\nb: 2\n", "E002"),
        ("a: \x01\n", "E002"),
    ],
)
def test_broken_yaml_is_a_diagnostic(text, code):
    _, found = read(text)
    assert [d.code for d in found.diagnostics] == [code]


def test_an_empty_file_is_an_empty_mapping():
    for text in ("", "# nothing\n", "---\n"):
        tree, found = read(text)
        assert not found.diagnostics
        assert tree.plain() in ({}, None)


def test_files_that_cannot_be_read_say_why(tmp_path):
    (tmp_path / "latin.yaml").write_bytes("a: \xe9\n".encode("latin-1"))
    found = Collector()
    assert read_file(tmp_path / "latin.yaml", found) is None
    assert read_file(tmp_path / "none.yaml", found) is None
    assert read_file(tmp_path, found) is None
    assert [d.code for d in found.diagnostics] == ["E001"] * 3


def test_a_byte_order_mark_is_harmless(tmp_path):
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    found = Collector()
    assert read_file(tmp_path / "bom.yaml", found).plain() == {"a": 1}
