"""Sign in by password or mailed link, and out again."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation import clock
from portal.foundation.database import db, transaction
from tests.accounts.people import PASSWORD, audit_of, key_for, mails, signs_in, statements, user_row, with_password
from tests.cast import ANNA, BERND, CLARA, account, carry_key, sessions_of, signed_in
from tests.conftest import NOON, make_app, running
from tests.visitor import Visitor


def asks_for_link(visitor, email, **further):
    return visitor.sends("/de/account/sign-in/link", {"email": email, "is_complete": "yes", **further})


def opens_link(visitor, key):
    page = visitor.opens(f"/de/account/sign-in/link?key={key}")
    return visitor.submits(page, "/de/account/sign-in/open")


def key_in(visitor):
    return next(each.value for each in visitor._client._cookies.values() if each.key.endswith("session"))


def test_staff_land_at_their_desk_and_customers_in_their_account(app):
    for person, lands in ((ANNA, "/de/account/overview"), (CLARA, "/desk/")):
        with_password(app, person)
        assert signs_in(Visitor(app), person).location == lands


def test_anna_signs_in_and_lands_in_her_account(app, visitor):
    user_id = with_password(app, ANNA)
    page = signs_in(visitor, ANNA)
    assert (page.status, page.location) == (303, "/de/account/overview")
    assert ANNA.name in visitor.opens("/de/account/overview").text
    assert audit_of(app, user_id) == ["session.begun"]


def test_anna_lands_where_she_wanted_to_go(app, visitor):
    with_password(app, ANNA)
    asked = visitor.opens("/de/account/sessions")
    assert (asked.status, asked.location) == (303, "/de/account/sign-in?next=/de/account/sessions")
    page = visitor.submits(visitor.opens(asked.location), "/de/account/sign-in", email=ANNA.email, password=PASSWORD)
    assert page.location == "/de/account/sessions"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        " //evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nX: 1",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_sent_to_a_foreign_site(app, visitor, target):
    with_password(app, ANNA)
    page = signs_in(visitor, ANNA, next=target)
    assert (page.status, page.location) == (303, "/de/account/overview")


def test_the_cookie_is_a_random_key_that_scripts_cannot_read(app, visitor):
    with_password(app, ANNA)
    cookie = signs_in(visitor, ANNA).response.headers["Set-Cookie"]
    assert cookie.startswith("session=") and len(cookie.split(";")[0]) == len("session=") + 43
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Max-Age" not in cookie and "Expires" not in cookie and "Domain" not in cookie


def test_on_https_the_cookie_belongs_to_this_host_alone(demo, data):
    with running(make_app(data, demo / "content", url="https://hilfe.example.org", hosts=("localhost",))) as app:
        with_password(app, ANNA)
        visitor = Visitor(app)
        form = {"email": ANNA.email, "password": PASSWORD, "is_complete": "yes"}
        answer = visitor._client.post("/de/account/sign-in", data=form, base_url="https://hilfe.example.org")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-session=") and "; Secure" in cookie and "; Path=/" in cookie


def test_a_wrong_password_an_unknown_address_and_a_disabled_account_read_the_same(app):
    with_password(app, ANNA)
    with_password(app, BERND)
    app.test_cli_runner().invoke(args=["user", "disable", BERND.email])
    unknown = type(ANNA)("Niemand", "niemand@example.org")
    pages = [
        signs_in(Visitor(app), ANNA, "x" * 20),
        signs_in(Visitor(app), unknown, "x" * 20),
        signs_in(Visitor(app), BERND, PASSWORD),
    ]
    assert {page.status for page in pages} == {422}
    assert len({page.text for page in pages}) == 1
    assert "gehören nicht zusammen" in pages[0].text
    assert all("x" * 20 not in page.html and PASSWORD not in page.html for page in pages)


def test_a_known_and_an_unknown_address_cost_the_same_statements(app):
    with_password(app, ANNA)
    unknown = type(ANNA)("Niemand", "niemand@example.org")
    signs_in(Visitor(app), BERND, "y" * 20)
    for act in (
        lambda visitor, person: signs_in(visitor, person, "x" * 20),
        lambda visitor, person: asks_for_link(visitor, person.email),
        lambda visitor, person: visitor.sends("/de/account/reset", {"email": person.email, "is_complete": "yes"}),
    ):
        with statements(app) as for_known:
            act(Visitor(app), ANNA)
        with statements(app) as for_unknown:
            act(Visitor(app), unknown)
        assert for_known == for_unknown


def test_the_hash_of_nobody_is_as_costly_as_anybodys(app, monkeypatch):
    verified = []
    plain = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, kept, typed: verified.append(kept) or plain(self, kept, typed)
    )
    signs_in(Visitor(app), ANNA)
    assert len(verified) == 1 and verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_every_sign_in_has_a_key_of_its_own_and_ends_the_one_before(app, visitor):
    user_id = with_password(app, ANNA)
    signs_in(visitor, ANNA)
    first = key_in(visitor)
    page = visitor.sends("/de/account/sign-in", {"email": ANNA.email, "password": PASSWORD, "is_complete": "yes"})
    assert page.status == 303
    assert key_in(visitor) != first
    assert [row.ended_at is None for row in sessions_of(app, user_id)] == [False, True]


def test_a_key_that_somebody_planted_before_is_worth_nothing(app, visitor):
    with_password(app, ANNA)
    planted = "A" * 43
    carry_key(visitor, app, planted)
    signs_in(visitor, ANNA)
    assert key_in(visitor) != planted
    stranger = Visitor(app)
    carry_key(stranger, app, planted)
    assert stranger.opens("/de/account/overview").status == 303


def test_the_database_holds_only_a_hash_of_the_key(app, visitor):
    user_id = with_password(app, ANNA)
    signs_in(visitor, ANNA)
    row = sessions_of(app, user_id)[0]
    assert key_in(visitor) not in (row.digest, row.browser, row.network)
    assert row.network.endswith(".0/24")


def test_after_signing_out_the_key_opens_nothing_any_more(app, visitor):
    user_id = with_password(app, ANNA)
    signs_in(visitor, ANNA)
    key = key_in(visitor)
    page = visitor.submits(visitor.opens("/de/account/overview"), "/de/account/sign-out")
    assert page.status == 303 and visitor.cookies == []
    carry_key(visitor, app, key)
    assert visitor.opens("/de/account/overview").status == 303
    assert audit_of(app, user_id)[-1] == "session.ended"


def test_signing_out_takes_a_press_of_the_button(app, anna):
    assert anna.opens("/de/account/sign-out").status == 405
    anna.sends("/de/account/sign-out", {"is_complete": "yes"})
    assert anna.opens("/de/account/overview").status == 200, "a form of another site's making ends nothing"


def test_the_mailed_link_signs_in_once(app, visitor):
    account(app, ANNA)
    assert asks_for_link(visitor, ANNA.email, next="/de/account/sessions").status == 202
    mail = mails(app, ANNA.email, "account_sign_in")[-1]
    assert mail.payload["next"] == "/de/account/sessions"
    key = mail.payload["key"]
    for _ in range(2):
        assert visitor.opens(f"/de/account/sign-in/link?key={key}").status == 200
        assert visitor.cookies == []
    assert opens_link(visitor, key).status == 303
    assert visitor.opens("/de/account/overview").status == 200
    late = Visitor(app)
    assert late.opens(f"/de/account/sign-in/link?key={key}").status == 410
    assert late.sends("/de/account/sign-in/open", {"key": key, "is_complete": "yes"}).status == 410


def test_the_mailed_link_ends_after_half_an_hour(app, visitor):
    account(app, ANNA)
    asks_for_link(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_sign_in")
    with clock.frozen(NOON + timedelta(minutes=31)):
        assert visitor.opens(f"/de/account/sign-in/link?key={key}").status == 410


@pytest.mark.parametrize("page", ["confirm", "password/new", "sign-in/link", "address/confirm"])
def test_the_address_of_a_page_behind_a_mailed_link_is_told_to_nobody(app, visitor, page):
    assert visitor.opens(f"/de/account/{page}?key={'a' * 43}").response.headers["Referrer-Policy"] == "no-referrer"


def test_a_key_for_one_purpose_opens_no_other(app, visitor):
    account(app, ANNA)
    asks_for_link(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_sign_in")
    for path in ("confirm", "password/new", "address/confirm"):
        assert visitor.opens(f"/de/account/{path}?key={key}").status == 410


def test_the_unknown_are_told_by_mail_and_may_begin_an_account(app, visitor):
    assert asks_for_link(visitor, BERND.email).status == 202
    key = key_for(app, BERND.email, "account_unknown")
    assert not mails(app, BERND.email)[-1].is_confirmed
    page = visitor.opens(f"/de/account/confirm?key={key}")
    assert visitor.submits(page, "/de/account/confirm", name="Bernd").status == 303


def test_the_eleventh_try_for_one_account_waits_even_from_other_networks(app):
    with_password(app, ANNA)
    for _ in range(10):
        assert signs_in(Visitor(app), ANNA, "wrong-wrong-wrong").status == 422
    page = signs_in(Visitor(app), ANNA, PASSWORD)
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 300
    assert page.find("input", name="email").get("value") == ANNA.email
    assert PASSWORD not in page.html
    with clock.frozen(NOON + timedelta(minutes=6)):
        assert signs_in(Visitor(app), ANNA).status == 303, "nobody is locked out for good"


def test_the_eleventh_try_from_one_network_waits_for_other_accounts_too(app, visitor):
    with_password(app, BERND)
    for number in range(10):
        signs_in(visitor, type(ANNA)("X", f"x{number}@example.org"), "wrong-wrong-wrong")
    assert signs_in(visitor, BERND).status == 429
    assert signs_in(Visitor(app), BERND).status == 303


def test_after_a_hundred_failures_only_a_new_password_helps(app, visitor):
    user_id = with_password(app, ANNA)
    with app.app_context(), transaction():
        db.session.get(User, user_id).failures = 99
    signs_in(visitor, ANNA, "wrong-wrong-wrong")
    assert signs_in(visitor, ANNA).status == 422, "the old password is dead"
    assert len(mails(app, ANNA.email, "account_reset")) == 1
    key = key_for(app, ANNA.email, "account_reset")
    page = visitor.opens(f"/de/account/password/new?key={key}")
    assert visitor.submits(page, "/de/account/password/new", password="sieben-Kraniche-fliegen-fort").status == 200
    assert signs_in(visitor, ANNA, "sieben-Kraniche-fliegen-fort").status == 303
    assert user_row(app, ANNA).failures == 0


def test_after_a_hundred_failures_the_old_password_proves_nothing_in_an_open_browser_either(app, anna):
    with_password(app, ANNA)
    with app.app_context(), transaction():
        db.session.get(User, anna.user_id).failures = 99
    with clock.frozen(NOON + timedelta(minutes=20)):
        for password in ("wrong-wrong-wrong", PASSWORD):
            proof = anna.opens("/de/account/proof")
            assert anna.submits(proof, "/de/account/proof", password=password).status == 422
    assert len(mails(app, ANNA.email, "account_reset")) == 1


def test_failures_are_counted_in_a_row(app, visitor):
    with_password(app, ANNA)
    for _ in range(3):
        signs_in(visitor, ANNA, "wrong-wrong-wrong")
    assert user_row(app, ANNA).failures == 3
    signs_in(visitor, ANNA)
    assert user_row(app, ANNA).failures == 0


def test_a_weakly_kept_password_is_kept_better_after_the_next_sign_in(app, visitor):
    user_id = account(app, ANNA)
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with app.app_context(), transaction():
        db.session.get(User, user_id).password_hash = weak
    assert signs_in(visitor, ANNA).status == 303
    assert user_row(app, ANNA).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_is_kept_as_the_specification_demands(app):
    """SR-07: Argon2id, at least 19 MiB, two passes, one lane."""
    with_password(app, ANNA)
    kept = extract_parameters(user_row(app, ANNA).password_hash)
    assert (kept.type, kept.parallelism) == (Type.ID, 1)
    assert kept.memory_cost >= 19 * 1024 and kept.time_cost >= 2


def test_spaces_at_the_ends_of_a_password_count(app, visitor):
    with_password(app, ANNA, f" {PASSWORD} ")
    assert signs_in(visitor, ANNA, PASSWORD).status == 422
    assert signs_in(visitor, ANNA, f" {PASSWORD} ").status == 303


@pytest.mark.parametrize("password", ["x" * 100_000, "\x00" * 20, "😀" * 20, "' OR 1=1 --" * 3])
def test_hostile_passwords_are_only_wrong(app, visitor, password):
    with_password(app, ANNA)
    assert signs_in(visitor, ANNA, password).status == 422


def test_readers_of_the_faq_get_no_cookie_and_cost_no_statement(app, visitor, anna):
    with statements(app) as seen:
        for each in (visitor, anna):
            assert "Set-Cookie" not in each.opens("/de/").response.headers
            assert ANNA.name not in each.opens("/de/faq/").html
    assert not [statement for statement in seen if "sessions" in statement or "users" in statement]


def test_who_somebody_is_costs_one_statement_and_their_customer_one_more(app, anna, clara):
    for visitor, page, most in ((anna, "/de/questions/", 2), (clara, "/desk/counts", 1)):
        visitor.opens(page)
        with statements(app) as seen:
            visitor.opens(page)
        # The page reads other things beside it.
        asked = [each for each in seen if any(f"FROM {table}" in each for table in ("sessions", "users", "customers"))]
        assert len(asked) == most, page


def test_a_cookie_of_flask_login_remembers_nobody(app, visitor):
    user_id = account(app, ANNA)
    for name in ("remember_token", "-"):
        visitor._client.set_cookie(name, f"{user_id}|{'0' * 128}")
    assert visitor.opens("/de/account/overview").status == 303


def test_public_pages_stay_the_same_for_everybody(app, anna, visitor):
    assert anna.opens("/de/").html == visitor.opens("/de/").html


def test_no_page_of_an_account_is_kept_by_anybody(app, anna):
    for path in ("overview", "sessions", "sign-in"):
        assert anna.opens(f"/de/account/{path}").response.headers["Cache-Control"] == "no-store"


def test_whoever_is_signed_in_needs_no_sign_in_page(app, anna):
    assert anna.opens("/de/account/sign-in").location == "/de/account/overview"
    assert anna.opens("/de/account/register").location == "/de/account/overview"


def test_a_form_without_its_end_is_refused(app, visitor):
    with_password(app, ANNA)
    assert visitor.sends("/de/account/sign-in", {"email": ANNA.email, "password": PASSWORD}).status == 400
    assert visitor.cookies == []


def test_identity_headers_are_ignored(app, visitor):
    account(app, ANNA)
    page = visitor.opens("/de/account/overview", Remote_User=ANNA.email, X_Forwarded_User=ANNA.email)
    assert page.status == 303


def test_the_password_never_reaches_the_log_or_the_audit(app, visitor, caplog):
    with_password(app, ANNA)
    signs_in(visitor, ANNA, "falsch-falsch-falsch")
    with app.app_context():
        assert "falsch" not in repr(db.session.execute(select(db.metadata.tables["audit_entries"])).all())
    assert "falsch" not in caplog.text
    assert signed_in(app, ANNA).opens("/de/account/overview").status == 200
