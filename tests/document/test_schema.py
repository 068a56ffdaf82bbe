"""The schema for editors says the same as the parser, since both come from the same declarations."""

from __future__ import annotations

import json

import pytest

from flowsheet.document.diagnostics import Collector
from flowsheet.document.keys import SECTIONS
from flowsheet.document.schema import json_schema
from flowsheet.document.source import read_text


@pytest.fixture
def schema(catalogue):
    return json_schema(catalogue, ("nmc_sulfate",))


@pytest.fixture
def validator(schema):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_is_plain_json(schema):
    assert json.loads(json.dumps(schema)) == schema


def test_every_key_and_every_parameter_is_described(schema, catalogue):
    assert set(schema["properties"]) == set(SECTIONS["flowsheet"].keys)
    assert all(entry["description"] for entry in schema["properties"].values())
    branches = {
        branch["if"]["properties"]["unit"]["const"]: branch["then"]
        for branch in schema["$defs"]["unit"]["allOf"]
    }
    assert set(branches) == set(catalogue)
    for name, declaration in catalogue.items():
        assert set(declaration.parameters) <= set(branches[name]["properties"])
        assert set(branches[name]["properties"]["inlets"]["properties"]) == set(declaration.inlets)


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
        assert reference.removeprefix("#/$defs/") in schema["$defs"]


def test_a_right_file_is_valid(validator, plant):
    tree = read_text(plant, "plant.yaml", Collector())
    assert [error.message for error in validator.iter_errors(tree.plain())] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("tanks: 3", "tankz: 3"),
        ("tanks: 3", "tanks: three"),
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
