"""How files of an answer look while it is written: the field in its form, and the names in what goes out soon."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app

from portal.attachments.keeping import kept_files
from portal.attachments.models import Attachment
from portal.attachments.showing import UploadsField, kept_shown
from portal.desk.access import Case
from portal.desk.models import PendingAnswer
from portal.desk.queries.pending import Held
from portal.desk.routes.blueprint import CASES, staff
from portal.desk.routes.case_page.visit import Part, Visit
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import gap, printed


def files_of_case(case: Case, held: Held) -> tuple[list[Attachment], dict[int, list[str]]]:
    """The files that belong into the reader's box; and the names of those that go out soon, by the answer's id."""
    if not case.has.files:
        return [], {}
    files = {each.id: each for each in kept_files(case.question.id)}
    out = {each.row.id: [files[one].name for one in _ids(each.row) if one in files] for each in held.waiting}
    leaving = {one for each in held.waiting for one in _ids(each.row)}
    own = staff().id
    return [each for each in files.values() if each.keeper_id == own and each.id not in leaving], out


def files_part(visit: Visit, files: Sequence[Attachment]) -> Part:
    """The field for files; without any it looks the same in every case."""
    refused = visit.typed.problem.files if visit.typed.problem else ()
    if files or refused:
        return render_fragment("desk/_files.html", field=files_field(visit.case.question.number, files, refused))
    return printed("desk/_files.html", {}, {"here": visit.here}, field=_EMPTY)


def files_field(number: str, files: Iterable[Attachment], refused: Sequence[str]) -> UploadsField:
    """What the macro of files prints: those that wait, and sentences about those that were not taken."""
    here = f"{CASES}{number}"
    shown = kept_shown(files, picture_url=lambda each: f"{here}/files/{each.public_id}")
    return UploadsField(f"{here}/files", f"{here}/files/removal", shown, list(refused))


def lines_of(field: UploadsField) -> str:
    """The lines of the list alone, for the script that sent the files."""
    macros: Any = current_app.jinja_env.get_template("components/uploads.html").module
    refused, kept = macros.refused_line, macros.kept_line
    return "".join([*map(refused, field.refused), *(kept(each, field.removal_url) for each in field.held)])


def _ids(row: PendingAnswer) -> Sequence[int]:
    ids: Sequence[int] = row.details.get("files", ())
    return ids


_EMPTY = UploadsField(gap("here") + "/files", gap("here") + "/files/removal")
