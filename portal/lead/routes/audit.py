"""The audit log: who did what, by kind, person and day, page by page."""

from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from portal.desk.routes.blueprint import asked_cleanly
from portal.foundation.addresses import is_address, normalised
from portal.foundation.company import COMPANY
from portal.foundation.rendering.paging import asked_place, ways
from portal.foundation.security import clean_text
from portal.journal.models import AuditEntry
from portal.lead.queries import AuditFilter, audit_entries, audit_verbs, names_of
from portal.lead.routes.blueprint import bp
from portal.lead.rules import bounds
from portal.lead.words import audit_details, audit_word


@bp.get("/audit")
@asked_cleanly
def audit() -> Response:
    """The newest entries that are wanted."""
    typed = {name: clean_text(request.args.get(name, "")).strip()[:254] for name in ("verb", "address", "from", "to")}
    wanted = AuditFilter(
        verb=typed["verb"][:48],
        address=_address(typed["address"]),
        first=_moment(typed["from"], 0),
        end=_moment(typed["to"], 1),
    )
    page = audit_entries(wanted, asked_place())
    asked: dict[str, Any] = {name: value or None for name, value in typed.items()}
    names = names_of(list({each for row in page.rows for each in (row.user_id, row.actor_id) if each is not None}))
    values: dict[str, Any] = {
        "lines": [_line(row, names) for row in page.rows],
        "verbs": sorted(((verb, audit_word(verb)) for verb in audit_verbs()), key=lambda named: named[1].casefold()),
        "typed": typed,
        "ways": ways(page, partial(url_for, ".audit", **asked)),
    }
    return make_response(render_template("lead/audit.html", **values))


def _line(row: AuditEntry, names: dict[int, str]) -> dict[str, Any]:
    about = names.get(row.user_id or 0, "")
    by = names.get(row.actor_id or 0, "") if row.actor_id != row.user_id else ""
    return {"row": row, "said": audit_word(row.verb), "about": about, "by": by, "details": audit_details(row.details)}


def _address(typed: str) -> str:
    return normalised(typed) if is_address(typed) else typed


def _moment(typed: str, at: int) -> datetime | None:
    try:
        return bounds(date.fromisoformat(typed), COMPANY.here().zone)[at]
    except (ValueError, OverflowError):
        return None
