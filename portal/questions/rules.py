"""States of a question, and who may do what when, as plain values; the time is an argument."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

# For so long somebody may take back what they just sent.
WITHDRAWAL_TIME = timedelta(minutes=5)
# Questions and lists are shown in pieces of this size; the rest is a link away.
THREAD_SIZE = 50
LIST_SIZE = 25
# After so many rounds about what would be fair, a named person has decided (PRODUCT.md).
MOST_ROUNDS = 2
# A longer text says more than thanks.
MOST_WORDS_OF_THANKS = 12
# Umlauts may be written out; the shape and the skin of an emoji make no difference.
_AS_COMPARED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "’": "'", "\ufe0f": None})
_AS_COMPARED |= dict.fromkeys(range(0x1F3FB, 0x1F400))
# Words, and every sign that is no plain punctuation: a question mark, a digit or a bracket is a word of its own.
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[^\s.,;:!'\"„“”‚‘»«–—-]")


class Status(StrEnum):
    """Three states; what customers read is derived from them."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class ClosedBy(StrEnum):
    """Who or what closed a question."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SILENCE = "silence"
    MERGE = "merge"
    SPAM = "spam"


class CustomerState(StrEnum):
    """The five states in the customer's words."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    YOUR_TURN = "your_turn"
    SOLVED = "solved"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    STAFF = "staff"


class SheetLine(StrEnum):
    """The five lines of the case sheet, in their order."""

    ABOUT = "about"
    CHECKED = "checked"
    FOUND = "found"
    MISSING = "missing"
    NEXT = "next"


class Face(StrEnum):
    """The customer's judgement."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class FairAnswer(StrEnum):
    """What staff say to what the customer finds fair."""

    ACCEPTED = "accepted"
    COUNTERED = "countered"
    EXPLAINED = "explained"
    DECIDED = "decided"  # by a named person, after the second wish


def next_wish(turns: int, *, is_wished: bool, is_answered: bool, is_settled: bool, may_begin: bool) -> int | None:
    """Which round the customer may fill in now; None for none. `turns` counts the rounds there are.

    The first one needs a reason (`may_begin`) or staff who opened it, the second one an answer that did not settle it.
    """
    if turns == 0:
        return 1 if may_begin else None
    if not is_wished:
        return turns
    return turns + 1 if is_answered and not is_settled and turns < MOST_ROUNDS else None


def customer_state(status: str, *, is_in_work: bool, is_solved: bool) -> CustomerState:
    """The state in the customer's words; in work means that somebody answered or took it over."""
    if status == Status.OPEN:
        return CustomerState.IN_WORK if is_in_work else CustomerState.RECEIVED
    if status == Status.WAITING:
        return CustomerState.YOUR_TURN
    return CustomerState.SOLVED if is_solved else CustomerState.CLOSED


def is_begun(answered_at: datetime | None, assignee_id: int | None, begun_at: datetime | None) -> bool:
    """In work: somebody answered, took it over, moved its date or wrote on the case sheet."""
    return not (answered_at is None and assignee_id is None and begun_at is None)


def can_reopen(status: str, reopen_until: datetime | None, now: datetime) -> bool:
    """Closed, and the date up to which a reply reopens it has not passed."""
    return status == Status.CLOSED and reopen_until is not None and now <= reopen_until


def news_tag(version: int, language: str, due_at: datetime | None, *, is_late: bool, can_reopen: bool) -> str:
    """Changes whenever a question's page would show something else: with the version, or because time has passed."""
    due = int(due_at.timestamp()) if due_at else 0
    return f"{version}-{language}-{due}-{int(is_late)}{int(can_reopen)}"


def can_reply(status: str, reopen_until: datetime | None, now: datetime) -> bool:
    """A closed question takes replies as long as they reopen it."""
    return status != Status.CLOSED or can_reopen(status, reopen_until, now)


def can_rate(status: str, closed_by: str, *, is_answered: bool) -> bool:
    """Once it is over and somebody answered or the customer said that it is solved; spam and merged ones never."""
    is_over = status == Status.CLOSED and closed_by not in (ClosedBy.MERGE, ClosedBy.SPAM)
    return is_over and (is_answered or closed_by == ClosedBy.CUSTOMER)


def can_withdraw(author: str, sent_at: datetime, withdrawn_at: datetime | None, now: datetime) -> bool:
    """The customer's own message, for five minutes; once."""
    return author == Author.CUSTOMER and withdrawn_at is None and now <= sent_at + WITHDRAWAL_TIME


@dataclass(frozen=True)
class ThanksWords:
    """What thanks are made of, phrase by phrase as `words_of` gives them: what thanks, and what may stand beside it."""

    thanks: frozenset[tuple[str, ...]] = frozenset()
    beside: frozenset[tuple[str, ...]] = frozenset()


def words_of(text: str) -> tuple[str, ...]:
    """The words and signs of a text as they are compared: without capitals, umlauts and plain punctuation."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return tuple(_WORD.findall(plain.translate(_AS_COMPARED)))


def is_thanks(text: str, known: ThanksWords, names: Iterable[str]) -> bool:
    """Whether a text thanks and says nothing else: known phrases and names from the first word to the last.

    What is long, asks, holds a digit or any other word is none: it may want something.
    """
    words = words_of(text)
    if len(words) > MOST_WORDS_OF_THANKS or any(each == "?" or each.isnumeric() for each in words):
        return False
    called = {each for name in names for each in words_of(name)}
    # How far known phrases reach without a gap, and whether one of them thanked.
    reached = {(0, False)}
    for start, end in combinations(range(len(words) + 1), 2):
        part = words[start:end]
        thanked = part in known.thanks
        if thanked or part in known.beside or (len(part) == 1 and part[0] in called):
            reached |= {(end, has_thanked or thanked) for at, has_thanked in reached if at == start}
    return (len(words), True) in reached


def is_kept_solved(is_thanks: bool, sent_at: datetime, closed_at: datetime | None) -> bool:
    """Whether a question is still closed as it was when thanks came."""
    return is_thanks and closed_at is not None and sent_at > closed_at
