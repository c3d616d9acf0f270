"""Moments in the database: aware, in UTC, as text where it knows no time zones."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so every stored time is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)

    # SQLite keeps text. A page reads dozens of moments, and the usual way makes each in three steps.
    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _read_moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def bind_processor(self, dialect: Dialect) -> Any:
        return _written_moment if dialect.name == "sqlite" else super().bind_processor(dialect)


def _read_moment(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept + "+00:00")


def read_moment(kept: str | datetime | None) -> datetime | None:
    """A moment as the database itself keeps it: SQLite gives text, PostgreSQL a moment."""
    return _read_moment(kept) if kept is None or isinstance(kept, str) else kept


def _written_moment(value: datetime | None) -> str | None:
    return None if value is None else _as_text(value)


# What is written at one moment says so twenty times.
@lru_cache(maxsize=64)
def _as_text(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
