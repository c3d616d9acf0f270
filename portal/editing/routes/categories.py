"""Categories: which there are, a new one, and what each is called, its order and its icon."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.editing.access import faults_of, is_writable
from portal.editing.actions.removing import remove_category
from portal.editing.actions.saving import Changed, TextRefused, Wish, found_digest, found_text, save_category
from portal.editing.categories import (
    CategoryFile,
    categories,
    category,
    composed,
    icons,
    new_category,
    same_name,
    slug_for,
    values_of,
)
from portal.editing.checking import lines_of
from portal.editing.differences import compared
from portal.editing.faults import said_faults
from portal.editing.forms import CategoryForm, NewCategoryForm, Press
from portal.editing.routes.blueprint import bp, editor
from portal.editing.routes.saving import download
from portal.editing.words import icon_word
from portal.faq.queries import library
from portal.foundation import clock
from portal.foundation.company import LANGUAGES
from portal.foundation.config import CONFIG
from portal.foundation.errors import PortalError
from portal.foundation.forms import require_complete, require_pressed
from portal.foundation.i18n import current_language
from portal.foundation.limits import limiter
from portal.foundation.web.uploads import takes_long_text

_FIELDS = ("name", "description", "order", "icon", "translation_of")


@bp.get("/categories/")
def list_categories() -> Response:
    """The categories of every language, in the order of the site."""
    shown = [(LANGUAGES[language], language, categories(language)) for language in library().languages]
    errors = {fault.file for fault in library().faults if fault.is_error}
    marks = {each.mark: each for _name, _code, rows in shown for each in rows}
    saved = marks.get(request.args.get("saved", ""))
    values = {"shown": shown, "errors": errors, "is_writable": is_writable(), "saved": saved}
    return make_response(render_template("editing/categories.html", **values))


@bp.get("/categories/new")
def new_category_page() -> Response:
    """An empty category; `language` and `above` come with the address."""
    form = NewCategoryForm(formdata=None)
    form.language.data, form.above.data = request.args.get("language", ""), request.args.get("above", "")
    _offer_places(form)
    return _page(form, None)


@bp.post("/categories/new")
@limiter.limit("60/minute")
def create_category() -> AnyResponse:
    """Make the folder and its file."""
    require_complete()
    form = NewCategoryForm()
    _offer_places(form)
    if request.form.get("do") == "place":
        return _page(form, None)
    above = str(form.above.data or "") if form.above.data in dict(form.above.choices) else ""
    made = new_category(str(form.language.data), above, slug_for(str(form.slug.data or form.name.data or "")))
    if request.form.get("do") == "download":
        return download(made.file, _text(form, made))
    if not _is_valid(form, made):
        return _page(form, None, status=form.refused_status)
    if (CONFIG.here().content / made.folder).exists():
        form.slug.errors = [_("There is a folder of this name already: %(folder)s", folder=made.folder)]
        return _page(form, None, status=422)
    return _save(form, made, is_new=True)


@bp.get("/categories/<mark>")
def edit_category(mark: str) -> Response:
    """A category to be edited: its fields, or the whole file where fields do not do."""
    found = category(mark)
    return _page(_filled(found), found)


def _filled(found: CategoryFile) -> CategoryForm:
    form, text = CategoryForm(formdata=None), found_text(found.file)
    values = values_of(text or "")
    if values is None:
        form.for_source().source.data = text
    else:
        for name in _FIELDS:
            form[name].data = values[name]
        form.name.data = values["name"] or found.name
        _offer(form, found.language)
    form.seen.data = found_digest(found.file)
    return form


@bp.post("/categories/<mark>")
@takes_long_text
@limiter.limit("60/minute")
def save_category_page(mark: str) -> AnyResponse:
    """Save it, as strictly as an article."""
    require_complete()
    found, form = category(mark), CategoryForm()
    if "source" in request.form:
        form.for_source()
    else:
        _offer(form, found.language)
    if request.form.get("do") == "download":
        return download(found.file, _text(form, found))
    if not _is_valid(form, found):
        return _page(form, found, status=form.refused_status)
    return _save(form, found)


@bp.post("/categories/<mark>/remove")
@limiter.limit("60/minute")
def remove_category_page(mark: str) -> AnyResponse:
    """Take away a category in which nothing lies."""
    require_pressed(Press())
    found = category(mark)
    try:
        remove_category(found.file, by=editor(), now=clock.now())
    except PortalError as error:
        return _page(_filled(found), found, error)
    return redirect(url_for(".list_categories", removed="yes"), 303)


def _save(form: CategoryForm, found: CategoryFile, *, is_new: bool = False) -> AnyResponse:
    text = _text(form, found)
    shown = None if is_new else found
    try:
        wish = Wish(found.file, text, str(form.seen.data or ""))
        save_category(wish, by=editor(), now=clock.now(), is_new=is_new)
    except Changed as error:
        form.seen.data = error.digest
        return _page(form, shown, error, differences=compared(error.found, text) if error.found else [])
    except TextRefused as error:
        return _page(form, shown, error, faults=said_faults(lines_of(list(error.faults)), found.file))
    except PortalError as error:
        return _page(form, shown, error)
    return redirect(url_for(".list_categories", saved=found.mark), 303)


def _text(form: CategoryForm, found: CategoryFile) -> str:
    if "name" not in form:
        return f"{form.source.data or ''}\n".replace("\r\n", "\n")
    values = {name: " ".join(str(form[name].data or "").split()) for name in _FIELDS}
    return composed(found_text(found.file) or "", values)


def _is_valid(form: CategoryForm, found: CategoryFile) -> bool:
    """The form's own rules, and a name that no neighbour has."""
    is_valid = bool(form.validate())
    if "name" not in form:
        return is_valid
    other = same_name(str(form.name.data or ""), found, is_new=isinstance(form, NewCategoryForm))
    if other and not form.name.errors:
        form.name.errors = [_("A category beside it has this name already: %(file)s", file=other)]
    return is_valid and not other


def _offer(form: CategoryForm, language: str) -> None:
    """What can be chosen; what stands in the file already is one of it."""
    default = library().default_language
    originals = [] if language == default else [(each.path, _indented(each)) for each in categories(default)]
    kept = str(form.translation_of.data or "")
    if kept and kept not in dict(originals) and not form.translation_of.raw_data:
        originals.append((kept, kept))
    form.translation_of.choices = originals
    if not originals:
        form.translation_of.data = ""
    form.icon.choices = [(name, icon_word(name)) for name in icons()]


def _offer_places(form: NewCategoryForm) -> None:
    known = library().languages
    form.language.choices = [(code, LANGUAGES[code]) for code in known]
    if form.language.data not in known:
        form.language.data = current_language() if current_language() in known else known[0]
    top = [each for each in categories(str(form.language.data)) if not each.above]
    form.above.choices = [("", _("nothing: it stands at the top")), *((each.path, each.name) for each in top)]
    _offer(form, str(form.language.data))


def _indented(each: CategoryFile) -> str:
    return f"– {each.name}" if each.above else each.name


def _page(
    form: CategoryForm, found: CategoryFile | None, error: PortalError | None = None, *, status: int = 200, **shown: Any
) -> Response:
    standing = said_faults(lines_of(faults_of(found.file)), found.file) if found else []
    values: dict[str, Any] = {
        "form": form,
        "found": found,
        "remark": str(error) if error else "",
        "faults": shown.get("faults") or ([] if error else standing),
        "differences": shown.get("differences", []),
        "press": Press(formdata=None),
        "is_writable": is_writable(),
    }
    return make_response(render_template("editing/category.html", **values), error.status if error else status)
