"""What orders and invoices hold: who ordered what, and what it cost.

The originals stand in the company's books. What is settled is locked when its customer is erased, without address and
customer number, so that the next import does not bring it back; it goes when the law would let the original go.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from portal.contracts.rules.papers import NORMS, Paper, last_day
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Kept, Record, Section, Trail, change_where, remove_where
from portal.orders.models import Invoice, Order
from portal.orders.words import amount_words, invoice_state_word, order_state_word

# Locked rows say nothing about a person.
NAMELESS = {"email": "", "customer_number": "", "customer_number_key": ""}


def _of(trail: Trail, model: Any) -> Sequence[Any]:
    """Every order or invoice of the person, locked ones too."""
    rows = select(model).where(model.customer_id.in_(trail.customer_ids)).order_by(model.id)
    return db.session.scalars(rows).all()


def _collect(trail: Trail) -> None:
    """What is under way or to be paid needs its customer as they are; the rest only holds a row that names nobody."""
    if not trail.is_person:
        return
    orders, invoices = _of(trail, Order), _of(trail, Invoice)
    unsettled = [each for each in orders if each.is_under_way] + [each for each in invoices if each.is_open]
    trail.add("needed_customer", [each.customer_id for each in unsettled])
    trail.add("kept_customer", [each.customer_id for each in (*orders, *invoices)])
    trail.add("order", [each.id for each in orders])
    trail.add("invoice", [each.id for each in invoices])


def _erase(trail: Trail) -> None:
    """What is settled leaves every list and search; what was kept for long enough goes."""
    remove_where(Order.id, trail.of("order_paper"))
    remove_where(Invoice.id, trail.of("invoice_paper"))
    unlocked = {"locked_at": trail.now, **NAMELESS}
    change_where(Order.id, trail.of("order"), Order.locked_at.is_(None), ~Order.is_unsettled(), **unlocked)
    change_where(Invoice.id, trail.of("invoice"), Invoice.locked_at.is_(None), ~Invoice.is_unsettled(), **unlocked)


def _keep(trail: Trail) -> Iterator[Kept]:
    orders, invoices = _of(trail, Order), _of(trail, Invoice)
    for order in (each for each in orders if each.is_under_way):
        yield Kept(_("Order %(number)s", number=order.number), _("needed for the contract, Art. 6 (1) (b) GDPR"))
    for invoice in (each for each in invoices if each.is_open):
        yield Kept(_("Invoice %(number)s", number=invoice.number), _("to be paid, Art. 17 (3) (e) GDPR"))
    ordered = [each.ordered_on for each in orders if not each.is_under_way]
    issued = [each.issued_on for each in invoices if not each.is_open]
    if ordered:
        name = ngettext("%(num)s settled order", "%(num)s settled orders", len(ordered))
        yield Kept(name, NORMS[Paper.LETTER], last_day(Paper.LETTER, max(ordered)))
    if issued:
        name = ngettext("%(num)s settled invoice", "%(num)s settled invoices", len(issued))
        yield Kept(name, NORMS[Paper.VOUCHER], last_day(Paper.VOUCHER, max(issued)))


def _export(trail: Trail) -> Iterator[Section]:
    yield Section("orders", _("Your orders"), map(_order, _of(trail, Order)))
    yield Section("invoices", _("Your invoices"), map(_invoice, _of(trail, Invoice)))


def _order(order: Order) -> Record:
    facts = [
        Fact("number", _("Order number"), order.number),
        Fact("item", _("What was ordered"), order.item),
        Fact("ordered_on", _("Ordered on"), order.ordered_on),
        Fact("state", _("State"), order_state_word(order.state)),
        *_shared(order),
    ]
    return Record(f"{order.number}: {order.item}", facts)


def _invoice(invoice: Invoice) -> Record:
    facts = [
        Fact("number", _("Invoice number"), invoice.number),
        Fact("issued_on", _("Issued on"), invoice.issued_on),
        Fact("due_on", _("Due on"), invoice.due_on),
        Fact("state", _("State"), invoice_state_word(invoice.state)),
        *_shared(invoice),
        Fact("order_number", _("Order number"), invoice.order_number),
    ]
    return Record(invoice.number, facts)


def _shared(booked: Order | Invoice) -> list[Fact]:
    return [
        Fact("amount", _("Amount"), amount_words(booked.cents, booked.currency)),
        Fact("customer_number", _("Customer number"), booked.customer_number),
        Fact("contract_number", _("Contract number"), booked.contract_number),
        Fact("known_at", _("As we knew it on"), booked.known_at),
    ]


HOLDINGS = (
    Holding("orders", tables=("orders", "invoices"), collect=_collect, erase=_erase, keep=_keep, export=_export),
)
