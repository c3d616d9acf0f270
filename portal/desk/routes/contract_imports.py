"""Contracts from a file: upload, look at every line, import."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.accounts.forms import PressForm
from portal.contracts.importing import SIZE_LIMIT, Line, Outcome, TroubledFile, apply, preview, stage, staged
from portal.contracts.reading import FIELDS, REQUIRED, Fault
from portal.contracts.words import fault_sentence, field_word, outcome_word, trouble_sentence
from portal.desk.forms.contracts import ImportForm
from portal.desk.routes.blueprint import bp, staff
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.uploads import takes_uploads

_SHOWN = 200


@bp.get("/contracts/import")
def show_import() -> Response:
    """What a file must look like, and the field for it."""
    return _upload_page(ImportForm(formdata=None))


@bp.post("/contracts/import")
@takes_uploads
def upload_contracts() -> AnyResponse:
    """Keep a file for a day and look at it; nothing is imported yet."""
    require_complete()
    form, file = ImportForm(), request.files.get("file")
    if not form.validate():
        return _upload_page(form, status=form.refused_status)
    content = file.read(SIZE_LIMIT + 1) if file else b""
    try:
        preview(content)
    except TroubledFile as error:
        form.file.errors = (trouble_sentence(error),)
        return _upload_page(form, status=422)
    name = (file.filename or "") if file else ""
    mark = stage(content, name, user_id=staff().id, now=clock.now())
    return redirect(url_for(".show_preview", mark=mark), 303)


@bp.get("/contracts/import/<mark>")
def show_preview(mark: str) -> Response:
    """Every line of the file and what it would do."""
    return _preview_page(mark)


@bp.post("/contracts/import/<mark>")
def import_contracts(mark: str) -> AnyResponse:
    """Import the correct lines; the same file again changes nothing."""
    require_complete()
    kept = staged(mark, user_id=staff().id) or abort(404)
    if not PressForm().validate():
        return _preview_page(mark, status=409)
    done = apply(kept.content, by=actor_of(staff()), now=clock.now())
    counts: dict[str, Any] = {each.value: done.count(each) for each in Outcome}
    return redirect(url_for(".show_preview", mark=mark, done="yes", **counts), 303)


def _upload_page(form: ImportForm, *, status: int = 200) -> Response:
    columns = [(name, field_word(name), name in REQUIRED) for name in FIELDS]
    return make_response(render_template("desk/contract_import.html", form=form, columns=columns), status)


def _preview_page(mark: str, *, status: int = 200) -> Response:
    kept = staged(mark, user_id=staff().id) or abort(404)
    found = preview(kept.content)
    telling = [line for line in found.lines if line.outcome != Outcome.SAME]
    telling.sort(key=lambda line: (line.outcome != Outcome.FAULTY, line.at))
    values = {
        "kept": kept,
        "preview": found,
        "counts": [(each.value, outcome_word(each), found.count(each)) for each in Outcome],
        "due": found.count(Outcome.NEW) + found.count(Outcome.CHANGED),
        "lines": [_line(line) for line in telling[:_SHOWN]],
        "left_out": max(len(telling) - _SHOWN, 0),
        "press": PressForm(formdata=None),
        "separator": {";": _("semicolons"), ",": _("commas"), "\t": _("tabs")}[found.separator],
        "done": _done_counts() if request.args.get("done") == "yes" else None,
    }
    return make_response(render_template("desk/contract_preview.html", **values), status)


def _line(line: Line) -> dict[str, object]:
    return {
        "at": line.at,
        "number": line.number,
        "holder": line.holder,
        "outcome": line.outcome.value,
        "word": outcome_word(line.outcome),
        "changed": ", ".join(dict.fromkeys(_column_word(name) for name in line.changed)),
        "faults": [
            (field_word(each.field) if isinstance(each, Fault) else "", fault_sentence(each)) for each in line.faults
        ],
    }


def _column_word(name: str) -> str:
    """The word of the field that a column of the table belongs to."""
    field, _count, is_part = name.rpartition("_")
    return field_word({"renewed": "renewal"}.get(field, field) if is_part in ("count", "unit") else name)


def _done_counts() -> dict[str, int]:
    """What an import that was just done says of itself; the address is only ours."""
    given = {each.value: request.args.get(each.value, "") for each in Outcome}
    return {
        name: int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0
        for name, value in given.items()
    }
