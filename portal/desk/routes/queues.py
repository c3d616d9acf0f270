"""The queues: one page of cases, and one change to several of them."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.actions.bulk import Outcome, assign_all, change_all, close_all, tag_all
from portal.desk.forms.queues import NOBODY, BulkForm, ViewForm
from portal.desk.lines import Names, lines_of
from portal.desk.queries.queues import page_of, tags_of
from portal.desk.queries.views import colleagues, is_colleague
from portal.desk.routes.blueprint import bp, staff
from portal.desk.rules import WORDS_LIMIT, Cursor, Filter, Queue, read_cursor, read_filter
from portal.desk.words import queue_empty, queue_hint, queue_word
from portal.foundation import clock
from portal.foundation.company import LANGUAGES
from portal.foundation.forms import require_complete
from portal.foundation.i18n import offered
from portal.foundation.security import clean_text, safe_next


@bp.get("/")
def begin() -> AnyResponse:
    """The desk begins with what is one's own."""
    return redirect(url_for(".queue", queue=Queue.MINE.value), 303)


@bp.get("/queues/<queue>")
def queue(queue: str) -> Response:
    """One page of a queue."""
    return queue_page(_known(queue))


@bp.post("/queues/<queue>")
def change(queue: str) -> AnyResponse:
    """Change several cases at once; closing asks once more, because every customer gets a mail."""
    require_complete()
    form, shown = BulkForm(), _known(queue)
    back = safe_next(form.back.data or "", url_for(".queue", queue=queue))
    act = _verbs(form).get(form.do.data or "")
    if act is None:
        abort(400)
    if not form.validate() or not _can_be_responsible(form):
        return queue_page(shown, form=form, status=form.refused_status)
    if form.do.data == "close" and form.sure.data != "yes":
        return make_response(render_template("desk/close.html", form=form, back=back, queue=shown))
    outcome = act(form.case.data)
    joint = "&" if "?" in back else "?"
    return redirect(f"{back}{joint}changed={outcome.changed}&refused={outcome.refused}", 303)


def queue_page(
    queue: Queue,
    *,
    wanted: Filter | None = None,
    form: BulkForm | None = None,
    view: ViewForm | None = None,
    status: int = 200,
) -> Response:
    """The page of a queue, with what was typed in one of its forms."""
    wanted = wanted or read_filter(_cleaned())
    after, now = read_cursor(request.args.get("after", "")), clock.now()
    page, names = page_of(queue, staff().id, wanted, after, now), Names()
    people = colleagues()
    values: dict[str, Any] = {
        "queue": queue,
        "title": queue_word(queue),
        "hint": queue_hint(queue),
        "empty": queue_empty(queue),
        "lines": lines_of(page.rows, tags_of([row.id for row in page.rows]), names, now),
        "wanted": wanted,
        "chips": _chips(queue, wanted, names, people),
        "choices": _choices(names, people),
        "here": _address(queue, wanted, after),
        "first_url": _address(queue, wanted) if after else None,
        "older_url": _address(queue, wanted, page.after) if page.after else None,
        "form": form or BulkForm(formdata=None),
        "view_form": view or ViewForm(formdata=None),
        "said": _said(),
        "words_limit": WORDS_LIMIT,
    }
    return make_response(render_template("desk/queue.html", **values), status)


def _known(queue: str) -> Queue:
    return Queue(queue) if queue in list(Queue) else abort(404)


def _cleaned() -> dict[str, str]:
    return {name: clean_text(value) for name, value in request.args.items()}


def _address(queue: Queue, wanted: Filter, after: Cursor | None = None) -> str:
    asked = "&".join(part for part in (wanted.address, f"after={after}" if after else "") if part)
    return url_for(".queue", queue=queue.value) + (f"?{asked}" if asked else "")


def _verbs(form: BulkForm) -> dict[str, Callable[[Sequence[int]], Outcome]]:
    by, now = actor_of(staff()), clock.now()
    chosen = form.assignee.data or ""
    user_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
    return {
        "take": lambda ids: assign_all(ids, staff().id, by=by, now=now),
        "assign": lambda ids: assign_all(ids, user_id, by=by, now=now),
        "tag": lambda ids: tag_all(ids, form.tag.data or "", by=by, now=now),
        "level": lambda ids: change_all(ids, form.level.data or "", form.reason.data or "", by=by, now=now),
        "close": lambda ids: close_all(ids, form.reason.data or "", by=by, now=now),
    }


def _can_be_responsible(form: BulkForm) -> bool:
    chosen = form.assignee.data or ""
    if form.do.data != "assign" or chosen == NOBODY:
        return True
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 and is_colleague(int(chosen)):
        return True
    form.assignee.errors = [_("Please choose who is responsible.")]
    return False


def _choices(names: Names, people: Sequence[Any]) -> dict[str, list[tuple[str, str]]]:
    states = [("open", _("open")), ("waiting", _("customer's turn")), ("closed", _("done"))]
    return {
        "topic": list(names.topics.items()),
        "level": list(names.levels.items()),
        "assignee": [(NOBODY, _("nobody")), *((str(each.id), each.name) for each in people)],
        "language": [(code, LANGUAGES[code]) for code in offered()],
        "state": states,
    }


def _chips(queue: Queue, wanted: Filter, names: Names, people: Sequence[Any]) -> list[dict[str, str]]:
    """What the queue is narrowed by, each with the address without it."""
    known = {name: dict(values) for name, values in _choices(names, people).items()}
    labels = filter_labels()
    return [
        {
            "label": labels[name],
            "value": known.get(name, {}).get(value, value),
            "url": _address(queue, wanted.without(name)),
        }
        for name, value in wanted.given.items()
    ]


def filter_labels() -> dict[str, str]:
    """What the parts of a filter are called."""
    return {
        "topic": _("Topic"),
        "level": _("Service level"),
        "assignee": _("Responsible"),
        "tag": _("Tag"),
        "language": _("Language"),
        "state": _("State"),
        "text": _("Words"),
        "customer": _("Customer no."),
    }


def _said() -> str:
    """What the last change did, in a sentence."""
    changed, refused = (request.args.get(name, "") for name in ("changed", "refused"))
    if not (changed.isascii() and changed.isdigit() and len(changed) < 4):
        return ""
    said = ngettext("%(num)s case was changed.", "%(num)s cases were changed.", int(changed))
    if refused.isascii() and refused.isdigit() and len(refused) < 4 and int(refused):
        said += " " + ngettext(
            "%(num)s could not be changed; open it to see why.",
            "%(num)s could not be changed; open them to see why.",
            int(refused),
        )
    return said
