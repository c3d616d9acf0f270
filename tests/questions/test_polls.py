"""An open page that asks for news without any is answered with one statement, and only for who may see the question."""

import secrets
from datetime import timedelta

import pytest

from portal.foundation.database import transaction
from portal.keys.actions import revoke_keys
from portal.keys.rules import Purpose
from tests.cast import ANNA, BERND, signed_in
from tests.conftest import NOON
from tests.questions.people import Asked, ask, ask_as_guest, at, counted, holding
from tests.visitor import Visitor


def tag_on(page) -> str:
    return f'"{page.find("div", data_behaviour="news").get("data-tag")}"'


def polls(visitor: Visitor, asked: Asked, tag: str) -> int:
    return visitor.opens(f"{asked.address}/news", If_None_Match=tag).status


def test_no_news_cost_one_statement_for_a_guest_and_for_somebody_signed_in(app):
    own = ask_as_guest(app)
    guest = holding(app, own.key)
    asked = ask(app)
    for visitor, each in ((guest, own), (signed_in(app, ANNA), asked)):
        tag = tag_on(visitor.opens(each.address))
        with counted(app) as statements:
            answer = visitor.opens(f"{each.address}/news", If_None_Match=tag)
        assert answer.status == 304 and answer.html == "" and len(statements) == 1
        # As a proxy sends it back that has compressed a page, beside others.
        assert polls(visitor, each, f'"x", W/{tag[:-1]}:br"') == 304 and polls(visitor, each, f'"x{tag[1:]}') != 304
        assert answer.response.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.response.headers["Content-Security-Policy"]


def test_who_knows_the_tag_of_a_foreign_question_learns_no_more_than_without_it(app, anna):
    asked, of_guest = ask(app), ask_as_guest(app)
    tag, other = tag_on(anna.opens(asked.address)), tag_on(holding(app, of_guest.key).opens(of_guest.address))
    for stranger in (Visitor(app), signed_in(app, BERND), holding(app, secrets.token_urlsafe(32))):
        assert polls(stranger, asked, tag) == polls(stranger, of_guest, other) == 404
    assert polls(anna, of_guest, other) == polls(holding(app, of_guest.key), asked, tag) == 404


def test_an_ended_session_and_a_revoked_key_see_no_longer_that_nothing_is_new(app, anna):
    asked, of_guest = ask(app), ask_as_guest(app)
    guest = holding(app, of_guest.key)
    tag, other = tag_on(anna.opens(asked.address)), tag_on(guest.opens(of_guest.address))
    assert polls(anna, asked, tag) == polls(guest, of_guest, other) == 304
    with app.app_context(), transaction():
        revoke_keys(Purpose.QUESTION_ASKED, of_guest.id, now=NOON)
    assert polls(guest, of_guest, other) == 404
    with at(NOON + timedelta(days=100)):
        assert polls(anna, asked, tag) == 404
    app.test_cli_runner().invoke(args=["user", "disable", ANNA.email])
    assert polls(anna, asked, tag) == 404


@pytest.mark.parametrize("number", ["Q26-00001-1", "nichts", "%00"])
def test_a_number_that_is_none_is_answered_as_without_a_tag(app, anna, number):
    asked = ask(app)
    tag = tag_on(anna.opens(asked.address))
    address = f"/de/questions/{number}/news"
    assert anna.opens(address, If_None_Match=tag).status == anna.opens(address).status == 404


@pytest.mark.parametrize("cookie", ["session=\xff", "guest=\xff; session", "=;;\x7f"])
def test_cookies_that_cannot_be_read_are_none(app, cookie):
    asked = ask(app)
    browser = app.test_client(use_cookies=False)
    for headers in ({"If-None-Match": '"a"'}, {}):
        answer = browser.get(f"{asked.address}/news", headers={"Cookie": cookie, **headers})
        assert answer.status_code == 404
