"""Whether the clock of the machine can be believed (specs: DR-14, OR-06)."""

import logging

from portal.foundation import clock

log = logging.getLogger(__name__)

# A clock that jumped is trusted again after an hour, so that somebody can set it right before anything is removed.
_JUMP_SECONDS, _DISTRUST_SECONDS = 300.0, 3600.0


class ClockWatch:
    """Notices when the clock of the machine jumps (DR-14): it is compared with one that only runs forward."""

    def __init__(self) -> None:
        self._set()
        self._jumped_at: float | None = None

    @property
    def is_distrusted(self) -> bool:
        return self._jumped_at is not None

    def look(self) -> None:
        """Compare the clocks; call it every few seconds."""
        passed, shown = clock.seconds() - self._seconds, (clock.now() - self._now).total_seconds()
        has_jumped = abs(shown - passed) > _JUMP_SECONDS
        if has_jumped and self._jumped_at is None:
            self._jumped_at = clock.seconds()
            log.error(
                "alarm: the clock jumped by %d minutes; nothing is removed by age for an hour",
                round((shown - passed) / 60),
            )
        elif has_jumped and self._jumped_at is not None and clock.seconds() - self._jumped_at > _DISTRUST_SECONDS:
            self._set()
            self._jumped_at = None
            log.warning("the clock is taken as it is now")
        elif not has_jumped:
            self._jumped_at = None

    def _set(self) -> None:
        self._seconds, self._now = clock.seconds(), clock.now()
