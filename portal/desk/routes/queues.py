"""The queues."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.queries.queues import page_of
from portal.desk.routes.blueprint import bp, staff
from portal.desk.rules import Queue, read_cursor, read_filter
from portal.foundation import clock


@bp.get("/")
def begin() -> AnyResponse:
    """The desk begins with what is one's own."""
    return redirect(url_for(".queue", queue=Queue.MINE.value), 303)


@bp.get("/queues/<queue>")
def queue(queue: str) -> Response:
    """One page of a queue."""
    if queue not in list(Queue):
        abort(404)
    wanted, now = read_filter(request.args), clock.now()
    page = page_of(Queue(queue), staff().id, wanted, read_cursor(request.args.get("after", "")), now)
    return make_response(render_template("desk/queue.html", page=page, queue=Queue(queue)))
