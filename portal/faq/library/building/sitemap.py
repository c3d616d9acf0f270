"""Which file has which address, and where a link written in a file leads. Everything is looked up, no path is built."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from portal.faq.library.assets import Asset
from portal.faq.library.building.layout import Layout, Root, article_path, folder_path
from portal.faq.library.building.scan import MARKDOWN
from portal.faq.library.faults import Fault
from portal.foundation.markdown import Picture, anchor_for


@dataclass(frozen=True, slots=True)
class Place:
    """The address of one Markdown file: the root it lies in, its path below the language, its URL."""

    file: str
    root: Root
    path: str

    @property
    def url(self) -> str:
        return f"/{self.root.language}/{self.root.kind}/{self.path}"

    @property
    def inside(self) -> str:
        """The file relative to its root."""
        return self.file[len(self.root.folder) :].lstrip("/")


@dataclass(slots=True)
class Sitemap:
    """All addresses of one look at the content folder."""

    layout: Layout
    places: dict[str, Place] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def link(self, file: str, target: str) -> str | None:
        """Where a link written in a file leads on the site; None for a dead one."""
        path, _, fragment = target.partition("#")
        path = unquote(path.partition("?")[0])
        if path.startswith("/") and not self.layout.is_foreign:
            return target
        url = self._found(file, path)
        return f"{url}#{_anchor(fragment)}" if url and fragment else url

    def picture(self, file: str, target: str) -> Picture | None:
        """The image a file shows, with its size; None when it is missing."""
        asset = self.assets.get(self.inside(file, unquote(target.partition("?")[0].partition("#")[0])) or "")
        return Picture(asset.url, asset.width, asset.height) if asset else None

    def file_behind(self, file: str, target: str) -> str | None:
        """The Markdown file that a relative link of a file means, in whatever language."""
        inside = self.inside(file, unquote(target.partition("#")[0].partition("?")[0]))
        return next((name for name in _candidates(inside or "") if name in self.places), None)

    def _found(self, file: str, path: str) -> str | None:
        inside = self.inside(file, path)
        if inside is None:
            return None
        for name in _candidates(inside):
            place = self.places.get(name)
            if place:
                same = place.root.language == self.places[file].root.language if file in self.places else True
                return place.url if same else None
        return self.assets[inside].url if inside in self.assets else self.folders.get(inside)

    def inside(self, file: str, path: str) -> str | None:
        """A written path as one below the content folder; None when it leaves it."""
        root = self.layout.root_of(file)
        base = (root.folder if root else "") if path.startswith("/") else posixpath.dirname(file)
        joined = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        return None if joined.startswith("..") or "\0" in joined else joined


def sitemap_of(layout: Layout, files: Iterable[str], assets: Mapping[str, Asset]) -> Sitemap:
    """Give every Markdown file its address; of two files with one address the better named keeps it."""
    sitemap = Sitemap(layout, assets=assets)
    taken: dict[str, str] = {}
    for place in sorted(_places(layout, files), key=lambda place: (not _is_well_named(place), place.file)):
        if place.url in taken:
            problem = f"The address {place.url} belongs to {taken[place.url]} already."
            sitemap.faults.append(Fault(place.file, 0, problem, "Rename one of the two files."))
            continue
        taken[place.url] = place.file
        sitemap.places[place.file] = place
        _note_folders(sitemap, place)
        if not _is_well_named(place) and not layout.is_foreign:
            problem = f"The name does not fit into an address; the site uses {place.url}."
            sitemap.faults.append(Fault(place.file, 0, problem, "Use a to z, 0 to 9 and - only.", is_error=False))
    return sitemap


def _places(layout: Layout, files: Iterable[str]) -> Iterable[Place]:
    for file in files:
        root = layout.root_of(file)
        if root and file.lower().endswith(MARKDOWN):
            path = article_path(file[len(root.folder) :].lstrip("/"))
            yield Place(file, root, path.rpartition("/")[2] if root.kind == "pages" else path)


def _is_well_named(place: Place) -> bool:
    inside = posixpath.splitext(place.inside)[0]
    return inside in (place.path, place.path.rpartition("/")[2]) or inside.count("/") > 2


def _note_folders(sitemap: Sitemap, place: Place) -> None:
    """Every folder above an article is an address as well: its category."""
    if place.root.kind == "faq":
        inside = posixpath.dirname(place.inside)
        while inside:
            folder = posixpath.join(place.root.folder, inside)
            sitemap.folders[folder] = f"/{place.root.language}/faq/{folder_path(inside)}/"
            inside = posixpath.dirname(inside)


def _candidates(inside: str) -> list[str]:
    """The files a written path may mean: as it stands, without ending, or a folder's overview."""
    stem = inside.removesuffix(".html").removesuffix("/")
    return [inside, f"{stem}.md", *(f"{inside}/{name}" for name in ("index.md", "README.md", "_index.md"))]


def _anchor(fragment: str) -> str:
    """Anchors of other sites keep umlauts; ours do not."""
    written = unquote(fragment)
    return written if written.isascii() and " " not in written else anchor_for(written)
