"""A call about something new is taken down at the desk: number, promise and receipt as if the person had written."""

import pytest
from sqlalchemy import select

from portal.customers.models import Customer
from portal.foundation.database import db
from portal.journal.models import Event
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.questions.drafts import NEW_QUESTION, save_draft
from portal.questions.models import Draft, Message, Question
from tests.cast import ANNA, BERND, account
from tests.conftest import NOON
from tests.contracts.books import contract
from tests.desk.cases import desk, mails
from tests.questions.people import ask

NEW, TAKE = "/desk/questions/new", "/desk/questions"
CALL = {
    "name": "Hilde Moser",
    "email": "Hilde@Example.org",
    "language": "de",
    "topic": "fault",
    "subject": "Telefon ist tot",
    "body": "Seit heute früh kein Freizeichen, <b>beide</b> Telefone.",
    "can_continue": "no",
    "affects": "me",
}


def questions(app) -> list[Question]:
    with app.app_context():
        return list(db.session.scalars(select(Question).order_by(Question.id)))


def test_a_call_becomes_a_question_with_number_and_promise_once(app, clara):
    page = clara.opens(NEW)
    for _double_press in range(2):
        answer = clara.submits(page, TAKE, **CALL)
    (made,) = questions(app)
    assert answer.status == 303 and answer.location.endswith(f"/desk/questions/{made.number}?said=taken-down")
    assert (made.source, made.topic, made.can_continue) == ("phone", "fault", "no") and made.answer_due_at
    with app.app_context():
        message = db.session.scalars(select(Message)).one()
        assert (message.author, message.channel, message.author_name) == ("customer", "phone", "Hilde Moser")
        assert {each.actor_name for each in db.session.scalars(select(Event))} == {"Clara Vogt"}
        assert db.session.scalars(select(Customer.email).where(Customer.id == made.customer_id)).one() == (
            "hilde@example.org"
        )
        # Clara's browser holds no key of a guest: the mail alone has one.
        assert Purpose.QUESTION_ASKED.value not in set(db.session.scalars(select(Key.purpose)))
    shown = clara.opens(answer.location)
    assert "am Telefon" in shown.text and "&lt;b&gt;beide" in shown.html


def test_the_receipt_to_an_address_that_was_only_heard_has_no_word_of_the_call(app, clara):
    clara.submits(clara.opens(NEW), TAKE, **CALL)
    (mail,) = mails(app)
    assert (mail.kind, mail.recipient) == ("question_received", "hilde@example.org")
    assert set(mail.payload) == {"number", "key", "due_at", "is_call", "level", "minutes"}


def test_whoever_has_an_account_finds_the_call_among_their_questions_and_their_draft_stays(app, anna, clara):
    with app.app_context():
        save_draft(account(app, ANNA), NEW_QUESTION, {"body": "Angefangen"}, now=NOON)
    clara.submits(clara.opens(NEW), TAKE, **CALL | {"email": ANNA.email, "name": "A. Berger"})
    (made,) = questions(app)
    page = anna.opens(f"/de/questions/{made.number}")
    assert "Telefon ist tot" in page.text and "am Telefon" in page.text and "Anna Berger" in page.text
    with app.app_context():
        assert db.session.scalars(select(Draft)).one().content["body"] == "Angefangen"


def test_open_questions_of_the_caller_are_shown_before_a_second_one_begins(app, clara):
    asked = ask(app)
    ask(app, BERND, subject="Bernds Umzug")
    refused = clara.submits(clara.opens(NEW), TAKE, **CALL | {"email": ANNA.email})
    assert refused.status == 409 and "Noch ist nichts erfasst" in refused.text
    assert "autofocus" in refused.find("div", class_="summary").attrib and refused.title.startswith("Bitte prüfen")
    assert refused.find("a", href=desk(asked)) is not None and "Bernds Umzug" not in refused.text
    assert "kein Freizeichen" in refused.html and len(questions(app)) == 2
    assert clara.submits(refused, TAKE, **CALL | {"email": ANNA.email}).status == 303 and len(questions(app)) == 3


def test_a_person_that_was_found_is_filled_in_with_what_is_open(app, clara):
    asked = ask(app)
    found = clara.opens("/desk/search?q=anna@example.org")
    link = next(each.get("href") for each in found.all("a") if (each.get("href") or "").startswith(NEW))
    page = clara.opens(link)
    assert page.find("input", name="email").get("value") == ANNA.email
    assert page.find("a", href=desk(asked)) is not None
    case = clara.opens(desk(asked))
    assert case.find("a", href=link) is not None
    assert clara.submits(page, TAKE, **CALL | {"email": ANNA.email}).status == 303


@pytest.mark.together
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": ""}, "Bitte fragen Sie nach der E-Mail-Adresse"),
        ({"email": "anna(at)example"}, "Das ist keine E-Mail-Adresse"),
        ({"name": " "}, "Bitte tragen Sie den Namen ein"),
        ({"topic": ""}, "Bitte wählen Sie"),
        ({"topic": "nope"}, "Bitte wählen Sie"),
        ({"language": "fr"}, "Bitte wählen Sie"),
        ({"can_continue": "urgent"}, "Bitte wählen Sie"),
        ({"subject": "x" * 201}, "Das sind 201 Zeichen; bitte kürzen Sie auf 200."),
        ({"body": ""}, "Bitte schreiben Sie auf"),
    ],
)
def test_what_is_wrong_is_named_and_everything_stays(app, clara, wrong, sentence):
    page = clara.submits(clara.opens(NEW), TAKE, **CALL | wrong)
    assert page.status == 422 and sentence in page.text and not questions(app)
    assert wrong.get("body", CALL["body"]).split(",")[0] in page.html


@pytest.mark.parametrize("said", ["Berger", "TW-2025-00417", "k 10417", "anna@example.org", "number"])
def test_whoever_has_no_address_at_hand_is_found_by_what_they_can_say(app, clara, said):
    asked, typed = ask(app), {"subject": "Telefon ist tot", "body": "Kein Freizeichen.", "topic": "fault"}
    ask(app, BERND)
    contract(app)
    found = clara.submits(clara.opens(NEW), TAKE, do="find", who=asked.number if said == "number" else said, **typed)
    (choice,) = [each for each in found.all("button") if each.get("name") == "customer"]
    assert found.status == 200 and "Anna Berger" in found.text and "Bernd" not in found.text
    page = clara.submits(found, TAKE, customer=choice.get("value"), **typed)
    assert page.find("input", name="email").get("value") == ANNA.email and "Kein Freizeichen." in page.html
    assert page.find("a", href=desk(asked)) is not None and not page.find("input", name="who").get("value")
    done = clara.submits(page, TAKE, **typed, can_continue="no", affects="me", language="de")
    assert done.status == 303 and questions(app)[-1].customer_id == asked.row.customer_id


def test_nobody_is_found_and_nothing_typed_is_lost(app, clara):
    contract(app)
    wrong = ask(app).number[:-1]
    for who, status, said in [
        ("Zwiebelmoser", 200, "niemand bekannt"),
        (f"{wrong}x", 200, "niemand bekannt"),
        ("%", 200, "niemand bekannt"),
        (wrong + str((int(questions(app)[0].number[-1]) + 1) % 10), 422, "Ziffer"),
    ]:
        page = clara.submits(clara.opens(NEW), TAKE, do="find", **CALL | {"who": who})
        assert page.status == status and said in page.text and "kein Freizeichen" in page.html, who
        assert page.find("input", name="email").get("value") == CALL["email"]
    assert clara.submits(clara.opens(NEW), TAKE, **CALL | {"customer": "99999"}).status == 404
    assert clara.submits(clara.opens(NEW), TAKE, do="find", **CALL).status == 303, "nobody to find: taken down"


@pytest.mark.parametrize("wanted", ["0", "x", "٣", "99999999999999"])
def test_an_unknown_person_is_no_form(clara, wanted):
    assert clara.opens(f"{NEW}?customer={wanted}").status == 404


def test_every_list_of_the_desk_leads_to_the_form(clara):
    assert clara.opens("/desk/queues/free").find("a", href=NEW) is not None
    assert clara.opens("/desk/search?q=Moser").find("a", href=NEW) is not None
