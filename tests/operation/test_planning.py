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


@pytest.mark.sqlite_only
def test_sqlite_keeps_no_samples_by_which_it_would_plan_anew_for_each_value(app):
    ask(app)
    duty = next(chore for chore in CHORES if chore.name == "operation.measuring")
    with app.app_context():
        # As an operator may have done by hand.
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(text("ANALYZE"))
        kept = text("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat4'")
        if db.session.scalar(kept) is None:
            pytest.skip("this SQLite keeps no samples at all")
        duty.run(clock.now())
        assert db.session.scalar(text("SELECT count(*) FROM sqlite_stat4")) == 0
