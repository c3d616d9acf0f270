"""What is counted beside the work arrives in the database once, whatever happens on the way."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.foundation.database import db
from portal.foundation.process.tally import Tally, write_down
from portal.questions.models import AnswerOffer

DAY = date(2026, 3, 2)
ROWS = select(AnswerOffer.article_number, AnswerOffer.shown, AnswerOffer.opened, AnswerOffer.sent)


def test_counts_are_added_to_the_rows_that_are_there(app):
    tally = Tally(AnswerOffer)
    with app.app_context():
        tally.count((DAY, "de", 7), "shown", "opened")
        tally.count((DAY, "de", 9), "shown")
        write_down(tally)
        tally.count((DAY, "de", 7), "shown")
        tally.count((DAY, "de", 7), "sent")
        write_down(tally)
        write_down(tally)
        assert [tuple(row) for row in db.session.execute(ROWS.order_by(AnswerOffer.article_number))] == [
            (7, 2, 1, 1),
            (9, 1, 0, 0),
        ]


def test_what_could_not_be_added_is_added_the_next_time(app):
    tally = Tally(AnswerOffer)

    def fail() -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    with app.app_context():
        tally.count((DAY, "de", 7), "shown")
        with pytest.raises(OperationalError):
            write_down(tally, along=fail)
        tally.count((DAY, "de", 7), "shown")
        write_down(tally)
        assert [tuple(row) for row in db.session.execute(ROWS)] == [(7, 2, 0, 0)]


def test_no_more_wait_than_there_is_room_for(app):
    tally = Tally(AnswerOffer, most=2)
    with app.app_context():
        for number in range(5):
            tally.count((DAY, "de", number), "shown")
        write_down(tally)
        assert len(db.session.execute(ROWS).all()) == 2
