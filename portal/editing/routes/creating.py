"""A new article: from nothing, from a gap, from a proposal, or as a translation."""

from collections.abc import Callable
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.editing.access import Document, document, proposal
from portal.editing.actions.proposing import decide
from portal.editing.actions.saving import found_text
from portal.editing.forms import NewArticleForm
from portal.editing.models import ArticleProposal
from portal.editing.pages import Sheet, edit_page, original_of
from portal.editing.queries.askers import questions_after
from portal.editing.routes.blueprint import bp, editor, today
from portal.editing.routes.typed import folder_for, folders_of, new_file
from portal.editing.routes.writing import answer
from portal.faq.gaps import settle_gap
from portal.faq.library.tools.writing import bytes_of
from portal.faq.queries import library
from portal.faq.rules import Status
from portal.foundation import clock
from portal.foundation.company import LANGUAGES
from portal.foundation.config import CONFIG
from portal.foundation.database import transaction
from portal.foundation.forms import require_complete
from portal.foundation.i18n import current_language
from portal.foundation.limits import limiter
from portal.foundation.security import clean_text, read_id
from portal.foundation.web.uploads import takes_long_text, takes_uploads

_LONGEST = 200


@bp.get("/new")
def new() -> AnyResponse:
    """An empty article with what the address brings: `language`, `category`, `title`, `keywords`, `of` and so on."""
    form = NewArticleForm(formdata=None)
    given = {name: clean_text(request.args.get(name, ""))[:_LONGEST] for name in ("title", "keywords", "gap")}
    form.status.data = Status.DRAFT.value
    form.title.data, form.keywords.data, form.gap.data = given["title"], given["keywords"], given["gap"]
    form.category.data, language = request.args.get("category", ""), _language(request.args.get("language", ""))
    if request.args.get("proposal"):
        language = _fill_from_proposal(form, _proposal(request.args["proposal"]))
    original = document(request.args["of"]) if request.args.get("of") else None
    if original is not None:
        form.translation_of.data = original_of(original.article)
        form.category.data = folder_for(original, language)
    _offer_places(form, language)
    return edit_page(_sheet(form, language, original))


@bp.post("/new")
@takes_uploads
@takes_long_text
@limiter.limit("60/minute")
def create() -> AnyResponse:
    """Save a new article, or only preview it, add a picture, download it."""
    require_complete()
    form = NewArticleForm()
    language = _language(str(form.language.data or ""))
    _offer_places(form, language)
    sheet = _sheet(form, language, _original(str(form.translation_of.data or "")))
    if request.form.get("do") == "place":
        return edit_page(sheet)
    is_placed = form.category.data in dict(form.category.choices)
    if request.form.get("do") == "picture" and not is_placed:
        form.category.errors = [_("Please choose a category first: the picture lies beside the article.")]
        return edit_page(sheet, status=422)
    if not is_placed:
        form.category.data = ""
    sheet.file = new_file(form) if is_placed else f"faq/{language}/preview.md"
    if (
        request.form.get("do", "save") == "save"
        and is_placed
        and bytes_of(CONFIG.here().content, sheet.file) is not None
    ):
        form.validate()
        form.slug.errors = [_("There is a file of this name already: %(file)s", file=sheet.file)]
        return edit_page(sheet, status=422)
    form.seen.data = ""
    found = _given_proposal(str(form.proposal.data or ""))
    sheet.extra = {**sheet.extra, "after_saving": _after(form, found)}
    return answer(sheet, origins=_origins(form, found))


def _sheet(form: NewArticleForm, language: str, original: Document | None) -> Sheet:
    beside = [(original, found_text(original.file) or "")] if original else []
    names = {code: LANGUAGES[code] for code in library().languages}
    return Sheet(form, None, "", language, extra={"originals": beside, "names": names, "language": language})


def _offer_places(form: NewArticleForm, language: str) -> None:
    form.language.choices = [(code, LANGUAGES[code]) for code in library().languages]
    form.language.data = language
    form.category.choices = folders_of(language)


def _language(wanted: str) -> str:
    known = library().languages
    return wanted if wanted in known else (current_language() if current_language() in known else known[0])


def _original(source: str) -> Document | None:
    """The article that is translated, by its path in the first language."""
    found = (each for each in library().articles.values() if source and each.source == source)
    article = next(iter(sorted(found, key=lambda each: each.language != library().default_language)), None)
    return Document(article.file, article.language, article) if article else None


def _proposal(written: str) -> ArticleProposal:
    number = read_id(written)
    return abort(404) if number is None else proposal(number)


def _given_proposal(written: str) -> ArticleProposal | None:
    return _proposal(written) if written else None


def _fill_from_proposal(form: NewArticleForm, found: ArticleProposal) -> str:
    form.title.data, form.keywords.data, form.body.data = found.title, found.keywords, found.body
    form.proposal.data = str(found.id)
    return found.language


def _gap(form: NewArticleForm) -> tuple[str, str] | None:
    language, _bar, stems = str(form.gap.data or "").partition("|")
    return (language, stems[:_LONGEST]) if language in library().languages and stems else None


def _origins(form: NewArticleForm, found: ArticleProposal | None) -> list[int]:
    """The questions that this article answers: that of the proposal, and those asked after the searches of the gap."""
    gap = _gap(form)
    asked = list(questions_after(*gap, today())) if gap else []
    return [*asked, *([found.question_id] if found and found.question_id else [])]


def _after(form: NewArticleForm, found: ArticleProposal | None) -> Callable[[int], Any]:
    """What follows saving: the gap is settled, the proposal is used."""

    def act(number: int) -> None:
        if gap := _gap(form):
            with transaction():
                settle_gap(*gap, by=editor().name, today=today())
        if found is not None:
            decide(found.id, by=editor(), now=clock.now(), article_number=number)

    return act
