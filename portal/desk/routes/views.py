"""Saved views: keep the filters of a queue under a name, open them, forget them."""

from urllib.parse import parse_qsl

from flask import abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.actions.views import TooManyViews, remove_view, save_view
from portal.desk.forms.queues import ViewForm
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.queues import filter_page, with_said
from portal.desk.rules import Filter, Queue, address_of, read_filter
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.security import clean_text


@bp.post("/views")
def save() -> AnyResponse:
    """Keep a view; it stands beside the queues from now on."""
    require_complete()
    form = ViewForm()
    if form.queue.data not in list(Queue):
        abort(400)
    queue = Queue(form.queue.data)
    wanted = read_filter(dict(parse_qsl(clean_text(form.address.data or "")[:500])))
    if not form.validate():
        return filter_page(queue, wanted, form=form, status=form.refused_status)
    try:
        save_view(staff().id, form.name.data, queue, wanted, is_shared=bool(form.is_shared.data), now=clock.now())
    except TooManyViews as error:
        form.name.errors = [str(error)]
        return filter_page(queue, wanted, form=form, status=error.status)
    return redirect(with_said(address_of(queue, wanted), said="kept"), 303)


@bp.post("/views/<int:view_id>/removal")
def remove(view_id: int) -> AnyResponse:
    """Forget a view of one's own."""
    require_complete()
    form = ViewForm()
    form.validate()
    if "token" in form.errors:
        abort(400)
    remove_view(view_id, staff().id)
    return redirect(with_said(address_of(Queue.MINE, Filter()), said="removed"), 303)
