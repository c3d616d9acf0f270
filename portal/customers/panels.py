"""What other rooms show on the overview of an account; the composition puts their panels in."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from portal.customers.models import Customer
from portal.foundation.web.here import OnePerApp

# Each gives the part of one room for the customer who looks, or nothing; shown in this order.
PANELS = OnePerApp[Sequence[Callable[[Customer], Markup]]]("panels")


def panels_for(customer: Customer | None) -> list[Markup]:
    """The parts that are not empty."""
    return [part for panel in PANELS.here() if (part := panel(customer))] if customer else []
