"""Gaps: what customers searched and did not find, and how readers help themselves."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.editing.access import is_writable
from portal.editing.forms import GapForm, Press
from portal.editing.queries.synonyms import suggested_pairs
from portal.editing.routes.blueprint import bp, editor, today
from portal.faq.gaps import WEEKS, open_gaps, reopen_gap, settle_gap, settled_gap, settled_gaps
from portal.faq.measures import searching
from portal.faq.models import SettledGap
from portal.faq.queries import library
from portal.foundation.company import LANGUAGES
from portal.foundation.database import transaction
from portal.foundation.forms import require_pressed
from portal.foundation.security import clean_text
from portal.questions.offers import offering

_MEASURED = timedelta(days=29)
# So many are listed, and so many are looked at for words that an article has answered.
_MOST_SHOWN, _MOST_PAIRED = 50, 200


@bp.get("/gaps")
def gaps() -> Response:
    """What is missing most, by language."""
    language, now = _shown(), today()
    since = now - _MEASURED
    found = open_gaps(now, language=language, most=_MOST_PAIRED)
    values: dict[str, Any] = {
        "gaps": found[:_MOST_SHOWN],
        "settled": settled_gaps(),
        "just_settled": _just_settled(),
        "is_open_again": any(f"{each.language}|{each.stems}" == request.args.get("again") for each in found),
        "language": language,
        "languages": {code: LANGUAGES[code] for code in library().languages},
        "searching": searching(since, now, language=language),
        "offering": offering(since, now, language=language),
        "pairs": suggested_pairs(now, found),
        "weeks": WEEKS,
        "press": Press(formdata=None),
        "is_writable": is_writable(),
    }
    return make_response(render_template("editing/gaps.html", **values))


@bp.post("/gaps")
def settle() -> AnyResponse:
    """A gap is settled, or with `again` it is open after all."""
    require_pressed(form := GapForm())
    language, stems = str(form.language.data or ""), str(form.stems.data or "")
    if language not in library().languages or not stems or len(stems) > 200:
        abort(400)
    if request.form.get("do") == "again":
        reopen_gap(language, stems)
        done = "again"
    else:
        with transaction():
            settle_gap(language, stems, by=editor().name, today=today())
        done = "settled"
    dealt_with: dict[str, Any] = {done: f"{language}|{stems}"}
    return redirect(url_for(".gaps", language=language if _shown() else None, **dealt_with), 303)


def _shown() -> str:
    """The language whose gaps are shown; "" for all."""
    language = request.args.get("language", "")
    return language if language in ("", *library().languages) else abort(404)


def _just_settled() -> SettledGap | None:
    """The gap that the address names as just dealt with, while it is settled."""
    language, _bar, stems = clean_text(request.args.get("settled", "")).partition("|")
    return settled_gap(language, stems) if stems else None
