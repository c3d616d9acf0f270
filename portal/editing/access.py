"""Load what an editor works on: files that the library knows, under a short mark; never a path that was typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import abort
from sqlalchemy import select

from portal.desk.models import ArticleFlag
from portal.editing.models import ArticleProposal, ArticleVersion
from portal.faq.library import Fault, Library
from portal.faq.library.building.scan import MARKDOWN
from portal.faq.queries import library, ready_library
from portal.faq.rules import Article, mark_of
from portal.foundation.config import CONFIG
from portal.foundation.database import db

_MOST_FRESH = 50
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Document:
    """One Markdown file of the FAQ; `article` is its last good version, None when there never was one."""

    file: str
    language: str
    article: Article | None

    @property
    def mark(self) -> str:
        """What stands for the file in addresses."""
        return mark_of(self.file)

    @property
    def folder(self) -> str:
        """The folder it lies in, below the content folder."""
        return str(PurePosixPath(self.file).parent)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.file).stem

    @property
    def title(self) -> str:
        """The article's title, or the file's name."""
        return self.article.title if self.article else self.file


def documents() -> dict[str, Document]:
    """Every Markdown file of the FAQ by its mark, those without a good version too."""
    found = ready_library()
    return {each.mark: each for each in (*_good(found), *_faulty(found))}


def marks_of_articles() -> dict[tuple[int, str], str]:
    """The mark of every article that there is, by its number and language."""
    found = ((each.mark, each.article) for each in documents().values())
    return {(article.number, article.language): mark for mark, article in found if article}


def document(mark: str) -> Document:
    """The file behind a mark; 404 for anything else."""
    return documents().get(mark) or _fresh(mark) or abort(404)


def _fresh(mark: str) -> Document | None:
    """A file that was saved here a moment ago and that the library does not know yet."""
    rows = select(ArticleVersion.file).order_by(ArticleVersion.id.desc()).limit(_MOST_FRESH)
    for file in dict.fromkeys(db.session.scalars(rows)):
        is_article = file.lower().endswith(MARKDOWN)
        if is_article and mark_of(file) == mark and (CONFIG.here().content / file).is_file():
            return Document(file, PurePosixPath(file).parts[1], None)
    return None


def document_of(article: Article) -> Document:
    """The file of an article."""
    return Document(article.file, article.language, article)


def translations(found: Document) -> dict[str, Document]:
    """The same article in the other languages."""
    if found.article is None:
        return {}
    source = found.article.source
    others = (each for each in library().articles.values() if each.source == source and each.file != found.file)
    return {each.language: document_of(each) for each in others}


def faults_of(file: str) -> list[Fault]:
    """What the builder said about a file."""
    return [fault for fault in library().faults if fault.file == file]


def proposal(proposal_id: int) -> ArticleProposal:
    """A proposal by its number, or 404."""
    found = db.session.get(ArticleProposal, proposal_id) if proposal_id <= _LARGEST_ID else None
    return found or abort(404)


def flag_by_id(flag_id: int) -> ArticleFlag:
    """What a colleague said of an article, by its number, or 404."""
    found = db.session.get(ArticleFlag, flag_id) if flag_id <= _LARGEST_ID else None
    return found or abort(404)


def version_of(found: Document, version_id: int) -> ArticleVersion:
    """A version of that file, or 404."""
    version = db.session.get(ArticleVersion, version_id) if version_id <= _LARGEST_ID else None
    if version is None or version.file != found.file:
        abort(404)
    return version


def is_writable() -> bool:
    """Whether files are written here: not where the content is edited in git, nor into a folder that is not ours."""
    return CONFIG.here().edit_content and all(
        article.file.startswith("faq/") for article in library().articles.values()
    )


def _good(found: Library) -> Iterator[Document]:
    return (document_of(article) for article in found.articles.values())


def _faulty(found: Library) -> Iterator[Document]:
    known = {article.file for article in found.articles.values()}
    for file in {fault.file for fault in found.faults}:
        parts = PurePosixPath(file).parts
        is_ours = len(parts) > 2 and parts[0] == "faq" and parts[1] in found.languages
        if is_ours and file.lower().endswith(MARKDOWN) and file not in known:
            yield Document(file, parts[1], None)
