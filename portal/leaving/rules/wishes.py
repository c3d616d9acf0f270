"""The end that somebody wished for, read from what they typed (spec leaving 2.3)."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januar", "january", "jan"),
            ("februar", "february", "feb"),
            ("maerz", "march", "mar", "mrz"),
            ("april", "apr"),
            ("mai", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("dezember", "december", "dez", "dec"),
        ),
        start=1,
    )
    for name in names
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4}|\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\s*(?:\.|st|nd|rd|th)?\s+([^\W\d_]+)\.?\s+(\d{4})", re.ASCII | re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4})", re.ASCII | re.IGNORECASE)
_LONGEST = 60


def read_wished(typed: str) -> date | None:
    """The one date in a short text, day first as in Europe; None where there is none, or more than one."""
    text = typed.strip().lower()
    if len(text) > _LONGEST:
        return None
    found = {day for day in _readings(text) if day is not None}
    return found.pop() if len(found) == 1 else None


def _readings(text: str) -> list[date | None]:
    readings = [_date(year, month, day) for year, month, day in _ISO.findall(text)]
    readings += [_date(_whole(year), month, day) for day, month, year in _DOTTED.findall(text)]
    readings += [_date(year, _MONTHS.get(month, 0), day) for day, month, year in _NAMED.findall(_plain(text))]
    readings += [_date(year, _MONTHS.get(month, 0), day) for month, day, year in _MONTH_FIRST.findall(_plain(text))]
    return readings


def _plain(text: str) -> str:
    return text.replace("ä", "ae").replace("jaenner", "januar")


def _whole(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _date(year: int | str, month: int | str, day: int | str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
