"""The blueprint of editors: in the frame of the desk, in the language of whoever is signed in, kept by no browser."""

from datetime import date
from typing import Any

from flask import Blueprint, request

from portal.accounts.access import actor_of
from portal.desk.routes.blueprint import furnish, staff
from portal.editing.queries.versions import count_proposals
from portal.editing.rules import Show
from portal.editing.words import kind_word, reason_word, show_word, status_word
from portal.faq.queries import library
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.journal.rules import Actor

bp = Blueprint("editing", __name__, url_prefix="/desk/articles")
furnish(bp)


@bp.context_processor
def words() -> dict[str, Any]:
    """The words of editors and the lists at the side."""
    said = {"kind_word": kind_word, "reason_word": reason_word, "status_word": status_word, "show_word": show_word}
    here = request.args.get("show", Show.WORST.value) if request.endpoint == "editing.index" else ""
    return {
        "shows": list(Show),
        "here": here,
        "count_proposals": count_proposals,
        "content_languages": library().languages,
        **said,
    }


def editor() -> Actor:
    """Who edits, as the history names them."""
    return actor_of(staff())


def today() -> date:
    """The date at the company."""
    return clock.today(COMPANY.here().zone)
