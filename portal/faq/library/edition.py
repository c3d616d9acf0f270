"""One language's public FAQ on one day: categories with their entries, addresses, redirects."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.faq.rules import Article, Category, Entry, Folder, Status, is_public

MAX_RELATED = 5
MoreRelated = Callable[[Entry], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class Edition:
    """What customers see. Made by `edition_of`; nothing in it changes afterwards."""

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
        """Where an earlier address leads now: by alias, to a translation made since, or to a category's other name."""
        path = path.strip("/")
        folder, _, slug = path.rpartition("/")
        category = self._categories.get(folder)
        source = f"{category.source}/{slug}" if category else path
        entry = self._aliases.get(path) or self._by_source.get(path) or self._by_source.get(source)
        if entry:
            return entry.url
        found = self._categories_by_source.get(path)
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

    def related(self, entry: Entry, more: MoreRelated | None = None) -> list[Entry]:
        """Up to five others: hand-set ones first, then what `more` finds, then neighbours in the category."""
        found: dict[int, Entry] = {}
        for other in (*self._hand_set(entry), *(more(entry) if more else ()), *self._neighbours(entry)):
            if other.article.source != entry.article.source and len(found) < MAX_RELATED:
                found.setdefault(other.number, other)
        return list(found.values())

    def _hand_set(self, entry: Entry) -> Iterable[Entry]:
        """The author's choice; the paths are those of the article's own language."""
        sources = entry.article.related
        if entry.article.language == self.language:
            return [self._entries[path] for path in sources if path in self._entries]
        return [self._by_source[path] for path in sources if path in self._by_source]

    def _neighbours(self, entry: Entry) -> Iterable[Entry]:
        return self.category_of(entry).entries[: MAX_RELATED + 1]


def edition_of(
    articles: Iterable[Article], folders: Iterable[Folder], languages: Sequence[str], *, language: str, on: date
) -> Edition:
    """Choose what is public, place every article on its shelf, and sort."""
    own, foreign = _chosen(articles, languages, language=language, on=on)
    shelves = _Shelves(language, on, {(folder.language, folder.path): folder for folder in folders})
    for article in own:
        shelves.place(article, is_fallback=False)
    for article in foreign:
        shelves.place(article, is_fallback=True)
    return shelves.edition()


def path_of(entry: Entry) -> str:
    """An entry's path below the language of its edition (`/de/faq/<path>`)."""
    return entry.url.split("/", 3)[3]


def _chosen(
    articles: Iterable[Article], languages: Sequence[str], *, language: str, on: date
) -> tuple[list[Article], list[Article]]:
    """Own public articles, and those of other languages that this one has no word about yet.

    A translation that is being prepared lets the original through; one that was withdrawn does not.
    """
    own: list[Article] = []
    spoken_for: set[str] = set()
    others: dict[str, Article] = {}
    rank = {name: position for position, name in enumerate(languages)}
    for article in articles:
        if article.language == language:
            own.extend([article] if is_public(article, on) else [])
            spoken_for.update({article.source} if not _is_being_prepared(article, on) else ())
        elif is_public(article, on):
            known = others.get(article.source)
            if known is None or rank.get(article.language, 99) < rank.get(known.language, 99):
                others[article.source] = article
    return own, [article for source, article in others.items() if source not in spoken_for]


def _is_being_prepared(article: Article, on: date) -> bool:
    is_early = article.publish_from is not None and on < article.publish_from
    return article.status is Status.DRAFT or (article.status is Status.PUBLISHED and is_early)


def _appeared(article: Article) -> date:
    return max(article.publish_from or date.min, article.changed_on or date.min)


class _Shelves:
    """Categories while they are being filled."""

    def __init__(self, language: str, on: date, folders: Mapping[tuple[str, str], Folder]) -> None:
        self.language, self.on, self.folders = language, on, folders
        self.own_by_source = {
            folder.source: folder for (spoken, _), folder in sorted(folders.items()) if spoken == language
        }
        self.categories: dict[str, Category] = {}
        self.entries: dict[str, Entry] = {}

    def place(self, article: Article, *, is_fallback: bool) -> None:
        """Put an article into its category, under an address that is free."""
        category = self._category(article.language, article.folder)
        path = f"{category.path}/{article.slug}"
        while path in self.entries:
            path += f"-{article.language}"
        entry = Entry(article, f"/{self.language}/faq/{path}", is_fallback)
        self.entries[path] = entry
        category.entries.append(entry)

    def edition(self) -> Edition:
        """The finished edition; categories and entries in order."""
        for category in self.categories.values():
            category.entries.sort(key=lambda entry: (entry.article.order, entry.title.casefold(), entry.url))
            category.children.sort(key=_rank)
        top = sorted((category for category in self.categories.values() if category.parent is None), key=_rank)
        entries = {path_of(entry): entry for category in _all(top) for entry in category.entries}
        return Edition(
            language=self.language,
            on=self.on,
            categories=tuple(top),
            pinned=tuple(entry for entry in entries.values() if entry.article.pinned),
            _entries=entries,
            _categories=self.categories,
            _by_source={entry.article.source: entry for entry in entries.values()},
            _by_number={entry.number: entry for entry in entries.values()},
            _aliases=_aliases(entries.values(), self.language),
            _categories_by_source={category.source: category for category in self.categories.values()},
        )

    def _category(self, language: str, path: str) -> Category:
        """The category of this edition for a folder of any language, made when it is needed."""
        folder = self.folders[language, path]
        if language != self.language:
            folder = self.own_by_source.get(folder.source, folder)
        above, _, name = folder.path.rpartition("/")
        parent = self._category(folder.language, above) if above else None
        here = f"{parent.path}/{name}" if parent else name
        return self.categories.get(here) or self._new_category(folder, here, parent)

    def _new_category(self, folder: Folder, path: str, parent: Category | None) -> Category:
        category = Category(
            path=path,
            name=folder.name,
            description=folder.description,
            icon=folder.icon,
            url=f"/{self.language}/faq/{path}/",
            order=folder.order,
            source=folder.source,
            parent=parent,
        )
        if parent:
            parent.children.append(category)
        self.categories[path] = category
        return category


def _rank(category: Category) -> tuple[int, str]:
    return category.order, category.name.casefold()


def _all(categories: Iterable[Category]) -> Iterable[Category]:
    for category in categories:
        yield category
        yield from _all(category.children)


def _aliases(entries: Iterable[Entry], language: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.article.language == language:
            for alias in entry.article.aliases:
                found.setdefault(alias, entry)
    return found
