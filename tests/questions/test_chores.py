"""The worker warns, records what was missed, reminds and closes: once each, whoever is first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.notifications.models import Notification, StaffNotice
from portal.questions.chores import CHORES, close_silent, record_breaches, remind, warn
from portal.questions.models import PromiseEntry
from portal.service_levels.levels import CanContinue
from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.mailbox import Mailbox
from tests.questions.people import GUEST, ask, ask_as_guest, at, give_answer, later, write


def run(app, chore) -> bool:
    with app.app_context():
        return chore(clock.now())


def all_duties(app) -> None:
    for chore in CHORES:
        with app.app_context():
            if chore.is_due(clock.now()):
                chore.run(clock.now())


def told(app, model=Notification) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(model.kind).order_by(model.id)))


def test_nothing_is_done_while_nothing_is_due(app):
    ask(app)
    with app.app_context():
        assert not any(chore.is_due(clock.now()) for chore in CHORES)


def test_staff_are_warned_once_at_three_quarters(app):
    asked = ask(app)
    with at(asked.row.warn_at):
        all_duties(app), all_duties(app)
        assert told(app, StaffNotice).count("question.warning") == 1
        assert asked.row.warn_at is None
    assert "question_missed" not in told(app)


def test_a_breach_is_recorded_once_and_told_with_the_new_date(app):
    asked = ask(app)
    due = asked.row.answer_due_at
    with at(due + timedelta(seconds=1)):
        all_duties(app), all_duties(app)
        (promise,) = asked.ledger
        assert promise.breached_at == clock.now() and promise.ended_at is None
        assert told(app).count("question_missed") == 1
        assert {"question.warning", "question.breached"} <= set(told(app, StaffNotice))
        page = signed_in(app, ANNA).opens(asked.address)
        mail = Mailbox(app).newest(to=ANNA.email)
    assert page.heading.startswith("Wir sind zu spät.")
    assert asked.number in mail.subject and "17. Dezember 2026" in mail.words


def test_a_breach_in_time_is_none(app):
    asked = ask(app)
    with at(asked.row.answer_due_at):
        all_duties(app)
    assert asked.row.breached_at is None


def test_an_answer_after_the_breach_ends_the_promise_as_missed_once(app):
    asked = ask(app)
    with later(days=1):
        all_duties(app)
        recorded = asked.ledger[0].breached_at
    with later(days=2):
        give_answer(asked)
    (promise,) = asked.ledger
    assert (promise.outcome, promise.breached_at) == ("missed", recorded)


def test_silence_is_reminded_of_after_five_working_days_and_closed_after_ten_as_announced(app):
    asked = ask(app)
    give_answer(asked)
    reminder, closing = asked.row.remind_at, asked.row.close_at
    assert (reminder.date() - NOON.date()).days >= 7 and closing > reminder
    with at(reminder):
        all_duties(app), all_duties(app)
        assert told(app).count("question_reminder") == 1 and asked.row.status == "waiting"
        page = signed_in(app, ANNA).opens(asked.address)
        assert "schließen wir die Anfrage am" in page.text
    with at(asked.row.close_at):
        all_duties(app), all_duties(app)
    row = asked.row
    assert (row.status, row.closed_by) == ("closed", "silence") and row.reopen_until > closing
    assert told(app).count("question_closed") == 1


def test_a_reply_in_between_stops_it(app):
    asked = ask(app)
    give_answer(asked)
    reminder = asked.row.remind_at
    with at(reminder - timedelta(hours=1)):
        write(asked)
    with at(reminder):
        all_duties(app)
    assert "question_reminder" not in told(app) and asked.row.close_at is None


def test_nothing_is_closed_that_was_not_reminded_of_also_when_the_worker_slept(app):
    asked = ask(app)
    give_answer(asked)
    with at(NOON + timedelta(days=60)):
        assert run(app, close_silent) is False
        assert asked.row.status == "waiting"
        run(app, remind)
        assert asked.row.close_at == clock.now() + timedelta(days=3)


def test_two_workers_at_one_moment_do_everything_once(app):
    questions = [ask_as_guest(app, email=f"g{number}@example.org") for number in range(6)]
    give_answer(questions[0])
    with at(NOON + timedelta(days=60)):
        with ThreadPoolExecutor(4) as pool:
            for chore in (warn, record_breaches, remind):
                list(pool.map(lambda _, chore=chore: run(app, chore), range(4)))
        kinds = told(app)
        assert kinds.count("question_missed") == 5 and kinds.count("question_reminder") == 1
        assert [each.version for each in (asked.row for asked in questions[1:])] == [2] * 5
    with app.app_context():
        assert db.session.scalar(select(func.count(StaffNotice.id)).where(StaffNotice.kind == "question.breached")) >= 5


def test_one_question_that_cannot_be_done_does_not_stop_the_others(app):
    broken, whole = ask(app), ask(app, can_continue=CanContinue.YES)
    with app.app_context(), transaction():
        db.session.execute(update(PromiseEntry).where(PromiseEntry.question_id == broken.id).values(kind="x"))
    with later(days=2):
        run(app, record_breaches)
        assert whole.row.breached_at is not None


def test_an_unconfirmed_address_gets_nothing_that_somebody_typed(app):
    asked = ask_as_guest(app, subject="Kaufen Sie http://spam.example", name="Werbung Werbung")
    give_answer(asked, "Antwort mit Worten")
    with at(asked.row.remind_at):
        all_duties(app)
        mails = Mailbox(app).mails(to=GUEST)
    assert len(mails) >= 2
    for mail in mails:
        whole = mail.subject + mail.text + mail.html
        assert asked.number in mail.subject
        for typed in ("spam", "Werbung", "Antwort mit Worten", "Seit gestern"):
            assert typed not in whole


@pytest.mark.sqlite_only
@pytest.mark.parametrize("chore", [each.name for each in CHORES])
def test_asking_whether_something_is_due_reads_an_index(app, chore):
    found = next(each for each in CHORES if each.name == chore)
    statements = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append((given[2], given[3])))
        found.is_due(clock.now())
        sql, parameters = statements[-1]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()
    assert any("USING" in str(row) and "INDEX" in str(row) for row in plan), plan
