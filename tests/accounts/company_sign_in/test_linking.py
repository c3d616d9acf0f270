"""Link an account with the provider, begin one with it, let colleagues in by it alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation import clock
from portal.foundation.database import db
from tests.accounts.company_sign_in.going import ERRAND, LINK, START, comes_back, is_in, link, links
from tests.accounts.people import PASSWORD, audit_of, key_for, mails, signs_in, with_password
from tests.cast import ANNA, CLARA, DORA, FRIDA, account, signed_in
from tests.conftest import NOON
from tests.visitor import Visitor


def test_clara_links_her_account_once_and_is_told(app, provider):
    clara, elsewhere = signed_in(app, CLARA), signed_in(app, CLARA)
    overview = clara.opens("/de/account/overview")
    page = clara.opens(overview.links["Mit Talwind-Konto verknüpfen"])
    back = comes_back(clara, provider, page.links["Mit Talwind-Konto verknüpfen"])
    assert back.location == ERRAND and links(app) == [], "nothing is linked before the button"
    asked = clara.opens(ERRAND)
    assert "clara.vogt" in asked.text and CLARA.email in asked.text
    assert clara.submits(asked, ERRAND).location == LINK
    assert links(app) == [(clara.user_id, "clara-there")]
    assert mails(app, CLARA.email, "account_company")[-1].payload["what"] == "linked"
    assert "company.linked" in audit_of(app, clara.user_id)
    assert is_in(clara) and not is_in(elsewhere)
    assert "Mit Talwind-Konto verknüpfen" not in clara.opens(LINK).links
    visitor = Visitor(app)
    assert comes_back(visitor, provider).location == "/desk/"


def test_a_link_needs_a_colleague_who_has_just_shown_who_it_is(app, visitor, provider):
    path = "/de/account/company-sign-in/new-link"
    assert visitor.opens(path).location.startswith("/de/account/sign-in?next=")
    assert signed_in(app, ANNA).opens(path).status == 404
    clara = signed_in(app, CLARA)
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert clara.opens(path).location.startswith("/de/account/proof")


def waits_to_link(app, provider, person=CLARA, **claims):
    somebody = signed_in(app, person)
    comes_back(somebody, provider, "/de/account/company-sign-in/new-link", **claims)
    return somebody


def test_a_link_that_a_foreign_page_presses_is_not_made(app, provider):
    clara = waits_to_link(app, provider)
    assert clara.sends(ERRAND, {"is_complete": "yes"}).status == 409
    assert clara.sends(ERRAND, {"is_complete": "yes"}, Origin="https://evil.example").status == 403
    assert links(app) == []


def test_a_link_that_waits_belongs_to_whoever_began_it(app, provider):
    clara, dora = waits_to_link(app, provider), signed_in(app, DORA)
    for cookie in clara._client._cookies.values():
        if cookie.key == "company-sign-in":
            dora._client.set_cookie(cookie.key, cookie.value, httponly=True)
    assert dora.opens(ERRAND).status == 400 and Visitor(app).opens(ERRAND).status == 400
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert clara.opens(ERRAND).status == 400
    assert links(app) == []


def test_who_is_linked_with_dora_is_not_linked_with_clara(app, provider):
    link(app, DORA, provider)
    clara = signed_in(app, CLARA)
    page = comes_back(clara, provider, "/de/account/company-sign-in/new-link")
    assert page.status == 409 and "schon mit einem Konto verknüpft" in page.text


def test_two_colleagues_who_link_the_same_at_one_moment_do_not_both_have_it(app, provider):
    clara, dora = waits_to_link(app, provider), waits_to_link(app, provider, DORA)
    pages = [each.submits(each.opens(ERRAND), ERRAND) for each in (clara, dora)]
    assert [page.status for page in pages] == [303, 409]
    assert links(app) == [(clara.user_id, "clara-there")]


def test_clara_has_one_link_with_a_provider(app, provider):
    clara = waits_to_link(app, provider)
    form = clara.opens(ERRAND)
    link(app, CLARA, provider, "another")
    assert clara.submits(form, ERRAND).status == 409
    assert links(app) == [(clara.user_id, "another")]


def test_clara_removes_the_link_and_is_told(app, provider):
    link(app, CLARA, provider)
    clara = signed_in(app, CLARA)
    assert clara.submits(clara.opens(LINK), LINK).location == LINK
    assert links(app) == [] and is_in(clara)
    assert mails(app, CLARA.email, "account_company")[-1].payload["what"] == "unlinked"
    assert audit_of(app, clara.user_id) == ["company.unlinked"]
    assert comes_back(Visitor(app), provider).status == 403


def test_the_operator_removes_a_link(app, visitor, provider):
    user_id = link(app, CLARA, provider)
    comes_back(visitor, provider)
    assert ", company sign-in" in app.test_cli_runner().invoke(args=["user", "list"]).output
    assert app.test_cli_runner().invoke(args=["user", "unlink", CLARA.email]).exit_code == 0
    assert links(app) == [] and not is_in(visitor) and "company.unlinked" in audit_of(app, user_id)
    assert app.test_cli_runner().invoke(args=["user", "unlink", "nobody@example.org"]).exit_code == 1


def test_leads_see_who_is_linked(app, provider):
    link(app, CLARA, provider)
    dora = signed_in(app, DORA)
    assert "kein zweiter Faktor, Firmenanmeldung" in dora.opens("/desk/people").text


@pytest.fixture
def invitation(app):
    args = ["user", "add", "gero@example.org", "--name", "Gero Hahn", "--role", "agent"]
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    return f"/de/account/password/new?key={key_for(app, 'gero@example.org', 'account_invited')}"


def test_gero_begins_his_account_with_the_provider_and_no_password(app, visitor, provider, invitation):
    page = visitor.opens(invitation)
    comes_back(visitor, provider, page.links["Mit Talwind-Konto beginnen"], subject="gero-there")
    asked = visitor.opens(ERRAND)
    assert "Gero Hahn" in asked.text and "clara.vogt" in asked.text and links(app) == []
    assert visitor.submits(asked, ERRAND).location == "/desk/"
    with app.app_context():
        gero = db.session.scalar(select(User).filter_by(email="gero@example.org"))
        assert gero.confirmed_at == NOON and gero.password_hash is None
        assert links(app) == [(gero.id, "gero-there")]
    assert Visitor(app).opens(invitation).status == 410, "an invitation works once"
    assert Visitor(app).sends(ERRAND, {"is_complete": "yes"}).status == 400


def test_an_invitation_that_ended_meanwhile_begins_nothing(app, visitor, provider, invitation):
    comes_back(visitor, provider, visitor.opens(invitation).links["Mit Talwind-Konto beginnen"])
    app.test_cli_runner().invoke(args=["user", "disable", "gero@example.org"])
    assert visitor.opens(ERRAND).status == 400
    assert visitor.sends(ERRAND, {"is_complete": "yes"}).status == 400
    assert links(app) == []


@pytest.mark.parametrize("key", ["x", "A" * 43])
def test_a_key_that_is_no_invitation_leads_nowhere(app, visitor, key):
    assert visitor.opens(f"{START}?key={key}").status == 410


def test_the_key_of_a_new_password_links_nothing(app, visitor):
    with_password(app, CLARA)
    visitor.sends("/de/account/reset", {"email": CLARA.email, "is_complete": "yes"})
    key = key_for(app, CLARA.email, "account_reset")
    assert visitor.opens(f"{START}?key={key}").status == 410
    assert "Talwind-Konto" not in visitor.opens(f"/de/account/password/new?key={key}").text


def test_colleagues_come_in_by_the_provider_alone_and_customers_as_before(strict, provider):
    with_password(strict, CLARA)
    with_password(strict, ANNA)
    page = signs_in(Visitor(strict), CLARA)
    assert page.status == 422 and "meldet sich mit Talwind-Konto an" in page.text
    assert signs_in(Visitor(strict), ANNA, "x" * 20).text == page.text, "nobody learns who works here"
    assert signs_in(Visitor(strict), ANNA).status == 303


def test_where_the_provider_alone_lets_colleagues_in_no_password_of_ours_proves_who_they_are(strict, provider):
    visitor = Visitor(strict)
    with_password(strict, CLARA)
    link(strict, CLARA, provider)
    comes_back(visitor, provider, auth_time=NOON.timestamp() - 3600)
    page = visitor.opens(visitor.opens("/de/account/password").location)
    assert not page.all("input", name="password") and page.links["Zurück"] == "/de/account/overview"
    assert page.links["Noch einmal mit Talwind-Konto anmelden"].startswith(f"{START}?again=yes")
    fields = {name: page.find("input", name=name).get("value") for name in ("token", "is_complete")}
    refused = visitor.sends("/de/account/proof", fields | {"password": PASSWORD})
    assert refused.status == 403 and "meldet sich mit Talwind-Konto an" in refused.text
    assert visitor.opens("/de/account/password").status == 303


def test_a_mailed_link_lets_in_customers_alone(strict, provider):
    for person, status in ((ANNA, 200), (CLARA, 403)):
        account(strict, person)
        visitor = Visitor(strict)
        visitor.sends("/de/account/sign-in/link", {"email": person.email, "is_complete": "yes"})
        key = key_for(strict, person.email, "account_sign_in")
        assert visitor.opens(f"/de/account/sign-in/link?key={key}").status == status
        visitor.sends("/de/account/sign-in/open", {"key": key, "is_complete": "yes"})
        assert is_in(visitor) is (person is ANNA)


def test_a_link_to_register_lets_in_nobody_who_was_invited_to_the_staff_meanwhile(strict, provider):
    visitor = Visitor(strict)
    visitor.sends("/de/account/register", {"email": CLARA.email, "is_complete": "yes"})
    key = key_for(strict, CLARA.email, "account_confirm")
    account(strict, CLARA)
    sent = {"key": key, "name": "Clara", "password": "", "is_complete": "yes"}
    assert visitor.sends("/de/account/confirm", sent).status == 403 and not is_in(visitor)


def test_the_operator_lets_somebody_in_when_the_provider_is_away(strict, provider):
    visitor = Visitor(strict)
    provider.stop()
    user_id = account(strict, FRIDA)
    said = strict.test_cli_runner().invoke(args=["user", "let-in", FRIDA.email]).output.strip()
    assert mails(strict, FRIDA.email) == []
    path = said.removeprefix("http://localhost")
    assert visitor.submits(visitor.opens(path), "/de/account/sign-in/open").location == "/desk/"
    assert Visitor(strict).opens(path).status == 410, "it works once"
    assert "user.let_in" in audit_of(strict, user_id)
    assert strict.test_cli_runner().invoke(args=["user", "let-in", "nobody@example.org"]).exit_code == 1


def test_a_link_that_is_the_only_way_in_stays(strict, provider):
    link(strict, CLARA, provider)
    clara = signed_in(strict, CLARA)
    assert [each.get("action") for each in clara.opens(LINK).all("form") if each.get("action") == LINK] == []
    assert clara.sends(LINK, {"is_complete": "yes"}).status == 404
    assert links(strict) != []


def test_an_invitation_offers_the_provider_alone(strict):
    visitor = Visitor(strict)
    args = ["user", "add", "gero@example.org", "--name", "Gero Hahn", "--role", "agent"]
    strict.test_cli_runner().invoke(args=args)
    page = visitor.opens(f"/de/account/password/new?key={key_for(strict, 'gero@example.org', 'account_invited')}")
    assert "Mit Talwind-Konto beginnen" in page.links and page.all("input", type="password") == []
