"""A promise in the words of whoever reads it: by when, and why that date."""

from datetime import date, datetime, time
from itertools import groupby

from flask_babel import format_date, format_datetime, format_time, ngettext
from flask_babel import gettext as _

from portal.foundation.i18n import current_language
from portal.service_levels.business_hours import BusinessHours, Period, SkippedDay

_MOMENT = {"de": "EEEE, d. MMMM, HH:mm 'Uhr'", "en": "EEEE d MMMM, HH:mm"}
_WITH_ZONE = {"de": "EEEE, d. MMMM y, HH:mm 'Uhr' (z)", "en": "EEEE d MMMM y, HH:mm (z)"}
_DAY = {"de": "d. MMMM", "en": "d MMMM"}


def due_words(due_at: datetime, *, with_zone: bool = False) -> str:
    """`Thursday 17 December, 12:00`, in the company's zone; `with_zone` names year and zone as well."""
    patterns = _WITH_ZONE if with_zone else _MOMENT
    return str(format_datetime(due_at, patterns[current_language()]))


def working_time_words(minutes: int) -> str:
    """`8 hours`, `1 hour 30 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(num)s hour", "%(num)s hours", hours)] if hours else []
    parts += [ngettext("%(num)s minute", "%(num)s minutes", rest)] if rest else []
    return " ".join(parts)


def week_words(hours: BusinessHours) -> str:
    """`Monday to Friday 8:00–18:00`; neighbouring days with the same hours stand together."""
    days = [(day, periods) for day, periods in enumerate(hours.week)]
    spans = [[day for day, _periods in group] for _same, group in groupby(days, key=lambda each: each[1])]
    return ", ".join(
        _("%(days)s %(times)s", days=_days(span[0], span[-1]), times=_times(hours.week[span[0]]))
        for span in spans
        if hours.week[span[0]]
    )


def skipped_words(skipped: tuple[SkippedDay, ...]) -> list[str]:
    """`25 December (Christmas Day)` for each; days in a row with one name stand together."""
    lines = []
    for name, group in groupby(skipped, key=lambda each: each.name):
        days = [each.on for each in group]
        lines.append(_("%(day)s (%(name)s)", day=_span(days[0], days[-1]), name=name))
    return lines


def _span(first: date, last: date) -> str:
    pattern = _DAY[current_language()]
    if first == last:
        return str(format_date(first, pattern))
    return _("%(first)s to %(last)s", first=format_date(first, pattern), last=format_date(last, pattern))


def _days(first: int, last: int) -> str:
    # 5 January 2026 was a Monday.
    names = [format_date(date(2026, 1, 5 + day), "EEEE") for day in (first, last)]
    return names[0] if first == last else _("%(first)s to %(last)s", first=names[0], last=names[1])


def _times(periods: tuple[Period, ...]) -> str:
    return _(" and ").join(f"{_clock(each.opens)}–{_clock(each.closes)}" for each in periods)


def _clock(at: time) -> str:
    return str(format_time(at, "H:mm", rebase=False))
