"""What stands around every page of the desk: the queues with their counts, saved views, news for this person."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from portal.accounts.rules import Action, Person, role_may
from portal.desk.queries.notices import count_new
from portal.desk.queries.queues import Counts, count_all, views_of
from portal.desk.rules import COUNT_LIMIT, NOTICES_LIMIT, Queue
from portal.desk.words import queue_word, spoken
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.rendering.pages import known_url, render_fragment
from portal.foundation.rendering.printed import Printed, printed, printed_again
from portal.foundation.web.here import request_here
from portal.inbox.addresses import takes_mail

_NONE = Markup(" data-none")
# Whose link in the head leads to the page that is open.
_ROOMS = {"editing": "articles", "reports": "reports", "lead": "lead"}
_PAGES = {"desk.notices": "notices", "desk.incidents": "incidents"}


class QueueLink(NamedTuple):
    """A queue at the side of the desk; its count and the mark of an empty one are gaps."""

    name: str
    word: str
    url: str


def key_list() -> Printed:
    """What each key does, as a list that opens over the page."""
    return printed("desk/_keys.html", {}, {})


class DeskFrame:
    """Asked by templates; each part is read once, when it is shown."""

    def __init__(self, user: Person) -> None:
        self.user = user

    @cached_property
    def counts(self) -> Counts:
        """How many cases each queue holds, and how many notices are new; one statement."""
        return count_all(self.user, clock.now())

    def head(self, searched: str = "") -> Printed:
        """The head of the page, with the words that were searched for."""
        answers, asked = self.answers, request_here()
        unseen = self.counts.notices if answers else count_new(self.user) if self.edits else 0
        shape = {
            "company": COMPANY.here().name,
            "answers": answers,
            "edits": self.edits,
            "leads": self.leads,
            "has_news": unseen > 0,
            "here": _ROOMS.get(asked.blueprint or "") or _PAGES.get(asked.endpoint or "", ""),
        }
        gaps = {"searched": searched, "unseen": shown(unseen, NOTICES_LIMIT) if unseen else "", "name": self.user.name}
        return printed_again(("head", *shape.values(), *gaps.values()), lambda: printed("desk/_head.html", shape, gaps))

    def aside(self) -> Printed | Markup:
        """Every queue with its count, the lists of contracts, and the saved views; nothing for editors."""
        if not self.answers:
            return Markup("")
        found = self.counts
        # Also where mail was switched off while some waited.
        has_mail = takes_mail() or found.mails > 0
        shape = {"here": _here(), "is_overdue": found.overdue_declarations > 0, "has_mail": has_mail}
        counts, views = (*found.queues.values(), found.declarations, found.mails), self._views()
        return printed_again(
            ("aside", *shape.values(), views, *counts),
            lambda: printed("desk/_queues.html", shape, _gaps(views, counts), queues=_queues()),
        )

    def keys(self) -> Printed | Markup:
        """What each key does; the page of the keys has them in its middle."""
        is_shown = self.answers and request_here().endpoint != "desk.keys"
        return key_list() if is_shown else Markup("")

    def _views(self) -> Markup:
        """The named views of this person and those that somebody shares."""
        views = views_of(self.user.id) if self.counts.has_views else ()
        return render_fragment("desk/_views.html", views=views) if views else Markup("")

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


def shown(count: int, most: int = COUNT_LIMIT) -> str:
    """`999+` where counting stopped at `most`."""
    return f"{most - 1}+" if count >= most else str(count)


def _gaps(views: Markup, counts: Sequence[int]) -> dict[str, str]:
    """Every count as it is shown, and the marks of those that are nothing."""
    written = dict(zip(_COUNTS, map(shown, counts), strict=True))
    marks = dict(zip(_MARKS, ["" if count else _NONE for count in counts], strict=True))
    return {"views": views, **written, **marks}


@spoken
def _queues() -> Sequence[QueueLink]:
    """Every queue, in the order of the desk."""
    return tuple(QueueLink(each.value, queue_word(each), known_url("desk.queue", queue=each)) for each in Queue)


def _here() -> str:
    """Which link at the side leads to the page that is open."""
    asked = request_here()
    for name in ("declarations", "contracts", "orders", "invoices", "incoming"):
        if asked.path.startswith(f"/desk/{name}"):
            return name
    queue = (asked.view_args or {}).get("queue", "")
    return str(queue) if queue and not asked.args.get("view") else ""


# What is filled in for each queue, in their order, and for the declarations and mails behind them.
_COUNTED = (*(each.replace("-", "_") for each in Queue), "declarations", "incoming")
_COUNTS, _MARKS = [f"count_{name}" for name in _COUNTED], [f"none_{name}" for name in _COUNTED]
