"""Orders and invoices from a table file, on the way of all books: first a look at every line, twice is once."""

from collections.abc import Collection, Mapping
from functools import partial

from portal.contracts.books import Book, Compared, LineFault
from portal.contracts.reading import Fault, differences
from portal.foundation.files.table_files import Columns
from portal.orders.actions import is_whose_asked, keep_invoice, keep_order
from portal.orders.models import Invoice, Order
from portal.orders.owners import owners_by_number
from portal.orders.queries import booked_by_keys
from portal.orders.reading import (
    INVOICE_FIELDS,
    INVOICE_REQUIRED,
    ORDER_FIELDS,
    ORDER_REQUIRED,
    Written,
    WrittenInvoice,
    WrittenOrder,
    read_invoice,
    read_order,
)

_ORDER_NUMBER = ("bestellnummer", "bestellung", "auftragsnummer", "auftrag", "order")
_ALIASES = {
    "number": (),
    "email": ("e-mail", "mail", "e_mail", "e-mail-adresse"),
    "customer_number": ("kundennummer", "customer number"),
    "name": ("kunde", "kundin", "kundenname", "holder"),
    "item": ("artikel", "what", "product", "was", "produkt", "bezeichnung"),
    "ordered_on": ("bestelldatum", "bestellt am", "bestellt_am", "auftragsdatum", "datum", "date"),
    "issued_on": ("rechnungsdatum", "ausgestellt am", "datum", "date"),
    "due_on": ("fällig am", "fällig", "due", "faellig_am", "fälligkeit", "zahlbar bis", "zahlungsziel"),
    "state": ("status", "stand", "zustand"),
    "amount": ("betrag", "summe", "gesamtbetrag", "brutto", "total"),
    "currency": ("währung", "waehrung"),
    "contract_number": ("vertragsnummer", "vertrag", "contract"),
    "order_number": _ORDER_NUMBER,
}


def _columns(fields: Collection[str], required: Collection[str], number: Collection[str]) -> Columns:
    return Columns({name: (*_ALIASES[name], *(number if name == "number" else ())) for name in fields}, tuple(required))


def _fields_of(kept: Order | Invoice | None) -> dict[str, str]:
    """What is kept, by the fields of a file, as text; nothing of what is locked."""
    if kept is None or kept.locked_at is not None:
        return {}
    names = ("email", "customer_number", "contract_number", "currency", "due_on", "order_number")
    return {name: str(getattr(kept, name, None) or "") for name in names}


def _read_order(given: Mapping[str, str], kept: Order | None) -> tuple[WrittenOrder | None, list[Fault]]:
    return read_order(given, _fields_of(kept))


def _read_invoice(given: Mapping[str, str], kept: Invoice | None) -> tuple[WrittenInvoice | None, list[Fault]]:
    return read_invoice(given, _fields_of(kept))


def _compared(written: Mapping[str, Written], kept: Mapping[str, Order | Invoice]) -> dict[str, Compared]:
    found = {key: _beside(kept[key], each) for key, each in written.items() if key in kept}
    # A row that is known stays with its owner, unless the books name somebody else.
    asked = {
        key: each
        for key, each in written.items()
        if not each.email and (key not in found or is_whose_asked(each, found[key].changed or ()))
    }
    owners = owners_by_number(asked.values())
    faults = {key: owners[each.number] for key, each in asked.items()}
    return found | {key: Compared(None, [fault]) for key, fault in faults.items() if isinstance(fault, Fault)}


def _beside(kept: Order | Invoice, written: Written) -> Compared:
    if kept.locked_at is not None:
        return Compared(faults=(LineFault.LOCKED,))
    return Compared(differences(kept, written))


ORDERS = Book(
    columns=_columns(ORDER_FIELDS, ORDER_REQUIRED, (*_ORDER_NUMBER, "order_number")),
    about="item",
    find=partial(booked_by_keys, Order),
    read=_read_order,
    compare=_compared,
    keep=keep_order,
)
INVOICES = Book(
    columns=_columns(
        INVOICE_FIELDS, INVOICE_REQUIRED, ("rechnungsnummer", "rechnung", "belegnummer", "invoice_number", "invoice")
    ),
    about="email",
    find=partial(booked_by_keys, Invoice),
    read=_read_invoice,
    compare=_compared,
    keep=keep_invoice,
)
