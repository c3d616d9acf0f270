"""When a confirmation failed for good: the address on file, then a letter, else it is undeliverable (spec 2.14).

Nothing of it touches the declaration: it counts from its receipt, whatever becomes of a mail.
"""

from datetime import datetime

from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id
from portal.foundation.database import transaction
from portal.journal.rules import SYSTEM, Actor
from portal.keys.rules import digest
from portal.leaving.actions.matching import drop_work, flag, give_letter, give_work, locked, note_step
from portal.leaving.actions.recording import refuse_other
from portal.leaving.models import Declaration, Delivery
from portal.leaving.notices.confirming import confirm_on_file
from portal.leaving.queries.company import next_working_day
from portal.leaving.queries.deliveries import confirmations_of, failed_notices_of, waiting_letter
from portal.leaving.rules.work import Flag, Work


def deliver_otherwise(declaration_id: int, *, now: datetime) -> None:
    """One more way for a confirmation that failed; nothing where another one is on its way or has gone out."""
    with transaction():
        declaration = locked(declaration_id)
        rows, standing = confirmations_of(declaration_id), declaration.standing
        failed = [each for each, mail in rows if mail and mail.failed_at and each.state == "queued"]
        contract = contract_by_id(standing.contract_id)
        if not failed or contract is None:
            return
        state = "passed_on"
        if all(mail is not None and mail.failed_at for _each, mail in rows):
            state = _next_way(declaration, contract, {each.to_hash for each, _mail in rows}, failed[-1], now)
        for each in failed:
            each.state, each.changed_at = state, now


def write_to_holder(declaration_id: int, *, now: datetime) -> None:
    """What the holder was to be told came back: a letter, because there is no other address (spec 2.14, 2.15).

    Where the confirmation goes to the holder by letter anyway, that letter says it all.
    """
    with transaction():
        declaration = locked(declaration_id)
        failed, standing = failed_notices_of(declaration_id), declaration.standing
        contract = contract_by_id(standing.contract_id)
        if not failed or contract is None:
            return
        state = "passed_on"
        if not contract.postal_address.strip():
            state = "undeliverable"
            flag(standing, Flag.UNREACHED)
            note_step(declaration, "holder_unreached", by=SYSTEM, now=now)
        elif not waiting_letter(declaration_id):
            give_letter(declaration, contract, failed[-1].document, now=now)
            note_step(declaration, "notice_letter_needed", by=SYSTEM, now=now)
        for each in failed:
            each.state, each.changed_at = state, now


def ask_for_letter(declaration_id: int, *, now: datetime) -> None:
    """The letter is the work again, once nothing else waits for a person."""
    with transaction():
        declaration = locked(declaration_id)
        if not declaration.standing.work and waiting_letter(declaration_id):
            give_work(declaration.standing, Work.LETTER, next_working_day(now))


def post_letter(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """Somebody has posted the letter. StateRefused when none waits, unless it was posted before."""
    with transaction():
        declaration = locked(declaration_id)
        letter = waiting_letter(declaration_id)
        if letter is None:
            refuse_other(declaration, "letter_posted")
            return
        letter.state, letter.changed_at = "done", now
        if declaration.standing.work == Work.LETTER:
            drop_work(declaration.standing)
        note_step(declaration, "letter_posted", by=by, now=now)


def _next_way(declaration: Declaration, contract: Contract, tried: set[str], failed: Delivery, now: datetime) -> str:
    """Take the next way and say what becomes of the failed mail."""
    on_file = contract.customer.email
    if on_file and digest(on_file.lower()) not in tried:
        confirm_on_file(declaration, on_file, now=now)
        note_step(declaration, "sent_on_file", by=SYSTEM, now=now)
        return "passed_on"
    if not contract.postal_address.strip():
        note_step(declaration, "undeliverable", by=SYSTEM, now=now)
        return "undeliverable"
    give_letter(declaration, contract, failed.document, now=now)
    note_step(declaration, "letter_needed", by=SYSTEM, now=now)
    return "passed_on"
