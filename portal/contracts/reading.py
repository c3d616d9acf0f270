"""A contract from written fields, of the desk's form as of a line of an import: all faults at once, by field."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.contracts.rules.spelling import number_key
from portal.contracts.rules.terms import ZONES, Country, Flaw, Grid, Renewal, Span, Terms, Unit, flaws, is_within_reach
from portal.foundation.addresses import normalised

T = TypeVar("T")
LIMITS = {
    "number": 40,
    "customer_number": 40,
    "product": 120,
    "holder": 100,
    "email": 254,
    "postal_address": 500,
    "price": 80,
}
REQUIRED = ("number", "email", "holder", "product", "started_on")
FIELDS = (
    *("number", "customer_number", "holder", "email", "language", "postal_address", "product", "price"),
    *("started_on", "first_term_end", "notice", "grid", "billing", "billed_from", "renewal"),
    *("country", "zone", "is_consumer", "ends_on"),
)
_UNITS = {
    Unit.MONTHS: ("month", "months", "monat", "monate", "monaten", "m"),
    Unit.WEEKS: ("week", "weeks", "woche", "wochen", "w"),
    Unit.DAYS: ("day", "days", "tag", "tage", "tagen", "d", "t"),
}
_YEARS = ("year", "years", "jahr", "jahre", "jahren")
_GRIDS = {
    Grid.ANY_DAY: ("", "any_day", "any day", "jederzeit", "täglich", "beliebiger tag"),
    Grid.PERIOD_END: ("period_end", "period end", "abrechnungsende", "ende des abrechnungszeitraums"),
    Grid.MONTH_END: ("month_end", "month end", "monatsende"),
}
_RENEWALS = {
    Renewal.INDEFINITE: ("", "indefinite", "unbefristet"),
    Renewal.NONE: ("none", "keine", "endet", "befristet"),
}
_COUNTRIES = {Country.DE: ("", "de"), Country.AT: ("at",), Country.CH: ("ch",)}
_YES, _NO = ("", "yes", "y", "true", "1", "ja", "j", "x"), ("no", "n", "false", "0", "nein")
_MOST_IN_SPAN = 99 * 12
_SPAN = re.compile(r"(\d{1,4})\s*([a-zäöü]+)")
_GERMAN, _ISO = (
    re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII),
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII),
)


class Mistake(StrEnum):
    """What can be wrong with one field."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NO_ADDRESS = "no_address"
    NO_DATE = "no_date"
    NO_SPAN = "no_span"
    NO_CHOICE = "no_choice"
    NO_ZONE = "no_zone"
    NO_AMOUNT = "no_amount"
    NO_CURRENCY = "no_currency"
    TOO_EARLY = "too_early"
    NOBODY = "nobody"
    STRANGER = "stranger"
    SEVERAL = "several"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field, what, and what was written."""

    field: str
    what: Mistake | Flaw
    written: str = ""


@dataclass(frozen=True)
class Written:
    """A contract as it was written, read and lawful; the names are those of the table's columns.

    `said` are the fields that were written; the others are as they are kept, or as they usually are.
    """

    number: str
    customer_number: str
    holder: str
    email: str
    language: str
    postal_address: str
    product: str
    price: str
    country: Country
    is_consumer: bool
    terms: Terms
    ends_on: date | None
    said: frozenset[str] = frozenset()

    def columns(self) -> dict[str, object]:
        """The values of the table's columns, but for the customer."""
        others = ("email", "language", "terms", "ends_on", "said")
        kept = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in others}
        terms = self.terms
        return kept | {
            "country": self.country.value,
            "zone": terms.zone,
            "started_on": terms.started_on,
            "first_term_end": terms.first_term_end,
            "notice_count": terms.notice.count,
            "notice_unit": terms.notice.unit.value,
            "grid": terms.grid.value,
            "billing_count": terms.billing.count,
            "billing_unit": terms.billing.unit.value,
            "billed_from": terms.billed_from,
            "renewal": terms.renewal.value,
            "renewed_count": terms.renewed_for.count if terms.renewed_for else None,
            "renewed_unit": terms.renewed_for.unit.value if terms.renewed_for else "",
        }


class Said(Protocol):
    """What was written of a row: values of its columns, and the names of the fields that were written."""

    @property
    def said(self) -> frozenset[str]: ...

    def columns(self) -> dict[str, object]: ...


def differences(kept: object, written: Said) -> list[str]:
    """The names of the columns that are written otherwise than they are kept; what was not written is no difference."""
    said = written.columns().items()
    return [name for name, value in said if field_of(name) in written.said and getattr(kept, name) != value]


def field_of(column: str) -> str:
    """The field that a column of a table is part of: `notice` for `notice_count`, `renewal` for `renewed_unit`."""
    field, _, part = column.rpartition("_")
    return {"renewed": "renewal"}.get(field, field) if part in ("count", "unit") else column


def read_contract(
    given: Mapping[str, str], kept: Mapping[str, str] | None = None
) -> tuple[Written | None, list[Fault]]:
    """The contract, or everything that is wrong with it; the law is asked only about what can be read.

    `kept` are the fields of the contract as it is; they count where nothing is given.
    """
    known = {**(kept or {}), **given}
    text = {name: str(known.get(name, "")).strip() for name in FIELDS}
    reader = _Reader(text, REQUIRED)
    read = reader.contract()
    faults = [*too_long(text, LIMITS), *reader.faults]
    if faults or read is None:
        return None, faults
    found = flaws(read.terms, country=read.country, is_consumer=read.is_consumer)
    if found:
        return None, [Fault(_FIELD_OF[flaw], flaw) for flaw in found]
    return replace(read, said=frozenset(given)), []


def read_day(written: str) -> date | None:
    """A day written as 2026-11-30 or 30.11.2026; ValueError for anything else, None for nothing."""
    if not written:
        return None
    if found := _GERMAN.fullmatch(written):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO.fullmatch(written):
        return date(int(found[1]), int(found[2]), int(found[3]))
    raise ValueError("no day")


def too_long(text: Mapping[str, str], limits: Mapping[str, int]) -> Iterator[Fault]:
    """The fields that are longer than their limits; a number also in the spelling in which it is compared."""
    for name, limit in limits.items():
        written = text.get(name, "")
        if len(written) > limit or (name.endswith("number") and len(number_key(written)) > limit):
            yield Fault(name, Mistake.TOO_LONG, str(limit))


def read_span(written: str) -> Span:
    """`1 month`, `4 Wochen`, `2 years`, `0`; ValueError for anything else."""
    low = written.lower()
    if low == "0":
        return Span(0, Unit.DAYS)
    found = _SPAN.fullmatch(low)
    if found is None:
        raise ValueError("no span")
    count, word = int(found[1]), found[2]
    if word in _YEARS and count <= 99:
        return Span(count * 12, Unit.MONTHS)
    for unit, words in _UNITS.items():
        if word in words and count <= _MOST_IN_SPAN:
            return Span(count, unit)
    raise ValueError("no span")


def span_text(span: Span) -> str:
    """A length of time as `read_span` reads it."""
    return f"{span.count} {span.unit.value}".removesuffix("s" if span.count == 1 else "") if span.count else "0"


class FieldReader:
    """Reads field after field and keeps what is wrong; an empty field is wrong where it is required, and only once."""

    def __init__(self, text: Mapping[str, str], required: Iterable[str]) -> None:
        self.text = text
        self.faults = [Fault(name, Mistake.MISSING) for name in required if not text[name]]

    def read(self, name: str, read: Callable[[str], T], mistake: Mistake) -> T | None:
        """What `read` makes of the field; None where it is empty, or wrong (ValueError)."""
        try:
            return read(self.text[name]) if self.text[name] else None
        except ValueError:
            self.wrong(name, mistake)
            return None

    def choice(self, name: str, words: Mapping[T, tuple[str, ...]]) -> T | None:
        """The value that one of these words means."""
        written = self.text[name].lower()
        for value, known in words.items():
            if written in known:
                return value
        if written:
            self.wrong(name, Mistake.NO_CHOICE)
        return None

    def require_numbers(self, *names: str) -> None:
        """What is written there has a letter or a digit to compare."""
        for name in names:
            if self.text[name] and not number_key(self.text[name]):
                self.wrong(name, Mistake.NO_NUMBER)

    def wrong(self, name: str, what: Mistake) -> None:
        """Keep what is wrong with a field."""
        self.faults.append(Fault(name, what, self.text[name][:60]))


class _Reader(FieldReader):
    """The fields of a contract."""

    def contract(self) -> Written | None:
        text = self.text
        country = self.choice("country", _COUNTRIES)
        terms = self._terms(country or Country.DE)
        email = self.read("email", normalised, Mistake.NO_ADDRESS)
        is_consumer = self.choice("is_consumer", {True: _YES, False: _NO})
        ends_on = self._day("ends_on")
        self.require_numbers("number")
        if self.faults or terms is None or country is None or is_consumer is None:
            return None
        return Written(
            number=text["number"],
            customer_number=text["customer_number"],
            holder=text["holder"],
            email=email or "",
            language=text["language"].lower(),
            postal_address=text["postal_address"],
            product=text["product"],
            price=text["price"],
            country=country,
            is_consumer=is_consumer,
            terms=terms,
            ends_on=ends_on,
        )

    def _terms(self, country: Country) -> Terms | None:
        started_on, grid = self._day("started_on"), self.choice("grid", _GRIDS)
        notice, billing = self._span("notice"), self._span("billing")
        renewal, renewed_for = self._renewal()
        first_term_end, billed_from = self._day("first_term_end"), self._day("billed_from")
        zone = self._zone(country)
        if started_on is None or notice is None or billing is None or grid is None or renewal is None:
            return None
        return Terms(started_on, notice, billing, grid, first_term_end, renewal, renewed_for, billed_from, zone)

    def _renewal(self) -> tuple[Renewal | None, Span | None]:
        written = self.text["renewal"].lower()
        for renewal, words in _RENEWALS.items():
            if written in words:
                return renewal, None
        try:
            return Renewal.FIXED, read_span(written)
        except ValueError:
            self.wrong("renewal", Mistake.NO_CHOICE)
            return None, None

    def _span(self, name: str) -> Span | None:
        """A month where nothing is written."""
        return self.read(name, read_span, Mistake.NO_SPAN) if self.text[name] else Span(1, Unit.MONTHS)

    def _day(self, name: str) -> date | None:
        day = self.read(name, read_day, Mistake.NO_DATE)
        # What ends on a day that never comes has no end, as some books write it; everything else is reckoned with.
        if day is not None and name != "ends_on" and not is_within_reach(day):
            self.faults.append(Fault(name, Flaw.DATE_OUT_OF_REACH))
        return day

    def _zone(self, country: Country) -> str:
        written = self.text["zone"] or ZONES[country]
        try:
            return ZoneInfo(written).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong("zone", Mistake.NO_ZONE)
            return ZONES[country]


# The field beside which a sentence about the terms stands.
_FIELD_OF = {
    Flaw.FIRST_TERM_TOO_LONG: "first_term_end",
    Flaw.NOTICE_TOO_LONG: "notice",
    Flaw.RENEWS_FOR_A_TERM: "renewal",
    Flaw.GRID_TOO_WIDE: "grid",
    Flaw.ENDS_BEFORE_START: "first_term_end",
    Flaw.NO_END: "first_term_end",
    Flaw.NO_RENEWED_TERM: "renewal",
    Flaw.NO_BILLING: "billing",
    Flaw.DATE_OUT_OF_REACH: "started_on",
}
