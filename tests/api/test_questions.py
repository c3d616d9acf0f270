"""Questions for other programs: asked once for a customer, read as the customer sees them, listed as they change."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.api.rules import Scope
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.integrity import check
from portal.journal.actions import record
from portal.journal.models import Event
from portal.journal.rules import SYSTEM
from portal.keys.actions import take_stamp
from portal.keys.rules import digest
from portal.notifications.models import Notification
from portal.questions.models import Question
from tests.accounts.people import statements
from tests.api.programs import program_of
from tests.cast import ANNA, DORA, FRIDA, account
from tests.questions.people import ask, give_answer, later

NEW = {
    "email": "gerda@example.org",
    "name": "Gerda Blum",
    "topic": "bill",
    "subject": "Die Rechnung ist doppelt",
    "body": "Im November zweimal abgebucht.\nBitte prüfen.",
}


def asks(program, thing=NEW, *, key: str = "order-4711"):
    return program.posts("/questions", thing, Idempotency_Key=key)


def questions(app) -> list[Question]:
    with app.app_context():
        return list(db.session.scalars(select(Question).order_by(Question.id)))


def test_a_question_is_asked_for_a_customer_who_gets_number_and_date_by_mail(app, dora, clara):
    answer = asks(program_of(app))
    (row,) = questions(app)
    assert answer.status == 201 and answer.headers["Location"] == f"/api/v1/questions/{row.number}"
    assert (answer.thing["number"], answer.thing["state"], answer.thing["email"]) == (
        row.number,
        "received",
        NEW["email"],
    )
    assert answer.thing["answer_due_at"] is not None
    with app.app_context():
        mail = db.session.scalars(select(Notification).filter_by(kind="question_received")).one()
        asked = db.session.scalars(select(Event).filter_by(verb="question.asked")).one()
    assert mail.recipient == NEW["email"] and NEW["subject"] not in str(mail.__dict__)
    assert (asked.actor_id, row.source) == (dora.user_id, "api")
    page = clara.opens(f"/desk/questions/{row.number}")
    assert NEW["subject"] in page.text and "von einem anderen Programm" in page.text


def test_the_same_key_gives_the_same_number_and_asks_nothing_new(app):
    program = program_of(app)
    first, again = asks(program), asks(program)
    assert (first.status, again.status) == (201, 200) and first.thing["number"] == again.thing["number"]
    assert len(questions(app)) == 1
    other = asks(program, NEW | {"body": "Etwas anderes."})
    assert other.status == 422 and list(other.faults) == ["Idempotency-Key"] and len(questions(app)) == 1
    assert asks(program, key="order-4712").status == 201 and len(questions(app)) == 2


def test_a_sending_that_is_repeated_gets_its_first_answer_also_when_its_fields_would_be_refused_by_now(app, anna):
    dated = NEW | {"needed_by": (clock.now() + timedelta(days=2)).date().isoformat(), "email": ANNA.email}
    program = program_of(app)
    first = asks(program, dated)
    with later(days=3):
        again, other = asks(program, dated), asks(program, dated | {"topic": "nothing"})
        assert asks(program, dated, key="new").status == 422
    assert (again.status, again.thing["number"]) == (200, first.thing["number"])
    assert other.status == 422 and list(other.faults) == ["Idempotency-Key"]


def test_the_same_key_of_two_programs_is_two_sendings_and_no_form_of_a_page_can_take_it(app):
    with app.app_context():
        owner = account(app, DORA)
        taken = [digest(f"{number} order-4711") for number in (1, 2, 3, owner)]
        with transaction():
            for each in dict.fromkeys(taken):
                take_stamp("question", each, "x", now=clock.now())
    assert [asks(program_of(app, person)).status for person in (DORA, DORA, FRIDA)] == [201, 201, 201]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201])
def test_without_a_key_nothing_is_asked(app, key):
    answer = asks(program_of(app), key=key)
    assert answer.status == 400 and "Idempotency-Key" in answer.thing["detail"] and questions(app) == []


def test_a_question_of_an_account_is_in_its_list(app, anna):
    asks(program_of(app), NEW | {"email": ANNA.email, "name": "A. Berger"})
    assert NEW["subject"] in anna.opens("/de/questions/").text


@pytest.mark.together
@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"email": "gerda"}, "email", "This is not an email address."),
        ({"email": None}, "email", "This is missing."),
        ({"topic": "nothing"}, "topic", "This must be one of: "),
        ({"subject": "a\nb"}, "subject", "Please write this on one line."),
        ({"subject": "a" * 201}, "subject", "Please shorten this to 200 characters."),
        ({"body": "a" * 20_001}, "body", "Please shorten this to 20000 characters."),
        ({"body": "a\u0000"}, "body", "This contains characters that cannot be typed."),
        ({"body": "\udc80"}, "body", "This contains characters that cannot be typed."),
        ({"body": {"text": "a"}}, "body", "This must be text."),
        ({"language": "fr"}, "language", "This must be one of: de, en."),
        ({"can_continue": "maybe"}, "can_continue", "This must be one of: yes, detour, no."),
        ({"affects": 1}, "affects", "This must be text."),
        ({"needed_by": "2026-12-15"}, "needed_by", "This date is over."),
        ({"needed_by": "soon"}, "needed_by", "This is not a day."),
        ({"needed_by": "h\u0097"}, "needed_by", "This contains characters that cannot be typed."),
        ({"level": "urgent"}, "level", "This field is not known."),
        ({"source": "web"}, "source", "This field is not known."),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field_and_nothing_is_asked(app, changed, field, said):
    answer = asks(program_of(app), NEW | changed)
    assert answer.status == 422 and list(answer.faults) == [field] and answer.faults[field].startswith(said)
    assert questions(app) == []


def test_what_was_asked_is_read_as_its_customer_sees_it_without_internal_notes(app, clara):
    asked = ask(app)
    give_answer(asked, "Wir haben es geprüft.")
    clara.submits(
        clara.opens(f"/desk/questions/{asked.number}"), f"/desk/questions/{asked.number}/notes", note="Geheim"
    )
    read = program_of(app).gets(f"/questions/{asked.number.lower()}")
    assert "Geheim" not in read.page.html
    assert [(each["author"], each["name"], each["text"]) for each in read.thing["messages"]] == [
        ("customer", "Anna Berger", "Bitte prüfen Sie den November."),
        ("staff", "Clara Vogt", "Wir haben es geprüft."),
    ]
    assert (read.thing["state"], read.thing["answer_due_at"], read.thing["earlier"]) == ("your_turn", None, None)


def test_a_long_conversation_is_read_in_pieces(app):
    asked = ask(app)
    for number in range(55):
        give_answer(asked, f"Antwort {number}")
    program = program_of(app)
    last = program.gets(f"/questions/{asked.number}").thing
    first = program.gets(f"/questions/{asked.number}?before={last['earlier']}").thing
    assert len(last["messages"]) == 50 and len(first["messages"]) == 6 and first["earlier"] is None


@pytest.mark.together
@pytest.mark.parametrize("number", ["Q26-00001-0", "Q26-99999-9", "x", "1", "%00", "Q26-99998-8"])
def test_a_number_that_is_not_given_out_is_not_there(app, number):
    assert program_of(app).gets(f"/questions/{number}").status == 404


def test_questions_are_listed_as_they_change_from_cursor_to_cursor(app):
    program = program_of(app)
    first, second = ask(app, subject="Eins"), ask(app, subject="Zwei")
    with later(minutes=2):
        begun = program.gets("/questions").thing
        assert [each["number"] for each in begun["questions"]] == [first.number, second.number]
        assert program.gets(f"/questions?cursor={begun['cursor']}").thing["questions"] == []
        give_answer(first, "Erledigt.")
    with later(minutes=4):
        changed = program.gets(f"/questions?cursor={begun['cursor']}").thing
    assert [(each["number"], each["state"]) for each in changed["questions"]] == [(first.number, "your_turn")]
    assert not changed["has_more"]


def test_what_happened_within_the_last_minute_comes_with_the_next_look_and_nothing_is_skipped(app):
    program = program_of(app)
    with later(minutes=2):
        young = ask(app, subject="Jung")
    ask(app, subject="Später aufgeschrieben, früher geschehen")
    with later(minutes=2, seconds=30):
        listed = program.gets("/questions").thing
        assert (listed["questions"], listed["cursor"]) == ([], "0")
    with later(minutes=4):
        assert program.gets("/questions").thing["questions"][0]["number"] == young.number


def test_a_list_has_a_hundred_changes_and_says_that_there_are_more(app):
    asked = ask(app)
    with app.app_context(), transaction():
        for _ in range(100):
            record("question.tagged", "question", asked.id, by=SYSTEM, at=clock.now())
    program = program_of(app)
    with later(minutes=2):
        first = program.gets("/questions").thing
        rest = program.gets(f"/questions?cursor={first['cursor']}").thing
    assert first["has_more"] and not rest["has_more"]
    assert [each["number"] for each in rest["questions"]] == [asked.number]


@pytest.mark.together
@pytest.mark.parametrize("cursor", ["", "-1", "x", "１", "9" * 30, "%00", "1e3"])
def test_a_cursor_that_was_never_given_out_is_refused(app, cursor):
    answer = program_of(app).gets(f"/questions?cursor={cursor}")
    assert answer.status == 422 and list(answer.faults) == ["cursor"]


@pytest.mark.parametrize("address", ["/questions?curser=1", "/questions?cursor=1&curser=1", "/questions/{}?cursor=1"])
def test_a_parameter_that_does_nothing_is_refused_by_its_name(app, address):
    asked = ask(app)
    answer = program_of(app).gets(address.format(asked.number))
    assert answer.status == 422 and len(answer.faults) == 1 and set(answer.faults) <= {"curser", "cursor"}


def test_nothing_comes_after_a_cursor_beyond_everything(app):
    asked = ask(app)
    program = program_of(app)
    with later(minutes=2):
        assert program.gets(f"/questions?cursor={'9' * 15}").thing["questions"] == []
    assert program.gets(f"/questions/{asked.number}?before={'9' * 15}").status == 200


def test_a_list_takes_the_same_statements_however_long_it_is(app):
    program = program_of(app)
    program.gets("/token")
    amounts = []
    for number in range(3):
        ask(app, subject=f"Frage {number}")
        with later(minutes=2), statements(app) as seen:
            program.gets("/questions")
        amounts.append(len(seen))
    assert max(amounts) <= 10 and amounts[1] == amounts[2]


def test_each_address_needs_its_own_scope(app):
    asked = ask(app)
    reads, writes = program_of(app, scopes=[Scope.QUESTIONS_READ]), program_of(app, scopes=[Scope.QUESTIONS_WRITE])
    assert (asks(reads).status, asks(writes).status) == (403, 201)
    for path in ("/questions", f"/questions/{asked.number}"):
        assert (reads.gets(path).status, writes.gets(path).status) == (200, 403)


def test_what_programs_asked_is_whole_for_the_nightly_look(app):
    asks(program_of(app))
    with app.app_context():
        assert list(check(clock.now())) == []
