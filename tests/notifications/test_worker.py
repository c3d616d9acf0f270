"""The worker does each duty once, at its time, whatever happens to the other duties, the database or the clock."""

from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import text

from portal.duties import CHORES
from portal.foundation import clock
from portal.foundation.chores import HELD_FOR, Chore, ChoreRun, finish, take
from portal.foundation.database import db, transaction
from portal.foundation.process.clock_watch import ClockWatch
from portal.keys.actions import give_key
from portal.keys.models import FormStamp, Key
from portal.keys.rules import Purpose
from portal.worker import Worker, is_dead, new_name
from tests.journeys.conftest import eventually
from tests.notifications.conftest import announce, mail_row

MINUTE = timedelta(minutes=1)


def duty(run, name: str = "tests.duty", **values) -> Chore:
    return Chore(name, run, **({"every": MINUTE} | values))


def works_once(app, *chores: Chore) -> None:
    Worker(app, chores=chores).once()


def test_every_duty_of_the_house_runs_on_an_empty_database(app):
    works_once(app, *CHORES)
    with app.app_context():
        assert not [run.problem for run in db.session.query(ChoreRun) if run.problem]


def test_no_two_duties_have_the_same_name():
    assert len({chore.name for chore in CHORES}) == len(CHORES)


def test_a_duty_is_done_once_by_several_workers_and_again_after_its_pause(app, later):
    done = []
    chore = duty(done.append)
    for _worker in range(3):
        works_once(app, chore)
    assert len(done) == 1
    later(MINUTE + timedelta(seconds=1))
    works_once(app, chore)
    assert len(done) == 2


def test_of_workers_that_begin_at_one_moment_only_one_does_it(app):
    chore, together, taken = duty(print), Barrier(4), []

    def begin(name: str) -> None:
        with app.app_context():
            together.wait()
            taken.append(take(chore, name, clock.now()))

    threads = [Thread(target=begin, args=(f"w:{each}:0",)) for each in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == [False, False, False, True]


def test_a_duty_whose_worker_died_is_taken_over_soon(app, later):
    chore = duty(print)
    with app.app_context():
        assert take(chore, "dead", clock.now())
        assert not take(chore, "heir", clock.now())
        later(HELD_FOR)
        assert take(chore, "heir", clock.now())


def test_a_duty_that_takes_long_is_begun_by_nobody_else_meanwhile(app, later):
    begun, may_end, done = Event(), Event(), []

    def long(_now) -> None:
        begun.set()
        assert may_end.wait(60)
        done.append(1)

    def is_free(worker: str) -> bool:
        with app.app_context():
            return take(chore, worker, clock.now())

    def is_held() -> bool:
        with app.app_context():
            return db.session.get_one(ChoreRun, chore.name).held_until > clock.now()

    chore = duty(long)
    first = Worker(app, chores=(chore,), renew_seconds=0.05)
    thread = Thread(target=first.once)
    thread.start()
    try:
        assert begun.wait(30)
        for _half_a_minute in range(3):
            later(HELD_FOR)
            assert eventually(is_held, seconds=30)
            assert not is_free("heir")
    finally:
        may_end.set()
        thread.join(60)
    later(MINUTE)
    assert done == [1] and is_free("heir")


def test_an_errand_to_a_machine_that_is_silent_keeps_no_other_duty_waiting(app):
    goes, may_end, done = Event(), Event(), Event()

    def wait(_now) -> None:
        goes.set()
        assert may_end.wait(60)

    def finish(_now) -> None:
        assert goes.wait(30)
        done.set()

    worker = Worker(app, chores=(duty(wait, "tests.errand", is_errand=True), duty(finish)))
    worker.start()
    try:
        assert done.wait(60)
    finally:
        may_end.set()
        worker.stop()


def test_a_duty_with_more_to_do_goes_on_at_once(app):
    left = [3, 2, 1, 0]
    works_once(app, duty(lambda _now: left.pop(0)))
    assert left == []


def test_a_duty_that_fails_is_named_and_stops_no_other(app, caplog):
    done = []

    def fail(_now):
        db.session.execute(text("SELECT * FROM nothing"))

    works_once(app, duty(fail, "tests.failing"), duty(done.append))
    assert len(done) == 1 and "the duty tests.failing failed" in caplog.text
    with app.app_context():
        assert db.session.get_one(ChoreRun, "tests.failing").problem in ("OperationalError", "ProgrammingError")


def test_nothing_is_written_while_a_duty_is_not_due(app):
    works_once(app, duty(print, is_due=lambda _now: False))
    with app.app_context():
        assert db.session.get(ChoreRun, "tests.duty") is None


def test_a_duty_planned_by_a_wrong_clock_is_not_put_off_for_years(app, later):
    chore = duty(print)
    with app.app_context():
        wrong = clock.now() + timedelta(days=3650)
        assert take(chore, "w", wrong)
        finish(chore, "w", wrong, has_more=False)
        assert take(chore, "w", clock.now())


def test_what_removes_by_age_stands_still_after_the_clock_jumped(app, caplog, later):
    done, careful = [], []
    worker = Worker(app, chores=(duty(done.append), duty(careful.append, "tests.careful", trusts_clock=True)))
    later(timedelta(hours=3))
    worker._clock.look()
    worker.once()
    assert len(done) == 1 and careful == []
    assert "alarm: the clock jumped by 180 minutes" in caplog.text


def test_a_clock_that_is_set_right_again_is_trusted_at_once(later):
    watch = ClockWatch()
    later(timedelta(hours=3))
    watch.look()
    assert watch.is_distrusted
    later(timedelta(hours=-3))
    watch.look()
    assert not watch.is_distrusted


@pytest.mark.parametrize("seconds", [-240, 0, 240])
def test_a_clock_that_drifts_a_little_is_trusted(later, seconds):
    watch = ClockWatch()
    later(timedelta(seconds=seconds))
    watch.look()
    assert not watch.is_distrusted


def test_a_running_worker_sends_a_mail_soon_and_survives_a_database_that_fails(app, caplog):
    worker = Worker(app, chores=())
    worker.start()
    try:
        with app.app_context(), transaction():
            db.session.execute(text("ALTER TABLE notifications RENAME TO hidden"))
        assert eventually(lambda: "the database does not answer the worker" in caplog.text, seconds=10)
        with app.app_context(), transaction():
            db.session.execute(text("ALTER TABLE hidden RENAME TO notifications"))
        number = announce(app)
        assert eventually(lambda: mail_row(app, number).sent_at is not None, seconds=15)
    finally:
        worker.stop()


def test_keys_and_stamps_go_long_after_their_end_and_not_before(app, later):
    with app.app_context(), transaction():
        give_key(Purpose.SIGN_IN, 1, now=clock.now(), lasts=timedelta(minutes=30))
        give_key(Purpose.QUESTION_MAILED, 1, now=clock.now(), lasts=timedelta(days=90))
        db.session.add(FormStamp(form="f", stamp="s", content_digest="d", result="", created_at=clock.now()))
    later(timedelta(days=30))
    works_once(app, *CHORES)
    with app.app_context():
        assert (db.session.query(Key).count(), db.session.query(FormStamp).count()) == (2, 1)
    later(timedelta(days=6))
    works_once(app, *CHORES)
    with app.app_context():
        assert (db.session.query(Key).count(), db.session.query(FormStamp).count()) == (1, 0)


def test_only_a_process_of_this_machine_that_is_gone_counts_as_dead():
    mine = new_name()
    machine, pid, rest = mine.split(":")
    assert not is_dead(mine)
    assert is_dead(f"{machine}:{2**22 + 1}:{rest}")
    assert not is_dead(f"elsewhere:{2**22 + 1}:{rest}")
    assert not is_dead("nonsense")
    assert pid.isdigit()
