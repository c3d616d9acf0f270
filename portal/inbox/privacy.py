"""What the inbox holds: mails as they came, until they are old; they go with their sender, or with what they became.

A mail about which somebody has still to decide may be of anybody: no question takes it along.
"""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from portal.attachments.discarding import discard
from portal.attachments.models import Attachment
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, pieces, remove_where
from portal.inbox.models import ORIGINAL, IncomingMail
from portal.inbox.rules.judging import UNDECIDED


def _collect(trail: Trail) -> None:
    """Mails of the person's addresses, undecided ones too."""
    if trail.is_person and not trail.spares_open:
        for some in pieces(trail.addresses):
            trail.add(ORIGINAL, db.session.scalars(select(IncomingMail.id).where(IncomingMail.sender.in_(some))))


def _erase(trail: Trail) -> None:
    for some in pieces(trail.of("question")):
        became = IncomingMail.question_id.in_(some), IncomingMail.state.not_in(UNDECIDED)
        trail.add(ORIGINAL, db.session.scalars(select(IncomingMail.id).where(*became)))
    for some in pieces(trail.of(ORIGINAL)):
        discard(Attachment.owner_type == ORIGINAL, Attachment.owner_id.in_(some), now=trail.now)
    remove_where(IncomingMail.id, trail.of(ORIGINAL))


def _export(trail: Trail) -> Iterator[Section]:
    """That mails came; their words stand at the questions that they became."""
    records = []
    for some in pieces(trail.addresses):
        rows = select(IncomingMail).where(IncomingMail.sender.in_(some)).order_by(IncomingMail.id)
        records += [_record(row) for row in db.session.scalars(rows)]
    yield Section("mails", _("Mails to us"), records)


def _record(row: IncomingMail) -> Record:
    facts = [
        Fact("received_at", _("Arrived"), row.received_at),
        Fact("subject", _("Subject"), row.subject),
        Fact("state", _("State"), row.state),
    ]
    return Record("", facts)


HOLDINGS = (
    Holding("inbox", tables=("incoming_mails", "mailbox_progress"), collect=_collect, erase=_erase, export=_export),
)
