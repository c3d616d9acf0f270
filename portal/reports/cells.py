"""What stands in the tables of reports: one value, as people read it and as a file holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.foundation.i18n import current_language, local_number, written_day
from portal.reports.charts import Chart
from portal.reports.rules import SMALLEST_CELL, Period, weeks

_WEEK = {"de": "d. MMM", "en": "d MMM"}
_WEEK_LONG = {"de": "d. MMM y", "en": "d MMM y"}


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def shown(self) -> str:
        return _("%(number)s %%", number=round(100 * self.part / self.whole)) if self.whole else "–"

    @property
    def plain(self) -> float | None:
        return round(self.part / self.whole, 4) if self.whole else None


@dataclass(frozen=True)
class Span:
    """A time in minutes."""

    minutes: int | None

    @property
    def shown(self) -> str:
        return "–" if self.minutes is None else _span(self.minutes)

    @property
    def plain(self) -> int | None:
        return self.minutes


@dataclass(frozen=True)
class Amount:
    """A number."""

    number: int

    @property
    def shown(self) -> str:
        return local_number(self.number)

    @property
    def plain(self) -> int:
        return self.number


@dataclass(frozen=True)
class Few:
    """A number of people; a small one is not shown, because they could be recognised."""

    number: int

    @property
    def shown(self) -> str:
        return _("fewer than %(number)s", number=SMALLEST_CELL) if self._is_small else local_number(self.number)

    @property
    def plain(self) -> int | str:
        return f"<{SMALLEST_CELL}" if self._is_small else self.number

    @property
    def _is_small(self) -> bool:
        return 0 < self.number < SMALLEST_CELL


@dataclass(frozen=True)
class Word:
    """A name, with where it leads."""

    text: str
    url: str = ""

    @property
    def shown(self) -> str:
        return self.text

    @property
    def plain(self) -> str:
        return self.text


@dataclass(frozen=True)
class Week:
    """A week by its Monday."""

    monday: date

    @property
    def shown(self) -> str:
        return written_day(self.monday, _WEEK_LONG[current_language()], current_language())

    @property
    def plain(self) -> date:
        return self.monday


@dataclass(frozen=True)
class Part:
    """One table of a report, with its chart; `total` is what all rows come to in each column behind the first.

    `before` is the same of the period before, which `compared` names in a sentence; both are empty without one.
    """

    slug: str
    title: str
    note: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    chart: Chart | None = None
    total: Sequence[Any] = ()
    before: Sequence[Any] = ()
    compared: str = ""


def week_labels(period: Period) -> list[str]:
    """The weeks of a period as they stand below a chart."""
    language = current_language()
    return [written_day(week, _WEEK[language], language) for week in weeks(period)]


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    if days and left:
        return ngettext("%(num)s day %(hours)s h", "%(num)s days %(hours)s h", days, hours=left)
    if days:
        return ngettext("%(num)s day", "%(num)s days", days)
    if hours and not rest:
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if hours else _("%(minutes)s min", minutes=rest)
