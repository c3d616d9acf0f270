"""The confirmation that the law demands: content, date and time of receipt, and the end (§ 312k (4), § 356a BGB).

It says only what was typed (spec leaving 2.8, D2 and D4): nothing that we have stored, no date out of a contract.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.foundation.addresses import normalised
from portal.foundation.database import db, make_row
from portal.foundation.security import clean_text
from portal.keys.actions import give_key
from portal.keys.rules import Purpose, digest
from portal.leaving.models import Declaration, Delivery
from portal.leaving.queries.company import next_working_day
from portal.leaving.rules.declarations import CancellationKind, Kind, Said, State
from portal.leaving.rules.documents import UNCERTAIN, document, mail_fields, spoken_arrival
from portal.notifications.actions import notify
from portal.notifications.rules import MailKind

# At most so many of them reach one address in a day, whoever causes them; the rest waits and sounds an alarm (SR-51).
PER_DAY = 3
CANCELLATION = MailKind("leaving_cancellation", statutory_per_day=PER_DAY, attached="document", is_acknowledgement=True)
WITHDRAWAL = MailKind("leaving_withdrawal", statutory_per_day=PER_DAY, attached="document", is_acknowledgement=True)
MAILS = (CANCELLATION, WITHDRAWAL)
_KINDS: Mapping[str, tuple[MailKind, str]] = {
    Kind.CANCELLATION.value: (CANCELLATION, "d2"),
    Kind.WITHDRAWAL.value: (WITHDRAWAL, "d4"),
}
FILES = {
    "de": {Kind.CANCELLATION: "kuendigung", Kind.WITHDRAWAL: "widerruf"},
    "en": {Kind.CANCELLATION: "cancellation", Kind.WITHDRAWAL: "withdrawal"},
}
# Marks what went to the address on file: whoever typed another one, or none, learns nothing of it.
ON_FILE = ":file"
# At least twelve months (spec 2.14); three years also see the end of a contract with two years of first term.
RECEIPT_LASTS = timedelta(days=3 * 366)


def usable_address(typed: str) -> str:
    """The one address of a mail, or "" where the typed text is none."""
    try:
        return normalised(typed)
    except ValueError:
        return ""


def confirm_declaration(
    declaration: Declaration, *, now: datetime, attempt: str = "", reader: Declaration | None = None
) -> bool:
    """Put D2 or D4 into the outbox, inside the caller's transaction; False when there is no address to send it to.

    `attempt` tells a second confirmation, to a corrected address or in another language, from the first; `reader` is
    the declaration with the same words that somebody made in that language.
    """
    to = usable_address(declaration.standing.email)
    if to:
        _confirm(declaration, to, now=now, attempt=attempt, reader=reader)
    return bool(to)


def confirm_on_file(declaration: Declaration, to: str, *, now: datetime) -> None:
    """Confirm to the address on file of the contract that was found, and to no other: there the exact date may stand.

    For whoever typed no address that can be used (spec leaving 2.14), or one at which no mail arrives.
    """
    standing = declaration.standing
    is_set = declaration.kind == Kind.CANCELLATION and standing.state == State.EFFECTIVE_SET
    ends_on = standing.effective_on.isoformat() if is_set and standing.effective_on else ""
    _confirm(declaration, to, now=now, attempt=ON_FILE, is_on_file=True, ends_on=ends_on)


def _confirm(
    declaration: Declaration,
    to: str,
    *,
    now: datetime,
    attempt: str,
    reader: Declaration | None = None,
    is_on_file: bool = False,
    ends_on: str = "",
) -> None:
    reader = reader or declaration
    kind, name = _KINDS[declaration.kind]
    stamp = f"{declaration.reference}{attempt}"
    key = receipt_key(reader, to, now)
    payload = _payload(declaration, key, now, language=reader.language, is_first=not attempt)
    sent = notify(
        kind.name,
        to=to,
        language=reader.language,
        about=("declaration", declaration.id),
        stamp=stamp,
        payload=payload | {"ends_on": ends_on},
        now=now,
        is_confirmed=is_on_file,
        thread=declaration.reference,
    )
    if not is_noted(sent):
        note_delivery(declaration, name, to=to, notification_id=sent, now=now)


def is_noted(notification_id: int) -> bool:
    """Whether it is written down already that this mail is on its way."""
    noted = select(Delivery.id).filter_by(notification_id=notification_id).limit(1)
    return db.session.scalar(noted) is not None


def note_delivery(
    declaration: Declaration,
    name: str,
    *,
    to: str,
    notification_id: int | None,
    now: datetime,
    way: str = "mail",
    state: str = "queued",
) -> None:
    """Write down that a document is on its way, inside the caller's transaction; of the address only a hash is kept."""
    values = {
        "declaration_id": declaration.id,
        "document": name,
        "way": way,
        "to_hash": digest(to.lower()),
        "notification_id": notification_id,
        "state": state,
        "created_at": now,
        "changed_at": None,
    }
    make_row(Delivery, values)


def said_of(declaration: Declaration) -> Said:
    """What a person declared, out of the row."""
    return Said(
        kind=Kind(declaration.kind),
        name=declaration.name,
        email=declaration.email,
        identity=declaration.identity,
        about=declaration.about,
        cause=CancellationKind(declaration.cause or CancellationKind.ORDINARY.value),
        reason=declaration.reason,
        is_on_date=declaration.is_on_date,
        wished=declaration.wished,
        part=declaration.part,
    )


def document_of(declaration: Declaration) -> tuple[str, str]:
    """D1 of a declaration: the name of its file, and its text."""
    kind, language = Kind(declaration.kind), declaration.language
    text = document(kind, language, declaration.reference, declaration.canonical_text)
    return f"{FILES[language][kind]}-{declaration.reference}.txt", text


def receipt_key(declaration: Declaration, to: str, now: datetime) -> str:
    """A key that opens the receipt, for a mail to that address, inside the caller's transaction."""
    return give_key(Purpose.RECEIPT, declaration.id, now=now, lasts=RECEIPT_LASTS, address=to)


def _payload(declaration: Declaration, key: str, now: datetime, *, language: str, is_first: bool) -> dict[str, Any]:
    said, (file_name, text), standing = said_of(declaration), document_of(declaration), declaration.standing
    # By the receipt alone, so that no mail tells a stranger whether a contract was found (spec 2.6); a letter that was
    # taken down days later is promised nothing for a day that is over.
    told_by = next_working_day(now if is_first else declaration.received_at)
    return {
        "reference": declaration.reference,
        "received": spoken_arrival(declaration.received_at, declaration.zone, language, declaration.marks),
        "is_without_time": UNCERTAIN in declaration.marks,
        "fields": [[label, clean_text(value)] for label, value in mail_fields(said, language)],
        "brief": [[label, clean_text(value)] for label, value in mail_fields(said, language, is_brief=True)],
        "is_for_cause": said.cause is CancellationKind.FOR_CAUSE,
        "is_on_date": said.is_on_date and bool(said.wished),
        "wished_on": standing.wished_on.isoformat() if standing.wished_on else "",
        "work_due_at": told_by.isoformat() if told_by > now else "",
        "key": key,
        "document": {"name": file_name, "text": text},
    }
