"""An article in all its languages on one page: written side by side, each file saved whole and on its own."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.editing.access import Document, document, faults_of, is_writable, mark_of, translations
from portal.editing.actions.saving import found_digest, found_text
from portal.editing.checking import lines_of, tried
from portal.editing.faults import said_faults
from portal.editing.forms import ArticleForm, NewArticleForm
from portal.editing.pages import Sheet, differences_of, original_of, preview_of, what_stands
from portal.editing.routes.blueprint import bp, today
from portal.editing.routes.saving import download, saved
from portal.editing.routes.typed import fill, folder_for, folders_of, is_untouched, new_file, text_of
from portal.faq.library.building.layout import slug_of
from portal.faq.library.tools.writing import bytes_of
from portal.faq.queries import library
from portal.faq.rules import Status
from portal.foundation.company import LANGUAGES
from portal.foundation.config import CONFIG
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.foundation.web.uploads import takes_long_text, takes_uploads


@bp.get("/<mark>/languages")
def languages(mark: str) -> Response:
    """The article in every language, those that are missing as empty pages."""
    found = document(mark)
    sheets = [_opened(found, each, language) for language, each in _files(found).items()]
    if request.args.get("saved"):
        for each in sheets:
            each.said = _("Saved.") if each.document else ""
    return _page(found, sheets)


@bp.post("/<mark>/languages")
@takes_uploads
@takes_long_text
@limiter.limit("60/minute")
def save_languages(mark: str) -> AnyResponse:
    """Save all or one, or show how they would look; what is refused in one language never holds up the other."""
    require_complete()
    found = document(mark)
    sheets = [_sent(found, each, language) for language, each in _files(found).items()]
    do, _bar, only = request.form.get("do", "preview").partition("-")
    wanted = [each for each in sheets if only in ("", each.language)]
    if do == "download" and only and wanted:
        file = wanted[0].file or f"faq/{only}/{slug_of(str(wanted[0].form.title.data or '')) or only}.md"
        return download(file, text_of(wanted[0].form, file, today()))
    if do != "save":
        for each in sheets:
            _try(each)
        return _page(found, sheets)
    # One after the other: an article must be there before the check can find it as the original of another one.
    refused = [each for each in wanted if not _is_saved(each)]
    if refused or len(wanted) < len(sheets):
        return _page(found, sheets, status=max((each.status for each in refused), default=200))
    beside = [mark_of(each.file) for each in sheets if each.file and each.file != found.file]
    return redirect(url_for(".languages", mark=mark, saved="yes", beside=beside), 303)


def _files(found: Document) -> dict[str, Document | None]:
    """Each language with its file, in the order of the site; None where it is still to be written."""
    there = {found.language: found, **translations(found)}
    # What was saved a moment ago is not known to the library yet: the address names it.
    fresh = [document(mark) for mark in request.args.getlist("beside")[:5]]
    there |= {each.language: each for each in fresh if each.language not in there}
    known = library().languages if found.article else [each for each in library().languages if each in there]
    return {language: there.get(language) for language in known}


def _opened(found: Document, each: Document | None, language: str) -> Sheet:
    if each is None:
        return _missing(found, language, is_sent=False)
    form = ArticleForm(formdata=None, prefix=language)
    is_fields = fill(form, found_text(each.file) or "") is not None
    form.seen.data = found_digest(each.file)
    return Sheet(form, each, each.file, language, not is_fields)


def _sent(found: Document, each: Document | None, language: str) -> Sheet:
    if each is None:
        return _missing(found, language, is_sent=True)
    form, is_source = ArticleForm(prefix=language), f"{language}-source" in request.form
    return Sheet(form.for_source() if is_source else form, each, each.file, language, is_source)


def _missing(found: Document, language: str, *, is_sent: bool) -> Sheet:
    """An empty page for a language in which nobody has written the article yet."""
    form = NewArticleForm(prefix=language) if is_sent else NewArticleForm(formdata=None, prefix=language)
    form.category.choices = folders_of(language)
    form.translation_of.data, form.seen.data = original_of(found.article), ""
    if not is_sent:
        form.category.data, form.status.data = folder_for(found, language), Status.DRAFT.value
    is_placed = form.category.data in dict(form.category.choices)
    return Sheet(form, None, new_file(form) if is_placed and _is_begun(form) else "", language)


def _is_begun(form: ArticleForm) -> bool:
    return bool(form.title.data or form.body.data)


def _is_saved(sheet: Sheet) -> bool:
    """Whether nothing is left to be done in this language; else the sheet says what."""
    form = sheet.form
    if sheet.document is None and not _is_begun(form):
        return True
    if sheet.document is None and not _has_place(sheet):
        sheet.status = 422
        return False
    text = text_of(form, sheet.file, today())
    sheet.extra = {"text": text}
    if sheet.document is not None and is_untouched(sheet.file, str(form.seen.data or ""), text):
        return True
    done = saved(sheet, text)
    if done is None:
        return False
    sheet.document = sheet.document or Document(sheet.file, sheet.language, None)
    form.seen.data, sheet.said = done.digest, _("Saved.")
    return True


def _has_place(sheet: Sheet) -> bool:
    form = sheet.form
    if sheet.file and bytes_of(CONFIG.here().content, sheet.file) is None:
        return True
    form.validate()
    if sheet.file and isinstance(form, NewArticleForm):
        form.slug.errors = [_("There is a file of this name already: %(file)s", file=sheet.file)]
    return False


def _try(sheet: Sheet) -> None:
    if sheet.document is None and not _is_begun(sheet.form):
        return
    file = sheet.file or f"faq/{sheet.language}/preview.md"
    sheet.trial = tried(text_of(sheet.form, file, today()), file)
    sheet.faults = said_faults(lines_of([*sheet.trial.faults, *sheet.trial.elsewhere]), file)


def _page(found: Document, sheets: list[Sheet], *, status: int = 200) -> Response:
    values: dict[str, Any] = {
        "doc": found,
        "columns": [_column(each) for each in sheets],
        "beside": [each.document.mark for each in sheets if each.document and each.document.file != found.file],
        "is_writable": is_writable(),
        "has_problem": status >= 400,
    }
    return make_response(render_template("editing/languages.html", **values), status)


def _column(sheet: Sheet) -> dict[str, Any]:
    found = sheet.document
    article = found.article if found else None
    return {
        "sheet": sheet,
        "form": sheet.form,
        "doc": found,
        "name": LANGUAGES[sheet.language],
        "title": sheet.trial.title if sheet.trial else article.title if article else "",
        "preview": preview_of(sheet.trial) if sheet.trial else what_stands(article) if article else None,
        "differences": differences_of(sheet),
        "standing_faults": said_faults(lines_of(faults_of(found.file)), found.file) if found else [],
    }
