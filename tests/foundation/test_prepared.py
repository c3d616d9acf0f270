"""Statements that go past the object layer give the same values and errors, and never the values of an earlier call."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal.foundation.database import db, make_once, make_row, make_row_with_id, transaction
from portal.foundation.moments import Moment
from portal.foundation.sql.prepared import Prepared
from portal.journal.models import Event
from portal.keys.models import FormStamp, Key

NOON = datetime(2026, 12, 16, 12, 0, tzinfo=UTC)
EVENT = {"at": NOON, "verb": "question.asked", "subject_type": "question", "subject_id": 1, "actor_kind": "guest"}
STAMP = {"form": "question", "stamp": "a" * 16, "content_digest": "0" * 64, "created_at": NOON}


def key(number: int) -> dict[str, object]:
    ends = NOON + timedelta(hours=number)
    return {"digest": f"{number:064}", "purpose": "test", "subject_id": number, "created_at": NOON, "expires_at": ends}


def test_a_row_comes_back_as_it_went_in_and_columns_that_nobody_named_have_what_the_model_says(app):
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    with app.app_context():
        with transaction():
            number = make_row_with_id(Event, EVENT | {"at": berlin, "actor_id": None})
        (row,) = Prepared(select(Event).where(Event.id == bindparam("number"))).rows({"number": number})
        assert (row.at, row.details, row.actor_name) == (NOON, {}, "")
        assert db.session.get_one(Event, number).at == NOON


def test_a_list_fills_an_in_and_moments_are_compared_as_moments(app):
    valid = select(Key.subject_id).where(
        Key.digest.in_(bindparam("digests", expanding=True)), Key.expires_at > bindparam("now", type_=Moment())
    )
    statement = Prepared(valid.order_by(Key.id))
    with app.app_context():
        with transaction():
            for number in (1, 2, 3):
                make_row(Key, key(number))
        now = NOON + timedelta(hours=1)
        digests = [f"{number:064}" for number in (1, 2, 3)]
        assert [row.subject_id for row in statement.rows({"digests": digests, "now": now})] == [2, 3]
        assert [row.subject_id for row in statement.rows({"digests": digests[1:2], "now": now})] == [2]


def test_a_value_that_is_missing_is_never_the_one_of_an_earlier_call(app):
    statement = Prepared(select(Key.id).where(Key.subject_id == bindparam("subject")))
    with app.app_context():
        statement.rows({"subject": 1})
        with pytest.raises((KeyError, ProgrammingError)):
            statement.rows({})


def test_a_row_is_made_once_and_a_second_one_is_the_error_that_sqlalchemy_knows(app):
    with app.app_context():
        with transaction():
            assert make_once(FormStamp, STAMP)
            assert not make_once(FormStamp, STAMP)
        with pytest.raises(IntegrityError), transaction():
            make_row(FormStamp, STAMP)


def test_what_a_change_has_sent_ahead_is_read_and_removed_inside_the_same_change(app):
    """A flush begins and ends something of its own; the change is not over by that."""
    with app.test_request_context():
        with transaction():
            db.session.add(Key(**key(1)))
            db.session.flush()
            asked = Prepared(select(Key.subject_id).where(Key.subject_id == bindparam("number")))
            seen = asked.rows({"number": 1})
            Prepared(delete(Key).where(Key.subject_id == bindparam("number"))).rows({"number": 1})
        assert [each.subject_id for each in seen] == [1]
        assert asked.rows({"number": 1}) == []
