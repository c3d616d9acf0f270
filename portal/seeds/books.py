"""What the demo company's books say: contracts, orders and invoices of some of its people."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.contracts.actions import keep_imported
from portal.contracts.books import Line, lines_of
from portal.contracts.importing import preview
from portal.customers.rules import Origin, Source
from portal.foundation.database import transaction
from portal.foundation.files.table_files import Row
from portal.foundation.i18n import local_time
from portal.journal.rules import SYSTEM
from portal.orders.importing import INVOICES, ORDERS

CONTRACTS = Path(__file__).with_name("contracts.csv")
_BY = "Dora Lindner"
_BOOKED = {"orders.csv": ORDERS, "invoices.csv": INVOICES}
# Days of orders and invoices are counted back from today, so that the demo never grows old.
_DAYS = {"orders.csv": {"days_ago": "ordered_on"}, "invoices.csv": {"days_ago": "issued_on", "due_days_ago": "due_on"}}


def seed_contracts(now: datetime) -> None:
    """Contracts, as they were imported five weeks ago."""
    at = now - timedelta(days=39)
    with transaction():
        for line in preview(CONTRACTS.read_bytes()).lines:
            if line.written:
                keep_imported(line.written, origin=Origin(Source.DEMO), by=SYSTEM, now=at)


def seed_orders(now: datetime) -> None:
    """Orders and invoices, as they were imported twelve minutes ago; their people are there already."""
    with transaction():
        for name, book in _BOOKED.items():
            for line in lines_of(book, _rows(name, now)):
                _keep(book.keep, line, Origin(Source.IMPORT, _BY, name), now - timedelta(minutes=12))


def _rows(name: str, now: datetime) -> list[Row]:
    today = local_time(now).date()
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        found = []
        for at, fields in enumerate(csv.DictReader(file, delimiter=";"), 2):
            for column, day in _DAYS[name].items():
                days = fields.pop(column)
                fields[day] = f"{today - timedelta(days=int(days))}" if days else ""
            found.append(Row(at, fields, has_extra=False))
    return found


def _keep(keep: Any, line: Line, origin: Origin, at: datetime) -> None:
    if line.written is None:
        raise RuntimeError(f"line {line.at} of the demo is wrong: {line.faults}")
    keep(line.written, origin=origin, by=SYSTEM, now=at)
