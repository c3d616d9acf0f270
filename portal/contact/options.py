"""Reads the ways to reach the company from `company.toml`, and says in words what can be said of them now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import format_date, format_time
from flask_babel import gettext as _

from portal.contact.rules import ContactOption, Kind, Opening, opening, slots
from portal.foundation.company import Company, localised
from portal.foundation.i18n import current_language
from portal.service_levels.business_hours import BusinessHours, Period, read_week
from portal.service_levels.calendar import read_calendar

# 8:00, not 08:00: that is how both languages write it on a door.
_CLOCK = "H:mm"
_DAYS = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM"}


@dataclass(frozen=True)
class WayToReach:
    """A contact option as a page prints it."""

    name: str
    detail: str
    href: str | None
    icon: str
    note: str
    hours_lines: tuple[str, ...]
    is_open: bool | None
    state: str


def read_options(company: Company, language: str) -> tuple[ContactOption, ...]:
    """The `[[contact]]` tables of the company file in one language; ValueError says what is wrong."""
    place = company.sections.get("place", {})
    holiday = read_calendar(place, list(company.sections.get("closed", ())), language)

    def option(written: Mapping[str, Any]) -> ContactOption:
        if not isinstance(written, Mapping):
            raise ValueError("a way to reach you must be a table: write [[contact]] on a line of its own")
        week = written.get("hours")
        hours = BusinessHours(company.zone, read_week(week), holiday) if week is not None else None
        texts = (localised(written.get(key, ""), language) for key in ("name", "detail", "note"))
        name, detail, note = texts
        return ContactOption(_kind(written), name, detail, written.get("href"), note, hours)

    return tuple(option(each) for each in company.sections.get("contact", ()))


def ways_to_reach(options: tuple[ContactOption, ...], now: datetime) -> list[WayToReach]:
    """All ways for a page; those that are open now first, otherwise in the company's order."""
    ways = [_way(option, now) for option in options]
    return sorted(ways, key=lambda way: way.is_open is not True)


def _kind(written: Mapping[str, Any]) -> Kind:
    try:
        return Kind(written.get("kind", "mail"))
    except ValueError as error:
        raise ValueError(f"the kind of a contact must be one of {', '.join(Kind)}") from error


def _way(option: ContactOption, now: datetime) -> WayToReach:
    state = opening(option, now)
    return WayToReach(
        name=option.name,
        detail=option.detail,
        href=option.href or _own_page(option),
        icon=str(option.kind),
        note=option.note,
        hours_lines=_week_lines(option.hours) if option.hours else (),
        is_open=state.is_open if state else None,
        state=_sentence(option, state, now) if state else "",
    )


def callback_hours(options: tuple[ContactOption, ...]) -> BusinessHours | None:
    """When the company calls back; None when it has named no hours for it, so that no time can be chosen."""
    return next((each.hours for each in options if each.kind is Kind.CALLBACK and each.hours), None)


def _own_page(option: ContactOption) -> str | None:
    """A callback with hours is asked for on a page of ours."""
    is_ours = option.kind is Kind.CALLBACK and option.hours is not None
    return url_for("contact.show_callback") if is_ours else None


def _sentence(option: ContactOption, state: Opening, now: datetime) -> str:
    hours = option.hours
    if hours is None or state.changes_at is None:
        return _("Closed")
    if option.kind is Kind.CALLBACK and (next_slots := slots(hours, now)):
        # A time is chosen day and night: what counts is when the first call may come.
        return _("The next time begins %(when)s", when=_when(next_slots[0].begins_at, now, hours.zone))
    if state.is_open:
        return _("Open now, until %(time)s", time=format_time(state.changes_at, _CLOCK))
    holiday = hours.holiday(now.astimezone(hours.zone).date())
    when = _when(state.changes_at, now, hours.zone)
    return (
        _("Closed today (%(holiday)s), opens %(when)s", holiday=holiday, when=when)
        if holiday
        else _("Closed now, opens %(when)s", when=when)
    )


def _when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    day, today, at = moment.astimezone(zone).date(), now.astimezone(zone).date(), format_time(moment, _CLOCK)
    if day == today:
        return _("today at %(time)s", time=at)
    if day == today + timedelta(days=1):
        return _("tomorrow at %(time)s", time=at)
    return _(
        "on %(day)s at %(time)s",
        day=format_date(day, _DAYS[current_language()] if day - today > timedelta(days=6) else "EEEE"),
        time=at,
    )


def _week_lines(hours: BusinessHours) -> tuple[str, ...]:
    """`Monday to Friday 8:00–18:00`: neighbouring days with the same hours share a line."""
    lines, start = [], 0
    for day in range(1, 8):
        if day == 7 or hours.week[day] != hours.week[start]:
            if hours.week[start]:
                lines.append(_("%(days)s, %(times)s", days=_days(start, day - 1), times=_times(hours.week[start])))
            start = day
    return tuple(lines)


def _days(first: int, last: int) -> str:
    # 5 January 2026 was a Monday.
    names = [format_date(date(2026, 1, 5 + day), "EEEE") for day in (first, last)]
    return names[0] if first == last else _("%(first)s to %(last)s", first=names[0], last=names[1])


def _times(periods: tuple[Period, ...]) -> str:
    spans = (f"{_clock(each.opens)}–{_clock(each.closes)}" for each in periods)
    return _(" and ").join(spans)


def _clock(at: time) -> str:
    return format_time(at, _CLOCK, rebase=False)
