"""Whoever only reads has a connection of its own, however many there are."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.faq.models import ArticleCount
from portal.foundation.database import db
from portal.foundation.prepared import Prepared

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


def test_after_all_connections_were_closed_pages_read_again(app):
    for _ in range(2):
        with app.test_request_context():
            assert CLICKED.rows() == []
        with app.app_context():
            db.engine.dispose()
