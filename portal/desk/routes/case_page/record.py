"""Who asks, and every promise so far: the parts of the case page that only show, printed once for each shape."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from portal.desk.access import Case
from portal.desk.routes.case_page.books import books_part, origins
from portal.desk.words import language_word
from portal.foundation.i18n import local_date
from portal.foundation.rendering.printed import Printed, printed, printed_rows
from portal.questions.models import Question
from portal.questions.offers import answers_by_number

_FACT, _PERSON = {"kind": "fact"}, {"kind": "person"}


def record_part(case: Case, given: Mapping[str, Any]) -> Printed:
    """What is known of the customer already: nobody is asked twice. `given` is what the page knows besides."""
    question, customer, (face, sentence) = case.question, case.customer, given["judgement"]
    shape = {
        "is_confirmed": question.confirmed_at is not None,
        "language": question.language,
        "is_guest": customer.is_guest,
        "has_wishes": bool(customer.contact_wishes),
        "face": face,
        "has_sentence": bool(sentence),
        "has_earlier": bool(given["earlier"]),
        "has_records": bool(given["records"]),
        "has_links": bool(given["marks"].links),
        **{f"has_{name}": bool(getattr(question, name)) for name in _OF_QUESTION},
    }
    facts = {each.field: each for each in given["booked"].facts} if given["booked"] else {}
    gaps = {
        "number": question.number,
        "customer_id": str(customer.id),
        "name": customer.name,
        "email": customer.email,
        "language_word": language_word(question.language),
        "wishes": customer.contact_wishes,
        "sentence": sentence,
        "books": books_part(customer, given["contracts"], given["booked"]),
        **{f"{name}_said": said for name, said in origins(customer, facts).items()},
        **_said(question),
        **_listed(given),
    }
    return printed("desk/_record.html", shape, gaps)


# What a question may say of itself.
_OF_QUESTION = ("needed_by", "article_number", "article_step", "searched_words")


def _said(question: Question) -> dict[str, object]:
    number = question.article_number
    article = next(iter(answers_by_number([number], question.language)), None) if number else None
    return {
        "needed_by": local_date(question.needed_by) if question.needed_by else "",
        "article_url": url_for("faq_short.show_number", number=number) if number else "",
        "article_number": article.title if article else str(number or ""),
        "article_step": str(question.article_step or ""),
        "searched_words": question.searched_words,
    }


def _listed(given: Mapping[str, Any]) -> dict[str, Printed | str]:
    facts = [(_FACT, {"label": label, "value": value}) for label, value in given["facts"]]
    links = [({"kind": f"link {each.kind}"}, _case_link(each)) for each in given["marks"].links]
    earlier = [
        ({"kind": "earlier", "face": face}, {"state": state[1], **_case_link(row)})
        for row, state, face, _sentence in given["earlier"]
    ]
    records = [(_PERSON, {"id": each.id, "name": each.name, "email": each.email}) for each in given["records"]]
    elsewhere = [
        ({"kind": "earlier", "face": ""}, {"state": state[1], **_case_link(row)}) for row, state in given["elsewhere"]
    ]
    parts = {"facts": facts, "earlier": earlier, "links": links}
    parts |= {"records": records, "elsewhere": elsewhere}
    return {name: printed_rows("desk/_record_line.html", rows) if rows else _NONE for name, rows in parts.items()}


def _case_link(row: Any) -> dict[str, object]:
    return {"number": row.number, "subject": row.subject}


def ledger_part(ledger: Iterable[Any], moment: Callable[[datetime], str]) -> Printed | str:
    """Every date that was promised, and what became of it, as lines."""
    rows = [
        (
            {"is_missed": entry.outcome == "missed", "word": word, "has_reason": bool(entry.reason)},
            {"when": moment(entry.due_at), "reason": entry.reason},
        )
        for entry, word in ledger
    ]
    return printed_rows("desk/_ledger_line.html", rows) if rows else _NONE


_NONE = ""
