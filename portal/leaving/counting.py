"""Sums of the two pages for the hurdle report: how often opened and sent, and how long that took. No person in it."""

import logging
from datetime import date
from functools import partial
from threading import Lock

from portal.foundation import clock
from portal.foundation.database import make_once
from portal.foundation.process.tally import Tally, write_down
from portal.foundation.web.here import OnePerApp
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
        self._counts = Tally(LeavingCount, most=_MOST_WAITING)
        self._lock = Lock()
        self._pages: dict[str, str] = {}
        self._kept: set[str] = set()

    def keep_page(self, sha256: str, html: str) -> None:
        """Keep the HTML of a form that somebody declared with; once for each version."""
        with self._lock:
            if sha256 not in self._kept:
                self._pages[sha256] = html

    def count(self, kind: str, language: str, *measures: str, on: date) -> None:
        """One more of each of these."""
        for measure in measures:
            self._counts.count((on, kind, language, measure), "amount")

    def write(self) -> None:
        """Add everything to the database, in one transaction; if that fails, the next try adds it."""
        with self._lock:
            pages = dict(self._pages)
        write_down(self._counts, along=partial(_keep_pages, pages) if pages else None)
        with self._lock:
            self._kept.update(pages)
            self._pages = {sha256: html for sha256, html in self._pages.items() if sha256 not in self._kept}


LEAVING_TALLY = OnePerApp("leaving_tally", LeavingTally)


def _keep_pages(pages: dict[str, str]) -> None:
    for sha256, html in pages.items():
        make_once(FormPage, {"sha256": sha256, "html": html, "first_at": clock.now()})
