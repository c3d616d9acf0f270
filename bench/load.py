"""Sends requests for some seconds and says how long they took: by wrk where it is, else by a client of our own."""

import argparse
import http.client
import random
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_suffix(".lua")
CONNECTIONS = 8
COMPRESSED = "gzip, deflate, br"
# Where this stands in a body, each sending gets a word of its own: a form that is sent again is another kind of work.
OWN = "OneOfItsOwn"


@dataclass(frozen=True)
class Request:
    """One request as a browser would send it."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def sent(self) -> str:
        """The body of one sending."""
        return self.body.replace(OWN, uuid.uuid4().hex)

    def line(self) -> str:
        headers = ";".join(f"{name}={value}" for name, value in self.headers.items())
        return "\t".join((self.method, self.path, headers, self.body))


@dataclass(frozen=True)
class Load:
    """What one round of requests showed; times in milliseconds, `refused` are answers of 400 and above."""

    requests: int
    seconds: float
    bytes: int
    refused: int
    failed: int
    p50: float
    p95: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def tool() -> str:
    """What sends the requests on this machine."""
    return "wrk" if shutil.which("wrk") else "a Python client in a process of its own"


def run(
    requests: Sequence[Request], *, port: int, seconds: float, folder: Path, connections: int = CONNECTIONS
) -> Load:
    """Send these requests in turn over connections that stay open, from many client addresses."""
    path = folder / "requests.txt"
    path.write_text("".join(f"{request.line()}\n" for request in requests))
    words = (_wrk if shutil.which("wrk") else _own)(path, port, seconds, connections)
    counts = [int(word) for word in words]
    micro = [count / 1000 for count in counts[5:8]]
    return Load(counts[0], counts[1] / 1e6, counts[2], counts[3], counts[4], *micro)


def _wrk(path: Path, port: int, seconds: float, connections: int) -> list[str]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(SCRIPT)]
    return _result([*command, f"http://127.0.0.1:{port}", "--", str(path), str(_chance())])


def _own(path: Path, port: int, seconds: float, connections: int) -> list[str]:
    given = (path, port, seconds, _chance(), connections)
    return _result([sys.executable, "-m", "bench.load", *map(str, given)])


def _chance() -> int:
    """Each round begins elsewhere: else its requests would be those of the round before."""
    return random.randrange(10**6)


def _result(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return next(line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RESULT"))


class _Reader(threading.Thread):
    """One connection that asks again as soon as it has its answer."""

    def __init__(self, requests: list[Request], port: int, until: float, first: int) -> None:
        super().__init__(daemon=True)
        self._requests, self._port, self._until, self._first = requests, port, until, first
        self._random = random.Random()
        self.times: list[float] = []
        self.bytes = self.refused = self.failed = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        turn = self._first % len(self._requests)
        while time.perf_counter() < self._until:
            turn = (turn + 1) % len(self._requests)
            try:
                self._ask(connection, self._requests[turn])
            except (OSError, http.client.HTTPException):
                self.failed += 1
                connection.close()

    def _ask(self, connection: http.client.HTTPConnection, request: Request) -> None:
        numbers = (self._random.randint(1, 254) for _ in range(3))
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if request.body else {}
        own = {"Accept-Encoding": COMPRESSED, "X-Forwarded-For": ".".join(map(str, (10, *numbers)))}
        begun = time.perf_counter()
        connection.request(request.method, request.path, request.sent or None, {**own, **kind, **request.headers})
        answer = connection.getresponse()
        body = answer.read()
        self.times.append(time.perf_counter() - begun)
        self.bytes += len(body) + len(str(answer.headers)) + 17
        self.refused += answer.status >= 400


def main() -> None:
    """The process of our own client: `python -m bench.load FILE PORT SECONDS CHANCE CONNECTIONS`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("chance", type=int)
    parser.add_argument("connections", type=int)
    given = parser.parse_args()
    requests = [_read(line) for line in given.file.read_text().splitlines()]
    begun, apart = time.perf_counter(), len(requests) // given.connections
    firsts = [given.chance + number * apart for number in range(given.connections)]
    readers = [_Reader(requests, given.port, begun + given.seconds, first) for first in firsts]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    _print(readers, time.perf_counter() - begun)


def _read(line: str) -> Request:
    method, path, named, body = line.split("\t")
    headers = dict(pair.split("=", 1) for pair in named.split(";") if pair)
    return Request(path, method, headers, body)


def _print(readers: list[_Reader], seconds: float) -> None:
    times = sorted(each for reader in readers for each in reader.times) or [0.0]
    shares = (times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95, 0.99))
    sums = (sum(getattr(reader, name) for reader in readers) for name in ("bytes", "refused", "failed"))
    numbers = [len(times), seconds * 1e6, *sums, *(each * 1e6 for each in shares)]
    print("RESULT", *(round(number) for number in numbers), flush=True)


if __name__ == "__main__":
    main()
