"""The queues: which cases belong to one, in which order, how many there are, and one page of them.

Written as SQL, because these are asked at every turn: what is composed anew for each request costs more time than the
database takes to answer. Everything that somebody typed is a parameter.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, TextClause, and_, bindparam, or_, text

from portal.accounts.queries import person_and_more, person_with
from portal.accounts.rules import Action, Person, role_may
from portal.desk.queries.words import cases_with, words_of
from portal.desk.rules import COUNT_LIMIT, NOTICES_LIMIT, PAGE_SIZE, SEARCH_SECONDS, Filter, Queue, soon_until
from portal.foundation import clock
from portal.foundation.database import connection_to_read
from portal.foundation.i18n import offered
from portal.foundation.moments import Moment, read_moment
from portal.foundation.rendering.paging import FIRST, Cursor, Page, Place, page_at
from portal.foundation.sql.prepared import Prepared
from portal.foundation.sql.time_limit import read_within
from portal.foundation.web.here import OnePerApp, app_here, globals_here
from portal.notifications.models import StaffNotice
from portal.questions.queries import desk_hours

_IN_QUEUE = {
    Queue.MINE: "q.assignee_id = :me AND q.status = 'open'",
    Queue.FREE: "q.assignee_id IS NULL AND q.status = 'open'",
    Queue.DUE_SOON: "q.status = 'open' AND q.answer_due_at > :now AND q.answer_due_at <= :soon",
    Queue.OVERDUE: "q.status = 'open' AND q.answer_due_at <= :now",
    Queue.WAITING: "q.status = 'waiting'",
    Queue.CALLBACKS: "q.source = 'callback' AND q.status = 'open'",
    Queue.INCIDENTS: (
        "q.status <> 'closed' AND q.id IN (SELECT ic.question_id FROM incident_cases AS ic"
        " JOIN incidents AS i ON i.id = ic.incident_id WHERE i.state <> 'over')"
    ),
    Queue.SOLVED: "q.status = 'closed'",
    Queue.ALL: "q.id > 0",
}
# What each is sorted by; descending ones show the newest first.
_ORDER = {Queue.WAITING: "q.waiting_since", Queue.SOLVED: "q.closed_at"}
_DESCENDING = {Queue.INCIDENTS, Queue.SOLVED, Queue.ALL}
_BY_ID = {Queue.INCIDENTS, Queue.ALL}
# What nobody's name stands on is counted once for all, and anew when the journal has grown or so much time has passed.
_EACH = tuple(Queue)
_SHARED = tuple(queue for queue in _EACH if queue is not Queue.MINE)
_KEPT_FOR = timedelta(seconds=10)
_NEW_FOR = ("n.user_id = :me", "n.user_id IS NULL AND n.role IN ('', :role)")
_LINE = """
SELECT q.id, q.number, q.subject, q.topic, q.level, q.status, q.language, q.answer_due_at, q.waiting_since, q.closed_at,
       q.solved_at, q.last_message_at, q.first_answered_at IS NULL AS is_first, q.assignee_id, c.name AS customer,
       u.name AS assignee,
       (SELECT <joined> FROM question_tags AS tags WHERE tags.question_id = q.id) AS tags
FROM"""
# How a database writes the tags of a case below each other, which is one row less for each of them.
_JOINED = {"sqlite": "group_concat(tags.tag, char(10))", "postgresql": "string_agg(tags.tag, chr(10))"}
_BESIDE = "JOIN customers AS c ON c.id = q.customer_id LEFT JOIN users AS u ON u.id = q.assignee_id WHERE"
_CASES = f"questions AS q {_BESIDE}"
# Every case with a tag, in the order of the tag's index: however many there are, a page reads as many as it shows.
_OF_TAG = f"question_tags AS t JOIN questions AS q ON q.id = t.question_id {_BESIDE} t.tag = :tag AND"
_VIEWS = Prepared(
    text(
        "SELECT id, user_id, name, queue, address FROM saved_views"
        " WHERE user_id = :me OR is_shared ORDER BY name LIMIT 50"
    )
)
_NARROWED = {
    "topic": "q.topic = :topic",
    "level": "q.level = :level",
    "language": "q.language = :language",
    "state": "q.status = :state",
    "assignee": "q.assignee_id = :assignee",
    "customer": "q.customer_id = :customer",
    "incident": "q.id IN (SELECT question_id FROM incident_cases WHERE incident_id = :incident)",
    "tag": "q.id IN (SELECT question_id FROM question_tags WHERE tag = :tag)",
}
# Of a tag that few cases have all are looked at and sorted; of a frequent one the queue is walked until a page is full.
_FREQUENT = 1000
_WALKED = "EXISTS (SELECT 1 FROM question_tags AS t WHERE t.tag = :tag AND t.question_id = q.id)"
_TAGGED = Prepared(
    text("SELECT count(*) AS n FROM (SELECT 1 FROM question_tags WHERE tag = :tag LIMIT :most) AS capped")
)


@dataclass(frozen=True)
class Counts:
    """How many cases each queue holds and how many notices are unseen; each stops at its limit."""

    queues: dict[Queue, int]
    notices: int
    declarations: int
    overdue_declarations: int
    has_views: bool
    mails: int = 0


@dataclass(frozen=True)
class _Kept:
    """What was counted when the journal ended with the entry `newest`."""

    newest: int
    until: datetime
    counts: Sequence[int]


_COUNTS = OnePerApp[_Kept | None]("desk_counts", lambda: None)


def person_and_counts(key: str) -> Person | None:
    """Whose session that is, as `person_of` finds them; what is counted for them is read with it, for `count_all`."""
    found, counted = person_and_more(key, _person_counting(), _limits(clock.now()))
    if found is not None:
        globals_here().read_early = found.id, counted
    return found


def count_all(user: Person, now: datetime) -> Counts:
    """The count of every queue and of what is new for this person; one statement, two when something has happened.

    Without one where it was read with the person, and nothing has been changed in this request since.
    """
    early = globals_here().pop("read_early", None)
    if early is not None and early[0] == user.id:
        found = early[1]
    else:
        (found,) = _own_counting().rows({"me": user.id, "role": user.role, **_limits(now)})
    newest, mine, own, for_all, declarations, overdue, views, mails = found
    queues = dict(zip(_SHARED, _shared_counts(newest or 0, now), strict=True)) | {Queue.MINE: mine}
    return Counts({each: queues[each] for each in _EACH}, own + for_all, declarations, overdue, views > 0, mails)


def _limits(now: datetime) -> dict[str, Any]:
    return {"now": now, "most": COUNT_LIMIT, "most_news": NOTICES_LIMIT}


def _shared_counts(newest: int, now: datetime) -> Sequence[int]:
    """Every action writes into the journal: without a new entry only time can have changed a count."""
    found = _COUNTS.here()
    if found is None or found.newest != newest or not found.until - _KEPT_FOR <= now < found.until:
        given = {"now": now, "soon": soon_until(desk_hours(offered()[0]), now), "most": COUNT_LIMIT}
        (counts,) = _shared_counting().rows(given)
        found = _Kept(newest, now + _KEPT_FOR, counts)
        _COUNTS.put(app_here(), found)
    return found.counts


def is_for(user: Person) -> ColumnElement[bool]:
    """Which notices somebody gets: their own, those for their role, and those for the whole desk.

    Editors see no cases, and of the whole desk nothing.
    """
    roles = ("", user.role) if role_may(user.role, Action.ANSWER) else (user.role,)
    everybody = and_(StaffNotice.user_id.is_(None), StaffNotice.role.in_(roles))
    return or_(StaffNotice.user_id == user.id, everybody)


def views_of(user_id: int) -> Any:
    """Saved views of one's own, and those that others share."""
    return _VIEWS.rows({"me": user_id})


def page_of(queue: Queue, user_id: int, wanted: Filter, now: datetime, place: Place = FIRST) -> Page[Row[Any]]:
    """The cases of one page with customer and assignee, sorted by what is next; mostly one statement.

    TookTooLong when words were looked for longer than a search may take.
    """
    return page_at(place, PAGE_SIZE, lambda at: cases_from(queue, user_id, wanted, now, at))


def cases_from(queue: Queue, user_id: int, wanted: Filter, now: datetime, place: Place) -> Sequence[Row[Any]]:
    """The cases from a place of a queue on, the nearest first, and one more than a page shows; one statement."""
    is_of_tag = queue is Queue.ALL and bool(wanted.tag)
    conditions, values = [_IN_QUEUE[queue]], _given(queue, user_id, now)
    is_search = queue is Queue.ALL and place.row is None and list(wanted.given) == ["text"]
    narrowed = _narrowed(wanted, is_of_tag=is_of_tag, is_search=is_search)
    for part in (narrowed, _beyond(queue, place, is_of_tag=is_of_tag)):
        conditions += part[0]
        values |= part[1]
    source = _OF_TAG if is_of_tag else _CASES
    order = _order(queue, is_of_tag=is_of_tag, is_back=place.is_back)
    with read_within(SEARCH_SECONDS) if wanted.text else nullcontext():
        return lines_where(" AND ".join(conditions), order, PAGE_SIZE + 1, values, source)


def lines_where(
    condition: str, order: str, limit: int, values: dict[str, Any], source: str = _CASES
) -> Sequence[Row[Any]]:
    """What a line of a list shows of cases, with customer, assignee and tags; no long text is read. `q` is the case.

    Tags stand below each other in one text.
    Moments are as the database keeps them (`read_moment`): a list is mostly printed from what was printed before.
    """
    used = {name: value for name, value in values.items() if f":{name}" in condition or f":{name}" in source}
    listing = _listing(connection_to_read().dialect.name, condition, order, source, limit)
    return listing.rows(used | {"most_lines": limit})


def cases_of(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The lines of these cases."""
    values = {f"i{at}": each for at, each in enumerate(ids)}
    return lines_where(f"q.id IN ({', '.join(f':{name}' for name in values)})", "q.id", PAGE_SIZE, values)


def place_of(queue: Queue, row: Any) -> Cursor | None:
    """The place of a case in a queue, by its line or itself; None for one that has no place there."""
    if queue in _BY_ID:
        return Cursor(0, row.id)
    value = read_moment({Queue.WAITING: row.waiting_since, Queue.SOLVED: row.closed_at}.get(queue, row.answer_due_at))
    return Cursor.of(value, row.id) if value else None


@lru_cache(maxsize=1)
def _own_counting() -> Prepared:
    return _counts(*_OWN)


@lru_cache(maxsize=1)
def _person_counting() -> Prepared:
    """The same for the person whose session it is."""
    return person_with(*(_typed(each.replace(":me", "users.id").replace(":role", "users.role")) for each in _OWN))


@lru_cache(maxsize=1)
def _shared_counting() -> Prepared:
    return _counts(*(_counted(f"questions AS q WHERE {_IN_QUEUE[each]}") for each in _SHARED))


def _counted(row: str, most: str = ":most") -> str:
    return " ".join(("(SELECT count(*) FROM (SELECT 1 FROM", row, "LIMIT", most, ") AS capped)"))


# What is counted for one person; the journal's newest entry says whether the counts for all are still true.
_OWN = (
    "(SELECT max(id) FROM events)",
    _counted(f"questions AS q WHERE {_IN_QUEUE[Queue.MINE]}"),
    *(_counted(f"staff_notices AS n WHERE {each} AND n.seen_at IS NULL", ":most_news") for each in _NEW_FOR),
    _counted("declaration_standings AS d WHERE d.work_due_at IS NOT NULL"),
    _counted("declaration_standings AS d WHERE d.work_due_at <= :now"),
    _counted("saved_views AS v WHERE v.user_id = :me OR v.is_shared"),
    _counted("incoming_mails AS m WHERE m.state = 'waiting'"),
)


def _counts(*counted: str) -> Prepared:
    return Prepared(_typed("SELECT " + ", ".join(f"{each} AS n{at}" for at, each in enumerate(counted))))


@lru_cache(maxsize=256)
def _listing(dialect: str, condition: str, order: str, source: str, limit: int) -> Prepared:
    line = _LINE.replace("<joined>", _JOINED[dialect])
    statement = " ".join((line, source, condition, "ORDER BY", order, "LIMIT :most_lines"))
    # PostgreSQL plans anew at each turn, for longer than it reads, what it does not know to be short.
    return Prepared(_typed(statement.replace(":most_lines", str(limit)) if dialect == "postgresql" else statement))


def _typed(statement: str) -> TextClause:
    """The statement with its moments as moments."""
    moments = [bindparam(name, type_=Moment()) for name in ("now", "soon", "at") if f":{name}" in statement]
    return text(statement).bindparams(*moments)


def _given(queue: Queue, user_id: int, now: datetime) -> dict[str, Any]:
    """The values of a queue's own condition."""
    if queue is Queue.MINE:
        return {"me": user_id}
    if queue is Queue.DUE_SOON:
        return {"now": now, "soon": soon_until(desk_hours(offered()[0]), now)}
    return {"now": now} if queue is Queue.OVERDUE else {}


def _order(queue: Queue, *, is_of_tag: bool, is_back: bool) -> str:
    turn = " DESC" if (queue in _DESCENDING) is not is_back else ""
    if queue in _BY_ID:
        return f"{'t.question_id' if is_of_tag else 'q.id'}{turn}"
    return f"{_ORDER.get(queue, 'q.answer_due_at')}{turn}, q.id{turn}"


def _beyond(queue: Queue, place: Place, *, is_of_tag: bool) -> tuple[list[str], dict[str, Any]]:
    """The keyset: everything behind a line that was shown, or before it, on any page equally fast."""
    row = place.row
    if row is None:
        return [], {}
    sign = "<" if (queue in _DESCENDING) is not place.is_back else ">"
    if queue in _BY_ID:
        return [f"{'t.question_id' if is_of_tag else 'q.id'} {sign} :after"], {"after": row.id}
    sort = _ORDER.get(queue, "q.answer_due_at")
    return [f"{sort} {sign}= :at", f"({sort} {sign} :at OR q.id {sign} :after)"], {"at": row.moment, "after": row.id}


def _narrowed(wanted: Filter, *, is_of_tag: bool, is_search: bool) -> tuple[list[str], dict[str, Any]]:
    given = wanted.given
    values: dict[str, Any] = {
        name: int(value) if value.isdigit() and name in _IDS else value for name, value in given.items()
    }
    conditions = [_NARROWED[name] for name in given if name in _NARROWED and not (name == "tag" and is_of_tag)]
    if wanted.tag and not is_of_tag and _is_frequent(wanted.tag):
        conditions[conditions.index(_NARROWED["tag"])] = _WALKED
    if wanted.assignee == "nobody":
        conditions.remove(_NARROWED["assignee"])
        conditions.append("q.assignee_id IS NULL")
    if wanted.text:
        found = cases_with(words_of(wanted.text), is_first_page=is_search)
        conditions.append(found.condition)
        values |= found.values
    return conditions, values


def _is_frequent(tag: str) -> bool:
    return bool(_TAGGED.rows({"tag": tag, "most": _FREQUENT})[0].n >= _FREQUENT)


_IDS = ("assignee", "customer", "incident")
