"""Whose an order or an invoice is that names no address: a number says it, or nobody can."""

from collections.abc import Collection

from portal.contracts.reading import Fault, Mistake
from portal.contracts.rules.spelling import number_key
from portal.orders.queries import owners_of_contracts, owners_of_numbers
from portal.orders.reading import Written


def owners_by_number(written: Collection[Written]) -> dict[str, int | Fault]:
    """The one customer who has that customer or else contract number, or what is wrong with it; by their number."""
    numbers = owners_of_numbers({number_key(each.customer_number) for each in written})
    contracts = owners_of_contracts({number_key(each.contract_number) for each in written})
    found: dict[str, int | Fault] = {}
    for each in written:
        owners = numbers.get(number_key(each.customer_number)) or contracts.get(number_key(each.contract_number)) or ()
        found[each.number] = next(iter(owners)) if len(owners) == 1 else _fault(each, is_known=bool(owners))
    return found


def _fault(written: Written, *, is_known: bool) -> Fault:
    field = "customer_number" if written.customer_number else "contract_number"
    return Fault(field, Mistake.SEVERAL if is_known else Mistake.STRANGER, getattr(written, field))
