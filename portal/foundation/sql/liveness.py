"""Whether a connection to PostgreSQL still lives, before it is lent again (DR-08; docs/decisions/0053).

To ask the server is a way there and back for every page. A server that ends, crashes or is started anew closes its
lines, and a line that was closed is seen on this machine alone. Only a machine or a network that vanishes says nothing:
so a line that has rested is asked all the same.
"""

from select import POLLIN, poll
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError

from portal.foundation import clock

# Who used a line so few seconds ago knows that there is a way to the server.
_RESTED_SECONDS = 1.0
_SINCE = "rests_since"


def lend_the_living(engine: Engine) -> None:
    """From now on the pool of this engine gives nobody a connection that is known to be dead, or that may well be."""
    dialect = engine.dialect

    @event.listens_for(engine, "checkin")
    def rests(_driver: Any, record: Any) -> None:
        record.info[_SINCE] = clock.seconds()

    @event.listens_for(engine, "checkout")
    def look(driver: Any, record: Any, _lent: Any) -> None:
        since = record.info.get(_SINCE)
        # One that was made just now has never rested.
        if since is None or (clock.seconds() - since < _RESTED_SECONDS and _is_quiet(driver)):
            return
        try:
            dialect.do_ping(driver)
        except dialect.loaded_dbapi.Error as error:
            if not dialect.is_disconnect(error, driver, None):
                raise
            # Those that rested beside it are as dead.
            raise InvalidatePoolError from error


def _is_quiet(driver: Any) -> bool:
    """Whether the line is open and nothing came over it that nobody asked for, such as a farewell."""
    if driver.closed:
        return False
    looking = poll()
    looking.register(driver.fileno(), POLLIN)
    return not looking.poll(0)
