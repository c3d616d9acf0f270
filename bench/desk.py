"""`python -m bench.desk`: every queue and search of the desk, with many questions in the database.

`[--amounts 100000] [--seconds 2] [--rounds 3] [--data FOLDER]`; with FOLDER a database that was filled before is used
again. Beside them runs the yardstick: a minimal Flask page with one query. Served as `make run` serves it.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_plus

from sqlalchemy import create_engine, delete, insert

from bench.content import DEMO
from bench.fast_fill import fill_fast, forget_mails
from bench.load import Request
from bench.pages import Work, machine, take_turns
from bench.servers import Server, portal_environment, portal_server, set_up, yardstick_server
from bench.statements import count
from bench.table import Verdict, print_rows, print_verdicts, row
from bench.yardstick import make_database
from portal.accounts.models import Session
from portal.keys.rules import digest
from portal.numbers.format import Number

TIMES, TIMES_OF_A_MILLION, STATEMENTS = 3, 6, 15
_KEY = f"{'desk':0>43}"
_QUEUES = ("mine", "free", "due-soon", "overdue", "waiting", "solved", "all")
_NARROWED = (
    "free?topic=umzug",
    "all?tag=kulanz",
    "solved?language=de&assignee=3",
    "all?customer=17",
    "all?text=router",
)
_SEARCHES = ("router", "Rechnungen Umzug", "rückruf", "kundin31@example.org", "Kundin", "1042", "glasfaser rot blinkt")


def main() -> None:
    """Measures everything and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    print(machine(), f"\n{given.rounds} rounds of {given.seconds:g} s for each kind of work.\n")
    for amount in given.amounts:
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
            _measure(amount, Path(name), given)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2.0, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--amounts", type=lambda text: [int(each) for each in text.split(",")], default=[100_000])
    options.add_argument("--data", type=Path, help="a folder that was filled before")
    return options.parse_args()


def _measure(amount: int, folder: Path, given: argparse.Namespace) -> None:
    data, log = given.data or folder / "data", folder / "portal.log"
    if given.data is None:
        set_up(data, DEMO, log)
        print(f"Filling in {amount:,} questions …", flush=True)
        fill_fast(f"sqlite:///{data / 'portal.sqlite'}", amount)
    forget_mails(f"sqlite:///{data / 'portal.sqlite'}")
    sign_in(f"sqlite:///{data / 'portal.sqlite'}")
    make_database(folder)
    with ExitStack() as servers:
        yardstick = servers.enter_context(yardstick_server(folder, folder / "yardstick.log"))
        server = servers.enter_context(portal_server(data, DEMO, log))
        works = {**_yardstick(yardstick), **_works(server, data, amount)}
        take_turns(list(works.values()), given, folder)
        print_rows([row(work) for work in works.values()], query=works["one query"].name)
    print_verdicts(list(_verdicts(works, amount)))


def sign_in(url: str) -> None:
    """The first colleague of the filled database has signed in just now."""
    now = datetime.now(UTC)
    row = {"digest": digest(_KEY), "user_id": 1, "is_half": False, "created_at": now, "seen_at": now}
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(delete(Session).where(Session.digest == digest(_KEY)))
        ends = now.replace(year=now.year + 1)
        connection.execute(insert(Session).values(**row, expires_at=ends, network="", browser=""))
    engine.dispose()


def _yardstick(server: Server) -> dict[str, Work]:
    server.wait_for("/", seconds=30)
    pages = [Request(f"/articles/{number}") for number in range(0, 3000, 7)]
    return {"one query": Work("yardstick: one template, one query", server, pages, statements=1)}


def _works(server: Server, data: Path, amount: int) -> dict[str, Work]:
    server.wait_for("/readyz", seconds=120, text=b'"ok"')
    kinds = requests(amount)
    statements = count(portal_environment(data, DEMO), {name: found[0] for name, found in kinds.items()})
    return {name: Work(name, server, found, statements=statements[name]) for name, found in kinds.items()}


def requests(amount: int) -> dict[str, list[Request]]:
    """What somebody who works here asks for, by the name of each kind of page."""
    cookie = {"Cookie": f"session={_KEY}"}
    addresses = {f"queue {name}": [f"/desk/queues/{name}"] for name in (*_QUEUES, *_NARROWED)}
    addresses |= {f"search {words}": [f"/desk/search?q={quote_plus(words)}"] for words in _SEARCHES}
    cases = (Number("Q", 26, 1 + amount * part // 200) for part in range(200))
    addresses |= {"case": [f"/desk/questions/{each}" for each in cases], "counts": ["/desk/counts"]}
    return {name: [Request(path, headers=cookie) for path in paths] for name, paths in addresses.items()}


def _verdicts(works: dict[str, Work], amount: int) -> Iterable[Verdict]:
    times = TIMES if amount < 1_000_000 else TIMES_OF_A_MILLION
    query = works["one query"]
    yardstick = query.median(lambda load: load.p95)
    for name, work in works.items():
        if work is query:
            continue
        p95, cpu = work.median(lambda load: load.p95), statistics.median(work.cpu) / statistics.median(query.cpu)
        refused = sum(load.refused + load.failed for load in work.loads)
        said = f"{p95 / yardstick:.2f} times by p95, {cpu:.2f} by CPU time, {work.statements} statements"
        is_kept = p95 <= times * yardstick and (work.statements or 0) <= STATEMENTS and not refused
        demand = f"≤ {times} times one query, ≤ {STATEMENTS} statements"
        yield f"{name}, {amount:,} questions ({demand})", f"{said}, {refused} refused", is_kept


if __name__ == "__main__":
    main()
