"""Where something is from and how old that knowledge is, in words."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from portal.customers.rules import Source
from portal.foundation.i18n import local_date, local_time

_MINUTE = timedelta(minutes=1)
_HOUR, _DAY = 60, 24 * 60


def origin_words(source: str, by: str, file: str) -> str:
    """Who said it, or which file did."""
    return {
        Source.CUSTOMER: _customer(by),
        Source.DESK: _("written at the desk by %(name)s", name=by) if by else _("written at the desk"),
        Source.IMPORT: _file(by, file),
        Source.API: _("from another program of %(name)s", name=by) if by else _("from another program"),
        Source.DEMO: _("demo"),
    }[Source(source)]


class Age(NamedTuple):
    """How old a knowledge is: so many minutes or hours, or since a day."""

    minutes: int | None
    day: date | None


def age_of(known_at: datetime, now: datetime) -> Age:
    """The age as it is said: minutes in the first hour, whole hours in the first day, then the day."""
    minutes = (now - known_at) // _MINUTE
    if minutes >= _DAY:
        return Age(None, local_time(known_at).date())
    return Age(minutes if minutes < _HOUR else minutes - minutes % _HOUR, None)


def known_words(known: Any, now: datetime) -> str:
    """`12 min ago, from the file books.csv of Dora Lindner`, of anything that has the columns of `Known`."""
    return words_of_known(known.source, known.told_by, known.told_in, age_of(known.known_at, now))


def words_of_known(source: str, by: str, file: str, age: Age) -> str:
    """`12 min ago, from the file books.csv of Dora Lindner`, of plain values, so that it can be kept."""
    return _("%(age)s, %(origin)s", age=_age(age), origin=origin_words(source, by, file))


def _age(age: Age) -> str:
    if age.minutes is None:
        return local_date(age.day or date.min).replace(" ", "\N{NO-BREAK SPACE}")
    if age.minutes < 1:
        return _("just now")
    if age.minutes < _HOUR:
        return _("%(num)s min ago", num=age.minutes)
    return _("%(num)s h ago", num=age.minutes // _HOUR)


def _customer(by: str) -> str:
    return _("said by the customer, on the phone to %(name)s", name=by) if by else _("said by the customer")


def _file(by: str, file: str) -> str:
    if file and by:
        return _("from the file %(file)s of %(name)s", file=file, name=by)
    return _("from the file %(file)s", file=file) if file else _("imported")
