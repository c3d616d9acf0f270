"""Which incidents are there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from portal.foundation.database import db
from portal.incidents.models import Incident
from portal.incidents.rules import PAGE_STAYS, State

_MOST = 50
_LIST_LIMIT = 100


def public_incidents(now: datetime) -> Sequence[Incident]:
    """Those that pages may show, the newest first; one statement."""
    is_kept = or_(Incident.over_at.is_(None), Incident.over_at > now - PAGE_STAYS)
    rows = select(Incident).where(Incident.is_public, is_kept).order_by(Incident.id.desc()).limit(_MOST)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def all_incidents() -> Sequence[Incident]:
    """The newest incidents, those that last first."""
    rows = select(Incident).order_by(Incident.over_at.is_not(None), Incident.id.desc()).limit(_LIST_LIMIT)
    return db.session.scalars(rows).all()


def lasting_incidents() -> Sequence[Incident]:
    """Those that are not over, the newest first."""
    rows = select(Incident).where(Incident.state != State.OVER.value).order_by(Incident.id.desc()).limit(_MOST)
    return db.session.scalars(rows).all()


def incident_by_id(incident_id: int) -> Incident | None:
    """The incident with that number."""
    return db.session.get(Incident, incident_id) if 0 < incident_id < 2**31 else None


def locked_incident(incident_id: int) -> Incident:
    """The incident as it is now, for a change."""
    row = select(Incident).where(Incident.id == incident_id).with_for_update()
    return db.session.scalars(row.execution_options(populate_existing=True)).one()
