"""What every web process does besides answering: notice a changed company file, write down counted searches."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from flask import Flask

from portal.accounts.seen import SEEN_TALLY
from portal.contact.waiting import USUAL_WAIT
from portal.desk.phrases import PHRASES_FILE
from portal.desk.replies import REPLIES_FOLDER
from portal.faq.actions import SEARCH_TALLY
from portal.faq.library import KEEPER
from portal.faq.most_asked import MOST_ASKED
from portal.faq.origins import ORIGIN_COUNTS
from portal.foundation.company import COMPANY, Company, read_company
from portal.foundation.config import CONFIG
from portal.foundation.files.content_files import ContentFile
from portal.foundation.process.memory import Returns
from portal.foundation.process.skew import CLOCK_COMPARISON
from portal.foundation.rendering.assets import ASSETS
from portal.foundation.sql.word_index import read_along
from portal.foundation.web.here import OnePerApp
from portal.frame import require_readable
from portal.incidents.board import BOARD
from portal.leaving.actions.taking import replay_waiting
from portal.leaving.counting import LEAVING_TALLY
from portal.operation.alarms import WATCH
from portal.questions.offers import OFFER_TALLY
from portal.questions.thanks import THANKS_FILE
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.levels_file import LEVELS_FILE

log = logging.getLogger(__name__)

SECONDS = 2.0


class Rounds:
    """A background thread that goes round every two seconds; one failing duty never stops the others."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._company = ContentFile(CONFIG.of(app).content / "company.toml", self._read_company)
        self._stopped = Event()
        self._duties: tuple[Callable[[], object], ...] = (
            self.reread_company,
            LEVELS_FILE.of(app).refresh,
            TOPICS_FILE.of(app).refresh,
            REPLIES_FOLDER.of(app).refresh,
            BOARD.of(app).refresh,
            ORIGIN_COUNTS.of(app).refresh,
            PHRASES_FILE.of(app).refresh,
            THANKS_FILE.of(app).refresh,
            SEARCH_TALLY.of(app).write,
            MOST_ASKED.of(app).refresh,
            USUAL_WAIT.of(app).refresh,
            OFFER_TALLY.of(app).write,
            SEEN_TALLY.of(app).write,
            replay_waiting,
            CLOCK_COMPARISON.of(app).look,
            LEAVING_TALLY.of(app).write,
            read_along,
            Returns().look,
        )

    def start(self) -> None:
        """Begin, with what is published already; the keeper has its own thread, because its rounds may take seconds."""
        KEEPER.of(self._app).refresh(patience=0.0)
        KEEPER.of(self._app).start()
        with self._app.app_context():
            BOARD.of(self._app).refresh()
            ORIGIN_COUNTS.of(self._app).refresh()
            MOST_ASKED.of(self._app).refresh()
            USUAL_WAIT.of(self._app).refresh()
        # The worker goes these rounds as well, but has no content that could be missing.
        self._duties = (*self._duties, WATCH.of(self._app).look)
        Thread(target=self._run, name="rounds", daemon=True).start()

    def stop(self) -> None:
        """End after the round that is under way, and do a last one."""
        self._stopped.set()
        KEEPER.of(self._app).stop()
        SEEN_TALLY.of(self._app).hurry()
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
        if self._company.refresh():
            ASSETS.of(self._app).publish(self._company.value, CONFIG.of(self._app).content)
            COMPANY.put(self._app, self._company.value)

    def _read_company(self) -> Company:
        company = read_company(CONFIG.of(self._app).content)
        require_readable(company, LEVELS_FILE.of(self._app).levels)
        return company

    def _run(self) -> None:
        while not self._stopped.wait(SECONDS):
            self.once()


ROUNDS = OnePerApp[Rounds]("rounds")
