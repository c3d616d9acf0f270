"""Home, company pages, robots and sitemap."""

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.faq.most_asked import most_asked
from portal.faq.queries import Crumb, edition, library, ready_library
from portal.faq.rules import Entry, Page
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.i18n import current_language, offered
from portal.foundation.rendering.finished_pages import finished_page
from portal.foundation.rendering.pages import describe_page
from portal.incidents.words import shown_incidents
from portal.leaving.rules.documents import LINKS

bp = Blueprint("home", __name__, url_prefix="/<language:language>")
root = Blueprint("root", __name__)


@bp.get("/")
def index() -> Response:
    """Search, categories, most asked, and how to reach a person."""
    shown = edition()
    describe_page(
        alternates={language: url_for("home.index", language=language) for language in offered()},
        chooser=url_for("root.choose_language"),
        structured=[_site_markup()],
    )
    asked = most_asked(shown)
    return finished_page(
        make_response(
            render_template(
                "home/index.html",
                categories=shown.categories,
                pinned=shown.pinned,
                most_asked=asked,
                incidents=shown_incidents(),
            )
        )
    )


@bp.get("/pages/<slug>")
def page(slug: str) -> Response:
    """A company page: imprint, privacy, terms, accessibility."""
    found = ready_library().page(current_language(), slug)
    if found is None:
        abort(404)
    describe_page(alternates=library().page_translations(found))
    crumbs = [Crumb(_("Help"), url_for(".index"))]
    body = Markup(found.body)  # noqa: S704  (sanitised by foundation.markdown)
    return finished_page(make_response(render_template("home/page.html", page=found, body=body, crumbs=crumbs)))


@root.get("/")
def choose_language() -> AnyResponse:
    """To the home page in the language that the browser asks for."""
    answer = redirect(url_for("home.index", language=current_language()), 302)
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@root.get("/robots.txt")
def robots() -> Response:
    """Everything public may be found; one browser's votes are nobody's business."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{language}/feedback/" for language in offered()),
        f"Sitemap: {_site()}/sitemap.xml",
        "",
    ]
    return finished_page(Response("\n".join(lines), mimetype="text/plain"))


@root.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public category, article and page in every language (sitemaps.org); fallbacks stand once, in their own.

    Also the ways to reach a person, and the two pages on which people leave: nobody should have to search for them in
    vain (§ 312k (2) BGB).
    """
    written = render_template("home/sitemap.xml", places=list(_places()), site=_site())
    return finished_page(Response(written, mimetype="application/xml"))


@root.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Where to report a security problem (RFC 9116), when the company names an address."""
    contact = COMPANY.here().sections.get("security", {})
    if not contact.get("contact") or not contact.get("expires"):
        abort(404)
    lines = (
        f"Contact: {contact['contact']}",
        f"Expires: {contact['expires']}T00:00:00Z",
        f"Preferred-Languages: {', '.join(offered())}",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


def _places() -> Iterator[Crumb | Entry | Page]:
    for language in offered():
        shown = edition(language)
        yield Crumb(_("Help"), url_for("home.index", language=language))
        yield Crumb(_("All help categories"), url_for("faq.index", language=language))
        yield Crumb(_("Contact"), url_for("contact.show", language=language))
        for kind, name in LINKS[language].items():
            yield Crumb(name, url_for("leaving.show", kind=kind.value, language=language))
        for category in shown.categories:
            yield from (Crumb(each.name, each.url) for each in (category, *category.children))
        yield from (entry for entry in shown.entries() if not entry.is_fallback)
        yield from library().pages_in(language)


def _site() -> str:
    return CONFIG.here().url


def _site_markup() -> dict[str, object]:
    search = {
        "@type": "SearchAction",
        "target": _site() + url_for("faq.search") + "?q={search_term_string}",
        "query-input": "required name=search_term_string",
    }
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": COMPANY.here().name,
        "url": _site() + request.path,
        "inLanguage": current_language(),
        "potentialAction": search,
    }
