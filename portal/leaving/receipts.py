"""What a receipt shows: what was declared, where its confirmation is, and, to whoever proved it, what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.contracts.queries import contract_by_id
from portal.keys.models import Key
from portal.leaving.actions.retracting import can_retract
from portal.leaving.models import Declaration, Delivery, Standing
from portal.leaving.notices.bundles import CONFIRMATIONS
from portal.leaving.notices.confirming import ON_FILE, document_of, usable_address
from portal.leaving.queries.company import next_working_day, trader
from portal.leaving.queries.declarations import said_before
from portal.leaving.queries.deliveries import confirmations_of
from portal.leaving.queries.ends import Beside, beside
from portal.leaving.queries.standings import holder_email
from portal.leaving.rules.declarations import Arrival, Kind, Said
from portal.leaving.rules.documents import document, spoken_arrival, wording
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.hints import names_store
from portal.notifications.addresses import masked
from portal.notifications.models import Notification

# So many times an address may be corrected; what was declared stays declared all the same.
MOST_CORRECTIONS = 3


@dataclass(frozen=True)
class MailState:
    """Where the confirmation is: `waiting`, `sent`, `held`, `failed`, or `none`; and its address, half hidden.

    For whoever proved to be the holder also `letter`, `posted` and `undeliverable`. `is_together`: it travels in one
    mail with others; `due_at`: when what is held goes out.
    """

    name: str
    address: str = ""
    can_correct: bool = True
    is_together: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """Everything on the page. `reference` is "" while the declaration waits in a file.

    `state`, `effective_on` and `beside` are only there for whoever proved to be the holder of the contract (spec 2.6,
    2.7). `told_by` is reckoned from the receipt alone, the same whether a contract was found or not, and None once that
    day is over; `said_before` is reference and receipt of the same words, sent more than a day before.
    """

    kind: Kind
    language: str
    wording_language: str
    reference: str
    received: str
    text: str
    document: str
    mail: MailState
    told_by: date | None
    state: str = ""
    effective_on: date | None = None
    can_give_feedback: bool = False
    can_retract: bool = False
    names_store: bool = False
    beside: Beside | None = None
    said_before: tuple[str, str] | None = None


def receipt_of(declaration: Declaration, language: str, *, now: datetime, is_proven: bool) -> Receipt:
    """The receipt of a stored declaration, in the language of whoever reads it; the wording stays as it was stored."""
    standing, zone = declaration.standing, declaration.zone
    contract = contract_by_id(standing.contract_id) if is_proven else None
    before, told_by = said_before(declaration), local_date(next_working_day(declaration.received_at), zone)
    age = local_date(now, zone) - local_date(declaration.received_at, zone)
    return Receipt(
        kind=Kind(declaration.kind),
        language=language,
        wording_language=declaration.language,
        reference=declaration.reference,
        received=_arrived(declaration, language),
        text=declaration.canonical_text,
        document=document_of(declaration)[1],
        mail=mail_state(declaration, is_proven=is_proven),
        told_by=told_by if told_by >= local_date(now, zone) else None,
        state=standing.state if is_proven else "",
        effective_on=standing.effective_on if is_proven else None,
        can_retract=can_retract(declaration, contract, now),
        beside=beside(declaration, contract),
        said_before=(before.reference, _arrived(before, language)) if before else None,
        names_store=names_store(f"{declaration.about} {declaration.identity} {declaration.reason}"),
        can_give_feedback=age.days <= 1,
    )


def _arrived(declaration: Declaration, language: str) -> str:
    return spoken_arrival(declaration.received_at, declaration.zone, language, declaration.marks)


def receipt_of_waiting(said: Said, arrival: Arrival) -> Receipt:
    """The receipt of a declaration that still waits in a file."""
    text = wording(said, arrival, trader())
    to = usable_address(said.email)
    return Receipt(
        kind=said.kind,
        language=arrival.language,
        wording_language=arrival.language,
        reference="",
        received=spoken_arrival(arrival.received_at, arrival.zone, arrival.language, arrival.marks),
        text=text,
        document=document(said.kind, arrival.language, "", text),
        mail=MailState("waiting" if to else "none", masked(to) if to else "", can_correct=False),
        told_by=local_date(next_working_day(arrival.received_at), arrival.zone),
        names_store=names_store(f"{said.about} {said.identity} {said.reason}"),
    )


def mail_state(declaration: Declaration, *, is_proven: bool = False) -> MailState:
    """What became of the newest confirmation; what went to the holder by a way on file is only for the holder."""
    rows = [(row, mail) for row, mail in confirmations_of(declaration.id) if _is_shown(row, mail, is_proven)]
    can_correct = len(rows) <= MOST_CORRECTIONS
    if not rows:
        return MailState("none", can_correct=can_correct)
    row, mail = rows[-1]
    if mail is None:
        return MailState("posted" if row.state == "done" else "letter", can_correct=can_correct)
    states = (("failed", mail.failed_at), ("sent", mail.sent_at), ("held", mail.held_at))
    name = next((name for name, at in states if at), "waiting")
    if is_proven and name == "failed" and row.state == "undeliverable":
        name = "undeliverable"
    return MailState(
        name,
        masked(mail.recipient),
        can_correct=can_correct and name != "waiting",
        is_together=mail.kind == CONFIRMATIONS.name,
        due_at=mail.due_at if name == "held" else None,
    )


def _is_shown(row: Delivery, mail: Notification | None, is_proven: bool) -> bool:
    """Mails to a typed address to everybody with the receipt; letters and what went to an address on file if proven."""
    if mail is None:
        return is_proven and row.way == "letter"
    return is_proven or not mail.stamp.endswith(ON_FILE)


def is_proven(key: Key, standing: Standing, *, customer_id: int | None) -> bool:
    """Whether whoever looks holds the contract: by a key that was mailed to the address on file, or signed in.

    Whoever only pressed the button learns nothing about the contract (spec 2.6, 2.7).
    """
    contract = contract_by_id(standing.contract_id)
    if contract is not None and contract.customer_id == customer_id:
        return True
    return bool(key.address) and key.address == holder_email(standing.contract_id)
