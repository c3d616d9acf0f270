"""What machines read: the Atom feed of new articles."""

from flask import Response, make_response, render_template

from portal.faq.queries import edition
from portal.faq.routes.blueprint import bp
from portal.foundation.config import CONFIG
from portal.foundation.rendering.finished_pages import finished_page

FEED_LENGTH = 20


@bp.get("/faq/feed.xml")
def feed() -> Response:
    """The newest articles of one language (RFC 4287)."""
    entries = edition().newest(FEED_LENGTH)
    written = render_template("faq/feed.xml", entries=entries, site=CONFIG.here().url)
    response = make_response(written)
    response.mimetype = "application/atom+xml"
    return finished_page(response)
