"""Keep what a signed-in person types as a reply; a script sends it every few seconds."""

from flask import request

from portal.foundation import clock
from portal.foundation.limits import limiter
from portal.foundation.security import clean_text
from portal.numbers.format import Mistyped
from portal.questions.access import OpenQuestion, find_question
from portal.questions.drafts import save_draft
from portal.questions.forms.thread import PressForm
from portal.questions.routes.blueprint import bp


@bp.post("/<number:number>/draft")
@limiter.limit("60/minute")
def keep_reply(number: str) -> tuple[str, int]:
    """Keep the reply as it is now; 403 for everybody who is not signed in as the one whose question it is."""
    opened = _found(number)
    if opened is None or opened.actor.id is None or not PressForm().validate():
        return "", 403
    body = clean_text(request.form.get("body", ""))
    is_kept = save_draft(opened.actor.id, f"reply:{opened.question.id}", {"body": body}, now=clock.now())
    return "", 204 if is_kept else 413


def _found(number: str) -> OpenQuestion | None:
    try:
        return find_question(number)
    except Mistyped:
        return None
