"""Categories are folders; what each is called, its order and its icon stand in its `_category.toml`.

They are read from the disk: the library knows only those in which an article lies.
"""

import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import abort

from portal.editing.access import Document, mark_of
from portal.faq.library.building.layout import CATEGORY_FILE, order_in_name, slug_of, tidy_name
from portal.faq.library.faults import FileUnusable
from portal.faq.library.texts.categories import ICONS, Shelf, read_shelf
from portal.faq.queries import library
from portal.foundation.config import CONFIG

KEYS = ("name", "description", "order", "icon", "translation_of")
UNSORTED = 1000  # the order of a category that names none
_LINE = re.compile(r"\s*([A-Za-z_]+)\s*=")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class CategoryFile:
    """A folder with articles or for some; `shelf` is what its own file says, None without one that can be read."""

    folder: str
    language: str
    shelf: Shelf | None
    articles: int = 0

    @property
    def file(self) -> str:
        """Its file, whether it is there or not."""
        return f"{self.folder}/{CATEGORY_FILE}"

    @property
    def mark(self) -> str:
        """What stands for it in addresses."""
        return mark_of(self.file)

    @property
    def document(self) -> Document:
        """Its file as something that has versions."""
        return Document(self.file, self.language, None)

    @property
    def name(self) -> str:
        """What readers read: the written name, else that of the folder."""
        return self.shelf.name if self.shelf and self.shelf.name else tidy_name(PurePosixPath(self.folder).name)

    @property
    def path(self) -> str:
        """The folder below that of the language."""
        return "/".join(PurePosixPath(self.folder).parts[2:])

    @property
    def above(self) -> str:
        """The path of the category it lies in; "" for one at the top."""
        return self.path.rpartition("/")[0]

    @property
    def order(self) -> int:
        """Its place among its neighbours."""
        if self.shelf and self.shelf.order is not None:
            return self.shelf.order
        return order_in_name(PurePosixPath(self.folder).name) or UNSORTED


def categories(language: str) -> list[CategoryFile]:
    """Every category of a language in the order of the site, each followed by those that lie in it."""
    inside = _articles_in()
    found = [_category(folder, language, inside[folder]) for folder in _folders(f"faq/{language}")]
    by_path = {each.path: each for each in found}
    return sorted(found, key=lambda each: _place(each, by_path))


def category(mark: str) -> CategoryFile:
    """The category behind a mark; 404 for anything else."""
    known = (each for language in library().languages for each in categories(language))
    return next((each for each in known if each.mark == mark), None) or abort(404)


def same_name(name: str, found: CategoryFile, *, is_new: bool) -> str:
    """The file of a neighbour that has this name; "" when it is free."""
    wanted = " ".join(name.split()).casefold()
    beside = (each for each in categories(found.language) if each.above == found.above)
    others = (each for each in beside if is_new or each.folder != found.folder)
    return next((each.file for each in others if each.name.casefold() == wanted), "")


def new_category(language: str, above: str, slug: str) -> CategoryFile:
    """Where a new one would lie."""
    return CategoryFile("/".join(part for part in ("faq", language, above, slug) if part), language, None)


def values_of(text: str) -> dict[str, str] | None:
    """The file as a form shows it; None when the form could not give it back unharmed."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    is_simple = set(table) <= set(KEYS) and all(type(value) in (str, int) for value in table.values())
    named = [match[1] for line in text.splitlines() if (match := _LINE.match(line))]
    if not is_simple or sorted(named) != sorted(table) or not all(_is_line(line) for line in text.splitlines()):
        return None
    return {key: " ".join(str(table.get(key, "")).split()) for key in KEYS}


def composed(before: str, values: Mapping[str, str]) -> str:
    """The file with these values; comments and lines that say the same already stay as somebody wrote them."""
    kept, written, lines = values_of(before) or {}, set(), []
    for line in before.splitlines():
        match = _LINE.match(line)
        key = match[1] if match else ""
        written.add(key)
        if key not in values or values[key] == kept.get(key):
            lines.append(line)
        elif values[key]:
            lines.append(_line(key, values[key]))
    lines += [_line(key, values[key]) for key in KEYS if key not in written and values.get(key)]
    return "\n".join(lines).strip() + "\n"


def slug_for(name: str) -> str:
    """The folder of a new category, made of its name."""
    return slug_of(" ".join(name.split()) or "unnamed")


def icons() -> list[str]:
    """What a category may show, in the order of the alphabet."""
    return sorted(ICONS)


def _line(key: str, value: str) -> str:
    is_number = key == "order" and _NUMBER.fullmatch(value)
    # A string of JSON is one of TOML but for DEL, which nobody types.
    return f"{key} = {int(value) if is_number else json.dumps(value, ensure_ascii=False)}"


def _is_line(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#") or bool(_LINE.match(line))


def _folders(root: str) -> Iterator[str]:
    """Folders two levels deep: what lies deeper belongs to the second one."""
    for above in _subfolders(root):
        yield above
        yield from _subfolders(above)


def _subfolders(folder: str) -> list[str]:
    try:
        with os.scandir(CONFIG.here().content / folder) as entries:
            names = [each.name for each in entries if each.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [f"{folder}/{name}" for name in sorted(names) if not name.startswith((".", "_"))]


def _category(folder: str, language: str, articles: int) -> CategoryFile:
    try:
        shelf = read_shelf(CONFIG.here().content, f"{folder}/{CATEGORY_FILE}")[0]
    except FileUnusable:
        shelf = None
    return CategoryFile(folder, language, shelf, articles)


def _articles_in() -> Counter[str]:
    """How many articles lie in each folder and below it."""
    folders = Counter(each.file.rpartition("/")[0] for each in library().articles.values())
    found: Counter[str] = Counter()
    for folder, amount in folders.items():
        parts = folder.split("/")
        found.update({"/".join(parts[:depth]): amount for depth in range(3, len(parts) + 1)})
    return found


def _place(each: CategoryFile, known: Mapping[str, CategoryFile]) -> tuple[object, ...]:
    chain = [known[each.above], each] if each.above in known else [each]
    return tuple(part for one in chain for part in (one.order, one.name.casefold(), one.folder))
