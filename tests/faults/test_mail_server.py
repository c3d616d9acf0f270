"""The mail server refuses, is silent, slow, greylists, turns down or hangs up: no mail is lost, and none is doubled."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.foundation.config import CONFIG
from tests.faults.household import Household, household
from tests.faults.invariants import broken, lost_mails
from tests.faults.ledger import Ledger
from tests.faults.proxy import Wire, wire_to
from tests.journeys.conftest import eventually
from tests.notifications.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.long_fault, pytest.mark.once]


class Post:
    """A portal, its mail server, and the wire between them."""

    def __init__(self, house: Household, server: MailServer, wire: Wire) -> None:
        self.house, self.server, self.wire = house, server, wire
        self.ledger = Ledger()

    def asks(self, people: int = 2) -> list[str]:
        """People ask; the addresses to which a mail is due."""
        who, addresses = self.house.asker(self.ledger), []
        for _ in range(people):
            asked = who.begins()
            who.until_acknowledged(asked)
            addresses.append(asked.fields["email"])
        return addresses

    def arrives(self, addresses: list[str], *, seconds: float) -> float:
        """How long until all of them have their mail."""
        begun = time.monotonic()
        assert eventually(lambda: set(addresses) <= self.reached(), seconds=seconds), self.house.words[-2000:]
        return time.monotonic() - begun

    def reached(self) -> set[str]:
        """Everybody who was written to."""
        return {address for mail in self.server.arrived for address in mail.recipients}


@pytest.fixture
def post(app, tmp_path) -> Iterator[Post]:
    """All three, well."""
    config = CONFIG.of(app)
    with mail_server() as (server, port), wire_to(port) as wire:
        url = f"smtp://127.0.0.1:{wire.port}"
        with household(config, config.database_url, tmp_path / "log", MAIL_URL=url) as house:
            made = Post(house, server, wire)
            house.strangers(made.ledger)
            made.arrives(made.asks(1), seconds=60)
            yield made


@contextmanager
def refusing(post: Post) -> Iterator[None]:
    post.wire.is_refusing = True
    post.wire.cut()
    yield
    post.wire.is_refusing = False


@contextmanager
def silent(post: Post) -> Iterator[None]:
    post.wire.freeze()
    yield
    post.wire.thaw()


@contextmanager
def slow(post: Post) -> Iterator[None]:
    post.wire.seconds = 0.7
    yield
    post.wire.seconds = 0.0


def copies(post: Post) -> int:
    """How many mails have arrived a second time."""
    return len(post.server.message_ids) - len(set(post.server.message_ids))


def ends(post: Post) -> None:
    """Whatever is called sent has arrived, once or again under the same name."""
    assert broken(post.house, post.ledger) == []
    assert list(lost_mails(post.house, post.server.message_ids)) == []


@pytest.mark.parametrize(
    ("fault", "seconds"), [(refusing, 8), (silent, 15), (slow, 12)], ids=["refusing", "silent", "slow"]
)
def test_a_mail_server_that_cannot_be_spoken_to(post, fault, seconds, seen):
    with fault(post):
        addresses = post.asks()
        time.sleep(seconds)
    took = post.arrives(addresses, seconds=90)
    ends(post)
    seen(
        f"mail server {fault.__name__} for {seconds} s",
        "asking goes on, mails arrive afterwards",
        recovered=took,
        invariants="I1–I10",
    )


def test_a_mail_server_that_greylists_turns_down_and_hangs_up(post, seen):
    post.server.refusals = ["451 4.7.1 come back later"]
    took = post.arrives(post.asks(1), seconds=120)
    seen("mail server greylists", "tried again after a minute", recovered=took, invariants="I1–I10")

    post.server.cuts = 1
    post.arrives(post.asks(1), seconds=120)
    begun = time.monotonic()
    # Nobody told the portal that it had arrived.
    assert eventually(lambda: copies(post) == 1, seconds=120)
    took, again = time.monotonic() - begun, copies(post)
    seen(
        "mail server cut after DATA",
        f"sent again under its name, {again} copy",
        recovered=took,
        invariants="I1–I10, D",
    )

    post.server.refusals = ["550 5.1.1 nobody of that name"]
    (nobody,) = post.asks(1)
    took = post.arrives(post.asks(1), seconds=60)
    failed = post.house.flask("mail", "list", "--state", "failed").stdout
    assert nobody not in post.reached() and "question_received" in failed
    seen(
        "mail server turns one address down (5xx)",
        "failed for good and listed; others arrive",
        recovered=took,
        invariants="I1–I10",
    )
    ends(post)
