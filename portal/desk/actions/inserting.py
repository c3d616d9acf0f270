"""Count which articles staff put into their answers."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from portal.desk.models import InsertedArticle
from portal.foundation.database import db, insert_once
from portal.journal.rules import Actor

_NUMBER = re.compile(r"(\d{1,9})\b")
_MOST = 20


def count_inserted(question_id: int, numbers: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Write down articles by number, inside the caller's transaction; each counts once in a question."""
    for number in numbers:
        values = {"article_number": number, "question_id": question_id, "user_id": by.id, "created_at": now}
        db.session.execute(insert_once(InsertedArticle, values))


def numbers_in(text: str, address: Callable[[int], str]) -> tuple[int, ...]:
    """The numbers of the articles whose address stands in the text."""
    before = address(0)[:-1]
    numbers = (match[1] for part in text.split(before)[1:] if (match := _NUMBER.match(part)))
    return tuple(dict.fromkeys(int(each) for each in numbers))[:_MOST]
