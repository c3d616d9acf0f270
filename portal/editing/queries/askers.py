"""Which questions were asked after a search that became a gap: only their numbers inside, never who asked."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import select

from portal.faq.gaps import stems_of
from portal.faq.measures import kept_since
from portal.foundation.database import db
from portal.questions.models import Question
from portal.questions.rules import ClosedBy

# Older ones than so many are not worth reading through.
MOST_READ = 20_000
_NOT_MEANT = (ClosedBy.SPAM.value, ClosedBy.MERGE.value)


def questions_after(language: str, stems: str, today: date) -> Sequence[int]:
    """The ids of questions of the last ninety days that were sent with words of this gap."""
    since = datetime.combine(kept_since(today), time(), UTC)
    rows = (
        select(Question.id, Question.searched_words, Question.created_at)
        .where(Question.searched_words != "", Question.language == language, Question.closed_by.not_in(_NOT_MEANT))
        .order_by(Question.id.desc())
        .limit(MOST_READ)
    )
    found = (row for row in db.session.execute(rows) if row.created_at >= since)
    return [row.id for row in found if stems_of(row.searched_words, language) == stems]
