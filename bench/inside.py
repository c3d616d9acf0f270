"""`python -m bench.inside --data FOLDER`: what asking and a page of the desk cost inside one process, without sockets.

`[--amount 100000] [--url postgresql://…] [--only case] [--profile]`; FOLDER holds a database that `bench.fast_fill`
has filled in, the `url` names another one for the same folder. CPU time and the number of Python's calls hardly move on
a busy machine, so that two states of the code can be compared at any time; p50 and p99 are times of a clock. Each page
stands beside the yardstick, measured at the same moment: one template and one query. Questions that are asked stay. Of
a PostgreSQL on this machine the CPU time of its processes for this database is printed as well.
"""

import argparse
import cProfile
import gc
import itertools
import os
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from werkzeug.test import EnvironBuilder

from bench import desk, questions, yardstick
from bench.content import DEMO
from bench.fast_fill import give_keys
from bench.load import COMPRESSED, Request
from bench.servers import TICKS, portal_environment, ticks
from bench.statements import listening
from portal import create_app
from portal.faq.library import KEEPER
from portal.foundation.config import read_config

Answering = Callable[[dict[str, Any], Any], Iterable[bytes]]
_TURNS, _ROUNDS = 25, 12
_WARM = 5
INSERT = Request("/rows", "POST", body="text=" + "x" * 400)
# Each request comes from an address of its own, as over HTTP: no limit refuses it.
_ADDRESSES = itertools.count(random.randrange(1 << 20))


def main() -> None:
    """Prints a line for each page: CPU ms, times the yardstick, p50 and p99, statements, Python calls, bytes."""
    given = _options()
    url = given.url or f"sqlite:///{given.data / 'portal.sqlite'}"
    desk.sign_in(url)
    server = _Server(given.url)
    keys = give_keys(url, given.amount)
    app = create_app(read_config({**os.environ, **portal_environment(given.data, DEMO), "DATABASE_URL": given.url}))
    KEEPER.of(app).settle()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ["YARDSTICK_DATA"] = folder
        yardstick.make_database(Path(folder))
        articles = [Request(f"/articles/{number}") for number in range(0, 3000, 7)]
        print(f"{'page':34}{'CPU ms':>8}{'server':>8}{'times':>7}{'p50 ms':>8}{'p99 ms':>8}", end="")
        print(f"{'SQL':>5}{'calls':>8}{'bytes':>8}")
        _print(yardstick.app, "yardstick: one template", [Request("/")], articles, server)
        _print(yardstick.app, "yardstick: one query", articles, articles, server)
        _print(yardstick.app, "yardstick: one durable insert", [INSERT], articles, server)
        kinds = {**questions.kinds(_Inside(app), keys), **desk.requests(given.amount)}
        for name, requests in kinds.items():
            if given.only in name:
                _print(app, name, requests, articles, server)
                if given.profile:
                    _profile(app, requests)
    KEEPER.of(app).stop()


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="a folder that was filled before")
    options.add_argument("--amount", type=int, default=100_000, help="how many questions it holds")
    options.add_argument("--url", default="", help="another database than the one in the folder")
    options.add_argument("--only", default="", help="a part of the names of pages")
    options.add_argument("--profile", action="store_true", help="show where the calls go")
    return options.parse_args()


class _Inside:
    """The application as something that can be asked for an address."""

    def __init__(self, app: Answering) -> None:
        self._app = app

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one page, as `bench.servers.Server` gives them."""
        head: list[Any] = []
        body = b"".join(self._app(_environ(Request(path, headers=headers), is_plain=True), lambda *of: head.extend(of)))
        return int(head[0][:3]), {name.lower(): value for name, value in head[1]}, body


class _Server:
    """What the processes of a PostgreSQL on this machine have used for one database; nothing for SQLite."""

    def __init__(self, url: str) -> None:
        self._asking = psycopg.connect(url.replace("+psycopg", ""), autocommit=True) if url else None

    def seconds(self) -> float:
        """CPU time of every process that serves this database now, but the one that is asked."""
        if self._asking is None:
            return 0.0
        others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return sum(ticks(pid) for (pid,) in self._asking.execute(others)) / TICKS


def _print(
    app: Answering, name: str, requests: Sequence[Request], articles: Sequence[Request], server: _Server
) -> None:
    turn = itertools.cycle(requests)
    body = [_drain(app, _environ(next(turn))) for _ in range(_WARM)][-1]
    before = server.seconds()
    cpu, p50, p99 = _milliseconds(app, turn)
    behind = (server.seconds() - before) / (_ROUNDS * _TURNS) * 1000
    times = cpu / _milliseconds(yardstick.app, itertools.cycle(articles))[0]
    with listening() as statements:
        _drain(app, _environ(next(turn)))
    calls = _calls(app, next(turn))
    print(
        f"{name:34}{cpu:8.2f}{behind:8.2f}{times:7.1f}{p50:8.2f}{p99:8.2f}{len(statements):5}{calls:8,}{len(body):8,}",
        flush=True,
    )


def _milliseconds(app: Answering, turn: Iterator[Request]) -> tuple[float, float, float]:
    """CPU time of one answer, the least of some rounds, because whatever disturbs only adds; p50, p99 by the clock."""
    found, waits = [], []
    for _ in range(_ROUNDS):
        environs = [_environ(next(turn)) for _ in range(_TURNS)]
        gc.collect()
        begun = time.process_time()
        for environ in environs:
            before = time.perf_counter()
            _drain(app, environ)
            waits.append((time.perf_counter() - before) * 1000)
        found.append((time.process_time() - begun) / _TURNS * 1000)
    waits.sort()
    return min(found), waits[len(waits) // 2], waits[int(len(waits) * 0.99)]


def _calls(app: Answering, request: Request) -> int:
    environ, count = _environ(request), 0

    def note(_frame: Any, event: str, _given: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        _drain(app, environ)
    finally:
        sys.setprofile(None)
    return count


def _profile(app: Answering, requests: Sequence[Request]) -> None:
    profiler = cProfile.Profile(time.process_time)
    for request in itertools.islice(itertools.cycle(requests[-400:]), 200):
        environ = _environ(request)
        profiler.enable()
        _drain(app, environ)
        profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(90)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(60)


def _environ(request: Request, *, is_plain: bool = False) -> dict[str, Any]:
    path, _, question = request.path.partition("?")
    own: dict[str, str] = {} if is_plain else {"Accept-Encoding": COMPRESSED}
    own["X-Forwarded-For"] = f"10.{next(_ADDRESSES) >> 16}.{next(_ADDRESSES) >> 8 & 255}.{next(_ADDRESSES) & 255}"
    made = EnvironBuilder(
        path,
        query_string=question,
        method=request.method,
        headers=list({**own, **request.headers}.items()),
        data=request.sent or None,
        content_type="application/x-www-form-urlencoded" if request.sent else None,
    )
    return made.get_environ()


def _drain(app: Answering, environ: dict[str, Any]) -> bytes:
    answer = app(environ, lambda *_given: None)
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return body


if __name__ == "__main__":
    main()
