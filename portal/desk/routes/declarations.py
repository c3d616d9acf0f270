"""The queue of declarations and one of them: what was said, the match field by field, and where it stands."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _

from portal.accounts.rules import Action, role_may
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id, contracts_by_ids
from portal.contracts.words import grid_word, renewal_words, span_words
from portal.desk.declarations import words
from portal.desk.queries.declarations import deliveries_of, repeated, steps_of
from portal.desk.routes.blueprint import asked_cleanly, bp, staff
from portal.desk.routes.case_page.visit import Problem
from portal.desk.words import desk_moment
from portal.foundation import clock
from portal.foundation.rendering.paging import FIRST, asked_place, ways
from portal.foundation.security import clean_text
from portal.leaving.actions.deciding import AlreadyAsked, AlreadyConfirmed, SentBefore, earlier_end
from portal.leaving.actions.matching import AUTHORITY_DAYS, compare_with_books, on_file
from portal.leaving.actions.retracting import can_retract
from portal.leaving.models import Declaration, RecordEntry
from portal.leaving.notices.bundles import CONFIRMATIONS, DATES
from portal.leaving.queries.declarations import declaration_of_reference, first_of
from portal.leaving.queries.ends import beside
from portal.leaving.queries.standings import (
    asked_at,
    crowd_waits,
    objections_of,
    page_of_declarations,
    place_of,
    retractions_of,
)
from portal.leaving.rules.declarations import State
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.matching import Claim, compare
from portal.leaving.rules.work import Work, is_day_doubtful
from portal.notifications.addresses import masked
from portal.notifications.models import Notification

LISTS = ("open", "contested", "ending", "all")
BUNDLES = (CONFIRMATIONS.name, DATES.name)
# Each field of the page, and what must be possible for its form to be there.
_FORMS = {"contract": "assign", "why": "decide", "remark": "object"}
_ASSIGNABLE = (State.RECEIVED, State.AMBIGUOUS, State.UNMATCHED)


@bp.get("/declarations")
@asked_cleanly
def declarations() -> Response:
    """What waits for a person, the most urgent first; or those that are contested, end soon, or all."""
    which = request.args.get("list", "open")
    which = which if which in (*LISTS, "crowd") else "open"
    asked, now = clean_text(request.args.get("q", ""))[:100].strip(), clock.now()
    page = page_of_declarations(which, asked, asked_place())
    address = partial(url_for, ".declarations", list=which, q=asked or None)
    values = {
        "which": which,
        "lists": [(each, list_word(each)) for each in LISTS],
        "lines": [line_of(row, now) for row in page.rows],
        "crowd": _crowd(now) if which == "open" and not asked and page.place == FIRST else None,
        "asked": asked,
        "ways": ways(page, address, partial(place_of, which)),
    }
    return make_response(render_template("desk/declarations.html", **values))


@bp.get("/declarations/<reference>")
def declaration(reference: str) -> Response:
    """Everything about one declaration."""
    return declaration_page(load(reference))


def declaration_page(found: Declaration, problem: Problem | None = None) -> Response:
    """The page, read anew; `problem` is why something could not be done."""
    now, standing = clock.now(), found.standing
    contract = contract_by_id(standing.contract_id)
    sent, happened = deliveries_of(found.id), steps_of(found.reference)
    values: dict[str, Any] = {
        "declaration": found,
        "standing": standing,
        "line": line_of(found, now),
        "contract": contract,
        "candidates": _candidates(found, contract, now),
        "end": _dates(standing.end_inputs.get("result") or {}),
        "letter": next((row for row, _mail in sent if (row.way, row.state) == ("letter", "alt_channel")), None),
        "beside": beside(found, contract),
        "earlier": earlier_end(found, contract) if contract else None,
        "steps": _steps(happened, now),
        "deliveries": [_delivery(*row, now=now) for row in sent],
        "objections": objections_of(found.id),
        # Nobody can wish to take back what belongs to no contract.
        "wishes": [each for each in retractions_of(found.id) if not each.decision] if contract else [],
        # What says another one again is not said again itself: that leads to the first.
        "repeated": [] if standing.duplicate_of_id else repeated(found.id),
        "first": first_of(found),
        "taker": next((name for row, name in happened if found.taken_by and row.actor_id == found.taken_by), ""),
        "may": _may(found, contract, now),
        "problem": problem,
        "typed": problem.typed if problem else {},
        "said": _said(request.args.get("done", "")),
        "moment": lambda at: desk_moment(at, now),
        "words": words,
        "span_words": span_words,
        "grid_word": grid_word,
        "renewal_words": renewal_words,
    }
    values["faults"] = _leading(problem.faults, values["may"]) if problem else []
    return make_response(render_template("desk/declaration.html", **values), problem.status if problem else 200)


def _said(done: str) -> str:
    """What is said first after a press that led here."""
    before: tuple[SentBefore, ...] = (AlreadyAsked(), AlreadyConfirmed())
    return ({"yes": _("Done.")} | {each.word: str(each) for each in before}).get(done, "")


def _leading(faults: Mapping[str, str], may: Mapping[str, bool]) -> list[tuple[str, str]]:
    """Field and sentence of each fault; no field where its form has gone with what was done meanwhile."""
    return [(field if may.get(_FORMS.get(field, "")) else "", sentence) for field, sentence in faults.items()]


def load(reference: str) -> Declaration:
    """The declaration of that reference, or 404; the audience is staff."""
    return declaration_of_reference(clean_text(reference)[:20].upper()) or abort(404)


def line_of(found: Declaration, now: datetime) -> dict[str, Any]:
    """One line of the queue: who, what, where it stands, what is to be done until when."""
    standing = found.standing
    due_at = standing.work_due_at
    return {
        "reference": found.reference,
        "kind": words.kind_word(found.kind),
        "who": found.name or found.email or found.identity or found.about,
        "about": found.about,
        "state": standing.state,
        "state_word": words.state_word(standing.state),
        "work": words.work_word(standing.work) if standing.work else "",
        "received": desk_moment(found.received_at, now),
        "due": desk_moment(due_at, now) if due_at else "",
        "is_overdue": due_at is not None and due_at < now,
        "flags": [words.flag_word(each) for each in standing.flags if each != "overdue"],
        "ends_on": standing.effective_on,
    }


def _crowd(now: datetime) -> dict[str, Any] | None:
    """The one line for everything that looks like the work of a machine; None where nothing of it waits."""
    amount, due_at = crowd_waits()
    if not amount or due_at is None:
        return None
    return {"amount": amount, "due": desk_moment(due_at, now), "is_overdue": due_at < now}


def list_word(which: str) -> str:
    """What a list is called."""
    return {"open": _("To do"), "contested": _("Contested"), "ending": _("End is set"), "all": _("All")}[which]


def _candidates(found: Declaration, contract: Contract | None, now: datetime) -> list[dict[str, Any]]:
    """Contracts that could be meant, each compared field by field; the assigned one alone once there is one."""
    today = local_date(now, found.zone)
    if contract is not None:
        claim = Claim(found.name, found.email, found.identity, found.about)
        return [{"contract": contract, "compared": compare(claim, on_file(contract, today=today)), "is_running": True}]
    matched = compare_with_books(found, today=today)
    books = contracts_by_ids([each.contract_id for each in matched.candidates[:8]])
    rows = ((books.get(each.contract_id), each) for each in matched.candidates[:8])
    return [{"contract": row, "compared": each, "is_running": each.is_running} for row, each in rows if row]


def _dates(result: dict[str, Any]) -> dict[str, date]:
    """The days of a reckoning, out of the plain values that are kept."""
    return {name: date.fromisoformat(value) for name, value in result.items() if name.endswith("_on") and value}


def _steps(happened: Sequence[tuple[RecordEntry, str]], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "word": words.step_word(row.verb),
            "who": name,
            "when": desk_moment(row.at, now),
            "at": row.at.isoformat(timespec="seconds"),
            "ends_on": date.fromisoformat(row.facts["ends_on"]) if row.facts.get("ends_on") else None,
        }
        for row, name in happened
    ]


def _delivery(row: Any, mail: Notification | None, *, now: datetime) -> dict[str, str]:
    if row.way == "letter":
        word = _("posted") if row.state == "done" else _("letter to be posted")
        at = row.changed_at or row.created_at
        return {"document": words.document_word(row.document), "to": "", "state": f"{word}, {desk_moment(at, now)}"}
    state = _("waiting")
    for at, word in (
        (mail.held_at if mail else None, _("held")),
        (mail.sent_at if mail else None, _("handed over")),
        (mail.failed_at if mail else None, _("came back") if mail and mail.sent_at else _("failed")),
    ):
        if at is not None:
            state = f"{word}, {desk_moment(at, now)}"
    to = masked(mail.recipient) if mail else ""
    document = words.document_word(row.document)
    if mail and mail.kind in BUNDLES:
        document = _("%(document)s, in one mail with others", document=document)
    return {"document": document, "to": to, "state": state}


def _may(found: Declaration, contract: Contract | None, now: datetime) -> dict[str, bool]:
    """What can be done now, and by whoever looks."""
    standing, leads = found.standing, role_may(staff().role, Action.LEAD)
    state, is_cancellation = standing.state, found.kind == "cancellation"
    is_set = state == State.EFFECTIVE_SET
    is_for_cause = found.cause == "for_cause"
    is_live = state not in (State.ENDED, State.RETRACTED, State.REJECTED, State.DUPLICATE)
    return {
        "leads": leads,
        "assign": state in _ASSIGNABLE,
        "ask": state in _ASSIGNABLE and asked_at(found.id) is None,
        "confirm": state in (State.MATCHED, State.EFFECTIVE_SET),
        "judge": leads and is_set and is_for_cause,
        "day": leads and is_set and is_day_doubtful(standing.flags),
        "button": leads and is_cancellation and is_live,
        "object": state in (State.MATCHED, State.EFFECTIVE_SET),
        "decide": leads and state == State.CONTESTED,
        "retract": leads and can_retract(found, contract, now),
        "authority": is_live and standing.authority_due_at is None and now <= found.received_at + AUTHORITY_DAYS,
        "reject": leads and is_live and now <= found.received_at + AUTHORITY_DAYS,
        "settle": leads and standing.work == Work.ENDS,
        "withdraw": leads and not is_cancellation and state == State.MATCHED,
    }
