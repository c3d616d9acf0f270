"""What is old enough goes by itself, kind by kind; what proves an erasure stays (OR-05; specs: leaving 55, 59, 61)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from portal.departure.retention import retain
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.retention import Periods, read_periods
from portal.journal.actions import audit
from portal.journal.models import AuditEntry
from portal.leaving import proving
from portal.leaving.models import Declaration
from portal.notifications.models import Notification
from portal.questions.actions.closing import close_question
from portal.questions.models import Draft, Question
from tests.cast import ANNA
from tests.conftest import NOON
from tests.departure.people import leftovers, with_traces
from tests.leaving.declaring import press
from tests.questions.people import ask, ask_as_guest, clara
from tests.visitor import Visitor


def amount(app, table) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def passes(app, days: float) -> None:
    """So many days later the duty is done until nothing is waiting."""
    with clock.frozen(NOON + timedelta(days=days)), app.app_context():
        for _ in range(50):
            if not retain(clock.now()):
                break


def closed(asked) -> None:
    with asked.app.app_context():
        close_question(asked.id, by=clara(asked.app), now=clock.now())


def test_closed_questions_of_guests_go_after_a_year_those_of_accounts_after_three(app):
    closed(ask_as_guest(app))
    closed(ask(app, ANNA))
    still_open = ask_as_guest(app, email="offen@example.org")
    passes(app, 360)
    assert amount(app, Question) == 3
    passes(app, 370)
    assert amount(app, Question) == 2
    passes(app, 1110)
    assert amount(app, Question) == 1 and still_open.row.number
    assert leftovers(app, ("gerda@example.org",)) == [] or CONFIG.of(app).database_url.startswith("sqlite")


def test_unsent_texts_and_words_of_mails_go_after_a_month(app):
    with_traces(app)
    with app.app_context(), transaction():
        for row in db.session.scalars(select(Notification)):
            row.sent_at, row.due_at = clock.now(), None
    passes(app, 29)
    assert amount(app, Draft) == 3
    passes(app, 31)
    assert amount(app, Draft) == 0
    with app.app_context():
        rows = db.session.scalars(select(Notification).where(Notification.kind == "question_answered")).all()
        assert rows and all(row.payload == {} and row.recipient for row in rows)
    passes(app, 370)
    with app.app_context():
        assert not db.session.scalars(select(Notification).where(Notification.recipient != "")).all()


def test_59_declarations_go_after_the_sixth_year_and_not_a_day_before(app):
    """59: letters are kept to the end of the year and six years; then they go, the record stays."""
    press(Visitor(app))
    for day, left in ((datetime(2032, 12, 31, 12, tzinfo=UTC), 1), (datetime(2033, 1, 1, 12, tzinfo=UTC), 0)):
        passes(app, (day - NOON).days + 0.2)
        assert amount(app, Declaration) == left
    with app.app_context():
        assert list(proving.faults(clock.now())) == []


def test_a_declaration_about_which_a_dispute_runs_is_kept_beyond_its_years_until_the_hold_is_lifted(app, dora):
    press(Visitor(app))

    def types(*words: str) -> str:
        with app.app_context():
            return app.test_cli_runner().invoke(args=["leaving", "hold", *words]).output

    with app.app_context():
        reference = db.session.scalar(select(Declaration.reference))
    assert "There is no declaration" in types("C26-99999-1")
    assert "is on hold" in types(reference)
    assert "ein Streit darüber läuft" in dora.opens(f"/desk/declarations/{reference}").text
    later = (datetime(2034, 1, 1, 12, tzinfo=UTC) - NOON).days
    passes(app, later)
    assert amount(app, Declaration) == 1
    assert "no longer" in types("--lift", reference)
    passes(app, later + 1)
    assert amount(app, Declaration) == 0
    with app.app_context():
        assert list(proving.faults(clock.now())) == []


def test_the_audit_forgets_after_a_year_but_not_what_explains_gaps(app):
    old = datetime(2024, 1, 1, tzinfo=UTC)
    with app.app_context(), transaction():
        audit("session.begun", at=old, user_id=1, network="198.51.100.0/24")
        audit("question.erased", at=old, number="Q24-00001-0")
        audit("session.begun", at=clock.now(), user_id=1)
    passes(app, 0)
    with app.app_context():
        verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["question.erased", "session.begun"]


def test_no_entry_of_the_audit_can_be_changed_or_removed_before_its_time(app):
    """OR-02: the database itself refuses, whoever asks."""
    with app.app_context():
        with transaction():
            audit("session.begun", at=clock.now(), user_id=1)
        for forgery in (update(AuditEntry).values(verb="nothing"), delete(AuditEntry)):
            with pytest.raises(DBAPIError), transaction():
                db.session.execute(forgery)
        assert db.session.scalars(select(AuditEntry.verb)).all() == ["session.begun"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"audit_months": 3}, "from 12 to 120"),
        ({"drafts_days": 0}, "from 1 to 365"),
        ({"drafts_days": True}, "whole number"),
        ({"drafts_months": 3}, "not known"),
        ("30", "must be a table"),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_what_to_write(shared_app, written, said):
    company = replace(COMPANY.of(shared_app), sections={"retention": written})
    with pytest.raises(ValueError, match=said):
        read_periods(company)


def test_periods_that_nobody_wrote_are_those_of_the_docs(shared_app):
    assert read_periods(COMPANY.of(shared_app)) == Periods()
