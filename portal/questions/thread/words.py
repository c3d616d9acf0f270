"""States, moments, durations and opening hours in the reader's words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from babel.dates import format_datetime, get_day_names
from flask_babel import format_currency, ngettext

from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.i18n import LOCALES, current_language, local_time, written_day
from portal.foundation.i18n import marked as _l
from portal.foundation.i18n import sentence as _
from portal.questions.rules import CustomerState, Face, SheetLine
from portal.service_levels.business_hours import BusinessHours, Period

_SHORT = {"de": "EEE, d. MMMM", "en": "EEE, d MMMM"}
_WITH_YEAR = {"de": "EEE, d. MMMM y", "en": "EEE, d MMMM y"}
_FULL = {"de": "EEEE, d. MMMM y", "en": "EEEE, d MMMM y"}
_SHORT_WEEKDAY = len("Mon.")
# The sentences in English; which language they are read in is known when they are printed.
_STATES = {
    CustomerState.RECEIVED: _l("received"),
    CustomerState.IN_WORK: _l("we are on it"),
    CustomerState.YOUR_TURN: _l("it is your turn"),
    CustomerState.SOLVED: _l("solved"),
    CustomerState.CLOSED: _l("closed"),
}
_LINES = {
    SheetLine.ABOUT: _l("What it is about"),
    SheetLine.CHECKED: _l("What was checked"),
    SheetLine.FOUND: _l("What came out"),
    SheetLine.MISSING: _l("What is missing"),
    SheetLine.NEXT: _l("Who does what until when"),
}
_FACES = {Face.GOOD: _l("Good"), Face.FAIR: _l("So-so"), Face.BAD: _l("Bad")}


def moment(value: datetime) -> str:
    """`Mi., 16. Dezember, 12:00 Uhr` in the company's zone; the year is named when it is not this one."""
    is_this_year = abs((value - clock.now()).days) < 300
    return _written(local_time(value), _SHORT if is_this_year else _WITH_YEAR)


def full_moment(value: datetime) -> str:
    """`Mittwoch, 16. Dezember 2026, 12:00 Uhr (MEZ)`: with the year and the zone."""
    local = local_time(value)
    return f"{_written(local, _FULL)} ({_zone_name(local.replace(minute=0), current_language())})"


def _written(local: datetime, patterns: Mapping[str, str]) -> str:
    """Day and time; the day is kept ready, the time differs from message to message."""
    language = current_language()
    unit = " Uhr" if language == "de" else ""
    return f"{written_day(local.date(), patterns[language], language)}, {local.hour:02d}:{local.minute:02d}{unit}"


@lru_cache(maxsize=1024)
def _zone_name(local: datetime, language: str) -> str:
    return str(format_datetime(local, "z", tzinfo=local.tzinfo, locale=LOCALES[language]))


def unbroken(shown: str) -> str:
    """A moment that breaks nowhere but between weekday, day and time; a short weekday stays with its day."""
    weekday, *others = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in shown.split(", "))
    after = ",\N{NO-BREAK SPACE}" if len(weekday) <= _SHORT_WEEKDAY else ", "
    return after.join([weekday, ", ".join(others)]) if others else weekday


def duration(minutes: int) -> str:
    """Working time in hours where it is whole ones, else in minutes."""
    if minutes % 60 == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // 60))
    return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))


def money(amount: Decimal) -> str:
    """`25,00 €`, in the currency that `[fairness]` of company.toml names (EUR without it)."""
    written = COMPANY.here().sections.get("fairness", {})
    return str(format_currency(amount, written.get("currency", "EUR") if isinstance(written, Mapping) else "EUR"))


def state_word(state: CustomerState) -> str:
    """The state in the customer's words."""
    return _(_STATES[state])


def sheet_label(line: SheetLine) -> str:
    """What a line of the case sheet is about."""
    return _(_LINES[line])


def face_word(face: Face) -> str:
    """A judgement in a word."""
    return _(_FACES[face])


def week_lines(hours: BusinessHours) -> list[str]:
    """`Mo–Fr 8:00–18:00`: days with equal hours together; closed days are left out."""
    return list(_week_lines(hours.week, current_language()))


@lru_cache(maxsize=16)
def _week_lines(week: tuple[tuple[Period, ...], ...], language: str) -> tuple[str, ...]:
    names = get_day_names("abbreviated", "stand-alone", LOCALES[language])
    runs = [(periods, [day for day, _ in run]) for periods, run in groupby(enumerate(week), key=lambda each: each[1])]
    return tuple(f"{_days(names, days)} {_periods(periods)}" for periods, days in runs if periods)


def _days(names: Mapping[int, str], days: Sequence[int]) -> str:
    first, last = names[days[0]].rstrip("."), names[days[-1]].rstrip(".")
    return first if first == last else f"{first}–{last}"


def _periods(periods: Sequence[Period]) -> str:
    return ", ".join(
        f"{each.opens.hour}:{each.opens.minute:02d}–{each.closes.hour or 24}:{each.closes.minute:02d}"
        for each in periods
    )
