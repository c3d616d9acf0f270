"""Who said the fields of a customer's record, and when; what nobody wrote down the customer said at the start."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.customers.models import CustomerFact
from portal.customers.rules import Origin, Source
from portal.foundation.database import db
from portal.foundation.sql.prepared import Prepared

RECORD = "record"
BY_CUSTOMER = Origin(Source.CUSTOMER)
_COLUMNS = ("customer_id", "field", "source", "told_by", "told_in", "known_at")


class KnownFrom(NamedTuple):
    """The origin and age of a field."""

    source: str
    told_by: str
    told_in: str
    known_at: datetime


def say_from(customer_id: int, fields: Iterable[str], origin: Origin, now: datetime) -> None:
    """These fields were said there now, inside the caller's transaction; RECORD stands for all of them."""
    told = {"source": origin.source.value, "told_by": origin.by, "told_in": origin.file, "known_at": now}
    for field in fields:
        _saying(db.engine.dialect.name).rows({"customer_id": customer_id, "field": field, **told})


def facts_of(customer_id: int) -> Mapping[str, Any]:
    """What was written down of the fields of this record, by field."""
    return {each.field: each for each in _FACTS.rows({"customer": customer_id})}


def known_from(facts: Mapping[str, Any], field: str, created_at: datetime) -> KnownFrom:
    """Where a field is from, by the `facts` of its record and the moment at which that was made."""
    found = facts.get(field) or facts.get(RECORD)
    if found is None:
        return KnownFrom(Source.CUSTOMER.value, "", "", created_at)
    return KnownFrom(found.source, found.told_by, found.told_in, found.known_at)


@cache
def _saying(dialect: str) -> Prepared:
    table: Any = CustomerFact.__table__
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    key = ["customer_id", "field"]
    news = {name: made.excluded[name] for name in _COLUMNS if name not in key}
    return Prepared(made.on_conflict_do_update(index_elements=key, set_=news), columns=_COLUMNS)


_FACTS = Prepared(select(CustomerFact).where(CustomerFact.customer_id == bindparam("customer", type_=Integer)))
