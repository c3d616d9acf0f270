"""One web process beside two: what the second one adds, for the portal and for the yardstick on the same machine.

`python -m bench.processes [--questions 100000] [--articles 3000] [--seconds 2] [--rounds 3]`. Who asks needs a part of
the same processors, so what the yardstick gains is the most that can be seen here.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from bench import desk, pages, questions
from bench.content import make_content
from bench.fast_fill import fill_fast, forget_mails
from bench.load import Request, tool
from bench.pages import Work
from bench.servers import Server, portal_server, set_up, yardstick_server
from bench.table import Verdict, print_rows, print_verdicts, row
from bench.yardstick import make_database

GAIN = 1.8


def main() -> None:
    """Measures and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    print(pages.machine(), f"\nLoad by {tool()}, 8 connections, {given.rounds} rounds of {given.seconds:g} s.\n")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        site = pages.Site("processes", folder / "content", folder / "data", folder / "portal.log")
        make_content(site.content, given.articles)
        set_up(site.data, site.content, site.log)
        url = f"sqlite:///{site.data / 'portal.sqlite'}"
        keys = fill_fast(url, given.questions)
        forget_mails(url)
        desk.sign_in(url)
        make_database(folder)
        section(site, keys, given.questions, given)


def section(
    site: pages.Site,
    keys: list[tuple[str, str]],
    amount: int,
    given: argparse.Namespace,
    *,
    url: str = "",
    yardstick_url: str = "",
) -> None:
    """The same of a portal that is filled, beside whose data lies the yardstick's; `url` is that of PostgreSQL."""
    folder, cases = site.data.parent, desk.requests(amount)["case"]
    with ExitStack() as servers:
        works = {}
        for processes in (1, 2):
            yardstick = yardstick_server(folder, folder / "yardstick.log", yardstick_url, workers=processes)
            portal = portal_server(site.data, site.content, site.log, url)
            portal.add_settings(WEB_WORKERS=str(processes))
            begun = servers.enter_context(yardstick), servers.enter_context(portal)
            works[processes] = _works(*begun, site, keys, cases)
        pages.take_turns([work for found in works.values() for work in found], given, folder)
    for processes, found in works.items():
        print(f"\n-- {processes} web process{'es' * (processes - 1)}")
        print_rows([row(work) for work in found])
    print_verdicts(list(_verdicts(works)))


def _works(
    yardstick: Server, server: Server, site: pages.Site, keys: list[tuple[str, str]], cases: list[Request]
) -> list[Work]:
    yardstick.wait_for("/", seconds=60)
    server.wait_for("/readyz", seconds=300, text=b'"ok"')
    of_pages, of_questions = pages.kinds(site, server), questions.kinds(server, keys)
    kinds = {
        **{name: of_pages[name] for name in ("article", "results, never searched")},
        **{name: of_questions[name] for name in ("question page", "ask")},
        "case": cases,
    }
    return [
        Work("yardstick: one template", yardstick, [Request("/")]),
        *(Work(name, server, found) for name, found in kinds.items()),
    ]


def _verdicts(works: dict[int, list[Work]]) -> Iterable[Verdict]:
    for one, two in zip(works[1], works[2], strict=True):
        gain = two.per_second / one.per_second
        cpu = [statistics.median(each.cpu) for each in (one, two)]
        said = f"{gain:.2f} times ({cpu[0]:.2f} and {cpu[1]:.2f} ms CPU)"
        yield f"{one.name}: two web processes beside one (≥ {GAIN} times)", said, gain >= GAIN


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--questions", type=int, default=100_000)
    options.add_argument("--articles", type=int, default=3_000)
    options.add_argument("--seconds", type=float, default=2.0, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    return options.parse_args()


if __name__ == "__main__":
    main()
