"""The categories of a library: every folder that an article lies in, with what its own file says about it."""

import posixpath
from collections.abc import Iterable, Mapping

from portal.faq.library.building.layout import (
    Layout,
    folder_path,
    is_overview,
    order_in_name,
    other_name,
    slug_of,
    tidy_name,
)
from portal.faq.library.building.sitemap import Place
from portal.faq.library.faults import Fault
from portal.faq.library.texts.categories import Shelf
from portal.faq.library.texts.records import Record
from portal.faq.rules import Folder

OTHER_ORDER = 9000


def folders_of(
    articles: Mapping[str, tuple[Place, Record]],
    shelves: Mapping[str, Shelf],
    layout: Layout,
    faults: list[Fault],
) -> dict[tuple[str, str], Folder]:
    """Every category that an article lies in, and those above, by language and path."""
    named = _shelves_by_path(shelves, layout)
    overviews = {above(place): record for place, record in articles.values() if is_overview(place.file)}
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
            faults.append(
                Fault(shelf.file, shelf.line, problem, "Write the path of the category in the default language.")
            )


def above(place: Place) -> tuple[str, str]:
    """Language and address of the folder an article lies in."""
    return place.root.language, place.path.rpartition("/")[0]
