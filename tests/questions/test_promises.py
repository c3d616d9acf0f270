"""The ledger of promises: which date was given, why, and what became of it; nothing is rewritten."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.notifications.models import Notification
from portal.questions.actions.moving import ReasonMissing, UnknownLevel, change_level, move_promise
from portal.questions.models import PromiseEntry
from portal.service_levels.errors import DateNotAhead, ImpossibleHappening
from tests.conftest import NOON, make_app, running
from tests.questions.people import ask, at, clara, give_answer, later, write


def kinds(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Notification.kind)))


def move(asked, until, reason="Ein Teil fehlt noch."):
    # Sentences of refusals are for somebody who presses a button.
    with asked.app.test_request_context("/de/"):
        move_promise(asked.id, until, reason=reason, by=clara(asked.app), now=NOON)


def test_a_new_question_has_one_promise_with_everything_that_explains_it(app):
    (entry,) = ask(app).ledger
    assert (entry.kind, entry.because, entry.outcome, entry.ended_at) == ("first_answer", "asked", "", None)
    assert entry.counted_from == entry.made_at == NOON and entry.due_at > NOON and entry.minutes > 0


def test_a_moved_promise_keeps_the_old_line_with_reason_and_author(app):
    asked = ask(app)
    move(asked, NOON + timedelta(days=2))
    old, new = asked.ledger
    assert (old.outcome, old.ended_at) == ("moved", NOON)
    assert (new.because, new.reason, new.made_by, new.is_moved) == ("moved", "Ein Teil fehlt noch.", "Clara Vogt", True)
    assert asked.row.answer_due_at == new.due_at == NOON + timedelta(days=2)
    assert kinds(app)[-1] == "question_moved"


def test_moving_to_the_same_date_twice_is_moving_once(app):
    asked = ask(app)
    move(asked, NOON + timedelta(days=2)), move(asked, NOON + timedelta(days=2))
    assert len(asked.ledger) == 2 and kinds(app).count("question_moved") == 1


def test_a_promise_moves_only_with_a_reason_and_forward(app):
    asked = ask(app)
    with pytest.raises(ReasonMissing):
        move(asked, NOON + timedelta(days=2), reason="  ")
    with pytest.raises(DateNotAhead):
        move(asked, NOON)
    give_answer(asked)
    with pytest.raises(ImpossibleHappening):
        move(asked, NOON + timedelta(days=2))
    assert len(asked.ledger) == 1


def test_another_level_replaces_the_promise_and_tells_only_of_a_later_date(app):
    asked = ask(app)
    with app.app_context():
        change_level(asked.id, "calm", reason="Es hat Zeit.", by=clara(app), now=NOON)
    old, new = asked.ledger
    assert (old.outcome, new.level, new.because) == ("replaced", "calm", "level_changed")
    assert kinds(app).count("question_moved") == (1 if new.due_at > old.due_at else 0)
    with app.app_context():
        change_level(asked.id, "calm", reason="Noch einmal.", by=clara(app), now=NOON)
    assert len(asked.ledger) == 2


def test_an_unknown_level_is_refused(app):
    asked = ask(app)
    with app.test_request_context("/de/"), pytest.raises(UnknownLevel):
        change_level(asked.id, "warp", reason="x", by=clara(app), now=NOON)


def test_the_database_holds_one_running_promise_at_most(app):
    asked = ask(app)
    (first,) = asked.ledger
    copy = {c.name: getattr(first, c.name) for c in PromiseEntry.__table__.columns if c.name != "id"}
    with app.app_context(), pytest.raises(IntegrityError), transaction():
        db.session.add(PromiseEntry(**copy))


def test_a_whole_story_leaves_a_whole_ledger(app):
    asked = ask(app)
    move(asked, NOON + timedelta(days=1))
    with later(hours=1):
        give_answer(asked)
    with later(hours=2):
        write(asked)
    with later(days=20):
        give_answer(asked)
    told = [(each.kind, each.outcome) for each in asked.ledger]
    assert told == [("first_answer", "moved"), ("first_answer", "kept"), ("next_answer", "missed")]
    assert all(each.ended_at for each in asked.ledger) and asked.row.answer_due_at is None


@pytest.fixture
def slower(app, data, content):
    """The same data, read by a portal whose levels promise less."""
    path = Path(content) / "service-levels.toml"
    text = path.read_text()
    assert 'first_answer = "' in text
    path.write_text(text.replace('first_answer = "', 'first_answer = "1'))
    with running(make_app(data, content, database_url=CONFIG.of(app).database_url)) as made:
        yield made


def test_changed_levels_change_nothing_until_somebody_applies_them(app, slower):
    asked = ask(app)
    before = asked.row.answer_due_at
    shown = slower.test_cli_runner().invoke(args=["promises", "preview"])
    assert shown.exit_code == 0 and asked.number in shown.output and "later" in shown.output
    assert "1 promises would change, 1 of them to a later date. Nothing was changed." in shown.output
    assert asked.row.answer_due_at == before and len(asked.ledger) == 1


def test_applying_gives_new_dates_with_the_reason_and_tells_of_later_ones_once(app, slower):
    asked = ask(app)
    arguments = ["promises", "apply", "--yes", "--reason", "Wir haben weniger Leute."]
    assert "1 promises have another date now." in slower.test_cli_runner().invoke(args=arguments).output
    old, new = asked.ledger
    assert (old.outcome, new.because, new.reason) == ("replaced", "hours_changed", "Wir haben weniger Leute.")
    assert kinds(app).count("question_moved") == 1
    assert "Nothing was changed." in slower.test_cli_runner().invoke(args=arguments).output
    assert len(asked.ledger) == 2


def test_applying_needs_a_reason_and_a_yes(app, slower):
    asked = ask(app)
    assert slower.test_cli_runner().invoke(args=["promises", "apply"]).exit_code == 2
    declined = slower.test_cli_runner().invoke(args=["promises", "apply", "--reason", "x"], input="n\n")
    assert "Nothing was changed." in declined.output and len(asked.ledger) == 1


def test_what_staff_moved_by_hand_stays_when_levels_change(app, slower):
    asked = ask(app)
    move(asked, NOON + timedelta(days=2))
    slower.test_cli_runner().invoke(args=["promises", "apply", "--yes", "--reason", "x"])
    assert asked.row.answer_due_at == NOON + timedelta(days=2)


def test_a_missed_promise_is_not_excused_by_a_moved_one(app):
    asked = ask(app)
    with at(NOON + timedelta(days=1)), app.app_context():
        move_promise(asked.id, NOON + timedelta(days=3), reason="Zu spät.", by=clara(app), now=NOON + timedelta(days=1))
    assert asked.ledger[0].outcome == "missed" and asked.ledger[0].breached_at is not None
