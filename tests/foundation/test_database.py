"""The database: safe settings on both systems, all or nothing, and writers that wait for each other."""

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from flask_migrate import upgrade
from psycopg.pq import TransactionStatus
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, StatementError

from portal.faq.models import ArticleCount, ArticleFeedback
from portal.foundation import clock, database
from portal.foundation.database import (
    db,
    insert_once,
    insert_or_add,
    transaction,
)
from portal.foundation.moments import Moment
from portal.foundation.sql import liveness
from portal.foundation.sql.prepared import Prepared
from tests.conftest import make_app, running
from tests.visitor import Visitor

KEY = {"day": datetime(2026, 12, 16, tzinfo=UTC).date(), "language": "de", "article_number": 121}
REMARK = {"article_number": 121, "language": "de", "voter": "v", "is_helpful": False}
REMARK |= dict.fromkeys(("created_at", "changed_at"), datetime(2026, 12, 16, tzinfo=UTC))


def pragma(name: str) -> object:
    return db.session.scalar(text(f"PRAGMA {name}"))


def clicks() -> int | None:
    return db.session.scalar(select(ArticleCount.clicks))


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


@pytest.mark.sqlite_only
def test_a_connection_from_when_the_disk_took_no_writing_is_given_up(app):
    """SQLite opens a file that takes no writing for reading alone, and never looks again."""
    with app.app_context():
        with db.engine.connect() as connection:
            # What such a connection answers to whoever writes.
            connection.exec_driver_sql("PRAGMA query_only=1")
        with pytest.raises(OperationalError, match="readonly"), transaction():
            pass
        with transaction():
            db.session.execute(insert_or_add(ArticleCount, KEY, {"clicks": 1}))
        assert clicks() == 1


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
        assert db.engine.pool._timeout == 5
        assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]["connect_timeout"] == 5


def test_on_postgresql_a_connection_that_has_ended_is_lent_to_nobody(data, demo, postgres, monkeypatch):
    """One that was used a moment ago is not asked: it is seen on this machine that the server has closed it."""
    with running(make_app(data, demo / "content", database_url=postgres.new_database())) as app, app.app_context():
        asked, ping = [], db.engine.dialect.do_ping
        monkeypatch.setattr(db.engine.dialect, "do_ping", lambda driver: asked.append(driver) or ping(driver))

        def lent() -> int:
            with db.engine.connect() as connection:
                return connection.connection.dbapi_connection.info.backend_pid

        first = lent()
        assert lent() == first and asked == []
        with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        second = lent()
        assert second != first and len(asked) == 1
        monkeypatch.setattr(liveness, "_RESTED_SECONDS", 0.0)
        assert lent() == second and len(asked) == 2


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
