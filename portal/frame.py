"""What the frame of every page shows from the rooms: ways to reach a person, company pages, the search."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from flask import Flask, current_app, url_for

from portal.contact.options import WayToReach, read_options, ways_to_reach
from portal.contact.rules import ContactOption
from portal.faq.queries import library
from portal.foundation import clock
from portal.foundation.company import Company
from portal.foundation.errors import SettingError
from portal.foundation.i18n import current_language


def set_up_frame(app: Flask) -> None:
    """Give every template the frame's links; a wrong contact table stops the start."""
    require_readable(app.extensions["company"])

    @app.context_processor
    def frame() -> dict[str, Any]:
        language = current_language()
        minute = clock.now().replace(second=0, microsecond=0)
        return {
            **_addresses(language),
            "footer_pages": library().pages_in(language),
            "ways": _ways(current_app.extensions["company"], language, minute),
        }


def require_readable(company: Company) -> None:
    """Read all of the company file that pages will need; SettingError says what is wrong with it."""
    try:
        for language in company.languages:
            _options(company, language)
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingError(f"company.toml cannot be used: {error}.") from error


# Every page asks for these; they change with the language, the company file and the minute at most.
@lru_cache(maxsize=8)
def _addresses(language: str) -> Mapping[str, str]:
    endpoints = {
        "home_url": "home.index",
        "faq_url": "faq.index",
        "search_url": "faq.search",
        "suggestions_url": "faq.suggestions",
        "contact_url": "contact.show",
        "feed_url": "faq.feed",
    }
    return MappingProxyType({name: url_for(endpoint, language=language) for name, endpoint in endpoints.items()})


@lru_cache(maxsize=8)
def _ways(company: Company, language: str, minute: datetime) -> tuple[WayToReach, ...]:
    return tuple(ways_to_reach(_options(company, language), minute))


@lru_cache(maxsize=8)
def _options(company: Company, language: str) -> tuple[ContactOption, ...]:
    return read_options(company, language)
