"""An account begins with a mailed link, and strangers learn nothing about addresses."""

from datetime import timedelta

import pytest

from portal.foundation import clock
from tests.accounts.people import NEW_PASSWORD, PASSWORD, key_for, mails, signs_in, statements, user_row, with_password
from tests.cast import ANNA, BERND, account, sessions_of
from tests.conftest import NOON
from tests.visitor import Visitor


def asks(visitor, email, lang="de"):
    page = visitor.opens(f"/{lang}/account/register")
    return visitor.submits(page, f"/{lang}/account/register", email=email)


def confirms(visitor, key, **typed):
    page = visitor.opens(f"/de/account/confirm?key={key}")
    return visitor.submits(page, "/de/account/confirm", **typed)


def test_anna_begins_an_account_and_is_signed_in(app, visitor):
    assert asks(visitor, " Anna@Example.org ").status == 202
    assert user_row(app, ANNA) is None, "nothing is kept about an address before somebody who reads it says so"
    done = confirms(visitor, key_for(app, ANNA.email, "account_confirm"), name="Anna Berger", password=PASSWORD)
    assert (done.status, done.location) == (303, "/de/account/overview")
    assert visitor.cookies == ["session"]
    overview = visitor.opens("/de/account/overview")
    assert "Anna Berger" in overview.text and ANNA.email in overview.text


def test_an_account_needs_no_password(app, visitor):
    asks(visitor, ANNA.email)
    assert confirms(visitor, key_for(app, ANNA.email, "account_confirm"), name="Anna").status == 303
    assert user_row(app, ANNA).password_hash is None


def test_the_language_of_the_page_is_the_language_of_the_account(app, english_visitor):
    asks(english_visitor, ANNA.email, "en")
    key = key_for(app, ANNA.email, "account_confirm")
    page = english_visitor.opens(f"/en/account/confirm?key={key}")
    english_visitor.submits(page, "/en/account/confirm", name="Anna")
    assert user_row(app, ANNA).language == "en"
    assert mails(app, ANNA.email)[0].language == "en"


def test_opening_the_link_changes_nothing(app, visitor):
    asks(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_confirm")
    for _ in range(3):
        assert Visitor(app).opens(f"/de/account/confirm?key={key}").status == 200
    assert user_row(app, ANNA) is None
    assert confirms(visitor, key, name="Anna").status == 303


def test_the_link_works_once(app, visitor):
    asks(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_confirm")
    page = visitor.opens(f"/de/account/confirm?key={key}")
    assert visitor.submits(page, "/de/account/confirm", name="Anna").status == 303
    again = Visitor(app)
    assert again.submits(page, "/de/account/confirm", name="Eva").status == 410
    assert again.cookies == []


def test_the_link_works_for_a_day(app, visitor):
    """SR-03: twenty-four hours to confirm an address."""
    asks(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_confirm")
    for hours, status in ((23, 200), (25, 410)):
        with clock.frozen(NOON + timedelta(hours=hours)):
            assert visitor.opens(f"/de/account/confirm?key={key}").status == status


@pytest.mark.together
@pytest.mark.parametrize("key", ["", "x", "A" * 43, "A" * 5000, "%00", "😀"])
def test_a_made_up_key_opens_nothing(visitor, key):
    assert visitor.opens(f"/de/account/confirm?key={key}").status in (410, 414)
    assert visitor.sends("/de/account/confirm", {"key": key, "name": "Eva", "is_complete": "yes"}).status == 410


def test_a_known_and_an_unknown_address_get_the_same_answer(app):
    account(app, ANNA)
    known, unknown = asks(Visitor(app), ANNA.email), asks(Visitor(app), BERND.email)
    assert known.status == unknown.status == 202
    assert known.text.replace(ANNA.email, "…") == unknown.text.replace(BERND.email, "…")
    assert [each.kind for each in mails(app, ANNA.email)] == ["account_exists"]
    assert [each.kind for each in mails(app, BERND.email)] == ["account_confirm"]


def test_a_known_and_an_unknown_address_cost_the_same_statements(app):
    account(app, ANNA)
    asks(Visitor(app), "first@example.org")
    with statements(app) as known:
        asks(Visitor(app), ANNA.email)
    with statements(app) as unknown:
        asks(Visitor(app), BERND.email)
    assert known == unknown


def test_whoever_asks_first_with_annas_address_gets_no_hold_of_her_account(app):
    stranger, anna = Visitor(app), Visitor(app)
    asks(stranger, ANNA.email)
    asks(anna, ANNA.email)
    first, second = (mail.payload["key"] for mail in mails(app, ANNA.email, "account_confirm"))
    confirms(anna, second, name="Anna Berger", password=PASSWORD)
    late = confirms(anna, first, name="Somebody", password=NEW_PASSWORD)
    assert late.status == 303, "the mail proves the address, so its reader is signed in"
    kept = user_row(app, ANNA)
    assert kept.name == "Anna Berger", "and nothing else changes"
    assert signs_in(Visitor(app), ANNA, NEW_PASSWORD).status == 422
    assert signs_in(Visitor(app), ANNA, PASSWORD).status == 303


@pytest.mark.together
@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "@example.org", "a@b@c.de", "anna@example", "x" * 250 + "@a.de"]
)
def test_what_is_no_address_is_said_and_given_back(visitor, typed):
    page = asks(visitor, typed)
    assert page.status == 422
    assert page.find("input", name="email").get("value") == typed
    assert page.find("div", role="alert") is not None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("zu kurz", "mindestens 15 Zeichen"),
        ("a" * 257, "höchstens 256 Zeichen"),
        ("aaaaaaaabbbbbbbb", "wiederholt"),
        ("anna-berger-anna", "Namen"),
        ("mein-passwort-passwort", "Namen"),
        ("qwertyuiopasdfgh", "Listen"),
        ("QWERTYUIOPasdfgh", "Listen"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(app, visitor, password, says):
    asks(visitor, ANNA.email)
    page = confirms(visitor, key_for(app, ANNA.email, "account_confirm"), name="Anna Berger", password=password)
    assert page.status == 422
    assert says in page.text
    assert page.find("input", name="name").get("value") == "Anna Berger"
    assert password not in page.html
    assert user_row(app, ANNA) is None


def test_the_name_is_needed_and_not_cut(app, visitor):
    asks(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_confirm")
    assert confirms(visitor, key, name="").status == 422
    long = confirms(visitor, key, name="x" * 101)
    assert long.status == 422
    assert long.find("input", name="name").get("value") == "x" * 101


def test_the_sixth_form_from_one_network_waits_and_keeps_the_address(app, visitor):
    for number in range(5):
        assert asks(visitor, f"person{number}@example.org").status == 202
    page = asks(visitor, "person6@example.org")
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 600
    assert page.find("input", name="email").get("value") == "person6@example.org"
    assert mails(app, "person6@example.org") == []
    assert asks(Visitor(app), "person7@example.org").status == 202


def test_one_address_is_not_flooded_from_many_networks(app):
    for _ in range(5):
        assert asks(Visitor(app), ANNA.email).status == 202
    assert asks(Visitor(app), ANNA.email).status == 429
    assert len(mails(app, ANNA.email)) == 5


def test_a_disabled_account_is_not_opened_by_registering_again(app, visitor):
    with_password(app, ANNA)
    asks(visitor, BERND.email)
    key = key_for(app, BERND.email, "account_confirm")
    account(app, BERND)
    disable(app, BERND)
    assert confirms(visitor, key, name="Bernd").status == 410
    assert all(each.ended_at for each in sessions_of(app, account(app, BERND)))


def test_the_form_of_a_cut_connection_stores_nothing(app, visitor):
    assert visitor.sends("/de/account/register", {"email": ANNA.email}).status == 400
    assert mails(app, ANNA.email) == []


def disable(app, person):
    result = app.test_cli_runner().invoke(args=["user", "disable", person.email])
    assert result.exit_code == 0, result.output
