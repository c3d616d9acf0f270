"""The history on the case page: each entry is printed once for its shape, a visit fills in what is its own."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from portal.desk.history import Entry
from portal.foundation.rendering.printed import Printed, Row, printed_rows
from portal.numbers.format import OF_DECLARATIONS
from portal.questions.thread.mailed import mailed_part
from portal.questions.thread.text import answer_text, customer_text

_NUMBER = re.compile(r"\b[A-Z]\d{2}-\d{5,9}-\d\b", re.ASCII)


def entries_part(entries: Iterable[Entry], moment: Callable[[datetime], str]) -> Printed:
    """Messages, notes and what happened, one below the other; `moment` writes when that was."""
    return printed_rows("desk/_entry.html", (_row(entry, moment(entry.at)) for entry in entries))


def _row(entry: Entry, when: str) -> Row:
    shape = {
        "kind": entry.kind,
        "channel": entry.channel,
        "has_role": bool(entry.role),
        "is_withdrawn": entry.is_withdrawn,
        "is_grave": entry.is_grave,
    }
    gaps = {
        "id": str(entry.id),
        "at": entry.at.isoformat(timespec="seconds"),
        "when": when,
        "author": entry.author,
        "role": entry.role,
        "text": _text(entry),
        "files": _files(entry) if entry.files or entry.mailed else "",
    }
    return shape, gaps


def _text(entry: Entry) -> str:
    if entry.kind == "event":
        return _with_links(entry.text)
    if entry.is_withdrawn:
        return entry.text
    return answer_text(entry.text) if entry.kind == "staff" else customer_text(entry.text)


def _with_links(text: str) -> Markup:
    """Each number in what happened leads to the case or the declaration that has it."""
    return Markup(_NUMBER.sub(_link, escape(text)))  # noqa: S704  (escaped, and a number is letters and digits)


def _link(found: re.Match[str]) -> str:
    place = "declarations" if found[0][0] in OF_DECLARATIONS else "questions"
    return f'<a href="/desk/{place}/{found[0]}">{found[0]}</a>'


def _files(entry: Entry) -> Markup:
    mailed = mailed_part(entry.mailed, tells_proof=True)
    if not entry.files:
        return mailed
    macros: Any = current_app.jinja_env.get_template("components/uploads.html").module
    return Markup(macros.attachment_list(entry.files)) + mailed  # noqa: S704  (printed by a template that escapes)
