"""`flask db copy`: every row from SQLite to PostgreSQL, proved by counts and hashes, or nothing."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError

from portal.cli.telling import _tell
from portal.foundation.database import db, open_database
from portal.operation import restoring, rows
from portal.operation.rows import is_unused, sums
from portal.questions.models import Question
from tests.conftest import make_app, running
from tests.questions.asking import asks, number_on
from tests.visitor import Visitor


def moved(app, address: str, typed: str = ""):
    return app.test_cli_runner().invoke(args=["db", "copy", address], input=typed)


def test_everything_moves_and_numbers_go_on(data, demo, postgres, monkeypatch):
    address = postgres.new_database()

    def copy_rows(source: Connection, target: Engine) -> None:
        """What is written now would stay behind."""
        with (
            pytest.raises(sqlite3.OperationalError, match="locked"),
            closing(sqlite3.connect(file, timeout=0)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
        rows.copy_rows(source, target)

    monkeypatch.setattr(restoring, "copy_rows", copy_rows)
    with running(make_app(data, demo / "content")) as app:
        file = str(data / "portal.sqlite")
        first = number_on(asks(Visitor(app), subject="Größe 😀"))
        said = moved(app, "-", f"{address.replace('+psycopg', '')}\n")
        assert said.exit_code == 0 and "equal in number and content" in said.output, said.output
        with app.app_context(), db.engine.connect() as connection:
            before = sums(connection)
        again = moved(app, address)
        assert again.exit_code == 1 and "empty database" in again.output
    with running(make_app(data, demo / "content", database_url=address)) as app:
        with app.app_context(), db.engine.connect() as connection:
            assert sums(connection) == before
        # New rows get new ids, and the next number follows.
        assert number_on(asks(Visitor(app)))[:9] == f"{first[:4]}{int(first[4:9]) + 1:05d}"
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Question)) == 2


def test_a_copy_that_breaks_off_leaves_nothing_and_can_be_made_again(data, demo, postgres):
    address = postgres.new_database()
    with running(make_app(data, demo / "content")) as app:
        asks(Visitor(app))
        with app.app_context(), db.engine.begin() as connection:
            # A row that points to nothing, as no database of ours would take it: the copy fails at its very end.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("UPDATE messages SET question_id = 999")
        assert moved(app, address).exit_code == 1
        target = open_database(address)
        with target.connect() as connection:
            assert is_unused(connection)
        target.dispose()
        with app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE messages SET question_id = (SELECT min(id) FROM questions)")
        assert moved(app, address).exit_code == 0


def test_a_database_that_lacks_letters_is_refused_before_anything_is_made_in_it(app, postgres):
    there = postgres.new_database()
    name = there.split("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(there.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    address = there.replace(f"/{name}", f"/{name}_latin")
    said = moved(app, address)
    assert said.exit_code == 1 and "ENCODING 'UTF8'" in said.output


def test_a_command_ends_with_a_sentence_where_the_database_is_away(capsys):
    _tell(OperationalError, OperationalError("SELECT 1", {}, Exception("postgresql://a:geheim@b is away\nhint")), None)
    said = capsys.readouterr().err
    assert said == "Error: The database does not do what it is asked: postgresql://a:…@b is away\n"


def test_only_an_address_of_a_database_is_taken(app):
    said = moved(app, "mysql://x")
    assert said.exit_code == 1 and "write postgresql://" in said.output


def test_a_database_that_does_not_answer_is_named_with_its_reason_and_without_its_password(app):
    said = moved(app, "postgresql://portal:not-for-logs@127.0.0.1:1/none")
    assert said.exit_code == 1 and "127.0.0.1" in said.output and "not-for-logs" not in said.output
