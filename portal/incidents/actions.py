"""An incident begins, is told anew, is over; each change raises its version, so that pages are made anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.foundation.database import db, transaction
from portal.foundation.sql.trying import repeatable
from portal.incidents.board import BOARD
from portal.incidents.models import Incident
from portal.incidents.queries import locked_incident
from portal.incidents.rules import State, Words
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.keys.actions import finish_stamp, take_stamp


@dataclass(frozen=True)
class Told:
    """What is told of an incident: words by language, the topics it is about, and whether customers see it."""

    words: Mapping[str, Words]
    topics: Sequence[str]
    is_public: bool


@repeatable
def begin_incident(told: Told, *, stamp: str, by: Actor, now: datetime) -> int:
    """A new incident, by its id; it is on the pages of this process at once, on all others within seconds.

    The same form twice is one; StampUsed when it came with other words.
    """
    row = Incident(state=State.BEGUN.value, started_at=now, changed_at=now, version=1, **_values(told))
    with transaction():
        earlier = take_stamp("incident_begun", stamp, str(_values(told)), now=now)
        if earlier is not None:
            return int(earlier.result)
        db.session.add(row)
        db.session.flush()
        record("incident.begun", "incident", row.id, by=by, at=now, title=_title(told))
        finish_stamp("incident_begun", stamp, str(row.id))
    BOARD.here().refresh()
    return row.id


def change_incident(incident_id: int, told: Told, state: State, *, by: Actor, now: datetime) -> None:
    """Tell it anew, in another state or in the same; one that was over can begin again."""
    with transaction():
        row = locked_incident(incident_id)
        was_over = row.state == State.OVER
        for name, value in _values(told).items():
            setattr(row, name, value)
        row.state, row.changed_at, row.version = state.value, now, row.version + 1
        row.over_at = (row.over_at if was_over else now) if state is State.OVER else None
        record(f"incident.{state.value}", "incident", row.id, by=by, at=now, title=_title(told))
    BOARD.here().refresh()


def _values(told: Told) -> dict[str, object]:
    texts = {code: {"title": each.title, "text": each.text} for code, each in told.words.items()}
    return {"texts": texts, "topics": list(told.topics), "is_public": told.is_public}


def _title(told: Told) -> str:
    return next(iter(told.words.values())).title
