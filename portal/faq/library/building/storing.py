"""Rows of the snapshot: what the builder keeps for itself and what readers load."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from portal.faq.library.assets import Asset
from portal.faq.library.building.assembly import Assembly
from portal.faq.library.building.kept import Kept, KeptFile
from portal.faq.library.building.layout import Root
from portal.faq.library.building.scan import Sign
from portal.faq.library.building.sitemap import Place
from portal.faq.library.faults import Fault
from portal.faq.library.texts.categories import Shelf
from portal.faq.library.texts.records import from_json, to_json
from portal.faq.rules import Article, Folder, Page


def write(connection: sqlite3.Connection, kept: Kept, assembly: Assembly, meta: dict[str, str]) -> None:
    """All rows of a new snapshot."""
    meta = meta | {"signature": kept.signature, "renderer": kept.renderer, "layout": kept.layout}
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        "meta": meta.items(),
        "files": (_file_row(item) for item in kept.files.values()),
        "articles": (_article_row(article) for article in assembly.articles.values()),
        "pages": ((file, *_page_row(page)) for file, page in assembly.pages.items()),
        "folders": (_folder_row(folder) for folder in assembly.folders),
        "shelves": (_shelf_row(shelf) for shelf in kept.shelves.values()),
        "assets": (_asset_row(asset, sign) for asset, sign in kept.assets.values()),
        "faults": (_fault_row(fault) for fault in assembly.faults),
        "synonyms": kept.synonyms.items(),
    }
    for table, values in rows.items():
        for row in values:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608


def read_kept(connection: sqlite3.Connection) -> Kept:
    """The builder's memory of the round before."""
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    kept = Kept(meta.get("signature", ""), meta.get("renderer", ""), meta.get("layout", ""))
    for row in connection.execute("SELECT * FROM files"):
        item = _kept_file(row)
        kept.files[item.place.file] = item
    for row in connection.execute("SELECT * FROM shelves"):
        kept.shelves[row[0]] = Shelf(*row)
    for row in connection.execute("SELECT * FROM assets"):
        kept.assets[row[0]] = (Asset(*row[:7]), Sign(*row[7:]))
    kept.synonyms = dict(connection.execute("SELECT language, words FROM synonyms"))
    return kept


def _kept_file(row: tuple[Any, ...]) -> KeptFile:
    file, language, folder, kind, path, *sign, digest, record, faults, packed, text = row
    return KeptFile(
        place=Place(file, Root(language, folder, kind), path),
        sign=Sign(*sign) if sign[0] is not None else None,
        digest=digest,
        record=from_json(record, packed=packed, text=text) if record else None,
        faults=tuple(Fault(*fault) for fault in json.loads(faults)),
    )


def _file_row(item: KeptFile) -> tuple[Any, ...]:
    place, sign, record = item.place, item.sign, item.record
    signs = sign or (None,) * 4
    faults = json.dumps([_fault_row(fault) for fault in item.faults], ensure_ascii=False)
    body = (to_json(record), faults, record.packed, record.text) if record else (None, faults, None, None)
    return (place.file, place.root.language, place.root.folder, place.root.kind, place.path, *signs, item.digest, *body)


def _article_row(article: Article) -> tuple[Any, ...]:
    days = (article.publish_from, article.publish_until, article.reviewed_on)
    return (
        article.file,
        article.number,
        article.language,
        article.path,
        article.source,
        article.title,
        article.summary,
        _headings(article),
        json.dumps(article.keywords, ensure_ascii=False),
        str(article.status),
        *(day.isoformat() if day else None for day in days),
        article.review_every.days if article.review_every else None,
        article.changed_on.isoformat() if article.changed_on else None,
        article.owner,
        json.dumps(article.related, ensure_ascii=False),
        int(article.pinned),
        article.order,
        json.dumps(article.aliases, ensure_ascii=False),
        article.words,
    )


def _page_row(page: Page) -> tuple[Any, ...]:
    updated = page.updated_on.isoformat() if page.updated_on else None
    return (page.language, page.slug, page.source, page.title, page.summary, _headings(page), page.order, updated)


def _headings(item: Article | Page) -> str:
    return json.dumps([(h.level, h.text, h.anchor) for h in item.headings], ensure_ascii=False)


def _folder_row(folder: Folder) -> tuple[Any, ...]:
    place = (folder.language, folder.path, folder.source)
    return (*place, folder.name, folder.description, folder.order, folder.icon)


def _shelf_row(shelf: Shelf) -> tuple[Any, ...]:
    return (shelf.file, shelf.name, shelf.description, shelf.order, shelf.icon, shelf.translation_of)


def _asset_row(asset: Asset, sign: Sign) -> tuple[Any, ...]:
    looks = (asset.file, asset.address, asset.media_type, asset.size, asset.digest, asset.width, asset.height)
    return (*looks, *sign)


def _fault_row(fault: Fault) -> tuple[Any, ...]:
    return (fault.file, fault.line, fault.problem, fault.remedy, int(fault.is_error))
