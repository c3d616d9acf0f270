"""The clocks with which ours is compared: the operator's time server, the database, what was written before."""

from datetime import datetime

from flask import Flask
from sqlalchemy import text

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db, hurried
from portal.foundation.outside.time_server import ask_time
from portal.foundation.process.skew import CLOCK_COMPARISON, ClockComparison, Difference, apart
from portal.leaving.queries.records import newest_entry_at


def set_up_clock(app: Flask) -> None:
    """Let this process compare its clock."""
    server = CONFIG.of(app).time_server

    def of_server() -> Difference | None:
        if not server:
            return None
        before = clock.now()
        theirs = ask_time(server)
        return Difference(f"the time server {server}", apart(before, theirs, clock.now()))

    CLOCK_COMPARISON.put(app, ClockComparison((of_server, of_database, of_record)))


def of_database() -> Difference | None:
    """PostgreSQL has a clock of its own; SQLite has ours."""
    if db.engine.dialect.name != "postgresql":
        return None
    with hurried():
        db.session.connection()
        before = clock.now()
        theirs: datetime = db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return Difference("the database", apart(before, theirs, clock.now()))


def of_record() -> Difference | None:
    """Time never runs backwards: an entry of the record that lies in the future was dated by another clock, or ours."""
    with hurried():
        newest = newest_entry_at()
    now = clock.now()
    return Difference("what was declared before", apart(now, newest, now)) if newest and newest > now else None
