"""How long a closed account can be opened again, and when it is erased (specs: leaving 2.11, 2.12)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

# leaving 2.11: undo by link or sign-in.
UNDO = timedelta(days=14)
# § 327p (3) BGB: what somebody made is theirs to take along, also for a while after the end of the contract.
TAKEN_ALONG = timedelta(days=30)
# A last mail has to hold an address; it is gone within the day that erasure has (OR-05).
LAST_MAIL = timedelta(hours=20)


def undo_until(closed_at: datetime) -> datetime:
    """Until when the account can be opened again."""
    return closed_at + UNDO


def erase_at(closed_at: datetime, ends: Iterable[date], zone: tzinfo) -> datetime:
    """When a closed account is erased: after the time of undo, and not before thirty days after a contract's end.

    `ends` are the days with whose end contracts end. Contracts that go on beyond the time of undo move nothing: the
    account goes, what they need is kept for them.
    """
    undone = undo_until(closed_at)
    ended = [end for end in ends if end <= undone.astimezone(zone).date()]
    taken = [datetime.combine(end + timedelta(days=1), time(), zone) + TAKEN_ALONG for end in ended]
    return max([undone, *taken])
