"""What the history and the audit hold: names in entries go, the audit holds numbers and shortened networks only."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, pieces, remove_where
from portal.journal.models import AuditEntry, Event


def _erase(trail: Trail) -> None:
    """What happened to things that are gone goes with them; elsewhere the person's name leaves the entry."""
    for kind, ids in trail.things.items():
        remove_where(Event.subject_id, ids, Event.subject_type == kind)
    for some in pieces(trail.of("user")):
        nameless = update(Event).where(Event.actor_id.in_(some)).values(actor_name="", actor_id=None)
        db.session.execute(nameless.execution_options(synchronize_session=False))


def _export(trail: Trail) -> Iterator[Section]:
    if trail.user_id is not None:
        yield Section("audit", _("Sign-ins and changes, as our log names them"), _entries(trail.user_id))


def _entries(user_id: int) -> Iterator[Record]:
    rows = select(AuditEntry).filter_by(user_id=user_id).order_by(AuditEntry.id).execution_options(yield_per=500)
    for row in db.session.scalars(rows):
        facts = [Fact("at", _("When"), row.at), Fact("network", _("Network (shortened address)"), row.network)]
        yield Record(row.verb, facts)


HOLDINGS = (Holding("journal", tables=("events", "audit_entries"), erase=_erase, export=_export),)
