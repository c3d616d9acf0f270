"""A case as one line of a list: what it is about, whose turn it is, and how much time is left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup

from portal.desk.rules import countdown
from portal.desk.words import desk_moment, promised, since, tag_word, time_left, turn_word, urgency_icon
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language
from portal.foundation.moments import read_moment
from portal.foundation.rendering.printed import Printed
from portal.foundation.web.here import OnePerApp
from portal.questions.queries import desk_hours, service_levels
from portal.questions.rules import Status
from portal.questions.topics import TOPICS_FILE

_MOST_KEPT = 5000


@dataclass(frozen=True)
class Line:
    """One case; `urgency` is empty where no promise runs, `at` is the moment that `when` speaks of.

    `tags` are each tag with the word for it.
    """

    id: int
    number: str
    url: str
    subject: str
    language: str
    customer: str
    topic: str
    level: str
    assignee: str
    tags: Sequence[tuple[str, str]]
    urgency: str
    icon: str
    left: str
    at: datetime | None
    when: str


class Names:
    """Topics and levels by their slug, in the reader's language; unknown ones are called by their slug."""

    def __init__(self) -> None:
        language = current_language()
        topics = TOPICS_FILE.here().topics
        self.topics: Mapping[str, str] = {each.slug: each.name(language) for each in topics}
        self.levels: Mapping[str, str] = {slug: level.name(language) for slug, level in service_levels().levels.items()}


# In `desk/_line.html`.
_BOX = '<input type="checkbox" name="case"'
_TICKED = Markup('<input type="checkbox" name="case" checked')


class Printer:
    """Prints lines and keeps what it printed: a line is printed anew when something in it, or the minute, changes."""

    def __init__(self) -> None:
        self._kept: dict[Any, str] = {}
        self._state: tuple[Any, ...] = ()
        self._names: dict[str, Names] = {}

    def print(self, rows: Sequence[Any], now: datetime, *, choosing: bool, chosen: Collection[int]) -> Printed:
        """The rows of a page as the lines of a list."""
        self._forget(now)
        language, kept = current_language(), self._kept
        found = []
        for row in rows:
            key = (language, choosing, row)
            line = kept.get(key) or self._printed(key, now)
            found.append(line.replace(_BOX, _TICKED, 1) if row.id in chosen else line)
        return Printed(("\n".join(found),))

    def _printed(self, key: Any, now: datetime) -> str:
        language, choosing, row = key
        names = self._names.setdefault(language, Names())
        macro = current_app.jinja_env.get_template("desk/_line.html").module
        found: str = macro.line_of(_line(row, names, now), choosing)  # type: ignore[attr-defined]
        self._kept[key] = found
        return found

    def _forget(self, now: datetime) -> None:
        """All of it, when a minute has passed, a file of the company has changed, or it has become very much."""
        company = COMPANY.here()
        minute = now.replace(second=0, microsecond=0)
        state = (minute, TOPICS_FILE.here().topics, service_levels(), company)
        is_same = bool(self._state) and state[0] == self._state[0]
        if not is_same or any(a is not b for a, b in zip(state[1:], self._state[1:], strict=True)):
            self._kept, self._names, self._state = {}, {}, state
        elif len(self._kept) > _MOST_KEPT:
            self._kept = {}


_PRINTER = OnePerApp("desk_lines", Printer)


def print_lines(rows: Sequence[Any], now: datetime, *, choosing: bool = False, chosen: Collection[int] = ()) -> Printed:
    """The rows of a page as the lines of a list, in this person's language; `chosen` are ids of cases, ticked."""
    return _PRINTER.here().print(rows, now, choosing=choosing, chosen=chosen)


def _line(row: Any, names: Names, now: datetime) -> Line:
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
        tags=[(tag, tag_word(tag)) for tag in sorted(row.tags.split("\n"))] if row.tags else (),
        urgency=urgency,
        icon=icon,
        left=left,
        at=at,
        when=when,
    )


def _time(row: Any, now: datetime) -> tuple[str, str, str, datetime | None, str]:
    if row.status == Status.WAITING:
        at = read_moment(row.waiting_since or row.last_message_at) or now
        return "waiting", "person", turn_word("waiting"), at, since(desk_moment(at, now))
    due = read_moment(row.answer_due_at)
    if row.status == Status.CLOSED or due is None:
        at = read_moment(row.closed_at or row.last_message_at) or now
        return "done", "shield", turn_word("solved" if row.solved_at else "closed"), at, desk_moment(at, now)
    left = countdown(desk_hours(current_language()), due, now)
    when = promised(bool(row.is_first), desk_moment(due, now))
    return left.urgency.value, urgency_icon(left.urgency), time_left(left), due, when
