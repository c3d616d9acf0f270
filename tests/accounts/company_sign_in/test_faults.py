"""A provider that is away, slow, or says what nobody understands."""

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from portal.accounts.company_sign_in.provider import PROVIDER
from portal.foundation.database import db
from portal.foundation.outside import calling
from portal.journal.models import AuditEntry
from tests.accounts.company_sign_in.going import START, comes_back, link, state_of
from tests.accounts.company_sign_in.provider import BACK, standing_still
from tests.accounts.people import user_row
from tests.cast import CLARA
from tests.visitor import Visitor


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("access_denied", (403, "abgebrochen")),
        ("server_error", (503, "antwortet gerade nicht")),
        ("temporarily_unavailable", (503, "antwortet gerade nicht")),
        ("invalid_scope", (502, "nicht trauen")),
        ("<script>alert(1)</script>", (502, "nicht trauen")),
        ("", (502, "nicht trauen")),
    ],
)
def test_an_error_of_the_provider_is_told_in_plain_words(app, visitor, provider, error, told):
    state = state_of(visitor.opens(START).location)
    page = visitor.opens(f"{BACK}?error={error}&state={state}&error_description=internal%20details")
    assert page.status == told[0] and told[1] in page.text and "internal" not in page.text
    assert "/token" not in provider.asked
    assert "company-sign-in" not in visitor.cookies


def test_a_provider_that_is_away_is_told_as_that_and_asked_again_after_a_while(app, visitor, provider, monkeypatch):
    link(app, CLARA, provider)
    with standing_still(provider), monkeypatch.context() as hurried:
        hurried.setattr(calling, "SECONDS", 0.2)
        page = visitor.opens(START)
    assert page.status == 503 and page.response.headers["Retry-After"] == "60"
    assert visitor.opens(START).status == 503, "for ten seconds nobody waits for it"
    assert provider.asked == []
    monkeypatch.setattr(PROVIDER.of(app), "_away_until", 0.0)
    assert comes_back(visitor, provider).status == 303


def test_a_provider_that_says_that_it_fails_is_asked_again_at_once(app, visitor, provider):
    link(app, CLARA, provider)
    provider.status["/token"] = 500
    assert comes_back(visitor, provider).status == 503
    provider.status["/token"] = 200
    assert comes_back(visitor, provider).status == 303


def test_a_provider_that_nobody_reaches_is_away(app, visitor, provider):
    provider.stop()
    assert visitor.opens(START).status == 503
    assert "Mit Talwind-Konto anmelden" in visitor.opens("/de/account/sign-in").links, "everything else works"


@pytest.mark.once
@pytest.mark.parametrize("path", ["/token", "/keys"])
@pytest.mark.parametrize("answer", [(500, 503), (503, 503), (404, 502), (401, 502), (302, 502), (200, 303)])
def test_whatever_the_provider_answers_is_no_fault_of_ours(app, visitor, provider, path, answer):
    link(app, CLARA, provider)
    provider.status[path], told = answer
    assert comes_back(visitor, provider).status == told
    assert "/elsewhere" not in provider.asked, "no redirect is followed"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 300_000, b'{"id_token": 5}']
)
def test_an_answer_that_nobody_can_read_is_no_fault_of_ours(app, visitor, provider, body):
    link(app, CLARA, provider)
    back = provider.lets_in(visitor.opens(START).location)
    provider.body = body
    assert visitor.opens(back).status in (502, 503)
    assert visitor.opens(START).status in (303, 503)
    fresh = Visitor(app)
    PROVIDER.of(app)._kept.clear()
    assert fresh.opens(START).status in (502, 503)


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": 5},
        {"jwks_uri": "http://"},
        {"token_endpoint": "http://[::1"},
        {"authorization_endpoint": "http://127.0.0.1/\r\nSet-Cookie: a=b"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_not_believed(app, visitor, provider, about):
    provider.about = about
    assert visitor.opens(START).status == 502


def test_what_a_provider_says_of_itself_is_kept(app, provider):
    link(app, CLARA, provider)
    for _ in range(3):
        comes_back(Visitor(app), provider)
    assert [provider.asked.count(path) for path in ("/keys", "/.well-known/openid-configuration")] == [1, 1]


def test_logs_and_audit_hold_no_token_and_no_code(app, visitor, provider, caplog):
    link(app, CLARA, provider)
    provider.claims = {"nonce": "another"}
    with caplog.at_level(logging.INFO):
        back = provider.lets_in(visitor.opens(START).location)
        visitor.opens(back)
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    assert "the claim nonce does not fit" in caplog.text
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.details) == ("sign_in.failed", {"how": "company", "why": "wrong"})
    assert code not in caplog.text and "another" not in caplog.text and "eyJ" not in caplog.text
    assert user_row(app, CLARA).failures == 0
