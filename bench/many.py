"""Fills a migrated database with many questions: three messages each, promises, mails, history, as after years."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert

from portal.foundation.database import Model
from portal.keys.rules import Purpose, digest
from portal.numbers.format import Number
from portal.operation.planning import measure_tables
from portal.tables import ROOMS

_BATCH = 10_000
STAFF = 20
_MESSAGES = 3
_WORDS = (
    *("Internet", "Router", "Rechnung", "Umzug", "Vertrag", "Anschluss", "Techniker", "Leitung", "Störung", "langsam"),
    *("Telefon", "Termin", "Glasfaser", "bitte", "seit", "gestern", "heute", "Abend", "geht", "nicht", "mehr"),
    *("Fehler", "Anzeige", "blinkt", "rot", "Neustart", "hilft", "nur", "kurz", "danach", "wieder"),
)
_TAGS = ("techniker", "kulanz", "rückruf", "grossstörung")
NEWEST = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def fill(url: str, amount: int, *, keyed: int = 2000) -> list[tuple[str, str]]:
    """Put `amount` questions into the empty database; number and plain key of up to `keyed` of them, spread evenly."""
    if not ROOMS:
        raise RuntimeError("no tables")
    chance = random.Random(amount)
    step = max(1, amount // keyed)
    keys: list[tuple[str, str]] = []
    engine = create_engine(url)
    with engine.begin() as connection:
        _hasten(connection)
        connection.execute(insert(_table("users")), [_colleague(number) for number in range(1, STAFF + 1)])
        for first in range(1, amount + 1, _BATCH):
            numbers = range(first, min(first + _BATCH, amount + 1))
            for table, rows in _rows(numbers, amount, chance):
                connection.execute(insert(_table(table)), list(rows))
            chosen = [number for number in numbers if number % step == 0]
            if chosen:
                given = [(str(_number(number)), f"{number:0>43}") for number in chosen]
                keys += given
                connection.execute(insert(_table("keys")), [_key(*pair) for pair in zip(chosen, given, strict=True)])
        connection.execute(insert(_table("number_counters")), [{"letter": "Q", "year": 26, "last": amount}])
        _mend_sequences(connection)
    measure_tables(engine)
    engine.dispose()
    return keys


def _hasten(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size=-200000")


def _mend_sequences(connection: Connection) -> None:
    """Rows with ids of our own leave PostgreSQL's counters behind."""
    if connection.dialect.name == "postgresql":
        for name in ("users", "customers", "questions", "messages", "promises", "notifications", "notes"):
            connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")


def _rows(numbers: range, amount: int, chance: random.Random) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    yield "customers", (_customer(number) for number in numbers if number % 3 == 1)
    yield "questions", [_question(number, amount, chance) for number in numbers]
    yield "messages", (_message(number, turn, amount, chance) for number in numbers for turn in range(_MESSAGES))
    yield "notes", (_note(number, amount, chance) for number in numbers if number % 5 == 0)
    yield "question_tags", ({"question_id": each, "tag": _TAGS[each % 4]} for each in numbers if each % 3 == 0)
    yield "promises", (_promise(number, turn, amount) for number in numbers for turn in range(2))
    yield "notifications", (_notification(number, amount) for number in numbers)
    yield "events", (_event(number, verb, amount) for number in numbers for verb in ("asked", "answered"))


def _asked(number: int, amount: int) -> datetime:
    """Questions come evenly over two years."""
    return NEWEST - timedelta(days=730) * ((amount - number) / amount)


def _number(number: int) -> Number:
    return Number("Q", 26, number)


def _colleague(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "email": f"person{number}@talwind.example",
        "name": f"Person {number}",
        "language": "de",
        "role": "agent",
        "confirmed_at": NEWEST,
        "created_at": NEWEST - timedelta(days=900),
        "failures": 0,
    }


def _note(number: int, amount: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number // 5,
        "question_id": number,
        "user_id": number % STAFF + 1,
        "author_name": f"Person {number % STAFF + 1}",
        "kind": "note",
        "body": _text(chance, 12),
        "created_at": _asked(number, amount) + timedelta(hours=2),
    }


def _customer(number: int) -> dict[str, Any]:
    return {
        "id": _customer_id(number),
        "user_id": None,
        "name": f"Kundin {number}",
        "email": f"kundin{number}@example.org",
        "language": "de",
        "contact_wishes": "",
        "confirmed_at": NEWEST,
        "created_at": NEWEST - timedelta(days=800),
    }


def _customer_id(number: int) -> int:
    return (number + 2) // 3


def _question(number: int, amount: int, chance: random.Random) -> dict[str, Any]:
    asked = _asked(number, amount)
    status, due = _state(number, amount)
    return {
        "id": number,
        "number": str(_number(number)),
        "customer_id": _customer_id(number),
        "language": "de",
        "topic": chance.choice(("internet", "rechnung", "umzug", "vertrag")),
        "subject": _text(chance, 6)[:200],
        "facts": {},
        "article_number": None,
        "searched_words": "",
        "source": "web",
        "can_continue": "detour",
        "affects": "me",
        "needed_by": None,
        "proposed_level": "normal",
        "level": "normal",
        "status": status,
        "assignee_id": None if number % 4 == 0 else number % STAFF + 1,
        "version": 3,
        "created_at": asked,
        "confirmed_at": asked,
        "last_message_at": asked + timedelta(hours=20),
        "last_customer_message_at": asked + timedelta(hours=20),
        "first_answered_at": asked + timedelta(hours=4),
        "answer_due_at": due,
        "warn_at": due - timedelta(minutes=60) if due else None,
        "waiting_since": NEWEST if status == "waiting" else None,
        "closed_at": asked + timedelta(hours=30) if status == "closed" else None,
        "closed_by": "customer" if status == "closed" else "",
        "reopen_until": asked + timedelta(days=14) if status == "closed" else None,
    }


def _state(number: int, amount: int) -> tuple[str, datetime | None]:
    """Status and running promise: most old questions are closed, all of the newest are open."""
    chance = random.Random(number)
    status = chance.choices(("open", "waiting", "closed"), (4, 3, 93))[0] if number < amount * 0.98 else "open"
    return status, NEWEST + timedelta(minutes=chance.randint(-300, 3000)) if status == "open" else None


def _message(number: int, turn: int, amount: int, chance: random.Random) -> dict[str, Any]:
    is_staff = turn == 1
    return {
        "id": (number - 1) * _MESSAGES + turn + 1,
        "question_id": number,
        "author": "staff" if is_staff else "customer",
        "user_id": None,
        "author_name": "Clara Brandt" if is_staff else f"Kundin {number}",
        "author_role": "agent" if is_staff else "",
        "channel": "web",
        "body": _text(chance, 60),
        "created_at": _asked(number, amount) + timedelta(hours=turn * 4),
    }


def _promise(number: int, turn: int, amount: int) -> dict[str, Any]:
    made = _asked(number, amount) + timedelta(hours=turn * 5)
    due = _state(number, amount)[1] if turn == 1 else None
    return {
        "id": (number - 1) * 2 + turn + 1,
        "question_id": number,
        "kind": ("first_answer", "next_answer")[turn],
        "level": "normal",
        "because": ("asked", "replied")[turn],
        "reason": "",
        "made_at": made,
        "made_by": "",
        "counted_from": made,
        "minutes": 480,
        "skipped": [],
        "due_at": due or made + timedelta(hours=24),
        "ended_at": None if due else made + timedelta(hours=4),
        "outcome": "" if due else "kept",
    }


def _notification(number: int, amount: int) -> dict[str, Any]:
    asked = _asked(number, amount)
    return {
        "kind": "question_received",
        "stamp": f"question_received:{number}",
        "recipient": f"kundin{_customer_id(number)}@example.org",
        "is_confirmed": True,
        "language": "de",
        "subject_type": "question",
        "subject_id": number,
        "payload": {},
        "message_id": f"bench-{number}",
        "thread": "",
        "created_at": asked,
        "due_at": None,
        "claimed_by": "",
        "tries": 1,
        "sent_at": asked,
        "problem": "",
    }


def _event(number: int, verb: str, amount: int) -> dict[str, Any]:
    return {
        "at": _asked(number, amount),
        "verb": f"question.{verb}",
        "subject_type": "question",
        "subject_id": number,
        "actor_kind": "customer",
        "actor_id": None,
        "actor_name": "",
        "details": {},
    }


def _key(number: int, given: tuple[str, str]) -> dict[str, Any]:
    return {
        "digest": digest(given[1]),
        "purpose": Purpose.QUESTION_MAILED.value,
        "subject_id": number,
        "address": "",
        "created_at": NEWEST,
        "expires_at": NEWEST + timedelta(days=3650),
    }


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


def _table(name: str) -> Table:
    return Model.metadata.tables[name]
