"""Turns any folder of Markdown into content for the portal: addresses, ids, categories, links, images, a report."""

import posixpath
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

import yaml

from portal.faq.library.assets import MAX_BYTES
from portal.faq.library.building.layout import (
    CATEGORY_FILE,
    article_path,
    is_overview,
    order_in_name,
    other_name,
    tidy_name,
)
from portal.faq.library.building.scan import MARKDOWN, Listing, look, unread_folders
from portal.faq.library.building.sitemap import Place, Sitemap, sitemap_of
from portal.faq.library.faults import FileUnusable
from portal.faq.library.texts.fields import Fields
from portal.faq.library.texts.foreign_markdown import in_our_words, with_targets
from portal.faq.library.texts.front_matter import Head, split
from portal.faq.library.texts.reading import read_bytes
from portal.faq.library.texts.titles import title_and_body
from portal.faq.rules import Status
from portal.foundation.company import LANGUAGES

OVERVIEW = {"de": "uebersicht"}
REMOTE = ("http:", "https:", "mailto:", "tel:", "#", "//")


class ImportRefused(Exception):
    """The import would overwrite or mix up something; nothing was written."""


@dataclass(slots=True)
class ImportReport:
    """What became of every file: where it lies now, what was changed on the way, and what was left out and why."""

    taken: dict[str, str] = field(default_factory=dict)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        renamed = [(old, new) for old, new in self.taken.items() if posixpath.basename(old) != posixpath.basename(new)]
        parts = [f"{len(self.taken)} files taken, {len(renamed)} renamed, {len(self.left_out)} left out."]
        parts += [f"renamed   {old} -> {new}" for old, new in renamed]
        parts += [f"note      {file}: {remark}" for file, remark in self.remarks]
        parts += [f"left out  {file}: {reason}" for file, reason in self.left_out]
        return "\n".join(parts)


def import_folder(source: Path, target: Path, *, language: str = "de") -> ImportReport:
    """Write `source` as content into the new folder `target`; ImportRefused when that is not safe.

    Folders named after languages (`de/`, `en/`) hold these; without them everything is of that one `language`.
    """
    refuse_unsafe_target(source, target)
    listing = look(source, languages=tuple(LANGUAGES), default_language=language)
    if not listing.layout.is_foreign:
        raise ImportRefused(f"{source} is content for the portal already: set PORTAL_CONTENT to it.")
    work = _Import(source, target, listing, sitemap_of(listing.layout, listing.files, {}))
    for fault in [*listing.faults, *work.sitemap.faults]:
        work.report.left_out.append((fault.file, fault.problem))
    for place in sorted(work.sitemap.places.values(), key=lambda place: (place.path, place.root.language)):
        work.take(place)
    work.write_categories()
    work.note_the_rest()
    return work.report


def refuse_unsafe_target(source: Path, target: Path) -> None:
    """ImportRefused when the target holds something already or the two folders lie in each other."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ImportRefused(f"{target} is not empty: name a new folder.")
    inner, outer = source.resolve(), target.resolve()
    if inner == outer or inner in outer.parents or outer in inner.parents:
        raise ImportRefused("Source and target lie in each other: name a folder elsewhere.")


@dataclass(slots=True)
class _Import:
    source: Path
    target: Path
    listing: Listing
    sitemap: Sitemap
    report: ImportReport = field(default_factory=ImportReport)
    originals: dict[str, tuple[int, str]] = field(default_factory=dict)  # by address: number and new one of the first
    titles: dict[tuple[str, str], str] = field(default_factory=dict)  # of overviews, by language and folder's address
    folders: dict[tuple[str, str], str] = field(default_factory=dict)  # language and address: the name on disk
    copied: dict[str, str] = field(default_factory=dict)  # asset: its new place
    used: set[str] = field(default_factory=set)

    def take(self, place: Place) -> None:
        """Write one article; what cannot be read or says nothing is left out."""
        if place.root.kind != "faq":
            self.report.left_out.append((place.file, "In “pages” lie pages of the company, not articles."))
            return
        try:
            text = self._text(place.file)
            head, body, _ = self._head(text, place.file)
        except FileUnusable as error:
            self.report.left_out.append((place.file, error.fault.problem))
            return
        fields = Fields(head, place.file)
        title, body, _ = title_and_body(fields.text("title"), in_our_words(body), place.file)
        if not body.strip():
            self.report.left_out.append((place.file, "The file has no text."))
            return
        new = self.new_file(place)
        here = new.removeprefix(f"faq/{place.root.language}/").removesuffix(".md")
        # Translations lie at the same address in the folders of their languages.
        number, original = self.originals.setdefault(place.path, (len(self.originals) + 1, here))
        body = with_targets(body, lambda target, is_image: self._target(place, target, is_image))
        translates = original if original != here else ""
        self._write(new, _front_matter(fields, place.file, title, number, translates) + body.strip("\n") + "\n")
        self.report.taken[place.file] = new
        self._note_folders(place, title)

    def new_file(self, place: Place) -> str:
        """Where an article lies in the target; overviews get a name that says so."""
        path = place.path
        if is_overview(place.file):
            path = posixpath.join(posixpath.dirname(path), OVERVIEW.get(place.root.language, "overview"))
            path = path if place.inside.count("/") < 3 else place.path
        return f"faq/{place.root.language}/{path}.md"

    def write_categories(self) -> None:
        """A `_category.toml` for every folder that holds an article."""
        for (language, path), disk in sorted(self.folders.items()):
            name = self.titles.get((language, path)) or (tidy_name(disk) if disk else other_name(language))
            order = order_in_name(disk) if disk else 9000
            lines = [f"name = {_quoted(name)}", f"order = {order}" if order is not None else ""]
            self._write(f"faq/{language}/{path}/{CATEGORY_FILE}", "\n".join(filter(None, lines)) + "\n")

    def note_the_rest(self) -> None:
        """Images and files that no article shows stay where they are, and folders that hold no articles for us."""
        for file in self.listing.files:
            if not file.lower().endswith((*MARKDOWN, ".toml")) and file not in self.copied:
                self.report.left_out.append((file, "No article shows or links it."))
        for folder, count in unread_folders(self.source, self.listing.layout):
            self.report.left_out.append((folder, f"{count} Markdown files in it are not read: import it by itself."))
        for path in sorted(self.source.rglob("*.mdx")):
            self.report.left_out.append((str(path.relative_to(self.source)), "MDX is a program, not a text."))

    def _text(self, file: str) -> str:
        found = read_bytes(self.source / file, file)
        try:
            text = found.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = found.decode("cp1252", "replace")
            self.report.remarks.append((file, "It was not UTF-8 and was read as Windows-1252."))
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    def _head(self, text: str, file: str) -> tuple[Head, str, int]:
        try:
            return split(text, file)
        except FileUnusable as error:
            self.report.remarks.append((file, f"{error.fault.problem} It was left out."))
            body = text.split("\n---", 1)[-1].partition("\n")[2] if text.startswith("---") else text
            return Head(), body, 0

    def _target(self, place: Place, target: str, is_image: bool) -> str | None:
        """A link or image target as it must be written in the new place."""
        if target.lower().startswith(REMOTE):
            return target
        base, _, fragment = target.partition("#")
        behind = None if is_image else self.sitemap.file_behind(place.file, target)
        if behind:
            written = self._relative(place, self.new_file(self.sitemap.places[behind]))
            return f"{written}#{fragment}" if fragment else written
        inside = self.sitemap.inside(place.file, unquote(base.partition("?")[0]))
        if inside in self.listing.files and not inside.lower().endswith((*MARKDOWN, ".toml")):
            return self._relative(place, self._copy(inside)) if self._is_small(inside) else None
        self.report.remarks.append((place.file, f"“{target[:100]}” leads nowhere; its words stay."))
        return None

    def _relative(self, place: Place, new: str) -> str:
        return quote(posixpath.relpath(new, posixpath.dirname(self.new_file(place))), safe="/.-_~")

    def _is_small(self, file: str) -> bool:
        if self.listing.files[file].size <= MAX_BYTES:
            return True
        self.report.left_out.append((file, "It is larger than 20 MB."))
        return False

    def _copy(self, file: str) -> str:
        """Copy a file once, under a name that fits into an address and is free."""
        if file not in self.copied:
            root, suffix = self.listing.layout.root_of(file), posixpath.splitext(file)[1].lower()
            inside = file.removeprefix(root.folder).lstrip("/") if root else file
            stem = f"faq/{root.language if root else ''}/{article_path(inside)}"
            new, count = stem + suffix, 1
            while new in self.used:
                count += 1
                new = f"{stem}-{count}{suffix}"
            self.used.add(new)
            self.copied[file] = new
            (self.target / new).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.source / file, self.target / new)
            self.report.taken[file] = new
        return self.copied[file]

    def _note_folders(self, place: Place, title: str) -> None:
        on_disk = posixpath.dirname(place.inside).split("/")
        parts = place.path.split("/")[:-1]
        language = place.root.language
        for depth in range(1, len(parts) + 1):
            key = language, "/".join(parts[:depth])
            self.folders.setdefault(key, on_disk[depth - 1] if on_disk != [""] else "")
        if is_overview(place.file) and len(parts) == len(on_disk) and on_disk != [""]:
            self.titles[language, "/".join(parts)] = title

    def _write(self, file: str, text: str) -> None:
        path = self.target / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(letter for letter in escaped if letter.isprintable())}"'


def _front_matter(fields: Fields, file: str, title: str, number: int, translates: str) -> str:
    """Our keys, as far as the old head says something that fits."""
    status = fields.status(is_foreign=True)
    order = order_in_name(posixpath.basename(file))
    changed = fields.first_day("changed_on", "last_updated", "lastmod", "updated", "date", "ms.date")
    known: Mapping[str, object] = {
        "id": number,
        "title": title,
        "summary": fields.text("summary") or fields.text("description"),
        "keywords": list(fields.words("keywords") or fields.words("tags"))[:50],
        "status": str(status) if status is not Status.PUBLISHED else "",
        "publish_from": fields.day("publish_from"),
        "publish_until": fields.day("publish_until"),
        "order": 0 if is_overview(file) else order,
        "changed_on": changed,
        "translation_of": translates,
    }
    kept = {key: value for key, value in known.items() if value not in (None, "", [])}
    written = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{written}---\n\n"
