"""An order or an invoice from written fields, as a file has them: all faults at once, by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.numbers import get_currency_precision, is_currency

from portal.contracts.reading import Fault, FieldReader, Mistake, read_day, too_long
from portal.contracts.rules.spelling import number_key
from portal.foundation.addresses import normalised
from portal.orders.rules import InvoiceState, OrderState

USUAL_CURRENCY = "EUR"
LIMITS = {
    **{"number": 40, "customer_number": 40, "contract_number": 40, "order_number": 40},
    **{"email": 254, "name": 100, "item": 200},
}
ORDER_FIELDS = (
    *("number", "email", "customer_number", "name", "item", "ordered_on", "state", "amount", "currency"),
    "contract_number",
)
INVOICE_FIELDS = (
    *("number", "email", "customer_number", "name", "issued_on", "due_on", "state", "amount", "currency"),
    *("contract_number", "order_number"),
)
ORDER_REQUIRED = ("number", "item", "ordered_on", "state", "amount")
INVOICE_REQUIRED = ("number", "issued_on", "state", "amount")
_ORDER_STATES = {
    OrderState.ORDERED: ("ordered", "open", "new", "bestellt", "offen", "neu", "in bearbeitung"),
    OrderState.SENT: (
        "sent",
        "shipped",
        "on the way",
        "on its way",
        "versendet",
        "versandt",
        "verschickt",
        "unterwegs",
    ),
    OrderState.DELIVERED: ("delivered", "done", "geliefert", "zugestellt", "erledigt"),
    OrderState.RETURNED: (
        "returned",
        "sent back",
        "zurückgesendet",
        "zurückgeschickt",
        "zurück",
        "retoure",
        "retourniert",
    ),
    OrderState.CANCELLED: ("cancelled", "canceled", "storniert", "storno", "abgebrochen"),
}
_INVOICE_STATES = {
    InvoiceState.OPEN: ("open", "unpaid", "overdue", "offen", "unbezahlt", "fällig", "überfällig"),
    InvoiceState.PAID: ("paid", "bezahlt", "beglichen", "ausgeglichen"),
    InvoiceState.CANCELLED: ("cancelled", "canceled", "storniert", "storno"),
    InvoiceState.CREDITED: ("credited", "gutgeschrieben", "gutschrift"),
}
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "FR.": "CHF", "SFR.": "CHF"}
_MOST_DIGITS = 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_WORD = re.compile(r"[^\d.,'’+\-−\s]+\.?")
# Thousands in threes with one kind of mark, or none at all; then one or two digits behind the other kind, if any.
_AMOUNT = re.compile(r"([+-]?)(\d{1,3}(?:([.,'])\d{3})+|\d+)(?:([.,])(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True)
class Money:
    """An exact amount."""

    cents: int
    currency: str


@dataclass(frozen=True)
class WrittenOrder:
    """An order as it was written, and read; the names are those of the table's columns.

    `said` are the columns of what was written; the others are as they are kept, or empty.
    """

    number: str
    email: str
    customer_number: str
    name: str
    item: str
    ordered_on: date
    state: OrderState
    money: Money
    contract_number: str
    said: frozenset[str]

    def columns(self) -> dict[str, object]:
        """The values of the table's columns, but for the customer."""
        return _columns(self) | {"item": self.item, "ordered_on": self.ordered_on}


@dataclass(frozen=True)
class WrittenInvoice:
    """The same of an invoice."""

    number: str
    email: str
    customer_number: str
    name: str
    issued_on: date
    due_on: date | None
    state: InvoiceState
    money: Money
    contract_number: str
    said: frozenset[str]
    order_number: str

    def columns(self) -> dict[str, object]:
        """The values of the table's columns, but for the customer."""
        own = {"issued_on": self.issued_on, "due_on": self.due_on, "order_number": self.order_number}
        return _columns(self) | own


Written = WrittenOrder | WrittenInvoice


def read_order(given: Mapping[str, str], kept: Mapping[str, str] | None) -> tuple[WrittenOrder | None, list[Fault]]:
    """The order, or everything that is wrong with it; the fields of the one that is `kept` count where none is given.

    An address that is kept counts no more where another customer number is given: that is somebody else's.
    """
    reader = _Reader(given, kept or {}, ORDER_FIELDS, ORDER_REQUIRED)
    day, state = reader.day("ordered_on"), reader.choice("state", _ORDER_STATES)
    shared = reader.shared()
    if reader.faults or shared is None or day is None or state is None:
        return None, reader.faults
    return WrittenOrder(**shared, item=reader.text["item"], ordered_on=day, state=state), []


def read_invoice(given: Mapping[str, str], kept: Mapping[str, str] | None) -> tuple[WrittenInvoice | None, list[Fault]]:
    """The invoice, or everything that is wrong with it; what of the `kept` one counts is said at `read_order`."""
    reader = _Reader(given, kept or {}, INVOICE_FIELDS, INVOICE_REQUIRED)
    day, due_on = reader.day("issued_on"), reader.day("due_on")
    state, shared = reader.choice("state", _INVOICE_STATES), reader.shared()
    if day is not None and due_on is not None and due_on < day:
        reader.wrong("due_on", Mistake.TOO_EARLY)
    if reader.faults or shared is None or day is None or state is None:
        return None, reader.faults
    order_number = reader.text["order_number"]
    return WrittenInvoice(**shared, issued_on=day, due_on=due_on, state=state, order_number=order_number), []


def read_money(written: str, currency: str = "", *, usual: str = USUAL_CURRENCY) -> Money:
    """`1.234,50 €`, `49,90`, `1'234.50 CHF`, `-12.00`; ValueError for anything else.

    `usual` is the currency where neither names one. `1.234` and `1,234` may be a thousand and more or one and a bit,
    and are therefore no amount.
    """
    words = [_SIGNS.get(each.upper(), each.upper()) for each in _WORD.findall(written)]
    said = {*words, *([_SIGNS.get(currency.upper(), currency.upper())] if currency else [])} or {usual}
    bare = re.sub(r"\s", "", _WORD.sub("", written)).replace("−", "-").replace("’", "'")
    found = _AMOUNT.fullmatch(bare)
    if found is None or len(said) != 1:
        raise ValueError("no amount")
    sign, whole, mark, point, part = found.groups()
    digits = re.sub(r"\D", "", whole)
    is_unclear = mark in (".", ",") and point is None and whole.count(mark) == 1
    if is_unclear or (mark and mark == point) or len(set(re.findall(r"\D", whole))) > 1 or len(digits) > _MOST_DIGITS:
        raise ValueError("no amount")
    (code,) = said
    if not is_currency(code) or get_currency_precision(code) != 2:
        raise UnknownCurrency("no amount in hundredths of a known currency")
    cents = int(digits) * 100 + int((part or "0").ljust(2, "0"))
    return Money(-cents if sign == "-" else cents, code)


class UnknownCurrency(ValueError):
    """The code is none of ISO 4217, or of money that is not counted in hundredths."""


class _Reader(FieldReader):
    """The fields of an order or an invoice."""

    def __init__(
        self, given: Mapping[str, str], kept: Mapping[str, str], names: tuple[str, ...], required: tuple[str, ...]
    ) -> None:
        given = {"email": "", **given} if _names_another(given, kept) else given
        # The currency of an amount stands beside it or is the one that is kept: that is no contradiction.
        self.usual = USUAL_CURRENCY if "currency" in given else kept.get("currency", USUAL_CURRENCY)
        known = {**kept, "currency": "", **given}
        super().__init__({name: str(known.get(name, "") or "").strip() for name in names}, required)
        self.said = frozenset({*given, "cents", "currency"})
        self.faults += too_long(self.text, LIMITS)

    def shared(self) -> dict[str, Any] | None:
        """What orders and invoices have alike; None when some of it is wrong."""
        text = self.text
        self.require_numbers("number", "customer_number", "contract_number")
        if not (text["email"] or text["customer_number"] or text["contract_number"]):
            self.wrong("email", Mistake.NOBODY)
        email, money = self.read("email", normalised, Mistake.NO_ADDRESS), self._money()
        if money is None or self.faults:
            return None
        taken = ("number", "customer_number", "name", "contract_number")
        return {**{name: text[name] for name in taken}, "email": email or "", "money": money, "said": self.said}

    def day(self, name: str) -> date | None:
        """The day in that field, if it is one that money was ever counted on."""
        found = self.read(name, read_day, Mistake.NO_DATE)
        if found is not None and not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            self.wrong(name, Mistake.NO_DATE)
        return found

    def _money(self) -> Money | None:
        if not self.text["amount"]:
            return None
        try:
            return read_money(self.text["amount"], self.text["currency"], usual=self.usual)
        except UnknownCurrency:
            self.wrong("currency" if self.text["currency"] else "amount", Mistake.NO_CURRENCY)
        except ValueError:
            self.wrong("amount", Mistake.NO_AMOUNT)
        return None


def _names_another(given: Mapping[str, str], kept: Mapping[str, str]) -> bool:
    """Whether another customer number is given than the one that is kept."""
    before, now = (number_key(each.get("customer_number") or "") for each in (kept, given))
    return bool(before and now) and before != now


def _columns(written: Written) -> dict[str, object]:
    taken = ("number", "email", "customer_number", "contract_number")
    return {
        **{name: getattr(written, name) for name in taken},
        "state": written.state.value,
        "cents": written.money.cents,
        "currency": written.money.currency,
    }
