"""Words in messages, notes, subjects and customers: full text of SQLite or of PostgreSQL, newest first, with a bound.

SQLite stems English by itself; German endings are tried one by one, because exact words are found a hundred times
faster than beginnings of words. PostgreSQL stems both. Umlauts are found however they are written.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from sqlalchemy import String, bindparam, select, text
from Stemmer import Stemmer

from portal.customers.models import Customer
from portal.desk.queries.newest import LEAST_THAT_MATTER, cases_found, newest_cases_found, newest_customers
from portal.desk.rules import SEARCH_SECONDS, WORDS_LIMIT
from portal.foundation.addresses import is_address, normalised
from portal.foundation.database import connection_to_read
from portal.foundation.sql.prepared import Prepared
from portal.foundation.sql.time_limit import read_within
from portal.foundation.sql.word_index import read_newest

_MOST_WORDS = 6
_WORD = re.compile(r"[^\W_]+")
# What German words end in; the longest first, so that one of them is cut off.
_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")
_STEM_LEAST = 4
_ACCENTS = str.maketrans("äöüéèêáàâóòôúùûíìîçñ", "aoueeeaaaooouuuiiicn")
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_APART = str.maketrans(dict(_UMLAUTS))


_AT = Prepared(
    select(Customer.id, Customer.name, Customer.email)
    .where(Customer.email == bindparam("email", type_=String))
    .order_by(Customer.id.desc())
    .limit(8)
)


def words_of(typed: str) -> list[str]:
    """The words to search for, in small letters; at most six."""
    return _WORD.findall(unicodedata.normalize("NFC", typed).lower())[:_MOST_WORDS]


@dataclass(frozen=True)
class Found:
    """A condition on the case `q` with the values of its parameters."""

    condition: str
    values: dict[str, str]


def cases_with(words: Sequence[str], *, is_first_page: bool) -> Found:
    """Cases in which all these words stand in one message, note or subject: in the newest of each kind.

    Notes are found too: only staff search here. `is_first_page`: nothing is asked for but the newest cases, as many as
    `most_lines` says; then only these are looked for.
    """
    if not words:
        return Found("q.id IS NULL", {})
    read_newest()
    is_sqlite = _is_sqlite()
    condition = _newest_cases(is_sqlite) if is_first_page else _cases(is_sqlite)
    return Found(condition, {"words": _all_of(words, _forms)})


def customers_with(words: Sequence[str], limit: int) -> Sequence[Any]:
    """Id, name and address of customers who hold these words, newest first; beginnings of words if there are none.

    Whoever looks for cases first (`cases_with`) also finds people who came a moment ago.
    """
    if not words:
        return []
    begun = _all_of(words, _beginnings)
    # Words are letters and digits: a star or a colon only says that one is the beginning of another.
    wholes = begun.replace(":*", "").replace("*", "")
    with read_within(SEARCH_SECONDS):
        by_words = _BY_WORDS if _is_sqlite() else _by_words(limit)
        return by_words.rows({"wholes": wholes, "begun": begun, "most_people": limit})


def customers_at(address: str) -> Sequence[Any]:
    """Id, name and address of customers with exactly this mail address, newest first; nobody for what is none."""
    return _AT.rows({"email": normalised(address)}) if is_address(address) else []


# Beginnings are looked for in a loop inside that of their absence: many words begin with a few letters, and all of them
# would be gathered before anything else is asked.
_BY_WORDS = Prepared(
    text(
        """WITH whole (id) AS MATERIALIZED (
    SELECT rowid FROM fts_customers WHERE fts_customers MATCH :wholes ORDER BY rowid DESC LIMIT :most_people
), begun (id) AS MATERIALIZED (
    SELECT f.rowid FROM (SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM whole)) AS nobody CROSS JOIN fts_customers AS f
    WHERE f.fts_customers MATCH :begun ORDER BY f.rowid DESC LIMIT :most_people
)
SELECT id, name, email FROM customers WHERE id IN (SELECT id FROM whole UNION ALL SELECT id FROM begun)
ORDER BY id DESC"""
    )
)


@lru_cache(maxsize=8)
def _by_words(limit: int) -> Prepared:
    """The same for PostgreSQL."""
    parts = {"<whole>": newest_customers(limit, "wholes"), "<begun>": newest_customers(limit, "begun")}
    return Prepared(text(reduce(lambda found, name: found.replace(name, parts[name]), parts, _BY_WORDS_ON_POSTGRESQL)))


_BY_WORDS_ON_POSTGRESQL = """WITH whole (id) AS MATERIALIZED (<whole>), begun (id) AS MATERIALIZED (
    SELECT f.leads_to FROM (<begun>) AS f WHERE NOT EXISTS (SELECT 1 FROM whole)
)
SELECT id, name, email FROM customers WHERE id IN (SELECT id FROM whole UNION ALL SELECT id FROM begun)
ORDER BY id DESC"""


@lru_cache(maxsize=2)
def _cases(is_sqlite: bool) -> str:
    if not is_sqlite:
        return cases_found(WORDS_LIMIT)
    parts = {f"<{table}>": _newest_on_sqlite(table, WORDS_LIMIT) for table in ("messages", "notes", "questions")}
    return reduce(lambda found, name: found.replace(name, parts[name]), parts, _CASES)


@lru_cache(maxsize=2)
def _newest_cases(is_sqlite: bool) -> str:
    """The same, of which only the newest cases are right: messages say from where on the others are read."""
    if not is_sqlite:
        return newest_cases_found(WORDS_LIMIT)
    parts = {
        "<messages>": _newest_on_sqlite("messages", WORDS_LIMIT),
        "<notes>": _newest_on_sqlite("notes", WORDS_LIMIT, least="(SELECT id FROM least_note)"),
        "<questions>": _newest_on_sqlite("questions", WORDS_LIMIT, least="(SELECT id FROM least)"),
    }
    return reduce(lambda found, name: found.replace(name, parts[name]), parts, _NEWEST_CASES)


# What a word table gives is looked up as it comes, by a join whose order is told: by `IN` SQLite would gather all of it
# in a table first. A case that comes twice does no harm, because the last `IN` makes a set of them anyway.
_MESSAGES = "(<messages>) AS f CROSS JOIN messages AS r ON r.id = f.id WHERE r.withdrawn_at IS NULL"
_NOTES_AND_SUBJECTS = """UNION ALL SELECT r.question_id FROM (<notes>) AS f CROSS JOIN notes AS r ON r.id = f.id
UNION ALL SELECT f.id FROM (<questions>) AS f"""
_CASES = f"q.id IN (SELECT r.question_id FROM {_MESSAGES} {_NOTES_AND_SUBJECTS})"  # noqa: S608
_NEWEST_CASES = f"""q.id IN (
WITH m (id) AS MATERIALIZED (
    SELECT r.question_id FROM {_MESSAGES} GROUP BY r.question_id ORDER BY r.question_id DESC LIMIT :most_lines
), {LEAST_THAT_MATTER}
SELECT id FROM m {_NOTES_AND_SUBJECTS})"""  # noqa: S608


def _newest_on_sqlite(table: str, limit: int, *, least: str = "") -> str:
    """The ids of the newest rows that match, as SQL with the parameter `words`; those before `least` are left out."""
    full, bound = f"fts_{table}", f"AND rowid >= {least}" if least else ""
    return " ".join(
        ("SELECT rowid AS id FROM", full, "WHERE", full, "MATCH :words", bound, "ORDER BY rowid DESC LIMIT", str(limit))
    )


def _is_sqlite() -> bool:
    return connection_to_read().dialect.name == "sqlite"


def _all_of(words: Sequence[str], spellings: Callable[[str, bool], str]) -> str:
    is_sqlite = _is_sqlite()
    return (" AND " if is_sqlite else " & ").join([spellings(word, is_sqlite) for word in words])


def _either(ways: Iterable[str], is_sqlite: bool) -> str:
    return f"({(' OR ' if is_sqlite else ' | ').join(sorted(ways))})"


@lru_cache(maxsize=1024)
def _forms(word: str, is_sqlite: bool) -> str:
    """The word with each German ending, in each spelling; PostgreSQL knows endings by itself."""
    spellings = _spellings(word)
    if not is_sqlite:
        return _either((f"'{each}'" for each in spellings), is_sqlite)
    return _either((f'"{form}"' for form in _inflected(sorted(spellings))), is_sqlite)


def _inflected(spellings: Sequence[str]) -> Iterable[str]:
    """One form for each stem that SQLite keeps: the same stem twice would be read twice."""
    found: dict[str, str] = {}
    stemmer = Stemmer("porter")
    for spelling in spellings:
        for form in (spelling, *_endings(spelling)):
            found.setdefault(stemmer.stemWord(_plain(form)), form)
    return found.values()


def _endings(word: str) -> Iterator[str]:
    if len(word) < _STEM_LEAST or not word.isalpha():
        return
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= _STEM_LEAST), "")
    for stem in (word, word.removesuffix(ending)):
        yield from (stem + each for each in ("", *_ENDINGS))


@lru_cache(maxsize=1024)
def _beginnings(word: str, is_sqlite: bool) -> str:
    if is_sqlite:
        return _either((f'"{each}"*' for each in _spellings(word)), is_sqlite)
    return _either((f"'{each}':*" for each in {_plain(spelling) for spelling in _spellings(word)}), is_sqlite)


def _spellings(word: str) -> set[str]:
    """`müller`, `mueller` and `muller` find each other; accents never matter."""
    together = word
    for umlaut, two in _UMLAUTS:
        together = together.replace(two, umlaut)
    return {word, word.translate(_APART), together}


def _plain(word: str) -> str:
    return word.translate(_ACCENTS)
