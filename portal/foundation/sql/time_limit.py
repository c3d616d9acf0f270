"""A look into the database that takes too long is broken off (SR-22): whoever asks is told, others get their turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from portal.foundation import clock
from portal.foundation.database import connection_to_read
from portal.foundation.errors import PortalError

# SQLite has no limit of its own; after so many of its steps it asks whether to go on. A usual search takes fewer.
_STEPS = 50_000
_IS_LIMITED = "is_limited"
# How a driver says that a statement was broken off: SQLITE_INTERRUPT, query_canceled.
_INTERRUPTED, _CANCELED = 9, "57014"


class TookTooLong(PortalError):
    """What was looked for was not found in time."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            _("This search took too long and was stopped. One more word, or a rarer one, makes it quicker.")
        )


@contextmanager
def read_within(seconds: float) -> Iterator[None]:
    """What this request reads in the block may take so long: on PostgreSQL each statement, on SQLite all together.

    TookTooLong when one was broken off. Of blocks in one another the outer one counts: it says so once for all of them.
    """
    connection = connection_to_read()
    known = connection.info
    if _IS_LIMITED in known:
        yield
        return
    limited = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    known[_IS_LIMITED] = True
    try:
        with limited(connection.connection.dbapi_connection, seconds):
            yield
    except DBAPIError as error:
        if not _is_broken_off(error.orig):
            raise
        raise TookTooLong from error
    finally:
        known.pop(_IS_LIMITED, None)


@contextmanager
def _on_sqlite(driver: Any, seconds: float) -> Iterator[None]:
    end = clock.seconds() + seconds
    driver.set_progress_handler(lambda: clock.seconds() > end, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _on_postgresql(driver: Any, seconds: float) -> Iterator[None]:
    driver.execute(f"SET statement_timeout = {seconds * 1000:.0f}")
    try:
        yield
    finally:
        # One that broke meanwhile is thrown away with its limit.
        if not driver.closed:
            driver.execute("RESET statement_timeout")


def _is_broken_off(error: Any) -> bool:
    return getattr(error, "sqlite_errorcode", 0) == _INTERRUPTED or getattr(error, "sqlstate", "") == _CANCELED
