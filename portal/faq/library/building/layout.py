"""Where things lie in a content folder, and which address a file gets: paths in, addresses out, no files opened."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from slugify import slugify

UMLAUTS = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss")]
OTHER = "other"  # the category of articles that lie in none
CATEGORY_FILE = "_category.toml"
OVERVIEWS = ("index", "readme", "_index")
ASSET_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".zip": "application/zip",
}
IMAGE_TYPES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"})
MAX_SLUG = 120
WELL_NAMED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ORDER_PREFIX = re.compile(r"^(\d{1,4})[-_. ]+(?=\D)")


@dataclass(frozen=True, slots=True)
class Root:
    """One folder with articles (or pages) of one language; `folder` is relative to the content folder."""

    language: str
    folder: str
    kind: str  # "faq" or "pages"


@dataclass(frozen=True, slots=True)
class Layout:
    """How this content folder is arranged; `is_foreign` when it was not written for us."""

    roots: tuple[Root, ...]
    is_foreign: bool
    synonyms_folder: str
    languages: tuple[str, ...]
    default_language: str

    def root_of(self, file: str) -> Root | None:
        """The root a file belongs to, None for files that are not ours to read."""
        found = [root for root in self.roots if not root.folder or file.startswith(root.folder + "/")]
        return max(found, key=lambda root: len(root.folder), default=None)

    def belongs(self, folder: str) -> bool:
        """Whether articles or pages may lie in a folder; in a foreign folder our own other folders are not read."""
        if self.synonyms_folder == "" and folder in ("pages", "replies"):
            return False
        return self.root_of(f"{folder}/x" if folder else "x") is not None


def layout_of(folders: Iterable[str], *, languages: tuple[str, ...], default_language: str) -> Layout:
    """The arrangement that a set of folder paths (relative, two levels are enough) shows."""
    names = set(folders)
    base = "faq" if "faq" in names else ""
    found = [language for language in languages if _join(base, language) in names]
    articles = [Root(language, _join(base, language), "faq") for language in found]
    if not articles:
        articles = [Root(default_language, base, "faq")]
    pages = [Root(lang, f"pages/{lang}", "pages") for lang in languages if f"pages/{lang}" in names]
    is_foreign = base == "" or not found
    return Layout(tuple(articles + pages), is_foreign, base, languages, default_language)


def slug_of(name: str) -> str:
    """A file or folder name as part of an address: lower case, `a-z 0-9 -`."""
    if len(name) <= MAX_SLUG and WELL_NAMED.fullmatch(name):
        return name
    slug = slugify(name, replacements=UMLAUTS)
    mark = f"{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
    if len(slug) > MAX_SLUG:
        return f"{slug[:MAX_SLUG].rstrip('-')}-{mark}"
    return slug or f"x{mark}"


def article_path(inside: str) -> str:
    """The address, below the language, of a file given relative to its root: two folders and a slug.

    Deeper folders become part of the slug, so that every article keeps an address of its own.
    """
    *folders, name = PurePosixPath(inside).with_suffix("").parts
    parts = [slug_of(folder) for folder in folders] or [OTHER]
    slug = "-".join([*parts[2:], slug_of(name)])
    return "/".join([*parts[:2], slug])


def folder_path(inside: str) -> str:
    """The address of a folder given relative to its root; folders below the second level belong to the second."""
    return "/".join(slug_of(part) for part in PurePosixPath(inside).parts[:2])


def tidy_name(name: str) -> str:
    """A folder or file name as a person would write it: `02-getting_started` is `Getting started`."""
    words = re.sub(r"[-_]+", " ", ORDER_PREFIX.sub("", name)).strip() or name
    return words[:1].upper() + words[1:]


def order_in_name(name: str) -> int | None:
    """The position a name begins with (`02-…`), None without."""
    match = ORDER_PREFIX.match(name)
    return int(match[1]) if match else None


def is_overview(file: str) -> bool:
    """Whether a file stands for its folder (`index.md`, `README.md`)."""
    return PurePosixPath(file).stem.lower() in OVERVIEWS


def other_name(language: str) -> str:
    """What the category of articles without a category is called."""
    return {"de": "Weiteres"}.get(language, "More")


def _join(base: str, name: str) -> str:
    return f"{base}/{name}" if base else name
