"""Changes of one moment go to disk in one transaction, and a fault of one costs nobody else anything."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import event, select

from portal.faq.models import ArticleCount
from portal.foundation.database import ReadOnly, db, make_once, read_only
from portal.foundation.together import Writers, together
from tests.foundation.test_database import KEY

PEOPLE = (1, 2, 3, 4)


def kept(app) -> set[int]:
    with app.app_context():
        return set(db.session.scalars(select(ArticleCount.article_number)))


def write(number: int) -> int:
    make_once(ArticleCount, KEY | {"article_number": number, "clicks": 1})
    return number


def at_one_moment(app, pieces) -> tuple[list[Future], int]:
    """Everybody wants to write while somebody else still does; what came of it, and in how many transactions."""
    commits: list[str] = []
    first_writes, may_end = threading.Event(), threading.Event()

    def holds() -> None:
        first_writes.set()
        assert may_end.wait(60)

    def bring(piece):
        with app.app_context():
            db.session.scalar(select(ArticleCount.clicks))
            return together(piece)

    def begin(connection):
        if connection.get_execution_options().get("writes"):
            commits.append("writes")

    with app.app_context(), ThreadPoolExecutor(len(pieces) + 1) as people:
        first = people.submit(in_house, app, holds)
        assert first_writes.wait(60)
        event.listen(db.engine, "begin", begin)
        futures = [people.submit(bring, piece) for piece in pieces]
        # All are on their way into the line: they have read, and nothing else keeps them.
        wait_for_line(app, len(pieces))
        may_end.set()
        outcomes = [future.exception(timeout=20) for future in (first, *futures)]
        event.remove(db.engine, "begin", begin)
    assert len(outcomes) == len(pieces) + 1
    return futures, len(commits)


def in_house(app, piece):
    with app.app_context():
        return together(piece)


def wait_for_line(app, people: int) -> None:
    arrived = threading.Event()
    for _ in range(2000):
        writers = app.extensions.get("together")
        if writers is not None and writers.standing == people:
            return
        arrived.wait(0.005)
    raise AssertionError("not everybody came into the line")


def test_what_several_people_write_at_one_moment_is_one_transaction(app):
    futures, transactions = at_one_moment(app, [lambda number=number: write(number) for number in PEOPLE])
    assert [each.result() for each in futures] == list(PEOPLE)
    assert kept(app) == set(PEOPLE) and transactions == 1


def test_whoever_cannot_be_written_hears_of_it_alone_and_the_others_are_kept(app):
    def breaks() -> int:
        write(9)
        raise LookupError

    futures, _ = at_one_moment(app, [breaks, *(lambda number=number: write(number) for number in PEOPLE)])
    assert isinstance(futures[0].exception(), LookupError)
    assert [each.result() for each in futures[1:]] == list(PEOPLE)
    assert kept(app) == set(PEOPLE)


@pytest.mark.sqlite_only
def test_whoever_has_waited_long_enough_does_not_wait_for_those_before(app):
    """Else each of many would be told only after all before it, while somebody holds the database."""
    first_writes, may_end = threading.Event(), threading.Event()

    def holds() -> int:
        first_writes.set()
        assert may_end.wait(60)
        return write(1)

    app.extensions["together"] = Writers(patience=0.05)
    with app.app_context(), ThreadPoolExecutor(2) as people:
        first = people.submit(in_house, app, holds)
        assert first_writes.wait(60)
        second = people.submit(in_house, app, lambda: write(2))
        wait_for_line(app, 1)
        wait_for_line(app, 0)
        assert not second.done() and not first.done()
        may_end.set()
        assert (first.result(60), second.result(60)) == (1, 2)
    assert kept(app) == {1, 2}


def test_after_a_fault_and_after_all_connections_were_closed_people_write_on(app):
    def breaks() -> int:
        write(9)
        raise LookupError

    with app.app_context():
        assert together(lambda: write(1)) == 1
        with pytest.raises(LookupError):
            together(breaks)
        assert together(lambda: write(2)) == 2
        db.engine.dispose()
        assert together(lambda: write(3)) == 3
    assert kept(app) == {1, 2, 3}


def test_whoever_only_looks_writes_nothing_and_keeps_nobody_waiting(app):
    with app.app_context():
        with read_only(), pytest.raises(ReadOnly):
            together(lambda: write(1))
        assert together(lambda: write(2)) == 2
    assert kept(app) == {2}


def test_a_session_cannot_slip_into_what_is_written_together(app):
    """It would wait for the database that its own thread holds."""
    with app.app_context(), pytest.raises(RuntimeError):
        together(lambda: db.session.scalar(select(ArticleCount.clicks)))
    assert kept(app) == set()
