"""A case as one line of a list: what it is about, whose turn it is, and how much time is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from portal.desk.rules import countdown
from portal.desk.words import desk_moment, since, time_left, turn_word, urgency_icon
from portal.foundation.i18n import current_language
from portal.questions.queries import desk_hours, service_levels
from portal.questions.rules import Status


@dataclass(frozen=True)
class Line:
    """One case; `urgency` is empty where no promise runs, `at` is the moment that `when` speaks of."""

    id: int
    number: str
    url: str
    subject: str
    language: str
    customer: str
    topic: str
    level: str
    assignee: str
    tags: Sequence[str]
    urgency: str
    icon: str
    left: str
    at: datetime | None
    when: str


class Names:
    """Topics and levels by their slug, in the reader's language; unknown ones are called by their slug."""

    def __init__(self) -> None:
        language = current_language()
        topics = current_app.extensions["topics"].topics
        self.topics: Mapping[str, str] = {each.slug: each.name(language) for each in topics}
        self.levels: Mapping[str, str] = {slug: level.name(language) for slug, level in service_levels().levels.items()}


def lines_of(rows: Sequence[Any], tags: Mapping[int, Sequence[str]], names: Names, now: datetime) -> list[Line]:
    """The rows of a page as lines."""
    return [_line(row, tags.get(row.id, ()), names, now) for row in rows]


def _line(row: Any, tags: Sequence[str], names: Names, now: datetime) -> Line:
    urgency, icon, left, at, when = _time(row, now)
    return Line(
        id=row.id,
        number=row.number,
        url=f"/desk/questions/{row.number}",
        subject=row.subject,
        language=row.language,
        customer=row.customer,
        topic=names.topics.get(row.topic, row.topic),
        level=names.levels.get(row.level, row.level),
        assignee=row.assignee or "",
        tags=tags,
        urgency=urgency,
        icon=icon,
        left=left,
        at=at,
        when=when,
    )


def _time(row: Any, now: datetime) -> tuple[str, str, str, datetime | None, str]:
    if row.status == Status.WAITING:
        at = row.waiting_since or row.last_message_at
        return "waiting", "person", turn_word("waiting"), at, since(desk_moment(at, now))
    if row.status == Status.CLOSED or row.answer_due_at is None:
        at = row.closed_at or row.last_message_at
        return "done", "shield", turn_word("solved" if row.solved_at else "closed"), at, desk_moment(at, now)
    left = countdown(desk_hours(current_language()), row.answer_due_at, now)
    due = row.answer_due_at
    return left.urgency.value, urgency_icon(left.urgency), time_left(left), due, desk_moment(due, now)
