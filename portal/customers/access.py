"""The customer behind a request."""

from portal.accounts.access import current_user
from portal.customers.models import Customer


def current_customer() -> Customer | None:
    """The customer who is signed in; None for guests and for staff. Read together with the session."""
    user = current_user()
    found: Customer | None = getattr(user, "customer", None)
    return found
