"""Versions of an article: who saved what when, what changed word by word, and one of them put back."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.editing.access import Document, document, is_writable, version_of
from portal.editing.actions.saving import (
    Changed,
    Saved,
    TextRefused,
    Wish,
    found_digest,
    found_text,
    save_article,
    save_category,
)
from portal.editing.categories import CategoryFile, category
from portal.editing.checking import lines_of
from portal.editing.differences import Line, compared, is_changed
from portal.editing.faults import SaidFault, said_faults
from portal.editing.forms import Press
from portal.editing.models import ArticleVersion
from portal.editing.queries.versions import version_before, versions_of
from portal.editing.routes.blueprint import bp, editor
from portal.editing.rules import Kind
from portal.editing.words import when
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import require_pressed
from portal.foundation.rendering.paging import asked_place, ways
from portal.foundation.security import read_id


@bp.get("/<mark>/versions")
def versions(mark: str) -> Response:
    """The versions of a file; `show` compares one with what is there now, or if `changed` with the one before it."""
    return _page(document(mark))


@bp.post("/<mark>/versions")
def restore(mark: str) -> AnyResponse:
    """Put a version back: as strictly as any saving."""
    return _restored(document(mark), partial(save_article, origins=()), url_for(".edit", mark=mark, saved="yes"))


@bp.get("/categories/<mark>/versions")
def category_versions(mark: str) -> Response:
    """The same for the file of a category."""
    found = category(mark)
    return _page(found.document, of=found)


@bp.post("/categories/<mark>/versions")
def restore_category(mark: str) -> AnyResponse:
    """Put a version of a category back."""
    found = category(mark)
    return _restored(found.document, save_category, url_for(".list_categories", saved=mark), of=found)


def _restored(
    found: Document, save: Callable[..., Saved], onward: str, *, of: CategoryFile | None = None
) -> AnyResponse:
    require_pressed(Press())
    version = _version(found, request.form.get("version", "")) or abort(404)
    wish = Wish(found.file, version.text, request.form.get("seen", ""), Kind.RESTORED)
    try:
        save(wish, by=editor(), now=clock.now())
    except TextRefused as error:
        return _page(found, version, error, said_faults(lines_of(list(error.faults)), found.file), of=of)
    except (Changed, PortalError) as error:
        return _page(found, version, error, of=of)
    return redirect(onward, 303)


def _page(
    found: Document,
    shown: ArticleVersion | None = None,
    error: PortalError | None = None,
    faults: Sequence[SaidFault] = (),
    *,
    of: CategoryFile | None = None,
) -> Response:
    page = versions_of(found.file, asked_place())
    shown = shown or _version(found, request.args.get("show", ""))
    before = version_before(shown) if shown and request.args.get("changed") == "yes" else None
    lines = _differences(found, shown, before) if shown else []
    values: dict[str, Any] = {
        "doc": found,
        "found": of,
        "title": of.name if of else found.title,
        "page": page,
        "ways": ways(page, partial(url_for, f".{'category_' if of else ''}versions", mark=found.mark)),
        "shown": shown,
        "before": before,
        "lines": lines,
        "differs": is_changed(lines),
        "seen": found_digest(found.file),
        "press": Press(formdata=None),
        "remark": str(error) if error else "",
        "faults": faults,
        "when": when,
        "is_writable": is_writable(),
    }
    return make_response(render_template("editing/versions.html", **values), error.status if error else 200)


def _differences(found: Document, shown: ArticleVersion, before: ArticleVersion | None) -> list[Line]:
    """From the version before to this one, or from this one to what is there now."""
    return compared(before.text, shown.text) if before else compared(shown.text, found_text(found.file) or "")


def _version(found: Document, written: str) -> ArticleVersion | None:
    if not written:
        return None
    number = read_id(written)
    return abort(404) if number is None else version_of(found, number)
