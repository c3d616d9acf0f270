"""From a snapshot to the frozen values that readers hold in memory."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from portal.faq.library.assets import Asset
from portal.faq.library.building.snapshot import Pointer, open_snapshot
from portal.faq.library.faults import Fault
from portal.faq.library.library import Library
from portal.faq.rules import Article, Folder, Heading, Page, Status

ARTICLES = """
SELECT file, number, language, path, source, title, summary, packed, headings, keywords, status, publish_from,
       publish_until, reviewed_on, review_days, changed_on, owner, related, pinned, position, aliases, words
FROM articles JOIN (SELECT file, packed FROM files) USING (file) ORDER BY file
"""
PAGES = """
SELECT language, slug, source, title, summary, packed, headings, position, updated_on
FROM pages JOIN (SELECT file, packed FROM files) USING (file) ORDER BY language, position, title
"""
STATUSES = {str(status): status for status in Status}


def load_library(derived: Path, pointer: Pointer) -> Library | None:
    """The library of a snapshot; None when the snapshot is not whole."""
    connection = open_snapshot(derived, pointer)
    if connection is None:
        return None
    try:
        return _library(connection)
    except (sqlite3.Error, ValueError, TypeError, KeyError):
        return None
    finally:
        connection.close()


def _library(connection: sqlite3.Connection) -> Library:
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    return Library(
        generation=meta["generation"],
        languages=tuple(json.loads(meta["languages"])),
        default_language=meta["default_language"],
        texts=meta["texts"],
        signature=meta["signature"],
        articles={article.key: article for article in _articles(connection)},
        pages=tuple(_pages(connection)),
        folders=tuple(Folder(*row) for row in connection.execute("SELECT * FROM folders")),
        assets={asset.address: asset for asset in _assets(connection)},
        faults=tuple(_faults(connection)),
    )


def _articles(connection: sqlite3.Connection) -> Iterator[Article]:
    for row in connection.execute(ARTICLES):
        file, number, language, path, source, title, summary, packed, headings, keywords, status, *rest = row
        publish_from, publish_until, reviewed_on, review_days, changed_on, owner, *last = rest
        related, pinned, order, aliases, words = last
        yield Article(
            number=number,
            language=sys.intern(language),
            path=path,
            source=path if source == path else source,
            title=title,
            summary=summary,
            packed=packed,
            headings=_headings(headings),
            keywords=_words(keywords),
            status=STATUSES[status],
            publish_from=_day(publish_from),
            publish_until=_day(publish_until),
            reviewed_on=_day(reviewed_on),
            review_every=timedelta(days=review_days) if review_days else None,
            changed_on=_day(changed_on),
            owner=sys.intern(owner),
            related=_words(related),
            pinned=bool(pinned),
            order=order,
            aliases=_words(aliases),
            words=words,
            file=file,
        )


def _pages(connection: sqlite3.Connection) -> Iterator[Page]:
    for language, slug, source, title, summary, packed, headings, order, updated_on in connection.execute(PAGES):
        yield Page(language, slug, source, title, summary, packed, _headings(headings), order, _day(updated_on))


def _assets(connection: sqlite3.Connection) -> Iterator[Asset]:
    query = "SELECT file, address, media_type, bytes, digest, width, height FROM assets ORDER BY file"
    for row in connection.execute(query):
        yield Asset(*row)


def _faults(connection: sqlite3.Connection) -> Iterator[Fault]:
    for file, line, problem, remedy, is_error in connection.execute("SELECT * FROM faults"):
        yield Fault(file, line, problem, remedy, bool(is_error))


def _headings(source: str) -> tuple[Heading, ...]:
    return () if source == "[]" else tuple(Heading(*heading) for heading in json.loads(source))


def _words(source: str) -> tuple[Any, ...]:
    return () if source == "[]" else tuple(json.loads(source))


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
