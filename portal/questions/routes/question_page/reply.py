"""The reply on the question's page: its text, its files, and one stamp for one message."""

from flask import request
from markupsafe import Markup

from portal.attachments.actions import Received
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed, printed
from portal.foundation.web.sessions import form_token
from portal.keys.rules import looks_like_stamp, new_stamp
from portal.questions.queries import reply_draft
from portal.questions.routes.question_page.visit import Forms, Typed, Visit, errors_of
from portal.questions.routes.uploads import uploads_field
from portal.questions.thanks import THANKS_FILE


def reply_part(visit: Visit) -> Markup:
    """The form; where nothing can be written any more, the way to a new question."""
    question, opened = visit.question, visit.opened
    return render_fragment(
        "questions/_reply.html",
        merged_into=visit.merged_into,
        can_reply=visit.can_reply,
        headline=visit.headline,
        takes_thanks=question.solved_at is not None and bool(THANKS_FILE.here().value.thanks),
        page_url=visit.here,
        next_url=f"{visit.here.rpartition('/')[0]}/new?after={question.number}",
        draft_form=draft_form(visit),
        is_guest=not opened.is_signed_in,
        token=form_token(),
        stamp=_stamp(visit.forms),
        reply=_reply(visit),
        uploads=_uploads(visit.forms.uploads),
    )


def draft_form(visit: Visit) -> str:
    """The name under which a browser keeps what is typed in the reply."""
    return f"reply:{visit.question.id}"


def stamp_of_request() -> str:
    """The stamp of the sent form; a new one for a form that has none."""
    sent = request.form.get("stamp", "")
    return sent if looks_like_stamp(sent) else new_stamp()


def _reply(visit: Visit) -> Typed:
    """What stands in the reply: the text that comes back, else what somebody who is signed in has typed before."""
    forms, opened = visit.forms, visit.opened
    if forms.reply is not None:
        wrong = [forms.problem.sentence] if forms.problem and forms.problem.field == "body" else ()
        return Typed(forms.reply.body.data or "", errors=errors_of(forms.reply.body) or wrong)
    has_draft = opened.is_signed_in and opened.actor.id is not None
    return Typed(reply_draft(opened.actor.id or 0, opened.question.id) if has_draft else "")


def _stamp(forms: Forms) -> str:
    """The stamp that came, so that the same text is one message; a new one where that one was used up."""
    is_used = forms.reply is None or (forms.problem is not None and forms.problem.status == 409)
    return new_stamp() if is_used or forms.reply is None else str(forms.reply.stamp.data)


def _uploads(received: Received | None) -> Printed | Markup:
    """The files of the reply; without any they look the same on every page of a language and are printed once."""
    field = uploads_field(received)
    if field.held or field.refused:
        return render_fragment("questions/_files.html", field=field)
    return printed("questions/_files.html", {}, {}, field=field)
