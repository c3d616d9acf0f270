"""What the desk holds of customers: notes, tags and reminders go with their question; saved views may name somebody.

Internal notes are no part of what customers download: they were written among colleagues and name others as well. Who
asks for them (Art. 15 GDPR) gets an answer from a person, who leaves out what concerns others (docs/leaving.md).
"""

from urllib.parse import quote, quote_plus

from sqlalchemy import delete, or_

from portal.desk.models import ArticleFlag, SamePerson, SavedView
from portal.desk.queries.pending import draft_form
from portal.foundation.database import db
from portal.foundation.personal_data import Holding, Trail, change_where, remove_where
from portal.questions.models import Draft


def _erase(trail: Trail) -> None:
    """What was begun to be written to questions that go, and that a record is of the same person as another one.

    A saved search for an address is of no use either.
    """
    remove_where(Draft.form, [draft_form(each) for each in trail.of("question")])
    # What was said of an article goes with its question; of a colleague who leaves the name stays, as in the history.
    change_where(ArticleFlag.user_id, trail.of("user"), user_id=None)
    if trail.is_person:
        # Also of a record that stays because a law says so.
        remove_where(SamePerson.customer_id, trail.customer_ids)
        remove_where(SamePerson.other_id, trail.customer_ids)
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
            "same_people",
            "presences",
            "inserted_articles",
            "article_flags",
        ),
        erase=_erase,
    ),
)
