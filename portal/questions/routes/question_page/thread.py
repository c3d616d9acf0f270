"""The conversation on the question's page: each message looks like many others but for what somebody wrote."""

from collections.abc import Hashable, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from portal.attachments.showing import ShownFile
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed, printed_rows
from portal.foundation.web.sessions import form_token
from portal.questions.routes.question_page.visit import Visit
from portal.questions.thread import MessageView, Thread, answer_text, customer_text, moment
from portal.questions.thread.articles import articles_of
from portal.questions.thread.mailed import mailed_part


def thread_part(visit: Visit, thread: Thread) -> Markup:
    """The messages, the ways to those before and after, and the articles that they name."""
    return render_fragment(
        "questions/_thread.html",
        thread=thread,
        messages=_messages(thread, visit.here),
        articles=articles_of(visit.question, thread.messages),
        page_url=visit.here,
    )


def _messages(thread: Thread, page_url: str) -> Printed:
    token = form_token()
    rows = ((_shape(each), {**_gaps(each), "page_url": page_url, "token": token}) for each in thread.messages)
    return printed_rows("questions/_message.html", rows)


def _shape(message: MessageView) -> dict[str, Hashable]:
    """What the template of a message decides by."""
    return {
        "is_own": message.is_own,
        "has_role": bool(message.author_role),
        "channel": message.channel,
        "is_withdrawn": message.is_withdrawn,
        "can_withdraw": message.can_withdraw,
        "is_kept_solved": message.is_kept_solved,
        "can_reopen": message.can_reopen,
    }


def _gaps(message: MessageView) -> dict[str, object]:
    """What it shows."""
    return {
        "id": str(message.id),
        "author": message.author_name,
        "role": message.author_role,
        "sent_at": message.sent_at.isoformat(timespec="seconds"),
        "sent": moment(message.sent_at),
        "body": customer_text(message.body) if message.is_own else answer_text(message.body),
        "files": _below(message) if message.attachments or message.mailed else "",
    }


def _below(message: MessageView) -> Markup:
    """Its files, and that it came by mail."""
    return _files(message.attachments) + mailed_part(message.mailed)


def _files(files: Sequence[ShownFile]) -> Markup:
    if not files:
        return Markup()
    macros: Any = current_app.jinja_env.get_template("components/uploads.html").module
    return Markup(macros.attachment_list(files))  # noqa: S704  (printed by a template that escapes)
