"""`make bench`: every kind of work at growing sizes, on SQLite and PostgreSQL, beside minimal yardsticks.

`python -m bench.everything [--sizes small,middle,large] [--databases sqlite,postgresql] [--seconds 1.5] [--rounds 2]
[--warm 5]`. A size is so many questions of three messages and so many articles. The yardstick is a minimal Flask
application: one template (A), one query and one durable insert in a database of the same kind; and nginx with the
finished article where it is installed. Each size is printed when it is done, the smallest first, on both databases.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import desk, leaving, nginx, pages, processes, questions, reports
from bench.content import make_content
from bench.fast_fill import fill_fast, forget_mails
from bench.load import COMPRESSED, Request, tool
from bench.pages import Work
from bench.servers import Server, portal_environment, portal_server, set_up, yardstick_server
from bench.statements import count
from bench.table import Row, Verdict, one_after_the_other, print_growth, print_rows, print_verdicts, row
from bench.yardstick import make_database
from tests.postgres import Postgres

FLOW = "ask: form and post"
# The table of targets, for the middle size: share of A in requests per second.
SHARES = {
    "home": 1.0,
    "article": 1.0,
    "search": 0.5,
    "search, asked before": 0.5,
    "suggestions": 0.5,
    "suggestions, typed before": 0.5,
    FLOW: questions.FLOWS,
    "desk queue": 0.4,
    "case": 0.4,
    "case search": 0.3,
    "poll without news": 0.9,
}
# What the median may grow to, from the smallest size to the largest.
GROWTH = {name: 1.3 for name in ("home", "article", "articles, all in turn")} | {
    name: 1.5
    for name in ("ask", "question page", "my questions", "poll without news", "desk queue", "case", "case search")
}
SEARCH_P99 = 15.0
# Of a web process with at most so many articles.
ARTICLES, MEGABYTES = 3_000, 150


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
    """Where one portal keeps its things, and the yardstick its own; empty addresses are SQLite in their folders."""

    folder: Path
    content: Path
    url: str
    yardstick_url: str

    @property
    def site(self) -> pages.Site:
        return pages.Site("bench", self.content, self.folder / "data", self.folder / "portal.log")

    @property
    def environment(self) -> dict[str, str]:
        return {**portal_environment(self.site.data, self.site.content), "DATABASE_URL": self.url}

    @property
    def database(self) -> str:
        return self.url or f"sqlite:///{self.site.data / 'portal.sqlite'}"


def main() -> None:
    """Measures everything and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    print(pages.machine(), f"\nLoad by {tool()}, 8 connections, {given.rounds} rounds of {given.seconds:g} s.\n")
    found: dict[str, dict[str, list[Row]]] = {database: {} for database in given.databases}
    for size in (SIZES[name] for name in given.sizes):
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
            site = _site(size, Path(name))
            for database, sizes in found.items():
                with _place(database, site, Path(name) / database) as place:
                    sizes[size.name] = _measure(size, place, _filled(size, place, site), given)
                    if database == "sqlite" and given.reports:
                        print(f"\n-- reports over {size.questions:,} questions", flush=True)
                        reports.section(place.folder, size.questions, times=given.reports)
                if len(sizes) > 1:
                    print_growth(database, sizes, GROWTH)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=lambda text: text.split(","), default=list(SIZES))
    options.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    options.add_argument("--seconds", type=float, default=1.5, help="of each round")
    options.add_argument("--rounds", type=int, default=2)
    # PostgreSQL plans a statement five times on each connection before it keeps a plan.
    options.add_argument("--warm", type=float, default=5.0, help="seconds of each work before it counts")
    options.add_argument("--reports", type=int, default=20, help="how often each report is asked for, 0 for none")
    return options.parse_args()


def _site(size: Size, folder: Path) -> pages.Site:
    """The articles of this size with their pages and index, made once for both databases."""
    site = pages.Site(size.name, folder / "content", folder / "data", folder / "portal.log")
    make_content(site.content, size.articles)
    seconds = set_up(site.data, site.content, site.log)
    print(f"\n{size.articles:,} articles, `flask setup` with nothing there: {seconds:.1f} s", flush=True)
    return site


@contextmanager
def _place(kind: str, site: pages.Site, folder: Path) -> Iterator[Place]:
    """A folder of its own and, for PostgreSQL, a server with its own settings and two empty databases."""
    folder.mkdir()
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder)
        if kind == "sqlite":
            yield Place(folder, site.content, "", "")
        else:
            server = Postgres(folder / "postgres", settings=())
            ending.callback(server.stop)
            yield Place(folder, site.content, server.new_database(), server.new_database())


def _filled(size: Size, place: Place, made: pages.Site) -> list[tuple[str, str]]:
    """The portal with its questions, and numbers and keys of some."""
    kind = "PostgreSQL" if place.url else "SQLite"
    print(f"\n== {kind}, {size.questions:,} questions of 3 messages, {size.articles:,} articles", flush=True)
    shutil.copytree(made.data / "derived", place.site.data / "derived")
    set_up(place.site.data, place.content, place.site.log, place.url)
    begun = time.perf_counter()
    keys = fill_fast(place.database, size.questions)
    forget_mails(place.database)
    print(f"filled in {time.perf_counter() - begun:.0f} s", flush=True)
    return keys


def _measure(size: Size, place: Place, keys: list[tuple[str, str]], given: argparse.Namespace) -> list[Row]:
    site, folder = place.site, place.folder
    desk.sign_in(place.database)
    make_database(folder, place.yardstick_url)
    with ExitStack() as servers:
        yardstick = servers.enter_context(yardstick_server(folder, folder / "yardstick.log", place.yardstick_url))
        server = servers.enter_context(portal_server(site.data, site.content, site.log, place.url))
        started = (server.wait_for(pages.first_article(site), seconds=300), server.cpu_seconds())
        works = {**_yardsticks(yardstick), **_works(server, place, size, keys)}
        works |= {f"{name} alone": works[name].alone() for name in ("insert", "ask")}
        article = server.get(pages.first_article(site), **{"Accept-Encoding": COMPRESSED})
        if (finished := nginx.serve(article, folder)) is not None:
            page = Work("yardstick: nginx, finished article", servers.enter_context(finished), [Request("/")])
            works = {"yardstick": works.pop("yardstick"), "nginx": page, **works}
        pages.take_turns(list(works.values()), given, folder, warm=given.warm)
        rows = _rows(works)
        print_rows(list(rows.values()), query=works["one query"].name, targets=SHARES)
        memory = server.memory()
    print_verdicts([*_verdicts(works, size), *_frame(size, started, memory)])
    if size.name == "middle":
        processes.section(site, keys, size.questions, given, url=place.url, yardstick_url=place.yardstick_url)
    questions.check(place.environment)
    return list(rows.values())


def _yardsticks(server: Server) -> dict[str, Work]:
    """A first: beside it stand all others."""
    found = questions._yardsticks(server)
    return {"yardstick": found.pop("one template"), **found}


def _works(server: Server, place: Place, size: Size, keys: list[tuple[str, str]]) -> dict[str, Work]:
    server.wait_for("/readyz", seconds=300, text=b'"ok"')
    of_pages, of_questions = pages.kinds(place.site, server), questions.kinds(server, keys)
    of_desk = desk.requests(size.questions)
    kinds = {
        "home": of_pages["home"],
        "article": of_pages["article"],
        "articles, all in turn": of_pages["articles, all in turn"],
        "search": of_pages["results, never searched"],
        "search, asked before": of_pages["results, searched before"],
        "suggestions": of_pages["suggestions, never typed"],
        "suggestions, typed before": of_pages["suggestions, typed before"],
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
    """Counted in a process of our own, the dearest of the first twenty addresses of each kind."""
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


def _rows(works: Mapping[str, Work]) -> dict[str, Row]:
    """A row for each work, and behind asking one for somebody who opens the form and sends it."""
    rows: dict[str, Row] = {}
    for name, work in works.items():
        rows[name] = row(work)
        if name == "ask":
            rows[FLOW] = one_after_the_other(FLOW, rows["form to ask"], rows["ask"])
    return rows


def _verdicts(works: dict[str, Work], size: Size) -> Iterable[Verdict]:
    """Every demand that is no share of A."""
    query = works["one query"]
    yield questions.server_time(works["ask alone"])
    p99 = works["case search"].median(lambda load: load.p99)
    yield f"case search (p99 < {SEARCH_P99:g} ms on a quiet machine)", f"{p99:.1f} ms", p99 < SEARCH_P99
    times = desk.TIMES if size.questions < 1_000_000 else desk.TIMES_OF_A_MILLION
    for name, most, statements in (
        ("question page", questions.PAGE_TIMES, questions.PAGE_STATEMENTS),
        *((name, times, desk.STATEMENTS) for name in ("desk queue", "case", "case search")),
    ):
        yield _beside_query(works[name], query, most, statements)
    yield from leaving.verdicts(works)
    share = works["ask"].per_second / works["insert"].per_second
    yield f"ask (≥ {questions.SUBMIT_SHARE} of a durable insert)", f"{share:.2f}", share >= questions.SUBMIT_SHARE


def _beside_query(work: Work, query: Work, most: float, statements: int) -> Verdict:
    p95, yardstick = (each.median(lambda load: load.p95) for each in (work, query))
    by_cpu = statistics.median(work.cpu) / statistics.median(query.cpu)
    said = f"{p95 / yardstick:.2f} times by p95, {by_cpu:.2f} by CPU time, {work.statements} statements"
    is_met = p95 <= most * yardstick and (work.statements or 0) <= statements
    return f"{work.name} (p95 ≤ {most:g} times one query, ≤ {statements} statements)", said, is_met


def _frame(size: Size, started: tuple[float, float], memory: list[float]) -> Iterable[Verdict]:
    """Start and memory; what is demanded of 3,000 articles is only told of more."""
    is_judged = size.articles <= ARTICLES
    said = f"{started[0]:.1f} s ({started[1]:.1f} s CPU)"
    is_quick = started[0] < pages.START
    yield f"start to first page, index present (< {pages.START:g} s)", said, is_quick if is_judged else None
    said = " and ".join(f"{each:.0f} MB" for each in memory)
    yield f"web processes after the load (< {MEGABYTES} MB)", said, max(memory) < MEGABYTES if is_judged else None


if __name__ == "__main__":
    main()
