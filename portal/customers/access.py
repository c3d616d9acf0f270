"""The customer behind a request, and the one decision about who may do what."""

from typing import Any

from flask import g

from portal.accounts.access import current_person
from portal.accounts.models import User
from portal.accounts.rules import Action, Person, role_may
from portal.customers.models import Customer
from portal.customers.queries import customer_of_user


def current_customer() -> Customer | None:
    """The customer who is signed in; None for guests and for staff. Read once in a request."""
    person = current_person()
    if person is None:
        return None
    kept = g.get("customer")
    if kept is None or kept[0] != person.id:
        kept = g.customer = (person.id, customer_of_user(person.id))
    found: Customer | None = kept[1]
    return found


def may(user: User | Person | None, action: Action, thing: Any = None) -> bool:
    """The one decision about who may do what (SR-01), for pages, files, exports and jobs alike.

    `thing` belongs to the customer of its `customer_id`; without one the question is about the role alone. Somebody
    who is not signed in may do none of this: guests show keys, which open their own question and nothing else.
    """
    if user is None or not user.is_active or not role_may(user.role, action):
        return False
    if thing is None or user.is_staff:
        return True
    customer: Customer | None = getattr(user, "customer", None)
    return customer is not None and customer.id == thing.customer_id
