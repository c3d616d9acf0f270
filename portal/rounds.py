"""What every web process does besides answering: notice a changed company file, write down counted searches."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from flask import Flask

from portal.foundation.company import read_company
from portal.foundation.errors import SettingError
from portal.foundation.process.memory import Returns
from portal.foundation.sql.word_index import read_along
from portal.frame import require_readable
from portal.leaving.actions.taking import replay_waiting

log = logging.getLogger(__name__)

SECONDS = 2.0


class Rounds:
    """A background thread that goes round every two seconds; one failing duty never stops the others."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._seen = _stamp(app)
        self._stopped = Event()
        self._duties: tuple[Callable[[], object], ...] = (
            self.reread_company,
            app.extensions["levels"].refresh,
            app.extensions["topics"].refresh,
            app.extensions["replies"].refresh,
            app.extensions["incidents"].refresh,
            app.extensions["origin_counts"].refresh,
            app.extensions["phrases"].refresh,
            app.extensions["thanks"].refresh,
            app.extensions["search_tally"].write,
            app.extensions["most_asked"].refresh,
            app.extensions["usual_wait"].refresh,
            app.extensions["offer_tally"].write,
            app.extensions["seen_tally"].write,
            replay_waiting,
            app.extensions["clock_comparison"].look,
            app.extensions["leaving_tally"].write,
            read_along,
            Returns().look,
        )

    def start(self) -> None:
        """Begin, with what is published already; the keeper has its own thread, because its rounds may take seconds."""
        self._app.extensions["faq"].refresh(patience=0.0)
        self._app.extensions["faq"].start()
        with self._app.app_context():
            self._app.extensions["incidents"].refresh()
            self._app.extensions["origin_counts"].refresh()
            self._app.extensions["most_asked"].refresh()
            self._app.extensions["usual_wait"].refresh()
        # The worker goes these rounds as well, but has no content that could be missing.
        self._duties = (*self._duties, self._app.extensions["watch"].look)
        Thread(target=self._run, name="rounds", daemon=True).start()

    def stop(self) -> None:
        """End after the round that is under way, and do a last one."""
        self._stopped.set()
        self._app.extensions["faq"].stop()
        self._app.extensions["seen_tally"].hurry()
        self.once()

    def once(self) -> None:
        """One round, now."""
        with self._app.app_context():
            for duty in self._duties:
                try:
                    duty()
                except Exception:
                    log.exception("a duty of the round failed: %s", getattr(duty, "__qualname__", duty))

    def reread_company(self) -> None:
        """Take over a changed company file; a broken or vanished one is reported and the last good one stays."""
        stamp = _stamp(self._app)
        if stamp == self._seen:
            return
        self._seen = stamp
        if stamp is None:
            log.error("company.toml is gone. The last good one stays.")
            return
        content = self._app.extensions["config"].content
        try:
            company = read_company(content)
            require_readable(company, self._app.extensions["levels"].levels)
        except SettingError as error:
            log.error("%s The last good one stays.", error)
            return
        self._app.extensions["assets"].publish(company, content)
        self._app.extensions["company"] = company

    def _run(self) -> None:
        while not self._stopped.wait(SECONDS):
            self.once()


def _stamp(app: Flask) -> tuple[int, int] | None:
    try:
        stat = (app.extensions["config"].content / "company.toml").stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
