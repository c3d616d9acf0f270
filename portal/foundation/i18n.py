"""Languages: the one of the address, else the one the browser asks for; dates and numbers local to the reader."""

from datetime import date, datetime

from flask import Flask, abort, current_app, g, request
from flask_babel import Babel, format_date, format_datetime, format_decimal
from werkzeug.routing import BaseConverter

from portal.foundation.company import LANGUAGES, Company

babel = Babel()

# The region decides dates and times: German as in Germany, English as in Britain.
LOCALES = {"de": "de_DE", "en": "en_GB"}


class LanguageConverter(BaseConverter):
    """The first part of an address: a language the portal knows."""

    regex = "|".join(LANGUAGES)


def set_up_languages(app: Flask) -> None:
    """Take the language out of every address, so that views need not name it; needs `app.extensions['company']`."""
    company: Company = app.extensions["company"]
    app.url_map.converters["language"] = LanguageConverter
    catalogs = ["translations", *(["translations/informal"] if company.is_informal else [])]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(catalogs)
    babel.init_app(
        app,
        locale_selector=lambda: LOCALES[current_language()],
        timezone_selector=lambda: app.extensions["company"].zone.key,
    )

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "language" in values:
            g.language = values.pop("language")
            if g.language not in offered():
                abort(404)

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, object]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = current_language()

    app.jinja_env.filters.update(local_date=local_date, local_moment=local_moment, local_number=format_decimal)


def offered() -> tuple[str, ...]:
    """The languages the company offers, its own first."""
    company: Company = current_app.extensions["company"]
    return company.languages


def current_language() -> str:
    """The language of this request: of the address, else by Accept-Language, else the company's own."""
    known = g.get("language")
    if known not in offered():
        first = request.path.split("/", 2)[1] if request else ""
        known = first if first in offered() else request.accept_languages.best_match(offered(), offered()[0])
    return str(known)


def local_date(value: date | datetime, style: str = "long") -> str:
    """`22. November 2026` or `22 November 2026`; moments are shown in the company's time zone."""
    return format_date(value, style)


def local_moment(value: datetime) -> str:
    """Date and time of an aware moment in the company's time zone."""
    return format_datetime(value, "medium")
