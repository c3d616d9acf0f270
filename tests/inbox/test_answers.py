"""An answer to one of our mails becomes a message only with its key, from the customer, and proven (SR-43)."""

from datetime import timedelta

import pytest

from portal.departure.actions.erasing import erase_things
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.personal_data import Trail
from portal.inbox.models import IncomingMail
from portal.keys.actions import revoke_keys
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.notifications.models import Notification
from portal.questions.models import Question
from tests.inbox.letters import ANNA, ANSWERS, arrives, letter, messages, newest, proof, questions, takes_mail
from tests.mailbox import Mail, Mailbox
from tests.questions.people import ask, ask_as_guest, give_answer

GERDA = "gerda@example.org"


def receipt(app) -> Mail:
    """Gerda has asked; the mail that she gets."""
    ask_as_guest(takes_mail(app), email=GERDA)
    return Mailbox(app).newest(to=GERDA)


def answered(app, mail: Mail, text: str = "Es geht wieder.", *, sender: str = f"Gerda Blum <{GERDA}>", **given):
    """Somebody answers that mail; its row."""
    to = given.pop("to", "") or str(mail.message["Reply-To"])
    heads = {"Authentication_Results": proof(), **given}
    return arrives(app, letter(text, sender=sender, to=to, subject="Re: x", **heads), "--recipient", to)


def test_a_mail_about_a_question_is_answered_at_an_address_of_its_own_and_says_so(app):
    mail = receipt(app)
    name, _, domain = str(mail.message["Reply-To"]).partition("@")
    assert name.startswith("antwort+") and len(name) == len("antwort+") + 32 and f"antwort@{domain}" == ANSWERS
    assert "Sie können auf diese E-Mail antworten" in mail.words and "liest niemand" not in mail.words
    with app.app_context():
        assert "answer_key" not in db.session.query(Notification).filter_by(kind="question_received").one().payload


@pytest.mark.parametrize("off", [{"incoming": ""}, {"reply": ""}])
def test_without_the_setting_no_mail_names_such_an_address(app, off):
    ask_as_guest(takes_mail(app, **off), email=GERDA)
    mail = Mailbox(app).newest(to=GERDA)
    assert mail.message["Reply-To"] is None and "liest niemand" in mail.words
    with app.app_context():
        assert db.session.query(Key).filter_by(purpose=Purpose.QUESTION_ANSWERED.value).count() == 0


def test_an_answer_becomes_a_message_starts_our_turn_and_proves_the_address(app, clara):
    mail = receipt(app)
    row = answered(app, mail, "Es geht wieder.\n\nAm 3. Nov. 2026 schrieb Hilfe:\n> Ihre Anfrage")
    message, mailed = messages(app)[-1]
    assert (row.state, message.body, message.channel) == ("message", "Es geht wieder.", "mail")
    assert message.author_name == "Gerda Blum" and mailed.is_proven and "> Ihre Anfrage" in mailed.quoted
    assert questions(app)[0].confirmed_at is not None
    case = clara.opens(f"/desk/questions/{questions(app)[0].number}").text
    assert "Es geht wieder." in case and "nicht bewiesen" not in case


def test_the_same_answer_twice_is_one_message(app):
    mail = receipt(app)
    answered(app, mail)
    answered(app, mail)
    assert len(messages(app)) == 2


def test_somebody_with_an_account_answers_too_and_loses_no_draft(app):
    asked = ask(takes_mail(app))
    give_answer(asked)
    mail = Mailbox(app).newest(to=ANNA)
    row = answered(app, mail, sender=ANNA)
    assert row.state == "message" and asked.row.status == "open"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sender": "Eve <eve@evil.example>"}, "stranger"),
        ({"sender": "Eve <eve@evil.example>", "Authentication_Results": proof("evil.example")}, "stranger"),
        ({"Authentication_Results": proof(result="fail")}, "unproven"),
        ({"Authentication_Results": proof(judge="mx.evil.example")}, "unproven"),
        ({"Authentication_Results": ""}, "unproven"),
        ({"to": ANSWERS.replace("@", "+0123456789abcdef0123456789abcdef@")}, "key"),
        ({"text": " "}, ""),
    ],
)
def test_anything_less_waits_for_a_person_and_changes_nothing(app, changes, reason):
    mail = receipt(app)
    row = answered(app, mail, **changes)
    if reason:
        assert (row.state, row.reason) == ("waiting", reason) and len(messages(app)) == 1
        assert questions(app)[0].confirmed_at is None
    else:
        assert row.state == "message" and messages(app)[-1][0].body == "Re: x"


@pytest.mark.once
def test_a_sender_who_can_be_read_in_two_ways_is_never_proven(app):
    mail = receipt(app)
    sender = f"From: {GERDA} <eve@evil.example>".encode()
    raw = letter(to=str(mail.message["Reply-To"]), sender="x@x.example", Authentication_Results=proof())
    row = arrives(app, raw.replace(b"From: x@x.example", sender), "--recipient", str(mail.message["Reply-To"]))
    assert (row.state, row.reason, len(messages(app))) == ("waiting", "unproven", 1)
    assert questions(app)[0].confirmed_at is None


def test_the_desk_proposes_the_case_of_the_key(app, clara):
    mail = receipt(app)
    row = answered(app, mail, sender="Eve <eve@evil.example>")
    field = clara.opens("/desk/incoming").find("input", id=f"number-{row.id}")
    assert field.get("value") == questions(app)[0].number


def test_a_key_that_was_taken_back_or_is_old_opens_nothing(app):
    mail = receipt(app)
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert answered(app, mail, "Zu spät").reason == "key"
    with app.app_context(), transaction():
        revoke_keys(Purpose.QUESTION_ANSWERED, questions(app)[0].id, now=clock.now())
    assert answered(app, mail).reason == "key" and len(messages(app)) == 1


def test_an_answer_after_the_last_day_waits(app):
    mail = receipt(app)
    with app.app_context(), transaction():
        db.session.query(Question).update({"status": "closed", "closed_at": clock.now(), "reopen_until": None})
    assert answered(app, mail).reason == "closed"


def test_a_mail_that_waits_stays_when_the_case_it_was_proposed_for_goes(app):
    """Somebody else wrote it: neither a period of the customer's nor their erasure decides about it."""
    mail = receipt(app)
    settled, waiting = answered(app, mail), answered(app, mail, "Von mir", sender="Eve <eve@evil.example>")
    with app.app_context():
        erase_things(Trail(clock.now(), is_person=False, things={"question": {waiting.question_id}}))
        assert db.session.get(IncomingMail, settled.id) is None
        assert db.session.get_one(IncomingMail, waiting.id).question_id is None


def test_an_absence_note_to_a_mail_of_ours_changes_nothing(app):
    mail = receipt(app)
    row = answered(app, mail, Auto_Submitted="auto-replied")
    assert row.state == "aside" and len(messages(app)) == 1


def test_an_answer_over_a_mailing_list_is_shown_at_the_desk_and_never_a_message_by_itself(app, clara):
    mail = receipt(app)
    row = answered(app, mail, List_Id="<team.example.org>")
    assert (row.state, row.reason, len(messages(app))) == ("waiting", "list_answer", 1)
    page = clara.opens("/desk/incoming")
    assert "über eine Mailingliste" in page.text
    assert page.find("input", id=f"number-{row.id}").get("value") == questions(app)[0].number
    stranger = answered(app, mail, "Von mir", sender="Eve <eve@evil.example>", List_Id="<team.example.org>")
    foreign = answered(
        app, mail, sender="eve@evil.example", List_Id="<x>", Authentication_Results=proof("evil.example")
    )
    assert [(each.state, each.reason) for each in (stranger, foreign)] == [("aside", "list")] * 2


def test_a_worker_that_dies_after_the_message_adds_no_second_one(app, monkeypatch):
    mail = receipt(app)

    def die(_point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.inbox.actions.taking.crash_point", die)
    with pytest.raises(KeyboardInterrupt):
        answered(app, mail)
    assert newest(app).state == "new" and len(messages(app)) == 2
    monkeypatch.undo()
    assert answered(app, mail).state == "message" and len(messages(app)) == 2
