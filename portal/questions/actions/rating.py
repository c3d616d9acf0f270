"""The customer judges a question that is over; the judgement can be changed."""

from datetime import datetime

from flask_babel import gettext as _

from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.questions.access import OpenQuestion
from portal.questions.actions.people import for_change
from portal.questions.models import Rating
from portal.questions.rules import Face, can_rate


class NotOver(PortalError):
    """A question is judged once it is over."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("You can rate this question once it is solved."))


def rate(opened: OpenQuestion, face: Face, sentence: str, *, now: datetime) -> None:
    """One judgement for each question; the same again changes nothing. NotOver before the end."""
    with transaction():
        question = for_change(opened, now=now)
        if not can_rate(question.status, question.closed_by, is_answered=question.first_answered_at is not None):
            raise NotOver
        rating = db.session.get(Rating, question.id, populate_existing=True)
        if rating is None:
            rating = Rating(question_id=question.id, face="", created_at=now)
            db.session.add(rating)
        if (rating.face, rating.sentence) == (face.value, sentence):
            return
        rating.face, rating.sentence, rating.changed_at = face.value, sentence, now
        question.version += 1
        record("question.rated", "question", question.id, by=opened.actor, at=now, face=face.value)
