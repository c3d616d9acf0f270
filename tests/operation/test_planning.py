"""What the database knows about its tables."""

import pytest
from sqlalchemy import text

from portal.duties import CHORES
from portal.foundation import clock
from portal.foundation.database import db
from tests.questions.people import ask


@pytest.mark.sqlite_only
def test_once_a_day_sqlite_counts_anew_what_it_plans_by(app):
    ask(app)
    duty = next(chore for chore in CHORES if chore.name == "operation.measuring")
    with app.app_context():
        duty.run(clock.now())
        known = set(db.session.scalars(text("SELECT tbl FROM sqlite_stat1")))
    assert {"questions", "messages", "notifications"} <= known
