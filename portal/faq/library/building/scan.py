"""One look at the content folder: which files there are and whether they changed. Nothing is opened."""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from portal.faq.library.building.layout import ASSET_TYPES, CATEGORY_FILE, Layout, layout_of
from portal.faq.library.faults import Fault

MAX_DEPTH = 20
MARKDOWN = (".md", ".markdown")
_MOST_COUNTED = 1000
LOOKS, BETWEEN_LOOKS = 5, 0.05


class Sign(NamedTuple):
    """What tells whether a file is still the same without reading it."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, stat: os.stat_result) -> "Sign":
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


@dataclass(slots=True)
class Listing:
    """The files of a content folder by relative path; `unreadable` folders and files could not be looked at."""

    layout: Layout
    files: dict[str, Sign] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    is_missing: bool = False
    is_torn: bool = False  # something that was there a moment before went away during the look

    @property
    def signature(self) -> str:
        """The same as long as nothing changed on disk or in the settings that matter."""
        digest = hashlib.sha256(repr((self.layout, self.unreadable, self.is_missing)).encode())
        for file, sign in sorted(self.files.items()):
            digest.update(f"{file}\0{tuple(sign)}\n".encode())
        return digest.hexdigest()

    def changed_after(self, moment_ns: int) -> bool:
        """Whether any file was touched since; the kernel's own stamp cannot be set by a copying program."""
        return any(sign.ctime_ns > moment_ns for sign in self.files.values())


def look(content: Path, *, languages: tuple[str, ...], default_language: str) -> Listing:
    """Every file that matters; hidden ones, links out of the folder and odd things are left out with a fault.

    When something goes away meanwhile, half the folder would look deleted: then the look is taken again. After the last
    one whatever went away counts as unreadable, which nobody takes for deleted.
    """
    for _ in range(LOOKS - 1):
        listing = _look(content, languages, default_language)
        if not listing.is_torn:
            return listing
        time.sleep(BETWEEN_LOOKS)
    return _look(content, languages, default_language)


def _look(content: Path, languages: tuple[str, ...], default_language: str) -> Listing:
    folders = _folders(content)
    layout = layout_of(folders, languages=languages, default_language=default_language)
    listing = Listing(layout, is_missing=not content.is_dir())
    if not listing.is_missing:
        walk = _Walk(content, os.path.realpath(content), listing)
        for folder in sorted({root.folder for root in layout.roots} | {layout.synonyms_folder}):
            walk.visit(folder, depth=0, seen=frozenset())
        listing.is_torn |= _folders(content) != folders
    return listing


def _folders(content: Path) -> set[str]:
    """The folders that decide about the layout."""
    names = {name for name in _subfolders(content)}
    for parent in ("faq", "pages"):
        if parent in names:
            names |= {f"{parent}/{name}" for name in _subfolders(content / parent)}
    return names


def _subfolders(folder: Path) -> Iterator[str]:
    try:
        yield from (entry.name for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        return


@dataclass(slots=True)
class _Walk:
    content: Path
    real_content: str
    listing: Listing
    done: set[str] = field(default_factory=set)

    def visit(self, folder: str, *, depth: int, seen: frozenset[tuple[int, int]]) -> None:
        """Take the files of a folder, then its sub-folders; loops and repeated visits end here."""
        if folder in self.done:
            return
        self.done.add(folder)
        try:
            with os.scandir(self.content / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
            stat = os.stat(self.content / folder)
        except OSError as error:
            self._note_unreadable(folder, error, was_listed=depth > 0)
            return
        here = (stat.st_dev, stat.st_ino)
        if here in seen or depth > MAX_DEPTH:
            self._fault(folder, "The folder contains itself or is nested too deeply.", "Remove the link.")
            return
        is_ours = self.listing.layout.belongs(folder)
        for entry in found:
            if folder_to_visit := self._take(folder, entry, is_ours=is_ours):
                self.visit(folder_to_visit, depth=depth + 1, seen=seen | {here})

    def _take(self, folder: str, entry: os.DirEntry[str], *, is_ours: bool) -> str | None:
        """Note a file that matters; a folder that matters is given back, to be visited."""
        file = f"{folder}/{entry.name}" if folder else entry.name
        if self._is_skipped(entry.name) or not self._is_well_named(file) or not self._is_inside(file, entry):
            return None
        try:
            if entry.is_dir():
                return file if self.listing.layout.belongs(file) else None
            if entry.is_file() and self._matters(folder, entry.name, is_ours=is_ours):
                self.listing.files[file] = Sign.of(entry.stat())
        except OSError as error:
            self._note_unreadable(file, error, what="file", was_listed=True)
        return None

    def _is_skipped(self, name: str) -> bool:
        return name.startswith(".") or (name.startswith("_") and name not in (CATEGORY_FILE, "_index.md"))

    def _is_well_named(self, file: str) -> bool:
        try:
            file.encode()
        except UnicodeEncodeError:
            shown = file.encode("utf-8", "replace").decode()
            self._fault(shown, "The name is not valid UTF-8.", "Rename it with the letters a to z, digits and -.")
            return False
        return True

    def _is_inside(self, file: str, entry: os.DirEntry[str]) -> bool:
        """A link may lead to another place in the content folder, never out of it; what was there before stays."""
        if not entry.is_symlink():
            return True
        target = os.path.realpath(self.content / file)
        if target != self.real_content and not target.startswith(self.real_content + os.sep):
            self._fault(file, "The link leads out of the content folder.", "Copy the file itself to this place.")
        elif not os.path.exists(target):
            self._fault(file, "The link leads nowhere.", "Remove it or point it to a file.")
        else:
            return True
        self.listing.unreadable.append(file)
        return False

    def _matters(self, folder: str, name: str, *, is_ours: bool) -> bool:
        suffix = os.path.splitext(name)[1].lower()
        if folder == self.listing.layout.synonyms_folder and name.startswith("synonyms.") and suffix == ".txt":
            return True
        return is_ours and (name == CATEGORY_FILE or suffix in MARKDOWN or suffix in ASSET_TYPES)

    def _note_unreadable(self, path: str, error: OSError, *, was_listed: bool, what: str = "folder") -> None:
        self.listing.unreadable.append(path)
        self.listing.is_torn |= was_listed and isinstance(error, FileNotFoundError)
        self._fault(path or ".", f"The {what} cannot be read ({error.strerror}).", "Check its permissions.")

    def _fault(self, file: str, problem: str, remedy: str) -> None:
        self.listing.faults.append(Fault(file, 0, problem, remedy))


def unread_folders(content: Path, layout: Layout) -> Iterator[tuple[str, int]]:
    """Folders at the top that hold Markdown and belong to no root, with the number of their files (at most 1,000)."""
    for name in sorted(_subfolders(content)):
        is_read = layout.belongs(name) or any(f"{root.folder}/".startswith(f"{name}/") for root in layout.roots)
        # Beside `faq/` they are what the desk answers with and the company's own pages.
        is_ours = name in ("replies", "pages") and layout.synonyms_folder != ""
        if name.startswith((".", "_")) or is_read or is_ours:
            continue
        count = sum(1 for _ in islice((content / name).rglob("*.md"), _MOST_COUNTED))
        if count:
            yield name, count


def is_text(file: str) -> bool:
    """Whether a file is an article, a page or a category file, not one beside them."""
    return file.lower().endswith((".md", ".markdown", ".toml"))
