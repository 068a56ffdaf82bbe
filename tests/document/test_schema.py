"""The schema for editors says the same as the parser, since both come from the same declarations."""

from __future__ import annotations

import json

import pytest

from flowsheet.document.diagnostics import Collector
from flowsheet.document.keys import SECTIONS
from flowsheet.document.schema import json_schema, part_schema
from flowsheet.document.schema_values import Known
from flowsheet.document.source import read_text

KNOWN = Known(("nmc_sulfate",), {"leach.kinetics": ("nmc_h2so4_h2o2",)}, {"solid": ("Fe(OH)3", "Al(OH)3")})


@pytest.fixture
def schema(catalogue):
    return json_schema(catalogue, KNOWN)


@pytest.fixture
def validator(schema):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def test_the_schema_is_plain_json(schema):
    assert json.loads(json.dumps(schema)) == schema


def entry_of(schema, section):
    """The definition of a section's entry, where it takes from no template."""
    definition = schema["definitions"][section]
    return definition.get("else", definition)


def test_every_key_and_every_parameter_is_described(schema, catalogue):
    whole = schema["definitions"]["flowsheet"]["properties"]
    assert set(whole) == set(SECTIONS["flowsheet"].keys)
    assert all(entry["description"] for entry in whole.values())
    branches = {
        branch["if"]["properties"]["unit"]["const"]: branch["then"]
        for branch in entry_of(schema, "unit")["allOf"]
    }
    assert set(branches) == set(catalogue)
    for name, declaration in catalogue.items():
        assert set(declaration.parameters) <= set(branches[name]["properties"])
        assert set(branches[name]["properties"]["inlets"]["properties"]) == set(declaration.inlets)


def test_a_parameter_is_described_with_its_unit_default_and_range(schema):
    (leach,) = (b["then"] for b in entry_of(schema, "unit")["allOf"] if "leach" in str(b["if"]))
    stated = leach["properties"]["residence_time"]
    assert stated["description"] == "mean residence time; a time (2 h), default 2 h, from 0.05 to 50 h"
    assert stated["markdownDescription"].splitlines()[2:] == [
        "- value: a time (2 h)",
        "- default: 2 h",
        "- range: from 0.05 to 50 h",
    ]
    assert stated["default"] == "2 h"
    assert leach["properties"]["kinetics"]["anyOf"][0] == {"enum": ["nmc_h2so4_h2o2"]}


def test_every_reference_leads_somewhere(schema):
    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in set(references(schema)):
        assert reference.removeprefix("#/definitions/") in schema["definitions"]


def test_a_right_file_is_valid(validator, plant):
    tree = read_text(plant, "plant.yaml", Collector())
    assert [error.message for error in validator.iter_errors(tree.plain())] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("tanks: 3", "tankz: 3"),
        ("tanks: 3", "tanks: three"),
        ("tanks: 3", "tanks: '3'"),
        ("120 min", "120"),
        ("slurry: leach.slurry", "slury: a.b"),
        ("role: water", "role: watr"),
        ("unit: filter", "unit: fliter"),
        ("chemistry: nmc_sulfate", "chemistry: other"),
        ("vary: {leach.residence_time: [0.5 h, 6 h]", "vary: {leach.residence_time: [0.5 h]"),
    ],
)
def test_what_an_editor_can_see_is_invalid(validator, plant, right, wrong):
    assert right in plant
    tree = read_text(plant.replace(right, wrong, 1), "plant.yaml", Collector())
    assert list(validator.iter_errors(tree.plain()))


def tree(text):
    return read_text(text, "plant.yaml", Collector()).plain()


def test_a_part_needs_nothing_but_knows_every_key(catalogue):
    jsonschema = pytest.importorskip("jsonschema")
    schema = part_schema(catalogue, KNOWN)
    part = jsonschema.Draft7Validator(schema)
    whole = "units:\n  leach: {unit: leach_train, tanks: 2}\n  press: {cake_moisture: 40 %}\n"
    assert part.is_valid(tree(whole))
    assert part.is_valid(tree("feeds:\n  acid: {aqueous: {flow: 3 kg/h}, price: ~}\n"))
    assert not part.is_valid(tree("units:\n  leach: {unit: leach_train, tankz: 2}\n"))
    assert not part.is_valid(tree("feedz: {}\n"))


def test_a_file_that_imports_may_change_and_leave_out_what_it_imports(validator, plant):
    imported = "imports: plant.yaml\nunits:\n  leach: {tanks: 4}\n  press: {inlets: {wash: ~}}\n"
    assert validator.is_valid(tree(imported))
    assert not validator.is_valid(tree(imported.replace("imports: plant.yaml\n", "")))
    assert not validator.is_valid(tree(imported + "feedz: {}\n"))


def test_an_entry_with_a_template_needs_only_what_the_template_lacks(validator, plant):
    templated = plant.replace("unit: filter", "template: press", 1)
    assert "template: press" in templated
    assert validator.is_valid(tree(templated))
    assert not validator.is_valid(tree(plant.replace("unit: filter", "note: no unit", 1)))
