"""How long people usually wait for a first answer, from the portal's own questions: read beside the pages."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from statistics import median_high

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.process.beside import ReadBeside
from portal.foundation.web.here import OnePerApp
from portal.questions.models import Question

DAYS = 30
# Fewer answers say nothing that the next person could rely on.
LEAST = 20
_MOST = 500
_WRITTEN = ("web", "mail")


@dataclass
class UsualWait(ReadBeside):
    """Within how many minutes half of the lately asked questions were answered; None while too few were."""

    seconds = 600.0
    name = "the usual waiting time"
    minutes: float | None = None

    def read(self) -> None:
        """As of now."""
        self.minutes = _half_within()

    @property
    def sentence(self) -> str:
        """What the contact page says of it, nights and weekends counted; empty while too few were answered."""
        if self.minutes is None:
            return ""
        hours = max(1, ceil(self.minutes / 60))
        if hours <= 48:
            return ngettext(
                "Half of what was asked in the last 30 days was answered within %(num)d hour.",
                "Half of what was asked in the last 30 days was answered within %(num)d hours.",
                hours,
            )
        days = ceil(hours / 24)
        return _("Half of what was asked in the last 30 days was answered within %(days)d days.", days=days)


USUAL_WAIT = OnePerApp("usual_wait", UsualWait)


def _half_within() -> float | None:
    """The newest questions in writing; who chose a time for a call waits for that time."""
    asked = (Question.created_at >= clock.now() - timedelta(days=DAYS), Question.source.in_(_WRITTEN))
    answered = select(Question.created_at, Question.first_answered_at).where(
        *asked, Question.first_answered_at.is_not(None)
    )
    rows = db.session.execute(answered.order_by(Question.created_at.desc()).limit(_MOST)).all()
    if len(rows) < LEAST:
        return None
    return median_high((row.first_answered_at - row.created_at).total_seconds() / 60 for row in rows)
