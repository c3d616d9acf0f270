"""What reports read: sums of a period, the work that is on the table, searches and offers of the FAQ."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, and_, case, func, select

from portal.accounts.models import User
from portal.faq.gaps import stems_of
from portal.faq.measures import searching_by_day
from portal.faq.models import SearchCount
from portal.foundation.database import db
from portal.foundation.sql.prepared import plain_rows
from portal.leaving.models import LeavingCount, LeavingFeedback
from portal.questions.models import PromiseEntry, Question, Rating
from portal.questions.offers import offering_by_day
from portal.questions.rules import Status
from portal.reports.models import ReportCount, ReportDay, ReportPerson
from portal.reports.rules import COUNTED, Period, Sums, monday

_PAGE = 500
_GAPS = 50
_MOST_WORDS = 2000  # rarer ones are noise that nobody reads


@dataclass(frozen=True)
class Asked:
    """What a report is about: a period, and perhaps one topic or level."""

    period: Period
    topic: str = ""
    level: str = ""


@dataclass(frozen=True)
class Load:
    """What lies with somebody now, and how much they wrote in the period; `name` is empty for nobody."""

    name: str
    open: int
    overdue: int
    waiting: int
    answers: int


@dataclass
class Searched:
    """Searches with the same stems; `words` is what was typed most of them."""

    words: str
    language: str
    searches: int = 0
    without_result: int = 0
    clicks: int = 0


@dataclass(frozen=True)
class Cell:
    """The sums of one week, topic and level."""

    week: date
    topic: str
    level: str
    sums: Sums


def cells_of(asked: Asked) -> list[Cell]:
    """The sums of a period, read once; what a report groups further are a few hundred of these."""
    found: dict[tuple[date, str, str], Sums] = {}
    for row in _rows(asked):
        key = (monday(row.day), row.topic, row.level)
        if key in found:
            found[key].add(_sums(row))
        else:
            found[key] = _sums(row)
    return [Cell(*key, each) for key, each in found.items()]


def sums_by(cells: Sequence[Cell], key: Callable[[Cell], Any]) -> dict[Any, Sums]:
    """The sums of these cells by what `key` makes of a cell."""
    found: defaultdict[Any, Sums] = defaultdict(Sums)
    for cell in cells:
        found[key(cell)].add(cell.sums)
    return dict(found)


def by_week(cell: Cell) -> date:
    """The Monday of a cell's week."""
    return cell.week


def counted_at() -> datetime | None:
    """When something was counted for the last time."""
    return db.session.scalar(select(func.max(ReportCount.counted_at)))


def loads(period: Period, now: datetime) -> list[Load]:
    """Everybody with open cases or answers; nobody's cases first."""
    is_late = and_(Question.status == Status.OPEN.value, Question.answer_due_at <= now)
    columns = (
        Question.assignee_id,
        func.sum(case((Question.status == Status.OPEN.value, 1), else_=0)),
        func.sum(case((is_late, 1), else_=0)),
        func.sum(case((Question.status == Status.WAITING.value, 1), else_=0)),
    )
    going = Question.status.in_((Status.OPEN.value, Status.WAITING.value))
    work = {row[0]: row[1:] for row in plain_rows(select(*columns).where(going).group_by(Question.assignee_id))}
    wrote = dict(_answers(period))
    ids = [each for each in {*work, *wrote} if each is not None]
    names = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).tuples().all())
    known = sorted((each for each in ids if each in names), key=lambda each: names[each].casefold())
    people = [_load(names[each], work.get(each, (0, 0, 0)), wrote.get(each, 0)) for each in known]
    return [_load("", work[None], 0), *people] if None in work else people


def offers_by_week(period: Period) -> dict[date, tuple[int, int, int, int]]:
    """Articles shown while somebody wrote, opened, said to have answered, and sent past, by week."""
    found = offering_by_day(period.first, period.last)
    return _in_weeks([(day, each.shown, each.opened, each.answered, each.sent) for day, each in found])


def searches_by_week(period: Period) -> dict[date, tuple[int, int, int, int]]:
    """Searches, those that found nothing, opened results, and questions that were asked all the same, by week."""
    found = searching_by_day(period.first, period.last)
    return _in_weeks([(day, each.searches, each.without_result, each.opened, each.asked) for day, each in found])


def reasons_for_leaving(period: Period) -> dict[tuple[str, str], int]:
    """How often each reason was given after each kind of declaration."""
    row = LeavingFeedback
    rows = select(row.kind, row.reason, func.count()).where(row.day.between(period.first, period.last))
    return {(kind, reason): amount for kind, reason, amount in plain_rows(rows.group_by(row.kind, row.reason))}


def words_on_leaving(period: Period, limit: int = 100) -> list[tuple[date, str]]:
    """Voluntary texts to the day, the newest first, in no order that leads to a declaration."""
    row = LeavingFeedback
    rows = select(row.day, row.text).where(row.day.between(period.first, period.last), row.text != "")
    return [(day, text) for day, text in plain_rows(rows.order_by(row.day.desc(), row.mark).limit(limit))]


def measures_of_leaving(period: Period) -> dict[str, Counter[str]]:
    """For each kind of declaration how often its page was opened, sent, sent empty, and how long that took."""
    row, sums = LeavingCount, defaultdict[str, Counter[str]](Counter)
    rows = select(row.kind, row.measure, func.sum(row.amount)).where(row.day.between(period.first, period.last))
    for kind, measure, amount in plain_rows(rows.group_by(row.kind, row.measure)):
        sums[kind][measure] = int(amount)
    return dict(sums)


def leaving_by_week(period: Period) -> dict[date, tuple[int, int]]:
    """How often the pages of leaving were opened and a declaration was sent, by week."""
    row = LeavingCount
    columns = [func.sum(case((row.measure == name, row.amount), else_=0)) for name in ("opened", "sent")]
    rows = select(row.day, *columns).where(row.day.between(period.first, period.last)).group_by(row.day)
    return _in_weeks(plain_rows(rows))


def gaps(period: Period) -> list[Searched]:
    """What found nothing, or of which nobody opened a result, words of the same stems together as editors see them."""
    found: dict[tuple[str, str], Searched] = {}
    for words, language, *amounts in plain_rows(_searched(period)):
        # Words that say nothing have no stems; they stand alone.
        one = found.setdefault((language, stems_of(words, language) or words), Searched(words, language))
        one.searches, one.without_result, one.clicks = (
            had + int(more) for had, more in zip((one.searches, one.without_result, one.clicks), amounts, strict=True)
        )
    missed = [one for one in found.values() if one.without_result or not one.clicks]
    return sorted(missed, key=lambda one: (-one.searches, one.words))[:_GAPS]


def _searched(period: Period) -> Executable:
    count = SearchCount
    searches, without, clicks = func.sum(count.searches), func.sum(count.without_result), func.sum(count.clicks)
    rows = select(count.words, count.language, searches, without, clicks)
    inside = rows.where(count.day.between(period.first, period.last)).group_by(count.words, count.language)
    return inside.order_by(searches.desc(), count.words).limit(_MOST_WORDS)


def exported_cases(first: datetime, end: datetime) -> Iterator[Any]:
    """Every question of a period, in pages that are read and let go, so that no writer waits for a long export."""
    inside = (Question.created_at >= first, Question.created_at < end)
    least, most = db.session.execute(select(func.min(Question.id), func.max(Question.id)).where(*inside)).one()
    after = (least or 1) - 1
    while most is not None and after < most:
        page = plain_rows(_EXPORTED.where(*inside, Question.id > after).order_by(Question.id).limit(_PAGE))
        db.session.rollback()
        yield from page
        after = page[-1].id if page else most


def _load(name: str, work: Sequence[Any], answers: int) -> Load:
    going, overdue, waiting = (int(amount) for amount in work)
    return Load(name, going, overdue, waiting, answers)


def _rows(asked: Asked) -> Sequence[Any]:
    rows = select(ReportDay.__table__).where(ReportDay.day.between(asked.period.first, asked.period.last))
    if asked.topic:
        rows = rows.where(ReportDay.topic == asked.topic)
    if asked.level:
        rows = rows.where(ReportDay.level == asked.level)
    return plain_rows(rows)


def _sums(row: Any) -> Sums:
    found = Sums(**{name: getattr(row, name) for name in COUNTED})
    found.times = Counter({int(minutes): amount for minutes, amount in row.times.items()})
    found.worst = [(late, number) for late, number in row.worst]
    return found


def _answers(period: Period) -> list[tuple[int, int]]:
    person = ReportPerson
    rows = select(person.user_id, func.sum(person.answers)).where(person.day.between(period.first, period.last))
    return [(row[0], int(row[1])) for row in plain_rows(rows.group_by(person.user_id))]


def _in_weeks(rows: Sequence[Any]) -> dict[date, Any]:
    found: dict[date, list[int]] = {}
    for day, *amounts in rows:
        week = found.setdefault(monday(day), [0] * len(amounts))
        for at, amount in enumerate(amounts):
            week[at] += int(amount or 0)
    return {week: tuple(amounts) for week, amounts in found.items()}


_MISSED = (
    select(func.count())
    .where(PromiseEntry.question_id == Question.id, PromiseEntry.breached_at.is_not(None))
    .scalar_subquery()
)
_EXPORTED = (
    select(
        Question.id,
        Question.number,
        Question.subject,
        Question.topic,
        Question.level,
        Question.language,
        Question.source,
        Question.status,
        Question.created_at,
        Question.first_answered_at,
        Question.closed_at,
        Question.closed_by,
        _MISSED.label("missed"),
        Rating.face,
        User.name.label("assignee"),
    )
    .outerjoin(Rating, Rating.question_id == Question.id)
    .outerjoin(User, User.id == Question.assignee_id)
)
