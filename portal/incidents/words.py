"""Incidents in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from portal.foundation.i18n import current_language
from portal.incidents.board import known_incidents
from portal.incidents.models import Incident
from portal.incidents.rules import Known, State


@dataclass(frozen=True)
class ShownIncident:
    """An incident for a page; `language` differs from the reader's where it was not written in theirs."""

    title: str
    text: str
    language: str
    state: str
    state_word: str
    is_over: bool
    url: str
    started_at: datetime
    changed_at: datetime


def state_word(state: State) -> str:
    """How far it is, in a few words."""
    return {
        State.BEGUN: _("We are working on it"),
        State.WATCHING: _("We are watching it"),
        State.OVER: _("It is over"),
    }[state]


def title_of(incident: Incident) -> str:
    """Its title in the reader's language, else in one that it was written in."""
    words = incident.texts.get(current_language()) or next(iter(incident.texts.values()))
    return str(words["title"])


def shown(known: Known) -> ShownIncident:
    """In the reader's language where it was written in it."""
    words = known.in_language(current_language())
    return ShownIncident(
        words.title,
        words.text,
        words.language,
        known.state.value,
        state_word(known.state),
        known.state is State.OVER,
        url_for("incidents.show", number=known.id),
        known.started_at,
        known.changed_at,
    )


def shown_incidents(*, topic: str = "", category: str = "") -> Sequence[ShownIncident]:
    """What is announced now about a topic, a folder of the FAQ, or at all."""
    return [shown(each) for each in known_incidents(topic=topic, category=category)]
