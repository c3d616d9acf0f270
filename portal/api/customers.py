"""Customers for other programs: found by what the program knows of them, shown with what the books say of them."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.api.contracts import shown_contract
from portal.api.fields import Field, FieldFault, Thing
from portal.api.orders import shown_invoice, shown_order
from portal.contracts.queries import contracts_of_each
from portal.contracts.rules.spelling import number_key
from portal.customers.models import Customer
from portal.customers.queries import customers_at, customers_by_ids
from portal.foundation.addresses import ADDRESS_LIMIT, is_address, normalised
from portal.orders.models import Invoice, Order
from portal.orders.queries import booked_of_each, newest_orders, open_invoices_first, owners_of_numbers

MOST_CUSTOMERS, MOST_OF_A_KIND = 20, 100


def search_fields() -> tuple[Field, ...]:
    """By what a customer is looked for: one of them."""
    return (
        Field("email", "The email address of the record.", limit=ADDRESS_LIMIT, example="anna@example.org"),
        Field(
            "customer_number",
            "The customer number of a contract, order or invoice of theirs, in any spelling.",
            limit=40,
        ),
    )


def faults_of_search(thing: Thing) -> list[FieldFault]:
    """What is wrong with a search beside its fields: it names one thing, and a mail address is one."""
    if bool(thing["email"]) == bool(thing["customer_number"]):
        return [FieldFault("email", _("Please send either email or customer_number."))]
    if thing["email"] and not is_address(thing["email"]):
        return [FieldFault("email", _("This is no email address."))]
    return []


def found_customers(thing: Thing) -> list[Thing]:
    """Every record that fits, with its contracts, orders and invoices; whoever has an account first."""
    customers = _meant(thing)[:MOST_CUSTOMERS]
    ids = [each.id for each in customers]
    contracts = contracts_of_each(ids, most=MOST_OF_A_KIND)
    orders = booked_of_each(Order, ids, newest_orders(), most=MOST_OF_A_KIND)
    invoices = booked_of_each(Invoice, ids, open_invoices_first(), most=MOST_OF_A_KIND)
    return [
        {
            **_shown(each),
            "contracts": [shown_contract(row) for row in contracts.get(each.id, ())],
            "orders": [shown_order(row) for row in orders.get(each.id, ())],
            "invoices": [shown_invoice(row) for row in invoices.get(each.id, ())],
        }
        for each in customers
    ]


def _meant(thing: Thing) -> Sequence[Customer]:
    if thing["email"]:
        return customers_at(normalised(thing["email"]))
    key = number_key(thing["customer_number"])
    return customers_by_ids(owners_of_numbers([key])[key])


def _shown(customer: Customer) -> Thing:
    return {
        "name": customer.name,
        "email": customer.email,
        "is_address_proven": customer.confirmed_at is not None,
        "has_account": not customer.is_guest,
        "language": customer.language,
        "contact_wishes": customer.contact_wishes,
        "known_since": customer.created_at,
    }
