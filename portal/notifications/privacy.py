"""What the post office holds: mails with address and words, tries to send them, notices for staff."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, change_where, remove_where
from portal.notifications.models import Notification, RefusedAddress, StaffNotice
from portal.notifications.words import mail_word


def _erase(trail: Trail) -> None:
    # Tries to send a mail go with its row.
    for kind, ids in trail.things.items():
        remove_where(Notification.subject_id, ids, Notification.subject_type == kind)
        remove_where(StaffNotice.subject_id, ids, StaffNotice.subject_type == kind)
    if trail.is_person and not trail.spares_open:
        # That a declaration was confirmed is a part of its proof: such a mail stays, goes out, and then names nobody.
        proof = Notification.subject_type == "declaration"
        change_where(
            Notification.recipient, trail.addresses, proof, Notification.sent_at.is_not(None), recipient="", payload={}
        )
        remove_where(Notification.recipient, trail.addresses, ~proof)
        remove_where(RefusedAddress.address, trail.addresses)


def _export(trail: Trail) -> Iterator[Section]:
    rows = select(Notification).where(Notification.recipient.in_(trail.addresses), Notification.sent_at.is_not(None))
    records = (
        Record(mail_word(row.kind), [Fact("sent_at", _("Sent"), row.sent_at), Fact("to", _("To"), row.recipient)])
        for row in db.session.scalars(rows.order_by(Notification.id).execution_options(yield_per=500))
    )
    yield Section("mails", _("Mails we sent to you"), records)


HOLDINGS = (
    Holding(
        "notifications",
        tables=("notifications", "delivery_attempts", "staff_notices", "refused_addresses"),
        erase=_erase,
        export=_export,
    ),
)
