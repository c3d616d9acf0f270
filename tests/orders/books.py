"""Orders and invoices of the cast, as the company's books have them."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.contracts.books import Preview, import_from, imported
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.rules import SYSTEM
from portal.orders.importing import INVOICES, ORDERS
from portal.orders.models import Invoice, Order
from tests.contracts.books import in_the_file

ORDER = {
    "Bestellnummer": "B-2026-5501",
    "E-Mail": "anna@example.org",
    "Kundennummer": "K-10417",
    "Artikel": "Talwind Router 7",
    "Bestelldatum": "02.11.2026",
    "Status": "geliefert",
    "Betrag": "129,00 €",
}
INVOICE = {
    "Rechnungsnummer": "R-2026-7701",
    "E-Mail": "anna@example.org",
    "Kundennummer": "K-10417",
    "Rechnungsdatum": "03.11.2026",
    "Fällig am": "17.11.2026",
    "Status": "offen",
    "Betrag": "1.129,00",
}


def order(app: Flask, *rows: dict[str, str], **changes: str) -> Preview:
    """Orders in the books, Anna's if nothing else is said; what the import did."""
    with app.app_context():
        content = in_the_file(*(rows or [ORDER | changes])).encode()
        return import_from(ORDERS, content, origin=imported(SYSTEM, "bestellungen.csv"), by=SYSTEM, now=clock.now())


def invoice(app: Flask, *rows: dict[str, str], **changes: str) -> Preview:
    """The same of invoices."""
    with app.app_context():
        content = in_the_file(*(rows or [INVOICE | changes])).encode()
        return import_from(INVOICES, content, origin=imported(SYSTEM, "rechnungen.csv"), by=SYSTEM, now=clock.now())


def booked(app: Flask, model: type[Order] | type[Invoice] = Order) -> list[Any]:
    """Every order or invoice, the oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))
