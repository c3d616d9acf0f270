"""The post office at work: claims what is due, prints it, hands it over, and writes down how that ended."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.crash import crash_point
from portal.foundation.database import db
from portal.notifications.addresses import NoAddress, masked
from portal.notifications.channels import Channel, DeliveryError, Envelope, Failure, open_channel
from portal.notifications.composing import TooLarge, compose, read_sender
from portal.notifications.outbox import (
    ANSWER_KEY,
    NOT_ME_KEY,
    Claim,
    claim,
    fail,
    hold,
    mark_sent,
    postpone,
    put_back,
    release,
)
from portal.notifications.problems import Own
from portal.notifications.queries import (
    due,
    held_by_others,
    is_refused,
    oldest_due,
    sent_lately,
    sent_of_kinds,
    unconfirmed_contacts,
    waiting,
    was_ever_written_to,
)
from portal.notifications.rendering import Printer
from portal.notifications.rules import ALARM_AFTER, CONTACTS_PER_HOUR, OWED_AFTER, MailKind, free_again

log = logging.getLogger(__name__)

BATCH = 20
# A server that cannot be reached is asked again soon, so that everything flows within half a minute of its return.
_PROBES = (2.0, 5.0, 10.0, 20.0)
_HELD_FOR = timedelta(minutes=10)
# Well within the lease of five minutes.
_INSISTING = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 20.0)


class PostOffice:
    """Delivers the mails of one outbox; several of them, in several processes, share the work."""

    def __init__(self, app: Flask, kinds: Mapping[str, MailKind], *, worker: str, channel: Channel | None = None):
        config = CONFIG.of(app)
        self._app, self._kinds, self._worker = app, kinds, worker
        self._sender = read_sender(COMPANY.of(app), config)
        self._channel = channel or open_channel(config.mail_url, folder=config.data / "mail", host=self._sender.host)
        self._printer = Printer(app, kinds)
        self._capped = [kind.name for kind in kinds.values() if kind.anyone_can_cause]
        self._statutory = [kind.name for kind in kinds.values() if kind.statutory_per_day]
        self._counted = self._statutory + [kind.name for kind in kinds.values() if kind.per_day]
        self._failures, self._asked_again_at = 0, 0.0
        self._alarmed_at: datetime | None = None
        self._owed_at: datetime | None = None
        self._crowded_at: datetime | None = None
        self._full_at: dict[str, datetime] = {}
        self._is_closing = self._leaves_behind = self._is_handed_over = False

    @property
    def destination(self) -> str:
        """Where mails go, for people, without secrets."""
        return str(self._channel)

    def deliver_due(self, *, takes_over: bool = True) -> int:
        """Deliver up to twenty mails that are due, inside an application context; how many were looked at."""
        if clock.seconds() < self._asked_again_at:
            return 0
        try:
            return self._deliver_some(takes_over)
        except SQLAlchemyError:
            # What was claimed and not handed over need not wait for the end of its lease; what may have arrived must.
            self._leaves_behind = not self._is_handed_over
            raise

    def _deliver_some(self, takes_over: bool) -> int:
        looked_at, self._is_handed_over = 0, False
        if self._leaves_behind:
            release(self._worker, now=clock.now())
            self._leaves_behind = False
        for row in due(clock.now(), limit=BATCH, takes_over=takes_over):
            held = claim(row, worker=self._worker, now=clock.now(), takes_answers=self._takes_answers(row.kind))
            if held is not None:
                looked_at += 1
                crash_point("mail_leased")
                if not self._deliver(held) or self._is_closing:
                    break
        return looked_at

    def close(self) -> None:
        """Begin no further mail; the one under way is finished."""
        self._is_closing = True

    def sound_alarm(self) -> None:
        """Write one line every quarter of an hour while mails should have been sent for too long.

        For what the law demands at once that is five minutes, for everything else a quarter of an hour.
        """
        now = clock.now()
        if self._owed_at is None or now - self._owed_at >= ALARM_AFTER:
            owed = waiting(now, older_than=OWED_AFTER, kinds=self._statutory)
            if owed:
                self._owed_at = now
                log.error("alarm: %s confirmations of declarations wait longer than 5 minutes", owed)
        if self._alarmed_at is not None and now - self._alarmed_at < ALARM_AFTER:
            return
        oldest = oldest_due(now)
        if (oldest and now - oldest > ALARM_AFTER) or (self._failures and waiting(now, older_than=ALARM_AFTER)):
            self._alarmed_at = now
            log.error("alarm: %s mails wait longer than 15 minutes", waiting(now, older_than=ALARM_AFTER))

    def _takes_answers(self, kind: str) -> bool:
        """Whether mails of that kind are answered by mail."""
        return bool(self._sender.answers) and kind in self._kinds and self._kinds[kind].takes_answers

    def _deliver(self, held: Claim) -> bool:
        """One mail, from the claim to its end; False when the server cannot be reached and the rest should wait."""
        if self._is_kept_back(held):
            return True
        envelope = self._composed(held)
        return envelope is None or self._hand_over(held, envelope)

    def _is_kept_back(self, held: Claim) -> bool:
        """Limits for what strangers can cause (SR-41): refused addresses get nothing, others not too much."""
        row, now = held.row, clock.now()
        # A kind that nobody knows any more fails when it is to be printed.
        kind = self._kinds.get(row.kind)
        # Who holds a contract is told of it, "not me" or not.
        if row.is_confirmed and kind and (most := kind.per_day or kind.statutory_per_day):
            return self._is_one_too_many_a_day(held, now, most, self._counted)
        if row.is_confirmed and row.kind not in self._capped and row.kind not in self._statutory:
            return False
        if is_refused(row.recipient):
            fail(held, Own.NOT_ME, now=now)
            return True
        if kind and kind.statutory_per_day:
            return self._is_one_too_many_a_day(held, now, kind.statutory_per_day, self._statutory)
        until = free_again(sent_lately(row.recipient, self._capped, now), now)
        if until is None and held_by_others(row, self._capped, now) >= 2:
            until = now + timedelta(seconds=30)
        if until is not None:
            hold(held, Own.OFTEN, until=until, now=now)
        return until is not None or self._is_one_contact_too_many(held, now)

    def _is_one_too_many_a_day(self, held: Claim, now: datetime, limit: int, kinds: Sequence[str]) -> bool:
        """What the law demands goes out at once, up to so many to one address in a day (SR-51)."""
        row = held.row
        sent = sent_of_kinds(row.recipient, kinds, now)
        until = sent[limit - 1] + timedelta(days=1) if len(sent) >= limit else None
        if until is None and held_by_others(row, kinds, now) >= limit:
            until = now + timedelta(seconds=30)
        if until is None:
            return False
        if row.held_at is None:
            self._sound_full(row.recipient, limit, now)
        hold(held, Own.ENOUGH, until=until, now=now)
        return True

    def _sound_full(self, address: str, limit: int, now: datetime) -> None:
        """One line for each address and quarter of an hour, however many mails to it are held."""
        self._full_at = {one: at for one, at in self._full_at.items() if now - at < ALARM_AFTER}
        if address not in self._full_at:
            self._full_at[address] = now
            log.error("alarm: more than %s confirmations a day to %s; the rest is held", limit, masked(address))

    def _is_one_contact_too_many(self, held: Claim, now: datetime) -> bool:
        if held.row.is_confirmed or unconfirmed_contacts(now) < CONTACTS_PER_HOUR:
            return False
        if was_ever_written_to(held.row.recipient):
            return False
        if self._crowded_at is None or now - self._crowded_at > ALARM_AFTER:
            self._crowded_at = now
            log.error("alarm: more than %s first contacts in an hour; further ones are held", CONTACTS_PER_HOUR)
        hold(held, Own.CROWDED, until=now + _HELD_FOR, now=now)
        return True

    def _composed(self, held: Claim) -> Envelope | None:
        """The mail, or None: a mail that cannot be printed is the fault of its template and never stops others."""
        row = held.row
        payload = {name: value for name, value in held.payload.items() if name not in (NOT_ME_KEY, ANSWER_KEY)}
        # Given before mail was switched off, it would lead nowhere.
        answer_key = held.payload.get(ANSWER_KEY, "") if self._takes_answers(row.kind) else ""
        try:
            words = self._printer.words(
                row.kind,
                payload,
                language=row.language,
                is_confirmed=row.is_confirmed,
                not_me=held.payload.get(NOT_ME_KEY, ""),
                takes_answers=bool(answer_key),
            )
            kind, now = self._kinds[row.kind], clock.now()
            return compose(row, words, kind, sender=self._sender, now=now, answer_key=answer_key)
        except (NoAddress, TooLarge) as error:
            problem = f"This mail can never be sent: {error}."
        except Exception as error:
            # What the error says may hold what a person typed: the log names its kind and place only.
            problem = f"This mail cannot be printed: {_place(error)}."
        log.error("mail %s (%s) failed for good: %s", row.id, row.kind, problem)
        fail(held, problem, now=clock.now())
        return None

    def _hand_over(self, held: Claim, envelope: Envelope) -> bool:
        row = held.row
        try:
            said = self._channel.send(envelope)
        except DeliveryError as error:
            self._note(held, error)
            return error.failure is not Failure.UNREACHABLE
        crash_point("mail_accepted_before_mark")
        self._failures, self._is_handed_over = 0, True
        _insist(lambda: mark_sent(held, said, now=clock.now()))
        self._is_handed_over = False
        log.info("mail %s (%s) sent to %s", row.id, row.kind, masked(row.recipient))
        return True

    def _note(self, held: Claim, error: DeliveryError) -> None:
        row, now, problem = held.row, clock.now(), _without(str(error), held.row.recipient)
        if error.failure is Failure.UNREACHABLE:
            put_back(held, problem, now=now)
            if not self._failures:
                log.error("alarm: mails cannot be handed over to %s: %s", self._channel, problem)
            self._asked_again_at = clock.seconds() + _PROBES[min(self._failures, len(_PROBES) - 1)]
            self._failures += 1
        elif error.permanent or not postpone(held, problem, now=now):
            if error.permanent:
                fail(held, problem, now=now)
            log.error("mail %s (%s) to %s failed for good: %s", row.id, row.kind, masked(row.recipient), problem)
        else:
            log.warning("mail %s (%s) to %s is tried again: %s", row.id, row.kind, masked(row.recipient), problem)


def _insist(step: Callable[[], None]) -> None:
    """Write down what has happened, also when the database is away for a minute: else it would happen again."""
    for pause in _INSISTING:
        try:
            return step()
        except SQLAlchemyError:
            db.session.rollback()
            Event().wait(pause)
    return step()


def _without(said: str, address: str) -> str:
    """What the server said, without the address it repeated."""
    return said.replace(address, masked(address))[:300]


def _place(error: Exception) -> str:
    """Kind and line of an error, without its words."""
    trace, lines = error.__traceback__, ""
    while trace is not None:
        if "templates" in trace.tb_frame.f_code.co_filename:
            lines = f" in line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{lines}"
