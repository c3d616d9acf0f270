"""A year behind the demo company, so that reports have something to show: made as rows, because verbs take longer.

Everything is invented by one seeded chance: the same year on every machine. What is here has ended: nothing of it waits
for anybody.
"""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from portal.accounts.models import User
from portal.accounts.rules import STAFF
from portal.customers.models import Customer
from portal.faq.models import SearchCount
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.numbers.format import Number
from portal.numbers.models import NumberCounter
from portal.questions.models import AnswerOffer, Message, PromiseEntry, Question, Rating
from portal.questions.queries import desk_hours, service_levels
from portal.questions.rules import Face
from portal.questions.topics import TOPICS_FILE
from portal.seeds.knowledge import WITHOUT_RESULT
from portal.service_levels.business_hours import BusinessHours, due_at

# Not a whole year: what guests asked a year ago is erased by the first round of the worker.
QUESTIONS, _PEOPLE, _DAYS = 1500, 400, 350
# The stories of the demo are the last days; the year ends before them.
_ENDS = timedelta(days=12)
_SUBJECTS = {
    "fault": ("Kein Internet seit heute Morgen", "WLAN bricht ständig ab", "Telefon ohne Freizeichen"),
    "bill": ("Rechnung ist höher als sonst", "Doppelt abgebucht", "Ratenzahlung möglich?"),
    "contract": ("Tarif wechseln", "Laufzeit meines Vertrags", "Widerspruch zur Preisänderung"),
    "moving": ("Umzug in die Talstraße", "Anschluss am neuen Ort", "Umzug verschiebt sich"),
}
_WEIGHTS = {"fault": 5, "bill": 4, "contract": 2, "moving": 1}
_LEVELS = (("question", 6), ("hindrance", 3), ("outage", 1), ("calm", 2))
_FACES = ((Face.GOOD, 7), (Face.FAIR, 2), (Face.BAD, 1))
_SEARCHES = ("router blinkt rot", "rechnung", "dyndns", "umzug", "webspace")
_TEXT = "Was ist zu tun? Vielen Dank."
_ANSWER = "Guten Tag,\n\nwir haben es geprüft und behoben.\n\nFreundliche Grüße"


def seed_year(now: datetime) -> int:
    """Make the year; how many questions it has. The people of the demo must be there already."""
    chance = random.Random(2026)  # noqa: S311  (plausible, not secret)
    topics = [slug for slug in _SUBJECTS if slug in TOPICS_FILE.here().topics.by_slug]
    levels = {slug: weight for slug, weight in _LEVELS if slug in service_levels().levels}
    if not topics or not levels:
        return 0
    staff = db.session.scalars(select(User.id).where(User.role.in_(STAFF)).order_by(User.id)).all()[:2]
    hours, end = desk_hours("de"), now - _ENDS
    moments = sorted(_moment(chance, end) for _ in range(QUESTIONS))
    chosen = [(chance.choices(topics, [_WEIGHTS[each] for each in topics])[0], _level(chance, levels)) for _ in moments]
    made = [_Made(chance, hours, at, *kind, staff=staff) for at, kind in zip(moments, chosen, strict=True)]
    with transaction():
        _write(made, end)
    return len(made)


class _Made:
    """One question of the year, with everything that happened to it."""

    def __init__(
        self, chance: random.Random, hours: BusinessHours, at: datetime, topic: str, level: str, *, staff: Any
    ) -> None:
        minutes = service_levels().level(level).first_answer
        # Most are answered in half the time; about one in twelve is late.
        factor = min(3.0, chance.lognormvariate(-0.75, 0.55))
        self.at, self.topic, self.level, self.minutes = at, topic, level, minutes
        self.due = due_at(hours, at, minutes)
        self.answered = max(at + timedelta(minutes=3), due_at(hours, at, max(1, minutes * factor)))
        self.is_late = self.answered > self.due
        self.closed = self.answered + timedelta(hours=chance.randint(2, 90))
        self.subject = chance.choice(_SUBJECTS[topic])
        self.customer = chance.randint(1, _PEOPLE)
        self.by = chance.choices(staff, [3, 1][: len(staff)])[0]
        faces, weights = [face for face, _ in _FACES], [weight for _, weight in _FACES]
        self.face = chance.choices(faces, weights)[0] if chance.random() < 0.35 else None


def _write(made: list[_Made], end: datetime) -> None:
    customers = _customers(end)
    numbers = _numbers(made)
    question = [_question(each, number, customers[each.customer]) for each, number in zip(made, numbers, strict=True)]
    db.session.execute(insert(Question), question)
    ids = dict(db.session.execute(select(Question.number, Question.id)).tuples().all())
    names = dict(db.session.execute(select(User.id, User.name)).tuples().all())
    found = [(ids[number], each) for number, each in zip(numbers, made, strict=True)]
    written = [row for question_id, each in found for row in _messages(question_id, each, names[each.by])]
    db.session.execute(insert(Message), written)
    db.session.execute(insert(PromiseEntry), [_promise(question_id, each) for question_id, each in found])
    rated = [_rating(question_id, each) for question_id, each in found if each.face]
    db.session.execute(insert(Rating), rated)
    _searches(end.date())


def _customers(end: datetime) -> dict[int, int]:
    rows = [
        {
            "name": f"Kundin {number}",
            "email": f"kundin{number}@example.org",
            "language": "de",
            "contact_wishes": "",
            "confirmed_at": end,
            "created_at": end - timedelta(days=_DAYS),
        }
        for number in range(1, _PEOPLE + 1)
    ]
    db.session.execute(insert(Customer), rows)
    known = db.session.execute(select(Customer.email, Customer.id)).tuples().all()
    ids = dict(known)
    return {number: ids[f"kundin{number}@example.org"] for number in range(1, _PEOPLE + 1)}


def _numbers(made: list[_Made]) -> list[str]:
    letter = str(COMPANY.here().sections.get("questions", {}).get("letter", "Q"))
    given: Counter[int] = Counter()
    numbers = []
    for each in made:
        year = each.at.year % 100
        given[year] += 1
        numbers.append(str(Number(letter, year, given[year])))
    db.session.add_all(NumberCounter(letter=letter, year=year, last=last) for year, last in given.items())
    return numbers


def _question(each: _Made, number: str, customer_id: int) -> dict[str, Any]:
    return {
        "number": number,
        "customer_id": customer_id,
        "asker_name": f"Kundin {each.customer}",
        "language": "de",
        "topic": each.topic,
        "subject": each.subject,
        "facts": {},
        "source": "mail",
        "proposed_level": each.level,
        "level": each.level,
        "status": "closed",
        "assignee_id": each.by,
        "version": 3,
        "created_at": each.at,
        "confirmed_at": each.at,
        "last_message_at": each.answered,
        "last_customer_message_at": each.at,
        "first_answered_at": each.answered,
        "solved_at": each.closed,
        "closed_at": each.closed,
        "closed_by": "customer",
        "reopen_until": each.closed + timedelta(days=14),
    }


def _messages(question_id: int, each: _Made, name: str) -> list[dict[str, Any]]:
    asked = {"author": "customer", "user_id": None, "author_name": f"Kundin {each.customer}", "body": _TEXT}
    answered = {"author": "staff", "user_id": each.by, "author_name": name, "body": _ANSWER}
    shared = {"question_id": question_id, "author_role": "", "channel": "mail"}
    return [shared | asked | {"created_at": each.at}, shared | answered | {"created_at": each.answered}]


def _promise(question_id: int, each: _Made) -> dict[str, Any]:
    return {
        "question_id": question_id,
        "kind": "first_answer",
        "level": each.level,
        "because": "asked",
        "reason": "",
        "is_moved": False,
        "made_at": each.at,
        "made_by": "",
        "counted_from": each.at,
        "minutes": each.minutes,
        "skipped": [],
        "due_at": each.due,
        "ended_at": each.answered,
        "outcome": "missed" if each.is_late else "kept",
        "breached_at": each.due + timedelta(minutes=1) if each.is_late else None,
    }


def _rating(question_id: int, each: _Made) -> dict[str, Any]:
    face = each.face.value if each.face else ""
    return {
        "question_id": question_id,
        "face": face,
        "sentence": "",
        "created_at": each.closed,
        "changed_at": each.closed,
    }


def _searches(end: date) -> None:
    """What was searched and offered, in sums by day as the portal keeps them."""
    chance = random.Random(7)  # noqa: S311  (plausible, not secret)
    days = [end - timedelta(days=number) for number in range(_DAYS)]
    searched = [
        {"day": day, "language": "de", "words": words, **_searched(chance.randint(1, 9), words, chance)}
        for day in days
        for words in _SEARCHES
    ]
    offered = [{"day": day, "language": "de", "article_number": 121, **_offered(chance)} for day in days]
    db.session.execute(insert(SearchCount), searched)
    db.session.execute(insert(AnswerOffer), offered)


def _searched(amount: int, words: str, chance: random.Random) -> dict[str, int]:
    if words in WITHOUT_RESULT:
        return {"searches": amount, "without_result": amount, "clicks": 0}
    return {"searches": amount, "without_result": 0, "clicks": sum(chance.random() < 0.6 for _ in range(amount))}


def _offered(chance: random.Random) -> dict[str, int]:
    shown = chance.randint(2, 12)
    opened = chance.randint(0, shown)
    answered = chance.randint(0, opened)
    return {"shown": shown, "opened": opened, "answered": answered, "sent": shown - answered}


def _moment(chance: random.Random, end: datetime) -> datetime:
    """More by day than by night, a little more towards the end of the year."""
    day = int(_DAYS * (1 - chance.random() ** 0.85))
    hour = chance.choices(range(24), [1] * 7 + [8] * 12 + [4] * 4 + [1])[0]
    begun = (end - timedelta(days=day)).replace(hour=hour, minute=chance.randint(0, 59), second=0, microsecond=0)
    return min(begun, end)


def _level(chance: random.Random, levels: dict[str, int]) -> str:
    return chance.choices(list(levels), list(levels.values()))[0]
