"""Redis is gone, slow or empty: limits count in each process, and nobody notices (DR-09)."""

import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from portal.foundation.config import CONFIG
from tests.faults.household import Household, household
from tests.faults.invariants import broken
from tests.faults.proxy import Wire, wire_to
from tests.journeys.conftest import eventually
from tests.notifications.mail_server import free_port

pytestmark = [pytest.mark.long_fault, pytest.mark.once]


class Store:
    """A Redis server that can be ended, emptied, and reached over a wire."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.start()

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--loglevel",
            "warning",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert eventually(lambda: self.says("PING") == "PONG", seconds=20)

    def says(self, *words: str) -> str:
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def store() -> Iterator[tuple[Store, Wire]]:
    if not shutil.which("redis-server"):
        pytest.skip("not injected: there is no redis-server here (apt-get install redis-server)")
    made = Store(free_port())
    with wire_to(made.port) as wire:
        yield made, wire
    made.end()


@pytest.fixture
def house(store, app, tmp_path) -> Iterator[Household]:
    config = CONFIG.of(app)
    url = f"redis://127.0.0.1:{store[1].port}/0"
    with household(config, config.database_url, tmp_path / "log", REDIS_URL=url) as made:
        yield made


def test_redis_is_gone_slow_and_empty(house, store, ledger, seen):
    (server, wire), who = store, house.asker(ledger)

    def asks(times: int = 4) -> float:
        """The longest that one of them took."""
        longest = 0.0
        for _ in range(times):
            begun = time.monotonic()
            assert who.sends(who.begins()) == 303
            longest = max(longest, time.monotonic() - begun)
        return longest

    asks()
    assert server.says("DBSIZE") != "0"
    server.says("FLUSHALL")
    seen("Redis emptied", f"limits begin anew; asking took {asks():.1f} s at most", recovered=0.0)
    wire.seconds = 2.0
    seen("Redis slow (2 s a word)", f"asking took {asks():.1f} s at most", recovered=0.0)
    wire.seconds = 0.0
    server.end()
    gone = asks()
    server.start()
    took = house.recovers(ledger)
    assert eventually(lambda: asks(1) > 0 and server.says("DBSIZE") != "0", seconds=40)
    seen("Redis gone", f"each process counts; asking took {gone:.1f} s at most", recovered=took)
    assert broken(house, ledger) == []
    assert "alarm: Redis does not answer" in house.words
