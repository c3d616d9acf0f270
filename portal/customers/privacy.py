"""What the record of a customer holds: name, address, and how somebody wishes to be reached."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from portal.customers.models import UNNAMED, Customer
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, change_where, remove_where


def _collect(trail: Trail) -> None:
    if trail.is_person:
        trail.add("customer", trail.customer_ids)


def _erase(trail: Trail) -> None:
    """The record goes; where something needs it (`needed_customer`), only what that does not need goes, now.

    `kept_customer`: only a row that must be kept points to it, and holds what is needed itself: nobody is named here.
    """
    needed = trail.things.get("needed_customer", set())
    kept = trail.things.get("kept_customer", set()) - needed
    remove_where(Customer.id, set(trail.of("customer")) - needed - kept)
    change_where(Customer.id, needed | kept, contact_wishes="", user_id=None, erased_at=trail.now)
    for each in sorted(kept):
        nameless = {"name": "–", "email": f"erased-{each}{UNNAMED}", "confirmed_at": None, "erased_at": None}
        change_where(Customer.id, [each], **nameless)


def _export(trail: Trail) -> Iterator[Section]:
    rows = select(Customer).where(Customer.id.in_(trail.customer_ids)).order_by(Customer.id)
    records = [
        Record(
            row.name,
            [
                Fact("name", _("Your name"), row.name),
                Fact("email", _("E-mail address"), row.email),
                Fact("contact_wishes", _("How may we reach you best?"), row.contact_wishes),
                Fact("created_at", _("Known to us since"), row.created_at),
            ],
        )
        for row in db.session.scalars(rows)
    ]
    yield Section("customer", _("Who you are to us"), records)


HOLDINGS = (
    Holding("customers", tables=("customers", "customer_facts"), collect=_collect, erase=_erase, export=_export),
)
