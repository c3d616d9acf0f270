"""How far our clock is from others: a time server, the database, and what was written before (spec leaving 2.14).

A time on a receipt decides about a day and with it about money. So a clock that is wrong sounds an alarm, and one that
is very wrong is not shown to anybody; what people declare is taken all the same.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.foundation import clock
from portal.foundation.web.here import OnePerApp

log = logging.getLogger(__name__)

ALARM_SECONDS, UNCERTAIN_SECONDS = 1.0, 5.0
# Public time servers are not to be asked more often than about once a minute.
_PAUSE, _ALARM_PAUSE, _LASTS = 120.0, 900.0, 600.0


@dataclass(frozen=True)
class Difference:
    """Our clock is so many seconds ahead of another one, or behind it if negative."""

    source: str
    seconds: float


# Asks one other clock; None where there is none or it does not answer.
Witness = Callable[[], Difference | None]


class ClockComparison:
    """What this process knows of its clock. Of several witnesses the first one that answers counts."""

    def __init__(self, witnesses: Sequence[Witness]) -> None:
        self._witnesses = witnesses
        self._asked_at = self._alarmed_at = float("-inf")
        self._known: Difference | None = None
        self._known_at = float("-inf")

    def look(self) -> None:
        """Compare, at most every two minutes; called by the rounds of every process."""
        if clock.is_held() or clock.seconds() - self._asked_at < _PAUSE:
            return
        self._asked_at = clock.seconds()
        self.learn(next(iter(self.ask()), None))

    def learn(self, found: Difference | None) -> None:
        """Take over what a witness has said; without a word what was said before holds for a while."""
        if found is not None:
            self._known, self._known_at = found, clock.seconds()
        self._sound_alarm()

    def ask(self) -> list[Difference]:
        """What every witness says now; one that fails says nothing."""
        found = []
        for witness in self._witnesses:
            try:
                found.append(witness())
            except Exception as error:
                log.warning("a clock cannot be compared: %s", type(error).__name__)
        return [each for each in found if each is not None]

    @property
    def difference(self) -> Difference | None:
        """The newest one; None while no witness has answered for ten minutes."""
        return self._known if clock.seconds() - self._known_at < _LASTS else None

    @property
    def is_right(self) -> bool:
        """Whether nothing speaks against our clock."""
        known = self.difference
        return known is None or abs(known.seconds) <= ALARM_SECONDS

    @property
    def is_uncertain(self) -> bool:
        """Whether it is so wrong that no time should be shown."""
        known = self.difference
        return known is not None and abs(known.seconds) > UNCERTAIN_SECONDS

    def _sound_alarm(self) -> None:
        known = self.difference
        if known is None or self.is_right or clock.seconds() - self._alarmed_at < _ALARM_PAUSE:
            return
        self._alarmed_at = clock.seconds()
        hidden = "; receipts show no time" if self.is_uncertain else ""
        log.error("our clock is %+.1f seconds from that of %s%s", known.seconds, known.source, hidden)


CLOCK_COMPARISON = OnePerApp[ClockComparison]("clock_comparison")


def apart(before: datetime, theirs: datetime, after: datetime) -> float:
    """How far our clock is ahead, when their time lies between two looks at ours: 0 if it does."""
    if theirs < before:
        return (before - theirs).total_seconds()
    return -max((theirs - after).total_seconds(), 0.0)
