"""Every address of the portal, asked for by every member of the cast with whatever fits between two slashes.

The table of audiences holds for all of them, and so does what every answer carries; tests/house/test_doors.py tries
the usual values, this the others.
"""

from collections import Counter
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.audiences import AUDIENCES
from portal.foundation.security import Audience
from tests.attacks.people import CAST, somebody
from tests.attacks.strategies import BOUNDED, MARK, nearly, note
from tests.house.headers import check_answer
from tests.house.test_doors import LET_IN, PIECE
from tests.house.test_routes import INVALID, VALID, filled, rules

NAMES = (
    "q",
    "page",
    "after",
    "category",
    "next",
    "view",
    "state",
    "assignee",
    "from",
    "to",
    "words",
    "key",
    "v",
    "lang",
)


@pytest.mark.parametrize("person", CAST)
def test_no_address_is_a_way_in(town, person):
    visitor, met = somebody(town, person), Counter()
    role = CAST[person].role if CAST[person] else None

    @BOUNDED
    @given(st.data())
    def asks_for(data):
        rule = data.draw(st.sampled_from(rules(town)))
        values = {name: data.draw(value_of(name)) for name in rule.arguments}
        query = data.draw(st.dictionaries(st.sampled_from(NAMES), nearly("1", "2026-11-01", "/de/"), max_size=3))
        url = filled(rule, values) + ("?" + urlencode({name: encoded(text) for name, text in query.items()}))
        page = visitor.opens(url[:5000], inspected=False)
        check_answer(page, f"GET {url[:300]}", MARK)
        audience = AUDIENCES[rule.endpoint]
        if audience in LET_IN and role not in LET_IN[audience]:
            assert page.status in (303, 404, 405, 414, 400, 308), f"{person} was let in: {url[:300]}"
        if audience is Audience.MACHINE:
            assert page.status >= 400, f"{person} was let in: {url[:300]}"
        if audience is not Audience.PUBLIC:
            kept = page.response.headers["Cache-Control"]
            assert kept == "no-store" or (kept == PIECE and not page.is_whole), url[:300]
        met[page.status] += 1

    asks_for()
    note(f"addresses for {person}", forms=0, answers=met)


def value_of(name: str) -> st.SearchStrategy[str]:
    """A value of an address: right, wrong, or anything, as it travels."""
    right = st.sampled_from([*VALID[name], *VALID[name], *INVALID[name]])
    return st.one_of(right, nearly(*VALID[name]).map(lambda text: quote(encoded(text), safe="")[:2000]))


def encoded(text: str) -> bytes:
    """The bytes that a browser would send, or that no browser would."""
    return text.encode("utf-8", "surrogatepass")


def test_the_table_of_roles_is_the_one_that_is_asked(town):
    assert set(Role) == LET_IN[Audience.CUSTOMER] and Audience.PUBLIC not in LET_IN
