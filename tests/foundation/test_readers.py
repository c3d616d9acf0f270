"""Whoever only reads has a connection of its own, however many there are."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.faq.models import ArticleCount
from portal.foundation.database import READERS, connection_to_read, db
from portal.foundation.sql.prepared import Prepared

CLICKED = Prepared(select(ArticleCount.clicks))
PEOPLE = 20  # more than SQLAlchemy lends at a time


@pytest.mark.sqlite_only
def test_many_who_read_at_one_moment_take_no_connection_from_each_other(app):
    met = Barrier(PEOPLE)

    def reads(_person: int) -> list:
        with app.test_request_context():
            found = CLICKED.rows()
            met.wait(20)
            return found + CLICKED.rows()

    with ThreadPoolExecutor(PEOPLE) as people:
        assert list(people.map(reads, range(PEOPLE))) == [[]] * PEOPLE


@pytest.mark.sqlite_only
def test_threads_that_read_one_after_another_share_one_connection(app):
    def reads(_person: int) -> object:
        with app.test_request_context():
            CLICKED.rows()
            return connection_to_read()

    found = []
    for person in range(3):
        with ThreadPoolExecutor(1) as thread:
            found.append(thread.submit(reads, person).result())
    assert len(set(map(id, found))) == 1


@pytest.mark.sqlite_only
def test_of_two_that_read_at_one_moment_the_last_one_is_taken_next(app):
    with app.app_context():
        readers = READERS.of(app)
        first, second = readers.take(), readers.take()
        for reader in (first, second):
            readers.give_back(reader)
        assert readers.take() is second
        assert readers.take() is first


def test_after_all_connections_were_closed_pages_read_again(app):
    for _ in range(2):
        with app.test_request_context():
            assert CLICKED.rows() == []
        with app.app_context():
            db.engine.dispose()
