"""Write an article: the page, its preview, saving, a picture beside it, the file for download."""

from collections.abc import Sequence
from typing import BinaryIO, cast

from flask import Response, abort, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.attachments.rules import Incoming
from portal.editing.access import Document, document, faults_of, mark_of
from portal.editing.actions.images import add_picture
from portal.editing.actions.saving import found_digest, found_text
from portal.editing.checking import lines_of, tried
from portal.editing.faults import said_faults
from portal.editing.forms import ArticleForm
from portal.editing.pages import Sheet, edit_page, preview_of
from portal.editing.routes.blueprint import bp, editor, today
from portal.editing.routes.saving import download, saved
from portal.editing.routes.typed import fill, is_source, text_of
from portal.faq.library.tools.trial import Trial
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.web.uploads import takes_long_text, takes_uploads


@bp.get("/<mark>")
def edit(mark: str) -> Response:
    """An article to be edited: its fields, or the whole file where fields do not do."""
    found = document(mark)
    text = found_text(found.file)
    if text is None:
        abort(404)
    form = ArticleForm(formdata=None)
    parts = fill(form, text)
    form.seen.data = found_digest(found.file)
    remark = ""
    if parts is None and request.args.get("as") != "source":
        remark = _("The head of this file cannot be shown as fields: this is the whole file.")
    said = _saved_sentence(found) if request.args.get("saved") else ""
    return edit_page(Sheet(form, found, found.file, found.language, parts is None, remark=remark, said=said))


@bp.post("/<mark>")
@takes_uploads
@takes_long_text
@limiter.limit("60/minute")
def save(mark: str) -> AnyResponse:
    """Save, or only show how it would look, add a picture, or give the file for download, as the button says."""
    require_complete()
    found = document(mark)
    form = ArticleForm()
    sheet = Sheet(form.for_source() if is_source() else form, found, found.file, found.language, is_source())
    return answer(sheet)


@bp.post("/preview")
@takes_uploads
@takes_long_text
@limiter.limit("90/minute")
def preview() -> Response:
    """A fragment: the text as readers would see it, and its faults. For the script while somebody types."""
    form = ArticleForm()
    sheet = Sheet(form.for_source() if is_source() else form)
    found = document(request.form.get("mark", "")) if request.form.get("mark") else None
    file = found.file if found else "faq/de/preview.md"
    trial = tried(text_of(sheet.form, file, today()), file)
    faults = said_faults(lines_of([*trial.faults, *trial.elsewhere]), file)
    return make_response(
        render_fragment("editing/_preview.html", preview=preview_of(trial), faults=faults, title=trial.title)
    )


def answer(sheet: Sheet, *, origins: Sequence[int] = ()) -> AnyResponse:
    """What the pressed button leads to; everything but saving shows the page again, with all that was typed."""
    do = request.form.get("do", "save")
    text = text_of(sheet.form, sheet.file, today())
    sheet.extra = {**sheet.extra, "text": text}
    if do == "download":
        return download(sheet.file, text)
    if do == "picture":
        return _with_picture(sheet)
    if do == "preview":
        return _shown(sheet, tried(text, sheet.file))
    return _save(sheet, text, origins)


def _save(sheet: Sheet, text: str, origins: Sequence[int]) -> AnyResponse:
    done = saved(sheet, text, origins)
    if done is None:
        # Beside what was typed stands what it looks like, not what is on the site.
        trial = tried(text, sheet.file)
        sheet.trial = trial if trial.html else None
        return edit_page(sheet, status=sheet.status)
    if after := sheet.extra.get("after_saving"):
        after(done.number)
    return redirect(url_for("editing.edit", mark=mark_of(sheet.file), saved="yes"), 303)


def _shown(sheet: Sheet, trial: Trial) -> Response:
    sheet.trial = trial
    sheet.faults = said_faults(lines_of([*trial.faults, *trial.elsewhere]), sheet.file)
    return edit_page(sheet)


def _with_picture(sheet: Sheet) -> Response:
    """The page with the picture in the text; when it was refused, with the reason and the text as it was."""
    form = sheet.form
    sent = request.files.get("picture")
    form.validate()
    if form.token.errors:
        return edit_page(sheet, status=form.refused_status)
    form.errors.clear()
    _forget_errors(form)
    if sent is None or not sent.filename:
        sheet.remark = _("Please choose a picture first.")
        return edit_page(sheet, status=422)
    stream = cast(BinaryIO, sent.stream)
    incoming = Incoming(sent.filename, sent.mimetype or "", stream, getattr(stream, "is_lost", False))
    try:
        name = add_picture(incoming, sheet.file.rpartition("/")[0], by=editor(), now=clock.now())
    except PortalError as error:
        sheet.remark = str(error)
        return edit_page(sheet, status=error.status)
    field = form.body if "body" in form else form.source
    alt = " ".join(str(form.alt.data or "").replace("[", "(").replace("]", ")").split())
    field.data = f"{str(field.data or '').rstrip()}\n\n![{alt}]({name})\n"
    form.alt.data = ""
    sheet.said = _(
        "The picture lies beside the article as %(name)s and stands at the end of the text. "
        "Move it where it belongs, then save.",
        name=name,
    )
    return edit_page(sheet)


def _forget_errors(form: ArticleForm) -> None:
    """A picture can be added while the rest is still being written."""
    for field in form:
        field.errors = []


def _saved_sentence(found: Document) -> str:
    errors = [fault for fault in faults_of(found.file) if fault.is_error]
    if errors:
        return ""
    return _("Saved. What is published is on the site within seconds.")
