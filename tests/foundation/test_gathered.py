"""Rows as cells of one row are read as rows of statements of their own would be, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import literal, select

from portal.foundation.database import db, transaction
from portal.foundation.sql.gathered import gathered
from portal.foundation.sql.prepared import Prepared
from portal.journal.actions import record
from portal.journal.models import Event
from portal.journal.rules import Actor, ActorKind

NOW = datetime(2026, 11, 29, 8, 30, 1, 250_000, tzinfo=UTC)
SHOWN = (Event.id, Event.at, Event.verb, Event.actor_id, Event.details)


@pytest.fixture
def written(app):
    """Two entries of the journal, with quotes, a line break and a list in them."""
    with app.app_context():
        with transaction():
            for verb, told in (("test.first", 'She said "so"\n– twice'), ("test.second", ["ä", 2, None])):
                record(verb, "test", 7, by=Actor(ActorKind.SYSTEM), at=NOW, told=told)
        yield select(*SHOWN).where(Event.subject_type == "test").order_by(Event.id.desc())


def test_cells_hold_the_rows_of_their_statements_in_their_order(written):
    alone = Prepared(written).rows()
    both = Prepared(select(gathered(written, "events"), gathered(written.limit(1), "newest"), literal(1).label("one")))
    (row,) = both.rows()
    assert [tuple(each) for each in row.events] == [tuple(each) for each in alone]
    assert [(each.verb, each.at, each.details["told"]) for each in row.newest] == [("test.second", NOW, ["ä", 2, None])]
    assert row.one == 1


def test_a_cell_without_rows_is_empty(written):
    assert Prepared(select(gathered(written.where(Event.id < 0), "events"))).rows() == [((),)]


def test_rows_that_are_the_same_are_read_once_and_others_anew(written):
    statement = Prepared(select(gathered(written, "events", is_same=True)))
    first, second = statement.rows()[0].events, statement.rows()[0].events
    assert first is second
    with transaction():
        db.session.execute(db.delete(Event).where(Event.verb == "test.first"))
    assert [each.verb for each in statement.rows()[0].events] == ["test.second"]
