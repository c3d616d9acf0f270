"""Multiplies what `many.py` has filled in: a million questions by bulk SQL, each block a copy of the first one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, text

from bench.many import fill
from portal.foundation.sql.word_index import join_words, read_rows
from portal.keys.rules import Purpose, digest
from portal.numbers.format import Number
from portal.operation.planning import measure_tables

# Three questions have one customer and five one note: whole numbers of both.
BASE = 9_000
_KEYED = 2000
# By how much each column moves on for one question; others are copied, and an `id` that is not here is given anew.
_MOVED: dict[str, dict[str, float]] = {
    "customers": {"id": 1 / 3},
    "questions": {"id": 1, "customer_id": 1 / 3},
    "messages": {"id": 3, "question_id": 1},
    "notes": {"id": 1 / 5, "question_id": 1},
    "question_tags": {"question_id": 1},
    "promises": {"id": 2, "question_id": 1},
    "notifications": {"subject_id": 1},
    "events": {"subject_id": 1},
}
_MADE = {
    "customers": {"email": "'kundin' || (id * 3 - 2 + {first}) || '@example.org'"},
    "questions": {"number": "(SELECT number FROM bench_numbers AS b WHERE b.id = questions.id + {first})"},
    "notifications": {
        "stamp": "'question_received:' || (subject_id + {first})",
        "message_id": "'bench-' || (subject_id + {first})",
    },
}


def fill_fast(url: str, amount: int) -> list[tuple[str, str]]:
    """Like `fill`, of which it makes the first block; number and key of some questions, spread over all of them."""
    fill(url, min(amount, BASE))
    engine = create_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
        if amount > BASE:
            _give_numbers(connection, amount)
        for first in range(BASE, amount, BASE):
            for table in _MOVED:
                _copy(connection, table, first, min(BASE, amount - first))
        _finish(connection, amount)
        if connection.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            read_rows(driver, amount * 3)
            # As the worker does every day.
            for name in ("messages", "notes", "questions", "customers"):
                while join_words(driver, name, -100_000):
                    pass
    measure_tables(engine)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # It cleans up by itself after a while, which would be in the middle of what is measured.
            connection.exec_driver_sql("VACUUM")
    engine.dispose()
    return give_keys(url, amount)


def give_keys(url: str, amount: int) -> list[tuple[str, str]]:
    """Number and key of up to 2,000 questions, spread evenly; keys that were given before stay."""
    numbers = range(1, amount + 1, max(1, amount // _KEYED))
    given = [(str(Number("Q", 26, each)), f"{'bench':>20}{each:0>23}".replace(" ", "-")) for each in numbers]
    now, purpose = datetime.now(UTC), Purpose.QUESTION_MAILED.value
    moments = {"now": now.isoformat(" "), "end": (now + timedelta(days=90)).isoformat(" ")}
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO keys (digest, purpose, subject_id, address, created_at, expires_at) "
                "VALUES (:digest, :purpose, :question, '', :now, :end) ON CONFLICT (digest) DO NOTHING"
            ),
            [
                {"digest": digest(key), "purpose": purpose, "question": number, **moments}
                for number, (_, key) in zip(numbers, given, strict=True)
            ],
        )
    engine.dispose()
    return given


def forget_mails(url: str) -> None:
    """Every mail counts as sent: a portal whose mails wait too long is not ready."""
    engine = create_engine(url)
    with engine.begin() as connection:
        sent = "UPDATE notifications SET due_at = NULL, sent_at = created_at WHERE "
        connection.execute(text(f"{sent}due_at IS NOT NULL OR (sent_at IS NULL AND failed_at IS NULL)"))
    engine.dispose()


def _give_numbers(connection: Connection, amount: int) -> None:
    """The check digit is ours alone: the numbers go in ready made."""
    connection.exec_driver_sql("CREATE TEMPORARY TABLE bench_numbers (id INTEGER PRIMARY KEY, number VARCHAR(20))")
    for first in range(BASE + 1, amount + 1, BASE):
        rows = [{"id": each, "number": str(Number("Q", 26, each))} for each in range(first, first + BASE)]
        connection.execute(text("INSERT INTO bench_numbers VALUES (:id, :number)"), rows)


def _copy(connection: Connection, table: str, first: int, amount: int) -> None:
    """The first rows of a table once more, behind question `first`."""
    moved, made = _MOVED[table], _MADE.get(table, {})
    described = connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").cursor
    columns = [each[0] for each in described.description if each[0] != "id" or "id" in moved]
    cells = [
        made[each].format(first=first) if each in made else f'"{each}"' + _step(moved.get(each, 0), first)
        for each in columns
    ]
    number = next((name for name in ("question_id", "subject_id") if name in moved), "id")
    known = f"{number} <= {BASE // 3 if table == 'customers' else amount}"
    if table == "events":
        known += " AND subject_type = 'question'"
    names = ", ".join(f'"{each}"' for each in columns)
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) SELECT {', '.join(cells)} FROM {table} WHERE {known}")


def _step(each: float, first: int) -> str:
    return f" + {round(each * first)}" if each else ""


def _finish(connection: Connection, amount: int) -> None:
    connection.execute(text("UPDATE number_counters SET last = :last WHERE letter = 'Q'"), {"last": amount})
    if connection.dialect.name == "postgresql":
        for name in (table for table in _MOVED if table != "question_tags"):
            connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")
