"""Keep what a signed-in person types; a script sends it every few seconds, and nobody has to press anything."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.customers.access import current_customer
from portal.foundation import clock
from portal.foundation.forms import PersonForm
from portal.foundation.limits import limiter
from portal.foundation.security import clean_text
from portal.questions.drafts import NEW_QUESTION, discard_draft, save_draft
from portal.questions.routes.blueprint import bp

_FIELDS = ("topic", "subject", "body", "can_continue", "affects", "needed_by", "about", "words", "after")


@bp.post("/draft")
@limiter.limit("60/minute")
def keep_draft() -> AnyResponse | tuple[str, int]:
    """Keep the form as it is now, or with `step=discard` forget it; 403 for somebody who is not signed in."""
    customer = current_customer()
    if customer is None or customer.user_id is None or not PersonForm().validate():
        return "", 403
    if request.form.get("step") == "discard":
        discard_draft(customer.user_id, NEW_QUESTION)
        return redirect(url_for("questions.new"), 303)
    names = [name for name in request.form if name in _FIELDS or name.startswith("fact_")]
    content = {name[:40]: clean_text(request.form[name]) for name in names}
    is_kept = save_draft(customer.user_id, NEW_QUESTION, content, now=clock.now())
    return "", 204 if is_kept else 413
