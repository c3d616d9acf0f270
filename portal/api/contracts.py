"""Contracts of other programs: their fields, and how they are shown."""

from portal.api.books import Shelf
from portal.api.fields import Field, Kind, Thing
from portal.api.rules import Scope
from portal.api.schemas import day, flag, moment, text, values
from portal.contracts.importing import CONTRACTS as BOOK
from portal.contracts.importing import fields_of
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_number
from portal.contracts.reading import FIELDS, LIMITS, REQUIRED
from portal.contracts.rules.terms import Country, Grid
from portal.customers.rules import Source

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


def shown_contract(contract: Contract) -> Thing:
    """A contract as programs read it, with where we know it from and how old that is."""
    known = {"ended_at": contract.ended_at, "source": contract.source, "known_at": contract.known_at}
    return fields_of(contract) | known


def _field(name: str) -> Field:
    kind = {"postal_address": Kind.TEXT, "is_consumer": Kind.FLAG}.get(name, Kind.LINE)
    limit, choices = LIMITS.get(name, _USUAL_LIMIT), tuple(each.value for each in _CHOICES.get(name, ()))
    return Field(name, _SAYS[name], kind, name in REQUIRED, limit, choices, _EXAMPLES.get(name))


_SHOWN = {
    **dict.fromkeys(FIELDS, text()),
    **{"started_on": day(), "is_consumer": flag(), "grid": values(Grid), "country": values(Country)},
    **dict.fromkeys(("first_term_end", "billed_from", "ends_on"), day(is_optional=True)),
    **{"ended_at": moment(is_optional=True), "source": values(Source), "known_at": moment()},
}
CONTRACTS = Shelf(
    one="contract",
    many="contracts",
    book=BOOK,
    fields=tuple(_field(name) for name in FIELDS),
    find=contract_by_number,
    show=shown_contract,
    shown=_SHOWN,
    reads=Scope.CONTRACTS_READ,
    writes=Scope.CONTRACTS_WRITE,
)
