"""What stands around every page of the desk: the queues with their counts, saved views, news for this person."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request

from portal.accounts.rules import Action, Person, role_may
from portal.desk.queries.queues import Counts, count_all, views_of
from portal.desk.rules import COUNT_LIMIT, Queue
from portal.desk.words import queue_word
from portal.foundation import clock
from portal.foundation.pages import known_url


@dataclass(frozen=True)
class QueueLink:
    """A queue at the side of the desk."""

    queue: Queue
    name: str
    url: str
    count: str
    is_current: bool


class DeskFrame:
    """Asked by templates; each part is read once, when it is shown."""

    def __init__(self, user: Person) -> None:
        self.user = user

    @cached_property
    def counts(self) -> Counts:
        """How many cases each queue holds, and how many notices are new; one statement."""
        return count_all(self.user, clock.now())

    @cached_property
    def queues(self) -> Sequence[QueueLink]:
        """Every queue with its count."""
        here = (request.view_args or {}).get("queue") if not request.args.get("view") else None
        return [
            QueueLink(each, queue_word(each), known_url("desk.queue", queue=each), shown(count), each == here)
            for each, count in self.counts.queues.items()
        ]

    @cached_property
    def views(self) -> Sequence[Any]:
        """The named views of this person and those that somebody shares."""
        return views_of(self.user.id)

    @property
    def unseen(self) -> str:
        """How many notices nobody has marked as seen; empty for none."""
        return shown(self.counts.notices) if self.counts.notices else ""

    @property
    def declarations(self) -> str:
        """How many declarations wait for a person."""
        return shown(self.counts.declarations)

    @property
    def has_overdue_declarations(self) -> bool:
        """Whether one of them has waited for more than a working day."""
        return self.counts.overdue_declarations > 0

    @property
    def answers(self) -> bool:
        """Whether this person sees cases; editors do not."""
        return role_may(self.user.role, Action.ANSWER)

    @property
    def edits(self) -> bool:
        """Whether this person writes articles."""
        return role_may(self.user.role, Action.EDIT)

    @property
    def leads(self) -> bool:
        """Whether this person may see mails that failed, and lead."""
        return role_may(self.user.role, Action.LEAD)


def shown(count: int) -> str:
    """`999+` where counting stopped."""
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count)
