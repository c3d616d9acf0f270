"""Whatever is broken, a declaration is taken: it waits in a file and comes into the database with its first time."""

import json
import sqlite3
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, text

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.foundation.limits import WINDOWS
from portal.leaving.models import RecordEntry
from portal.rounds import ROUNDS
from tests.conftest import make_app, running
from tests.leaving.declaring import CANCEL, TYPED, declarations, only, press, receipt_path
from tests.mailbox import Mailbox
from tests.visitor import Visitor


@contextmanager
def locked(app):
    """Somebody holds the database and does not let go."""
    url = CONFIG.of(app).database_url
    if url.startswith("postgresql"):
        with psycopg.connect(url.replace("+psycopg", "")) as other:
            other.execute("LOCK TABLE declarations, questions, users IN ACCESS EXCLUSIVE MODE")
            yield
        return
    holder = sqlite3.connect(CONFIG.of(app).data / "portal.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@contextmanager
def away(app):
    """The database is not there at all."""
    url = CONFIG.of(app).database_url
    if url.startswith("postgresql"):
        with closed(url):
            yield
        return
    path = CONFIG.of(app).data / "portal.sqlite"
    with app.app_context():
        db.engine.dispose()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        path.with_suffix(".away").rename(path)
        with app.app_context():
            db.engine.dispose()


@contextmanager
def closed(url):
    """PostgreSQL lets nobody in any more, and has sent away who was in."""
    name = url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
    with psycopg.connect(url.replace("+psycopg", "").replace(f"/{name}", "/postgres", 1), autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


BROKEN = {"locked": locked, "away": away}


def files(app):
    return sorted((CONFIG.of(app).data / "spool").glob("*"))


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_without_a_database_the_receipt_is_shown_and_its_address_works_before_and_after(app, guest, broken):
    """Checklist 28: stored durably before the answer, replayed with the original time; the same address later."""
    with broken(app):
        receipt = press(guest)
        assert (receipt.status, receipt.heading) == (200, "Ihre Kündigung ist eingegangen")
        assert "Eingegangen: 16.12.2026, 11:00:00 Uhr (MEZ, UTC+01:00)" in receipt.text
        assert guest.opens(receipt_path(receipt)).heading == "Ihre Kündigung ist eingegangen"
        (waiting,) = files(app)
        assert waiting.suffix == ".json" and waiting.stat().st_mode & 0o777 == 0o600
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        ROUNDS.of(app).once()
        assert files(app) == []
        later = guest.opens(receipt_path(receipt))
        assert len(Mailbox(app).mails("anna@example.org")) == 1
    declared = only(app)
    assert declared.is_spooled and declared.received_at == clock.now() and declared.reference in later.text
    assert declared.sha256 in receipt.text and declared.sha256 in later.text


def test_somebody_signed_in_gets_the_empty_page_when_the_database_is_away(app, anna):
    """Checklist 8: a session never gates the page."""
    with away(app):
        page = anna.opens(CANCEL)
        assert page.status == 200 and page.find("input", id="name").get("value") == ""
        assert press(anna).status == 200
    ROUNDS.of(app).once()
    assert len(declarations(app)) == 1


def test_pressing_twice_while_the_database_is_away_makes_one(app, guest):
    """Checklist 49 also holds for files."""
    with away(app):
        page = guest.opens(CANCEL)
        addresses = {receipt_path(guest.submits(page, CANCEL, **TYPED)) for _ in range(2)}
        guest.sends(CANCEL, TYPED | {"about": "ein anderer"})
    assert len(addresses) == 1
    ROUNDS.of(app).once()
    assert [each.standing.state for each in declarations(app)] == ["received", "received"]


def test_replaying_again_what_was_replayed_changes_nothing(app, guest):
    """A process may die between the commit and the removal of the file."""
    with away(app):
        press(guest)
    (waiting,) = files(app)
    kept = waiting.read_bytes()
    ROUNDS.of(app).once()
    waiting.write_bytes(kept)
    ROUNDS.of(app).once()
    assert files(app) == [] and len(declarations(app)) == 1
    with app.app_context():
        assert len(db.session.scalars(select(RecordEntry)).all()) == 1


def test_the_next_start_takes_over_what_a_dead_one_left(app, guest, demo):
    """Spec 2.5: replay at the next start, and by a command."""
    with away(app):
        press(guest)
    config = CONFIG.of(app)
    next_one = make_app(config.data, demo / "content", database_url=config.database_url)
    with running(next_one), next_one.app_context():
        done = next_one.test_cli_runner().invoke(args=["leaving", "replay"])
        assert done.exit_code == 0 and "1 declaration" in done.output
    assert len(declarations(app)) == 1


def test_a_file_that_cannot_be_read_is_put_aside_and_stops_nothing(app, guest, caplog):
    with away(app):
        press(guest)
    folder = CONFIG.of(app).data / "spool"
    (folder / "20260101T000000000000Z-0.json").write_text("{broken")
    (folder / "20260101T000000000001Z-0.json").write_text(json.dumps({"version": 99}))
    ROUNDS.of(app).once()
    assert len(declarations(app)) == 1
    assert {each.suffix for each in files(app)} == {".unreadable"} and "alarm:" in caplog.text


def test_a_table_that_is_missing_costs_nobody_their_declaration(app, guest):
    """A failed migration is a fault of ours, not of whoever declares."""
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE leaving_deliveries RENAME TO gone"))
        assert press(guest).heading == "Ihre Kündigung ist eingegangen"
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO leaving_deliveries"))
    ROUNDS.of(app).once()
    assert len(declarations(app)) == 1


def test_when_neither_database_nor_disk_take_it_the_form_comes_back_filled_with_our_address(app, guest):
    """Nothing typed is lost, and there is another way."""
    (CONFIG.of(app).data / "spool").write_text("no folder")
    with away(app):
        page = press(guest, reason="Umzug")
    assert page.status == 503 and "Umzug" in page.text and "Mühlgasse 12" in page.text
    assert len(page.all("form")) == 1 and page.find("input", id="name").get("value") == "Anna Berger"


def test_a_mail_server_that_is_away_changes_nothing(app, guest):
    """Checklist 36: the mail waits, the declaration stands."""
    (CONFIG.of(app).data / "mail").write_text("no folder")
    receipt = press(guest)
    Mailbox(app).deliver()
    assert only(app).standing.state == "received"
    assert "Die Bestätigung geht an a…@example.org." in guest.opens(receipt_path(receipt)).text


def test_counting_that_fails_refuses_nobody(app, guest):
    """SR-50: works without the store of limits."""
    WINDOWS.put(app, None)
    assert press(guest).status == 200 and len(declarations(app)) == 1


def test_an_answer_that_did_not_arrive_can_be_asked_for_again(app):
    """The browser lost the connection after the commit: pressing again shows the receipt."""
    visitor = Visitor(app)
    page = visitor.opens(CANCEL)
    visitor.submits(page, CANCEL, **TYPED)
    assert visitor.submits(page, CANCEL, **TYPED).heading == "Ihre Kündigung ist eingegangen"
    assert len(declarations(app)) == 1
