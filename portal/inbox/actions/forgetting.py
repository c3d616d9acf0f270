"""Mails as they came go after some weeks; what they became stays."""

from datetime import datetime

from sqlalchemy import delete, select

from portal.attachments.discarding import discard
from portal.attachments.models import Attachment
from portal.foundation.database import db, transaction
from portal.inbox.models import ORIGINAL, IncomingMail
from portal.inbox.rules.judging import UNDECIDED


def forget_old(before: datetime, limit: int, *, now: datetime) -> bool:
    """Remove mails that came before that moment and that nobody has to decide about; whether there may be more."""
    old = (IncomingMail.received_at < before, IncomingMail.state.not_in(UNDECIDED))
    ids = db.session.scalars(select(IncomingMail.id).where(*old).order_by(IncomingMail.id).limit(limit)).all()
    if ids:
        with transaction():
            discard(Attachment.owner_type == ORIGINAL, Attachment.owner_id.in_(ids), now=now)
            gone = delete(IncomingMail).where(IncomingMail.id.in_(ids))
            db.session.execute(gone.execution_options(synchronize_session=False))
    return len(ids) == limit
