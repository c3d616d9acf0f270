"""Contracts, orders and invoices: one by its number, put one by one or a hundred at once."""

from functools import partial
from typing import Any

from flask import Response
from flask_babel import gettext as _

from portal.api.access import NotThere, program
from portal.api.books import Locked, Sent, Shelf, put_all, read_many, read_sent
from portal.api.describing import SHELVES
from portal.api.fields import Thing, Unfit, as_errors, sent_object, sent_thing
from portal.api.routes.blueprint import answer, bp
from portal.contracts.books import Outcome
from portal.foundation import clock


def _show(shelf: Shelf, number: str) -> Response:
    """The one with that number, in any spelling."""
    return answer(shelf.show(_found(shelf, number)))


def _put(shelf: Shelf, number: str) -> Response:
    """Add or change it; what the address says is its number."""
    sent = read_sent(shelf, sent_object(), number=number)
    if sent.written is not None:
        (sent,) = put_all(shelf, [sent], by=program().actor, now=clock.now())
    if sent.is_locked:
        raise Locked
    if sent.faults:
        raise Unfit(sent.faults)
    shown = {"outcome": sent.outcome.value, **shelf.show(_found(shelf, number))}
    return answer(shown, 201 if sent.outcome is Outcome.NEW else 200)


def _put_many(shelf: Shelf) -> Response:
    """Add or change those without a fault; what became of each, in their order."""
    sent = read_many(shelf, sent_thing(shelf.batch_fields)[shelf.many])
    done = put_all(shelf, sent, by=program().actor, now=clock.now())
    faulty = sum(each.outcome is Outcome.FAULTY for each in done)
    return answer({"faulty": faulty, shelf.many: [_line(each) for each in done]})


def _line(sent: Sent) -> Thing:
    line: Thing = {"number": sent.number, "outcome": sent.outcome.value}
    return line | {"errors": as_errors(sent.faults)} if sent.faults else line


def _found(shelf: Shelf, number: str) -> Any:
    found = shelf.find(number)
    if found is None:
        raise NotThere(_("There is nothing with this number."))
    return found


for _shelf in SHELVES:
    bp.add_url_rule(f"/{_shelf.many}/<number>", f"show_{_shelf.one}", partial(_show, _shelf))
    bp.add_url_rule(f"/{_shelf.many}/<number>", f"put_{_shelf.one}", partial(_put, _shelf), methods=["PUT"])
    bp.add_url_rule(f"/{_shelf.many}", f"put_{_shelf.many}", partial(_put_many, _shelf), methods=["PUT"])
