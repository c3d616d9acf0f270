"""Contracts: one by its number, put one by one or a hundred at once."""

from collections.abc import Mapping

from flask import Response
from flask_babel import gettext as _

from portal.api.access import NotThere, program
from portal.api.contracts import ReadContract, batch_fields, put_contracts, read_batch, read_sent, shown_contract
from portal.api.fields import FieldFault, Thing, Unfit, as_errors, sent_object, sent_thing
from portal.api.routes.blueprint import answer, bp
from portal.contracts.actions import NumberLocked
from portal.contracts.books import Outcome
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_number
from portal.contracts.rules.spelling import number_key
from portal.foundation import clock


@bp.get("/contracts/<key>")
def show_contract(key: str) -> Response:
    """The contract with that number, in any spelling."""
    return answer(shown_contract(_contract(key)))


@bp.put("/contracts/<key>")
def put_contract(key: str) -> Response:
    """Add or change it; what the address says is its number."""
    read = read_sent(sent_object(), number=key)
    if read.written is None:
        raise Unfit(read.faults)
    outcome = next(iter(put_contracts([read.written], by=program().actor, now=clock.now()).values()))
    if outcome is Outcome.FAULTY:
        raise NumberLocked
    shown = {"outcome": outcome.value, **shown_contract(_contract(key))}
    return answer(shown, 201 if outcome is Outcome.NEW else 200)


@bp.put("/contracts")
def put_many_contracts() -> Response:
    """Add or change those without a fault; what became of each, in their order."""
    read = read_batch(sent_thing(batch_fields())["contracts"])
    due = [each.written for each in read if each.written is not None]
    outcomes = put_contracts(due, by=program().actor, now=clock.now()) if due else {}
    lines = [_line(each, outcomes) for each in read]
    return answer({"faulty": sum("errors" in line for line in lines), "contracts": lines})


def _line(read: ReadContract, outcomes: Mapping[str, Outcome]) -> Thing:
    """What became of one of many."""
    outcome, faults = Outcome.FAULTY, read.faults
    if read.written is not None:
        outcome = outcomes[number_key(read.written.number)]
        faults = [FieldFault("number", str(NumberLocked()))] if outcome is Outcome.FAULTY else []
    line: Thing = {"number": read.number, "outcome": outcome.value}
    return line | {"errors": as_errors(faults)} if faults else line


def _contract(number: str) -> Contract:
    contract = contract_by_number(number)
    if contract is None:
        raise NotThere(_("There is no contract with this number."))
    return contract
