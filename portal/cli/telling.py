"""What a command says when the database does not do what it is asked: a sentence instead of sixty lines."""

import sys
from types import TracebackType

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from portal.foundation.process.logs import masked


def reason_of(error: SQLAlchemyError) -> str:
    """The driver's own first line, which names host, user or database, never the password."""
    cause = getattr(error, "orig", None) or error
    return masked(next(iter(str(cause).splitlines()), type(cause).__name__))


def tell_shortly() -> None:
    """From now on a command of this process that ends because of the database ends with a sentence."""
    sys.excepthook = _tell


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, (OperationalError, InterfaceError)):
        print(f"Error: The database does not do what it is asked: {reason_of(error)}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)
