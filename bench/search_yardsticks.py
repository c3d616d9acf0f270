"""What the portal's search is measured against: SQLite's FTS5 and Whoosh as it comes, as rankers."""

import re
import sqlite3
from pathlib import Path
from typing import Any

from whoosh.analysis import LanguageAnalyzer, StandardAnalyzer, StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser, OrGroup

WORD = re.compile(r"\w+")


class Fts5Porter:
    """SQLite FTS5 with stemming: every word may match, best by bm25, titles count five times."""

    tokenizer = "porter unicode61 remove_diacritics 2"
    shortest = 1

    def __init__(self, lang: str) -> None:
        self._language = lang

    def build(self, articles: list[dict], workdir: str) -> None:
        """Writes one table."""
        database = sqlite3.connect(Path(workdir) / "fts5.db")
        database.execute(
            f"create virtual table articles using fts5(id unindexed, title, body, tokenize='{self.tokenizer}')"
        )
        rows = ((article["id"], article["title"], article["body_markdown"]) for article in articles)
        database.executemany("insert into articles values (?, ?, ?)", rows)
        database.commit()
        database.close()

    def open(self, workdir: str) -> None:
        """Opens the database."""
        self._database = sqlite3.connect(Path(workdir) / "fts5.db")

    def search(self, text: str, k: int) -> list[str]:
        """Article ids, best first."""
        wanted = " OR ".join(f'"{word}"' for word in WORD.findall(text) if len(word) >= self.shortest)
        if not wanted:
            return []
        statement = "select id from articles where articles match ? order by bm25(articles, 0, 5, 1) limit ?"
        return [row[0] for row in self._database.execute(statement, (wanted, k))]


class Fts5Trigram(Fts5Porter):
    """SQLite FTS5 over groups of three letters."""

    tokenizer = "trigram"
    shortest = 3

    def search(self, text: str, k: int) -> list[str]:
        """Article ids, best first, by any three letters of any word."""
        groups = {word[i : i + 3] for word in WORD.findall(text.lower()) for i in range(len(word) - 2)}
        return super().search(" ".join(sorted(groups)), k)


class WhooshDefault:
    """Whoosh as its first example shows it: every word must match."""

    group = None

    def __init__(self, lang: str) -> None:
        self._language = lang

    def build(self, articles: list[dict], workdir: str) -> None:
        """Writes one index."""
        analyzer = self._analyzer()
        schema = Schema(
            id=ID(stored=True), title=TEXT(analyzer=analyzer, field_boost=5.0), body=TEXT(analyzer=analyzer)
        )
        writer = create_in(workdir, schema).writer()
        for article in articles:
            writer.add_document(id=article["id"], title=article["title"], body=article["body_markdown"])
        writer.commit()

    def open(self, workdir: str) -> None:
        """Opens the index."""
        index = open_dir(workdir)
        self._searcher = index.searcher()
        more: dict[str, Any] = {"group": self.group} if self.group else {}
        self._parser = MultifieldParser(["title", "body"], index.schema, **more)

    def search(self, text: str, k: int) -> list[str]:
        """Article ids, best first."""
        return [hit["id"] for hit in self._searcher.search(self._parser.parse(text), limit=k)]

    def _analyzer(self):
        return StandardAnalyzer()


class StemAndOr(WhooshDefault):
    """Whoosh with stems, any word may match."""

    group = OrGroup

    def _analyzer(self):
        if self._language == "en":
            return StemmingAnalyzer()
        return LanguageAnalyzer("de")


YARDSTICKS = {
    "Whoosh default": WhooshDefault,
    "stem + OR": StemAndOr,
    "FTS5 porter": Fts5Porter,
    "FTS5 trigram": Fts5Trigram,
}
