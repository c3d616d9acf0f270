"""`python -m bench.inside --data FOLDER`: what a page of the desk costs inside one process, without sockets.

`[--amount 100000] [--only case] [--profile]`; FOLDER holds a database that `bench.desk` or `bench.many` has filled in.
CPU time and the number of Python's calls hardly move on a busy machine, so that two states of the code can be compared
at any time. Each page stands beside the yardstick, measured at the same moment: one template and one query.
"""

import argparse
import cProfile
import gc
import itertools
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from werkzeug.test import EnvironBuilder

from bench import desk, yardstick
from bench.content import DEMO
from bench.load import COMPRESSED, Request
from bench.servers import portal_environment
from bench.statements import listening
from portal import create_app
from portal.foundation.config import read_config

Answering = Callable[[dict[str, Any], Any], Iterable[bytes]]
_TURNS, _ROUNDS = 25, 12


def main() -> None:
    """Prints a line for each page: CPU ms, times the yardstick, statements, Python calls, bytes."""
    given = _options()
    desk.sign_in(f"sqlite:///{given.data / 'portal.sqlite'}")
    app = create_app(read_config({**os.environ, **portal_environment(given.data, DEMO)}))
    app.extensions["faq"].settle()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ["YARDSTICK_DATA"] = folder
        yardstick.make_database(Path(folder))
        articles = [Request(f"/articles/{number}") for number in range(0, 3000, 7)]
        plain, one_query = _milliseconds(yardstick.app, [Request("/")]), _milliseconds(yardstick.app, articles)
        print(f"yardstick: one template {plain:.3f} ms, with one query {one_query:.3f} ms\n")
        print(f"{'page':34}{'CPU ms':>8}{'times':>7}{'SQL':>5}{'calls':>8}{'bytes':>8}")
        for name, requests in desk.requests(given.amount).items():
            if given.only in name:
                _print(app, name, requests, articles)
                if given.profile:
                    _profile(app, requests)
    app.extensions["faq"].stop()


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="a folder that was filled before")
    options.add_argument("--amount", type=int, default=100_000, help="how many questions it holds")
    options.add_argument("--only", default="", help="a part of the names of pages")
    options.add_argument("--profile", action="store_true", help="show where the calls go")
    return options.parse_args()


def _print(app: Answering, name: str, requests: Sequence[Request], articles: Sequence[Request]) -> None:
    body = _answer(app, requests[0])
    milliseconds = _milliseconds(app, requests)
    times = milliseconds / _milliseconds(yardstick.app, articles)
    with listening() as statements:
        _answer(app, requests[-1])  # three times
    calls = _calls(app, requests[-1])
    print(f"{name:34}{milliseconds:8.2f}{times:7.1f}{len(statements) // 3:5}{calls:8,}{len(body):8,}", flush=True)


def _milliseconds(app: Answering, requests: Sequence[Request]) -> float:
    """CPU time of one answer: the least of some rounds, because whatever disturbs only adds."""
    turn = itertools.cycle(requests)
    found = []
    for _ in range(_ROUNDS):
        environs = [_environ(next(turn)) for _ in range(_TURNS)]
        gc.collect()
        begun = time.process_time()
        for environ in environs:
            _drain(app, environ)
        found.append((time.process_time() - begun) / _TURNS * 1000)
    return min(found)


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
    for request in itertools.islice(itertools.cycle(requests), 200):
        environ = _environ(request)
        profiler.enable()
        _drain(app, environ)
        profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(90)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(60)


def _answer(app: Answering, request: Request) -> bytes:
    body = b""
    for _ in range(3):
        body = _drain(app, _environ(request))
    return body


def _environ(request: Request) -> dict[str, Any]:
    path, _, question = request.path.partition("?")
    headers = {"Accept-Encoding": COMPRESSED, "X-Forwarded-For": "192.0.2.7", **request.headers}
    return EnvironBuilder(path, query_string=question, method=request.method, headers=headers).get_environ()


def _drain(app: Answering, environ: dict[str, Any]) -> bytes:
    answer = app(environ, lambda *_given: None)
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return body


if __name__ == "__main__":
    main()
