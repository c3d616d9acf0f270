"""The portal's search as a ranker for an evaluation harness: build, open, search."""

import re
import zlib
from pathlib import Path

from portal.search import Document, Searcher
from portal.search.by_meaning import EngineUnusable, Meaning, open_engine, opinion, require_engine
from portal.search.by_meaning.writing import write_all
from portal.search.index.build import build_index

SYNONYMS = Path(__file__).parent.parent / "content" / "faq"
HEADING = re.compile(r"^#+\s*(.+?)\s*#*$", re.MULTILINE)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
# Vectors take minutes to make, so they are kept from one run to the next.
VECTORS = Path(__file__).parent.parent / "build" / "vectors"
MARKUP = re.compile(r"[*_`|#>]+|^\s*[-+]\s", re.MULTILINE)

# On a busy machine searches do without the model for a while; what is measured here is the model.
opinion.SLOW_SECONDS = float("inf")


class PortalRanker:
    """One language of the portal's search."""

    def __init__(
        self, lang: str, synonyms: str | bool = True, thesaurus: str | None = None, *, by_meaning: bool = False
    ) -> None:
        self._language, self._by_meaning = lang, by_meaning
        self._synonyms = synonyms
        self._thesaurus = Path(thesaurus) if thesaurus else None

    def build(self, articles: list[dict], workdir: str) -> None:
        """Builds the index below the folder."""
        documents = self.documents = [document_of(article) for article in articles]
        synonyms, folder = self._synonym_texts(), Path(workdir)
        build_index(documents, folder, fingerprint="bench", synonyms=synonyms, thesaurus=self._thesaurus)

    def open(self, workdir: str) -> None:
        """Opens what build wrote."""
        self.searcher = Searcher.open(Path(workdir))
        if self._by_meaning:
            self.searcher = Meaning(vectors_of(self.documents)).heeded(self.searcher)

    def search(self, text: str, k: int) -> list[str]:
        """Article ids, best first."""
        return [hit.key for hit in self.searcher.search(text, language=self._language, limit=k).hits]

    def _synonym_texts(self) -> dict[str, str]:
        if not self._synonyms:
            return {}
        folder = Path(self._synonyms) if isinstance(self._synonyms, str) else SYNONYMS
        path = folder / f"synonyms.{self._language}.txt"
        return {self._language: path.read_text("utf-8")} if path.exists() else {}


def knows_meaning() -> bool:
    """Whether the package of search by meaning is there and works on this machine."""
    try:
        require_engine()
    except EngineUnusable:
        return False
    return True


def vectors_of(documents: list[Document]) -> Path:
    """The folder with the vectors of these articles, made if they are not there yet."""
    folder = VECTORS / f"{zlib.crc32(repr([document.key for document in documents]).encode()):08x}"
    write_all(documents, folder, open_engine(), fingerprint="bench")
    return folder


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
