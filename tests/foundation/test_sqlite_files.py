"""The files of SQLite: which journal they have, what stands in it, and who waits for whom."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import OperationalError

from portal.faq.models import ArticleCount, ArticleFeedback
from portal.foundation.config import CONFIG, ROOT
from portal.foundation.database import (
    db,
    end_reading,
    fold_log,
    hurried,
    insert_or_add,
    open_database,
    transaction,
)
from portal.foundation.sql import sqlite_settings
from portal.foundation.sql.prepared import Prepared
from portal.foundation.sql.sqlite_settings import is_wal_safe
from tests.conftest import make_app, running
from tests.foundation.test_database import KEY, REMARK, clicks, pragma

needs_log = pytest.mark.skipif(not is_wal_safe(sqlite3.sqlite_version_info), reason="this SQLite has the fault")

AFFECTED = [(3, 40, 1), (3, 51, 2), (3, 44, 5), (3, 45, 0), (3, 50, 6)]
SAFE = [(3, 51, 3), (3, 52, 0), (3, 44, 6), (3, 50, 7), (4, 0, 0)]


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
    return Path(str(CONFIG.of(app).data / "portal.sqlite") + name)


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
