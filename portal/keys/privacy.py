"""What keys hold: hashes of mailed links, with the address they went to, and stamps of forms."""

from portal.foundation.personal_data import Holding, Trail, change_where, remove_where
from portal.keys.models import FormStamp, Key
from portal.keys.rules import Purpose

_SUBJECTS = {
    Purpose.QUESTION_ASKED: "question",
    Purpose.QUESTION_MAILED: "question",
    Purpose.QUESTION_ANSWERED: "question",
    Purpose.CUSTOMER_MAILED: "customer",
    Purpose.CONFIRM_ADDRESS: "user",
    Purpose.CHANGE_ADDRESS: "user",
    Purpose.SIGN_IN: "user",
    Purpose.LET_IN: "user",
    Purpose.RESET_PASSWORD: "user",
    Purpose.INVITE: "user",
    Purpose.CLOSED_ACCOUNT: "user",
}

_RECEIPTS = (Purpose.RECEIPT.value, Purpose.OBJECTION.value)


def _erase(trail: Trail) -> None:
    for purpose, kind in _SUBJECTS.items():
        # Whoever is still a customer keeps the links to what is not settled.
        spared = trail.things.get("needed_customer", set()) if kind == "customer" and trail.spares_open else set()
        remove_where(Key.subject_id, set(trail.of(kind)) - spared, Key.purpose == purpose.value)
    remove_where(FormStamp.result, trail.numbers)
    if trail.is_person and not trail.spares_open:
        # Receipts of declarations stay readable for whoever holds the link; they only forget whose address it was.
        change_where(Key.address, trail.addresses, Key.purpose.in_(_RECEIPTS), address="")
        remove_where(Key.address, trail.addresses)


HOLDINGS = (Holding("keys", tables=("keys", "form_stamps"), erase=_erase),)
