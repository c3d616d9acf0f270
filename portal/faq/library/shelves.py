"""Makes an edition: chooses what is public, puts every article on its shelf, and sorts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from portal.faq.library.edition import Edition, path_of
from portal.faq.rules import Article, Category, Entry, Folder, Status, is_public


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
