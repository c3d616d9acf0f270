"""The portal's search as a ranker for an evaluation harness: build, open, search."""

import re
from pathlib import Path

from portal.search import Document, Searcher
from portal.search.build import build_index

SYNONYMS = Path(__file__).parent.parent / "content" / "faq"
HEADING = re.compile(r"^#+\s*(.+?)\s*#*$", re.MULTILINE)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
MARKUP = re.compile(r"[*_`|#>]+|^\s*[-+]\s", re.MULTILINE)


class PortalRanker:
    """One language of the portal's search."""

    def __init__(self, lang: str, synonyms: str | bool = True, thesaurus: str | None = None) -> None:
        self._language = lang
        self._synonyms = synonyms
        self._thesaurus = Path(thesaurus) if thesaurus else None

    def build(self, articles: list[dict], workdir: str) -> None:
        """Builds the index below the folder."""
        documents = [document_of(article) for article in articles]
        given = {"synonyms": self._synonym_texts(), "thesaurus": self._thesaurus}
        build_index(documents, Path(workdir), fingerprint="bench", **given)

    def open(self, workdir: str) -> None:
        """Opens what build wrote."""
        self.searcher = Searcher.open(Path(workdir))

    def search(self, text: str, k: int) -> list[str]:
        """Article ids, best first."""
        return [hit.key for hit in self.searcher.search(text, language=self._language, limit=k).hits]

    def _synonym_texts(self) -> dict[str, str]:
        if not self._synonyms:
            return {}
        folder = Path(self._synonyms) if isinstance(self._synonyms, str) else SYNONYMS
        path = folder / f"synonyms.{self._language}.txt"
        return {self._language: path.read_text("utf-8")} if path.exists() else {}


def document_of(article: dict) -> Document:
    """An article of the data sets as the portal would index it."""
    body = article["body_markdown"]
    return Document(
        key=article["id"],
        language=article["lang"],
        title=article["title"],
        summary=article.get("summary", ""),
        headings="\n".join(HEADING.findall(body)),
        keywords=tuple(article.get("tags") or ()),
        body=plain(body),
    )


def plain(markdown: str) -> str:
    """Markdown without its marks, line by line."""
    return MARKUP.sub(" ", LINK.sub(r"\1", markdown)).strip()
