"""The contact page; what the reader was looking at comes along."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from portal.faq.queries import edition
from portal.foundation.finished_pages import finished_page
from portal.foundation.i18n import offered
from portal.foundation.pages import describe_page
from portal.foundation.security import clean_text

bp = Blueprint("contact", __name__, url_prefix="/<language:language>")

WORDS_LIMIT = 200


@bp.get("/contact")
def show() -> Response:
    """Every way to reach a person, with `about` (an article's number) or `words` (a search) taken along."""
    number = request.args.get("about", "")
    about = edition().by_number(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    words = clean_text(request.args.get("words", "")).strip()[:WORDS_LIMIT] or None
    taken_along: dict[str, Any] = {"about": about.number if about else None, "words": words}
    describe_page(
        alternates={language: url_for(".show", language=language) for language in offered()},
        addresses={language: url_for(".show", language=language, **taken_along) for language in offered()},
    )
    context = {"about": about, "words": words, "asking_url": url_for("questions.new", **taken_along)}
    return finished_page(make_response(render_template("contact/show.html", **context)))
