"""Categories and articles, their files, and the short address of an article."""

from collections.abc import Sequence

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from portal.faq.library import KEEPER
from portal.faq.origins import ORIGIN_COUNTS
from portal.faq.queries import Crumb, edition, library, ready_library, today
from portal.faq.routes.blueprint import bp, short
from portal.faq.routes.feedback import feedback_context
from portal.faq.rules import Category, Entry
from portal.faq.search import related_entries
from portal.faq.steps import with_stoppers
from portal.faq.structured import article_markup, crumbs_markup
from portal.foundation.company import LANGUAGES
from portal.foundation.config import CONFIG
from portal.foundation.i18n import current_language
from portal.foundation.rendering.finished_pages import finished_page
from portal.foundation.rendering.pages import describe_page
from portal.incidents.words import ShownIncident, shown_incidents

# A contents list helps from here on.
_LONG_ARTICLE_WORDS = 300
_LONG_ARTICLE_HEADINGS = 4
# Files beside an article may be SVG: opened on their own they must not run or load anything.
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/faq/")
def index() -> Response:
    """All categories with their sub-categories."""
    shown = edition()
    crumbs, here = [_home()], Crumb(_("All help categories"), url_for("faq.index"))
    describe_page(alternates=_in_all_languages("faq.index"), structured=crumbs_markup([*crumbs, here], _site()))
    return finished_page(make_response(render_template("faq/index.html", categories=shown.categories, crumbs=crumbs)))


@bp.get("/faq/<path:path>")
def show(path: str) -> AnyResponse:
    """What lies at a path: an article, a category, a file beside an article, or where it moved to."""
    shown, plain = edition(), path.strip("/")
    if entry := shown.entry(plain):
        return _article(entry) if path == plain else redirect(entry.url, 301)
    if category := shown.category(plain):
        return _category(category) if path.endswith("/") else redirect(category.url, 301)
    if moved := shown.redirect(plain):
        return redirect(moved, 301)
    return _file(f"/{current_language()}/faq/{path}")


@short.get("/faq/<int:number>")
def show_number(number: int) -> AnyResponse:
    """The short address, also one of earlier days, leads to the article in the reader's language, wherever it is."""
    entry = ready_library().numbered(number, current_language(), today()) if number < 2**31 else None
    if entry is None:
        abort(404)
    answer = redirect(entry.url, 302)
    answer.headers["Vary"] = "Accept-Language"
    return answer


def _article(entry: Entry) -> Response:
    crumbs = _crumbs(entry.url.strip("/").split("/")[2:-1])
    describe_page(
        alternates=library().translations(entry, today()),
        addresses=library().addresses(entry, today()),
        structured=[
            *crumbs_markup([*crumbs, Crumb(entry.title, entry.url)], _site()),
            article_markup(entry, _site()),
        ],
    )
    article = entry.article
    return finished_page(
        make_response(
            render_template(
                "faq/article.html",
                entry=entry,
                article=article,
                body=_body(entry),
                came_from=ORIGIN_COUNTS.here().of(entry.number),
                crumbs=crumbs,
                related=related_entries(entry),
                short_url=_site() + url_for("faq_short.show_number", number=entry.number),
                shows_contents=article.words >= _LONG_ARTICLE_WORDS and len(article.headings) >= _LONG_ARTICLE_HEADINGS,
                fallback_language=LANGUAGES[article.language] if entry.is_fallback else None,
                incidents=_incidents(entry.url.strip("/").split("/")[2]),
                **feedback_context(entry, None),
            )
        )
    )


def _body(entry: Entry) -> Markup:
    """The finished text, in which every numbered step leads to a question about it."""
    address, said = escape(url_for("questions.new", about=entry.number)), escape(_("I am stuck here"))

    def stopper(number: int) -> str:
        # The space keeps it apart from the last word of the step.
        return f' <a class="stuck" href="{address}&amp;step={number}" rel="nofollow">{said}</a>'

    return Markup(with_stoppers(entry.article.body, stopper))  # noqa: S704  (sanitised by foundation.markdown)


def _category(category: Category) -> Response:
    crumbs = _crumbs(category.path.split("/")[:-1])
    describe_page(
        alternates=library().category_addresses(category.source, today()),
        structured=crumbs_markup([*crumbs, Crumb(category.name, category.url)], _site()),
    )
    incidents = _incidents(category.path)
    return finished_page(
        make_response(render_template("faq/category.html", category=category, crumbs=crumbs, incidents=incidents))
    )


def _incidents(path: str) -> Sequence[ShownIncident]:
    """What is known about the topics of the folder in which a page lies."""
    folder = edition().category(path.split("/", maxsplit=1)[0])
    return shown_incidents(category=folder.source.split("/")[0]) if folder else []


def _file(address: str) -> Response:
    asset = library().asset(address)
    if asset is None:
        abort(404)
    try:
        response = Response((KEEPER.here().copies / asset.copy_name).read_bytes(), mimetype=asset.media_type)
    except OSError:
        abort(404)
    response.headers["Content-Security-Policy"] = _FILE_POLICY
    is_exact = request.args.get("v") == asset.digest[:8]
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_exact else "public, max-age=60"
    # Weak, because it may leave compressed.
    response.set_etag(asset.digest, weak=True)
    response.make_conditional(request)
    return response


def _crumbs(folders: list[str]) -> list[Crumb]:
    shown = edition()
    paths = ("/".join(folders[: depth + 1]) for depth in range(len(folders)))
    categories = (shown.category(path) for path in paths)
    return [_home(), *(Crumb(each.name, each.url) for each in categories if each)]


def _home() -> Crumb:
    return Crumb(_("Help"), url_for("home.index"))


def _in_all_languages(endpoint: str) -> dict[str, str]:
    return {language: url_for(endpoint, language=language) for language in library().languages}


def _site() -> str:
    return CONFIG.here().url
