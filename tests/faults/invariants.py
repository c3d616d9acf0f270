"""What must hold after every fault: `flask check`, the ledger of the clients, closed doors, and quiet logs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import create_engine, text

from portal.foundation import clock
from portal.foundation.sessions import session_cookie
from tests.cast import BERND, signed_in
from tests.faults.callers import Caller
from tests.faults.household import Household
from tests.faults.ledger import Ledger

# Addresses that are for somebody else; {} is the number of a question that somebody asked.
OTHERS = (
    *(
        "/desk/",
        "/desk/questions/{}",
        "/desk/search?q=a",
        "/desk/declarations",
        "/desk/declarations/new",
        "/desk/mails",
    ),
    *("/desk/questions/{}/replies", "/desk/contracts", "/desk/contracts/import", "/desk/incidents"),
    *("/desk/orders", "/desk/invoices", "/desk/invoices/import", "/desk/customers/1", "/desk/customers/1/correction"),
    *("/desk/notices", "/desk/people", "/desk/audit", "/desk/preview", "/desk/reports/", "/desk/reports/cases.csv"),
    *("/desk/articles/", "/de/questions/{}", "/de/questions/{}/receipt", "/de/questions/{}/news", "/metrics"),
)
ORDERS = "SELECT kind, subject_id, recipient, count(*) FROM notifications GROUP BY 1, 2, 3 HAVING count(*) > 1"
PRIVATE = ("Kennwort", "x" * 32, "@example.org", "key=")
SENT = "SELECT message_id FROM notifications WHERE sent_at IS NOT NULL"


def broken(house: Household, ledger: Ledger, app: Flask) -> list[str]:
    """Every invariant that does not hold."""
    checked = house.flask("check")
    own = [] if checked.returncode == 0 else (checked.stdout.splitlines() or [checked.stderr[-500:]])
    return [*ledger.faults(house.url), *own, *_orders(house), *_open_doors(house, app), *_loud_logs(house)]


def lost_mails(house: Household, arrived: list[str]) -> Iterator[str]:
    """I5: what is called sent has arrived, and nothing else has."""
    engine = create_engine(house.url)
    with engine.connect() as connection:
        sent = {name for (name,) in connection.execute(text(SENT))}
    engine.dispose()
    names = {re.sub(r"[<>]|@.*", "", each) for each in arrived}
    yield from (f"I5: {name} is called sent and has not arrived" for name in sent - names)
    yield from (f"I5: {name} has arrived and is not called sent" for name in names - sent)


def _orders(house: Household) -> Iterator[str]:
    engine = create_engine(house.url)
    with engine.connect() as connection:
        rows = connection.execute(text(ORDERS)).all()
    engine.dispose()
    yield from (f"I3: {kind} to one person {count} times" for kind, _, _, count in rows if kind == "question_received")


def _open_doors(house: Household, app: Flask) -> Iterator[str]:
    """I7: anonymous, with somebody else's session, with a key that opens nothing."""
    with clock.frozen(datetime.now(UTC)):
        bernd = signed_in(app, BERND)
    (session,) = [each.value for each in bernd._client._cookies.values()]
    number = next(iter(_numbers(house)), "Q26-00001-0")
    for cookies in ({}, {session_cookie(app): session}, {"guest": "k" * 43}):
        caller = Caller(house.server, Ledger(), cookies=cookies)
        for path in OTHERS:
            if caller.get(path.format(number)).status == 200:
                yield f"I7: {path} is open to {next(iter(cookies), 'anybody')}"


def _numbers(house: Household) -> list[str]:
    """Numbers that there are."""
    engine = create_engine(house.url)
    with engine.connect() as connection:
        found = [number for (number,) in connection.execute(text("SELECT number FROM questions LIMIT 1"))]
    engine.dispose()
    return found


def _loud_logs(house: Household) -> Iterator[str]:
    """I10: nothing of a text, a key or an address, except where the mail went, masked."""
    words = house.words.replace("…@example.org", "")
    yield from (f"I10: the log has {each[:12]!r}" for each in PRIVATE if each in words)
