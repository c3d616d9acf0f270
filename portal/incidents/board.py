"""What every process knows of the incidents: a copy that is read again every two seconds, so that pages ask nobody."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.web.here import OnePerApp
from portal.incidents.models import Incident
from portal.incidents.queries import public_incidents
from portal.incidents.rules import Known, State, Words, concerns

log = logging.getLogger(__name__)


class Board:
    """The incidents that pages show; `edition` changes when one of them does (finished pages ask for it)."""

    def __init__(self, categories_of: Callable[[Sequence[str]], frozenset[str]]) -> None:
        self._categories_of = categories_of
        self._all: tuple[Known, ...] = ()
        self.edition: tuple[tuple[int, int], ...] = ()

    def refresh(self) -> None:
        """Read them again; while the database is away the last ones stay."""
        try:
            rows = public_incidents(clock.now())
        except SQLAlchemyError as error:
            log.warning("incidents could not be read: %s", type(error).__name__)
            return
        finally:
            db.session.rollback()
        self._all = tuple(self._known(row) for row in rows)
        self.edition = tuple((row.id, row.version) for row in rows)

    def announced(self, now: datetime) -> list[Known]:
        """Those that pages name at this moment, the newest first."""
        return [each for each in self._all if each.is_announced(now)]

    def page_of(self, incident_id: int, now: datetime) -> Known | None:
        """The incident with a page of its own."""
        return next((each for each in self._all if each.id == incident_id and each.has_page(now)), None)

    def _known(self, row: Incident) -> Known:
        words = {code: Words(code, each["title"], each["text"]) for code, each in row.texts.items()}
        return Known(
            row.id,
            State(row.state),
            words,
            tuple(row.topics),
            self._categories_of(row.topics),
            row.started_at,
            row.changed_at,
            row.over_at,
        )


BOARD = OnePerApp[Board]("incidents")


def known_incidents(*, topic: str = "", category: str = "") -> list[Known]:
    """What is announced now: about a topic, about a folder of the FAQ, or all of it when neither is named."""
    found = BOARD.here().announced(clock.now())
    if not topic and not category:
        return found
    return [each for each in found if concerns(each, topic=topic, category=category)]
