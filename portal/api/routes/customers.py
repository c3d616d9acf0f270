"""Customers with their contracts; what they are looked for by is in the body, because addresses end up in logs."""

from flask import Response

from portal.api.customers import faults_of_search, found_customers, search_fields
from portal.api.fields import sent_thing
from portal.api.routes.blueprint import answer, bp


@bp.post("/customers/search")
def find_customers() -> Response:
    """Every record with that address or customer number."""
    return answer({"customers": found_customers(sent_thing(search_fields(), faults_of_search))})
