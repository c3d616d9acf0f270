"""What the desk holds of customers: notes, tags and reminders go with their question; saved views may name somebody.

Internal notes are no part of what customers download: they were written among colleagues and name others as well. Who
asks for them (Art. 15 GDPR) gets an answer from a person, who leaves out what concerns others (docs/leaving.md).
"""

from urllib.parse import quote, quote_plus

from sqlalchemy import delete, or_

from portal.desk.models import SavedView
from portal.foundation.database import db
from portal.foundation.personal_data import Holding, Trail


def _erase(trail: Trail) -> None:
    """A saved search for somebody's address is of no use once they are gone."""
    written = {form(each) for each in trail.addresses for form in (quote, quote_plus, str)}
    if trail.is_person and not trail.spares_open and written:
        naming = or_(*(SavedView.address.icontains(each, autoescape=True) for each in sorted(written)))
        db.session.execute(delete(SavedView).where(naming).execution_options(synchronize_session=False))


HOLDINGS = (
    Holding(
        "desk",
        tables=(
            "notes",
            "question_tags",
            "saved_views",
            "pending_answers",
            "step_ticks",
            "reminders",
            "question_links",
            "presences",
            "inserted_articles",
        ),
        erase=_erase,
    ),
)
