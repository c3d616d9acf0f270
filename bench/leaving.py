"""`make bench` for leaving: opening `/kuendigen` as a guest and signed in, and sending it.

`python -m bench.leaving [--seconds 3] [--rounds 3]`. The promise: a customer who is signed in
has the receipt after less than 300 ms of server time at p95.
"""

import argparse
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from bench.content import DEMO
from bench.load import OWN, Request
from bench.pages import Work, machine, take_turns
from bench.questions import check
from bench.servers import Server, portal_environment, portal_server, set_up
from bench.table import Verdict, print_rows, print_verdicts, row
from portal import create_app
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.accounts.sessions import add_session
from portal.customers.actions import customer_of
from portal.faq.library import KEEPER
from portal.foundation import clock
from portal.foundation.config import read_config
from portal.foundation.database import db, transaction
from portal.foundation.web.sessions import session_cookie

MOST_SECONDS = 0.3


def main() -> None:
    """Measures everything and prints it; the numbers are the whole message, the exit code is always 0."""
    given = _options()
    print(machine(), f"\n{given.rounds} rounds of {given.seconds:g} s for each kind of work.\n")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name, ExitStack() as servers:
        data, log = Path(name) / "data", Path(name) / "portal.log"
        set_up(data, DEMO, log)
        cookie = sign_in(portal_environment(data, DEMO))
        server = servers.enter_context(portal_server(data, DEMO, log))
        works = _works(server, cookie)
        take_turns(list(works.values()), given, Path(name))
        print_rows([row(work) for work in works.values()])
        print_verdicts(list(verdicts(works)))
        check(portal_environment(data, DEMO))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3.0, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    return options.parse_args()


def sign_in(environment: Mapping[str, str]) -> str:
    """The cookie of a customer of that portal."""
    app = create_app(read_config(environment))
    with app.app_context(), transaction():
        now = clock.now()
        values = {"email": "leaving@example.org", "name": "Anna Berger", "language": "de", "role": Role.CUSTOMER.value}
        user = User(**values, confirmed_at=now, created_at=now, failures=0)
        db.session.add(user)
        db.session.flush()
        customer_of(user, now)
        key, _ = add_session(user, now=now, is_half=False, network="198.51.100.0/24", browser="Bench")
    KEEPER.of(app).stop()
    return f"{session_cookie(app)}={key}"


def _works(server: Server, cookie: str) -> dict[str, Work]:
    server.wait_for("/readyz", seconds=120, text=b'"ok"')
    return {name: Work(name, server, found) for name, found in requests(cookie).items()}


def requests(cookie: str) -> dict[str, list[Request]]:
    """What browsers of a guest and of a customer who is signed in send, by the name of the work."""
    signed = {"Cookie": cookie}
    return {
        "form to cancel": [Request("/kuendigen")],
        "own form to cancel": [Request("/kuendigen", headers=signed)],
        "cancel": [_sent(signed)],
    }


def _sent(headers: dict[str, str]) -> Request:
    """A declaration of its own: nothing of it was said before."""
    typed = {
        "stamp": f"1797415200-{secrets.token_hex(6)}-{OWN}",
        "cause": "ordinary",
        "name": "Anna Berger",
        "email": f"anna-{OWN}@example.org",
        "about": f"Talwind Glas 300, {OWN}",
        "end": "earliest",
    }
    return Request("/kuendigen", "POST", headers=headers, body=urlencode(typed))


def verdicts(works: Mapping[str, Work]) -> Iterable[Verdict]:
    """Whether the promise holds, and nothing was refused."""
    for name in ("own form to cancel", "cancel"):
        p95 = works[name].median(lambda load: load.p95)
        yield f"{works[name].name} p95 (≤ 300 ms)", f"{p95:.1f} ms", p95 <= MOST_SECONDS * 1000
    refused = sum(load.refused + load.failed for load in works["cancel"].loads)
    yield "declarations that were refused (none)", str(refused), not refused


if __name__ == "__main__":
    main()
