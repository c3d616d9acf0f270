"""The database is held, frozen, started anew or used up while people ask: they are told, and nothing is lost."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from portal.foundation.config import CONFIG
from tests.conftest import make_app, running
from tests.faults.household import Household, crowd, household
from tests.faults.invariants import broken
from tests.faults.ledger import Ledger
from tests.postgres import Postgres

pytestmark = [pytest.mark.long_fault, pytest.mark.once]


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that nobody else needs."""
    with TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder))
        yield server
        with suppress(Exception):
            server.stop()


@pytest.fixture
def its_house(own_postgres, app, tmp_path) -> Iterator[tuple[Household, Postgres]]:
    """A portal on that server, and the server."""
    config, url = CONFIG.of(app), own_postgres.new_database()
    with running(make_app(config.data, config.content, database_url=url)) as other:
        assert other.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    with household(config, url, tmp_path / "log") as made:
        yield made, own_postgres


def through(house: Household, ledger: Ledger, fault, people: int = 2) -> tuple[float, int]:
    """People ask before, during and after a fault; how long until all is well again, and how many were taken."""
    with crowd(house, ledger, people=people):
        time.sleep(1)
        with fault:
            pass
        took = house.recovers(ledger)
    assert broken(house, ledger) == []
    return took, len(ledger.given)


@contextmanager
def held(house: Household, seconds: float) -> Iterator[None]:
    """Somebody else holds the whole database."""
    if house.url.startswith("sqlite"):
        other = sqlite3.connect(house.data / "portal.sqlite", isolation_level=None, timeout=20)
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()
    else:
        with psycopg.connect(house.url.replace("+psycopg", "")) as other:
            lock_tables(other)
            time.sleep(seconds)
            other.rollback()
    yield


def lock_tables(connection: psycopg.Connection) -> None:
    """Take tables one after the other from people who write; the server ends one of two who wait for each other."""
    while True:
        try:
            connection.execute("LOCK TABLE number_counters, questions, chore_runs IN ACCESS EXCLUSIVE MODE")
        except psycopg.errors.DeadlockDetected:
            connection.rollback()
        else:
            return


def postmaster(server: Postgres) -> int:
    return int((Path(server._server.pgdata) / "postmaster.pid").read_text().splitlines()[0])


def family(pid: int) -> list[int]:
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@contextmanager
def started_anew(server: Postgres, number: int) -> Iterator[None]:
    """The server is told to end, with or without order, and starts again."""
    pid = postmaster(server)
    os.kill(pid, number)
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        time.sleep(0.1)
    time.sleep(1)
    server._server.ensure_postgres_running()
    yield


@contextmanager
def frozen(server: Postgres, seconds: float, house: Household, pages: list[float]) -> Iterator[None]:
    """Every process of the server stands still; meanwhile somebody reads articles."""
    processes = family(postmaster(server))
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    try:
        end = time.monotonic() + seconds
        reader = house.asker(Ledger())
        while time.monotonic() < end:
            begun = time.monotonic()
            with suppress(OSError):
                assert reader.get("/de/faq/rechnung/rechnung-finden").status == 200
            pages.append(time.monotonic() - begun)
            time.sleep(0.5)
    finally:
        for each in processes:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGCONT)
    yield


@contextmanager
def used_up(url: str, seconds: float) -> Iterator[None]:
    """Somebody takes every connection that the server has."""
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(200):
                stack.enter_context(psycopg.connect(url.replace("+psycopg", "")))
        time.sleep(seconds)
    yield


@pytest.mark.parametrize("seconds", [5, 30])
def test_a_database_that_is_held_keeps_people_waiting_or_tells_them(house_on_both, ledger, app, seconds, seen):
    took, taken = through(house_on_both, ledger, held(house_on_both, seconds))
    seen("database held by somebody else", f"people wait or are told; {taken} taken", recovered=took)


@pytest.mark.parametrize("way", ["in order", "crashed"])
def test_postgresql_is_started_anew_while_people_ask(its_house, ledger, way, seen):
    (house, server), number = its_house, signal.SIGINT if way == "in order" else signal.SIGQUIT
    took, taken = through(house, ledger, started_anew(server, number))
    seen("PostgreSQL started anew under load", f"{taken} taken", recovered=took)


def test_postgresql_stands_still(its_house, ledger, seen):
    (house, server), pages = its_house, list[float]()
    # More people than threads: every one of them waits when it begins.
    took, taken = through(house, ledger, frozen(server, 20, house, pages), people=10)
    assert max(pages) < 5
    said = f"an article took {max(pages):.1f} s at most while ten people ask; {taken} taken"
    seen("PostgreSQL stands still for 20 s", said, recovered=took)


def test_postgresql_has_no_connection_left(its_house, ledger, seen):
    took, taken = through(its_house[0], ledger, used_up(its_house[0].url, 8))
    seen("PostgreSQL out of connections for 8 s", f"{taken} taken", recovered=took)
