"""Contracts of other programs: their fields, put one by one or a hundred at once, and how they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.api.fields import Field, FieldFault, Kind, Thing, fault_of_choice, read_thing
from portal.contracts.actions import NumberLocked, keep_imported
from portal.contracts.books import Outcome
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_number
from portal.contracts.reading import FIELDS, LIMITS, REQUIRED, Written, read_contract
from portal.contracts.rules.spelling import number_key
from portal.contracts.rules.terms import Country, Grid, Renewal, Span
from portal.contracts.words import fault_sentence
from portal.customers.rules import Origin, Source
from portal.foundation.database import transaction
from portal.foundation.i18n import offered
from portal.foundation.trying import repeatable
from portal.journal.rules import Actor

_SAYS = {
    "number": "The contract number, compared without case, separators, O and 0, I and 1.",
    "customer_number": "The number of the customer.",
    "holder": "The name in the books. Declarations are matched by it.",
    "email": "The address on file. Notices about cancellations go there.",
    "language": "The language of mails to somebody without an account, such as `de`. The company's own if empty.",
    "postal_address": "Street and place, with line breaks.",
    "product": "What people call it.",
    "price": "The price as text.",
    "started_on": "The first day.",
    "first_term_end": "The last day of the first term.",
    "notice": "The notice period, such as `1 month`, `4 weeks`, `14 days`, `0`. 1 month if empty.",
    "grid": "The days to which it can be ended. `any_day` if empty.",
    "billing": "The length of a billing period. 1 month if empty.",
    "billed_from": "The first day of any billing period. The start if empty.",
    "renewal": "After the first term: `indefinite`, `none`, or a length such as `12 months`. `indefinite` if empty.",
    "country": "The law that it is under. `DE` if empty.",
    "zone": "The time zone in which days are counted. That of the country if empty.",
    "is_consumer": "Whether the customer is a consumer. True if empty.",
    "ends_on": "The last day, if the end is fixed already. An end that is fixed here is never taken away.",
}
_EXAMPLES = {
    "number": "TW-2025-00417",
    "holder": "Anna Berger",
    "email": "anna@example.org",
    "product": "Talwind Glas 300",
    "started_on": "2025-04-01",
    "notice": "1 month",
}
_CHOICES = {"grid": tuple(Grid), "country": tuple(Country)}
_USUAL_LIMIT = 60


def contract_fields(*, is_named: bool = False) -> tuple[Field, ...]:
    """The fields of a contract; one that its address names need not name itself."""
    return tuple(_field(name, is_required=name in REQUIRED and not (is_named and name == "number")) for name in FIELDS)


def batch_fields() -> tuple[Field, ...]:
    """The fields of many contracts at once."""
    says = "Up to 100 contracts. Those with a fault are left out and named in the answer."
    return (Field("contracts", says, Kind.THINGS, is_required=True, fields=contract_fields()),)


@dataclass(frozen=True)
class ReadContract:
    """A contract that was sent: read, or with everything that is wrong with it."""

    number: str
    written: Written | None
    faults: Sequence[FieldFault] = ()


def read_sent(given: Mapping[str, Any], *, number: str | None = None) -> ReadContract:
    """A contract as it was sent; a `number` of the address is the one that counts."""
    named = {} if number is None else {"number": number}
    thing, faults = read_thing({**given, **named}, contract_fields())
    faults += fault_of_choice("language", thing["language"], offered())
    text = {name: _as_text(value) for name, value in thing.items()}
    if not faults:
        written, found = read_contract(text)
        faults = [FieldFault(each.field, str(fault_sentence(each))) for each in found]
        if written is not None:
            return ReadContract(text["number"], written)
    return ReadContract(text["number"], None, faults)


def read_batch(given: Sequence[Mapping[str, Any]]) -> list[ReadContract]:
    """Many contracts as they were sent; a number that stands there twice is a fault the second time."""
    found, seen = [], set[str]()
    for each in given:
        read, key = read_sent(each), ""
        if read.written is not None:
            key = number_key(read.written.number)
            if key in seen:
                twice = FieldFault("number", _("This number stands in the request twice."))
                read = ReadContract(read.number, None, [twice])
        seen.add(key)
        found.append(read)
    return found


def put_contracts(written: Sequence[Written], *, by: Actor, now: datetime) -> dict[str, Outcome]:
    """Add or change these contracts in one transaction; what became of each, by the key of its number.

    `FAULTY`: the number is that of a contract that is only kept because a law says so.
    """
    try:
        return _put(written, by, now)
    except IntegrityError:
        # Somebody added one of them at the same moment: now it is there.
        return _put(written, by, now)


@repeatable
def _put(written: Sequence[Written], by: Actor, now: datetime) -> dict[str, Outcome]:
    # In one order, so that two who put the same ones do not wait for each other.
    ordered = sorted(written, key=lambda each: number_key(each.number))
    with transaction():
        return {number_key(each.number): _put_one(each, by, now) for each in ordered}


def _put_one(written: Written, by: Actor, now: datetime) -> Outcome:
    is_new = contract_by_number(written.number) is None
    try:
        has_changed = keep_imported(written, origin=Origin(Source.API, by.name), by=by, now=now)
    except NumberLocked:
        return Outcome.FAULTY
    return Outcome.NEW if is_new else Outcome.CHANGED if has_changed else Outcome.SAME


def shown_contract(contract: Contract) -> Thing:
    """A contract as programs read it, with where we know it from and how old that is."""
    terms = contract.terms
    return {
        "number": contract.number,
        "customer_number": contract.customer_number,
        "holder": contract.holder,
        "email": contract.customer.email,
        "language": contract.customer.language,
        "postal_address": contract.postal_address,
        "product": contract.product,
        "price": contract.price,
        "started_on": terms.started_on,
        "first_term_end": terms.first_term_end,
        "notice": _span(terms.notice),
        "grid": terms.grid.value,
        "billing": _span(terms.billing),
        "billed_from": terms.billed_from,
        "renewal": _span(terms.renewed_for) if terms.renewal is Renewal.FIXED else terms.renewal.value,
        "country": contract.country,
        "zone": terms.zone,
        "is_consumer": contract.is_consumer,
        "ends_on": contract.ends_on,
        "ended_at": contract.ended_at,
        "source": contract.source,
        "known_at": contract.known_at,
    }


def _field(name: str, *, is_required: bool) -> Field:
    kind = {"postal_address": Kind.TEXT, "is_consumer": Kind.FLAG}.get(name, Kind.LINE)
    limit, choices = LIMITS.get(name, _USUAL_LIMIT), tuple(each.value for each in _CHOICES.get(name, ()))
    return Field(name, _SAYS[name], kind, is_required, limit, choices, _EXAMPLES.get(name))


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _span(span: Span | None) -> str:
    if span is None or not span.count:
        return "0"
    return f"{span.count} {span.unit.value}".removesuffix("s" if span.count == 1 else "")
