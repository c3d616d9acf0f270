"""`make bench`: every kind of work at growing sizes, on SQLite and PostgreSQL, beside minimal yardsticks.

`python -m bench.everything [--sizes small,middle,large] [--databases sqlite,postgresql] [--seconds 1.5] [--rounds 2]`.
A size is so many questions of three messages and so many articles. The yardstick is a minimal Flask application: one
template, one query, one durable insert; and nginx with the finished article where Debian's package is installed.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import desk, leaving, nginx, pages, questions, reports
from bench.content import make_content
from bench.fast_fill import fill_fast
from bench.load import Request, tool
from bench.pages import Work
from bench.servers import Server, portal_environment, portal_server, set_up, yardstick_server
from bench.statements import count
from bench.yardstick import make_database
from tests.postgres import Postgres

# The table of targets: share of the one-template page in requests per second, and what the median may grow to.
SHARES = {
    "home": 1.0,
    "article": 1.0,
    "search": 0.5,
    "suggestions": 0.5,
    "desk queue": 0.4,
    "case": 0.4,
    "case search": 0.3,
    "poll without news": 0.9,
}
GROWTH_OF_QUESTIONS, GROWTH_OF_ARTICLES = 1.5, 1.3
OF_ARTICLES = ("home", "article")
GROWING = (*OF_ARTICLES, "question page", "ask", "poll without news", "desk queue", "case", "case search")
MEGABYTES, START = 150, 2.0
Verdict = tuple[str, str, bool | None]


@dataclass(frozen=True)
class Size:
    """So many questions and articles."""

    name: str
    questions: int
    articles: int


SIZES = {
    each.name: each
    for each in (Size("small", 1_000, 300), Size("middle", 100_000, 3_000), Size("large", 1_000_000, 30_000))
}


@dataclass(frozen=True)
class Place:
    """Where one portal keeps its things; an empty `url` is SQLite in its data folder."""

    content: Path
    data: Path
    log: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {**portal_environment(self.data, self.content), "DATABASE_URL": self.url}

    @property
    def database(self) -> str:
        return self.url or f"sqlite:///{self.data / 'portal.sqlite'}"


def main() -> None:
    """Measures everything and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    print(pages._machine(), f"\nLoad by {tool()}, 8 connections, {given.rounds} rounds of {given.seconds:g} s.\n")
    for database in given.databases:
        medians: dict[str, dict[str, float]] = {}
        for size in given.sizes:
            with tempfile.TemporaryDirectory(prefix="portal-bench-") as name, _database(database, Path(name)) as url:
                works = _measure(SIZES[size], url, Path(name), given)
                if not url:
                    print(f"\n-- reports over {SIZES[size].questions:,} questions", flush=True)
                    reports.section(Path(name), SIZES[size].questions, times=given.reports)
            medians[size] = {each: work.median(lambda load: load.p50) for each, work in works.items()}
        if len(medians) > 1:
            pages._print_verdicts(list(_growth(database, medians)))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=lambda text: text.split(","), default=["small", "middle"])
    options.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    options.add_argument("--seconds", type=float, default=1.5, help="of each round")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--reports", type=int, default=20, help="how often each report is asked for")
    return options.parse_args()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database, as DATABASE_URL; empty for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    server = Postgres(folder / "postgres")
    try:
        yield server.new_database()
    finally:
        server.stop()


def _measure(size: Size, url: str, folder: Path, given: argparse.Namespace) -> dict[str, Work]:
    place = Place(folder / "content", folder / "data", folder / "portal.log", url)
    kind = "PostgreSQL" if url else "SQLite"
    print(f"\n== {kind}, {size.questions:,} questions of 3 messages, {size.articles:,} articles", flush=True)
    make_content(place.content, size.articles)
    prepared = set_up(place.data, place.content, place.log, url)
    begun = time.perf_counter()
    keys = fill_fast(place.database, size.questions)
    print(f"prepared in {prepared:.0f} s, filled in {time.perf_counter() - begun:.0f} s", flush=True)
    desk.sign_in(place.database)
    make_database(folder)
    with ExitStack() as servers:
        yardstick = servers.enter_context(yardstick_server(folder, folder / "yardstick.log"))
        server = servers.enter_context(portal_server(place.data, place.content, place.log, url))
        site = pages.Site(size.name, place.content, place.data, place.log)
        started = (server.wait_for(pages._article(site), seconds=300), server.cpu_seconds())
        works = {**_yardsticks(yardstick), **_works(server, site, place, size, keys)}
        works["ask alone"] = works["ask"].alone()
        if (finished := nginx.serve(server.get(pages._article(site)), folder)) is not None:
            works["nginx"] = Work(
                "yardstick: nginx, the finished page", servers.enter_context(finished), [Request("/")]
            )
        pages._rounds(list(works.values()), given, folder)
        pages._print_works(list(works.values()))
        memory = server.memory()
    verdicts = [*_verdicts(works, size), *_frame(started, memory)]
    pages._print_verdicts(verdicts)
    if not url:
        questions._check(place.data)
    return works


def _yardsticks(server: Server) -> dict[str, Work]:
    """The page of one template first: beside it stand all others."""
    found = questions._yardsticks(server)
    return {"yardstick": found.pop("one template"), **found}


def _works(server: Server, site: pages.Site, place: Place, size: Size, keys: list[tuple[str, str]]) -> dict[str, Work]:
    server.wait_for("/readyz", seconds=300, text=b'"ok"')
    of_pages, of_questions = pages._kinds(site, server), questions.kinds(server, keys)
    of_desk = desk.requests(size.questions)
    kinds = {
        "home": of_pages["home"],
        "article": of_pages["article"],
        "search": of_pages["results, never searched"],
        "suggestions": of_pages["suggestions"],
        "form to ask": of_questions["form to ask"],
        "ask": of_questions["ask"],
        "question page": of_questions["question page"],
        "poll without news": of_questions["poll without news"],
        "my questions": of_questions["my questions"],
        "desk queue": [each for name, found in of_desk.items() if name.startswith("queue") for each in found],
        "case": of_desk["case"],
        "case search": [each for name, found in of_desk.items() if name.startswith("search") for each in found],
        **leaving.requests(leaving.sign_in(place.environment)),
    }
    statements = _statements(place, kinds)
    return {name: Work(name, server, found, statements=statements.get(name)) for name, found in kinds.items()}


def _statements(place: Place, kinds: Mapping[str, list[Request]]) -> dict[str, int]:
    """Counted in a process of our own, the dearest of the first dozen addresses of each kind."""
    asked = {
        f"{name}|{number}": request
        for name, found in kinds.items()
        for number, request in enumerate(found[-1:] if name in ("ask", "cancel") else found[:20])
    }
    found: dict[str, int] = {}
    for name, amount in count(place.environment, asked).items():
        kind = name.partition("|")[0]
        found[kind] = max(found.get(kind, 0), amount)
    return found


def _verdicts(works: dict[str, Work], size: Size) -> Iterable[Verdict]:
    basis, query = works["yardstick"], works["one query"]
    for name, wanted in SHARES.items():
        work = works[name]
        share, by_cpu = work.per_second / basis.per_second, _cpu(basis) / _cpu(work)
        said = f"{share:.2f} by requests/s, {by_cpu:.2f} by CPU time ({_cpu(work):.2f} ms)"
        yield f"{name} (≥ {wanted} of the one-template page)", said, share >= wanted
    yield questions.flow(basis, works["form to ask"], works["ask"])
    yield questions.server_time(works["ask alone"])
    times = 3.0 if size.questions < 1_000_000 else 6.0
    for name, most, statements in (
        *(("question page", 2.5, 10), ("desk queue", times, 15), ("case", times, 15), ("case search", times, 15)),
    ):
        yield _beside_query(works[name], query, most, statements)
    yield from leaving.verdicts(works)
    share = works["ask"].per_second / works["insert"].per_second
    yield "ask (≥ 0.6 of a durable insert)", f"{share:.2f}", share >= questions.SUBMIT_SHARE


def _beside_query(work: Work, query: Work, most: float, statements: int) -> Verdict:
    p95, yardstick = (each.median(lambda load: load.p95) for each in (work, query))
    said = (
        f"{p95 / yardstick:.2f} times by p95, {_cpu(work) / _cpu(query):.2f} by CPU time, {work.statements} statements"
    )
    is_met = p95 <= most * yardstick and (work.statements or 0) <= statements
    return f"{work.name} (p95 ≤ {most:g} times one query, ≤ {statements} statements)", said, is_met


def _frame(started: tuple[float, float], memory: list[float]) -> Iterable[Verdict]:
    said = f"{started[0]:.1f} s ({started[1]:.1f} s CPU)"
    yield f"start to first page, index present (< {START:g} s)", said, started[0] < START
    said = " and ".join(f"{each:.0f} MB" for each in memory)
    yield f"web processes after the load (< {MEGABYTES} MB)", said, max(memory) < MEGABYTES


def _growth(database: str, medians: dict[str, dict[str, float]]) -> Iterable[Verdict]:
    """From the smallest size to each larger one."""
    (first, least), *others = medians.items()
    for size, found in others:
        for name in (
            "home",
            "article",
            "question page",
            "ask",
            "poll without news",
            "desk queue",
            "case",
            "case search",
        ):
            grown = found[name] / least[name] if least[name] else 1.0
            most = GROWTH_OF_ARTICLES if name in OF_ARTICLES else GROWTH_OF_QUESTIONS
            yield (
                f"{database}: {name}, p50 from {first} to {size} (≤ {most} times)",
                f"{grown:.2f} times",
                grown <= most,
            )


def _cpu(work: Work) -> float:
    return statistics.median(work.cpu)


if __name__ == "__main__":
    main()
