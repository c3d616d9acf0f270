"""Contracts at the desk: the list, one contract, adding and changing; terms are changed by leads."""

from collections.abc import Sequence
from functools import partial

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.contracts.actions import ContractChanged, NumberTaken, add_contract, change_contract
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_number, page_of_contracts
from portal.contracts.words import grid_word, renewal_words, span_words
from portal.customers.words import known_words
from portal.desk.forms.contracts import ContractForm
from portal.desk.routes.blueprint import asked_cleanly, bp, staff
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.i18n import local_time
from portal.foundation.rendering.paging import asked_place, ways
from portal.foundation.security import clean_text, read_id


@bp.get("/contracts")
@asked_cleanly
def contracts() -> Response:
    """Contracts, the newest first, or those that a word finds."""
    words = clean_text(request.args.get("q", ""))[:100].strip()
    page = page_of_contracts(words, asked_place())
    today, others = local_time(clock.now()).date(), ways(page, partial(url_for, ".contracts", q=words or None))
    values = {"contracts": page.rows, "words": words, "ways": others, "today": today}
    return make_response(render_template("desk/contracts.html", **values, **_words()))


@bp.get("/contracts/new")
def new_contract() -> Response:
    """An empty form."""
    return _form_page(ContractForm.empty(), None)


@bp.post("/contracts")
def keep_contract() -> AnyResponse:
    """Add a contract; with faults the form comes back filled, and the law's reasons stand beside the fields."""
    require_complete()
    form = ContractForm()
    written = form.read()
    if written is None:
        return _form_page(form, None, status=form.refused_status)
    try:
        contract = add_contract(written, by=actor_of(staff()), now=clock.now())
    except NumberTaken as error:
        form.number.errors = (str(error),)
        return _form_page(form, None, status=error.status)
    return redirect(url_for(".contract", key=contract.number_key, saved="yes"), 303)


@bp.get("/contracts/<key>")
def contract(key: str) -> Response:
    """One contract with its terms, where they are from, and how old that knowledge is."""
    found = _contract(key)
    today = local_time(clock.now()).date()
    values = {
        "contract": found,
        "is_saved": request.args.get("saved") == "yes",
        "today": today,
        "known": known_words(found, clock.now()),
    }
    return make_response(render_template("desk/contract.html", **values, **_words()))


@bp.get("/contracts/<key>/terms")
def show_terms(key: str) -> Response:
    """The form with the terms as they are kept."""
    found = _contract(key)
    return _form_page(ContractForm.of(found), found)


@bp.post("/contracts/<key>/terms")
def change_terms(key: str) -> AnyResponse:
    """Other terms; nobody overwrites what somebody else has just changed."""
    require_complete()
    found, form = _contract(key), ContractForm()
    written = form.read()
    if written is None:
        return _form_page(form, found, status=form.refused_status)
    try:
        change_contract(
            found.id, written, version=read_id(str(form.version.data)) or 0, by=actor_of(staff()), now=clock.now()
        )
    except NumberTaken as error:
        form.number.errors = (str(error),)
        return _form_page(form, found, status=error.status)
    except ContractChanged as error:
        now = _contract(key)
        form.version.data, stands = str(now.version), form.changed_since(ContractForm.of(now))
        return _form_page(form, now, status=error.status, problem=str(error), stands=stands)
    changed = contract_by_number(written.number)
    return redirect(url_for(".contract", key=changed.number_key if changed else key, saved="yes"), 303)


def _form_page(
    form: ContractForm,
    known: Contract | None,
    *,
    status: int = 200,
    problem: str = "",
    stands: Sequence[tuple[str, str]] = (),
) -> Response:
    """The form; `stands` is what is kept otherwise by now, when somebody else was faster."""
    title = _("Change contract %(number)s", number=known.number) if known else _("New contract")
    values = {
        "form": form,
        "contract": known,
        "title": title,
        "problem": problem,
        "stands": stands,
        "address": url_for(".change_terms", key=known.number_key) if known else url_for(".keep_contract"),
        "back": url_for(".contract", key=known.number_key) if known else url_for(".contracts"),
    }
    return make_response(render_template("desk/contract_form.html", **values), status)


def _contract(key: str) -> Contract:
    return contract_by_number(clean_text(key)[:80]) or abort(404)


def _words() -> dict[str, object]:
    """What the templates say terms with."""
    return {
        "span_words": span_words,
        "grid_word": grid_word,
        "renewal_words": renewal_words,
    }
