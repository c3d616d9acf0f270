"""The database: safe settings on both systems, all or nothing, and writers that wait for each other."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask_migrate import upgrade
from psycopg.pq import TransactionStatus
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import OperationalError, StatementError

from portal.faq.models import ArticleCount, ArticleFeedback
from portal.foundation import clock, database, sqlite_settings
from portal.foundation.config import ROOT
from portal.foundation.database import (
    db,
    end_reading,
    fold_log,
    hurried,
    insert_once,
    insert_or_add,
    open_database,
    transaction,
)
from portal.foundation.moments import Moment
from portal.foundation.prepared import Prepared
from portal.foundation.sqlite_settings import is_wal_safe
from tests.conftest import make_app, running
from tests.visitor import Visitor

needs_log = pytest.mark.skipif(not is_wal_safe(sqlite3.sqlite_version_info), reason="this SQLite has the fault")
KEY = {"day": datetime(2026, 12, 16, tzinfo=UTC).date(), "language": "de", "article_number": 121}
REMARK = {"article_number": 121, "language": "de", "voter": "v", "is_helpful": False}
REMARK |= dict.fromkeys(("created_at", "changed_at"), datetime(2026, 12, 16, tzinfo=UTC))

AFFECTED = [(3, 40, 1), (3, 51, 2), (3, 44, 5), (3, 45, 0), (3, 50, 6)]
SAFE = [(3, 51, 3), (3, 52, 0), (3, 44, 6), (3, 50, 7), (4, 0, 0)]


def pragma(name: str) -> object:
    return db.session.scalar(text(f"PRAGMA {name}"))


def clicks() -> int | None:
    return db.session.scalar(select(ArticleCount.clicks))


@pytest.mark.parametrize(("version", "is_safe"), [(each, False) for each in AFFECTED] + [(each, True) for each in SAFE])
def test_a_write_ahead_log_is_used_only_where_it_cannot_lose_pages(version, is_safe):
    assert is_wal_safe(version) is is_safe


@pytest.mark.sqlite_only
def test_sqlite_is_opened_with_settings_that_lose_nothing(app):
    is_safe = is_wal_safe(sqlite3.sqlite_version_info)
    with app.app_context():
        assert pragma("journal_mode") == ("wal" if is_safe else "delete")
        assert pragma("synchronous") == (2 if is_safe else 3)
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 10_000
        assert pragma("mmap_size") in (0, None)


@pytest.fixture
def app_without_log(data, demo, monkeypatch):
    """As on a machine whose SQLite has the fault."""
    monkeypatch.setattr(sqlite_settings, "is_wal_safe", lambda _version: False)
    with running(make_app(data, demo / "content")) as app:
        yield app


def beside(app, name: str) -> Path:
    return Path(str(app.extensions["config"].data / "portal.sqlite") + name)


def test_with_a_faulty_sqlite_the_journal_is_the_slower_one(app_without_log):
    with app_without_log.app_context():
        assert pragma("journal_mode") == "delete" and pragma("synchronous") == 3


def test_a_file_changes_its_journal_when_the_machine_gets_a_sound_sqlite_and_back(app_without_log, data, demo):
    """An installation is renewed, and a package is taken away again; rows stay, and no log is left behind."""
    with app_without_log.app_context(), transaction():
        db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
    with app_without_log.app_context():
        db.engine.dispose()
    with running(make_app(data, demo / "content", allow_old_sqlite_wal=True)) as app, app.app_context():
        with transaction():
            db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
        assert pragma("journal_mode") == "wal" and clicks() == 2
        end_reading()
        db.engine.dispose()
    with running(make_app(data, demo / "content")) as app, app.app_context():
        assert pragma("journal_mode") == "delete" and pragma("synchronous") == 3 and clicks() == 2
        assert not beside(app, "-wal").exists()


def test_where_the_file_is_in_use_the_journal_that_it_has_is_kept_unless_that_has_the_fault(tmp_path):
    file = tmp_path / "one.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as other, hurried():
        other.execute("CREATE TABLE rows (id)")
        other.execute("BEGIN EXCLUSIVE")
        late = open_database(f"sqlite:///{file}", uses_wal=True)
        with pytest.raises(OperationalError), late.connect() as connection:
            connection.execute(text("SELECT * FROM rows"))
        other.execute("ROLLBACK")
        other.execute("BEGIN")
        other.execute("SELECT * FROM rows").fetchall()
        with late.connect() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "delete"
            assert connection.scalar(text("PRAGMA synchronous")) == 3
        other.execute("COMMIT")
        late.dispose()
        with late.connect() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            connection.execute(text("SELECT * FROM rows"))
        # One with the fault must not write into the log that others have.
        with pytest.raises(OperationalError), open_database(f"sqlite:///{file}").connect():
            pass
        late.dispose()


@needs_log
@pytest.mark.sqlite_only
def test_a_web_server_that_starts_beside_others_hears_the_database_and_leaves_it_its_log(app, data, demo):
    program = "import portal.serving; portal.serving.on_starting(None)"
    folders = {"PORTAL_DATA": str(data), "PORTAL_CONTENT": str(demo / "content"), "DATABASE_URL": ""}
    with app.app_context():
        assert pragma("journal_mode") == "wal"
        command, environment = [sys.executable, "-c", program], {**os.environ, **folders}
        begun = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert begun.stderr == ""
        assert pragma("journal_mode") == "wal"


@needs_log
@pytest.mark.sqlite_only
def test_a_log_may_be_read_by_nobody_who_may_not_read_the_file(app):
    with app.app_context():
        beside(app, "").chmod(0o600)
        db.engine.dispose()
        with transaction():
            db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
        assert {beside(app, name).stat().st_mode & 0o777 for name in ("-wal", "-shm")} == {0o600}


@needs_log
@pytest.mark.sqlite_only
def test_what_was_removed_is_in_no_file_once_the_log_is_folded_in(app):
    """OR-05; while a process has the file open, the log stays where it is."""
    word, files = b"sehr geheimer satz", lambda: [beside(app, name).read_bytes() for name in ("", "-wal")]
    given = {**REMARK, "remark": word.decode()}
    with app.app_context():
        with transaction():
            db.session.execute(insert(ArticleFeedback).values(**given))
        with transaction():
            db.session.execute(delete(ArticleFeedback))
        assert any(word in each for each in files())
        with closing(sqlite3.connect(beside(app, ""), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM article_feedback").fetchall()
            with transaction():
                db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
            assert not fold_log()
        assert fold_log()
        assert not any(word in each for each in files()) and beside(app, "-wal").stat().st_size == 0


@needs_log
@pytest.mark.sqlite_only
def test_a_log_that_grew_while_somebody_read_gets_small_again(app, monkeypatch):
    monkeypatch.setattr(sqlite_settings, "_LOG_LIMIT", 64 * 1024)

    def write(length: int) -> None:
        with transaction():
            db.session.execute(
                insert(ArticleFeedback).values(**(REMARK | {"voter": str(length), "remark": "x" * length}))
            )

    with app.app_context():
        db.engine.dispose()
        with closing(sqlite3.connect(beside(app, ""), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM article_feedback").fetchall()
            write(1_000_000)
            assert beside(app, "-wal").stat().st_size > 1_000_000
        db.session.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))
        db.session.rollback()
        write(100)
        assert beside(app, "-wal").stat().st_size <= 64 * 1024


@needs_log
def test_whoever_reads_waits_for_nobody_who_writes(app):
    clicked = Prepared(select(ArticleCount.clicks))
    with app.test_request_context(), closing(sqlite3.connect(beside(app, ""), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with hurried():
            assert clicked.rows() == []
        other.execute("ROLLBACK")


def test_the_operator_may_have_the_write_ahead_log_all_the_same(data, demo):
    with running(make_app(data, demo / "content", allow_old_sqlite_wal=True)) as app, app.app_context():
        assert pragma("journal_mode") == "wal" and pragma("synchronous") == 2


@pytest.mark.sqlite_only
def test_a_write_begins_at_once_so_that_it_waits_and_a_read_does_not(app):
    begun: list[str] = []
    with app.app_context():
        # The driver is asked, since a plain BEGIN goes there without a detour.
        db.session.connection().connection.dbapi_connection.set_trace_callback(begun.append)
        db.session.rollback()
        begun.clear()
        clicks()
        with transaction():
            db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
    assert [each for each in begun if each.startswith("BEGIN")] == ["BEGIN", "BEGIN IMMEDIATE"]


def test_one_change_follows_the_other_on_the_connection_that_still_knows_what_was_read(app):
    """Another one, open since several people wrote at once, would have to read all its pages anew."""
    with app.app_context():
        for connection in [db.engine.connect() for _ in range(3)]:
            connection.close()
        used = []
        for _ in range(2):
            with transaction():
                used.append(db.session.connection().connection.dbapi_connection)
    assert used[0] is used[1]


@pytest.mark.sqlite_only
def test_whoever_writes_does_not_wait_for_a_page_that_has_read_and_is_still_being_made(app):
    clicked = Prepared(select(ArticleCount.clicks))
    with app.test_request_context(), closing(sqlite3.connect(str(db.engine.url.database), timeout=0)) as other:
        assert clicked.rows() == []
        other.execute(
            "INSERT INTO article_counts (day, language, article_number, clicks) VALUES ('2026-12-16', 'de', 121, 3)"
        )
        other.commit()
        assert [row.clicks for row in clicked.rows()] == [3]


def test_a_page_reads_as_soon_as_a_writer_is_done_and_gives_up_where_it_is_in_a_hurry(app_without_log):
    clicked = Prepared(select(ArticleCount.clicks))
    with app_without_log.test_request_context():
        assert pragma("journal_mode") == "delete"
        end_reading()
        file = str(db.engine.url.database)
        with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(OperationalError, match="locked"), hurried():
                clicked.rows()
            done = threading.Timer(0.05, other.execute, ["COMMIT"])
            done.start()
            assert clicked.rows() == []
            done.join()


def test_all_or_nothing(app):
    with app.app_context():
        with pytest.raises(KeyError), transaction():  # noqa: PT012
            db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
            raise KeyError
        assert clicks() is None


def test_adding_to_a_row_makes_it_or_adds_to_it(app):
    with app.app_context():
        for _ in range(3):
            with transaction():
                db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 2}))
        assert clicks() == 6


def test_making_a_row_once_keeps_the_first(app):
    with app.app_context():
        for number in (1, 2):
            with transaction():
                db.session.execute(insert_once(ArticleCount, KEY | {"clicks": number}))
        assert clicks() == 1


def test_two_writers_at_one_moment_both_succeed_after_reading(app):
    start, failed = threading.Barrier(8), []

    def write() -> None:
        with app.app_context():
            clicks()
            start.wait()
            try:
                for _ in range(5):
                    with transaction():
                        db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert failed == [] and clicks() == 40


def test_a_moment_comes_back_as_the_same_moment_in_utc(app):
    berlin = datetime(2026, 12, 16, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    with app.app_context():
        with transaction():
            vote = ArticleFeedback(article_number=1, language="de", voter="v", is_helpful=True, remark="")
            vote.created_at = vote.changed_at = berlin
            db.session.add(vote)
        db.session.expire_all()
        found = db.session.scalar(select(ArticleFeedback.created_at))
    assert (found == berlin and found.tzinfo is UTC) or found.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(app):
    with app.app_context(), pytest.raises(StatementError, match="needs a time zone"):
        db.session.scalar(select(ArticleFeedback).where(ArticleFeedback.created_at == datetime(2026, 1, 1)))
    assert Moment().process_bind_param(None, None) is None


def test_what_people_typed_does_not_stand_in_database_errors(app):
    with app.app_context(), pytest.raises(Exception, match="nowhere") as raised:
        db.session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "geheimeworte"})
    assert "geheimeworte" not in str(raised.value)


def test_pages_do_not_wait_for_a_database_that_somebody_holds(data, demo):
    with running(make_app(data, demo / "content")) as app:
        visitor, other = Visitor(app), sqlite3.connect(data / "portal.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        assert [visitor.opens(url).status for url in ("/de/", "/readyz")] == [200, 503]
        assert time.monotonic() - begun < 4
        other.execute("ROLLBACK")
        assert visitor.opens("/readyz").status == 200


def test_a_locked_database_is_told_kindly_and_nothing_typed_is_lost(data, demo, monkeypatch):
    monkeypatch.setattr(database, "_PATIENT", 50)
    with running(make_app(data, demo / "content")) as app:
        visitor, other = Visitor(app), sqlite3.connect(data / "portal.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        page = visitor.sends("/de/feedback/121", {"verdict": "no", "remark": "Die Frist fehlt", "is_complete": "yes"})
        assert page.status == 503 and "Die Frist fehlt" in page.find("textarea").text
        assert page.response.headers["Retry-After"] and visitor.cookies == []
        assert visitor.opens("/de/faq/rechnung/rechnung-finden").status == 200
        assert visitor.opens("/de/").status == 200
        other.execute("ROLLBACK")
        assert visitor.sends("/de/feedback/121", {"verdict": "yes", "is_complete": "yes"}).status == 303


def test_postgresql_that_is_gone_is_told_kindly_and_pages_are_still_read(data, demo):
    gone = "postgresql+psycopg://portal@127.0.0.1:1/portal"
    with running(make_app(data, demo / "content", database_url=gone)) as app:
        visitor = Visitor(app)
        assert visitor.opens("/de/").status == 200
        assert visitor.opens("/de/search?q=router").status == 200
        assert visitor.sends("/de/feedback/121", {"verdict": "yes", "is_complete": "yes"}).status == 503
        assert visitor.opens("/readyz").status == 503
        assert visitor.opens("/healthz").status == 200


def test_a_database_on_postgresql_has_time_limits(data, demo, postgres):
    with running(make_app(data, demo / "content", database_url=postgres.new_database())) as app, app.app_context():
        assert db.session.scalar(text("SHOW statement_timeout")) == "5s"
        assert db.session.scalar(text("SHOW lock_timeout")) == "3s"
        assert db.session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "30s"
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
        # A search among a million questions cost eight times as much with processes that were started for it.
        assert db.session.scalar(text("SHOW max_parallel_workers_per_gather")) == "0"
        assert db.session.scalar(text("SHOW jit")) == "off"
        pool = db.engine.pool
        assert (pool._pre_ping, pool._timeout) == (True, 5)
        assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]["connect_timeout"] == 5


def test_on_postgresql_only_a_change_begins_something(data, demo, postgres):
    """Whoever reads holds nothing there; what SQLAlchemy itself is asked to do is all or nothing as before."""
    with running(make_app(data, demo / "content", database_url=postgres.new_database())) as app, app.app_context():
        for _ in range(2):
            with db.engine.connect() as connection:
                driver = connection.connection.dbapi_connection
                driver.execute("SELECT 1")
                assert driver.info.transaction_status == TransactionStatus.IDLE
                connection.execute(text("CREATE TABLE half_made (id INTEGER)"))
                assert driver.info.transaction_status == TransactionStatus.INTRANS
                connection.rollback()
                assert connection.scalar(text("SELECT to_regclass('half_made')")) is None
            # Afterwards, and after a connection that was asked for without transactions, nothing has changed.
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("SELECT 1"))
                assert connection.connection.dbapi_connection.info.transaction_status == TransactionStatus.IDLE


def test_setting_up_twice_is_harmless(app, held_clock):
    with app.app_context():
        with transaction():
            db.session.execute(insert_or_add(ArticleCount, KEY | {"day": clock.now().date()}, {"clicks": 1}))
        upgrade()
        assert clicks() == 1
