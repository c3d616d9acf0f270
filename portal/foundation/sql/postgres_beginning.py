"""How a transaction begins on PostgreSQL, whose driver begins none by itself (docs/decisions/0053)."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal.foundation.sql.compiled import known_error
from portal.foundation.sql.liveness import lend_the_living
from portal.foundation.sql.postgres_line import line_of, notice_rollbacks


def begin_by_a_word(engine: Engine) -> None:
    """A transaction is begun by a word of ours, unless its connection was asked for without any."""
    lend_the_living(engine)
    notice_rollbacks(engine)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        driver = connection.connection.dbapi_connection
        if not driver.autocommit or "isolation_level" in connection.get_execution_options():
            return
        try:
            line_of(connection).begin()
        except connection.dialect.loaded_dbapi.Error as error:
            raise known_error("BEGIN", error, connection) from error
