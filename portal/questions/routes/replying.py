"""Write to a question, and take back what was just sent."""

from dataclasses import replace
from functools import partial

from flask import Response, request
from flask_babel import gettext as _

from portal.attachments.actions import Received, UploadsGone
from portal.attachments.incoming import sender_of_request, uploads_from_request
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.foundation.web.uploads import takes_uploads
from portal.keys.actions import StampUsed
from portal.questions.access import OpenQuestion, open_question
from portal.questions.actions.replying import (
    IsClosed,
    TooLateToWithdraw,
    WentOn,
    Written,
    reply,
    sent_before,
    withdraw_message,
)
from portal.questions.actions.thanking import NothingToOpen, reopen_after_thanks
from portal.questions.forms.thread import ReplyForm
from portal.questions.routes.blueprint import bp
from portal.questions.routes.pressing import pressed, to_page
from portal.questions.routes.question_page.page import open_or_lost, question_page, refused
from portal.questions.routes.question_page.reply import stamp_of_request
from portal.questions.routes.question_page.visit import Forms, Problem, problem_of


@bp.post("/<number:number>/messages")
@bp.post("/<number:number>/reopening", endpoint="reopen")
@limiter.limit("60/minute")
@takes_uploads
def send(number: str) -> Response:
    """A further message; it reopens a closed question as long as that is possible. The same form twice is one."""
    require_complete()
    opened = open_or_lost(number, body=request.form.get("body", "")[:100_000])
    if isinstance(opened, Response):
        return opened
    form = ReplyForm()
    uploads = uploads_from_request(sender_of_request(opened.customer.email))
    written = _written(form, uploads)
    if (message_id := sent_before(opened, written)) is not None:
        return to_page(number, f"message-{message_id}", sent="yes")
    return _send(number, opened, written, Forms(reply=form, uploads=uploads, problem=_problem(form, written, uploads)))


# What was sent already is not counted again (DR-03).
@limiter.limit("30/10 minutes")
def _send(number: str, opened: OpenQuestion, written: Written, forms: Forms) -> Response:
    if forms.problem:
        return question_page(open_question(number), forms)
    try:
        return to_page(number, f"message-{reply(opened, written, now=clock.now())}", sent="yes")
    except WentOn as error:
        return refused(number, error, forms)
    except (StampUsed, UploadsGone, IsClosed) as error:
        return refused(number, error, forms, field="body")


@bp.post("/<number:number>/messages/<int:message_id>/withdrawal")
@limiter.limit("30/10 minutes")
def withdraw(number: str, message_id: int) -> Response:
    """Take back an own message within five minutes."""
    act = partial(withdraw_message, message_id=message_id, now=clock.now())
    return pressed(number, act, leads_to=f"message-{message_id}", refuses=TooLateToWithdraw)


@bp.post("/<number:number>/messages/<int:message_id>/reopening")
@limiter.limit("30/10 minutes")
def reopen_thanked(number: str, message_id: int) -> Response:
    """What we took as thanks meant more: the question is opened again."""
    act = partial(reopen_after_thanks, message_id=message_id, now=clock.now())
    return pressed(number, act, leads_to="headline", refuses=NothingToOpen)


def _written(form: ReplyForm, uploads: Received) -> Written:
    held = request.form.getlist("uploads")
    fresh = (each.attachment.sha256 for each in uploads.accepted if each.key not in held)
    files = tuple(sorted({*held, *fresh}))
    stamp = form.stamp.data = stamp_of_request()
    return Written(str(form.body.data or ""), stamp, tuple(uploads.keys), files)


def _problem(form: ReplyForm, written: Written, uploads: Received) -> Problem | None:
    """What is wrong; a file alone is a message."""
    lost = ("attachments", _("A file could not be taken. Your text is still here."))
    if not form.validate():
        found = problem_of(form)
        return replace(found, others=(*found.others, lost)) if uploads.refused else found
    if uploads.refused:
        return Problem(lost[1], lost[0])
    if not written.body and not written.uploads:
        return Problem(_("Please write something or add a file."), "body")
    return None
