"""The customer behind a request, and the one decision about who may do what."""

from typing import Any

from portal.accounts.access import current_user
from portal.accounts.models import User
from portal.accounts.rules import Action, role_may
from portal.customers.models import Customer


def current_customer() -> Customer | None:
    """The customer who is signed in; None for guests and for staff. Read together with the session."""
    user = current_user()
    found: Customer | None = getattr(user, "customer", None)
    return found


def may(user: User | None, action: Action, thing: Any = None) -> bool:
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
