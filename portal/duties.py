"""Every recurring duty of the house; a room declares its own as `CHORES` in its chores."""

from datetime import timedelta

from portal.attachments.chores import forget_counts, remove_orphans
from portal.foundation.chores import Chore
from portal.keys.chores import CHORES as KEYS
from portal.questions.chores import CHORES as QUESTIONS

ATTACHMENTS = (
    Chore("attachments.orphans", remove_orphans, every=timedelta(hours=1), trusts_clock=True),
    Chore("attachments.counts", forget_counts, every=timedelta(hours=6), trusts_clock=True),
)
CHORES: tuple[Chore, ...] = (*KEYS, *ATTACHMENTS, *QUESTIONS)
