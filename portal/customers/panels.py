"""What other rooms show on the overview of an account; the composition puts their panels in."""

from collections.abc import Callable

from markupsafe import Markup

from portal.customers.models import Customer

# Each gives the part of one room for the customer who looks, or nothing; shown in this order.
PANELS: list[Callable[[Customer], Markup]] = []


def panels_for(customer: Customer | None) -> list[Markup]:
    """The parts that are not empty."""
    return [part for panel in PANELS if (part := panel(customer))] if customer else []
