"""Customers for other programs: found by what the program knows of them, shown with their contracts."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.api.contracts import shown_contract
from portal.api.fields import Field, FieldFault, Thing
from portal.contracts.models import Contract
from portal.contracts.queries import contracts_of_each, customers_with_number
from portal.customers.models import Customer
from portal.customers.queries import customers_at
from portal.foundation.addresses import ADDRESS_LIMIT, is_address, normalised

MOST_CUSTOMERS, MOST_CONTRACTS = 20, 100


def search_fields() -> tuple[Field, ...]:
    """By what a customer is looked for: one of them."""
    return (
        Field("email", "The email address of the record.", limit=ADDRESS_LIMIT, example="anna@example.org"),
        Field("customer_number", "The customer number of one of their contracts, in any spelling.", limit=40),
    )


def faults_of_search(thing: Thing) -> list[FieldFault]:
    """What is wrong with a search beside its fields: it names one thing, and a mail address is one."""
    if bool(thing["email"]) == bool(thing["customer_number"]):
        return [FieldFault("email", _("Please send either email or customer_number."))]
    if thing["email"] and not is_address(thing["email"]):
        return [FieldFault("email", _("This is no email address."))]
    return []


def found_customers(thing: Thing) -> list[Thing]:
    """Every record that fits, with its contracts; whoever has an account first."""
    found = _with_address(thing["email"]) if thing["email"] else customers_with_number(thing["customer_number"])
    customers = found[:MOST_CUSTOMERS]
    contracts = contracts_of_each([each.id for each in customers], most=MOST_CONTRACTS)
    return [_shown(each, contracts.get(each.id, ())) for each in customers]


def _with_address(address: str) -> Sequence[Customer]:
    return customers_at(normalised(address))


def _shown(customer: Customer, contracts: Sequence[Contract]) -> dict[str, Any]:
    return {
        "name": customer.name,
        "email": customer.email,
        "is_address_proven": customer.confirmed_at is not None,
        "has_account": not customer.is_guest,
        "language": customer.language,
        "contact_wishes": customer.contact_wishes,
        "known_since": customer.created_at,
        "contracts": [shown_contract(each) for each in contracts],
    }
