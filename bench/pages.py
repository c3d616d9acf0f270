"""`make bench`: speed, size and memory of the portal beside a minimal Flask application, in one run.

`python -m bench.pages [--seconds 3] [--rounds 3] [--articles 3000] [--jsonl FOLDER]`. Everything is served
as `make run` serves it, on loopback; all kinds of work take turns, and the median of the rounds is printed.
"""

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote_plus, urljoin

from bench.content import DEMO, make_content, titles
from bench.load import COMPRESSED, CONNECTIONS, Load, Request, run, tool
from bench.servers import Server, portal_environment, portal_server, set_up, yardstick_server
from bench.statements import count
from bench.table import Verdict, print_rows, print_verdicts, row
from bench.yardstick import make_database
from portal.faq.library.building.index_name import INDEX
from portal.faq.library.tools.json_lines import jsonl_to_markdown

QUERIES = Path(__file__).parent / "queries.jsonl"
YARDSTICK = "yardstick: one template"
YARDSTICK_QUERY = "yardstick: one template, one query"
MANY = 20_000
FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS = 45_000, 6
# Seconds from the start of the web processes to the first page, everything prepared.
START = 2.0
# What a browser fetches with a page.
FETCHED = re.compile(r'<(?:script|img)[^>]* src="([^"]+)"|<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)"')
RATIOS = {
    "home": 1.0,
    "article": 1.0,
    "results, searched before": 0.5,
    "results, never searched": 0.5,
    "suggestions, typed before": 0.5,
    "suggestions, never typed": 0.5,
}


@dataclass
class Work:
    """One kind of request on one server, and what its rounds showed."""

    name: str
    server: Server
    requests: list[Request]
    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    statements: int | None = None
    connections: int = CONNECTIONS

    def round(self, seconds: float, folder: Path) -> None:
        """One round; CPU in milliseconds per request, of all processes of the server."""
        before = self.server.cpu_seconds()
        load = run(self.requests, port=self.server.port, seconds=seconds, folder=folder, connections=self.connections)
        used = self.server.cpu_seconds() - before
        self.loads.append(load)
        self.cpu.append(used * 1000 / max(1, load.requests))
        self.megabytes.append(max(self.server.memory()))

    def alone(self) -> "Work":
        """The same over one connection: nobody waits for anybody else, so that latency is what the server needs."""
        return replace(self, name=f"{self.name}, one at a time", connections=1, loads=[], cpu=[], megabytes=[])

    def median(self, of: Callable[[Load], float]) -> float:
        return statistics.median(of(load) for load in self.loads)

    @property
    def per_second(self) -> float:
        return self.median(lambda load: load.per_second)


@dataclass(frozen=True)
class Site:
    """One content folder with its own data, for one portal."""

    name: str
    content: Path
    data: Path
    log: Path


def main() -> None:
    """Measures everything and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        print(
            machine(), f"\nLoad by {tool()}, 8 connections kept open, {given.rounds} rounds of {given.seconds:g} s.\n"
        )
        _measure(given, folder)


def _measure(given: argparse.Namespace, folder: Path) -> None:
    demo, large = _sites(given, folder)
    verdicts = list(_start_ups(large))
    set_up(demo.data, demo.content, demo.log)
    make_database(folder)
    with ExitStack() as servers:
        yardstick = servers.enter_context(yardstick_server(folder, folder / "yardstick.log"))
        works = _yardsticks(yardstick)
        for site in (demo, large):
            server = servers.enter_context(portal_server(site.data, site.content, site.log))
            works += _works(site, server)
        take_turns(works, given, folder)
        print_rows([row(work) for work in works], query=YARDSTICK_QUERY)
        verdicts += [*_speed(works, large), *_sizes(works[-1].server, large), _change(works[-1].server, large)]
    print_verdicts(verdicts)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3.0, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--articles", type=int, default=3000, help="of the large site")
    options.add_argument("--jsonl", type=Path, help="folder of JSON lines to make the large site from")
    given = options.parse_args()
    given.rounds = max(1, given.rounds)
    return given


def machine() -> str:
    """What this was measured on, and how busy it was before."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) // 1024  # type: ignore[index]
    return (
        f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} processors, {memory} MB, {platform.platform()}, "
        f"Python {platform.python_version()}, load before the run {os.getloadavg()[0]:.1f}, {time.strftime('%d %B %Y')}"
    )


def _sites(given: argparse.Namespace, folder: Path) -> tuple[Site, Site]:
    content = folder / "content"
    if given.jsonl:
        shutil.copytree(DEMO, content, ignore=shutil.ignore_patterns("faq"))
        rows = folder / "articles.jsonl"
        rows.write_text("".join(path.read_text(encoding="utf-8") for path in sorted(given.jsonl.glob("*.jsonl"))))
        jsonl_to_markdown(rows, content / "faq")
    else:
        make_content(content, given.articles)
    count_of_articles = sum(1 for _ in (content / "faq" / "de").rglob("*.md"))
    demo = Site("demo", DEMO, folder / "demo-data", folder / "demo.log")
    return demo, Site(f"{count_of_articles} articles", content, folder / "data", folder / "large.log")


def _start_ups(site: Site) -> Iterable[Verdict]:
    """Starts the large site with nothing there, without its index, and with everything there."""
    path, needed = first_article(site), {}
    for name, missing in (("nothing prepared", "."), ("index missing", f"derived/{INDEX}"), ("all there", None)):
        if missing == ".":
            shutil.rmtree(site.data, ignore_errors=True)
        elif missing:
            shutil.rmtree(site.data / missing)
        prepared = set_up(site.data, site.content, site.log)
        with portal_server(site.data, site.content, site.log) as server:
            needed[name] = (prepared, server.wait_for(path, seconds=300), server.cpu_seconds())
    for name, (prepared, served, cpu) in needed.items():
        limit = START if name == "all there" else 60.0
        said = (
            f"{prepared + served:.1f} s (`flask setup` {prepared:.1f}, web processes {served:.1f} with {cpu:.1f} s CPU)"
        )
        judged = served if name == "all there" else prepared + served
        part = "web processes" if name == "all there" else "both"
        yield f"start to first page, {name} ({part} < {limit:.0f} s)", said, judged < limit


def first_article(site: Site) -> str:
    """The address of the article that is asked for again and again."""
    return _articles(site)[0]


def _articles(site: Site) -> list[str]:
    folder = site.content / "faq" / "de"
    return [f"/de/faq/{path.relative_to(folder).with_suffix('')}" for path in sorted(folder.glob("*/*.md"))]


def _yardsticks(server: Server) -> list[Work]:
    server.wait_for("/", seconds=30)
    queries = [Request(f"/articles/{number}") for number in range(0, 3000, 7)]
    return [Work(YARDSTICK, server, [Request("/")]), Work(YARDSTICK_QUERY, server, queries, statements=1)]


def _works(site: Site, server: Server) -> list[Work]:
    server.wait_for(first_article(site), seconds=120)
    server.wait_for("/readyz", seconds=120, text=b'"ok"')
    found = kinds(site, server)
    first = {name: requests[0] for name, requests in found.items()}
    statements = count(portal_environment(site.data, site.content), first)
    return [
        Work(f"{site.name}: {name}", server, requests, statements=statements[name]) for name, requests in found.items()
    ]


def kinds(site: Site, server: Server) -> dict[str, list[Request]]:
    """Requests of people who read and search, by the name of each kind."""
    article = first_article(site)
    etag = server.get("/de/", **{"Accept-Encoding": COMPRESSED})[1].get("etag", "")
    asked = [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    asked = [each["text"] for each in asked if each["language"] == "de"]
    new = _new_queries(site)
    return {
        "home": [Request("/de/")],
        "article": [Request(article)],
        "articles, all in turn": [Request(path) for path in _articles(site)],
        "category": [Request(article.rpartition("/")[0] + "/")],
        "results, searched before": [Request(f"/de/search?q={quote_plus(text)}") for text in asked],
        "results, never searched": [Request(f"/de/search?q={quote_plus(text)}") for text in new],
        "suggestions, typed before": _typing(asked),
        "suggestions, never typed": _typing(new),
        "vote": [Request(f"/de/feedback/{_number(server, article)}", "POST", body="verdict=yes&is_complete=yes")],
        "304": [Request("/de/", headers={"If-None-Match": etag})],
    }


def _new_queries(site: Site) -> list[str]:
    """Two or three words of titles, nearly every time others: nothing of them can be kept."""
    chance = random.Random(time.time_ns())
    known = sorted({word for title in titles(site.content) for word in re.findall(r"\w{3,}", title)})
    return [" ".join(chance.sample(known, chance.randint(2, 3))) for _ in range(MANY)]


def _typing(texts: Iterable[str]) -> list[Request]:
    """What the page asks for when the last word is half typed."""
    halves = (text[: max(3, len(text) - 3)] for text in texts)
    return [Request(f"/de/search/suggestions?q={quote_plus(half)}", headers={"HX-Request": "true"}) for half in halves]


def _number(server: Server, article: str) -> int:
    found = re.search(rb"/de/feedback/(\d+)", server.get(article)[2])
    if found is None:
        raise RuntimeError(f"{article} has no form to vote with")
    return int(found[1])


def take_turns(works: list[Work], given: argparse.Namespace, folder: Path, *, warm: float = 1) -> None:
    """All kinds take turns, so that a busy minute of the machine hits them all; `warm` seconds of each do not count."""
    for work in works:
        run(work.requests, port=work.server.port, seconds=warm, folder=folder)
    for _ in range(given.rounds):
        for work in works:
            work.round(given.seconds, folder)


def _speed(works: list[Work], site: Site) -> Iterable[Verdict]:
    basis, basis_cpu = works[0].per_second, statistics.median(works[0].cpu)
    by_name = {work.name: work for work in works}
    for name, wanted in RATIOS.items():
        work = by_name[f"{site.name}: {name}"]
        ratio, by_cpu = work.per_second / basis, basis_cpu / statistics.median(work.cpu)
        said = f"{ratio:.2f} by requests/s, {by_cpu:.2f} by CPU time"
        yield f"{name}, {site.name} (≥ {wanted} of the yardstick)", said, ratio >= wanted


def _sizes(server: Server, site: Site) -> Iterable[Verdict]:
    memory = server.memory()
    said = " and ".join(f"{each:.0f} MB" for each in memory)
    yield f"web process after the load, {site.name} (< 150 MB)", said, max(memory) < 150
    for name, path in (("home", "/de/"), ("article", first_article(site))):
        sizes = _first_view(server, path)
        said = f"{sum(sizes.values()) / 1000:.1f} kB in {len(sizes)} requests"
        is_met = sum(sizes.values()) <= FIRST_VIEW_BYTES and len(sizes) <= FIRST_VIEW_REQUESTS
        yield f"first view of {name} (≤ 45 kB, ≤ 6 requests)", said, is_met


def _first_view(server: Server, path: str) -> Mapping[str, int]:
    """Bytes with headers of the page and of everything that a browser fetches with it."""
    addresses, sizes = [path], {}
    page = server.get(path)[2].decode()
    addresses += list(dict.fromkeys(urljoin(path, one or other) for one, other in FETCHED.findall(page)))
    for address in addresses:
        _, headers, body = server.get(address, **{"Accept-Encoding": COMPRESSED})
        sizes[address] = len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items()) + 17
    return sizes


def _change(server: Server, site: Site) -> Verdict:
    """Writes a sentence into an article and asks until no process gives the old page any more."""
    path, address = next(iter(sorted((site.content / "faq" / "de").glob("*/*.md")))), first_article(site)
    word = f"Zuletztgeschrieben{time.time_ns()}"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{word}\n", encoding="utf-8")
    begun = last_old = time.perf_counter()
    while time.perf_counter() - last_old < 3 and time.perf_counter() - begun < 60:
        if word.encode() not in server.get(address)[2]:
            last_old = time.perf_counter()
        time.sleep(0.02)
    needed = last_old - begun
    return f"change of a file in every process, {site.name} (< 5 s)", f"{needed:.1f} s", needed < 5


if __name__ == "__main__":
    main()
