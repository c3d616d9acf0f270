"""Fifteen seconds to take an answer back: nothing of it is seen before, and it is sent once or not at all."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from portal.desk.actions.pending import UNDO_FOR, send
from portal.desk.chores import send_answers
from portal.desk.models import PendingAnswer
from portal.foundation import clock
from portal.foundation.database import db
from tests.cast import ANNA, CLARA, DORA, signed_in
from tests.desk.cases import desk, does, goes_out, mails, messages, staff_notices
from tests.questions.people import ask, write

TEXT = "Wir messen die Leitung morgen."


def answers(app, asked, *, then: str = "our_turn", person=CLARA):
    """The page after somebody has pressed Send to customer."""
    someone = signed_in(app, person)
    assert does(someone, asked, "answers", body=TEXT, then=then).status == 303
    return someone.opens(desk(asked))


def held(asked) -> PendingAnswer:
    with asked.app.app_context():
        return db.session.scalars(select(PendingAnswer).order_by(PendingAnswer.id.desc())).first()


def takes_back(asked, person):
    return person.submits(person.opens(desk(asked)), f"{desk(asked)}/answers/{held(asked).id}/undo")


def test_nothing_of_an_answer_is_seen_before_its_seconds_are_over(app):
    asked, anna = ask(app), signed_in(app, ANNA)
    before = len(mails(app))
    page = answers(app, asked)
    assert "Wird in 15 Sekunden gesendet" in page.text and TEXT in page.text
    with app.app_context():
        send_answers(clock.now() + UNDO_FOR / 2)
    for url in (asked.address, f"{asked.address}/news", "/de/questions/"):
        assert TEXT not in anna.opens(url, inspected=False).html, url
    assert asked.row.version == 1 and len(mails(app)) == before
    goes_out(app)
    assert TEXT in anna.opens(asked.address).text and len(mails(app)) == before + 1


@pytest.mark.parametrize("then", ["customers_turn", "our_turn", "asks_back", "solved"])
def test_what_is_to_happen_next_is_kept_while_an_answer_waits(app, then):
    asked = ask(app)
    answers(app, asked, then=then)
    goes_out(app)
    assert (asked.row.status == "open") is (then == "our_turn") and messages(asked)[-1].body == TEXT


def test_an_answer_taken_back_is_in_the_box_again_and_never_goes_out(app):
    asked = ask(app)
    answers(app, asked, then="asks_back")
    clara = signed_in(app, CLARA)
    assert takes_back(asked, clara).status == 303
    page = clara.opens(desk(asked))
    assert page.find("textarea", name="body").text.strip() == TEXT and "Zurückgenommen" in page.text
    goes_out(app)
    assert len(messages(asked)) == 1
    assert TEXT not in signed_in(app, DORA).opens(desk(asked)).text


def test_what_has_gone_out_cannot_be_taken_back(app, clara):
    asked = ask(app)
    answers(app, asked)
    page = clara.opens(desk(asked))
    goes_out(app)
    assert clara.submits(page, f"{desk(asked)}/answers/{held(asked).id}/undo").status == 409
    assert len(messages(asked)) == 2


def test_nobody_takes_back_what_somebody_else_sends(app, clara):
    asked = ask(app)
    answers(app, asked)
    url = f"{desk(asked)}/answers/{held(asked).id}/undo"
    assert does(signed_in(app, DORA), asked, f"answers/{held(asked).id}/undo").status == 409
    assert signed_in(app, ANNA).sends(url, {"is_complete": "yes"}).status in (403, 404)
    assert held(asked).undone_at is None


def test_something_newer_stops_a_waiting_answer_and_gives_its_text_back(app):
    asked = ask(app)
    answers(app, asked)
    write(asked, "Es hat sich erledigt.")
    goes_out(app)
    assert [each.author for each in messages(asked)] == ["customer", "customer"]
    clara = signed_in(app, CLARA)
    (notice,) = staff_notices(app, "answer.stopped")
    assert notice.user_id == clara.user_id and notice.payload["number"] == asked.number
    page = clara.opens(desk(asked))
    assert page.find("textarea", name="body").text.strip() == TEXT and "Es hat sich erledigt." in page.text
    assert takes_back(asked, clara).status == 303
    assert TEXT not in clara.opens(desk(asked)).text


def test_two_workers_send_an_answer_once(app):
    asked = ask(app)
    answers(app, asked)
    pending_id, start, now = held(asked).id, Barrier(2), clock.now() + UNDO_FOR

    def work() -> None:
        with app.app_context():
            start.wait()
            send(pending_id, now=now)

    workers = [Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [each.body for each in messages(asked)][1:] == [TEXT]
    assert held(asked).stopped_at is None and held(asked).sent_at is not None
