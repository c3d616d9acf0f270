"""What the frame of every page shows from the rooms: ways to reach a person, company pages, the search."""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, url_for

from portal.contact.options import WayToReach, read_options, ways_to_reach
from portal.contact.rules import ContactOption
from portal.faq.queries import library
from portal.foundation import clock
from portal.foundation.company import Company
from portal.foundation.i18n import current_language


def set_up_frame(app: Flask) -> None:
    """Give every template the frame's links; a wrong contact table stops the start."""
    for language in app.extensions["company"].languages:
        _options(app.extensions["company"], language)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "home_url": url_for("home.index"),
            "faq_url": url_for("faq.index"),
            "search_url": url_for("faq.search"),
            "suggestions_url": url_for("faq.suggestions"),
            "contact_url": url_for("contact.show"),
            "feed_url": url_for("faq.feed"),
            "footer_pages": library().pages_in(current_language()),
            "ways": _ways(),
        }


def _ways() -> list[WayToReach]:
    return ways_to_reach(_options(current_app.extensions["company"], current_language()), clock.now())


@lru_cache(maxsize=8)
def _options(company: Company, language: str) -> tuple[ContactOption, ...]:
    return read_options(company, language)
