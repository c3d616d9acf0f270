"""From single files to a library: sources, numbers, related articles, aliases, and the faults between files."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.faq.library.building.folders import folders_of
from portal.faq.library.building.kept import KeptFile
from portal.faq.library.building.layout import Layout, slug_of
from portal.faq.library.building.numbering import numbers_of, sources_of
from portal.faq.library.building.sitemap import Place
from portal.faq.library.faults import Fault
from portal.faq.library.texts.categories import Shelf
from portal.faq.library.texts.records import Record
from portal.faq.rules import Article, Folder, Heading, Page, Status


@dataclass(slots=True)
class Assembly:
    """Everything a snapshot shows to readers; articles by file."""

    articles: dict[str, Article] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    folders: list[Folder] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def assemble(files: Mapping[str, KeptFile], shelves: Mapping[str, Shelf], layout: Layout) -> Assembly:
    """Put the files together; every finding between files becomes a fault, nothing is thrown."""
    assembly = Assembly()
    good = {file: (kept.place, kept.record) for file, kept in sorted(files.items()) if kept.record}
    articles = {file: pair for file, pair in good.items() if pair[0].root.kind == "faq"}
    folders = folders_of(articles, shelves, layout, assembly.faults)
    assembly.folders = list(folders.values())
    unread = {kept.place for kept in files.values() if not kept.record and kept.place.root.kind == "faq"}
    sources = sources_of(articles, folders, layout, assembly.faults, unread)
    numbers = numbers_of(articles, sources, layout, assembly.faults)
    places: dict[str, Place | None] = {place.file: place for place, _ in articles.values()}
    places |= dict.fromkeys((place.file for place in unread), None)
    for file, (place, record) in articles.items():
        related = _related(place, record, places, assembly.faults)
        article = _article(place, record, source=sources[file], number=numbers[sources[file]], related=related)
        assembly.articles[file] = article
    for file, (place, record) in good.items():
        if place.root.kind == "pages":
            assembly.pages[file] = _page(place, record)
    return assembly


def _related(place: Place, record: Record, places: Mapping[str, Place | None], faults: list[Fault]) -> tuple[str, ...]:
    """Hand-set related articles as paths below the language; what points nowhere becomes a fault.

    A file that cannot be read is none of `places`' articles, and no fault of whoever names it.
    """
    found = []
    for written in record.related:
        base = posixpath.normpath(posixpath.join(posixpath.dirname(place.file), written.removesuffix(".md")))
        file = f"{base}.md" if f"{base}.md" in places else f"{base}.markdown"
        target = places.get(file)
        if target and target.root.language == place.root.language:
            found.append(target.path)
        elif target or file not in places:
            problem = f"“related” names “{written[:100]}”, which does not exist."
            faults.append(
                Fault(place.file, record.lines.get("related", 0), problem, "Correct the path, relative to this file.")
            )
    return tuple(found)


def _aliases(place: Place, record: Record) -> tuple[str, ...]:
    return tuple(alias for alias in record.aliases if alias != place.path)


def _article(place: Place, record: Record, *, source: str, number: int, related: tuple[str, ...]) -> Article:
    return Article(
        number=number,
        language=place.root.language,
        path=place.path,
        source=source,
        title=record.title,
        summary=record.summary,
        packed=record.packed,
        headings=_headings(record),
        keywords=record.keywords,
        status=Status(record.status),
        publish_from=_day(record.publish_from),
        publish_until=_day(record.publish_until),
        reviewed_on=_day(record.reviewed_on),
        review_every=timedelta(days=record.review_days) if record.review_days else None,
        changed_on=_day(record.changed_on),
        owner=record.owner,
        related=related,
        pinned=record.pinned,
        order=record.order,
        aliases=_aliases(place, record),
        words=record.words,
        file=place.file,
    )


def _page(place: Place, record: Record) -> Page:
    return Page(
        language=place.root.language,
        slug=place.path,
        source=slug_of(record.translation_of) if record.translation_of else place.path,
        title=record.title,
        summary=record.summary,
        packed=record.packed,
        headings=_headings(record),
        order=record.order,
        updated_on=_day(record.changed_on),
    )


def _headings(record: Record) -> tuple[Heading, ...]:
    return tuple(Heading(level, text, anchor) for level, text, anchor in record.headings)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
