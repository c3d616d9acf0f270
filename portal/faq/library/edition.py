"""One language's public FAQ on one day: categories with their entries, addresses, redirects."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.faq.rules import Article, Category, Entry

MAX_RELATED = 5


@dataclass(frozen=True, slots=True)
class Edition:
    """What customers see. Made by `shelves.edition_of`; nothing in it changes afterwards."""

    language: str
    on: date  # the first day since which the same articles are public
    categories: tuple[Category, ...]
    pinned: tuple[Entry, ...]
    _entries: Mapping[str, Entry] = field(repr=False)
    _categories: Mapping[str, Category] = field(repr=False)
    _by_source: Mapping[str, Entry] = field(repr=False)
    _by_number: Mapping[int, Entry] = field(repr=False)
    _aliases: Mapping[str, Entry] = field(repr=False)
    _categories_by_source: Mapping[str, Category] = field(repr=False)

    def entry(self, path: str) -> Entry | None:
        """The article at a path below the language."""
        return self._entries.get(path)

    def category(self, path: str) -> Category | None:
        """The category at a path below the language."""
        return self._categories.get(path.strip("/"))

    def category_of(self, entry: Entry) -> Category:
        """The category in which an entry stands in this edition."""
        return self._categories[path_of(entry).rpartition("/")[0]]

    def redirect(self, path: str) -> str | None:
        """Where an earlier address leads now: by alias, to a translation made since, or to a category's other name.

        A category that was renamed or dissolved is found by the aliases of its articles.
        """
        path = path.strip("/")
        folder, _, slug = path.rpartition("/")
        category = self._categories.get(folder)
        source = f"{category.source}/{slug}" if category else path
        entry = self._aliases.get(path) or self._by_source.get(path) or self._by_source.get(source)
        if entry:
            return entry.url
        found = self._categories_by_source.get(path) or self._moved_category(path)
        return found.url if found else None

    def entries(self) -> Sequence[Entry]:
        """All entries, by category."""
        return tuple(self._entries.values())

    def paths(self) -> Mapping[str, Entry]:
        """All entries by their path in this edition."""
        return self._entries

    def by_number(self, number: int) -> Entry | None:
        """The entry with a short address."""
        return self._by_number.get(number)

    def by_source(self, source: str) -> Entry | None:
        """The entry, translated or as a fallback, of an article of the default language."""
        return self._by_source.get(source)

    def category_by_source(self, source: str) -> Category | None:
        """The category that stands for a folder of the default language."""
        return self._categories_by_source.get(source)

    def newest(self, limit: int) -> list[Entry]:
        """The entries that appeared or changed last, newest first."""
        own = (entry for entry in self._entries.values() if not entry.is_fallback)
        return heapq.nlargest(limit, own, key=lambda entry: (_appeared(entry.article), entry.number))

    def related(self, entry: Entry, by_words: Callable[[], Iterable[Entry]] = tuple) -> list[Entry]:
        """Up to five others: hand-set ones, where there are none those that `by_words` finds; then neighbours."""
        found: dict[int, Entry] = {}
        for other in (*(self._hand_set(entry) or by_words()), *self._neighbours(entry)):
            if other.article.source != entry.article.source and len(found) < MAX_RELATED:
                found.setdefault(other.number, other)
        return list(found.values())

    def _moved_category(self, path: str) -> Category | None:
        """Where the articles of a category that is gone stand now by their aliases, if that is one category."""
        moved = [self.category_of(entry) for alias, entry in self._aliases.items() if alias.startswith(f"{path}/")]
        tops = [category.parent or category for category in moved]
        for found in (moved, tops):
            if found and all(category is found[0] for category in found):
                return found[0]
        return None

    def _hand_set(self, entry: Entry) -> list[Entry]:
        """The author's choice; the paths are those of the article's own language."""
        sources = entry.article.related
        if entry.article.language == self.language:
            return [self._entries[path] for path in sources if path in self._entries]
        return [self._by_source[path] for path in sources if path in self._by_source]

    def _neighbours(self, entry: Entry) -> Iterable[Entry]:
        return self.category_of(entry).entries[: MAX_RELATED + 1]


def path_of(entry: Entry) -> str:
    """An entry's path below the language of its edition (`/de/faq/<path>`)."""
    return entry.url.split("/", 3)[3]


def _appeared(article: Article) -> date:
    return max(article.publish_from or date.min, article.changed_on or date.min)
