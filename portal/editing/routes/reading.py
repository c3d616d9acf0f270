"""What our own staff may read: internal articles, and for editors also drafts and archived ones, as readers would."""

from flask import Response, abort, make_response, render_template
from markupsafe import Markup

from portal.accounts.rules import Action, role_may
from portal.desk.routes.blueprint import staff
from portal.editing.access import document
from portal.editing.queries.articles import rows_of
from portal.editing.routes.blueprint import bp, today
from portal.editing.rules import Show
from portal.faq.rules import Status

_FOR_EVERYBODY_HERE = (Status.INTERNAL, Status.PUBLISHED)


@bp.get("/internal")
def internal() -> Response:
    """The articles for our own staff."""
    rows = sorted(rows_of(Show.INTERNAL, today()), key=lambda row: row.document.title.casefold())
    return make_response(render_template("editing/internal.html", rows=rows))


@bp.get("/<mark>/reading")
def read(mark: str) -> Response:
    """One article as its readers see it; drafts and archived ones only for editors."""
    found = document(mark)
    article = found.article or abort(404)
    if article.status not in _FOR_EVERYBODY_HERE and not role_may(staff().role, Action.EDIT):
        abort(404)
    body = Markup(article.body)  # noqa: S704  (sanitised by foundation.markdown)
    return make_response(render_template("editing/read.html", doc=found, article=article, body=body))
