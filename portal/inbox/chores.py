"""What the worker does with mail that comes in."""

from datetime import datetime, timedelta

from portal.foundation.chores import Chore
from portal.foundation.config import CONFIG
from portal.foundation.settings.mail_url import read_mailbox_url
from portal.inbox.actions.fetching import read_mailbox
from portal.inbox.actions.taking import take_mails
from portal.inbox.addresses import incoming, takes_mail
from portal.inbox.queries import new_mails


def has_new(_now: datetime) -> bool:
    """Whether a mail was kept that nobody has looked into."""
    return incoming() is not None and bool(new_mails(1))


def look_into_new(now: datetime) -> bool:
    """Look into some of them; whether more wait."""
    taken = incoming()
    return taken is not None and take_mails(taken, now)


def has_mailbox(_now: datetime) -> bool:
    """Whether a mailbox is to be read."""
    return bool(CONFIG.here().mailbox_url) and takes_mail()


def bring_new(_now: datetime) -> bool:
    """Bring what is new in the mailbox of `MAILBOX_URL`; whether more waits there."""
    return read_mailbox(*read_mailbox_url(CONFIG.here().mailbox_url))


CHORES = (
    Chore("inbox.new", look_into_new, every=timedelta(seconds=2), is_due=has_new),
    Chore("inbox.mailbox", bring_new, every=timedelta(minutes=1), is_due=has_mailbox, is_errand=True),
)
