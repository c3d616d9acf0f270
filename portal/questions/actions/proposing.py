"""Which level a question would get, and what that means in words of time; nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.questions.queries import desk_hours, service_levels
from portal.questions.topics import Topic
from portal.service_levels.business_hours import skipped_days, working_minutes
from portal.service_levels.levels import Answers, Proposal, ServiceLevel, propose
from portal.service_levels.promises import Happening, Promise, Standing
from portal.service_levels.rules import advance, warn_at


@dataclass(frozen=True)
class Outlook:
    """The proposed level, what decided, and the promise of a first answer that a question would get now."""

    proposal: Proposal
    level: ServiceLevel
    promise: Promise
    standing: Standing
    warn_at: datetime

    @property
    def is_chosen(self) -> bool:
        """Whether the customer has named the date: the time of a call."""
        return self.promise.is_moved


def outlook(topic: Topic | None, answers: Answers, *, language: str, now: datetime) -> Outlook:
    """What would be promised at that moment; NeverOpen when the desk does not open for 400 days."""
    levels, hours = service_levels(), desk_hours(language)
    proposal = propose(levels, answers, topic.level if topic else None, now, hours)
    level = levels.level(proposal.level)
    standing = advance(None, Happening.ASKED, at=now, level=level, hours=hours).standing
    if standing.promise is None:
        raise RuntimeError("a question that is asked has a promise")
    return Outlook(proposal, level, standing.promise, standing, warn_at(hours, standing.promise))


def outlook_until(made: Outlook, until: datetime, *, language: str, now: datetime) -> Outlook:
    """What is promised with a moment that the customer has chosen, such as the end of the time for a call."""
    hours = desk_hours(language)
    promise = replace(
        made.promise,
        due_at=until,
        minutes=int(working_minutes(hours, now, until)),
        skipped=skipped_days(hours, now, until),
        is_moved=True,
    )
    return replace(
        made, promise=promise, standing=replace(made.standing, promise=promise), warn_at=warn_at(hours, promise)
    )
