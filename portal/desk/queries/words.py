"""Words in messages, notes, subjects and customers: full text of SQLite or of PostgreSQL, newest first, with a bound.

SQLite stems English by itself; German endings are tried one by one, because exact words are found a hundred times
faster than beginnings of words. PostgreSQL stems both. Umlauts are found however they are written.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text, union

from portal.customers.models import Customer
from portal.desk.models import Note
from portal.desk.rules import WORDS_LIMIT
from portal.foundation.database import db
from portal.questions.models import Message, Question

_MOST_WORDS = 6
_WORD = re.compile(r"[^\W_]+")
# What German words end in; the longest first, so that one of them is cut off.
_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")
_STEM_LEAST = 4
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
# The same expressions as in migration 0004: only then does PostgreSQL use its indexes.
_FOLDED = "translate(lower(name || ' ' || email), 'äöüßéèêáàâóòôúùûíìîçñ@.-_+', 'aouseeeaaaooouuuiiicn     ')"
_VECTORS = {
    "messages": "(to_tsvector('german', body) || to_tsvector('english', body))",
    "notes": "(to_tsvector('german', body) || to_tsvector('english', body))",
    "questions": "(to_tsvector('german', subject) || to_tsvector('english', subject))",
    "customers": f"to_tsvector('simple', {_FOLDED})",
}


def words_of(typed: str) -> list[str]:
    """The words to search for, in small letters; at most six."""
    return _WORD.findall(unicodedata.normalize("NFC", typed).lower())[:_MOST_WORDS]


def cases_with(words: Sequence[str]) -> Select[Any]:
    """The ids of cases in which all these words stand in one message, note or subject: of the newest of each kind."""
    query = _all_of(words, _forms)
    messages = select(Message.question_id).where(Message.id.in_(_newest("messages", query)))
    found = union(
        messages.where(Message.withdrawn_at.is_(None)),
        select(Note.question_id).where(Note.id.in_(_newest("notes", query))),
        select(Question.id).where(Question.id.in_(_newest("questions", query))),
    ).subquery()
    return select(found.c[0])


def customers_with(words: Sequence[str], limit: int) -> Sequence[Customer]:
    """Customers in whose name or address a word begins with each of these, newest first."""
    rows = select(Customer).where(Customer.id.in_(_newest("customers", _all_of(words, _beginnings), limit)))
    return db.session.scalars(rows.order_by(Customer.id.desc())).all()


def is_common(words: Sequence[str]) -> bool:
    """Whether more messages hold these words than a search looks at."""
    found = select(func.count()).select_from(_newest("messages", _all_of(words, _forms)).subquery())
    return (db.session.scalar(found) or 0) >= WORDS_LIMIT


def _newest(table: str, query: str, limit: int = WORDS_LIMIT) -> Select[Any]:
    """The ids of the newest rows that match."""
    if db.engine.dialect.name == "sqlite":
        row: ColumnElement[int] = literal_column("rowid")
        matching: ColumnElement[bool] = text(f"fts_{table} MATCH :words").bindparams(words=query)  # type: ignore[assignment]
        found = select(row).select_from(text(f"fts_{table}")).where(matching)
    else:
        row = literal_column("id")
        asked = "to_tsquery('simple', :words)"
        if table != "customers":
            asked = "(to_tsquery('german', :words) || to_tsquery('english', :words))"
        matching = text(f"{_VECTORS[table]} @@ {asked}").bindparams(words=query)  # type: ignore[assignment]
        found = select(row).select_from(text(table)).where(matching)
    return found.order_by(row.desc()).limit(limit)


def _all_of(words: Sequence[str], spellings: Any) -> str:
    is_sqlite = db.engine.dialect.name == "sqlite"
    either, both = (" OR ", " AND ") if is_sqlite else (" | ", " & ")
    return both.join(f"({either.join(spellings(word, is_sqlite))})" for word in words)


def _forms(word: str, is_sqlite: bool) -> list[str]:
    """The word with each German ending, in each spelling; PostgreSQL knows endings by itself."""
    spellings = _spellings(word)
    if not is_sqlite:
        return sorted(f"'{each}'" for each in spellings)
    return sorted(f'"{form}"' for each in spellings for form in {each, *_inflected(each)})


def _inflected(word: str) -> Iterator[str]:
    if len(word) < _STEM_LEAST or not word.isalpha():
        return
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= _STEM_LEAST), "")
    for stem in {word, word.removesuffix(ending)}:
        yield from (stem + each for each in ("", *_ENDINGS))


def _beginnings(word: str, is_sqlite: bool) -> list[str]:
    if is_sqlite:
        return sorted(f'"{each}"*' for each in _spellings(word))
    return sorted(f"'{each}':*" for each in {_plain(spelling) for spelling in _spellings(word)})


def _spellings(word: str) -> set[str]:
    """`müller`, `mueller` and `muller` find each other; accents never matter."""
    apart, together = word, word
    for umlaut, two in _UMLAUTS:
        apart, together = apart.replace(umlaut, two), together.replace(two, umlaut)
    return {word, apart, together}


def _plain(word: str) -> str:
    return word.translate(str.maketrans("äöüßéèêáàâóòôúùûíìîçñ", "aouseeeaaaooouuuiiicn"))
