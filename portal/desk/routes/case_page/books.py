"""Contracts, orders and invoices beside a case, and where everything that is known of a customer is from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.customers.origins import RECORD, KnownFrom, known_from
from portal.customers.rules import Source
from portal.customers.words import age_of, words_of_known
from portal.desk.queries.books import Booked
from portal.desk.words import spoken
from portal.foundation import clock
from portal.foundation.i18n import local_date, local_time
from portal.foundation.rendering.printed import Printed, printed, printed_rows
from portal.orders.rules import is_overdue
from portal.orders.words import amount_words, invoice_said, order_said
from portal.questions.thread.words import unbroken

_LINE = "desk/_record_line.html"


class BookLine(NamedTuple):
    """A contract, an order or an invoice as one line; `known` is its origin and age, `is_grave` that it is overdue."""

    url: str
    number: str
    what: str
    said: str
    known: str
    is_grave: bool = False


# All that is merely shown: whether a line is grave decides what it looks like.
_GAPS = BookLine._fields[:-1]
_FIELDS = ("name", "email", "language", "contact_wishes")


def books_part(customer: Any, contracts: Sequence[Any], booked: Booked | None) -> Markup:
    """What the books say of a customer: nothing where they say nothing."""
    if booked is None and not contracts:
        return Markup("")
    now = clock.now()
    today, of_customer = local_time(now).date(), f"/desk/customers/{customer.id}"
    parts = [_list("contracts", [_contract(each, today, now) for each in contracts], len(contracts), of_customer)]
    if booked is not None:
        orders = [_order(each, of_customer, now) for each in booked.orders]
        invoices = [_invoice(each, of_customer, today, now) for each in booked.invoices]
        parts.append(_list("orders", orders, booked.order_count, of_customer))
        parts.append(_list("invoices", invoices, booked.invoice_count, of_customer))
    return Markup("").join(parts)


def origins(customer: Any, facts: Mapping[str, Any]) -> dict[str, str]:
    """Who said a customer's name, address, language and wishes, and when, by the name of each field."""
    now = clock.now()
    if facts:
        known = {field: known_from(facts, field, customer.created_at) for field in _FIELDS}
    else:
        known = dict.fromkeys(_FIELDS, known_from(facts, RECORD, customer.created_at))
    if customer.confirmed_at:
        known["email"] = KnownFrom(Source.CUSTOMER.value, "", "", customer.confirmed_at)
    # Of most fields the same is said.
    said = {each: _known_words(each, now) for each in set(known.values())}
    return {field: said[each] for field, each in known.items()}


# One page says what the page before said.
_kept_words = spoken(words_of_known)


def _known_words(known: Any, now: datetime) -> str:
    said: str = _kept_words(known.source, known.told_by, known.told_in, age_of(known.known_at, now))
    return said


def _list(name: str, lines: Sequence[BookLine], count: int, of_customer: str) -> Printed | Markup:
    """One list with its title, how old it is, and the way to all of it; where lines differ, each says it."""
    if not lines:
        return Markup("")
    is_same = len({each.known for each in lines}) == 1
    rows = [
        ({"kind": "booked", "is_grave": each.is_grave, "is_told": not is_same}, dict(zip(_GAPS, each, strict=False)))
        for each in lines
    ]
    shape = {"list": name, "has_more": count > len(lines), "is_told": is_same}
    gaps = {"lines": printed_rows(_LINE, rows), "count": count, "url": of_customer, "known": lines[0].known}
    return printed("desk/_record_books.html", shape, gaps)


def _contract(contract: Any, today: date, now: datetime) -> BookLine:
    if contract.ends_on and contract.ends_on < today:
        said = _("ended on %(date)s", date=unbroken(local_date(contract.ends_on)))
    elif contract.ended_at:
        said = _("ended")
    elif contract.ends_on:
        said = _("ends on %(date)s", date=unbroken(local_date(contract.ends_on)))
    else:
        said = _("running since %(date)s", date=unbroken(local_date(contract.started_on)))
    url = url_for("desk.contract", key=contract.number_key)
    return BookLine(url, contract.number, contract.product, said, _known_words(contract, now))


def _order(order: Any, of_customer: str, now: datetime) -> BookLine:
    amount, said = amount_words(order.cents, order.currency), order_said(order.state, _day(order.ordered_on))
    url = f"{of_customer}#order-{order.number_key}"
    return BookLine(url, order.number, order.item, f"{amount} · {said}", _known_words(order, now))


def _invoice(invoice: Any, of_customer: str, today: date, now: datetime) -> BookLine:
    due_on = _day(invoice.due_on) if invoice.due_on else None
    said = invoice_said(invoice.state, _day(invoice.issued_on), due_on, today)
    amount, url = amount_words(invoice.cents, invoice.currency), f"{of_customer}#invoice-{invoice.number_key}"
    is_late = is_overdue(invoice.state, due_on, today)
    return BookLine(url, invoice.number, amount, said, _known_words(invoice, now), is_late)


def _day(written: str) -> date:
    return date.fromisoformat(written)
