"""Sums of the two pages for the hurdle report: how often opened and sent, and how long that took. No person in it."""

import logging
from collections import Counter
from datetime import date
from threading import Lock

from portal.foundation import clock
from portal.foundation.database import db, insert_or_add, make_once, transaction
from portal.leaving.models import FormPage, LeavingCount

log = logging.getLogger(__name__)

# Upper ends of the time from opening to sending, in seconds.
STEPS = (15, 30, 60, 120, 300, 900)
_MOST_WAITING = 2000


def took(seconds: float) -> str:
    """The measure for that time: `took_60` for at most a minute, `took_more` for longer than a quarter of an hour."""
    step = next((str(step) for step in STEPS if seconds <= step), "more")
    return f"took_{step}"


class LeavingTally:
    """Counts of this process that are not yet in the database; a killed process loses seconds of statistics."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[date, str, str, str]] = Counter()
        self._pages: dict[str, str] = {}
        self._kept: set[str] = set()

    def keep_page(self, sha256: str, html: str) -> None:
        """Keep the HTML of a form that somebody declared with; once for each version."""
        with self._lock:
            if sha256 not in self._kept:
                self._pages[sha256] = html

    def count(self, kind: str, language: str, *measures: str, on: date) -> None:
        """One more of each of these."""
        with self._lock:
            if len(self._counts) < _MOST_WAITING:
                self._counts.update((on, kind, language, measure) for measure in measures)

    def write(self) -> None:
        """Add everything to the database, in one transaction; if that fails, the next try adds it."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            pages = dict(self._pages)
        if not counts and not pages:
            return
        try:
            with transaction():
                for sha256, html in pages.items():
                    make_once(FormPage, {"sha256": sha256, "html": html, "first_at": clock.now()})
                for (day, kind, language, measure), amount in sorted(counts.items()):
                    key = {"day": day, "kind": kind, "language": language, "measure": measure}
                    db.session.execute(insert_or_add(LeavingCount, key, {"amount": amount}))
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise
        with self._lock:
            self._kept.update(pages)
            self._pages = {sha256: html for sha256, html in self._pages.items() if sha256 not in self._kept}
