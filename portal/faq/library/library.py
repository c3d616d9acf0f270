"""The whole FAQ in memory, frozen: every article, page, folder and file of one snapshot, and its editions by day."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from portal.faq.library.assets import Asset
from portal.faq.library.edition import Edition
from portal.faq.library.faults import Fault
from portal.faq.library.shelves import edition_of
from portal.faq.rules import Article, Entry, Folder, Page, Status, number_from_path

MAX_EDITIONS = 12


@dataclass(slots=True)
class _Editions:
    """Editions made so far; the lock only keeps two threads from making the same one twice."""

    made: dict[tuple[str, date], Edition] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Library:
    """One generation of the content. Nothing in it changes; a newer one takes its place as a whole.

    `texts` names what the search index should hold, `signature` the state of the folder it was made from.
    """

    generation: str = ""
    languages: tuple[str, ...] = ()
    default_language: str = "de"
    texts: str = ""
    signature: str = ""
    articles: Mapping[str, Article] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    folders: tuple[Folder, ...] = ()
    assets: Mapping[str, Asset] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    _editions: _Editions = field(default_factory=_Editions, repr=False, compare=False)

    def edition(self, language: str, on: date) -> Edition:
        """What customers see in one language on that day; made once and kept."""
        key = (language, self.period(on))
        edition = self._editions.made.get(key)
        if edition is None:
            with self._editions.lock:
                edition = self._editions.made.get(key) or self._make_edition(*key)
        return edition

    def period(self, on: date) -> date:
        """The first day since which the same articles are public as on that day."""
        earlier = [day for day in self._turning_days if day <= on]
        return earlier[-1] if earlier else date.min

    def index_fingerprint(self, on: date) -> str:
        """Names the texts that the search index of that day holds; another one means another index."""
        return f"{self.texts}-{self.period(on):%Y%m%d}"

    def numbered(self, number: int, language: str, on: date) -> Entry | None:
        """The article behind a short address, in that language or as a fallback; None when not public."""
        source = self._sources_by_number.get(number)
        return self.edition(language, on).by_source(source) if source else None

    @property
    def is_ready(self) -> bool:
        """Whether a snapshot was loaded; False only until the first one is built."""
        return bool(self.generation)

    def asset(self, address: str) -> Asset | None:
        """The file behind an address without its version; its bytes are `Keeper.copies / asset.copy_name`."""
        return self.assets.get(address)

    def page(self, language: str, slug: str) -> Page | None:
        """A company page by its name, or by its name in another language: then the page of this one, else that one."""
        found = self._pages_by_address.get((language, slug))
        for other in () if found else self.languages:
            page = self._pages_by_address.get((other, slug))
            if page:
                return self._pages_by_source.get((language, page.source), page)
        return found

    def pages_in(self, language: str) -> tuple[Page, ...]:
        """The company pages of a language in their order."""
        return tuple(page for page in self.pages if page.language == language)

    def page_translations(self, page: Page) -> dict[str, str]:
        """Addresses of a page in every language it exists in."""
        return {other.language: other.url for other in self.pages if other.source == page.source}

    def translations(self, entry: Entry, on: date) -> dict[str, str]:
        """Real translations of an entry by language, itself included: for `hreflang`."""
        found = {language: self.edition(language, on).by_source(entry.article.source) for language in self.languages}
        return {language: other.url for language, other in found.items() if other and not other.is_fallback}

    def addresses(self, entry: Entry, on: date) -> dict[str, str]:
        """Where the entry is shown in every language, fallbacks included: for the language switch."""
        found = {language: self.edition(language, on).by_source(entry.article.source) for language in self.languages}
        return {language: other.url for language, other in found.items() if other}

    def category_addresses(self, source: str, on: date) -> dict[str, str]:
        """Where a category (by its `source`) is shown in every language."""
        shown = {language: self.edition(language, on) for language in self.languages}
        found = {language: edition.category_by_source(source) for language, edition in shown.items()}
        return {language: category.url for language, category in found.items() if category}

    def _make_edition(self, language: str, period: date) -> Edition:
        edition = edition_of(self.articles.values(), self.folders, self.languages, language=language, on=period)
        while len(self._editions.made) >= MAX_EDITIONS:
            del self._editions.made[next(iter(self._editions.made))]
        self._editions.made[language, period] = edition
        return edition

    @cached_property
    def internal(self) -> tuple[Article, ...]:
        """The articles for our own staff."""
        return tuple(article for article in self.articles.values() if article.status is Status.INTERNAL)

    @cached_property
    def _turning_days(self) -> list[date]:
        """The days on which an article appears or has just gone."""
        days: set[date] = set()
        for article in self.articles.values():
            if article.status is Status.PUBLISHED:
                days.update({article.publish_from} if article.publish_from else ())
                if article.publish_until and article.publish_until < date.max:
                    days.add(article.publish_until + timedelta(days=1))
        return sorted(days)

    @cached_property
    def _sources_by_number(self) -> dict[int, str]:
        """Every short address that was ever handed out: the present number, and those from present and older paths."""
        numbers = {article.number: article.source for article in self.articles.values()}
        for article in self.articles.values():
            for path in (article.source, article.path, *article.aliases):
                numbers.setdefault(number_from_path(path), article.source)
        return numbers

    @cached_property
    def _pages_by_address(self) -> dict[tuple[str, str], Page]:
        return {(page.language, page.slug): page for page in self.pages}

    @cached_property
    def _pages_by_source(self) -> dict[tuple[str, str], Page]:
        return {(page.language, page.source): page for page in self.pages}


EMPTY = Library()
