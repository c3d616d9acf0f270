"""What the holder of a contract and whoever declared are told afterwards (spec leaving 2.8 D2, D3; 2.11, 2.14).

The exact date of an end goes to the address on file and to no other. Everything here is called inside the transaction
of what it announces.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id
from portal.keys.actions import give_key, revoke_keys
from portal.keys.rules import Purpose
from portal.leaving.models import Declaration
from portal.leaving.notices.confirming import PER_DAY, is_noted, note_delivery, receipt_key, usable_address
from portal.leaving.queries.ends import beside
from portal.leaving.rules.declarations import CancellationKind, Kind
from portal.leaving.rules.documents import labels, spoken_arrival
from portal.notifications.actions import notify
from portal.notifications.rules import MailKind

_PLAIN = frozenset({"reference", "received", "kind"})
DATE = MailKind("leaving_date", per_day=PER_DAY)  # second confirmation with the exact date, to the address on file
NOTICE = MailKind("leaving_notice", per_day=PER_DAY)  # D3: somebody declared, from another address
MAILS = (
    DATE,
    NOTICE,
    MailKind("leaving_contested", shown_unconfirmed=_PLAIN),
    MailKind("leaving_decided", shown_unconfirmed=_PLAIN | {"is_valid"}),
    MailKind("leaving_retracted", shown_unconfirmed=_PLAIN),
    MailKind("leaving_kept", shown_unconfirmed=_PLAIN),
    MailKind("leaving_rejected", shown_unconfirmed=_PLAIN),
    MailKind("leaving_question", shown_unconfirmed=_PLAIN),
)
_CHOICE_LASTS = timedelta(days=90)


def tell_holder(declaration: Declaration, contract: Contract, *, now: datetime) -> bool:
    """D3, or the second confirmation where the holder declared from the address on file; with the objection link.

    Told again when the date changes; the stamp carries the date, so that the same one is announced once. False when
    it was announced before.
    """
    standing, to = declaration.standing, contract.customer.email
    is_own = usable_address(standing.email) == to
    kind = DATE.name if is_own else NOTICE.name
    language = contract.customer.language
    given = _about(declaration, language) | {
        "name": contract.holder,
        "product": contract.product,
        "contract_number": contract.number,
        "cause": declaration.cause,
        "cause_word": _cause_word(declaration, language),
        "wished": declaration.wished if is_own and declaration.is_on_date else "",
        "wished_on": standing.wished_on.isoformat() if standing.wished_on else "",
        "ends_on": standing.effective_on.isoformat() if standing.effective_on else "",
        "claimed_on": (standing.end_inputs.get("result") or {}).get("claimed_on") or "",
        "is_over": "already_ended" in standing.flags,
        "beside": _beside(declaration, contract),
        "objection_until": standing.objection_until.isoformat() if standing.objection_until else "",
        "objection_key": objection_key(declaration, contract, now) if standing.objection_until else "",
        "receipt_key": receipt_key(declaration, to, now) if is_own else "",
    }
    stamp = f"{declaration.reference}:{standing.state}:{given['ends_on']}:{contract.id}"
    return send(
        declaration,
        kind,
        to,
        language,
        given,
        stamp=stamp,
        document="d2b" if is_own else "d3",
        now=now,
    )


def objection_key(declaration: Declaration, contract: Contract, now: datetime) -> str:
    """The key behind "This was not me": until the end of the last day, at least fourteen days (spec 2.15)."""
    until = declaration.standing.objection_until
    if until is None:
        raise RuntimeError("an objection needs a day until which it is possible")
    ends_at = datetime.combine(until + timedelta(days=1), time(0), tzinfo=ZoneInfo(contract.zone)).astimezone(UTC)
    lasts = max(ends_at - now, timedelta(days=1))
    return give_key(Purpose.OBJECTION, declaration.id, now=now, lasts=lasts, address=contract.customer.email)


def tell_both(
    declaration: Declaration,
    kind: str,
    *,
    now: datetime,
    stamp: str = "",
    holder: dict[str, Any] | None = None,
    **told: Any,
) -> None:
    """One mail to the address on file and one to the typed address; `holder` is shown at the address on file alone."""
    contract = contract_by_id(declaration.standing.contract_id)
    typed = usable_address(declaration.standing.email)
    mark = f"{declaration.reference}:{kind}:{stamp}"
    if contract is not None:
        own = {"name": contract.holder, "product": contract.product, "contract_number": contract.number}
        to, language = contract.customer.email, contract.customer.language
        send(
            declaration,
            kind,
            to,
            language,
            {**_about(declaration, language), **told, **own, **(holder or {})},
            stamp=f"{mark}:file",
            now=now,
        )
    if typed and (contract is None or typed != contract.customer.email):
        given = _about(declaration, declaration.language) | told
        send(declaration, kind, typed, declaration.language, given, stamp=f"{mark}:typed", now=now, is_confirmed=False)


def tell_sender(declaration: Declaration, kind: str, *, now: datetime) -> bool:
    """One mail to the typed address, without anything that is stored; False when there is none."""
    to = usable_address(declaration.standing.email)
    if not to:
        return False
    mark = f"{declaration.reference}:{kind}:"
    given = _about(declaration, declaration.language)
    send(declaration, kind, to, declaration.language, given, stamp=mark, now=now, is_confirmed=False)
    return True


def ask_holder(declaration: Declaration, contracts: Sequence[Contract], *, now: datetime) -> None:
    """Ask at the address on file of all these contracts which of them is meant; only there they may be named."""
    known = [{"product": each.product, "number": each.number} for each in contracts]
    to, mark = contracts[0].customer.email, f"{declaration.reference}:leaving_question:"
    key = give_key(Purpose.CHOICE, declaration.id, now=now, lasts=_CHOICE_LASTS, address=to)
    given = _about(declaration, declaration.language) | {
        "name": contracts[0].holder,
        "contracts": known,
        "choice_key": key,
    }
    send(declaration, "leaving_question", to, declaration.language, given, stamp=mark, now=now)


def send(
    declaration: Declaration,
    kind: str,
    to: str,
    language: str,
    payload: dict[str, Any],
    *,
    stamp: str,
    now: datetime,
    document: str = "",
    is_confirmed: bool = True,
) -> bool:
    """One mail about a declaration, and the note that it is on its way; False when the same one went before."""
    sent = notify(
        kind,
        to=to,
        language=language,
        about=("declaration", declaration.id),
        stamp=stamp,
        payload=payload,
        now=now,
        is_confirmed=is_confirmed,
        thread=declaration.reference,
    )
    if is_noted(sent):
        return False
    note_delivery(declaration, document or kind.removeprefix("leaving_")[:8], to=to, notification_id=sent, now=now)
    return True


def end_objections(declaration: Declaration, *, now: datetime) -> None:
    """The objection links open nothing any more."""
    revoke_keys(Purpose.OBJECTION, declaration.id, now=now)


def _about(declaration: Declaration, language: str) -> dict[str, Any]:
    return {
        "reference": declaration.reference,
        "kind": declaration.kind,
        "received": spoken_arrival(declaration.received_at, declaration.zone, language, declaration.marks),
    }


def _beside(declaration: Declaration, contract: Contract) -> dict[str, Any]:
    """The other cancellation of this contract, where this one names another end; only the holder may read of it."""
    found = beside(declaration, contract)
    if found is None:
        return {}
    return {
        "reference": found.other.reference,
        "later_on": found.later_on.isoformat(),
        "is_open": found.is_open,
        "is_other_later": found.is_other_later,
    }


def _cause_word(declaration: Declaration, language: str) -> str:
    if declaration.kind != Kind.CANCELLATION:
        return ""
    words = labels(language)
    return words["for_cause" if declaration.cause == CancellationKind.FOR_CAUSE else "ordinary"]
