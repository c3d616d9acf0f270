"""What the frame of every page shows from the rooms: ways to reach a person, company pages, the search."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from portal.contact.options import WayToReach, read_options, ways_to_reach
from portal.contact.rules import ContactOption
from portal.departure.shop import shop_of
from portal.faq.queries import library
from portal.foundation import clock
from portal.foundation.company import COMPANY, Company
from portal.foundation.errors import SettingError
from portal.foundation.i18n import current_language
from portal.foundation.rendering.assets import ASSETS
from portal.foundation.rendering.pages import CompanyView, shown_notices
from portal.foundation.rendering.printed import FRAME_NAMES
from portal.foundation.retention import read_periods
from portal.leaving.rules.documents import LINKS
from portal.service_levels.desk_hours import read_desk_hours
from portal.service_levels.errors import NeverOpen
from portal.service_levels.levels import ServiceLevels, require_reachable
from portal.service_levels.levels_file import LEVELS_FILE

_PARTS = (
    *("feed", "sharing", "looks", "scripts", "banner", "name", "account", "search"),
    *("human", "human_ways", "footer", "desk_footer"),
)


def set_up_frame(app: Flask) -> None:
    """Give every template the frame's links and its finished parts; a wrong contact table stops the start."""
    require_readable(COMPANY.of(app), LEVELS_FILE.of(app).levels)
    kept: dict[str, tuple[object, dict[str, Any]]] = {}

    @app.context_processor
    def frame() -> dict[str, Any]:
        language, minute = current_language(), clock.now().replace(second=0, microsecond=0)
        state = (COMPANY.of(app), library().generation, minute)
        found = kept.get(language)
        if found is None or found[0] != state:
            found = kept[language] = (state, _frame(app, language, minute))
        return found[1]

    # For pages that fill in the frame without Flask's own names.
    FRAME_NAMES.put(app, frame)


def require_readable(company: Company, levels: ServiceLevels) -> None:
    """Read all of the company file that pages and promises will need; SettingError says what is wrong with it."""
    try:
        read_periods(company)
        shop_of(company)
        for language in company.languages:
            _options(company, language)
            require_reachable(levels, read_desk_hours(company, language), clock.now())
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingError(f"company.toml cannot be used: {error}.") from error
    except NeverOpen as error:
        raise SettingError(str(error)) from error


def _frame(app: Flask, language: str, minute: datetime) -> dict[str, Any]:
    """The names that are the same on all pages of a language for a minute, and `frame`, the parts made of them."""
    company = COMPANY.of(app)
    names = {
        **_addresses(language),
        "company": CompanyView(company),
        "asset_url": ASSETS.of(app).url,
        "footer_pages": library().pages_in(language),
        "ways": _ways(company, language, minute),
    }
    printed = app.jinja_env.get_template("frame.html").make_module({**names, "notices": shown_notices(company)})
    return {**names, "frame": {part: _shortened(getattr(printed, part)()) for part in _PARTS}}


def _shortened(printed: str) -> Markup:
    """The same without indentation and empty lines, which every answer would have to compress again."""
    return Markup(re.sub(r"\s*\n\s*", "\n", printed).strip())  # noqa: S704  (printed by a template that escapes)


# Every page asks for these; they change with the language, the company file and the minute at most.
@lru_cache(maxsize=8)
def _addresses(language: str) -> Mapping[str, Any]:
    endpoints = {
        "home_url": "home.index",
        "faq_url": "faq.index",
        "search_url": "faq.search",
        "suggestions_url": "faq.suggestions",
        "contact_url": "contact.show",
        "questions_url": "questions.index",
        "ask_url": "questions.new",
        "account_url": "customers.overview",
        "feed_url": "faq.feed",
    }
    leaving = {
        f"{kind.value}_url": url_for("leaving.show", kind=kind.value, language=language) for kind in LINKS[language]
    }
    found = {name: url_for(endpoint, language=language) for name, endpoint in endpoints.items()}
    return MappingProxyType(found | leaving | {"leaving_links": LINKS[language]})


@lru_cache(maxsize=8)
def _ways(company: Company, language: str, minute: datetime) -> tuple[WayToReach, ...]:
    return tuple(ways_to_reach(_options(company, language), minute))


@lru_cache(maxsize=8)
def _options(company: Company, language: str) -> tuple[ContactOption, ...]:
    return read_options(company, language)
