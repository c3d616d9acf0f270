"""Count which articles staff put into their answers."""

from collections.abc import Sequence
from datetime import datetime

from portal.desk.models import InsertedArticle
from portal.foundation.database import db, insert_once
from portal.journal.rules import Actor


def count_inserted(question_id: int, numbers: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Write down articles by number, inside the caller's transaction; each counts once in a question."""
    for number in numbers:
        values = {"article_number": number, "question_id": question_id, "user_id": by.id, "created_at": now}
        db.session.execute(insert_once(InsertedArticle, values))
