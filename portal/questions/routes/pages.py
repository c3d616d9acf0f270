"""A question's page, put together: for a visit, for a form that comes back, and for news."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request, url_for
from markupsafe import Markup
from wtforms import Field

from portal.attachments.actions import Received
from portal.attachments.showing import ShownFile
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed, printed, printed_rows
from portal.foundation.web.sessions import form_token
from portal.keys.rules import looks_like_stamp, new_stamp
from portal.numbers.format import Mistyped, read_number
from portal.questions.access import OpenQuestion, find_question, open_question
from portal.questions.actions.fairness import is_settled, wish_turn
from portal.questions.forms.fairness import WishForm
from portal.questions.forms.thread import ObjectionForm, RatingForm, ReplyForm
from portal.questions.models import FairnessRound, Rating, SheetEntry
from portal.questions.past import had_missed, rating_then, rounds_then, sheet_then
from portal.questions.queries import ended_promises, fairness_of, number_of, reply_draft, sheet_of
from portal.questions.routes.places import place_of
from portal.questions.routes.uploads import uploads_field
from portal.questions.rules import CustomerState, Face, SheetLine, can_rate, can_reply
from portal.questions.thanks import THANKS_FILE
from portal.questions.thread import (
    MessageView,
    Thread,
    answer_text,
    customer_text,
    headline_of,
    moment,
    state_word,
    thread_of,
)
from portal.questions.thread.articles import articles_of
from portal.questions.thread.headline import has_older_dates
from portal.questions.thread.mailed import mailed_part
from portal.questions.thread.words import face_word, money, sheet_label
from portal.questions.topics import TOPICS_FILE


@dataclass(frozen=True)
class SheetLineView:
    """A written line of the case sheet."""

    name: str
    label: str
    entry: SheetEntry


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form that comes back: the sentence, the field it belongs to, and the status.

    `others` are further faults of the same form, each as its place and its sentence.
    """

    sentence: str
    field: str = ""
    status: int = 422
    others: tuple[tuple[str, str], ...] = ()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong, as place and sentence."""
        return [(self.field, self.sentence), *self.others]


@dataclass(frozen=True)
class Typed:
    """What stands in a form: nothing, what was sent and refused, or what was kept."""

    text: str = ""
    choice: str = ""
    errors: Sequence[str] = ()
    choice_errors: Sequence[str] = ()


@dataclass
class Forms:
    """The forms of a page; those that come back are filled, `problem` says why."""

    reply: ReplyForm | None = None
    rating: RatingForm | None = None
    objection: ObjectionForm | None = None
    uploads: Received | None = None
    problem: Problem | None = None
    wish: WishForm | None = None


def question_page(opened: OpenQuestion, forms: Forms | None = None, **thread: int | None) -> Response:
    """The whole page; with a problem it has that one's status."""
    forms = forms or Forms()
    parts = _parts(opened, clock.now(), **thread)
    context = {**parts, **_form_parts(opened, forms), **_fairness_parts(opened, parts, forms)}
    context["ending"] = _ending(context, is_back=forms.rating is not None)
    response = make_response(render_template("questions/show.html", **context))
    response.status_code = forms.problem.status if forms.problem else 200
    return response


def news(opened: OpenQuestion) -> Response:
    """The parts of the page that change by themselves, as a fragment."""
    parts = _parts(opened, clock.now())
    parts["ending"] = _ending(parts)
    response = make_response(render_template("questions/_news.html", **parts))
    response.set_etag(tag_of(opened, clock.now()))
    return response


def tag_of(opened: OpenQuestion, now: datetime) -> str:
    """What a browser shows again to ask whether the page is still the same; needs no further statement."""
    return headline_of(opened, (), now).tag(opened.question.version)


def problem_of(form: PersonForm) -> Problem:
    """What is wrong with a form that was found wrong."""
    (place, sentence), *others = form.faults()
    return Problem(sentence, place, form.refused_status, tuple(others))


def open_or_lost(number: str, *, choice: str = "", **typed: str) -> OpenQuestion | Response:
    """The question to write to, or the page that keeps the text of somebody who is no longer signed in.

    `choice` is the name of a field in which something was chosen.
    The page is the same for questions of others and for numbers that nobody has.
    """
    try:
        is_number, opened = read_number(number) is not None, find_question(number)
    except Mistyped:
        is_number, opened = True, None
    if not is_number:
        abort(404)
    if opened is not None:
        return opened
    context = {
        "typed": typed,
        "choice": (choice, request.form.get(choice, "")[:40]) if choice else (),
        "uploads": request.form.getlist("uploads")[:10],
        "stamp": stamp_of_request(),
        "again_url": request.path,
        "number": number,
        "here": url_for("questions.show", number=number),
    }
    return make_response(render_template("questions/lost.html", **context), 403)


def refused(number: str, error: PortalError, forms: Forms, *, field: str = "") -> Response:
    """The page as it is now, with the form as it was sent and what was wrong with it."""
    # The transaction was rolled back: what was read before it is no longer true.
    forms.problem = Problem(str(error), field, error.status)
    return question_page(open_question(number), forms)


def stamp_of_request() -> str:
    """The stamp of the sent form; a new one for a form that has none."""
    sent = request.form.get("stamp", "")
    return sent if looks_like_stamp(sent) else new_stamp()


def _parts(opened: OpenQuestion, now: datetime, **thread: int | None) -> dict[str, Any]:
    """What both the page and its news show."""
    question = opened.question
    page_url = place_of(question.number)
    headline = headline_of(opened, ended_promises(question.id) if has_older_dates(opened) else (), now)
    sheet = _sheet(opened)
    lines = [SheetLineView(line.value, sheet_label(line), sheet[line.value]) for line in SheetLine if line in sheet]
    is_over = can_rate(question.status, question.closed_by, is_answered=question.first_answered_at is not None)
    rating = _rating(opened) if is_over else None
    thread_shown = thread_of(question, now, **thread)
    return {
        "question": question,
        "headline": headline,
        "merged_into": number_of(question.merged_into_id, question.customer_id) if question.merged_into_id else None,
        "state": state_word(headline.state),
        "tag": headline.tag(question.version),
        "thread": thread_shown,
        "messages": _messages(thread_shown, page_url),
        "articles": articles_of(question, thread_shown.messages),
        "sheet": lines,
        "can_reply": can_reply(question.status, question.reopen_until, now),
        "can_rate": is_over,
        "takes_thanks": question.solved_at is not None and bool(THANKS_FILE.here().value.thanks),
        "rating": rating,
        "token": form_token(),
        "judged": Typed(rating.sentence, rating.face) if rating else Typed(),
        "objection": Typed(),
        "problem": None,
        "page_url": page_url,
        "next_url": f"{page_url.rpartition('/')[0]}/new?after={question.number}",
    }


def _form_parts(opened: OpenQuestion, forms: Forms) -> dict[str, Any]:
    """What only the page shows: the reply, who may confirm, and forms that come back."""
    question, language = opened.question, current_language()
    topics = TOPICS_FILE.here().topics
    topic = topics.get(question.topic)
    parts: dict[str, Any] = {
        "reply": _reply(opened, forms),
        "stamp": _stamp(forms),
        "uploads": _uploads(forms.uploads),
        "can_confirm": opened.is_proven and question.confirmed_at is None,
        "is_guest": not opened.is_signed_in,
        "draft_form": f"reply:{question.id}",
        "topic_name": topics.name(question.topic, language),
        "facts": list(topic.fact_lines(question.facts, language)) if topic else [],
        "was_sent": "sent" in request.args,
        "problem": forms.problem,
        "previous": number_of(question.previous_id, question.customer_id) if question.previous_id else None,
    }
    if forms.rating:
        face, sentence = forms.rating.face, forms.rating.sentence
        parts["judged"] = Typed(sentence.data or "", face.data or "", _errors(sentence), _errors(face))
    if forms.objection:
        line, remark = forms.objection.line, forms.objection.remark
        parts["objection"] = Typed(remark.data or "", line.data or "", _errors(remark), _errors(line))
    return parts


def _fairness_parts(opened: OpenQuestion, parts: dict[str, Any], forms: Forms) -> dict[str, Any]:
    """What the customer found fair, and whether there is something to say now."""
    question = opened.question
    rounds, has_missed = _rounds(question.id) if opened.has_fairness else ([], False)
    has_reason = has_missed or (parts["rating"] is not None and parts["rating"].face == Face.BAD)
    last = rounds[-1] if rounds else None
    wish_now = wish_turn(question, rounds, has_reason=has_reason, now=clock.now())
    return {
        "rounds": rounds,
        "wish_turn": wish_now,
        "can_agree": last is not None and last.answered_at is not None and not is_settled(last),
        "wish_form": forms.wish or (WishForm(formdata=None) if wish_now else None),
        "money": money,
    }


def _messages(thread: Thread, page_url: str) -> Printed:
    """The conversation: each message looks like many others but for what somebody wrote."""
    token = form_token()
    rows = ((_shape(each), {**_gaps(each), "page_url": page_url, "token": token}) for each in thread.messages)
    return printed_rows("questions/_message.html", rows)


def _shape(message: MessageView) -> dict[str, Hashable]:
    """What the template of a message decides by."""
    return {
        "is_own": message.is_own,
        "has_role": bool(message.author_role),
        "channel": message.channel,
        "is_withdrawn": message.is_withdrawn,
        "can_withdraw": message.can_withdraw,
        "is_kept_solved": message.is_kept_solved,
        "can_reopen": message.can_reopen,
    }


def _gaps(message: MessageView) -> dict[str, object]:
    """What it shows."""
    return {
        "id": str(message.id),
        "author": message.author_name,
        "role": message.author_role,
        "sent_at": message.sent_at.isoformat(timespec="seconds"),
        "sent": moment(message.sent_at),
        "body": customer_text(message.body) if message.is_own else answer_text(message.body),
        "files": _below(message) if message.attachments or message.mailed else "",
    }


def _below(message: MessageView) -> Markup:
    """Its files, and that it came by mail."""
    return Markup(_files(message.attachments)) + mailed_part(message.mailed)  # noqa: S704  (both printed by templates)


def _files(files: Sequence[ShownFile]) -> str:
    return _component("attachment_list")(files) if files else ""


def _ending(context: Mapping[str, Any], *, is_back: bool = False) -> Printed | Markup:
    """What ends a question, printed with everything in it where a form comes back."""
    headline, rating, judged = context["headline"], context["rating"], context["judged"]
    shape: dict[str, Hashable] = {
        "is_over": headline.state in (CustomerState.SOLVED, CustomerState.CLOSED),
        "can_rate": context["can_rate"],
        "has_rating": rating is not None,
        "has_sentence": rating is not None and bool(rating.sentence),
        "is_back": is_back,
        "choice": judged.choice,
    }
    gaps = {
        "page_url": context["page_url"],
        "token": context["token"],
        "word": face_word(Face(rating.face)) if rating else "",
        "said": rating.sentence if rating else "",
        "typed": judged.text,
    }
    if is_back or judged.errors:
        wrong = {"errors": judged.errors, "choice_errors": judged.choice_errors}
        return render_fragment("questions/_ending.html", **shape, **gaps, **wrong, faces=_faces)
    return printed("questions/_ending.html", shape, gaps, errors=(), choice_errors=(), faces=_faces)


def _faces() -> list[tuple[str, str]]:
    """The three judgements with their words."""
    return [(each.value, face_word(each)) for each in Face]


def _sheet(opened: OpenQuestion) -> dict[str, SheetEntry]:
    sheet, past = sheet_of(opened.question.id) if opened.has_sheet else {}, clock.past()
    return sheet_then(sheet, past) if past else sheet


def _rating(opened: OpenQuestion) -> Rating | None:
    past = clock.past()
    return rating_then(opened.rating, opened.question.id, past) if past else opened.rating


def _rounds(question_id: int) -> tuple[list[FairnessRound], bool]:
    (rounds, has_missed), past = fairness_of(question_id), clock.past()
    return (rounds_then(rounds, past), had_missed(question_id, past)) if past else (rounds, has_missed)


def _reply(opened: OpenQuestion, forms: Forms) -> Typed:
    """What stands in the reply: the text that comes back, else what somebody who is signed in has typed before."""
    if forms.reply is not None:
        wrong = [forms.problem.sentence] if forms.problem and forms.problem.field == "body" else ()
        return Typed(forms.reply.body.data or "", errors=_errors(forms.reply.body) or wrong)
    has_draft = opened.is_signed_in and opened.actor.id is not None
    return Typed(reply_draft(opened.actor.id or 0, opened.question.id) if has_draft else "")


def _errors(field: Field) -> list[str]:
    return [str(each) for each in field.errors]


def _stamp(forms: Forms) -> str:
    """The stamp that came, so that the same text is one message; a new one where that one was used up."""
    is_used = forms.reply is None or (forms.problem is not None and forms.problem.status == 409)
    return new_stamp() if is_used or forms.reply is None else str(forms.reply.stamp.data)


def _uploads(received: Received | None) -> Printed | Markup:
    """The files of the reply; without any they look the same on every page of a language and are printed once."""
    field = uploads_field(received)
    if field.held or field.refused:
        return render_fragment("questions/_files.html", field=field)
    return printed("questions/_files.html", {}, {}, field=field)


def _component(name: str) -> Callable[[Any], str]:
    """A piece of the templates of files."""
    found: Callable[[Any], str] = getattr(current_app.jinja_env.get_template("components/uploads.html").module, name)
    return found
