"""Contracts of the cast, as the company's books have them."""

from flask import Flask
from sqlalchemy import select

from portal.contracts.actions import add_contract
from portal.contracts.models import Contract
from portal.contracts.reading import read_contract
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.rules import SYSTEM

ANNAS = {
    "number": "TW-2025-00417",
    "customer_number": "K-10417",
    "holder": "Anna Berger",
    "email": "anna@example.org",
    "product": "Talwind Glas 300",
    "started_on": "2025-04-01",
    "notice": "1 month",
}
BERNDS = ANNAS | {
    "number": "TW-2026-00733",
    "customer_number": "K-10733",
    "holder": "Bernd Kolb",
    "email": "bernd@example.org",
    "product": "Talwind DSL 100",
}


def contract(app: Flask, given: dict[str, str] = ANNAS, **changes: str) -> int:
    """A contract in the books; its row's number."""
    written, faults = read_contract(given | changes)
    assert written is not None, faults
    with app.app_context():
        return add_contract(written, by=SYSTEM, now=clock.now()).id


def kept(app: Flask) -> list[Contract]:
    """Every contract, the oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(Contract).order_by(Contract.id)))


def in_the_file(*rows: dict[str, str], separator: str = ";") -> str:
    """These contracts as the text of a table."""
    columns = list(rows[0])
    lines = [separator.join(columns), *(separator.join(row[name] for name in columns) for row in rows)]
    return "\r\n".join(lines) + "\r\n"
