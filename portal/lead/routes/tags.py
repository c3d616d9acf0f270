"""Every tag, and what it is called: renamed, merged with another one, removed."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.routes.blueprint import staff
from portal.desk.words import tag_word
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.security import clean_text, read_id
from portal.lead.actions import remove_tag_everywhere, rename_tag
from portal.lead.forms import TagForm
from portal.lead.queries import tags_with_counts
from portal.lead.routes.blueprint import bp, pressed


@bp.get("/tags")
def tags() -> Response:
    """Every tag with its cases."""
    return _page()


@bp.post("/tags")
def rename() -> AnyResponse:
    """Another name; that of a tag which is there already merges both."""
    require_complete()
    form = TagForm()
    if not form.validate():
        return _page(form=form, status=form.refused_status)
    before = clean_text(str(form.before.data or ""))[:40]
    changed = rename_tag(before, str(form.tag.data), by=staff(), now=clock.now())
    return redirect(url_for(".tags", changed=changed), 303)


@bp.post("/tags/removal")
def remove_tag() -> AnyResponse:
    """Take a tag off every case."""
    pressed()
    tag = clean_text(request.form.get("before", ""))[:40]
    changed = remove_tag_everywhere(tag, by=staff(), now=clock.now())
    return redirect(url_for(".tags", changed=changed), 303)


def _page(*, form: TagForm | None = None, status: int = 200) -> Response:
    rows = tags_with_counts()
    # The tag of the form may be gone meanwhile; then its fault leads to no field.
    place = f"new-{form.before.data}" if form and form.before.data in [each.tag for each in rows] else ""
    values: dict[str, Any] = {
        "rows": rows,
        "faults": [(at and place, said) for at, said in form.faults()] if form else [],
        "tag_word": tag_word,
        "form": form,
        "changed": read_id(request.args.get("changed", "")),
    }
    return make_response(render_template("lead/tags.html", **values), status)
