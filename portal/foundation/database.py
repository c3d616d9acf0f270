"""The database: one engine, safe settings, and the one way to change it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, MetaData, bindparam, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase

from portal.foundation.config import Config
from portal.foundation.crash import crash_point
from portal.foundation.errors import PortalError
from portal.foundation.files.durable import keep
from portal.foundation.sql.compiled import Compiled, known_error
from portal.foundation.sql.plain_changes import PlainChange, PlainChanges
from portal.foundation.sql.postgres_beginning import begin_by_a_word
from portal.foundation.sql.readers import Readers
from portal.foundation.sql.sqlite_settings import may_keep_log, set_safely, takes_no_writing
from portal.foundation.sql.writers import WriterLine
from portal.foundation.web.here import OnePerApp, globals_here
from portal.foundation.web.turns import out_of_turn

# Milliseconds that SQLite waits for somebody who holds the database.
_PATIENT, _HURRIED = 10_000, 500
# How long a writer stands in line before it asks SQLite all the same.
LINE_SECONDS = 8.0
READERS = OnePerApp[Readers]("readers")
PLAIN_CHANGES = OnePerApp[PlainChanges]("plain_changes")
# Only a file of SQLite needs one.
WRITER_LINE = OnePerApp[WriterLine | None]("writers")
_is_hurried: ContextVar[bool] = ContextVar("is_hurried", default=False)
_is_read_only: ContextVar[bool] = ContextVar("is_read_only", default=False)
# The session whose change is under way here: to find it anew takes longer than to bind values.
_changing: ContextVar[Any] = ContextVar("changing", default=None)


class Model(DeclarativeBase):
    """The base of every table; named constraints, so that migrations can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Model, session_options={"expire_on_commit": False})


@event.listens_for(db.session, "after_begin")
def _keep_connection(session: Any, _transaction: Any, connection: Connection) -> None:
    if isinstance(_changing.get(), PlainChange):
        raise RuntimeError("a plain transaction is not the session's: write with make_row and prepared statements")
    session.info["connection"] = connection
    globals_here().begun = session


@event.listens_for(db.session, "after_transaction_end")
def _drop_connection(session: Any, transaction: Any) -> None:
    # What a flush begins ends with it, inside the transaction that goes on.
    if transaction.parent is None:
        session.info.pop("connection", None)


def connection_of_session() -> Connection:
    """What `db.session.connection()` gives, without its book-keeping: prepared statements ask for it at every turn."""
    session = _changing.get() or db.session()
    found: Connection | None = session.info.get("connection")
    return session.connection() if found is None else found


def connection_to_read() -> Connection:
    """Where a prepared statement is asked: inside a transaction its own, else one that begins nothing.

    Most pages need no session.
    """
    here = globals_here()
    session = _changing.get() or here.get("begun")
    found: Connection | None = session and session.info.get("connection")
    if found is None:
        found = here.get("reader") or _reader()
    return found


def _reader() -> Connection:
    if not has_request_context():
        return db.session.connection()
    found = READERS.here().take()
    globals_here().reader = found
    return found


def _give_back_reader(_error: BaseException | None = None) -> None:
    """One connection for each request is enough."""
    reader: Connection | None = globals_here().pop("reader", None)
    if reader is not None:
        READERS.here().give_back(reader)


@contextmanager
def hurried() -> Iterator[None]:
    """What begins to read in this block waits half a second at most for a database that somebody holds."""
    token = _is_hurried.set(True)
    try:
        yield
    finally:
        _is_hurried.reset(token)


class ReadOnly(PortalError):
    """Something wanted to change the database where everything is only looked at."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This is only a view; nothing can be changed in it.")


@contextmanager
def read_only() -> Iterator[None]:
    """In this block every transaction is refused: somebody only looks."""
    token = _is_read_only.set(True)
    try:
        yield
    finally:
        _is_read_only.reset(token)


def is_read_only() -> bool:
    """Whether somebody only looks."""
    return _is_read_only.get()


@contextmanager
def transaction(*, line_seconds: float = LINE_SECONDS, is_plain: bool = False) -> Iterator[None]:
    """All or nothing: commits at the end of the block, rolls back on any exception. Nothing else commits.

    A plain one has no session: its block writes with `make_row` and prepared statements alone, and begins sooner.
    """
    if _is_read_only.get():
        raise ReadOnly
    # What was only read so far ends here: SQLite cannot turn an old read into a write without failing.
    _end_reads()
    globals_here().pop("read_early", None)
    line = WRITER_LINE.here()
    # Whoever writes keeps all other writers waiting, and so waits for nobody: neither for the disk nor for a turn.
    with out_of_turn(), line.turn(line_seconds) if line else nullcontext():
        crash_point("before_begin")
        with PLAIN_CHANGES.here().begun() if is_plain else _session_change() as change:
            crash_point("after_begin")
            token = _changing.set(change)
            try:
                yield
                crash_point("before_commit")
            finally:
                _changing.reset(token)
    crash_point("after_commit_before_response")


@contextmanager
def _session_change() -> Iterator[Any]:
    session = db.session()
    session.connection(execution_options={"writes": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def end_reading() -> None:
    """Give the connection back before something slow, such as a hash; RuntimeError when a change is under way."""
    if db.session.registry.has():
        session = db.session()
        if session.in_transaction() and (session.new or session.dirty or session.deleted):
            raise RuntimeError("something slow must not happen inside a transaction")
    _end_reads()


def _end_reads() -> None:
    # Most who ask have read nothing, and a session is not made for the sake of ending it.
    if db.session.registry.has() and db.session().in_transaction():
        db.session().commit()
    _give_back_reader()


def make_row(table: Any, values: dict[str, Any]) -> None:
    """Make a row at once, inside the caller's transaction, without the session's book-keeping."""
    connection = connection_of_session()
    _insertion(table, connection.dialect.name, tuple(values)).rows(connection, values)


def make_rows(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Make a few rows with the same columns in one statement, inside the caller's transaction."""
    if rows:
        connection = connection_of_session()
        values = {f"{name}_{at}": value for at, row in enumerate(rows) for name, value in row.items()}
        _insertion(table, connection.dialect.name, tuple(rows[0]), amount=len(rows)).rows(connection, values)


def make_row_with_id(table: Any, values: dict[str, Any]) -> int:
    """Make a row at once, as `make_row` does; the id that it got."""
    connection = connection_of_session()
    made = _insertion(table, connection.dialect.name, tuple(values), "returning id").rows(connection, values)
    return int(made[0].id)


def make_once(table: Any, values: dict[str, Any]) -> bool:
    """Make a row unless one with the same key is there, also when two make it at one moment; whether it was made."""
    connection = connection_of_session()
    return _insertion(table, connection.dialect.name, tuple(values), "once").changed(connection, values) == 1


def make_once_with_id(table: Any, values: dict[str, Any]) -> int | None:
    """Make a row as `make_once` does; the id that it got, None where one was there already."""
    connection = connection_of_session()
    made = _insertion(table, connection.dialect.name, tuple(values), "once returning id").rows(connection, values)
    return int(made[0].id) if made else None


def insert_once(table: Any, values: dict[str, Any]) -> Any:
    """A statement that makes a row unless one with the same key is there, also when two make it at one moment."""
    return _insert(table).values(**values).on_conflict_do_nothing()


def insert_or_add(table: Any, key: dict[str, Any], amounts: dict[str, int]) -> Any:
    """A statement that adds amounts to the row with that key, and makes the row when it is missing."""
    statement = _insert(table).values(**key, **amounts)
    sums = {name: getattr(table, name) + amount for name, amount in amounts.items()}
    return statement.on_conflict_do_update(index_elements=list(key), set_=sums)


def add_to_rows(table: Any, key: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Add the amounts of each of these to the row with its key, and make what is missing: one statement for all."""
    made = _insert(table)
    sums = {name: getattr(table, name) + made.excluded[name] for name in rows[0] if name not in key}
    db.session.execute(made.on_conflict_do_update(index_elements=list(key), set_=sums), list(rows))


# Statements that stay the same are compiled once: an INSERT built anew costs more than the database needs for it.
@lru_cache(maxsize=256)
def _insertion(table: Any, dialect: str, names: tuple[str, ...], kind: str = "", *, amount: int = 0) -> Compiled:
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table.__table__).inline()
    if kind.startswith("once"):
        made = made.on_conflict_do_nothing()
    if kind.endswith("returning id"):
        made = made.returning(table.__table__.c.id)
    # What the model says of columns that nobody names.
    plain = {
        column.key: column.default.arg(None) if column.default.is_callable else column.default.arg
        for column in table.__table__.c
        if column.key not in names and column.default is not None
    }
    if amount:
        typed = {name: table.__table__.c[name].type for name in names}
        rows = [{name: bindparam(f"{name}_{at}", type_=typed[name]) for name in names} for at in range(amount)]
        given = dict.fromkeys(each.key for row in rows for each in row.values())
        return Compiled(made.values([{**plain, **row} for row in rows]), given, db.engine.dialect)
    return Compiled(made, dict.fromkeys(names), db.engine.dialect, (*names, *plain), always=plain)


def _insert(table: Any) -> Any:
    # The table itself: for a mapped class the session would prepare far more than one row needs.
    made = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table.__table__)
    # Without this, PostgreSQL's driver does not say how many rows an INSERT made, and callers want to know.
    return made.execution_options(preserve_rowcount=True)


def set_up_database(app: Flask, config: Config) -> None:
    """Connect the application; SQLite gets DR-04's settings, PostgreSQL DR-08's."""
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(config.database_url)
    db.init_app(app)
    app.teardown_appcontext(_give_back_reader)
    with app.app_context():
        file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
        READERS.put(app, Readers(db.engine, lambda: _patience() / 1000))
        PLAIN_CHANGES.put(app, PlainChanges(db.engine))
        WRITER_LINE.put(app, WriterLine(Path(file + "-writers")) if file else None)
        if db.engine.dialect.name == "sqlite":
            _guard_sqlite(db.engine, uses_wal=may_keep_log(config))
        else:
            begin_by_a_word(db.engine)


def open_database(url: str, *, uses_wal: bool = False) -> Engine:
    """Another database than the portal's own, such as a copy of it, with the same safe settings."""
    engine = create_engine(url, **_engine_options(url))
    if engine.dialect.name == "sqlite":
        _guard_sqlite(engine, uses_wal=uses_wal)
    else:
        begin_by_a_word(engine)
    return engine


def write_test(table: Any, row: dict[str, Any]) -> None:
    """Write a row, waiting half a second at most for whoever writes; SQLAlchemyError or OSError when that fails.

    A row that SQLite keeps stops everybody who reads for as long as the disk takes. So the row is taken back there, and
    a file beside the database is kept instead, which nobody waits for.
    """
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    with hurried(), db.engine.connect().execution_options(writes=True) as connection, connection.begin() as begun:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = '1s'"))
            connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
        changed = {name: value for name, value in row.items() if not table.__table__.c[name].primary_key}
        keys = [column.name for column in table.__table__.primary_key]
        connection.execute(_insert(table).values(**row).on_conflict_do_update(index_elements=keys, set_=changed))
        if file:
            begun.rollback()
    if file:
        keep(Path(f"{file}-write-test"), b"kept")


def fold_log() -> bool:
    """Fold SQLite's write-ahead log into its file and empty it; False while somebody reads what is older.

    What was removed stands in it until then (OR-05). Writers wait meanwhile, so it takes half a second at most.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    end_reading()
    with hurried(), closing(db.engine.raw_connection()) as connection:
        _wait_for_others(connection, connection.info)
        (is_held, *_pages) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_held


def _engine_options(url: str) -> dict[str, Any]:
    # What people typed must not stand in the log of an error (OR-01).
    options: dict[str, Any] = {"hide_parameters": True}
    # The connection that was used last knows pages and statements; one that rested would read them all anew.
    options["pool_use_lifo"] = True
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": 10}}
    # Many ask at once, each for little: to compile a statement or to start processes for it costs more than it takes.
    settings = (
        "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000 "
        "-c synchronous_commit=on -c jit=off -c max_parallel_workers_per_gather=0"
    )
    # To plan a statement of the desk takes longer than to answer it: what is asked for the second time is prepared.
    connect = {"connect_timeout": 5, "options": settings, "prepare_threshold": 1}
    # The driver begins nothing by itself: pages read on connections as they are, and whoever changes something says so.
    return options | {"pool_timeout": 5, "isolation_level": "AUTOCOMMIT", "connect_args": connect}


def _patience() -> int:
    return _HURRIED if _is_hurried.get() else _PATIENT


def _wait_for_others(connection: Any, info: dict[str, Any]) -> None:
    """How long whoever begins something on this connection waits."""
    patience = _patience()
    if info.get("patience") != patience:
        connection.execute(f"PRAGMA busy_timeout={patience}")
        info["patience"] = patience


def _guard_sqlite(engine: Engine, *, uses_wal: bool) -> None:
    dialect: Any = engine.dialect
    is_closed = dialect.is_disconnect
    # Given up as one that broke: the next one finds the file as it is then.
    dialect.is_disconnect = lambda error, *given: takes_no_writing(error) or is_closed(error, *given)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, record: Any) -> None:
        # The driver would begin late and only for writes; we begin ourselves, so that a writer waits, not fails.
        connection.isolation_level = None
        _wait_for_others(connection, record.info)
        set_safely(connection, uses_wal=uses_wal)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        driver = connection.connection.dbapi_connection
        _wait_for_others(driver, connection.info)
        # The driver is asked, without a detour. A plain BEGIN takes no lock and cannot fail.
        statement = "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
        try:
            driver.execute(statement)
        except sqlite3.Error as error:
            raise known_error(statement, error, connection) from error
