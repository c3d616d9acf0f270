"""What the worker does with mail that comes in."""

from datetime import datetime, timedelta

from portal.foundation.chores import Chore
from portal.inbox.actions.taking import take_mails
from portal.inbox.addresses import incoming
from portal.inbox.queries import new_mails


def has_new(_now: datetime) -> bool:
    """Whether a mail was kept that nobody has looked into."""
    return incoming() is not None and bool(new_mails(1))


def look_into_new(now: datetime) -> bool:
    """Look into some of them; whether more wait."""
    taken = incoming()
    return taken is not None and take_mails(taken, now)


CHORES = (Chore("inbox.new", look_into_new, every=timedelta(seconds=2), is_due=has_new),)
