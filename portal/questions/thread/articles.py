"""Help articles of a question: the one that was read before it was asked, and those that our answers name."""

import re
from collections.abc import Iterable, Sequence

from flask import url_for

from portal.foundation.config import CONFIG
from portal.questions.models import Question
from portal.questions.offers import Answer, answers_by_number
from portal.questions.thread.messages import MessageView

_NUMBER = re.compile(r"(\d{1,9})\b")
_MOST = 20


def articles_of(question: Question, messages: Iterable[MessageView]) -> Sequence[Answer]:
    """The public ones in the reader's language, at the address that each has now, in the order in which they came.

    What was put into an answer stands in its text, so that no table is asked.
    """
    read_before = [question.article_number] if question.article_number else []
    answers = [each.body for each in messages if not each.is_own and "/faq/" in each.body]
    numbers = dict.fromkeys([*read_before, *(number for body in answers for number in numbers_in(body))])
    return answers_by_number(list(numbers)[:_MOST])


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers of the articles whose short address stands in the text."""
    before = article_address(0)[:-1]
    numbers = (match[1] for part in text.split(before)[1:] if (match := _NUMBER.match(part)))
    return tuple(dict.fromkeys(int(each) for each in numbers))[:_MOST]


def article_address(number: int) -> str:
    """The address of an article that stays, wherever it is moved to."""
    site = CONFIG.here().url
    return site + url_for("faq_short.show_number", number=number)
