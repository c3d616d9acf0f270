"""Anna's question is Anna's: nobody else can tell that it exists, by whatever address (SR-01 to SR-04)."""

import re
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.foundation.database import db, transaction
from portal.keys.actions import give_key, revoke_keys
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.numbers.format import Number
from portal.questions.actions.sheet import write_line
from portal.questions.models import Message
from portal.questions.rules import SheetLine
from tests.cast import ANNA, BERND, carry_key, signed_in
from tests.conftest import NOON
from tests.questions.people import GUEST, ask, ask_as_guest, at, holding, write
from tests.questions.people import clara as clara_of
from tests.visitor import Visitor


def key_of(app, purpose: Purpose, subject_id: int, *, lasts=timedelta(days=90)) -> str:
    with app.app_context(), transaction():
        return give_key(purpose, subject_id, now=NOON, lasts=lasts)


def tails(asked) -> list[str]:
    return [
        "",
        "?key=",
        f"?key={'x' * 43}",
        "?before=1",
        "/news",
        "/news?version=1",
        "/receipt",
        "/attachments/x",
        "?shown=1",
    ]


def strangers(app):
    return [Visitor(app), signed_in(app, BERND), holding(app, secrets.token_urlsafe(32))]


@pytest.fixture
def unknown(app) -> str:
    """A number whose check digit fits, and that nobody was given."""
    return str(Number("Q", 26, 99999))


def test_bernd_cannot_tell_that_anna_s_question_exists(app, unknown):
    asked = ask(app)
    for stranger in strangers(app):
        for tail in tails(asked):
            here, there = stranger.opens(asked.address + tail), stranger.opens(f"/de/questions/{unknown}{tail}")
            assert here.status == there.status == 404, tail
            assert _without_id(here, asked.number) == _without_id(there, unknown), tail


def test_clara_and_dora_have_the_desk_and_not_the_customer_s_page(app, clara, dora):
    asked = ask(app)
    assert clara.opens(asked.address).status == dora.opens(asked.address).status == 404


def test_whatever_a_stranger_sends_changes_nothing_and_tells_nothing(app, unknown):
    asked = ask(app)
    with app.app_context():
        write_line(asked.id, SheetLine.ABOUT, "Rechnung", by=clara_of(app), now=NOON)
        message = db.session.scalar(select(func.max(Message.id)))
    version = asked.row.version
    for stranger in strangers(app):
        for tail in (
            "/messages",
            "/reopening",
            "/closure",
            "/rating",
            "/confirmation",
            "/sheet/objection",
            f"/messages/{message}/withdrawal",
        ):
            typed = {"body": "Ich war es nicht", "face": "bad", "is_complete": "yes"}
            here = stranger.sends(asked.address + tail, typed)
            there = stranger.sends(f"/de/questions/{unknown}{tail}", typed)
            assert here.status == there.status == 403, tail
            assert _without_id(here, asked.number) == _without_id(there, unknown), tail
    assert asked.row.version == version and asked.row.status == "open"


def test_anna_opens_it_also_when_she_types_the_number_without_separators(app, anna):
    asked = ask(app)
    assert anna.opens(f"/de/questions/{asked.number.replace('-', '').lower()}").status == 200


def test_a_mistyped_number_is_named_as_such_to_everybody(app, anna):
    asked = ask(app)
    wrong = asked.number[:-1] + str((int(asked.number[-1]) + 1) % 10)
    for visitor in (anna, Visitor(app)):
        page = visitor.opens(f"/de/questions/{wrong}")
        assert page.status == 404 and page.heading == "In dieser Nummer ist ein Tippfehler"
        assert not page.names_an_address


@pytest.mark.together
@pytest.mark.parametrize(
    "number", ["x", "%00", "9" * 40, "Q26", "Q26-1-1", "😀", "%E2%80%AEQ", "１２", "Q26-00001-%0d"]
)
def test_what_is_no_number_is_no_page(visitor, number):
    assert visitor.opens(f"/de/questions/{number}").status == 404


def test_the_key_of_a_mail_leaves_the_address_bar_and_stays_in_a_cookie(app):
    asked = ask_as_guest(app)
    key = key_of(app, Purpose.QUESTION_MAILED, asked.id)
    guest = Visitor(app)
    first = guest.opens(f"{asked.address}?key={key}")
    assert first.status == 303 and first.location == asked.address
    assert first.response.headers["Referrer-Policy"] == "no-referrer"
    cookie = first.response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert guest.opens(asked.address).status == 200


def test_opening_a_link_writes_nothing_and_confirms_nothing(app):
    asked = ask_as_guest(app)
    guest = Visitor(app)
    guest.follows(f"{asked.address}?key={key_of(app, Purpose.QUESTION_MAILED, asked.id)}")
    row = asked.row
    assert row.confirmed_at is None and row.version == 1


def test_a_key_of_one_question_opens_no_other_one(app):
    mine, other = ask_as_guest(app), ask_as_guest(app, email="other@example.org")
    guest = holding(app, mine.key)
    assert guest.opens(mine.address).status == 200
    assert guest.opens(other.address).status == guest.opens(f"{other.address}?key={mine.key}").status == 404


@pytest.mark.parametrize("purpose", [Purpose.SIGN_IN, Purpose.RESET_PASSWORD, Purpose.NOT_ME, Purpose.CONFIRM_ADDRESS])
def test_a_key_for_something_else_opens_no_question(app, purpose):
    asked = ask_as_guest(app)
    assert holding(app, key_of(app, purpose, asked.id)).opens(asked.address).status == 404


def test_ended_and_revoked_keys_open_nothing(app):
    asked = ask_as_guest(app)
    ended = key_of(app, Purpose.QUESTION_MAILED, asked.id, lasts=timedelta(0))
    assert holding(app, ended).opens(asked.address).status == 404
    with app.app_context(), transaction():
        revoke_keys(Purpose.QUESTION_ASKED, asked.id, now=NOON)
    assert holding(app, asked.key).opens(asked.address).status == 404


def test_a_key_lasts_ninety_days_after_the_last_message(app):
    asked = ask_as_guest(app)
    key = key_of(app, Purpose.QUESTION_MAILED, asked.id)
    with at(NOON + timedelta(days=80)):
        write(asked, "Noch da?")
    with at(NOON + timedelta(days=169)):
        assert holding(app, key).opens(asked.address).status == 200
    with at(NOON + timedelta(days=171)):
        assert holding(app, key).opens(asked.address).status == 404


def test_the_cookie_holds_ten_keys_and_the_eleventh_pushes_out_the_oldest(app):
    guest = Visitor(app)
    questions = [ask_as_guest(app, email=f"g{number}@example.org") for number in range(11)]
    for asked in questions:
        guest.opens(f"{asked.address}?key={key_of(app, Purpose.QUESTION_MAILED, asked.id)}")
    statuses = [guest.opens(asked.address).status for asked in questions]
    assert statuses == [404] + [200] * 10


@pytest.mark.together
@pytest.mark.parametrize("cookie", ["", ".", "x", "." * 3900, "a" * 43, "😀", "a.b.c" * 100, "%00" * 43])
def test_a_broken_cookie_is_no_cookie(app, cookie):
    asked = ask_as_guest(app)
    guest = Visitor(app)
    guest._client.set_cookie("guest", cookie.encode("ascii", "ignore").decode())
    assert guest.opens(asked.address).status == 404


def test_no_plain_key_stands_in_the_database(app):
    asked = ask_as_guest(app)
    with app.app_context():
        assert asked.key not in db.session.scalars(select(Key.digest)).all()


def test_confirming_by_a_mailed_link_joins_the_account_of_that_address(app, anna):
    asked = ask_as_guest(app, email=ANNA.email)
    assert anna.opens(asked.address).status == 404
    guest = Visitor(app)
    page = guest.follows(f"{asked.address}?key={key_of(app, Purpose.QUESTION_MAILED, asked.id)}")
    assert "Adresse bestätigen" in page.text
    assert guest.submits(page, f"{asked.address}/confirmation").status == 303
    assert anna.opens(asked.address).status == 200
    assert asked.row.confirmed_at == NOON and guest.opens(asked.address).status == 200


def test_a_browser_that_only_asked_cannot_confirm_an_address(app):
    asked = ask_as_guest(app)
    guest = holding(app, asked.key)
    assert "Adresse bestätigen" not in guest.opens(asked.address).text
    assert guest.sends(f"{asked.address}/confirmation", {"is_complete": "yes"}).status == 303
    assert asked.row.confirmed_at is None


def test_writing_with_a_mailed_link_confirms_and_writing_without_does_not(app):
    asked = ask_as_guest(app)
    write(asked)
    assert asked.row.confirmed_at is None
    guest = Visitor(app)
    page = guest.follows(f"{asked.address}?key={key_of(app, Purpose.QUESTION_MAILED, asked.id)}")
    assert guest.submits(page, f"{asked.address}/messages", body="Hier bin ich.").status == 303
    assert asked.row.confirmed_at == NOON


def test_the_question_of_an_ended_session_is_closed_to_its_browser(app, anna):
    asked = ask(app)
    carry_key(anna, app, secrets.token_urlsafe(32))
    assert anna.opens(asked.address).status == 404


def test_a_guest_s_address_alone_opens_nothing(app):
    asked = ask_as_guest(app)
    assert Visitor(app).opens(f"{asked.address}?email={GUEST}").status == 404


def _without_id(page, number: str) -> str:
    """The page without what must differ: its request, its own number, and one-time stamps."""
    text = page.html.replace(number, "NUMBER").replace(page.response.headers["X-Request-Id"], "ID")
    return re.sub(r'name="stamp" value="[^"]+"', "STAMP", text)
