"""What a mail may show to whom, names of mails, and when to try again."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# How long one worker may hold a mail before another one takes it over (DR-05).
LEASE = timedelta(minutes=5)
# So that a mail is tried 1, 5, 15, 30 minutes, 1, 2 and 4 hours after the first time, then four hours apart, for four
# and a half days in all: every moment is among them that DR-05 or spec leaving 2.8 names.
_FIRST_PAUSES = (1, 4, 10, 15, 30, 60, 120)
_LATER_PAUSE, _LATER_TRIES = timedelta(hours=4), 26
# Somebody must be told when mails wait for so long.
ALARM_AFTER = timedelta(minutes=15)
# What the law demands at once is missed earlier (spec leaving 2.8).
OWED_AFTER = timedelta(minutes=5)
# What strangers may cause (SR-41): mails to one address in an hour and in a day, new addresses in an hour.
PER_HOUR, PER_DAY, CONTACTS_PER_HOUR = 3, 10, 100
# What mail programs turn into a link by themselves, or what only a machine would call a name.
_LINK = re.compile(r"://|www\.|@|\w\.\w{2}", re.IGNORECASE)


@dataclass(frozen=True)
class MailKind:
    """One kind of mail; `name` is that of its template in `templates/mails` and begins with the room's name.

    `shown_unconfirmed` names the values of the payload that may be shown to an address nobody has confirmed: never
    anything that a visitor typed (SR-41). `anyone_can_cause` says that a stranger can have it sent to a known address,
    such as a link to sign in: it counts against the limits of that address. `is_acknowledgement` says that it only
    confirms what just arrived: it goes out without a sender in the envelope, so that no machine answers it (SR-42).
    `statutory_per_day` marks what the law demands at once: the whole payload is shown to any address, and nothing but
    this limit for one address and day, counted over all such mails, keeps it back (SR-51). `attached` names the value
    of the payload, `{"name": …, "text": …}`, that goes along as a text file. `per_day` is for what strangers can cause
    at an address that is known and must be told, "not me" or not: so many in a day, what the law demands included.
    `takes_answers`: it is about a question, and where mail is taken its reader may answer it by mail.
    """

    name: str
    shown_unconfirmed: frozenset[str] = frozenset()
    anyone_can_cause: bool = False
    is_acknowledgement: bool = False
    statutory_per_day: int = 0
    per_day: int = 0
    attached: str = ""
    takes_answers: bool = False


def is_greetable(name: str) -> bool:
    """Whether a mail may begin with that name: addresses of web pages do not greet anybody (SR-41)."""
    return not _LINK.search(name)


def new_message_id() -> str:
    """The local part of a Message-ID that stays the same over all tries to send the mail."""
    return secrets.token_hex(16)


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to send again after that many failed tries; None when it was tried for long enough."""
    if tries > len(_FIRST_PAUSES) + _LATER_TRIES:
        return None
    return now + (timedelta(minutes=_FIRST_PAUSES[tries - 1]) if tries <= len(_FIRST_PAUSES) else _LATER_PAUSE)


def free_again(sent_at: Sequence[datetime], now: datetime) -> datetime | None:
    """When an address may be written to again after mails at these moments, newest first; None when it may be now."""
    limits = ((PER_HOUR, timedelta(hours=1)), (PER_DAY, timedelta(days=1)))
    ends = [sent_at[limit - 1] + span for limit, span in limits if len(sent_at) >= limit]
    later = [end for end in ends if end > now]
    return max(later) if later else None
