"""From single files to a library: sources, numbers, related articles, aliases, and the faults between files."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.faq.library.categories import Shelf
from portal.faq.library.faults import Fault
from portal.faq.library.kept import KeptFile
from portal.faq.library.layout import Layout, folder_path, is_overview, order_in_name, other_name, slug_of, tidy_name
from portal.faq.library.records import Record
from portal.faq.library.sitemap import Place
from portal.faq.rules import Article, Folder, Heading, Page, Status, number_from_path

OTHER_ORDER = 9000


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
    folders = _folders(articles, shelves, layout, assembly.faults)
    assembly.folders = list(folders.values())
    sources = _sources(articles, folders, layout, assembly.faults)
    numbers = _numbers(articles, sources, layout, assembly.faults)
    places = {place.file: place for place, _ in articles.values()}
    for file, (place, record) in articles.items():
        related = _related(place, record, places, assembly.faults)
        article = _article(place, record, source=sources[file], number=numbers[sources[file]], related=related)
        assembly.articles[file] = article
    for file, (place, record) in good.items():
        if place.root.kind == "pages":
            assembly.pages[file] = _page(place, record)
    return assembly


def _folders(
    articles: Mapping[str, tuple[Place, Record]],
    shelves: Mapping[str, Shelf],
    layout: Layout,
    faults: list[Fault],
) -> dict[tuple[str, str], Folder]:
    """Every category that an article lies in, and those above, by language and path."""
    named = _shelves_by_path(shelves, layout)
    overviews = {_above(place): record for place, record in articles.values() if is_overview(place.file)}
    folders: dict[tuple[str, str], Folder] = {}
    for place, _ in articles.values():
        for path, disk in _folder_chain(place):
            key = (place.root.language, path)
            if key not in folders:
                folders[key] = _folder(key, disk, named.get(key), overviews.get(key))
    _check_folder_sources(folders, named, layout, faults)
    return folders


def _folder_chain(place: Place) -> Iterable[tuple[str, str]]:
    """The categories above an article, outermost first: address and name on disk."""
    on_disk = (posixpath.dirname(place.inside) or ".").split("/")
    parts = place.path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth]), on_disk[depth - 1]


def _above(place: Place) -> tuple[str, str]:
    return place.root.language, place.path.rpartition("/")[0]


def _shelves_by_path(shelves: Mapping[str, Shelf], layout: Layout) -> dict[tuple[str, str], Shelf]:
    named = {}
    for file, shelf in sorted(shelves.items(), reverse=True):
        root = layout.root_of(file)
        inside = posixpath.dirname(file[len(root.folder) :].lstrip("/")) if root else ""
        if root and inside and inside.count("/") < 2:
            named[root.language, folder_path(inside)] = shelf
    return named


def _folder(key: tuple[str, str], disk: str, shelf: Shelf | None, overview: Record | None) -> Folder:
    language, path = key
    is_other = disk == "."
    fallback = other_name(language) if is_other else (overview.title if overview else tidy_name(disk))
    order = OTHER_ORDER if is_other else (order_in_name(disk) or 1000)
    shelf = shelf or Shelf("")
    return Folder(
        language=language,
        path=path,
        source=_folder_source(shelf, path),
        name=shelf.name or fallback,
        description=shelf.description or (overview.summary if overview else ""),
        order=order if shelf.order is None else shelf.order,
        icon=shelf.icon or "question",
    )


def _folder_source(shelf: Shelf, path: str) -> str:
    """The folder this one translates; a bare name means one beside the source of the folder above."""
    wanted = "/".join(slug_of(part) for part in shelf.translation_of.split("/") if part)
    return wanted or path


def _check_folder_sources(
    folders: Mapping[tuple[str, str], Folder],
    named: Mapping[tuple[str, str], Shelf],
    layout: Layout,
    faults: list[Fault],
) -> None:
    for (language, path), folder in folders.items():
        shelf = named.get((language, path))
        if shelf and shelf.translation_of and (layout.default_language, folder.source) not in folders:
            problem = f"“translation_of” names the category “{shelf.translation_of[:80]}”, which does not exist."
            faults.append(Fault(shelf.file, 0, problem, "Write the path of the category in the default language."))


def _sources(
    articles: Mapping[str, tuple[Place, Record]],
    folders: Mapping[tuple[str, str], Folder],
    layout: Layout,
    faults: list[Fault],
) -> dict[str, str]:
    """The path in the default language of every file: what ties translations together."""
    originals = {place.path for place, _ in articles.values() if place.root.language == layout.default_language}
    taken: dict[tuple[str, str], str] = {}
    sources = {}
    for file, (place, record) in articles.items():
        source = place.path
        if place.root.language != layout.default_language:
            source = _source(place, record, folders, originals, faults)
        first = taken.setdefault((place.root.language, source), file)
        if first != file:
            problem = f"{first} is a translation of “{source}” already."
            faults.append(Fault(file, record.translation_line, problem, "Correct “translation_of” in one of them."))
            source = f"{place.root.language}:{place.path}"
        sources[file] = source
    return sources


def _source(
    place: Place,
    record: Record,
    folders: Mapping[tuple[str, str], Folder],
    originals: set[str],
    faults: list[Fault],
) -> str:
    wanted = record.translation_of.strip("/").removesuffix(".md")
    if wanted in originals:
        return wanted
    if wanted:
        problem = f"“translation_of” names “{wanted[:100]}”, which does not exist."
        remedy = "Write the path below the default language's folder, without .md."
        faults.append(Fault(place.file, record.translation_line, problem, remedy))
    language, folder = _above(place)
    translated = folders[language, folder].source + "/" + place.path.rpartition("/")[2]
    return translated if translated in originals else place.path


def _numbers(
    articles: Mapping[str, tuple[Place, Record]],
    sources: Mapping[str, str],
    layout: Layout,
    faults: list[Fault],
) -> dict[str, int]:
    """One short address for each source: an `id` of the original or a translation, else from the oldest path."""
    groups: dict[str, list[tuple[Place, Record]]] = defaultdict(list)
    for file, pair in articles.items():
        groups[sources[file]].append(pair)
    numbers: dict[str, int] = {}
    owners: dict[int, str] = {}
    for source, group in sorted(groups.items()):
        group.sort(key=lambda pair: pair[0].root.language != layout.default_language)
        _claim(source, group, numbers, owners, faults)
    for source, group in sorted(groups.items()):
        if source not in numbers:
            numbers[source] = _derived_number(source, group[0][1], owners)
    return numbers


def _claim(
    source: str,
    group: list[tuple[Place, Record]],
    numbers: dict[str, int],
    owners: dict[int, str],
    faults: list[Fault],
) -> None:
    for place, record in group:
        if record.number is None:
            continue
        owner = owners.get(record.number)
        if owner is None and source not in numbers:
            numbers[source], owners[record.number] = record.number, place.file
        elif owner is None:
            problem = f"The id {record.number} differs from {numbers[source]} in the other language."
            faults.append(Fault(place.file, 0, problem, "Use the same id in every translation."))
        elif numbers.get(source) != record.number:
            problem = f"The id {record.number} belongs to {owner} already."
            faults.append(Fault(place.file, 0, problem, "Give one of the two another id."))


def _derived_number(source: str, record: Record, owners: dict[int, str]) -> int:
    oldest = record.aliases[0] if record.aliases else source
    number, attempt = number_from_path(oldest), 0
    while number in owners:
        attempt += 1
        number = number_from_path(f"{oldest}#{attempt}")
    owners[number] = source
    return number


def _related(place: Place, record: Record, places: Mapping[str, Place], faults: list[Fault]) -> tuple[str, ...]:
    """Hand-set related articles as paths below the language; what points nowhere becomes a fault."""
    found = []
    for written in record.related:
        base = posixpath.normpath(posixpath.join(posixpath.dirname(place.file), written.removesuffix(".md")))
        target = places.get(f"{base}.md") or places.get(f"{base}.markdown")
        if target and target.root.language == place.root.language:
            found.append(target.path)
        else:
            problem = f"“related” names “{written[:100]}”, which does not exist."
            faults.append(Fault(place.file, record.related_line, problem, "Correct the path, relative to this file."))
    return tuple(found)


def _aliases(place: Place, record: Record) -> tuple[str, ...]:
    return tuple(alias.strip("/").removesuffix(".md") for alias in record.aliases if alias.strip("/") != place.path)


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
