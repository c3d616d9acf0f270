"""What ties translations together, and the short address they share."""

from collections import defaultdict
from collections.abc import Mapping, Set

from portal.faq.library.building.folders import above
from portal.faq.library.building.layout import Layout
from portal.faq.library.building.sitemap import Place
from portal.faq.library.faults import Fault
from portal.faq.library.texts.records import Record
from portal.faq.rules import Folder, number_from_path


def sources_of(
    articles: Mapping[str, tuple[Place, Record]],
    folders: Mapping[tuple[str, str], Folder],
    layout: Layout,
    faults: list[Fault],
    unread: Set[Place] = frozenset(),
) -> dict[str, str]:
    """The path in the default language of every file: what ties translations together, also of `unread` ones."""
    there = {*(place for place, _ in articles.values()), *unread}
    originals = {place.path for place in there if place.root.language == layout.default_language}
    taken: dict[tuple[str, str], str] = {}
    sources = {}
    for file, (place, record) in articles.items():
        source = place.path
        if place.root.language != layout.default_language:
            source = _source(place, record, folders, originals, faults)
        first = taken.setdefault((place.root.language, source), file)
        if first != file:
            problem = f"{first} is a translation of “{source}” already."
            faults.append(
                Fault(file, record.lines.get("translation_of", 0), problem, "Correct “translation_of” in one of them.")
            )
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
        faults.append(Fault(place.file, record.lines.get("translation_of", 0), problem, remedy))
    language, folder = above(place)
    translated = folders[language, folder].source + "/" + place.path.rpartition("/")[2]
    return translated if translated in originals else place.path


def numbers_of(
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
        owner, line = owners.get(record.number), record.lines.get("id", 0)
        if owner is None and source not in numbers:
            numbers[source], owners[record.number] = record.number, place.file
        elif owner is None:
            problem = f"The id {record.number} differs from {numbers[source]} in the other language."
            faults.append(Fault(place.file, line, problem, "Use the same id in every translation."))
        elif numbers.get(source) != record.number:
            problem = f"The id {record.number} belongs to {owner} already."
            faults.append(Fault(place.file, line, problem, "Give one of the two another id."))


def _derived_number(source: str, record: Record, owners: dict[int, str]) -> int:
    oldest = record.aliases[0] if record.aliases else source
    number, attempt = number_from_path(oldest), 0
    while number in owners:
        attempt += 1
        number = number_from_path(f"{oldest}#{attempt}")
    owners[number] = source
    return number
