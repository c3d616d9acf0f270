"""Keys of `company.toml` that nobody reads: a slip in one would change nothing, and nobody would know why."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from portal.faq.library.faults import Fault
from portal.foundation.retention import Periods

_FILE = "company.toml"
_DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
# Every table with its keys; tables in double brackets stand here like any other.
KNOWN: Mapping[str, frozenset[str]] = {
    "": frozenset({"name", "legal_name", "tagline"}),
    "look": frozenset({"colour", "logo", "logo_dark", "picture"}),
    "language": frozenset({"offered", "address"}),
    "place": frozenset({"time_zone", "country", "state", "address"}),
    "questions": frozenset({"letter"}),
    "hours": _DAYS | {"bridging"},
    "desk": frozenset({"silent_days"}),
    "fairness": frozenset({"currency"}),
    "fairness.limit": frozenset({"up_to", "by"}),
    "mail": frozenset({"from", "name", "reply_to", "bounces", "incoming", "reply", "topic", "authserv_id"}),
    "letter": frozenset({"lines"}),
    "leaving": frozenset({"shop", "accept_retractions"}),
    "security": frozenset({"contact", "expires"}),
    "retention": frozenset(field.name for field in fields(Periods)),
    "closed": frozenset({"name", "from", "until"}),
    "contact": frozenset({"kind", "name", "detail", "href", "note", "hours"}),
    "terms": frozenset({"says", "dislike", "first_term_months", "notice_months"}),
    "notice": frozenset({"text", "tone", "url", "since", "until"}),
}
_HEADER = re.compile(r"\s*\[{1,2}\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def company_faults(content: Path) -> Iterator[Fault]:
    """A fault for each key and table that is not known, with the one that was probably meant."""
    try:
        source = (content / _FILE).read_text("utf-8")
        written = tomllib.loads(source)
    except (OSError, ValueError, RecursionError):
        # Without a file there is nothing to say, and what cannot be read has stopped the start.
        return
    lines = _lines(source)
    for table, key in dict.fromkeys(_unknown(written, "")):
        yield _fault(table, key, lines.get((table, key), 0))


def _unknown(written: Mapping[str, Any], table: str) -> Iterator[tuple[str, str]]:
    for key, value in written.items():
        inner = f"{table}.{key}" if table else key
        if inner in KNOWN:
            for each in value if isinstance(value, list) else [value]:
                yield from _unknown(each, inner) if isinstance(each, Mapping) else ()
        elif key not in KNOWN[table]:
            yield table, key


def _fault(table: str, key: str, line: int) -> Fault:
    known = {*KNOWN[table], *(name for name in KNOWN if name and not table)}
    meant = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.75)
    where = f" of [{table}]" if table else ""
    remedy = f"Did you mean “{meant[0]}”?" if meant else "Remove it, or look it up in docs/content.md."
    return Fault(_FILE, line, f"The key “{key[:60]}”{where} is unknown.", remedy, is_error=bool(meant))


def _lines(source: str) -> Mapping[tuple[str, str], int]:
    """Where each key stands, by its table; a table of its own is a key of the whole."""
    found: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(source.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[1]
            above, _, name = table.rpartition(".")
            found.setdefault((above, name), number)
        elif key := _KEY.match(line):
            found.setdefault((table, key[1]), number)
    return found
