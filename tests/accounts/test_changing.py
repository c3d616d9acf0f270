"""Password and address change only for somebody who has just proven who they are, and others are told."""

from datetime import timedelta

from portal.foundation import clock
from portal.foundation.company import COMPANY
from tests.accounts.people import (
    NEW_PASSWORD,
    PASSWORD,
    audit_of,
    key_for,
    mails,
    signs_in,
    statements,
    user_row,
    with_password,
)
from tests.cast import ANNA, BERND, account, carry_key, sessions_of, signed_in
from tests.conftest import NOON
from tests.desk.test_meanwhile import kept
from tests.visitor import Visitor

PASSWORD_PAGE, ADDRESS_PAGE = "/de/account/password", "/de/account/address"
NEW = "anna.neu@example.org"


def asks_for_reset(visitor, email):
    return visitor.submits(visitor.opens("/de/account/reset"), "/de/account/reset", email=email)


def opens_reset(app, visitor, password=NEW_PASSWORD):
    page = visitor.opens(f"/de/account/password/new?key={key_for(app, ANNA.email, 'account_reset')}")
    return visitor.submits(page, "/de/account/password/new", password=password)


def test_anna_changes_her_password_and_stays_signed_in_here_alone(app, anna):
    with_password(app, ANNA)
    other = signed_in(app, ANNA)
    before = next(iter(anna._client._cookies.values())).value
    page = anna.submits(anna.opens(PASSWORD_PAGE), PASSWORD_PAGE, password=NEW_PASSWORD)
    assert page.status == 200
    assert next(iter(anna._client._cookies.values())).value != before
    assert len(anna.opens("/de/account/overview").all("a", class_="leaving__link")) == 2
    assert other.opens("/de/account/overview").status == 303
    assert signs_in(Visitor(app), ANNA, PASSWORD).status == 422
    assert signs_in(Visitor(app), ANNA, NEW_PASSWORD).status == 303
    assert len(mails(app, ANNA.email, "account_password")) == 1
    assert "password.changed" in audit_of(app, anna.user_id)


def test_a_new_password_that_is_sent_twice_is_set_once_and_both_presses_say_so(app, anna):
    with_password(app, ANNA)
    page, before = anna.opens(PASSWORD_PAGE), anna._client.get_cookie("session").value
    assert anna.submits(page, PASSWORD_PAGE, password=NEW_PASSWORD).status == 200
    now = anna._client.get_cookie("session").value
    again = anna.submits(page, PASSWORD_PAGE, password=NEW_PASSWORD)
    assert again.status == 200 and "Das neue Passwort ist festgelegt" in again.text
    assert anna.submits(page, PASSWORD_PAGE, password=f"{NEW_PASSWORD} anders").status == 409
    # Sent before the browser had the cookie of the first answer.
    carry_key(anna, app, before)
    gone = anna.submits(page, PASSWORD_PAGE, password=NEW_PASSWORD)
    assert gone.status == 403 and "gilt der erste Klick" in gone.text
    carry_key(anna, app, now)
    assert len(mails(app, ANNA.email, "account_password")) == 1


def test_after_ten_minutes_the_password_is_asked_for_again(app, anna):
    with_password(app, ANNA)
    with clock.frozen(NOON + timedelta(minutes=10)):
        asked = anna.opens(PASSWORD_PAGE)
        assert asked.location == f"/de/account/proof?next={PASSWORD_PAGE}"
        proof = anna.opens(asked.location)
        assert anna.submits(proof, "/de/account/proof", password="wrong-wrong-wrong").status == 422
        done = anna.submits(anna.opens(asked.location), "/de/account/proof", password=PASSWORD)
        assert (done.status, done.location) == (303, PASSWORD_PAGE)
        assert anna.opens(PASSWORD_PAGE).status == 200


def test_who_would_rather_not_prove_it_goes_back_to_a_page_of_ours(app, anna):
    with_password(app, ANNA)
    account = "/de/account/overview"
    assert anna.opens(f"/de/account/proof?next={PASSWORD_PAGE}").links["Zurück"] == account
    ways = {"/de/account/data": "/de/account/data", "//evil.example": account, "https://evil.example": account}
    for given, leads in ways.items():
        proof = anna.opens(f"/de/account/proof?next={PASSWORD_PAGE}&back={given}")
        assert proof.links["Zurück"] == leads
        assert anna.submits(proof, "/de/account/proof", password="wrong-wrong-wrong").links["Zurück"] == leads


def test_a_stolen_open_browser_changes_nothing_after_ten_minutes(app, anna):
    with_password(app, ANNA)
    token = anna.opens(PASSWORD_PAGE).find("input", name="token").get("value")
    with clock.frozen(NOON + timedelta(minutes=11)):
        form = {"password": NEW_PASSWORD, "token": token, "is_complete": "yes"}
        assert anna.sends(PASSWORD_PAGE, form).location.startswith("/de/account/proof")
        form = {"email": NEW, "token": token, "is_complete": "yes"}
        assert anna.sends(ADDRESS_PAGE, form).status == 403
    assert signs_in(Visitor(app), ANNA, PASSWORD).status == 303
    assert mails(app, NEW) == []


def test_an_address_waits_on_its_page_until_she_has_shown_again_who_she_is(app, anna):
    with_password(app, ANNA)
    page = anna.opens(ADDRESS_PAGE)
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert anna.submits(page, ADDRESS_PAGE, email="anna.neu").status == 422
        waits = anna.submits(page, ADDRESS_PAGE, email=NEW)
        assert waits.status == 403 and "nichts von dem, was Sie geschrieben haben" in waits.text
        form = kept(waits.find("form", action=ADDRESS_PAGE))
        assert form["email"] == NEW and anna.sends(ADDRESS_PAGE, form).status == 403 and mails(app, NEW) == []
        proof = anna.opens(waits.links["Bestätigen, dass Sie es sind"])
        assert anna.submits(proof, "/de/account/proof", password=PASSWORD).status == 303
        assert anna.sends(ADDRESS_PAGE, form).status == 202
    assert len(mails(app, NEW)) == 1


def test_guessing_at_the_proof_is_limited(app, anna):
    with_password(app, ANNA)
    with clock.frozen(NOON + timedelta(minutes=20)):
        token = anna.opens("/de/account/proof").find("input", name="token").get("value")
        form = {"password": "wrong-wrong-wrong", "token": token, "is_complete": "yes"}
        for _ in range(10):
            assert anna.sends("/de/account/proof", form).status == 422
        assert anna.sends("/de/account/proof", form).status == 429


def test_whoever_has_no_password_proves_by_a_fresh_link(app, anna):
    with clock.frozen(NOON + timedelta(minutes=20)):
        page = anna.opens(anna.opens(PASSWORD_PAGE).location)
        assert not page.all("input", type="password")
        sent = anna.submits(page, "/de/account/sign-in/link")
        assert sent.status == 202
        mail = mails(app, ANNA.email, "account_sign_in")[-1].payload
        link = anna.opens(f"/de/account/sign-in/link?key={mail['key']}&next={mail['next']}")
        assert anna.submits(link, "/de/account/sign-in/open").location == PASSWORD_PAGE
        assert anna.opens(PASSWORD_PAGE).status == 200


def test_a_password_with_ones_own_name_or_the_companys_is_refused(app, anna):
    company = COMPANY.of(app).name.split()[0]
    for weak in ("anna-berger-anna", f"{company}-{company}-2026", "anna@example.org!"):
        page = anna.submits(anna.opens(PASSWORD_PAGE), PASSWORD_PAGE, password=weak)
        assert page.status == 422, weak
        assert weak not in page.html
    assert user_row(app, ANNA).password_hash is None


def test_the_reset_sets_a_password_and_signs_nobody_in(app, visitor):
    with_password(app, ANNA)
    there = signed_in(app, ANNA)
    assert asks_for_reset(visitor, ANNA.email).status == 202
    assert opens_reset(app, visitor).status == 200
    assert visitor.cookies == []
    assert there.opens("/de/account/overview").status == 303
    assert signs_in(visitor, ANNA, NEW_PASSWORD).status == 303
    assert len(mails(app, ANNA.email, "account_password")) == 1


def test_the_reset_link_lasts_half_an_hour_and_works_once(app, visitor):
    with_password(app, ANNA)
    asks_for_reset(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_reset")
    assert opens_reset(app, visitor, "kurz").status == 422, "a refused password costs no link"
    with clock.frozen(NOON + timedelta(minutes=31)):
        assert visitor.opens(f"/de/account/password/new?key={key}").status == 410
    assert opens_reset(app, visitor).status == 200
    assert visitor.opens(f"/de/account/password/new?key={key}").status == 410


def test_one_new_password_ends_every_other_link(app, visitor):
    with_password(app, ANNA)
    asks_for_reset(visitor, ANNA.email)
    asks_for_reset(visitor, ANNA.email)
    first, second = (mail.payload["key"] for mail in mails(app, ANNA.email, "account_reset"))
    assert opens_reset(app, visitor).status == 200
    for key in (first, second):
        assert visitor.opens(f"/de/account/password/new?key={key}").status == 410


def test_a_new_password_ends_the_links_from_before_there_was_an_account(app, visitor):
    asks_for_reset(visitor, ANNA.email)
    key = key_for(app, ANNA.email, "account_unknown")
    with_password(app, ANNA)
    assert visitor.opens(f"/de/account/confirm?key={key}").status == 200
    asks_for_reset(visitor, ANNA.email)
    assert opens_reset(app, visitor).status == 200
    assert visitor.opens(f"/de/account/confirm?key={key}").status == 410


def test_reset_answers_the_same_for_everybody(app):
    account(app, ANNA)
    known, unknown = asks_for_reset(Visitor(app), ANNA.email), asks_for_reset(Visitor(app), BERND.email)
    assert known.status == unknown.status == 202
    assert known.text.replace(ANNA.email, "…") == unknown.text.replace(BERND.email, "…")


def test_the_sixth_reset_of_a_day_waits(app):
    account(app, ANNA)
    for _ in range(5):
        assert asks_for_reset(Visitor(app), ANNA.email).status == 202
    page = asks_for_reset(Visitor(app), ANNA.email)
    assert page.status == 429 and int(page.response.headers["Retry-After"]) > 3600


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(app, anna):
    with_password(app, ANNA)
    assert anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email=NEW.upper()).status == 202
    assert user_row(app, ANNA) is not None, "nothing has changed yet"
    mail = mails(app, NEW, "account_change")[-1]
    assert not mail.is_confirmed and set(mail.payload) == {"key"}
    phone = Visitor(app)
    page = phone.opens(f"/de/account/address/confirm?key={mail.payload['key']}")
    assert user_row(app, ANNA) is not None
    assert phone.submits(page, "/de/account/address/confirm").status == 200
    assert user_row(app, ANNA) is None
    assert [each.kind for each in mails(app, ANNA.email)] == ["account_address"]
    assert anna.opens("/de/account/overview").status == 303, "every session has ended"
    assert signs_in(Visitor(app), type(ANNA)("Anna", NEW)).status == 303


def test_a_link_to_the_old_address_opens_nothing_any_more(app, anna, visitor):
    with_password(app, ANNA)
    asks_for_reset(visitor, ANNA.email)
    visitor.sends("/de/account/sign-in/link", {"email": ANNA.email, "is_complete": "yes"})
    reset, link = (key_for(app, ANNA.email, kind) for kind in ("account_reset", "account_sign_in"))
    anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email=NEW)
    key = key_for(app, NEW, "account_change")
    visitor.sends("/de/account/address/confirm", {"key": key, "is_complete": "yes"})
    assert visitor.opens(f"/de/account/password/new?key={reset}").status == 410
    assert visitor.opens(f"/de/account/sign-in/link?key={link}").status == 410


def test_a_taken_address_is_not_betrayed(app, anna):
    account(app, BERND)
    taken = anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email=BERND.email)
    free = anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email=NEW)
    assert taken.status == free.status == 202
    assert taken.text.replace(BERND.email, "…") == free.text.replace(NEW, "…")
    assert [mail.kind for mail in mails(app, BERND.email)] == ["account_exists"]
    with statements(app) as for_taken:
        anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email=BERND.email)
    with statements(app) as for_free:
        anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email="frei@example.org")
    assert for_taken == for_free


def test_an_address_taken_meanwhile_stays_with_its_owner(app, anna, visitor):
    anna.submits(anna.opens(ADDRESS_PAGE), ADDRESS_PAGE, email=BERND.email)
    key = key_for(app, BERND.email, "account_change")
    account(app, BERND)
    assert visitor.sends("/de/account/address/confirm", {"key": key, "is_complete": "yes"}).status == 410
    assert user_row(app, ANNA) is not None and user_row(app, BERND) is not None


def test_anna_changes_name_language_and_wishes(app, anna):
    page = anna.opens("/de/account/overview")
    typed = {"name": "Anna B.", "language": "en", "contact_wishes": "Nur schriftlich"}
    assert anna.submits(page, "/de/account/overview", **typed).status == 303
    user = user_row(app, ANNA)
    assert (user.name, user.language) == ("Anna B.", "en")
    assert "Nur schriftlich" in anna.opens("/de/account/overview").html


def test_a_language_we_do_not_offer_and_a_long_wish_are_refused_with_the_text_kept(app, anna):
    page = anna.opens("/de/account/overview")
    long = anna.submits(page, "/de/account/overview", name="Anna", language="tlh", contact_wishes="x" * 501)
    assert long.status == 422
    assert "x" * 501 in long.html
    assert user_row(app, ANNA).language == "de"


def test_only_ones_own_row_ends(app, anna, bernd):
    anna.submits(anna.opens(PASSWORD_PAGE), PASSWORD_PAGE, password=NEW_PASSWORD)
    assert all(row.ended_at is None for row in sessions_of(app, bernd.user_id))
