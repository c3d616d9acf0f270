"""From what was typed to a file: which one, and its whole text."""

from datetime import date

from flask import request

from portal.editing.access import Document
from portal.editing.actions.saving import found_digest, found_text
from portal.editing.categories import CategoryFile, categories
from portal.editing.forms import ArticleForm, NewArticleForm
from portal.editing.heads import Parts, composed, parts_of
from portal.editing.queries.versions import newest_version
from portal.faq.library.building.layout import slug_of
from portal.faq.queries import edition, library

_DATED = ("changed_on", "reviewed_on", "publish_from")
_UNNAMED = "unnamed"


def is_source() -> bool:
    """Whether the whole file was edited, or is to be."""
    return "source" in request.form or request.args.get("as") == "source"


def base_of(file: str) -> str:
    """The text whose head a form continues: what lies on disk, else the newest version; "" for neither."""
    newest = newest_version(file)
    texts = (found_text(file), newest.text if newest else None)
    return next((text for text in texts if text and parts_of(text)), "")


def text_of(form: ArticleForm, file: str, today: date) -> str:
    """The whole file as the form would make it."""
    if "body" not in form:
        return f"{form.source.data or ''}\n".replace("\r\n", "\n")
    before = base_of(file)
    values = {
        name: " ".join(str(form[name].data or "").split())
        for name in ("title", "summary", "keywords", "status", "publish_from", "publish_until", "reviewed_on")
    }
    values |= {name: " ".join(str(form[name].data or "").split()) for name in ("review_every", "owner", "related")}
    values["pinned"] = "true" if form.pinned.data else ""
    if isinstance(form, NewArticleForm):
        values["translation_of"] = str(form.translation_of.data or "")
    return composed(before, values | _changed_on(before, values, str(form.body.data or ""), today), str(form.body.data))


def _changed_on(before: str, values: dict[str, str], body: str, today: date) -> dict[str, str]:
    """The day of the change, where the head has a date that would otherwise stand for it."""
    known = parts_of(before) if before else None
    if known is None or not any(known.values[key] for key in _DATED):
        return {}
    words = ("title", "summary")
    is_changed = body.strip() != known.body.strip() or any(values[key] != known.values[key] for key in words)
    return {"changed_on": today.isoformat()} if is_changed else {}


def is_untouched(file: str, seen: str, text: str) -> bool:
    """Whether this would only write again what lies there and was seen."""
    there = found_text(file)
    if there is None or found_digest(file) != seen:
        return False
    parts = parts_of(there)
    return text == there or (parts is not None and text == composed(there, parts.values, parts.body))


def fill(form: ArticleForm, text: str) -> Parts | None:
    """Put a file into the form; None when its head is none that the fields could give back."""
    parts = None if is_source() else parts_of(text)
    if parts is None:
        form.for_source()
        form.source.data = text
        return None
    for name, value in parts.values.items():
        if name in form and name not in ("pinned", "translation_of"):
            form[name].data = value
    form.pinned.data = parts.values["pinned"].lower() in ("true", "yes", "on")
    form.status.data = form.status.data or "published"
    form.body.data = parts.body
    return parts


def new_file(form: NewArticleForm) -> str:
    """Where a new article would lie: in a folder that is there, under a name made of the title unless one is given.

    What is no name of a file becomes one: nothing that was typed leads to another place.
    """
    name = slug_of(str(form.slug.data or form.title.data or _UNNAMED))
    return f"{form.category.data}/{name}.md"


def folders_of(language: str) -> list[tuple[str, str]]:
    """The folders of a language with their names: the only ones that can be chosen, empty ones too."""
    shown, there = edition(language), categories(language)
    names = {each.folder: each.name for each in there}
    found = {each.folder: " › ".join(names[each] for each in _chain(each.folder) if each in names) for each in there}
    # What lies deeper than two folders belongs to the second one, and can be written into all the same.
    for article in library().articles.values():
        folder = article.file.rpartition("/")[0]
        if article.language == language and folder.startswith(f"faq/{language}/") and folder not in found:
            named = shown.category(article.folder)
            found[folder] = named.name if named else folder.removeprefix(f"faq/{language}/")
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def _chain(folder: str) -> tuple[str, str]:
    return folder.rpartition("/")[0], folder


def folder_for(original: Document, language: str) -> str:
    """The folder of the other language in which a translation belongs; "" when none stands for it."""
    if original.article is None:
        return ""
    sources = {(each.language, each.path): each.source for each in library().folders}
    wanted = sources.get((original.language, original.article.folder))
    others = (each for each in library().articles.values() if each.language == language)
    found = (each.file.rpartition("/")[0] for each in others if sources.get((language, each.folder)) == wanted)
    # Also one in which nobody has written yet.
    there = (each for each in categories(language) if _source_of(each) == wanted)
    return next(found, "") or next((each.folder for each in there), "")


def _source_of(each: CategoryFile) -> str:
    return (each.shelf.translation_of if each.shelf else "") or each.path
