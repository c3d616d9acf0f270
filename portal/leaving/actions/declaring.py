"""Take a declaration: row, standing, key of the receipt, confirmation and record in one transaction (spec 2.5)."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.foundation.company import COMPANY
from portal.foundation.crash import crash_point
from portal.foundation.database import db, transaction
from portal.journal.rules import SYSTEM, Actor, ActorKind
from portal.keys.actions import keep_key
from portal.keys.rules import Purpose, digest
from portal.leaving.actions.recording import note
from portal.leaving.models import Declaration, Standing
from portal.leaving.notices.confirming import RECEIPT_LASTS, confirm_declaration
from portal.leaving.queries.company import next_working_day, trader
from portal.leaving.queries.declarations import earlier_ones, first_of
from portal.leaving.rules.chain import KEPT, row_hash
from portal.leaving.rules.declarations import LETTERS, Arrival, CancellationKind, Channel, Kind, Said, State
from portal.leaving.rules.documents import sha256, wording
from portal.leaving.rules.wishes import read_wished
from portal.leaving.rules.work import Work
from portal.numbers.actions import next_number


@dataclass(frozen=True)
class Declared:
    """The declaration that counts; `is_new` is False when it was declared before."""

    declaration: Declaration
    is_new: bool


class _Known(Exception):
    """No error: the same form was taken before."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration


def declare(said: Said, arrival: Arrival, *, now: datetime, token_digest: str = "") -> Declared:
    """Take a declaration once; nothing is checked or refused here.

    The same form with the same content gives the declaration it made; the same words within 24 hours are kept as a
    duplicate, and the first counts. `token_digest` is the hash of the receipt's key that somebody will be shown.
    """
    stamp = digest(f"{arrival.stamp}:{content_of(said)}") if arrival.stamp else secrets.token_hex(32)
    try:
        with transaction():
            made, first = _take(said, arrival, stamp, now)
            _open_receipt(made, token_digest, now)
            crash_point("declaration_before_commit")
    except _Known as found:
        known = found.declaration
    else:
        crash_point("declaration_after_commit")
        return Declared(first, is_new=made is first)
    with transaction():
        _open_receipt(known, token_digest, now)
    return Declared(first_of(known), is_new=False)


def _open_receipt(declaration: Declaration, token_digest: str, now: datetime) -> None:
    if token_digest:
        keep_key(token_digest, Purpose.RECEIPT, declaration.id, now=now, lasts=RECEIPT_LASTS)


def _take(said: Said, arrival: Arrival, stamp: str, now: datetime) -> tuple[Declaration, Declaration]:
    """What was made, and what counts: itself, or the first of the same words."""
    year = arrival.received_at.astimezone(COMPANY.here().zone).year
    # From here on everybody else who declares waits for this transaction, so that nobody is taken twice.
    reference = str(next_number(LETTERS[said.kind], year))
    content = digest(content_of(said))
    earlier = earlier_ones(stamp, content, arrival.received_at)
    known = next((each for each in earlier if each.stamp == stamp), None)
    if known is not None:
        # The number goes back with the transaction.
        raise _Known(known)
    first = next(iter(earlier), None) if arrival.channel is Channel.WEB else None
    made = _declaration(said, arrival, reference=reference, stamp=stamp, content=content)
    made.standing = _standing(said, arrival, first, now)
    db.session.add(made)
    db.session.flush()
    facts = facts_of(made)
    if first is not None:
        note(made, f"{said.kind}.repeated", by=_actor(arrival), at=arrival.received_at, first=first.reference, **facts)
        if made.language != first.language:
            confirm_declaration(first, now=max(now, arrival.received_at), attempt=f":{made.language}", reader=made)
    else:
        note(made, f"{said.kind}.received", by=_actor(arrival), at=arrival.received_at, **facts)
        confirm_declaration(made, now=max(now, arrival.received_at))
    return made, first or made


def content_of(said: Said) -> str:
    """Everything that makes two declarations the same."""
    words = [said.name, said.email, said.identity, said.about, said.cause, said.reason, said.part]
    return json.dumps([said.kind, *words, said.is_on_date, said.wished])


def _declaration(said: Said, arrival: Arrival, *, reference: str, stamp: str, content: str) -> Declaration:
    text = wording(said, arrival, trader())
    return Declaration(
        reference=reference,
        kind=said.kind.value,
        channel=arrival.channel.value,
        name=said.name,
        email=said.email,
        identity=said.identity,
        about=said.about,
        cause=said.cause.value if said.kind is Kind.CANCELLATION else "",
        reason=said.reason,
        is_on_date=said.is_on_date,
        wished=said.wished,
        part=said.part,
        raw_fields=dict(arrival.raw),
        canonical_text=text,
        sha256=sha256(text),
        stamp=stamp,
        content_digest=content,
        salt=secrets.token_hex(16),
        **_circumstances(arrival),
    )


def _circumstances(arrival: Arrival) -> dict[str, Any]:
    return {
        "declared_at": arrival.declared_at,
        "received_at": arrival.received_at,
        "zone": arrival.zone,
        "language": arrival.language,
        "url": arrival.url[:300],
        "page_version": arrival.page_version,
        "label_version": arrival.label_version,
        "form_sha256": arrival.form_sha256,
        "marks": list(arrival.marks),
        "question_number": arrival.question_number,
        "taken_by": arrival.taken_by,
        "is_spooled": arrival.is_spooled,
    }


def _standing(said: Said, arrival: Arrival, first: Declaration | None, now: datetime) -> Standing:
    if first is not None:
        return Standing(state=State.DUPLICATE.value, duplicate_of_id=first.id, email=said.email)
    for_cause = said.kind is Kind.CANCELLATION and said.cause is CancellationKind.FOR_CAUSE
    flags = [*arrival.marks, *(["for_cause"] if for_cause else [])]
    if for_cause and not said.reason:
        flags.append("no_reason")
    return Standing(
        state=State.RECEIVED.value,
        email=said.email,
        wished_on=read_wished(said.wished) if said.is_on_date else None,
        flags=list(dict.fromkeys(flags)),
        work=Work.MATCH.value,
        # A letter may be taken down days after it came: the desk cannot be late with it before it has it.
        work_due_at=next_working_day(max(now, arrival.received_at)),
    )


def facts_of(made: Declaration) -> dict[str, Any]:
    """What the record keeps of a new declaration: circumstances, and a hash of every word (spec 2.13)."""
    values = {name: getattr(made, name) for name in KEPT}
    return {
        "channel": made.channel,
        "row": row_hash(values, made.salt),
        "page": made.page_version,
        "labels": made.label_version,
        "form": made.form_sha256,
        "zone": made.zone,
        "language": made.language,
        "spooled": made.is_spooled,
    }


def _actor(arrival: Arrival) -> Actor:
    if arrival.taken_by is not None:
        return Actor(ActorKind.STAFF, id=arrival.taken_by)
    return Actor(ActorKind.GUEST) if arrival.channel is Channel.WEB else SYSTEM
