"""Changes of one moment go to disk in one transaction, and a fault of one costs nobody else anything."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import psycopg
import pytest
from sqlalchemy import event, select

from portal.faq.models import ArticleCount
from portal.foundation.database import ReadOnly, db, make_once, read_only
from portal.foundation.sql.together import WRITERS, Writers, together
from tests.conftest import make_app, running
from tests.foundation.test_database import KEY
from tests.journeys.conftest import eventually

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
            return together(piece, lane="one")

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
        return together(piece, lane="one")


def wait_for_line(app, people: int) -> None:
    arrived = threading.Event()
    for _ in range(2000):
        if WRITERS.of(app).standing == people:
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

    WRITERS.put(app, Writers(patience=0.05))
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
        assert together(lambda: write(1), lane="one") == 1
        with pytest.raises(LookupError):
            together(breaks, lane="one")
        assert together(lambda: write(2), lane="one") == 2
        db.engine.dispose()
        assert together(lambda: write(3), lane="one") == 3
    assert kept(app) == {1, 2, 3}


def test_whoever_only_looks_writes_nothing_and_keeps_nobody_waiting(app):
    with app.app_context():
        with read_only(), pytest.raises(ReadOnly):
            together(lambda: write(1), lane="one")
        assert together(lambda: write(2), lane="one") == 2
    assert kept(app) == {2}


def test_a_session_cannot_slip_into_what_is_written_together(app):
    """It would wait for the database that its own thread holds."""
    with app.app_context(), pytest.raises(RuntimeError):
        together(lambda: db.session.scalar(select(ArticleCount.clicks)), lane="one")
    assert kept(app) == set()


@pytest.mark.parametrize("lanes", [("one", "one"), ("one", "other")])
def test_two_processes_never_hold_what_the_other_waits_for(data, demo, postgres, lanes):
    """Else PostgreSQL would end one of them after a second, and each of its people would write alone."""
    with running(make_app(data, demo / "content", database_url=postgres.new_database())) as app:
        processes, may_end, written, there = (Writers(), Writers()), threading.Event(), list[int](), set[int]()
        with app.app_context():
            ArticleCount.__table__.create(db.engine)
            address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

        def meets(process: int, other: psycopg.Connection) -> bool:
            there.add(process)
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            return eventually(lambda: len(there) == 2 or other.execute(waiting).fetchone() != (0,))

        def locks(process: int, number: int) -> None:
            written.append(write(number))
            with psycopg.connect(address, autocommit=True) as other:
                assert meets(process, other)

        def brings(process: int, piece, lane: str, place: int) -> None:
            with app.app_context():
                processes[process].write(piece, lane=lane, place=(place,))

        def holds(begun: threading.Event) -> None:
            begun.set()
            assert may_end.wait(60)

        with ThreadPoolExecutor(6) as people:
            futures = []
            for process, numbers in enumerate([(1, 2), (2, 1)]):
                begun = threading.Event()
                futures.append(people.submit(brings, process, partial(holds, begun), "first", 0))
                assert begun.wait(60)
                for standing, number in enumerate(numbers, 1):
                    piece = partial(locks, process, number)
                    futures.append(people.submit(brings, process, piece, lanes[number - 1], number))
                    assert eventually(lambda line=processes[process], people=standing: line.standing == people)
            may_end.set()
            assert [each.exception(timeout=60) for each in futures] == [None] * 6
    assert sorted(written) == [1, 1, 2, 2]
