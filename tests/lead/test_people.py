"""People, tags, views, audit log, mails and first steps: for leads, by the rules, and in the log."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.desk.models import QuestionTag, SavedView
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.journal.models import AuditEntry
from portal.lead.words import audit_word, outcome_word
from portal.mails import KINDS
from portal.notifications.models import Notification
from portal.notifications.words import mail_word
from tests.accounts.people import PASSWORD, audit_of, with_password
from tests.cast import CLARA, DORA, EMIL, FRIDA, Person, account, signed_in
from tests.conftest import make_app, running
from tests.desk.cases import desk, mails
from tests.questions.people import ask, later

INVITED = {"name": "Greta Haas", "email": "greta@laerchental.example", "role": "agent", "language": "de"}


def user(app, user_id: int) -> User:
    with app.app_context():
        return db.session.get_one(User, user_id)


def presses(person, action: str, **typed):
    """Press a button of the page of people, also one that the page does not show."""
    token = person.opens("/desk/people").find("input", name="token").get("value")
    return person.sends(action, {"token": token, "is_complete": "yes", **typed})


def test_a_lead_invites_a_colleague_who_gets_a_mail_and_the_log_says_who_did_it(app, dora):
    page = dora.submits(dora.opens("/desk/people"), "/desk/people", **INVITED)
    assert page.status == 303
    assert "Greta Haas" in dora.opens(page.location).text
    assert mails(app)[-1].kind == "account_invited" and mails(app)[-1].recipient == INVITED["email"]
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).filter_by(verb="user.invited_by")).one()
    assert entry.actor_id == dora.user_id


@pytest.mark.together
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "keine"}, "Bitte schreiben Sie eine E-Mail-Adresse"),
        ({"email": CLARA.email}, "Es gibt schon ein Konto mit dieser Adresse."),
        ({"role": "admin"}, "Bitte wählen Sie eine Rolle."),
        ({"role": "lead"}, "Bitte wählen Sie eine Rolle."),
        ({"name": ""}, "Bitte schreiben Sie den Namen."),
        ({"language": "fr"}, "Bitte wählen Sie eine Sprache."),
    ],
)
def test_a_wrong_invitation_comes_back_as_it_was_typed(app, dora, clara, changed, said):
    page = dora.submits(dora.opens("/desk/people"), "/desk/people", **{**INVITED, **changed})
    assert page.status == 422 and said in page.text
    assert page.find("input", name="email").get("value") == {**INVITED, **changed}["email"]


@pytest.mark.parametrize(
    ("by", "of", "role", "is_allowed"),
    [
        (DORA, CLARA, "editor", True),
        (DORA, CLARA, "lead", False),
        (DORA, FRIDA, "agent", False),
        (DORA, DORA, "admin", False),
        (FRIDA, DORA, "admin", True),
        (FRIDA, FRIDA, "agent", False),
    ],
)
def test_nobody_raises_themselves_or_touches_a_higher_role(app, by, of, role, is_allowed):
    before, person = account(app, of), signed_in(app, by)
    role_before = user(app, before).role
    page = presses(person, f"/desk/people/{before}/role", role=role)
    assert (page.status == 303) is is_allowed
    assert user(app, before).role == (role if is_allowed else role_before)


def test_disabling_ends_every_sign_in_at_once_and_the_last_administrator_stays(app, frida):
    clara = signed_in(app, CLARA)
    assert presses(frida, f"/desk/people/{clara.user_id}/disabling").status == 303
    assert clara.opens("/desk/queues/mine").status == 303
    assert presses(frida, f"/desk/people/{clara.user_id}/enabling").status == 303
    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.email == DORA.email).values(role="admin"))
    dora = signed_in(app, DORA)
    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.email == DORA.email).values(role="admin", disabled_at=None))
    assert presses(dora, f"/desk/people/{frida.user_id}/disabling").status == 303
    assert user(app, frida.user_id).disabled_at is not None


def test_changing_accounts_needs_a_fresh_proof_of_who_one_is(app, dora, clara):
    with_password(app, DORA)
    with later(minutes=11):
        disabling = presses(dora, f"/desk/people/{clara.user_id}/disabling")
        inviting = dora.submits(dora.opens("/desk/people"), "/desk/people", **INVITED)
        for page in (disabling, inviting):
            assert page.status == 403 and page.links["Bestätigen, dass Sie es sind"] == "/de/account/proof"
        assert user(app, clara.user_id).disabled_at is None and not mails(app)
        # Everything waits on that page and goes out from there once they have shown who they are.
        dora.submits(dora.opens("/de/account/proof"), "/de/account/proof", password=PASSWORD)
        assert dora.submits(disabling, f"/desk/people/{clara.user_id}/disabling").status == 303
        assert user(app, clara.user_id).disabled_at is not None
        texts = {each.get("name"): each.text.strip() for each in inviting.all("textarea")}
        assert dora.submits(inviting, "/desk/people", **texts).status == 303
        assert mails(app)[-1].recipient == INVITED["email"]


def test_a_tag_is_renamed_merged_and_removed_and_views_follow(app, clara, dora):
    first, second = ask(app, subject="Eins"), ask(app, subject="Zwei")
    for asked, tag in ((first, "technicker"), (second, "technicker"), (second, "techniker")):
        clara.submits(clara.opens(desk(asked)), f"{desk(asked)}/tags", tag=tag)
    with app.app_context(), transaction():
        view = SavedView(user_id=clara.user_id, name="T", queue="all", address="tag=technicker", created_at=clock.now())
        db.session.add(view)
    token = dora.opens("/desk/tags").find("input", name="token").get("value")
    sent = {"token": token, "before": "technicker", "tag": "Techniker", "is_complete": "yes"}
    assert dora.sends("/desk/tags", sent).status == 303
    with app.app_context():
        rows = db.session.execute(select(QuestionTag.question_id, QuestionTag.tag)).all()
        assert sorted(rows) == [(first.id, "techniker"), (second.id, "techniker")]
        assert db.session.scalar(select(SavedView.address)) == "tag=techniker"
    assert dora.sends("/desk/tags", {**sent, "tag": "!!!"}).status == 422
    assert dora.sends("/desk/tags/removal", {**sent, "before": "techniker"}).status == 303
    assert "Noch hat keine Anfrage ein Schlagwort" in dora.opens("/desk/tags").text
    assert {"tag.renamed", "tag.removed"} <= {each.verb for each in entries(app)}


def entries(app) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_view_is_changed_by_its_owner_and_a_shared_one_by_a_lead_too(app, clara, dora):
    with app.app_context(), transaction():
        for name, shared in (("Meine", False), ("Alle", True)):
            db.session.add(
                SavedView(user_id=clara.user_id, name=name, queue="all", is_shared=shared, created_at=clock.now())
            )
    assert "Meine" in clara.opens("/desk/saved-views").text
    shown = dora.opens("/desk/saved-views").find("main")
    text = "".join(shown.itertext())
    assert "Alle" in text and "Meine" not in text
    greta = signed_in(app, Person("Greta Haas", "greta@laerchental.example", Role.AGENT))
    token = greta.opens("/desk/saved-views").find("input", name="token").get("value")
    assert greta.sends("/desk/saved-views/2/removal", {"token": token, "is_complete": "yes"}).status == 404
    changed = clara.submits(clara.opens("/desk/saved-views"), "/desk/saved-views/1", name="Neu", is_shared="y")
    assert changed.status == 303 and "Neu" in dora.opens("/desk/saved-views").text


def test_the_audit_log_is_searched_and_paged(app, dora, clara):
    with app.app_context(), transaction():
        for number in range(60):
            at = clock.now() - timedelta(days=number)
            db.session.add(AuditEntry(at=at, verb="session.begun", user_id=clara.user_id, actor_id=clara.user_id))
    page = dora.opens(f"/desk/audit?verb=session.begun&address={CLARA.email}")
    assert len(page.all("tr")) == 51 and "Clara Vogt" in page.text
    older = dora.opens(page.links["Nächste Seite"])
    assert len(older.all("tr")) == 11
    assert len(dora.opens("/desk/audit?from=2026-12-15&to=2026-12-15").all("tr")) == 2
    for query in ("verb=%00&from=x&to=y&before=-1", "from=9999-12-31&to=0001-01-01", "address=%27%20OR%201=1"):
        assert dora.opens(f"/desk/audit?{query}").status == 200


def test_the_audit_log_speaks_in_words_and_not_in_names_of_the_code(app, dora):
    """Also about what nobody has done in a test: every verb that the code writes has its words."""
    calls = re.compile(r'\b_?(?:audit|note|act)\(\s*(?:by, (?:user, )?)?"([a-z_]+\.[a-z_]+)"')
    verbs = {verb for path in Path("portal").rglob("*.py") for verb in calls.findall(path.read_text())}
    assert len(verbs) > 30
    with app.test_request_context("/desk/audit"):
        assert [verb for verb in sorted(verbs) if audit_word(verb) == verb] == []
    with app.app_context(), transaction():
        details = {"how": "password", "is_half": True}
        db.session.add(AuditEntry(at=clock.now(), verb="session.begun", user_id=dora.user_id, details=details))
    page = dora.opens("/desk/audit")
    assert "mit Passwort, der zweite Faktor fehlte noch" in page.text and "is_half" not in page.text


@pytest.mark.once
@pytest.mark.parametrize("value", [{"question": 2}, ["a", 1], None, 7, True, "x"], ids=str)
def test_the_audit_log_opens_whatever_stands_in_an_entry(app, dora, value):
    """An erasure writes how many records of each kind, a program what it may do: no value stops the page."""
    names = ["amounts", "after", "at_moment", "before", "cases", "endpoint", "first", "how", "is_half", "is_new"]
    names += ["kept", "kind", "last", "number", "path", "role", "scopes", "token", "way", "what", "why", "another"]
    with app.app_context(), transaction():
        for name in names:
            db.session.add(AuditEntry(at=clock.now(), verb="person.erased", user_id=None, details={name: value}))
    assert len(dora.opens("/desk/audit").all("tr")) > len(names)


def test_mails_are_listed_by_state_and_all_that_failed_are_sent_again(app, dora):
    asked, _other = ask(app), ask(app)
    with app.app_context(), transaction():
        failed = {"failed_at": clock.now(), "due_at": None, "problem": "550 user unknown"}
        db.session.execute(update(Notification).values(**failed))
    page = dora.opens("/desk/mails")
    assert [(each.get("lang"), each.text) for each in page.all("q")] == [("en", "550 user unknown")] * 2
    assert page.text.count("Diese Adresse ist dort nicht bekannt.") == 2
    assert dora.submits(page, "/desk/mails", only="", all="yes").status == 303
    assert "550 user unknown" not in dora.opens("/desk/mails").text
    waiting = dora.opens("/desk/mails?state=waiting")
    assert waiting.text.count("Anfrage: eingegangen") == 2 and asked.number in waiting.links


def test_every_mail_and_every_end_of_a_try_has_words(app):
    with app.test_request_context("/de/"):
        assert [kind for kind in KINDS if mail_word(kind) == kind] == []
        for outcome in ("failed", "held", "later", "returned", "unreachable"):
            assert outcome_word(outcome) != outcome


def test_the_first_steps_tick_themselves_off(app, frida):
    def done() -> set[str]:
        page = frida.opens("/desk/first-steps")
        lines = [" ".join("".join(each.itertext()).split()) for each in page.all("li", class_="news__line")]
        return {line.split(" erledigt")[0].strip() for line in lines if " erledigt" in line}

    before = done()
    assert {"Themen", "Servicezeiten"} <= before and "Kolleginnen und Kollegen eingeladen" not in before
    account(app, EMIL)
    assert "Kolleginnen und Kollegen eingeladen" in done()


@pytest.mark.parametrize(
    ("hops", "named", "is_right"),
    [
        (1, "203.0.114.7", True),
        (2, "203.0.114.7, 10.0.0.4", True),
        (1, "198.18.0.1, 203.0.114.7", True),  # a proxy of the visitor's own stands in front of ours
        (1, "", False),  # nobody names an address: the proxy's own would count for everybody
        (2, "203.0.114.7", False),
        (1, "203.0.114.7, 10.0.0.4", False),  # our inner proxy counts for everybody
        (0, "203.0.114.7", False),
        (0, "", True),
    ],
)
def test_the_first_steps_notice_a_wrong_number_of_proxies(data, demo, hops, named, is_right):
    with running(make_app(data, demo / "content", proxy_hops=hops)) as app:
        with app.app_context():
            upgrade()
        frida = signed_in(app, FRIDA)
        frida._address = "127.0.0.1"
        page = frida.opens("/desk/first-steps", **({"X-Forwarded-For": named} if named else {}))
    (line,) = [each for each in page.all("li", class_="news__line") if "Proxys gezählt" in "".join(each.itertext())]
    assert ("erledigt" in "".join(line.itertext())) is is_right


def test_what_happened_to_an_account_is_in_its_own_part_of_the_log(app, frida, clara):
    presses(frida, f"/desk/people/{clara.user_id}/link")
    assert {"user.reset", "user.reset_by"} <= set(audit_of(app, clara.user_id))
