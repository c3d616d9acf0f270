"""How many SQL statements an address costs, counted inside the application: `count(environment, requests)`."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench.load import COMPRESSED, Request
from portal import create_app
from portal.faq.library import KEEPER
from portal.foundation.config import read_config


def count(environment: Mapping[str, str], requests: Mapping[str, Request]) -> dict[str, int]:
    """Statements of each request when nothing is kept yet; BEGIN and COMMIT are not counted."""
    app = create_app(read_config({**os.environ, **environment}))
    KEEPER.of(app).settle()
    client = app.test_client(use_cookies=False)
    found = {}
    for name, request in requests.items():
        with listening() as statements:
            headers = {"Accept-Encoding": COMPRESSED, **request.headers}
            kind = "application/x-www-form-urlencoded" if request.body else None
            client.open(
                request.path, method=request.method, headers=headers, data=request.sent or None, content_type=kind
            )
        found[name] = len(statements)
    KEEPER.of(app).stop()
    return found


@contextmanager
def listening() -> Iterator[Sequence[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
