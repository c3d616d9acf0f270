"""Contracts from a table file: what would happen, line by line, and doing it; the same file twice changes nothing.

Read are UTF-8 (with or without a mark at its beginning), UTF-16 and Windows-1252, with semicolons, commas or tabs.
"""

import csv
import io
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from portal.contracts.actions import changed_columns, keep_imported
from portal.contracts.models import Contract, ContractImport
from portal.contracts.queries import contracts_by_keys
from portal.contracts.reading import FIELDS, REQUIRED, Fault, Written, read_contract
from portal.contracts.rules.spelling import number_key
from portal.foundation.database import db, transaction
from portal.journal.rules import Actor

SIZE_LIMIT = 5 * 1024 * 1024
LINE_LIMIT = 50_000
_BATCH = 200
_ALIASES = {
    "number": ("contract_number", "contract", "vertragsnummer", "vertrag"),
    "customer_number": ("kundennummer", "customer number"),
    "holder": ("name", "inhaber", "kunde"),
    "email": ("e-mail", "mail", "e_mail", "e-mail-adresse"),
    "language": ("sprache",),
    "postal_address": ("address", "anschrift", "adresse"),
    "product": ("produkt", "tarif"),
    "price": ("preis",),
    "started_on": ("start", "beginn", "vertragsbeginn"),
    "first_term_end": ("mindestlaufzeit_bis", "mindestlaufzeit bis", "first term end"),
    "notice": ("kündigungsfrist", "kuendigungsfrist", "notice_period"),
    "grid": ("kündbar zum", "kuendbar_zum", "termin"),
    "billing": ("abrechnung", "abrechnungszeitraum", "billing_period"),
    "billed_from": ("abgerechnet_ab", "abgerechnet ab"),
    "renewal": ("verlängerung", "verlaengerung"),
    "country": ("land",),
    "zone": ("zeitzone", "time_zone"),
    "is_consumer": ("verbraucher", "consumer"),
    "ends_on": ("ende", "endet am", "vertragsende"),
}


class Trouble(StrEnum):
    """Why a file as a whole cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    NO_ENCODING = "no_encoding"
    NO_TABLE = "no_table"
    MISSING_COLUMNS = "missing_columns"
    UNKNOWN_COLUMNS = "unknown_columns"
    DOUBLE_COLUMNS = "double_columns"


class TroubledFile(ValueError):
    """A file that cannot be read as a table of contracts; `names` are columns."""

    def __init__(self, trouble: Trouble, names: Sequence[str] = ()) -> None:
        super().__init__(trouble.value)
        self.trouble, self.names = trouble, tuple(names)


class Outcome(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULTY = "faulty"


class LineFault(StrEnum):
    """What is wrong with a line as a whole."""

    TWICE = "twice"  # the number stands in an earlier line
    TOO_MANY_FIELDS = "too_many_fields"


@dataclass(frozen=True)
class Line:
    """One line of the file: its number as an editor shows it, what it does, and why it cannot."""

    at: int
    number: str
    holder: str
    outcome: Outcome
    changed: tuple[str, ...] = ()
    faults: tuple[Fault | LineFault, ...] = ()
    written: Written | None = None


@dataclass(frozen=True)
class Preview:
    """What an import would do; nothing is changed by it."""

    lines: tuple[Line, ...]
    encoding: str
    separator: str

    def count(self, outcome: Outcome) -> int:
        """How many lines have that outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def faulty(self) -> list[Line]:
        return [line for line in self.lines if line.outcome == Outcome.FAULTY]


def preview(content: bytes) -> Preview:
    """What this file would do, line by line; TroubledFile when it is no table of contracts at all."""
    text, encoding = _decoded(content)
    separator = _separator(text)
    rows = _rows(text, separator)
    read = list(_read(rows))
    known = contracts_by_keys({number_key(line.number) for line in read if line.written})
    lines = tuple(_compared(line, known) for line in read)
    return Preview(lines, encoding, separator)


def apply(content: bytes, *, by: Actor, now: datetime) -> Preview:
    """Import every correct line of the file; what comes back says what was done, the faulty lines among it."""
    planned = preview(content)
    due = [line for line in planned.lines if line.written and line.outcome != Outcome.FAULTY]
    for begin in range(0, len(due), _BATCH):
        with transaction():
            for line in due[begin : begin + _BATCH]:
                if line.written:
                    keep_imported(line.written, by=by, now=now)
    return planned


def _decoded(content: bytes) -> tuple[str, str]:
    if not content.strip():
        raise TroubledFile(Trouble.EMPTY)
    if len(content) > SIZE_LIMIT:
        raise TroubledFile(Trouble.TOO_LARGE)
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}[encoding]
    raise TroubledFile(Trouble.NO_ENCODING)


def _separator(text: str) -> str:
    if not text.strip():
        raise TroubledFile(Trouble.EMPTY)
    first = text.lstrip("\r\n").splitlines()[0]
    found = max((";", ",", "\t"), key=first.count)
    if not first.count(found):
        raise TroubledFile(Trouble.NO_TABLE)
    return found


def _rows(text: str, separator: str) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Number, fields by column and whether there were too many of each line that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = next(row for row in reader if any(cell.strip() for cell in row))
        columns = _columns(header)
        # The number of a line is that of its beginning: a cell may hold line breaks.
        begin = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                extra = any(cell.strip() for cell in row[len(columns) :])
                yield begin, dict(zip(columns, row, strict=False)), extra
            begin = reader.line_num + 1
            if begin > LINE_LIMIT:
                raise TroubledFile(Trouble.TOO_MANY_LINES)
    except csv.Error as error:
        raise TroubledFile(Trouble.NO_TABLE) from error


def _columns(header: Sequence[str]) -> list[str]:
    names = {alias: name for name in FIELDS for alias in (name, *_ALIASES[name])}
    written = [cell.strip() for cell in header]
    while written and not written[-1]:
        written.pop()
    unknown = [cell for cell in written if cell.lower() not in names]
    if unknown:
        raise TroubledFile(Trouble.UNKNOWN_COLUMNS, [cell[:40] for cell in unknown[:10]])
    columns = [names[cell.lower()] for cell in written]
    double = sorted({name for name in columns if columns.count(name) > 1})
    if double:
        raise TroubledFile(Trouble.DOUBLE_COLUMNS, double)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise TroubledFile(Trouble.MISSING_COLUMNS, missing)
    return columns


def _read(rows: Iterator[tuple[int, dict[str, str], bool]]) -> Iterator[Line]:
    seen: set[str] = set()
    for at, fields, has_extra in rows:
        written, faults = read_contract(fields)
        number, holder = fields.get("number", "").strip(), fields.get("holder", "").strip()
        found: list[Fault | LineFault] = [*faults]
        if has_extra:
            found.append(LineFault.TOO_MANY_FIELDS)
        key = number_key(number)
        if key and key in seen:
            found.append(LineFault.TWICE)
        seen.add(key)
        outcome = Outcome.FAULTY if found else Outcome.NEW
        yield Line(at, number, holder, outcome, faults=tuple(found), written=None if found else written)


def _compared(line: Line, known: Mapping[str, Contract]) -> Line:
    contract = known.get(number_key(line.number))
    if line.written is None or contract is None:
        return line
    changed = changed_columns(contract, line.written)
    if line.written.ends_on and line.written.ends_on != contract.ends_on:
        changed.append("ends_on")
    outcome = Outcome.CHANGED if changed else Outcome.SAME
    return Line(line.at, line.number, line.holder, outcome, tuple(changed), written=line.written)


def stage(content: bytes, file_name: str, *, user_id: int, now: datetime) -> str:
    """Keep a file for a day, so that what was looked at is what is imported; the mark by which it is found."""
    mark = secrets.token_urlsafe(32)
    row = ContractImport(mark=mark, user_id=user_id, file_name=file_name[:120], content=content, made_at=now)
    with transaction():
        db.session.add(row)
    return mark


def staged(mark: str, *, user_id: int) -> ContractImport | None:
    """The file that this person has uploaded, if it is still there."""
    return db.session.scalar(select(ContractImport).filter_by(mark=mark, user_id=user_id))
