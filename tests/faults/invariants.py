"""What must hold after every fault: `flask check`, the ledger of the clients, closed doors, and quiet logs."""

import re
from collections.abc import Iterator

from sqlalchemy import create_engine, text

from tests.faults.household import Household
from tests.faults.ledger import Ledger

ORDERS = "SELECT kind, subject_id, recipient, count(*) FROM notifications GROUP BY 1, 2, 3 HAVING count(*) > 1"
PRIVATE = ("Kennwort", "x" * 32, "@example.org", "key=")
SENT = "SELECT message_id FROM notifications WHERE sent_at IS NOT NULL"


def broken(house: Household, ledger: Ledger) -> list[str]:
    """Every invariant that does not hold."""
    checked = house.flask("check")
    own = [] if checked.returncode == 0 else (checked.stdout.splitlines() or [checked.stderr[-500:]])
    doors = filter(None, house.strangers(ledger).look())
    return [*doors, *ledger.faults(house.url), *own, *_orders(house), *_loud_logs(house)]


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


def _loud_logs(house: Household) -> Iterator[str]:
    """I10: nothing of a text, a key or an address, except where the mail went, masked."""
    words = house.words.replace("…@example.org", "")
    yield from (f"I10: the log has {each[:12]!r}" for each in PRIVATE if each in words)
