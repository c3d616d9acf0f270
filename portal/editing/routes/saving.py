"""Save what a sheet holds, or let the sheet say why not: by the form, by the check, by the file, by the disk."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext as _

from portal.editing.actions.saving import Changed, Saved, TextRefused, Wish, save_article
from portal.editing.checking import lines_of, same_title
from portal.editing.cleaning import marks_in
from portal.editing.faults import said_faults
from portal.editing.pages import Sheet
from portal.editing.routes.blueprint import editor
from portal.faq.rules import Status
from portal.foundation import clock
from portal.foundation.errors import PortalError


def saved(sheet: Sheet, text: str, origins: Sequence[int] = ()) -> Saved | None:
    """What was saved; None when it was refused: the sheet then has `status`, sentence, faults or the other text."""
    if not _is_valid(sheet, text):
        sheet.status = sheet.form.refused_status
        return None
    wish = Wish(sheet.file, text, str(sheet.form.seen.data or ""))
    try:
        return save_article(wish, by=editor(), now=clock.now(), origins=origins)
    except Changed as error:
        sheet.form.seen.data, sheet.changed = error.digest, error
        sheet.remark, sheet.status = str(error), error.status
    except TextRefused as error:
        sheet.faults = said_faults(lines_of(list(error.faults)), sheet.file)
        sheet.remark, sheet.status = str(error), error.status
    except PortalError as error:
        sheet.remark, sheet.status = str(error), error.status
    return None


def download(file: str, text: str) -> Response:
    """What was typed as a file to be kept: for content that is edited elsewhere, and for a disk that is full."""
    kind = "application/toml" if file.endswith(".toml") else "text/markdown"
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.rpartition("/")[2]}"'
    return response


def _is_valid(sheet: Sheet, text: str) -> bool:
    """The form's own rules, a title that is free, and nothing published that still shows what was removed."""
    form = sheet.form
    is_valid = bool(form.validate())
    if "title" not in form:
        return is_valid
    other = same_title(str(form.title.data or ""), sheet.language, sheet.file)
    if other and not form.title.errors:
        form.title.errors = [_("Another article has this title already: %(file)s", file=other)]
    marks = marks_in(text) if form.status.data == Status.PUBLISHED else 0
    if marks:
        sentence = _("Something was removed here and is marked. Please write around the marks before you publish it.")
        form.body.errors = [sentence]
    return is_valid and not other and not marks
