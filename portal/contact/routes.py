"""The contact page, on which what the reader was looking at comes along, and the wish to be called back."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from portal.contact.callbacks import ask_for_call, offered_slots, slots_by_day
from portal.contact.forms import CallbackForm
from portal.contact.rules import Slot
from portal.contact.waiting import USUAL_WAIT
from portal.customers.access import current_customer
from portal.faq.queries import edition
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.i18n import offered
from portal.foundation.limits import limiter
from portal.foundation.rendering.finished_pages import finished_page
from portal.foundation.rendering.pages import describe_page
from portal.foundation.security import clean_text, read_id
from portal.keys.actions import StampUsed
from portal.keys.rules import new_stamp
from portal.questions.actions.asking import Asked
from portal.questions.actions.asking_people import asker
from portal.questions.guests import keep_key

bp = Blueprint("contact", __name__, url_prefix="/<language:language>")

WORDS_LIMIT = 200
HONEYPOT = "website"


@bp.get("/contact")
def show() -> Response:
    """Every way to reach a person, with `about` (an article's number) or `words` (a search) taken along."""
    number = read_id(request.args.get("about", ""))
    about = edition().by_number(number) if number else None
    words = clean_text(request.args.get("words", "")).strip()[:WORDS_LIMIT] or None
    taken_along: dict[str, Any] = {"about": about.number if about else None, "words": words}
    describe_page(
        alternates={language: url_for(".show", language=language) for language in offered()},
        addresses={language: url_for(".show", language=language, **taken_along) for language in offered()},
    )
    context = {
        "about": about,
        "words": words,
        "asking_url": url_for("questions.new", **taken_along),
        "usual_wait": USUAL_WAIT.here().sentence,
    }
    return finished_page(make_response(render_template("contact/show.html", **context)))


@bp.get("/contact/callback")
def show_callback() -> Response:
    """The form for a call; 404 where the company offers none."""
    return _form_page(*_form())


@bp.post("/contact/callback")
def ask_callback() -> AnyResponse:
    """Ask for a call: a number and a promise like every question. In every other case the form comes back filled in."""
    require_complete()
    form, slots = _form()
    if not form.validate():
        return _form_page(form, slots, form.refused_status)
    slot = next(each for each in slots if each.name == form.slot.data)
    try:
        return _to_receipt(_send(form, slot))
    except StampUsed as error:
        form.stamp.data = new_stamp()
        return _form_page(form, slots, error.status, remark=str(error))
    except TooManyRequests:
        remark = _("These were many questions in a short time. Your text is still here; please send it again later.")
        return _form_page(form, slots, 429, remark=remark)


@limiter.limit("5/10 minutes;20/hour")
def _send(form: CallbackForm, slot: Slot) -> Asked:
    who = asker(form.typed("name"), form.typed("email"))
    given = (form.typed("phone"), form.typed("about"), who)
    is_trapped = bool(request.form.get(HONEYPOT))
    return ask_for_call(slot, *given, stamp=form.typed("stamp"), trapped=is_trapped, now=clock.now())


def _to_receipt(asked: Asked) -> AnyResponse:
    answer = make_response(redirect(url_for("questions.receipt", number=asked.number, key=asked.key or None), 303))
    return keep_key(answer, asked.key) if asked.key else answer


def _form() -> tuple[CallbackForm, tuple[Slot, ...]]:
    slots = offered_slots(clock.now())
    if not slots:
        abort(404)
    form = CallbackForm()
    if current_customer() is not None:
        form.for_somebody()
    form.slot.choices = [(each.name, each.name) for each in slots]
    if not 16 <= len(form.typed("stamp")) <= 64:
        form.stamp.data = new_stamp()
    return form, slots


def _form_page(form: CallbackForm, slots: tuple[Slot, ...], status: int = 200, *, remark: str = "") -> Response:
    describe_page(alternates={language: url_for(".show_callback", language=language) for language in offered()})
    context = {
        "form": form,
        "days": slots_by_day(slots),
        "faults": form.faults(),
        "remark": remark,
        "honeypot": HONEYPOT,
    }
    return make_response(render_template("contact/callback.html", **context), status)
