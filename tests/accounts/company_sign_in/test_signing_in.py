"""Sign in by the company's own provider: whom it lets in, and with which second factor."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from portal.accounts.models import CompanyLink
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import AuditEntry
from tests.accounts.company_sign_in.going import ERRAND, LINK, START, comes_back, is_in, link, links, state_of
from tests.accounts.company_sign_in.provider import BACK, Key
from tests.accounts.people import PASSWORD, audit_of, code_of, signs_in, with_password
from tests.cast import ANNA, CLARA, account, sessions_of, signed_in
from tests.conftest import NOON, make_app, running
from tests.visitor import Visitor


def test_without_a_provider_nothing_is_there(demo, data):
    with running(make_app(data, demo / "content")) as plain:
        visitor, clara = Visitor(plain), signed_in(plain, CLARA)
        assert all(visitor.opens(path).status == 404 for path in (START, ERRAND, BACK, f"{BACK}?code=x&state=y"))
        assert clara.opens(LINK).status == 404
        assert "company-sign-in" not in visitor.opens("/de/account/sign-in").html
        assert "Firmenanmeldung" not in clara.opens("/de/account/overview").text


def test_clara_signs_in_and_lands_at_her_desk(app, visitor, provider):
    user_id = link(app, CLARA, provider)
    way = visitor.opens("/de/account/sign-in").links["Mit Talwind-Konto anmelden"]
    page = comes_back(visitor, provider, way)
    assert (page.status, page.location) == (303, "/desk/")
    assert is_in(visitor) and visitor.cookies == ["session"]
    assert audit_of(app, user_id) == ["session.begun"]
    with app.app_context():
        assert db.session.scalar(select(CompanyLink.used_at)) == NOON


def test_clara_lands_where_she_wanted_to_go(app, visitor, provider):
    link(app, CLARA, provider)
    page = visitor.opens(visitor.opens("/desk/notices").location)
    assert comes_back(visitor, provider, page.links["Mit Talwind-Konto anmelden"]).location == "/desk/notices"


def test_nobody_is_sent_to_a_foreign_site_afterwards(app, visitor, provider):
    link(app, CLARA, provider)
    assert comes_back(visitor, provider, f"{START}?next=https://evil.example/").location == "/desk/"


def test_a_sign_in_ends_the_one_before_and_has_a_key_of_its_own(app, provider):
    link(app, CLARA, provider)
    clara = signed_in(app, CLARA)
    comes_back(clara, provider)
    assert [row.ended_at is None for row in sessions_of(app, clara.user_id)] == [False, True]


def test_the_way_there_gives_a_cookie_and_changes_nothing_else(app, visitor, provider):
    answer = visitor.opens(START)
    assert answer.status == 303 and answer.response.headers["Cache-Control"] == "no-store"
    cookie = answer.response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=600" in cookie
    asked = dict(parse_qsl(urlsplit(answer.location).query))
    assert not [word for word in (asked["state"], asked["nonce"]) if word in cookie], "sealed"
    with app.app_context():
        assert db.session.scalars(select(AuditEntry)).all() == []


def test_the_answer_in_english_stays_english(app, provider):
    link(app, CLARA, provider)
    visitor = Visitor(app)
    location = visitor.opens("/en/account/company-sign-in").location
    assert dict(parse_qsl(urlsplit(location).query))["ui_locales"] == "en"
    page = visitor.opens(f"{BACK}?error=access_denied&state={state_of(location)}")
    assert "cancelled" in page.text


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_four_kinds_of_signatures_are_believed(app, visitor, provider, algorithm):
    link(app, CLARA, provider)
    provider.keys = [Key("EdDSA"), Key(algorithm)][::-1]
    assert comes_back(visitor, provider).status == 303


@pytest.mark.parametrize("methods", [None, ["client_secret_post"], ["client_secret_basic"], 5, "client_secret_post"])
def test_the_portal_says_who_it_is_as_the_provider_wants(app, visitor, provider, methods):
    link(app, CLARA, provider)
    provider.about["token_endpoint_auth_methods_supported"] = methods
    assert comes_back(visitor, provider).status == 303


def test_the_same_address_there_signs_in_nobody(app, visitor, provider):
    """No link by e-mail, also where the provider says that it has checked the address (SR-10)."""
    account(app, CLARA)
    page = comes_back(visitor, provider, email=CLARA.email, email_verified=True, preferred_username=CLARA.email)
    assert page.status == 403 and "kein Konto verknüpft" in page.text
    assert not is_in(visitor) and links(app) == []


def test_a_linked_customer_a_disabled_colleague_and_a_stranger_are_not_let_in(app, provider):
    link(app, ANNA, provider, "anna-there")
    link(app, CLARA, provider)
    app.test_cli_runner().invoke(args=["user", "disable", CLARA.email])
    for subject in ("anna-there", "clara-there", "nobody-there", "CLARA-THERE", "clara-there "):
        visitor = Visitor(app)
        assert comes_back(visitor, provider, subject=subject).status == 403
        assert not is_in(visitor)


def test_whoever_is_disabled_is_out_at_once(app, visitor, provider):
    link(app, CLARA, provider)
    comes_back(visitor, provider)
    app.test_cli_runner().invoke(args=["user", "disable", CLARA.email])
    assert not is_in(visitor)


def test_our_own_second_factor_is_asked_for_unless_the_operator_trusts_the_providers(in_production, provider):
    with running(in_production()) as app:
        link(app, CLARA, provider)
        page = comes_back(Visitor(app), provider, amr=["mfa"], acr="gold")
        assert page.location == "/de/account/second-factor/set-up"


@pytest.mark.parametrize(
    ("trusted", "claims", "is_whole"),
    [
        (("always",), {}, True),
        (("mfa", "hwk"), {"amr": ["pwd", "mfa"]}, True),
        (("gold",), {"acr": "gold"}, True),
        (("mfa",), {"amr": ["pwd"]}, False),
        (("mfa",), {"amr": "mfa"}, False),
        (("mfa",), {"amr": [["mfa"], None]}, False),
        (("gold",), {"acr": ["gold"]}, False),
        (("gold",), {}, False),
    ],
)
def test_the_providers_second_factor_counts_where_it_says_so(in_production, provider, trusted, claims, is_whole):
    with running(in_production(second_factor=trusted)) as app:
        user_id = link(app, CLARA, provider)
        comes_back(Visitor(app), provider, **claims)
        assert [row.is_half for row in sessions_of(app, user_id)] == [not is_whole]


def test_half_a_sign_in_becomes_whole_by_our_code_and_goes_on(app, visitor, provider):
    link(app, CLARA, provider)
    clara = signed_in(app, CLARA)
    set_up = "/de/account/second-factor/set-up"
    clara.submits(clara.opens(set_up), "/de/account/second-factor/seed")
    clara.submits(clara.opens(set_up), set_up, code=code_of(app, CLARA))
    page = comes_back(visitor, provider, f"{START}?next=/desk/notices")
    assert page.location == "/de/account/second-factor?next=/desk/notices"
    assert not is_in(visitor)
    with clock.frozen(NOON + timedelta(seconds=60)):
        form = visitor.opens(page.location)
        assert visitor.submits(form, "/de/account/second-factor", code=code_of(app, CLARA)).location == "/desk/notices"


@pytest.mark.parametrize(("age", "is_fresh"), [(0, True), (59, True), (3600, False), (None, False), (-3600, False)])
def test_a_sign_in_that_the_provider_remembers_proves_nothing(app, visitor, provider, age, is_fresh):
    link(app, CLARA, provider)
    comes_back(visitor, provider, auth_time=None if age is None else NOON.timestamp() - age)
    assert (visitor.opens("/de/account/password").status == 200) is is_fresh


def test_clara_proves_by_the_provider_that_it_is_still_she(app, visitor, provider):
    link(app, CLARA, provider)
    comes_back(visitor, provider, auth_time=NOON.timestamp() - 3600)
    page = visitor.opens(visitor.opens("/de/account/password").location)
    way = visitor.opens(page.links["Noch einmal mit Talwind-Konto anmelden"])
    asked = dict(parse_qsl(urlsplit(way.location).query))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert visitor.opens(provider.lets_in(way.location)).location == "/de/account/password"
    assert visitor.opens("/de/account/password").status == 200


def test_a_provider_that_does_not_ask_again_proves_nothing(app, visitor, provider):
    link(app, CLARA, provider)
    page = comes_back(visitor, provider, f"{START}?again=yes", auth_time=None)
    assert page.status == 403 and not is_in(visitor)


def test_the_password_of_somebody_who_is_linked_still_works(app, visitor, provider):
    with_password(app, CLARA)
    link(app, CLARA, provider)
    assert signs_in(visitor, CLARA, PASSWORD).location == "/desk/"
