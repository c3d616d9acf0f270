"""One mail for many: what an address was not sent singly on a day goes there together (spec leaving 2.15).

Confirmations stay confirmations: each is named with the moment of its receipt, and the wording of all goes along as one
file. What the holder of a contract is told is never in one mail with what strangers typed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from portal.leaving.notices.confirming import CANCELLATION, ON_FILE, PER_DAY, WITHDRAWAL
from portal.leaving.notices.holders import DATE, NOTICE
from portal.notifications.actions import add_to_mail, notify
from portal.notifications.models import Notification
from portal.notifications.rules import MailKind

CONFIRMATIONS = MailKind(
    "leaving_confirmations", statutory_per_day=PER_DAY, attached="document", is_acknowledgement=True
)
DATES = MailKind("leaving_dates", per_day=PER_DAY)
MAILS = (CONFIRMATIONS, DATES)
# Which mails go together, and in which.
BUNDLED: Mapping[str, MailKind] = {
    CANCELLATION.name: CONFIRMATIONS,
    WITHDRAWAL.name: CONFIRMATIONS,
    DATE.name: DATES,
    NOTICE.name: DATES,
}
# A mail of ours has at most 200 kB as text, HTML and file, with some room for its frame; so much do other things take.
_ROOM, _LINES = 180_000, 300
_FILES = {"de": "erklaerungen.txt", "en": "declarations.txt"}
_WORDS = {"cancellation": CANCELLATION.name, "withdrawal": WITHDRAWAL.name}
_BETWEEN = f"\n\n{'=' * 40}\n\n"


def fitting(rows: Sequence[Notification], present: Notification | None) -> list[Notification]:
    """As many of them, in their order, as fit into one mail beside what it holds already; at least one into a new."""
    taken: list[Notification] = []
    size = _size(present.payload) if present else 0
    for row in rows:
        size += _size(row.payload)
        if size > _ROOM and (taken or present):
            break
        taken.append(row)
    return taken


def bundle(rows: Sequence[Notification], present: Notification | None, *, now: datetime) -> int | None:
    """Put the words of these mails into one that waits, or into a new one; its number, None when it has just gone.

    Inside the caller's transaction. All are for one address, in one language, and of one kind of bundle.
    """
    if present is not None:
        payload = _joined(present.payload, rows, present.language)
        return present.id if add_to_mail(present.id, payload) else None
    first = rows[0]
    return notify(
        BUNDLED[first.kind].name,
        to=first.recipient,
        language=first.language,
        about=(first.subject_type, first.subject_id),
        stamp=f"{first.id}{ON_FILE if first.is_confirmed else ''}",
        payload=_joined({}, rows, first.language),
        now=now,
        is_confirmed=first.is_confirmed,
        thread=first.thread,
    )


def _joined(present: dict[str, Any], rows: Iterable[Notification], language: str) -> dict[str, Any]:
    items, texts = list(present.get("items", ())), [present["document"]["text"]] if "document" in present else []
    for row in rows:
        texts += [row.payload["document"]["text"]] if "document" in row.payload else []
        kind = next((kind for kind, name in _WORDS.items() if name == row.kind), row.payload.get("kind", ""))
        kept = {name: value for name, value in row.payload.items() if name not in ("document", "fields")}
        items.append(kept | {"kind": kind})
    joined: dict[str, Any] = {"items": items, "name": items[0].get("name", "")}
    return joined | ({"document": {"name": _FILES[language], "text": _BETWEEN.join(texts)}} if texts else {})


def _size(payload: Mapping[str, Any]) -> int:
    """How many bytes it takes in a mail, roughly: the file once, the words as text and as HTML, however hostile."""
    file, words = str(payload.get("document", {}).get("text", "")), 0
    for each in payload.get("items", (payload,)):
        said = " ".join(str(value) for name, value in each.items() if name not in ("document", "fields"))
        words += len(said.encode()) + len(escape(said).encode()) + _LINES
    return len(file.encode()) + words
