"""`make bench` for questions: asking, the question's page, its poll and the list, with many questions in the database.

`python -m bench.questions [--amounts 1000,100000] [--seconds 3] [--rounds 3] [--data FOLDER]`; with FOLDER a database
that was filled before, with the one amount that is named, is used again. Beside each amount runs the yardstick: a
minimal Flask page with one query, and one durable insert of one row into a database with the same settings, over HTTP.
Everything is served as `make run` serves it; all kinds of work take turns.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from bench.content import DEMO
from bench.fast_fill import fill_fast, forget_mails, give_keys
from bench.load import OWN, Request
from bench.pages import YARDSTICK, Work, machine, take_turns
from bench.servers import Server, portal_environment, portal_server, set_up, surroundings, yardstick_server
from bench.statements import count
from bench.table import Verdict, print_rows, print_verdicts, row
from bench.yardstick import make_database
from portal.foundation.config import ROOT
from portal.questions.routes.asking_sheet import SHORTEST_TIME

PAGE_TIMES, PAGE_STATEMENTS, SUBMIT_SHARE, GROWTH = 2.5, 10, 0.6, 1.5
# Opening the form and sending it, one after the other, beside the page of one template; milliseconds of the sending.
FLOWS, POST_P50, POST_P99 = 0.3, 3.0, 15.0


def main() -> None:
    """Measures everything and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    print(machine(), f"\n{given.rounds} rounds of {given.seconds:g} s for each kind of work.\n")
    pages: dict[int, float] = {}
    submits: dict[int, float] = {}
    for amount in given.amounts:
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
            works = _measure(amount, Path(name), given)
        pages[amount] = works["question page"].median(lambda load: load.p50)
        submits[amount] = works["ask"].median(lambda load: load.p50)
    if len(given.amounts) > 1:
        print_verdicts(list(_growth("question page", pages)) + list(_growth("ask", submits)))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3.0, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--amounts", type=lambda text: [int(each) for each in text.split(",")], default=[1000, 100_000]
    )
    options.add_argument("--data", type=Path, help="a folder that was filled before")
    given = options.parse_args()
    given.rounds = max(1, given.rounds)
    return given


def _measure(amount: int, folder: Path, given: argparse.Namespace) -> dict[str, Work]:
    data, log = given.data or folder / "data", folder / "portal.log"
    url = f"sqlite:///{data / 'portal.sqlite'}"
    if given.data is None:
        set_up(data, DEMO, log)
        print(f"Filling in {amount:,} questions …", flush=True)
    keys = give_keys(url, amount) if given.data else fill_fast(url, amount)
    forget_mails(url)
    make_database(folder)
    with ExitStack() as servers:
        yardstick = servers.enter_context(yardstick_server(folder, folder / "yardstick.log"))
        server = servers.enter_context(portal_server(data, DEMO, log))
        works = {**_yardsticks(yardstick), **_works(server, data, keys)}
        works |= {f"{name} alone": works[name].alone() for name in ("insert", "ask")}
        take_turns(list(works.values()), given, folder)
        print_rows([row(work) for work in works.values()], query=works["one query"].name)
        print("memory of the web processes:", " and ".join(f"{each:.0f} MB" for each in server.memory()))
    print_verdicts(list(_verdicts(works, amount)))
    check(portal_environment(data, DEMO))
    return works


def _yardsticks(server: Server) -> dict[str, Work]:
    server.wait_for("/", seconds=30)
    pages = [Request(f"/articles/{number}") for number in range(0, 3000, 7)]
    insert = [Request("/rows", "POST", body="text=" + "x" * 400)]
    return {
        "one query": Work("yardstick: one template, one query", server, pages, statements=1),
        "one template": Work(YARDSTICK, server, [Request("/")], statements=0),
        "insert": Work("yardstick: one durable insert", server, insert, statements=1),
    }


def _works(server: Server, data: Path, keys: list[tuple[str, str]]) -> dict[str, Work]:
    server.wait_for("/readyz", seconds=120, text=b'"ok"')
    found = kinds(server, keys)
    first = {name: requests[0] for name, requests in found.items()}
    statements = count(portal_environment(data, DEMO), {name: first[name] for name in first if name != "ask"})
    return {name: Work(name, server, requests, statements=statements.get(name)) for name, requests in found.items()}


class Asked(Protocol):
    """Something that can be asked for an address: a server, or the application inside this process."""

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]: ...


def kinds(server: Asked, keys: list[tuple[str, str]]) -> dict[str, list[Request]]:
    """Requests of people who ask and read, by the name of each kind."""
    cookies = [(number, {"Cookie": f"guest={key}"}) for number, key in keys]
    polls = [_poll(server, number, cookie) for number, cookie in cookies[::10]]
    return {
        "question page": [Request(f"/de/questions/{each}", headers=cookie) for each, cookie in cookies],
        "poll without news": polls,
        "my questions": [Request("/de/questions/", headers=cookie) for _, cookie in cookies],
        "form to ask": [Request("/de/questions/new")],
        "ask": _submits(server),
    }


def _poll(server: Asked, number: str, cookie: dict[str, str]) -> Request:
    """What a page that is open asks: whether there is anything but what it shows."""
    etag = server.get(f"/de/questions/{number}/news", **cookie)[1].get("etag", "")
    return Request(f"/de/questions/{number}/news", headers={**cookie, "If-None-Match": etag})


def _submits(server: Asked) -> list[Request]:
    """A different question of a different person each time, as a browser with script sends it."""
    page = server.get("/de/questions/new")[2].decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]* value="([^"]*)"', page))
    topic = re.search(r'name="topic"[^>]* value="([^"]+)"', page)
    time.sleep(SHORTEST_TIME.total_seconds())  # a form that comes back sooner is shown once more
    return [Request("/de/questions/new", "POST", body=_form(hidden, topic[1] if topic else ""))]


def _form(hidden: dict[str, str], topic: str) -> str:
    typed = {
        "topic": topic,
        "subject": "Internet fällt abends aus",
        "body": "Seit Montag ist abends für eine Stunde kein Netz da. Ein Neustart hilft nicht. " * 5,
        "name": "Anna Berger",
        "email": f"anna-{OWN}@example.org",
        "can_continue": "detour",
        "affects": "me",
    }
    return urlencode(hidden | typed | {"stamp": OWN, "is_checked": "yes"})


def _verdicts(works: dict[str, Work], amount: int) -> Iterable[Verdict]:
    page, query = (works[name].median(lambda load: load.p95) for name in ("question page", "one query"))
    cpu = statistics.median(works["question page"].cpu) / statistics.median(works["one query"].cpu)
    yield (
        f"question page p95, {amount:,} questions (≤ {PAGE_TIMES} times one query)",
        f"{page / query:.2f} times ({page:.1f} and {query:.1f} ms), {cpu:.2f} by CPU time",
        page <= PAGE_TIMES * query,
    )
    statements = works["question page"].statements or 0
    yield "SQL statements of the question page (≤ 10)", str(statements), statements <= PAGE_STATEMENTS
    share = works["ask"].per_second / works["insert"].per_second
    refused = sum(load.refused + load.failed for load in works["ask"].loads)
    yield (
        f"ask, {amount:,} questions (≥ {SUBMIT_SHARE} of a durable insert)",
        f"{share:.2f} ({works['ask'].per_second:.0f} and {works['insert'].per_second:.0f} a second), {refused} refused",
        share >= SUBMIT_SHARE and not refused,
    )
    yield flow(works["one template"], works["form to ask"], works["ask"])
    yield server_time(works["ask alone"])


def flow(basis: Work, form: Work, post: Work) -> Verdict:
    """How many people can open the form and send it in a second, beside the pages of the yardstick."""
    share = 1 / (1 / form.per_second + 1 / post.per_second) / basis.per_second
    by_cpu = statistics.median(basis.cpu) / (statistics.median(form.cpu) + statistics.median(post.cpu))
    said = f"{share:.2f} by requests/s, {by_cpu:.2f} by CPU time"
    return f"ask, form and post (≥ {FLOWS} of the one-template page)", said, share >= FLOWS


def server_time(alone: Work) -> Verdict:
    """How long sending takes when nobody else asks: with eight at once a person also waits for seven others."""
    p50, p99 = alone.median(lambda load: load.p50), alone.median(lambda load: load.p99)
    wanted = f"{alone.name} (p50 < {POST_P50:g} ms, p99 < {POST_P99:g} ms)"
    return wanted, f"{p50:.1f} and {p99:.1f} ms", p50 < POST_P50 and p99 < POST_P99


def _growth(name: str, medians: dict[int, float]) -> Iterable[Verdict]:
    least, most = min(medians), max(medians)
    grown = medians[most] / medians[least]
    yield f"{name}, p50 from {least:,} to {most:,} (≤ {GROWTH} times)", f"{grown:.2f} times", grown <= GROWTH


def check(environment: Mapping[str, str]) -> None:
    """Whether everything fits together after the load, in the portal with these settings."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "check"],
        cwd=ROOT,
        env={**surroundings(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    print("flask check:", done.stdout.strip().splitlines()[-1:] or done.stderr[-500:], "\n")


if __name__ == "__main__":
    main()
