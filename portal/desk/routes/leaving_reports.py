"""Two reports for leads: why people leave, as far as they want to say, and whether our pages are a hurdle."""

from datetime import timedelta

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from portal.desk.declarations.words import kind_word
from portal.desk.queries.declarations import SMALLEST, hurdles_between, reasons_between, texts_between
from portal.desk.routes.blueprint import bp
from portal.foundation import clock
from portal.foundation.i18n import local_time
from portal.leaving.actions.feedback import REASONS

SPANS = (30, 90, 365)


@bp.get("/declarations/reports")
def leaving_reports() -> Response:
    """Voluntary reasons without small sums, and how the two pages are used, for the last days."""
    written = request.args.get("days", "")
    days = int(written) if written in {str(each) for each in SPANS} else SPANS[1]
    last = local_time(clock.now()).date()
    first = last - timedelta(days=days - 1)
    total, cells = reasons_between(first, last)
    values = {
        "days": days,
        "spans": SPANS,
        "total": total,
        "smallest": SMALLEST,
        "reasons": [(reason_word(each.name), each) for each in cells],
        "texts": texts_between(first, last) if total else [],
        "hurdles": [
            (kind_word(each.kind), each, [(time_word(cell.name), cell) for cell in each.times])
            for each in hurdles_between(first, last)
        ],
    }
    return make_response(render_template("desk/leaving_reports.html", **values))


def reason_word(name: str) -> str:
    """A reason as people chose it."""
    return str(REASONS[name]) if name in REASONS else _("Only a text")


def time_word(name: str) -> str:
    """How long somebody took from opening to sending."""
    if not name.isdigit():
        return _("longer than %(minutes)s minutes", minutes=15)
    seconds = int(name)
    if seconds < 120:
        return _("up to %(seconds)s seconds", seconds=seconds)
    return _("up to %(minutes)s minutes", minutes=seconds // 60)
