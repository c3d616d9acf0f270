"""Tables for spreadsheets: cells that no program takes for a formula, a mark of the encoding, line by line (SR-29)."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from typing import Any

from flask import Response

_BOM = "\ufeff"
# What makes a spreadsheet calculate, also behind blanks (OWASP, CSV injection).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_cell(value: Any) -> str:
    """A value as a cell: numbers and moments as they are, words with a quote in front when they could be a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, bool | int | float | date):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_DANGEROUS) else text


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file in pieces of one line; as much memory for a million rows as for one."""
    yield _BOM + _line(head)
    for row in rows:
        yield _line(row)


def csv_response(name: str, pieces: Iterable[str]) -> Response:
    """The answer that a browser saves under that name; `pieces` may be made while it is sent."""
    response = Response(pieces, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _line(cells: Iterable[Any]) -> str:
    written = StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([csv_cell(cell) for cell in cells])
    return written.getvalue()
