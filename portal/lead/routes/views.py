"""Saved views: one's own, and for leads those that everybody sees."""

from flask import Response, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.rules import Action, role_may
from portal.desk.forms.queues import ViewNameForm
from portal.desk.models import SavedView
from portal.desk.routes.blueprint import staff
from portal.foundation.forms import require_complete
from portal.lead.actions import change_view, forget_view
from portal.lead.queries import views_to_tend
from portal.lead.routes.blueprint import bp, pressed


@bp.get("/saved-views")
def saved_views() -> Response:
    """Every view that this person may change."""
    return _page()


@bp.post("/saved-views/<int:view_id>")
def rename_view(view_id: int) -> AnyResponse:
    """Another name, or for everybody."""
    require_complete()
    view, form = _view(view_id), ViewNameForm()
    if not form.validate():
        return _page(form=form, of=view_id, status=form.refused_status)
    change_view(view, str(form.name.data), is_shared=bool(form.is_shared.data))
    return redirect(url_for(".saved_views"), 303)


@bp.post("/saved-views/<int:view_id>/removal")
def remove_view(view_id: int) -> AnyResponse:
    """Forget it."""
    pressed()
    forget_view(_view(view_id))
    return redirect(url_for(".saved_views"), 303)


def _view(view_id: int) -> SavedView:
    """A view that this person may change, or 404."""
    return next((view for view, _owner in _views() if view.id == view_id), None) or abort(404)


def _views() -> list[tuple[SavedView, str]]:
    return list(views_to_tend(staff().id, leads=role_may(staff().role, Action.LEAD)))


def _page(*, form: ViewNameForm | None = None, of: int = 0, status: int = 200) -> Response:
    faults = [(place and f"view-{of}", said) for place, said in form.faults()] if form else []
    values = {"rows": _views(), "form": form, "faults": faults, "of": of, "me": staff().id}
    return make_response(render_template("lead/views.html", **values), status)
