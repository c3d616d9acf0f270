"""The page on which an article is written: for a visit, a preview, a fault, a conflict."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, make_response, render_template
from markupsafe import Markup

from portal.desk.words import desk_moment
from portal.editing.access import Document, faults_of, is_writable, translations
from portal.editing.actions.saving import Changed, found_text
from portal.editing.checking import lines_of
from portal.editing.differences import Line, compared
from portal.editing.faults import SaidFault, said_faults
from portal.editing.forms import ArticleForm
from portal.editing.queries.versions import newest_version
from portal.faq.library.tools.trial import Trial
from portal.faq.queries import library
from portal.faq.rules import Article
from portal.foundation import clock
from portal.foundation.company import LANGUAGES

_ANCHOR = re.compile(r'<a [^>]*class="(?:anchor|footnote-backref)"[^>]*>[^<]*</a>')
_OF_ITS_PAGE = re.compile(r' (?:id="[^"]*"|href="#[^"]*")')


@dataclass
class Sheet:
    """What an editor has before them: the file (none for a new article), the form, and what it was answered with.

    `fields_of` says whether the fields are shown; else it is the whole file. `trial` is the preview.
    """

    form: ArticleForm
    document: Document | None = None
    file: str = ""
    language: str = ""
    as_source: bool = False
    trial: Trial | None = None
    remark: str = ""
    faults: Sequence[SaidFault] = ()
    changed: Changed | None = None
    said: str = ""
    status: int = 200
    extra: Mapping[str, Any] = field(default_factory=dict)


def edit_page(sheet: Sheet, *, status: int = 200) -> Response:
    """The whole page."""
    beside = _beside(sheet)
    found = sheet.document
    values: dict[str, Any] = {
        "sheet": sheet,
        "form": sheet.form,
        "doc": found,
        "article": found.article if found else None,
        "is_writable": is_writable(),
        "preview": preview_of(sheet.trial) if sheet.trial else None,
        "article_body": what_stands(found.article) if found and found.article else "",
        "beside": beside,
        "languages": LANGUAGES,
        "missing": _missing(found, beside),
        "differences": differences_of(sheet),
        "standing_faults": said_faults(lines_of(faults_of(found.file)), found.file) if found else [],
        "newest": newest_version(found.file) if found else None,
        "when": lambda at: desk_moment(at, clock.now()),
        **sheet.extra,
    }
    return make_response(render_template("editing/edit.html", **values), status)


def preview_of(trial: Trial) -> Markup:
    """The text as readers would see it."""
    return _beside_fields(trial.html)


def what_stands(article: Article) -> Markup:
    """What the site shows now."""
    return _beside_fields(article.body)


def _beside_fields(html: str) -> Markup:
    """Sanitised HTML without what only an article's own page may have: anchors could be called like our fields."""
    return Markup(_OF_ITS_PAGE.sub("", _ANCHOR.sub("", html)))  # noqa: S704  (sanitised by foundation.markdown)


def _beside(sheet: Sheet) -> list[tuple[Document, str]]:
    """The other languages with what lies on disk, to be read beside."""
    if sheet.document is None:
        return list(sheet.extra.get("originals", ()))
    return [(each, found_text(each.file) or "") for each in translations(sheet.document).values()]


def _missing(found: Document | None, beside: Sequence[tuple[Document, str]]) -> list[str]:
    """Languages in which the article is still to be written."""
    if found is None or found.article is None:
        return []
    there = {found.language, *(each.language for each, _ in beside)}
    return [language for language in library().languages if language not in there]


def differences_of(sheet: Sheet) -> list[Line]:
    """What is on disk now against what was typed."""
    if sheet.changed is None or sheet.changed.found is None:
        return []
    return compared(sheet.changed.found, str(sheet.extra.get("text", "")))


def original_of(article: Article | None) -> str:
    """What a translation names as its original: the path in the first language."""
    return article.source if article else ""
