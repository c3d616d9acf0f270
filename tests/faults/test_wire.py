"""The line to PostgreSQL breaks at the worst moment, and everybody is told right all the same (DR-08)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.desk.actions.answering import add_note
from portal.desk.models import Note
from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.sql.lookout import lookout, silence
from portal.foundation.sql.postgres_line import Line
from portal.foundation.sql.waiting import Impatient
from portal.journal.rules import Actor, ActorKind
from portal.questions.models import Question
from tests.cast import CLARA, account
from tests.conftest import NOON, _on_postgres, make_app, running
from tests.faults.asking import Asking
from tests.faults.ledger import Ledger
from tests.faults.proxy import Wire, wire_to_database
from tests.faults.test_crash_points import faults
from tests.journeys.conftest import eventually
from tests.mailbox import Mailbox
from tests.questions.asking import rows


@pytest.fixture
def wired(request: pytest.FixtureRequest, data, demo) -> Iterator[tuple[Flask, Wire]]:
    """A portal whose database is at the other end of a wire."""
    with (
        _on_postgres(request) as address,
        wire_to_database(address) as (wire, over),
        running(make_app(data, demo / "content", database_url=over)) as app,
    ):
        yield app, wire


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "not kept"])
def test_a_line_that_breaks_while_a_question_is_committed(wired, is_kept, seen):
    """Whether or not the database has kept it: the number that is shown is that of the one question there is."""
    (app, wire), ledger = wired, Ledger()
    asking = Asking(app)
    asking.attaches()
    wire.cut_at(b"COMMIT", after=b"INSERT INTO questions", passes_on=is_kept)
    assert asking.sends(ledger).status == 303 and wire.cuts == 1
    assert len(rows(app, Question)) == 1 and faults(app, ledger) == []
    seen(
        f"line cut at COMMIT, {'after' if is_kept else 'before'} it arrived",
        "looked up by its key: one question, its number",
        recovered=0,
    )


def test_a_line_that_breaks_while_a_note_is_committed(wired):
    app, wire = wired
    asking = Asking(app)
    asking.attaches()
    asking.sends(Ledger())
    clara = Actor(ActorKind.STAFF, id=account(app, CLARA), name="Clara Vogt")
    wire.cut_at(b"COMMIT", after=b"INSERT INTO notes", passes_on=True)
    with app.app_context():
        question = db.session.execute(text("SELECT id FROM questions")).scalar_one()
        assert add_note(question, "Der Techniker ruft an.", stamp="s" * 32, by=clara, now=NOON) > 0
    assert wire.cuts == 1 and len(rows(app, Note)) == 1


def test_a_database_that_somebody_else_uses_up_is_told_and_the_text_stays(wired, seen):
    """No connection can be had: three tries, then the filled form comes back."""
    (app, wire), ledger = wired, Ledger()
    asking = Asking(app)
    asking.attaches()
    wire.is_refusing = True
    wire.cut()
    page = asking.sends(ledger)
    assert page.status == 503 and asking.mark in page.text
    wire.is_refusing = False
    assert asking.sends(ledger).status == 303
    assert faults(app, ledger) == []
    seen("PostgreSQL takes no connection", "503 with the filled form; sent again it is one question", recovered=0)


def test_a_mail_that_was_claimed_when_the_line_broke_goes_out_at_once(wired):
    """And not only after the five minutes for which it was claimed."""
    app, wire = wired
    asking, box = Asking(app), Mailbox(app)
    asking.attaches()
    asking.sends(Ledger())
    wire.cut_at(b"COMMIT", after=b"UPDATE notifications SET", passes_on=True)
    with pytest.raises(OperationalError):
        box.deliver()
    assert wire.cuts == 1 and len(box.mails()) == 1


@pytest.fixture
def line(postgres) -> Iterator[tuple[Wire, Impatient, psycopg.Connection]]:
    """A wire, a line of a web process over it, and one beside it."""
    address = postgres.new_database()
    with (
        wire_to_database(address) as (wire, over),
        psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as beside,
        Impatient.connect(over.replace("+psycopg", ""), autocommit=True) as connection,
    ):
        yield wire, connection, beside


def by_the_driver(connection: Impatient, statement: str) -> object:
    return connection.execute(statement)


def by_its_library(connection: Impatient, statement: str) -> object:
    return Line(connection, psycopg).ask(statement.encode(), ())


@pytest.mark.parametrize("ask", [by_the_driver, by_its_library])
def test_whoever_waits_for_a_slow_database_waits_on_and_for_one_that_stands_still_is_let_go(line, ask):
    """Threads are few: nobody holds one for seven seconds while nobody is there."""
    (wire, connection, beside), whole = line, "SELECT pg_advisory_lock(7)"
    with ThreadPoolExecutor(1) as somebody:
        beside.execute(whole)
        asked = somebody.submit(ask, connection, whole)
        assert eventually(lambda: lookout.since)
        lookout.look(clock.seconds() + 2)
        assert not silence.holds() and not asked.done()
        beside.execute("SELECT pg_advisory_unlock(7)")
        assert asked.result(20)
        wire.freeze()
        asked = somebody.submit(ask, connection, "SELECT 1")
        assert eventually(lambda: lookout.since)
        lookout.look(clock.seconds() + 2)
        with pytest.raises(psycopg.OperationalError):
            asked.result(5)
    assert silence.holds()
    wire.thaw()
    lookout.look(clock.seconds())
    assert not silence.holds()


@pytest.mark.parametrize("ask", [by_the_driver, by_its_library])
def test_nobody_waits_longer_than_a_statement_may_take_though_the_server_is_there(line, ask):
    (_wire, connection, beside), whole = line, "SELECT pg_advisory_lock(7)"
    beside.execute(whole)
    with ThreadPoolExecutor(1) as somebody:
        asked = somebody.submit(ask, connection, whole)
        try:
            assert eventually(lambda: lookout.look(clock.seconds() + 7) or asked.done())
        finally:
            beside.execute("SELECT pg_advisory_unlock(7)")
        with pytest.raises(psycopg.OperationalError):
            asked.result()
    assert not silence.holds()
