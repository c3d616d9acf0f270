"""Attacks on the way back from the provider."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import AuditEntry
from tests.accounts.company_sign_in.going import ERRAND, LINK, START, comes_back, is_in, link, links, state_of
from tests.accounts.company_sign_in.provider import BACK
from tests.cast import ANNA, CLARA, DORA, signed_in
from tests.conftest import NOON
from tests.house.headers import check_answer
from tests.visitor import Visitor


def test_an_answer_counts_only_in_the_browser_that_began(app, visitor, provider):
    link(app, CLARA, provider)
    back = provider.lets_in(visitor.opens(START).location)
    other = Visitor(app)
    other.opens(START)
    for stranger in (other, Visitor(app)):
        assert stranger.opens(back).status == 400
        assert not is_in(stranger)


def test_an_answer_counts_once(app, visitor, provider):
    link(app, CLARA, provider)
    back = provider.lets_in(visitor.opens(START).location)
    kept = {each.key: each.value for each in visitor._client._cookies.values()}
    assert visitor.opens(back).status == 303
    assert visitor.opens(back).status == 400, "the cookie is gone"
    thief = Visitor(app)
    thief._client.set_cookie("company-sign-in", kept["company-sign-in"], httponly=True)
    assert thief.opens(back).status == 400, "the provider gives nothing for a code twice"
    assert not is_in(thief)


def test_an_answer_after_ten_minutes_is_too_late(app, visitor, provider):
    link(app, CLARA, provider)
    back = provider.lets_in(visitor.opens(START).location)
    with clock.frozen(NOON + timedelta(minutes=10)):
        assert visitor.opens(back).status == 400


def test_the_code_of_another_visit_is_worth_nothing(app, visitor, provider):
    """Whoever has caught a code lacks the secret that belongs to it (PKCE)."""
    link(app, CLARA, provider)
    caught = dict(parse_qsl(urlsplit(provider.lets_in(visitor.opens(START).location)).query))["code"]
    thief = Visitor(app)
    state = state_of(thief.opens(START).location)
    assert thief.opens(f"{BACK}?code={caught}&state={state}").status == 400
    assert not is_in(thief)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?state=x",
        "?code=x&state=x",
        "?error=access_denied",
        "?code=x&state=%00",
        "?state=ü&code=ü&iss=ü",
    ],
)
def test_an_answer_without_a_visit_is_refused(app, visitor, query):
    page = visitor.opens(BACK + query)
    with app.app_context():
        assert db.session.scalars(select(AuditEntry)).all() == [], "a stranger writes nothing"
    assert page.status == 400 and "nicht in diesem Browser begonnen" in page.text


@pytest.mark.parametrize("cookie", ["x", "", "gAAAAABl" + "x" * 100, "ü"])
def test_a_made_up_cookie_is_none(app, visitor, cookie):
    visitor._client.set_cookie("company-sign-in", cookie)
    assert visitor.opens(f"{BACK}?code=x&state=x").status == 400
    assert visitor.opens(ERRAND).status == 400


def test_a_state_or_code_that_is_named_twice_is_refused(app, visitor, provider):
    link(app, CLARA, provider)
    back = provider.lets_in(visitor.opens(START).location)
    assert visitor.opens(f"{back}&code=other").status == 400


@pytest.mark.parametrize("issuer", ["https://evil.example", "", "http://127.0.0.1"])
def test_an_answer_of_another_provider_is_refused(app, visitor, provider, issuer):
    link(app, CLARA, provider)
    back = provider.lets_in(visitor.opens(START).location)
    page = visitor.opens(f"{back.partition('&iss=')[0]}&iss={issuer}")
    assert page.status == 502 and not is_in(visitor)
    assert "/token" not in provider.asked, "the code is told to nobody"


def test_a_provider_that_always_says_who_it_is_says_so_in_every_answer(app, visitor, provider):
    link(app, CLARA, provider)
    provider.about["authorization_response_iss_parameter_supported"] = True
    back = provider.lets_in(visitor.opens(START).location)
    assert visitor.opens(back.partition("&iss=")[0]).status == 502
    assert comes_back(Visitor(app), provider).status == 303


def test_the_eleventh_answer_from_one_network_waits(app, provider):
    link(app, CLARA, provider)
    visitor = Visitor(app)
    for _ in range(10):
        comes_back(visitor, provider, subject="nobody")
    page = comes_back(visitor, provider)
    assert page.status == 429 and int(page.response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("person", [None, ANNA, CLARA, DORA], ids=str)
def test_what_holds_for_every_answer_holds_here_and_only_the_way_there_leaves_the_site(app, provider, person):
    somebody = signed_in(app, person) if person else Visitor(app)
    for path in (START, f"{START}/new-link"):
        page = somebody.opens(path)
        is_there = urlsplit(page.location).netloc == urlsplit(provider.issuer).netloc
        assert page.status in (303, 404) and (is_there or not urlsplit(page.location).netloc)
    for path in (BACK, f"{BACK}?code=x&state=x", ERRAND, LINK):
        check_answer(somebody.opens(path), path)
    for path in (ERRAND, LINK):
        check_answer(somebody.sends(path, {"is_complete": "yes"}), path)
    assert links(app) == []


def test_the_address_with_the_code_is_told_to_nobody(app, visitor):
    assert visitor.opens(f"{BACK}?code=x&state=x").response.headers["Referrer-Policy"] == "no-referrer"
