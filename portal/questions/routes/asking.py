"""Ask a question: the form, and what comes back when it is sent."""

from flask import Response, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from portal.attachments.actions import UploadsGone
from portal.attachments.incoming import sender_of_request, uploads_from_request
from portal.attachments.rules import Reason
from portal.customers.access import current_customer
from portal.foundation.forms import require_complete
from portal.foundation.i18n import current_language
from portal.foundation.limits import limiter
from portal.foundation.web.sessions import session_key
from portal.foundation.web.uploads import takes_uploads
from portal.keys.actions import StampUsed
from portal.keys.queries import stamp_of
from portal.questions.actions.asking import Asked, Asker, ask_question, asked_before
from portal.questions.actions.asking_people import asker
from portal.questions.guests import keep_key
from portal.questions.offers import OFFER_TALLY, READING_TRACES
from portal.questions.routes.asking_blank import blank_page
from portal.questions.routes.asking_pages import check_page, form_page, form_without_database, own_draft
from portal.questions.routes.asking_sheet import Sheet, renew, sent, sheet_of
from portal.questions.routes.blueprint import bp
from portal.questions.routes.places import place_of

_BROUGHT = ("topic", "subject", "about", "step", "words", "after")
_AWAY = (OperationalError, InterfaceError, TimeoutError)


@bp.get("/new")
def new() -> Response:
    """The form, with what the address brings: `topic`, `subject`, `about` (article), `step`, `words` (search), `after`.

    `subject` is for links of other sites; what somebody typed themselves stays.
    """
    given = {name: request.args[name] for name in _BROUGHT if name in request.args}
    if not given and not session_key():
        return blank_page()
    draft = own_draft()
    kept = {name: text for name, text in draft.content.items() if name not in ("stamp", "opened_at")} if draft else {}
    if kept.get("subject"):
        given.pop("subject", None)
    sheet = sheet_of(kept | given)
    if "step" in given and sheet.about and sheet.step:
        READING_TRACES.here().count_stuck(sheet.about.number, sheet.step)
    return form_page(sheet, draft=draft)


@bp.post("/new")
@takes_uploads
def ask() -> AnyResponse:
    """Ask, when everything is right and seen once; in every other case the form comes back as it was filled in."""
    require_complete()
    try:
        return _answered()
    except TooManyRequests as error:
        return _too_many(error, sheet_of(sent()))
    except _AWAY:
        return form_without_database()


@limiter.limit("60/minute")
def _answered() -> AnyResponse:
    sheet = sheet_of(sent())
    sheet.uploads = uploads_from_request(sender_of_request())
    if back := _form_again(sheet):
        return back
    if sheet.needs_check():
        return check_page(sheet)
    try:
        return _send(sheet)
    except TooManyRequests as error:
        # The receipt of what was sent already is never refused (DR-03).
        who = _asker(sheet)
        earlier = asked_before(sheet.as_question(is_proven=who.is_proven), who, now=sheet.now)
        return _to_receipt(earlier) if earlier else _too_many(error, sheet)


def _form_again(sheet: Sheet) -> Response | None:
    """The form, when it was not meant to be sent yet or cannot be; None when everything is right."""
    form = sent()
    if form.get("step") in ("topic", "edit"):
        return form_page(sheet)
    if form.get("signed_in") == "yes" and current_customer() is None:
        remark = _("You are no longer signed in. Your text is still here: add your name and address, or sign in first.")
        return form_page(sheet, status=409, remark=remark)
    if not sheet.is_valid():
        is_only_token = not any(each.error for each in sheet.entries)
        return form_page(sheet, status=sheet.form.refused_status if is_only_token else 422)
    if sheet.uploads.refused and not _was_sent(sheet):
        return form_page(sheet, status=422)
    return None


# Only what would become a question counts here, not the pages on the way to it (SR-08).
@limiter.limit("5/10 minutes;20/hour")
def _send(sheet: Sheet) -> AnyResponse:
    outlook, who = sheet.outlook, _asker(sheet)
    written = sheet.as_question(is_proven=who.is_proven)
    try:
        asked = ask_question(written, who, outlook, language=current_language(), now=sheet.now)
    except (StampUsed, UploadsGone) as error:
        return _refused(sheet, str(error))
    if asked.is_new:
        OFFER_TALLY.here().count("sent", sheet.offered, language=current_language(), on=sheet.form.today)
        READING_TRACES.here().count_asked(written.searched_words, written.article_number, written.article_step)
    return _to_receipt(asked)


def _asker(sheet: Sheet) -> Asker:
    form = sheet.form
    return asker(str(form.name.data), str(form.email.data)) if "email" in form else asker("", "")


def _to_receipt(asked: Asked) -> AnyResponse:
    answer = redirect(f"{place_of(asked.number)}/receipt{f'?key={asked.key}' if asked.key else ''}", 303)
    return keep_key(answer, asked.key) if asked.key else answer


def _too_many(error: TooManyRequests, sheet: Sheet) -> Response:
    remark = _("These were many questions in a short time. Your text is still here; please send it again later.")
    seconds = int(error.retry_after) if isinstance(error.retry_after, int | float) else 60
    return form_page(sheet, status=429, remark=remark, retry_after=seconds)


def _refused(sheet: Sheet, remark: str) -> Response:
    renew(sheet.form, sheet.now)
    return form_page(sheet, status=409, remark=remark)


def _was_sent(sheet: Sheet) -> bool:
    """Whether the missing files went with the same form a moment ago, by a second press of its button."""
    is_gone = all(each.reason is Reason.GONE for each in sheet.uploads.refused)
    return is_gone and stamp_of("question", str(sheet.form.stamp.data)) is not None
