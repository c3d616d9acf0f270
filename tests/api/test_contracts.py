"""Contracts of other programs: put by number, read with source and age, every fault named."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.api.contracts import CONTRACTS
from portal.api.fields import MOST_AT_ONCE
from portal.api.rules import Scope
from portal.contracts.models import Contract
from portal.contracts.reading import FIELDS, LIMITS
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.journal.models import Event
from tests.api.programs import program_of
from tests.cast import ANNA, account
from tests.contracts.books import ANNAS, BERNDS, contract, kept
from tests.questions.people import later

UNNAMED = {name: value for name, value in ANNAS.items() if name != "number"}
HERE = f"/contracts/{ANNAS['number']}"


def test_a_contract_is_put_by_its_number_and_read_with_source_and_age(app, dora):
    program = program_of(app)
    made = program.puts(HERE, UNNAMED)
    assert (made.status, made.thing["outcome"]) == (201, "new")
    read = program.gets("/contracts/tw202500417")
    assert read.thing == {name: value for name, value in made.thing.items() if name != "outcome"}
    assert {name: read.thing[name] for name in ANNAS} == ANNAS
    assert (read.thing["source"], read.thing["known_at"]) == ("api", "2026-12-16T10:00:00Z")
    page = dora.opens("/desk/contracts/tw202500417")
    assert "von einem anderen Programm" in page.text


def test_what_was_read_can_be_put_back_and_changes_nothing_but_its_age(app):
    program = program_of(app)
    made = program.puts(HERE, UNNAMED | {"first_term_end": "2027-03-31", "renewal": "12 months", "is_consumer": False})
    back = {name: value for name, value in made.thing.items() if name in FIELDS}
    with later(hours=1):
        again = program.puts(HERE, back)
    assert (again.status, again.thing["outcome"], again.thing["known_at"]) == (200, "same", "2026-12-16T11:00:00Z")
    assert [each.version for each in kept(app)] == [1]


def test_a_change_stands_in_the_history_under_the_name_of_whoever_made_the_token(app, dora):
    program = program_of(app)
    program.puts(HERE, UNNAMED)
    assert program.puts(HERE, UNNAMED | {"product": "Talwind Glas 600"}).thing["outcome"] == "changed"
    with app.app_context():
        events = db.session.scalars(select(Event).filter_by(subject_type="contract").order_by(Event.id)).all()
    assert [(each.verb, each.actor_id, each.details["source"]) for each in events] == [
        ("contract.added", dora.user_id, "api"),
        ("contract.changed", dora.user_id, "api"),
    ]


def test_the_number_of_the_address_counts_and_not_that_of_the_body(app):
    assert program_of(app).puts(HERE, UNNAMED | {"number": "ANOTHER-1"}).thing["number"] == ANNAS["number"]
    assert [each.number for each in kept(app)] == [ANNAS["number"]]


def test_an_end_that_is_fixed_is_not_taken_away_by_books_that_do_not_know_of_it(app):
    contract(app, ends_on="2027-01-31")
    assert program_of(app).puts(HERE, UNNAMED).thing["ends_on"] == "2027-01-31"


def test_a_contract_of_an_account_is_that_of_its_proven_address(app):
    account(app, ANNA)
    program_of(app).puts(HERE, UNNAMED)
    with app.app_context():
        row = db.session.scalars(select(Contract).options(db.joinedload(Contract.customer))).one()
    assert not row.customer.is_guest


@pytest.mark.together
@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"holder": ""}, "holder", "This is missing."),
        ({"holder": None}, "holder", "This is missing."),
        ({"holder": "  \u200b "}, "holder", "This is missing."),
        ({"holder": 7}, "holder", "This must be text."),
        ({"holder": ["Anna"]}, "holder", "This must be text."),
        ({"holder": "A" * 101}, "holder", "Please shorten this to 100 characters."),
        ({"holder": "An\u0000na"}, "holder", "This contains characters that cannot be typed."),
        ({"holder": "An\ud800na"}, "holder", "This contains characters that cannot be typed."),
        ({"holder": "Anna\nBerger"}, "holder", "Please write this on one line."),
        ({"is_consumer": "yes"}, "is_consumer", "This must be true or false."),
        ({"grid": "never"}, "grid", "This must be one of: any_day, period_end, month_end."),
        ({"email": "nobody"}, "email", "“nobody” is not an email address."),
        (
            {"started_on": "2025-02-30"},
            "started_on",
            "“2025-02-30” is not a date. Write it like",
        ),
        ({"notice": "soon"}, "notice", "“soon” is not a length of time. Write it like “1 month” or “14 days”."),
        ({"notice": "3 months"}, "notice", "A notice period of more than one month is void for consumers"),
        ({"zone": "../etc"}, "zone", "“../etc” is not a time zone."),
        ({"language": "tlh"}, "language", "This must be one of: de, en."),
        ({"colour": "blue"}, "colour", "This field is not known."),
        ({"id": 1}, "id", "This field is not known."),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field_and_nothing_is_kept(app, changed, field, said):
    answer = program_of(app).puts(HERE, UNNAMED | changed)
    assert answer.status == 422 and field in answer.thing["detail"]
    assert list(answer.faults) == [field] and answer.faults[field].startswith(said)
    assert kept(app) == []


def test_all_faults_are_named_at_once_also_in_german(app):
    answer = program_of(app, language="de").puts(HERE, {"holder": 1, "x": 2})
    assert set(answer.faults) == {"holder", "x", "email", "product", "started_on"}
    assert answer.faults["x"] == "Dieses Feld ist nicht bekannt."


@pytest.mark.together
@pytest.mark.once
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"holder": NaN}',
        b'{"holder": Infinity}',
        b'{"holder": "a", "holder": "b"}',
        b'{"holder": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"holder":' * 20_000,
        '{"holder": "ü"}'.encode("latin-1"),
        b"\xef\xbb\xbf{}",
        b"\x00",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(app, raw):
    answer = program_of(app).asks("PUT", HERE, raw=raw)
    assert answer.status in (400, 422) and kept(app) == []


@pytest.mark.together
@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_of_another_kind_is_refused(app, kind):
    answer = program_of(app).asks("PUT", HERE, raw=b"{}", headers={"Content-Type": kind})
    assert answer.status in (400, 415)


def test_a_body_that_is_too_large_is_refused(app):
    assert program_of(app).asks("PUT", HERE, raw=b" " * 300_000).status == 413


def test_many_are_put_at_once_and_those_with_a_fault_are_left_out_and_named(app):
    contract(app, BERNDS)
    things = [ANNAS, BERNDS, ANNAS | {"number": "tw 2025 00417"}, {"number": "X-1", "y": 1}, BERNDS | {"number": "///"}]
    answer = program_of(app).puts("/contracts", {"contracts": things})
    assert answer.status == 200 and answer.thing["faulty"] == 3
    found = answer.thing["contracts"]
    assert [each["outcome"] for each in found] == ["new", "same", "faulty", "faulty", "faulty"]
    assert found[2]["errors"] == [{"field": "number", "detail": "This number appears twice in the request."}]
    assert {each["field"] for each in found[3]["errors"]} == {"y", "holder", "email", "product", "started_on"}
    assert {each.number for each in kept(app)} == {ANNAS["number"], BERNDS["number"]}


@pytest.mark.together
@pytest.mark.parametrize(
    "things", [[], None, "x", {}, ["x"], [None], [ANNAS] * (MOST_AT_ONCE + 1)], ids=lambda things: str(things)[:20]
)
def test_a_batch_is_a_list_of_one_to_a_hundred(app, things):
    answer = program_of(app).puts("/contracts", {"contracts": things})
    assert answer.status == 422 and list(answer.faults) == ["contracts"] and kept(app) == []


def test_a_number_that_is_only_kept_because_a_law_says_so_is_neither_shown_nor_given_again(app):
    contract(app)
    with app.app_context(), transaction():
        db.session.execute(update(Contract).values(locked_at=clock.now() - timedelta(days=1)))
    program = program_of(app)
    assert program.gets(HERE).status == 404
    answer = program.puts(HERE, UNNAMED)
    assert answer.status == 409 and "erased" in answer.thing["detail"]
    batch = program.puts("/contracts", {"contracts": [BERNDS, ANNAS]})
    assert [each["outcome"] for each in batch.thing["contracts"]] == ["new", "faulty"]


def test_a_token_without_the_scope_reads_and_writes_nothing(app):
    contract(app)
    reads, other = program_of(app, scopes=[Scope.CONTRACTS_READ]), program_of(app, scopes=[Scope.QUESTIONS_READ])
    assert reads.gets(HERE).status == 200
    refused = [reads.puts(HERE, UNNAMED), reads.puts("/contracts", {"contracts": [ANNAS]}), other.gets(HERE)]
    assert [each.status for each in refused] == [403] * 3
    assert 'scope="contracts:write"' in refused[0].headers["WWW-Authenticate"]


def test_a_number_that_nobody_has_is_not_there(app):
    answer = program_of(app).gets("/contracts/TW-1")
    assert answer.status == 404 and answer.thing["detail"] == "There is nothing with this number."


def test_the_fields_are_those_of_an_import():
    fields = CONTRACTS.fields
    assert [each.name for each in fields] == list(FIELDS)
    assert {each.name: each.limit for each in fields if each.name in LIMITS} == LIMITS
