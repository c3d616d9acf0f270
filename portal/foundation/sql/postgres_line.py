"""Statements that a connection to PostgreSQL has prepared, asked by the driver's library alone (docs/decisions/0025).

A cursor of the driver takes longer for a small statement than the server does: it looks anew for what it needs to read
and write, asks in steps that others may wait between, and counts what it might prepare. Here each statement is prepared
when it is first asked for, and afterwards one call goes to the server and comes back.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import ConnectionPoolEntry

from portal.foundation import clock

# A server keeps a plan for each: who asks for other ones all the time does not fill it up.
_MOST = 100
_LINE = "line"
_STILL_THERE = b"SELECT name FROM pg_prepared_statements"
# Since when somebody waits for the answer of a server, by what the driver's library calls the connection: the lookout
# looks after them (`lookout.py`, which a process on SQLite does not load).
waiting: dict[Any, float] = {}


class Line:
    """What one connection has prepared; values and cells are those of its driver."""

    def __init__(self, driver: Any, psycopg: Any) -> None:
        """The driver's module is given: a process on SQLite does not load it."""
        self._server, self._psycopg = driver.pgconn, psycopg
        self._values = psycopg.adapt.Transformer(driver)
        self._as_it_likes = psycopg.adapt.PyFormat.AUTO
        self._is_fine = (psycopg.pq.ExecStatus.TUPLES_OK, psycopg.pq.ExecStatus.COMMAND_OK)
        self._names: dict[tuple[bytes, Any], bytes] = {}
        self._numbers = count()
        self.may_have_lost = False

    @property
    def is_within_a_change(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return bool(self._server.transaction_status != self._psycopg.pq.TransactionStatus.IDLE)

    def begin(self) -> None:
        """Begin a transaction; a psycopg.Error when that is not possible."""
        self._answer(self._server.exec_, b"BEGIN")

    def ask(self, statement: bytes, given: Sequence[Any]) -> Any:
        """The answer to a statement with values for `$1`, `$2`…; a psycopg.Error when there is none."""
        if self.may_have_lost:
            self._look()
        try:
            return self._asked(statement, given)
        except self._psycopg.errors.InvalidSqlStatementName:
            # Somebody else has told the server to forget: within a transaction nothing can be done any more.
            if self.is_within_a_change:
                raise
            self._look()
            return self._asked(statement, given)

    def rows(self, answer: Any) -> list[tuple[Any, ...]]:
        """All rows of the answer that came last."""
        self._values.set_pgresult(answer)
        found: list[tuple[Any, ...]] = self._values.load_rows(0, answer.ntuples, tuple)
        return found

    def _asked(self, statement: bytes, given: Sequence[Any]) -> Any:
        values = self._values
        sent = values.dump_sequence(given, [self._as_it_likes] * len(given))
        # The same statement with values of other types is another one.
        key = (statement, values.types)
        name = self._names.pop(key, None) or self._prepared(key)
        self._names[key] = name
        return self._answer(self._server.exec_prepared, name, sent, values.formats)

    def _prepared(self, key: tuple[bytes, Any]) -> bytes:
        if len(self._names) >= _MOST:
            longest_unused = next(iter(self._names))
            self._answer(self._server.exec_, b"DEALLOCATE " + self._names.pop(longest_unused))
        name = b"portal_%d" % next(self._numbers)
        self._answer(self._server.prepare, name, key[0], key[1])
        return name

    def _look(self) -> None:
        """The driver lets the server forget everything after a rollback, if it has prepared something itself."""
        answer = self._answer(self._server.exec_, _STILL_THERE)
        there = {bytes(answer.get_value(at, 0)) for at in range(answer.ntuples)}
        self._names = {key: name for key, name in self._names.items() if name in there}
        self.may_have_lost = False

    def _answer(self, ask: Callable[..., Any], *given: Any) -> Any:
        """What the server says; whoever waits for that is looked after, because the library itself waits for ever."""
        waiting[self._server] = clock.seconds()
        try:
            answer = ask(*given)
        finally:
            waiting.pop(self._server, None)
        if answer.status not in self._is_fine:
            if self._server.status == self._psycopg.pq.ConnStatus.BAD:
                # The server has not said why: it is not there, or the lookout has hung up.
                raise self._psycopg.OperationalError("the connection is lost")
            raise self._psycopg.errors.error_from_result(answer)
        return answer


def line_of(connection: Connection) -> Line:
    """The line of this connection, as long as it lives."""
    info = connection.info
    found: Line | None = info.get(_LINE)
    if found is None:
        found = info[_LINE] = Line(connection.connection.dbapi_connection, connection.dialect.loaded_dbapi)
    return found


def columns_of(answer: Any) -> list[tuple[str, int]]:
    """Name and type of each column of an answer."""
    return [(answer.fname(at).decode(), answer.ftype(at)) for at in range(answer.nfields)]


def notice_rollbacks(engine: Engine) -> None:
    """After each of them a line of this engine asks what is still prepared."""

    def note(connection: Connection, *_savepoint: object) -> None:
        line: Line | None = None if connection.invalidated else connection.info.get(_LINE)
        if line is not None:
            line.may_have_lost = True

    def note_return(_driver: object, record: ConnectionPoolEntry, _state: object) -> None:
        # Who breaks off in the midst of a change leaves it to the pool to take it back.
        line: Line | None = record.info.get(_LINE)
        if line is not None and line.is_within_a_change:
            line.may_have_lost = True

    event.listen(engine, "rollback", note)
    event.listen(engine, "rollback_savepoint", note)
    event.listen(engine, "reset", note_return)
