"""The description of the interface: whole, made from what decides, and the same as what is written for people."""

import re

from jsonschema_rs import Draft202012Validator

from portal.api.describing import OPERATIONS
from portal.api.rules import NEEDED, Scope
from portal.foundation.config import ROOT
from tests.api.programs import V1, program_of
from tests.contracts.books import ANNAS
from tests.visitor import Visitor

DOCUMENT = f"{V1}/openapi.json"


def test_everybody_may_read_it_and_it_is_the_same_in_every_language(app):
    german, english = (Visitor(app, languages=each).opens(DOCUMENT).json() for each in ("de", "en"))
    assert german == english and german["openapi"] == "3.1.0"


def test_every_address_for_programs_is_described_with_what_its_token_must_open(reader):
    assert set(OPERATIONS) == set(NEEDED)
    found = [each for path in reader.opens(DOCUMENT).json()["paths"].values() for each in path.values()]
    assert {each["operationId"] for each in found} == {name.removeprefix("api.") for name in NEEDED}
    said = {f"api.{each['operationId']}": each["description"] for each in found}
    assert {name: f"Needs `{scope}`." if scope else "Any token will do." for name, scope in NEEDED.items()} == said


def test_every_schema_is_one_and_a_body_that_fits_it_is_taken(app, reader):
    document = reader.opens(DOCUMENT).json()
    put = document["paths"]["/api/v1/contracts/{number}"]["put"]
    schema = put["requestBody"]["content"]["application/json"]["schema"]
    thing = {name: value for name, value in ANNAS.items() if name != "number"}
    validator = Draft202012Validator(schema)
    assert validator.is_valid(thing) and program_of(app).puts(f"/contracts/{ANNAS['number']}", thing).status == 201
    assert not validator.is_valid(thing | {"colour": "blue"}) and not validator.is_valid({**thing, "holder": ""})


def test_what_is_written_for_people_names_every_address_and_every_scope(reader):
    written = (ROOT / "docs" / "api.md").read_text()
    paths = reader.opens(DOCUMENT).json()["paths"]
    named = {path.replace("{", "<").replace("}", ">") for path in paths}
    assert [path for path in sorted(named) if path not in written] == []
    assert [scope for scope in Scope if not re.search(rf"`{scope}`", written)] == []
