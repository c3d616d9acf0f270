"""The interface for programs, by its own description: whatever fits it and whatever does not, with a token of a lead.

Every answer is one that the description names, has the shape that it names, and is no fault of ours.
"""

from collections import Counter

import pytest
import schemathesis
from hypothesis import given
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from portal.api.rules import Scope
from portal.foundation.limits import WINDOWS
from tests.api.programs import token_for
from tests.attacks.people import PEOPLE
from tests.attacks.strategies import BOUNDED, note

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
# Of a hundred at once those with a fault are left out and named, and the others are kept.
BATCHES = {f"PUT /api/v1/{each}" for each in ("contracts", "orders", "invoices")}
DESCRIPTION = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def operations(town):
    """Every operation that the portal describes."""
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, town)
    return [each.ok() for each in schema.get_all_operations()]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_what_is_described_is_what_happens(town, operations, mode):
    token = token_for(town, PEOPLE["Dora Lindner"], Scope)
    for operation in operations:
        met = tried(town, operation, mode, token)
        note(f"programs: {operation.label}, {mode.value}", forms=0, answers=met)


def tried(town, operation, mode, token: str) -> Counter:
    """Try an operation with whatever fits its description, or with what does not; how often each status came."""
    is_batch, met = operation.label in BATCHES, Counter()
    checks = [CHECKS.get_one(name) for name in CHECKED if not is_batch or name != "negative_data_rejection"]
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def asks(case):
        WINDOWS.of(town).own.forget()
        response = case.call(headers=headers, base_url="https://localhost")
        case.validate_response(response, checks=checks)
        met[response.status_code] += 1

    asks()
    return met
