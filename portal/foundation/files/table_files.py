"""Tables in files as offices write them: UTF-8 (with or without a mark at its beginning), UTF-16 and Windows-1252, with
semicolons, commas or tabs; columns are known by several names."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SIZE_LIMIT = 5 * 1024 * 1024
LINE_LIMIT = 50_000


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
    """A file that cannot be read as the table that is wanted: all that is in the way, with the columns it is about."""

    def __init__(self, troubles: Mapping[Trouble, Sequence[str]]) -> None:
        super().__init__(", ".join(troubles))
        self.troubles = troubles


@dataclass(frozen=True)
class Columns:
    """The columns that a table may have, each with the other names it goes by, and those that it must have."""

    names: Mapping[str, Sequence[str]]
    required: Sequence[str]


@dataclass(frozen=True)
class Row:
    """One line that is not empty: its number as an editor shows it, its fields by column, whether it has too many.

    A field is there for every column of the table, also where the line ends before.
    """

    at: int
    fields: dict[str, str]
    has_extra: bool


@dataclass(frozen=True)
class Table:
    """What a file holds, with the columns that it has, and how it was written."""

    columns: Sequence[str]
    rows: Sequence[Row]
    encoding: str
    separator: str


def read_table(content: bytes, columns: Columns) -> Table:
    """The table in a file; TroubledFile when it is none with these columns."""
    text, encoding = _decoded(content)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = _header(reader, columns)
        return Table(names, list(_rows(reader, names)), encoding, separator)
    except csv.Error as error:
        raise TroubledFile({Trouble.NO_TABLE: ()}) from error


def _decoded(content: bytes) -> tuple[str, str]:
    if not content.strip():
        raise TroubledFile({Trouble.EMPTY: ()})
    if len(content) > SIZE_LIMIT:
        raise TroubledFile({Trouble.TOO_LARGE: ()})
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}[encoding]
    raise TroubledFile({Trouble.NO_ENCODING: ()})


def _separator(text: str) -> str:
    if not text.strip():
        raise TroubledFile({Trouble.EMPTY: ()})
    first = text.lstrip("\r\n").splitlines()[0]
    found = max((";", ",", "\t"), key=first.count)
    if not first.count(found):
        raise TroubledFile({Trouble.NO_TABLE: ()})
    return found


def _header(reader: Any, columns: Columns) -> list[str]:
    header = next((row for row in reader if any(cell.strip() for cell in row)), None)
    if header is None:
        raise TroubledFile({Trouble.EMPTY: ()})
    return _named(header, columns)


def _rows(reader: Any, names: Sequence[str]) -> Iterator[Row]:
    # The number of a line is that of its beginning: a cell may hold line breaks.
    begin = reader.line_num + 1
    for row in reader:
        if any(cell.strip() for cell in row):
            has_extra = any(cell.strip() for cell in row[len(names) :])
            yield Row(begin, dict.fromkeys(names, "") | dict(zip(names, row, strict=False)), has_extra)
        begin = reader.line_num + 1
        if begin > LINE_LIMIT:
            raise TroubledFile({Trouble.TOO_MANY_LINES: ()})


def _named(header: Sequence[str], columns: Columns) -> list[str]:
    names = {alias: name for name, others in columns.names.items() for alias in (name, *others)}
    written = [cell.strip() for cell in header]
    while written and not written[-1]:
        written.pop()
    found = [names[cell.lower()] for cell in written if cell.lower() in names]
    troubles = {
        Trouble.MISSING_COLUMNS: [name for name in columns.required if name not in found],
        Trouble.DOUBLE_COLUMNS: sorted({name for name in found if found.count(name) > 1}),
        Trouble.UNKNOWN_COLUMNS: [cell[:40] for cell in written if cell.lower() not in names][:10],
    }
    if any(troubles.values()):
        raise TroubledFile({trouble: which for trouble, which in troubles.items() if which})
    return found
