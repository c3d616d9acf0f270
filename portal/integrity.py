"""Whether everything in the database and on disk fits together: the invariants that `flask check` proves.

Each check yields one sentence for each fault; no sentence names what a person typed.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import exists, func, inspect, select

from portal.attachments.checking import check_files
from portal.foundation.chores import Chore, ChoreRun
from portal.foundation.database import db, end_reading
from portal.inbox.queries import unread_since
from portal.journal.models import AuditEntry
from portal.keys.models import FormStamp
from portal.leaving.proving import waiting_faults, whole_faults
from portal.notifications.models import Notification
from portal.numbers.format import Mistyped, read_number
from portal.numbers.models import NumberCounter
from portal.operation.soundness import database_faults, is_of_index, rebuild_index
from portal.questions.models import Message, PromiseEntry, Question
from portal.questions.rules import Status

log = logging.getLogger(__name__)

LEASE, _UNREAD_FOR = timedelta(minutes=5), timedelta(hours=1)
_SHOWN = 20
_NIGHT = range(1, 5)  # hours, in UTC
_EVERY, _TOO_LONG = timedelta(hours=20), timedelta(days=3)
# Each night reads this share of the files, so that each is read once a month.
_NIGHTS = 30


class Unsound(Exception):
    """The nightly look found faults; they stand in the log."""


def check(now: datetime) -> Iterator[str]:
    """Every fault as a sentence, at that moment; none means that the invariants hold."""
    checks: tuple[Callable[[datetime], Iterator[str]], ...] = (
        _numbers_have_no_gaps,
        _every_question_is_whole,
        _every_promise_is_in_the_ledger,
        _files_are_as_they_came,
        _no_mail_is_stuck,
        _no_mail_waits_unread,
        whole_faults,
        waiting_faults,
        _the_database_is_sound,
    )
    for each in checks:
        yield from each(now)
        # A reader that stays keeps those who write waiting.
        end_reading()


def look_at_night(now: datetime) -> None:
    """Check in small pieces that keep no writer waiting, with a thirtieth of the files; Unsound when one is wrong.

    A line of the log for each of the first faults; `flask check` tells them all.
    """
    pieces: tuple[Callable[[datetime], Iterator[str]], ...] = (
        _numbers_have_no_gaps,
        _every_question_is_whole,
        _every_promise_is_in_the_ledger,
        partial(check_files, share=(now.toordinal() % _NIGHTS, _NIGHTS)),
        _no_mail_is_stuck,
        _no_mail_waits_unread,
        whole_faults,
        waiting_faults,
        _the_database_is_sound,
    )
    found = list(islice((fault for piece in pieces for fault in _read(piece, now)), _SHOWN))
    for fault in found:
        log.error("alarm: integrity: %s", fault)
    if any(map(is_of_index, found)):
        # A damaged one takes no new rows: nobody could ask.
        rebuild_index()
        log.warning("the full-text index was made anew")
    if found:
        raise Unsound(f"{len(found)} faults or more")


def is_night(now: datetime) -> bool:
    """Whether it is time for the nightly look: at night, or when several nights were missed."""
    done = db.session.scalar(select(ChoreRun.done_at).where(ChoreRun.name == "integrity"))
    return now.hour in _NIGHT or (done is not None and now - done > _TOO_LONG)


def _read(piece: Callable[[datetime], Iterator[str]], now: datetime) -> list[str]:
    """What one piece finds; afterwards nothing is held open that a writer would wait for."""
    try:
        return list(islice(piece(now), _SHOWN))
    finally:
        db.session.rollback()


def _numbers_have_no_gaps(_now: datetime) -> Iterator[str]:
    """I2: as many questions as the counter gave numbers, less those that were erased or passed over by a restore."""
    erased = Counter(str(details.get("number", ""))[:4] for details in _audited("question.erased"))
    skipped, restores = Counter[str](), _audited("data.restored")
    for details in restores:
        skipped.update(dict.fromkeys(details.get("numbers", ()), int(details["skipped"])))
    # The first ones did not write down which numbers they passed over.
    is_unsure = any("numbers" not in details for details in restores)
    for counter in db.session.scalars(select(NumberCounter).order_by(NumberCounter.letter, NumberCounter.year)):
        if counter.letter != _question_letter():
            continue
        prefix = f"{counter.letter}{counter.year:02d}-"
        amount = db.session.scalar(select(func.count()).where(Question.number.startswith(prefix))) or 0
        if amount + erased[prefix] + skipped[prefix] != counter.last and not is_unsure:
            known = f"{amount} questions are there, {erased[prefix]} were erased"
            known += f", {skipped[prefix]} were passed over by a restore" if skipped[prefix] else ""
            yield f"numbers {prefix}…: {counter.last} were given out, {known}"
    yield from _newest_numbers_ascend()


def _newest_numbers_ascend() -> Iterator[str]:
    later: dict[str, int] = {}
    for number in db.session.scalars(select(Question.number).order_by(Question.id.desc()).limit(1000)):
        if not _is_right(number):
            yield f"number {number}: the check digit is wrong"
            continue
        prefix, sequence = number[:4], int(number.split("-")[1])
        if sequence >= later.get(prefix, sequence + 1):
            yield f"number {number}: it was given out before a lower one"
        later[prefix] = sequence


def _audited(verb: str) -> list[dict[str, Any]]:
    return list(db.session.scalars(select(AuditEntry.details).where(AuditEntry.verb == verb)))


def _every_question_is_whole(_now: datetime) -> Iterator[str]:
    """I3: a message, one receipt to the customer, and the form that made it."""
    yield from _each(_without(Message.question_id == Question.id), "question {}: no message")
    # With its type, or no index serves: every mail would be read for every question.
    about = (Notification.subject_type == "question") & (Notification.subject_id == Question.id)
    receipt = about & (Notification.kind == "question_received")
    asked = _without(receipt).where(Question.source.in_(("web", "phone", "api")))
    yield from _each(asked, "question {}: no receipt in the outbox")
    unfinished = db.session.scalar(select(func.count()).where(FormStamp.result == "")) or 0
    if unfinished:
        yield f"{unfinished} forms were claimed and made nothing"


def _no_mail_waits_unread(now: datetime) -> Iterator[str]:
    """Whatever was taken from a mail server was looked into, and its bytes are there until then."""
    for mail_id in unread_since(now, _UNREAD_FOR):
        yield f"mail {mail_id} that came in: nobody has looked into it for more than an hour"


def _every_promise_is_in_the_ledger(_now: datetime) -> Iterator[str]:
    running = (
        exists()
        .where(PromiseEntry.question_id == Question.id, PromiseEntry.ended_at.is_(None))
        .where(PromiseEntry.due_at == Question.answer_due_at)
    )
    promised = select(Question.number).where(Question.answer_due_at.is_not(None))
    yield from _each(promised.where(~running), "question {}: its date stands in no open line of the ledger")
    waiting = select(Question.number).where(Question.status == Status.OPEN.value, Question.answer_due_at.is_(None))
    yield from _each(waiting, "question {}: it is our turn, but no date is promised")


def _files_are_as_they_came(now: datetime) -> Iterator[str]:
    """I4."""
    yield from check_files(now)


def _no_mail_is_stuck(now: datetime) -> Iterator[str]:
    """I5: nobody holds a mail longer than the lease, and no mail is neither waiting nor done."""
    stuck = select(Notification.id).where(
        Notification.claimed_at < now - LEASE, Notification.sent_at.is_(None), Notification.failed_at.is_(None)
    )
    yield from _each(stuck, "mail {}: held longer than five minutes")
    lost = select(Notification.id).where(
        Notification.sent_at.is_(None),
        Notification.failed_at.is_(None),
        Notification.held_at.is_(None),
        Notification.due_at.is_(None),
    )
    yield from _each(lost, "mail {}: not sent, and nobody will")


def _the_database_is_sound(_now: datetime) -> Iterator[str]:
    """I6."""
    yield from database_faults()
    missing = set(db.metadata.tables) - set(inspect(db.engine).get_table_names())
    for name in sorted(missing):
        yield f"table {name} is missing: run `flask setup`"


def _question_letter() -> str:
    newest = db.session.scalar(select(Question.number).order_by(Question.id.desc()).limit(1))
    return newest[0] if newest else ""


def _is_right(number: str) -> bool:
    try:
        return str(read_number(number)) == number
    except Mistyped:
        return False


def _without(condition: Any) -> Any:
    return select(Question.number).where(~exists().where(condition))


def _each(rows: Any, sentence: str) -> Iterator[str]:
    found = list(db.session.scalars(rows.limit(_SHOWN + 1)))
    yield from (sentence.format(each) for each in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield sentence.format("… and more")


CHORES = (Chore("integrity", look_at_night, every=_EVERY, is_due=is_night),)
