"""People before doors that are for others, while something breaks and afterwards (I7)."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

from portal.foundation import clock
from portal.foundation.web.sessions import session_cookie
from tests.cast import BERND, signed_in
from tests.conftest import make_app, running
from tests.faults.callers import Caller
from tests.faults.ledger import Ledger

if TYPE_CHECKING:
    from tests.faults.household import Household

# Addresses that are for somebody else; {} is the number of a question that somebody asked.
OTHERS = (
    *("/desk/", "/desk/questions/{}", "/desk/search?q=a", "/desk/declarations", "/desk/declarations/new"),
    *("/desk/mails", "/desk/questions/{}/replies", "/desk/contracts", "/desk/contracts/import", "/desk/incidents"),
    *("/desk/orders", "/desk/invoices", "/desk/invoices/import", "/desk/customers/1", "/desk/customers/1/correction"),
    *("/desk/notices", "/desk/people", "/desk/audit", "/desk/preview", "/desk/reports/", "/desk/reports/cases.csv"),
    *("/desk/articles/", "/de/questions/{}", "/de/questions/{}/receipt", "/de/questions/{}/news", "/metrics"),
)
_PAUSE = 0.3


class Strangers:
    """Nobody in particular, Bernd who is signed in, and a guest with the key of a question of their own.

    They come before anything breaks, and prove that what they carry opens what is theirs.
    """

    def __init__(self, house: "Household", ledger: Ledger) -> None:
        self._house, self._ledger = house, ledger
        guest = house.asker(Ledger())
        own = guest.begins()
        guest.until_acknowledged(own)
        self._own = own.number
        bernd = Caller(house.server, ledger, cookies=_session(house))
        self._people = {
            "anybody": Caller(house.server, ledger),
            "somebody signed in": bernd,
            "a guest": Caller(house.server, ledger, cookies=guest.cookies),
        }
        assert bernd.get("/de/account/overview").status == 200, "he is not signed in: closed doors would prove nothing"
        assert guest.get(f"/de/questions/{own.number}").status == 200, "the key opens nothing: nor would closed doors"

    def look(self) -> Iterator[str]:
        """Each door that is open to one of them; one step for each try."""
        number = self._number_of_somebody()
        for path in OTHERS:
            for who, caller in self._people.items():
                try:
                    status = caller.get(path.format(number), seconds=20).status
                except (OSError, http.client.HTTPException):
                    status = 0
                yield f"I7: {path} is open to {who}" if status == 200 else ""

    @contextmanager
    def prowling(self) -> Iterator[None]:
        """They go on trying, one door after the other, for as long as the block takes."""
        stopped = Event()

        def prowl() -> None:
            while not stopped.is_set():
                for fault in self.look():
                    if fault:
                        self._ledger.complain(fault)
                    if stopped.wait(_PAUSE):
                        return

        thread = Thread(target=prowl, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join(60)

    def _number_of_somebody(self) -> str:
        other = text("SELECT number FROM questions WHERE number <> :own LIMIT 1")
        try:
            engine = create_engine(self._house.url)
            with engine.connect() as connection:
                return connection.execute(other, {"own": self._own}).scalar() or "Q26-00001-0"
        except Exception:  # the database may be what is broken
            return next(iter(self._ledger.given), "Q26-00001-0")
        finally:
            engine.dispose()


def _session(house: "Household") -> dict[str, str]:
    """The cookie of Bernd, who is signed in on the very database of that portal."""
    same = make_app(house.data, house.content, database_url=house.url)
    with running(same), clock.frozen(datetime.now(UTC)):
        bernd = signed_in(same, BERND)
        (value,) = [each.value for each in bernd._client._cookies.values()]
    return {session_cookie(same): value}
