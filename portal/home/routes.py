"""Home, company pages, robots, sitemap and the two health addresses."""

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from portal.faq.queries import Crumb, edition, keeper, library, most_asked, today
from portal.foundation.database import db
from portal.foundation.finished_pages import finished_page
from portal.foundation.i18n import current_language, offered
from portal.foundation.pages import describe_page

bp = Blueprint("home", __name__, url_prefix="/<language:language>")
root = Blueprint("root", __name__)


@bp.get("/")
def index() -> Response:
    """Search, categories, most asked, and how to reach a person."""
    shown = edition()
    describe_page(alternates={language: url_for("home.index", language=language) for language in offered()}, structured=[_site_markup()])
    asked = most_asked(shown)
    return finished_page(make_response(render_template("home/index.html", categories=shown.categories, pinned=shown.pinned, most_asked=asked)))


@bp.get("/pages/<slug>")
def page(slug: str) -> AnyResponse:
    """A company page; asked for by its name in another language it leads to the right one."""
    found = library().page(current_language(), slug)
    if found is None:
        abort(404)
    if found.language == current_language() and found.slug != slug:
        return redirect(found.url, 301)
    describe_page(alternates=library().page_translations(found))
    crumbs = [Crumb(current_app.extensions["company"].name, url_for(".index"))]
    body = Markup(found.body)  # noqa: S704  (sanitised by foundation.markdown when it was rendered)
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
    """Everything public may be found; result pages need not."""
    lines = ["User-agent: *", *(f"Disallow: /{language}/{each}" for language in offered() for each in ("search", "feedback/")), f"Sitemap: {_site()}/sitemap.xml", ""]
    return finished_page(Response("\n".join(lines), mimetype="text/plain"))


@root.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public article, category and page in every language (sitemaps.org)."""
    editions = [edition(language) for language in offered()]
    written = render_template("home/sitemap.xml", editions=editions, pages=library().pages, site=_site(), library=library(), today=today())
    return finished_page(Response(written, mimetype="application/xml"))


@root.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Where to report a security problem (RFC 9116), when the company names an address."""
    contact = current_app.extensions["company"].sections.get("security", {})
    if not contact.get("contact") or not contact.get("expires"):
        abort(404)
    written = f"Contact: {contact['contact']}\nExpires: {contact['expires']}T00:00:00Z\nPreferred-Languages: {', '.join(offered())}\n"
    return Response(written, mimetype="text/plain")


@root.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@root.get("/readyz")
def readyz() -> tuple[Response, int]:
    """This process can serve readers: database, content and index; no details for the public."""
    checks = {"database": _database_answers(), "content": library().is_ready, "index": keeper().searcher is not None}
    is_ready = checks["database"] and checks["content"]
    return jsonify(status="ok" if all(checks.values()) else "degraded" if is_ready else "unavailable", **checks), 200 if is_ready else 503


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _site() -> str:
    url: str = current_app.extensions["config"].url
    return url


def _site_markup() -> dict[str, object]:
    search = {"@type": "SearchAction", "target": _site() + url_for("faq.search") + "?q={search_term_string}", "query-input": "required name=search_term_string"}
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": current_app.extensions["company"].name,
        "url": _site() + request.path,
        "inLanguage": current_language(),
        "potentialAction": search,
    }
