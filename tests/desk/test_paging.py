"""Every list of the desk goes on and back: the pages back are those that one came by."""

import sys

import pytest

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.journal.actions import audit
from portal.leaving.following import match_new
from portal.notifications.actions import tell_staff
from tests.contracts.books import contract
from tests.leaving.declaring import send
from tests.orders.books import INVOICE, ORDER, invoice, order
from tests.questions.people import ask
from tests.visitor import Visitor

SIZES = (
    *("portal.contracts.queries.PAGE_SIZE", "portal.orders.queries.PAGE_SIZE", "portal.desk.queries.queues.PAGE_SIZE"),
    *("portal.leaving.queries.standings.PAGE_SIZE", "portal.desk.queries.notices.LIST_SIZE"),
    *("portal.lead.queries.AUDIT_SIZE", "portal.lead.routes.mails.MAILS_SIZE"),
)
LISTS = (
    *("contracts", "orders", "invoices", "declarations", "declarations?list=all", "notices"),
    *("queues/free", "queues/all", "queues/all?state=open", "audit?verb=session"),
    "mails?state=waiting",
)


@pytest.fixture
def filled(app, monkeypatch):
    """Five of everything that the desk lists."""
    guest = Visitor(app)
    for number in range(5):
        send(guest, about=f"Vertrag {number}")
        ask(app, subject=f"Frage {number}")
    with app.app_context():
        match_new(clock.now())
        with transaction():
            for number in range(5):
                about, stamp = ("question", number + 1), f"test-{number}"
                tell_staff("question.asked", about=about, stamp=stamp, payload={"number": "X"}, now=clock.now())
                audit("session.begun", at=clock.now(), network=f"198.51.{number}.0/24")
    order(app, *(ORDER | {"Bestellnummer": f"B-{number}"} for number in range(5)))
    invoice(app, *(INVOICE | {"Rechnungsnummer": f"R-{number}"} for number in range(5)))
    for number in range(5):
        contract(app, number=f"TW-{number}")
    for size in SIZES:
        module, _, name = size.rpartition(".")
        monkeypatch.setattr(sys.modules[module], name, 2)


def shown(page) -> list[str]:
    """What stands on a page: where its lines lead, or else what tells them apart."""
    lines = [each.get("href") for each in page.all("a", class_="cases__subject")]
    notices = [each.get("value") for each in page.all("input", name="only")]
    return lines or notices or [" ".join(each.itertext()) for each in page.all("tr")[1:]]


def test_every_list_goes_on_to_its_end_and_back_to_its_beginning(filled, dora):
    for path in LISTS:
        page = dora.opens(f"/desk/{path}")
        forth = [shown(page)]
        while "Nächste Seite" in page.links:
            page = dora.opens(page.links["Nächste Seite"])
            forth.append(shown(page))
        lines = [line for each in forth for line in each]
        assert len(forth) >= 3 and len(set(lines)) == len(lines) >= 5, path
        assert shown(dora.opens(page.links["Erste Seite"])) == forth[0], path
        back = [shown(page)]
        while "Vorige Seite" in page.links:
            page = dora.opens(page.links["Vorige Seite"])
            back.append(shown(page))
        assert back == forth[::-1], path
