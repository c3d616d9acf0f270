"""What the worker does about declarations after their receipt: match, end, sound an alarm (spec leaving 2.5, 2.12)."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from portal.foundation.chores import Chore, done_one_by_one
from portal.foundation.database import transaction
from portal.journal.rules import SYSTEM
from portal.leaving.actions.bundling import bundle_held, has_held
from portal.leaving.actions.deciding import accept_silently, end_contract
from portal.leaving.actions.matching import flag, locked, match_declaration, note_step
from portal.leaving.actions.redelivering import ask_for_letter, deliver_otherwise, write_to_holder
from portal.leaving.actions.silence import take_silence
from portal.leaving.queries.deliveries import failed_confirmations, failed_notices, idle_letters
from portal.leaving.queries.standings import overdue, reached_end, silent_alls, silent_authorities, waiting_for_match
from portal.leaving.rules.declarations import State
from portal.leaving.rules.work import Flag
from portal.notifications.actions import tell_staff

log = logging.getLogger(__name__)
_BATCH = 50


def match_new(now: datetime) -> bool:
    """Match what has just arrived."""
    return _each(waiting_for_match(_BATCH), lambda each: match_declaration(each, now=now), "match")


def end_contracts(now: datetime) -> bool:
    """End contracts whose last day and whose days for an objection are over."""
    due = reached_end((now + timedelta(days=1)).date(), _BATCH)
    _each(due, lambda each: end_contract(each, now=now), "end")
    return False


def take_silences(now: datetime) -> bool:
    """Let "all" mean all where nobody answered for seven days."""
    return _each(silent_alls(now, _BATCH), lambda each: take_silence(each, now=now), "give effect to all of")


def find_other_ways(now: datetime) -> bool:
    """Send what could not be delivered in another way, and let letters be posted."""
    _each(idle_letters(_BATCH), lambda each: ask_for_letter(each, now=now), "ask for the letter of")
    more = _each(failed_confirmations(_BATCH), lambda each: deliver_otherwise(each, now=now), "deliver")
    return _each(failed_notices(_BATCH), lambda each: write_to_holder(each, now=now), "tell the holder of") or more


def watch_clock(now: datetime) -> bool:
    """Tell the desk and the log what is overdue, once for each work; let authorities count after three days."""
    _each(silent_authorities(now, _BATCH), lambda each: accept_silently(each, now=now), "accept")
    return _each(overdue(now, _BATCH), lambda each: sound_alarm(each, now=now), "overdue")


def sound_alarm(declaration_id: int, *, now: datetime) -> None:
    """Nobody has looked at it within a working day."""
    with transaction():
        declaration = locked(declaration_id)
        standing = declaration.standing
        if standing.work_due_at is None or standing.work_due_at >= now or Flag.OVERDUE in standing.flags:
            return
        flag(standing, Flag.OVERDUE)
        note_step(declaration, "overdue", by=SYSTEM, now=now, work=standing.work)
        # Work of a crowd is one line of the queue, and one notice.
        is_crowd = standing.state == State.UNMATCHED and not {"crowd", "trap"}.isdisjoint(standing.flags)
        due_at = standing.work_due_at
        whose = f"crowd:{due_at:%Y-%m-%d}" if is_crowd else f"{declaration.id}:{due_at.isoformat()}"
        stamp = f"{whose}:{standing.work}"
        payload = {"reference": declaration.reference, "work": standing.work}
        tell_staff("declaration.overdue", about=("declaration", declaration.id), stamp=stamp, payload=payload, now=now)
    log.error("alarm: declaration %s waits for a person for more than a working day", declaration.reference)


def _each(ids: list[int], act: Callable[[int], object], name: str) -> bool:
    """Every one in its own transaction: a bad one does not hold up the others. Whether more may be waiting."""
    return done_one_by_one(ids, act, f"alarm: {name} declaration") > 0 and len(ids) == _BATCH


CHORES = (
    Chore("leaving.match", match_new, every=timedelta(seconds=2), is_due=lambda _now: bool(waiting_for_match(1))),
    Chore("leaving.end", end_contracts, every=timedelta(minutes=10), trusts_clock=True),
    Chore("leaving.silence", take_silences, every=timedelta(hours=1), trusts_clock=True),
    Chore("leaving.bundles", bundle_held, every=timedelta(seconds=30), is_due=has_held),
    Chore("leaving.ways", find_other_ways, every=timedelta(minutes=1)),
    Chore("leaving.watch", watch_clock, every=timedelta(minutes=1), trusts_clock=True),
)
