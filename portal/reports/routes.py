"""Reports for leads: pages with charts and tables, and the same tables as files."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, stream_with_context
from flask_babel import gettext as _

from portal.accounts.access import network
from portal.desk.lines import Names
from portal.desk.routes.blueprint import asked_cleanly, furnish, staff
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import transaction
from portal.foundation.files.csv_export import csv_lines, csv_response
from portal.foundation.i18n import local_time
from portal.foundation.security import clean_text
from portal.journal.actions import audit
from portal.reports.queries import Asked, counted_at, exported_cases
from portal.reports.rules import Period, bounds, month_before, read_period
from portal.reports.tables import Part, parts_of, report_names

bp = Blueprint("reports", __name__, url_prefix="/desk/reports")
furnish(bp)


@bp.get("/")
def index() -> Response:
    """The promises: what a lead looks at first."""
    return show("promises")


@bp.get("/<report>")
@asked_cleanly
def show(report: str) -> Response:
    """One report for a period, a topic, a level."""
    names = report_names()
    if report not in names:
        abort(404)
    asked, is_right = _asked()
    query = {name: value for name, value in request.args.items() if name in ("from", "to", "topic", "level") and value}
    words = Names()
    values: dict[str, Any] = {
        "report": report,
        "names": names,
        "asked": asked,
        "is_right": is_right,
        "query": query if is_right else {},
        "parts": parts_of(report, asked, clock.now()) if is_right else (),
        "days": _days(asked.period, is_right=is_right),
        "topics": list(words.topics.items()),
        "levels": list(words.levels.items()),
        "spans": _spans(),
        "counted_at": counted_at(),
    }
    return make_response(render_template("reports/report.html", **values), 200 if is_right else 422)


@bp.get("/<report>/csv")
def download(report: str) -> Response:
    """One table of a report as a file."""
    if report not in report_names():
        abort(404)
    asked, is_right = _asked()
    part = next((each for each in parts_of(report, asked, clock.now()) if each.slug == request.args.get("part")), None)
    if part is None or not is_right:
        abort(404)
    _note(f"{report}.{part.slug}", asked.period)
    return csv_response(f"{report}-{part.slug}.csv", csv_lines(part.head, _plain(part)))


@bp.get("/cases.csv")
def download_cases() -> Response:
    """Every question of a period as a file, written while it is sent."""
    asked, is_right = _asked()
    if not is_right:
        abort(404)
    _note("cases", asked.period)
    zone = COMPANY.here().zone
    first, end = bounds(asked.period.first, zone)[0], bounds(asked.period.last, zone)[1]
    pieces = csv_lines(_case_head(), (_case(row) for row in exported_cases(first, end)))
    return csv_response("cases.csv", stream_with_context(pieces))


def _asked() -> tuple[Asked, bool]:
    """What the address asks for; for a period that makes no sense the usual one, and False."""
    today = clock.today(COMPANY.here().zone)
    period = read_period(request.args.get("from", ""), request.args.get("to", ""), today)
    usual = period or read_period("", "", today) or Period(today, today)
    topic, level = (clean_text(request.args.get(name, ""))[:64] for name in ("topic", "level"))
    return Asked(usual, topic, level), period is not None


def _days(period: Period, *, is_right: bool) -> tuple[str, str]:
    """First and last day as the form shows them: as they were typed, where they make no period."""
    if is_right:
        return period.first.isoformat(), period.last.isoformat()
    first, last = (clean_text(request.args.get(name, ""))[:40] for name in ("from", "to"))
    return first, last


def _spans() -> list[tuple[str, str, str]]:
    """Periods to choose with one press: name, first and last day."""
    today = clock.today(COMPANY.here().zone)
    named = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")))
    spans = [(name, Period(today - timedelta(days=days - 1), today)) for days, name in named]
    return [
        (name, span.first.isoformat(), span.last.isoformat())
        for name, span in ((_("last month"), month_before(today)), *spans)
    ]


def _note(what: str, period: Period) -> None:
    """Who takes data out of the house is written down (SR-29)."""
    with transaction():
        audit(
            "report.exported",
            at=clock.now(),
            user_id=staff().id,
            actor_id=staff().id,
            network=network(),
            what=what,
            first=period.first.isoformat(),
            last=period.last.isoformat(),
        )


def _plain(part: Part) -> Iterator[list[Any]]:
    return ([cell.plain for cell in row] for row in part.rows)


def _case_head() -> list[str]:
    return [
        _("Number"),
        _("Subject"),
        _("Topic"),
        _("Service level"),
        _("Language"),
        _("Way"),
        _("State"),
        _("Asked"),
        _("First answer"),
        _("Closed"),
        _("Closed by"),
        _("Promises missed"),
        _("Judgement"),
        _("Responsible"),
    ]


def _case(row: Any) -> list[Any]:
    moments = [local_time(each) if each else None for each in (row.created_at, row.first_answered_at, row.closed_at)]
    about = [row.number, row.subject, row.topic, row.level, row.language, row.source, row.status]
    return [*about, *moments, row.closed_by, row.missed, row.face, row.assignee]
