"""Lists of articles, and what readers said about one."""

from typing import Any

from flask import Response, abort, make_response, render_template, request

from portal.accounts.forms import PressForm
from portal.desk.routes.blueprint import asked_cleanly
from portal.desk.words import flag_word
from portal.editing.access import document, is_writable, marks_of_articles
from portal.editing.queries.articles import rows_of
from portal.editing.queries.standing import flags_of, flags_of_gone, reasons_of, remarks_of, standings, steps_of_readers
from portal.editing.routes.blueprint import bp, today
from portal.editing.rules import Show, Standing
from portal.editing.words import show_hint, show_word, when
from portal.faq.origins import ORIGIN_COUNTS
from portal.faq.queries import library
from portal.faq.rules import review_due_on
from portal.faq.steps import steps_of
from portal.foundation.company import LANGUAGES
from portal.foundation.security import clean_text

_MOST_ROWS = 200
_LONGEST = 100


@bp.get("/")
@asked_cleanly
def index() -> Response:
    """The articles of a list, worst first."""
    wanted = request.args.get("show", Show.WORST.value)
    show = Show(wanted) if wanted in list(Show) else abort(404)
    language = request.args.get("language", "")
    text = clean_text(request.args.get("text", "")).strip()[:_LONGEST]
    rows = rows_of(show, today(), language=language if language in library().languages else "", text=text)
    values: dict[str, Any] = {
        "rows": rows[:_MOST_ROWS],
        "total": len(rows),
        "show": show,
        "title": show_word(show),
        "hint": show_hint(show),
        "language": language,
        "text": text,
        "languages": {code: LANGUAGES[code] for code in library().languages},
        "is_writable": is_writable(),
        "gone_flags": len(flags_of_gone(marks_of_articles())) if show is Show.WORST else 0,
    }
    return make_response(render_template("editing/index.html", **values))


@bp.get("/<mark>/feedback")
def feedback(mark: str) -> Response:
    """Votes, reasons and remarks, the steps at which readers are stuck, and how many questions hang on an article."""
    found = document(mark)
    article = found.article or abort(404)
    key = (article.number, article.language)
    stuck = steps_of_readers(*key, today())
    values: dict[str, Any] = {
        "doc": found,
        "article": article,
        "standing": standings(today(), number=article.number).get(key, Standing()),
        "reasons": sorted(reasons_of(*key).items(), key=lambda pair: -pair[1]),
        "remarks": remarks_of(*key),
        "flags": flags_of(*key),
        "flag_word": flag_word,
        "press": PressForm(formdata=None),
        "steps": [(step, *stuck.get(step.number, (0, 0))) for step in steps_of(article.body)],
        "most_stuck": max((count for count, _ in stuck.values()), default=0),
        "came_from": ORIGIN_COUNTS.here().of(article.number),
        "review_due": review_due_on(article),
        "when": when,
    }
    return make_response(render_template("editing/feedback.html", **values))
