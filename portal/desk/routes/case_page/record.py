"""Who asks, and every promise so far: the parts of the case page that only show, printed once for each shape."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.contracts.queries import contracts_of
from portal.desk.access import Case
from portal.desk.queries.books import booked_of
from portal.desk.queries.case import EARLIER_LIMIT, LinkView
from portal.desk.queries.same_person import other_records, questions_elsewhere
from portal.desk.routes.case_page.books import books_part, origins
from portal.desk.routes.case_page.visit import Part
from portal.desk.words import language_word, spoken, state_of
from portal.foundation.i18n import current_language, local_date
from portal.foundation.rendering.printed import Row, printed, printed_rows
from portal.questions.models import PromiseEntry, Question
from portal.questions.offers import answers_by_number
from portal.questions.rules import Face
from portal.questions.thread.words import face_word
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.promises import Outcome

_FACT, _PERSON = {"kind": "fact"}, {"kind": "person"}
# What a question may say of itself.
_OF_QUESTION = ("needed_by", "article_number", "article_step", "searched_words")


def record_part(case: Case, of_customer: Sequence[Any], links: Sequence[LinkView]) -> Part:
    """What is known of the customer already: nobody is asked twice.

    `of_customer` are their newest questions with what they thought of them, this one among them.
    """
    question, customer = case.question, case.customer
    face, sentence = next((_judged(row) for row in of_customer if row.id == question.id), ("", ""))
    earlier = [row for row in of_customer if row.id != question.id][:EARLIER_LIMIT]
    records = other_records(customer.id) if case.has.same_person else ()
    contracts = contracts_of(customer.id) if case.has.contracts else ()
    booked = booked_of(customer.id) if case.has.books else None
    shape = {
        "is_confirmed": question.confirmed_at is not None,
        "language": question.language,
        "is_guest": customer.is_guest,
        "has_wishes": bool(customer.contact_wishes),
        "face": face,
        "has_sentence": bool(sentence),
        "has_earlier": bool(earlier),
        "has_records": bool(records),
        "has_links": bool(links),
        **{f"has_{name}": bool(getattr(question, name)) for name in _OF_QUESTION},
    }
    facts = {each.field: each for each in booked.facts} if booked else {}
    gaps = {
        "number": question.number,
        "customer_id": str(customer.id),
        "name": customer.name,
        "email": customer.email,
        "language_word": language_word(question.language),
        "wishes": customer.contact_wishes,
        "sentence": sentence,
        "books": books_part(customer, contracts, booked),
        **{f"{name}_said": said for name, said in origins(customer, facts).items()},
        **_said(question),
        "facts": _listed([(_FACT, {"label": label, "value": value}) for label, value in _facts(question)]),
        "links": _listed([({"kind": f"link {each.kind}"}, _case_link(each)) for each in links]),
        "earlier": _listed([_earlier(row, _judged(row)[0]) for row in earlier]),
        "records": _listed([(_PERSON, {"id": each.id, "name": each.name, "email": each.email}) for each in records]),
        "elsewhere": _listed([_earlier(row) for row in questions_elsewhere(customer.id)] if records else []),
    }
    return printed("desk/_record.html", shape, gaps)


def _facts(question: Question) -> Iterable[tuple[str, str]]:
    """What the form of the topic asked for, with its label; of a topic that has left the file as it was kept."""
    topic = TOPICS_FILE.here().topics.get(question.topic)
    return topic.fact_lines(question.facts, current_language()) if topic else question.facts.items()


def _said(question: Question) -> dict[str, str]:
    number = question.article_number
    article = next(iter(answers_by_number([number], question.language)), None) if number else None
    return {
        "needed_by": local_date(question.needed_by) if question.needed_by else "",
        "article_url": url_for("faq_short.show_number", number=number) if number else "",
        "article_number": article.title if article else str(number or ""),
        "article_step": str(question.article_step or ""),
        "searched_words": question.searched_words,
    }


def _listed(rows: Sequence[Row]) -> Part:
    return printed_rows("desk/_record_line.html", rows) if rows else ""


def _judged(row: Any) -> tuple[str, str]:
    """What the customer thought of a question: the word for it, and their sentence."""
    return (face_word(Face(row.face)), row.sentence) if row.face else ("", "")


def _earlier(row: Any, face: str = "") -> Row:
    return {"kind": "earlier", "face": face}, {"state": state_of(row)[1], **_case_link(row)}


def _case_link(row: Any) -> dict[str, object]:
    return {"number": row.number, "subject": row.subject}


def ledger_part(promises: Sequence[PromiseEntry], moment: Callable[[datetime], str]) -> Part:
    """Every date that was promised, and what became of it, as lines; they come newest first."""
    rows = [(_kept(each), {"when": moment(each.due_at), "reason": each.reason}) for each in reversed(promises)]
    return printed_rows("desk/_ledger_line.html", rows) if rows else ""


def _kept(promise: PromiseEntry) -> dict[str, Hashable]:
    outcome = Outcome(promise.outcome)
    is_missed = outcome is Outcome.MISSED
    return {"is_missed": is_missed, "word": _outcome_word(outcome), "has_reason": bool(promise.reason)}


@spoken
def _outcome_word(outcome: Outcome) -> str:
    return {
        Outcome.KEPT: _("kept"),
        Outcome.MISSED: _("missed"),
        Outcome.MOVED: _("moved"),
        Outcome.REPLACED: _("replaced"),
        Outcome.DROPPED: _("no longer our turn"),
    }[outcome]
