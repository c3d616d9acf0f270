"""Languages: the one of the address, else the one the browser asks for; dates and numbers local to the reader."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, abort, request
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from portal.foundation.company import COMPANY, LANGUAGES
from portal.foundation.config import CONFIG
from portal.foundation.errors import SettingError
from portal.foundation.web.here import OnePerApp, globals_here
from portal.foundation.web.problems import is_for_programs

log = logging.getLogger(__name__)

# The region decides dates and times: German as in Germany, English as in Britain.
LOCALES = {"de": "de_DE", "en": "en_GB"}
# A program that does not say is answered in English, whatever the company speaks.
_OF_PROGRAMS = ("en", "de")
# Smaller numbers are written alike everywhere.
_FIRST_WRITTEN = 1000
# By language, as they were read.
CATALOGS = OnePerApp[dict[str, Translations]]("catalogs")


class LanguageConverter(BaseConverter):
    """The first part of an address: a language the portal knows."""

    regex = "|".join(LANGUAGES)


class _Sentences(Domain):
    """Flask-Babel's catalogs, found without writing out the name of the locale for every sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[Any, Translations] = {}

    def get_translations(self) -> Translations:
        locale = get_locale()
        found = self._found.get(locale)
        if found is None:
            found = super().get_translations()
            if locale is not None:
                self._found[locale] = found
        return found


def set_up_languages(app: Flask) -> None:
    """Take the language out of every address, so that views need not name it; needs `COMPANY` and `CONFIG`."""
    company = COMPANY.of(app)
    app.url_map.converters["language"] = LanguageConverter
    catalogs = ["translations", *(["translations/informal"] if company.is_informal else [])]
    folders = [Path(app.root_path, name) for name in catalogs]
    require_compiled(folders, is_production=CONFIG.of(app).is_production)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(catalogs)
    CATALOGS.put(app, {})
    # One of its own for each application: a Babel keeps the catalogs it has read.
    babel = Babel(
        app,
        locale_selector=lambda: LOCALES[current_language()],
        timezone_selector=lambda: COMPANY.of(app).zone.key,
    )
    babel.domain_instance = _Sentences()

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "language" in values:
            asked = values.pop("language")
            if asked not in offered():
                abort(404)
            globals_here().language = asked

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, object]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = current_language()

    app.jinja_env.filters.update(local_date=local_date, local_moment=local_moment, local_number=local_number)
    app.jinja_env.install_gettext_callables(_sentence, _counted, newstyle=True)  # type: ignore[attr-defined]
    # Without the three calls that Jinja puts around each of them: a page has dozens of sentences.
    app.jinja_env.globals.update(_=_sentence, gettext=_sentence, ngettext=_counted)


def require_compiled(folders: Iterable[Path], *, is_production: bool) -> None:
    """Without its compiled catalog a language would silently be English: warn, in production stop (SettingError)."""
    sources = [source for folder in folders for source in sorted(folder.glob("*/LC_MESSAGES/*.po"))]
    missing = [source.parts[-3] for source in sources if not source.with_suffix(".mo").exists()]
    if not missing:
        return
    sentence = f"The sentences of {', '.join(dict.fromkeys(missing))} are not compiled: `make run` compiles them."
    if is_production:
        raise SettingError(sentence)
    log.warning(sentence)


def offered() -> tuple[str, ...]:
    """The languages the company offers, its own first."""
    company = COMPANY.here()
    return company.languages


def current_language() -> str:
    """The language of this request: of the address, else by Accept-Language, else the company's own."""
    here = globals_here()
    try:
        found: str = here.language
    except AttributeError:
        found = here.language = _asked_language()
    return found


def tongue() -> tuple[str, bool]:
    """The language of this request, and whether the company says "Du" in it."""
    here = globals_here()
    try:
        return here.language, here.is_informal
    except AttributeError:
        here.is_informal = COMPANY.here().is_informal
        return current_language(), here.is_informal


def local_date(value: date | datetime, style: str = "long") -> str:
    """`22. November 2026` or `22 November 2026`; moments are shown in the company's time zone."""
    day = local_time(value).date() if isinstance(value, datetime) else value
    return written_day(day, style, current_language())


def local_number(value: int) -> str:
    """`1.234` or `1,234`."""
    if 0 <= value < _FIRST_WRITTEN:
        return str(value)
    return _written_number(value, LOCALES[current_language()])


def local_moment(value: datetime) -> str:
    """`22. Nov. 2026, 14:30 Uhr` or `22 Nov 2026, 14:30`: an aware moment in the company's time zone."""
    return _written_moment(local_time(value), current_language())


def local_time(value: datetime) -> datetime:
    """An aware moment in the company's time zone."""
    company = COMPANY.here()
    return value.astimezone(company.zone)


# Babel takes a tenth of a millisecond for a date, and a page has a dozen of them.
@lru_cache(maxsize=4096)
def written_day(day: date, style: str, language: str) -> str:
    """A calendar day in a style (`long`) or pattern (`EEE, d. MMMM`) of Babel."""
    return format_date(day, style, locale=LOCALES[language])


def marked(text: str) -> str:
    """The English sentence itself: tables name sentences that `sentence` translates when somebody reads them."""
    return text


def sentence(text: str, /, **gaps: object) -> str:
    """The sentence in this request's language for code that is run in every request; no markup, nothing escaped."""
    found = str(catalog_of_reader().ugettext(text))
    return found % gaps if gaps else found


def _asked_language() -> str:
    """The first part of the address, where it is a language; else the best of what the browser accepts."""
    if request and is_for_programs():
        return str(request.accept_languages.best_match(_OF_PROGRAMS, _OF_PROGRAMS[0]))
    first = request.path.split("/", 2)[1] if request else ""
    return first if first in offered() else str(request.accept_languages.best_match(offered(), offered()[0]))


@pass_eval_context
def _sentence(context: EvalContext, text: str, /, **gaps: object) -> str:
    """The sentence in this request's language, with its gaps filled; gaps are escaped where the template escapes."""
    return _filled(catalog_of_reader().ugettext(text), gaps, context)


@pass_eval_context
def _counted(context: EvalContext, one: str, many: str, number: int, /, **gaps: object) -> str:
    """The same for a sentence that depends on a number."""
    return _filled(catalog_of_reader().ungettext(one, many, number), {"num": number, **gaps}, context)


def _filled(found: str, gaps: Mapping[str, object], context: EvalContext) -> str:
    sentence = Markup(found) if context.autoescape else found  # noqa: S704  (our own catalogs)
    return sentence % gaps if "%" in found else sentence


def catalog_of_reader() -> Translations:
    """The sentences of the current language; an application reads each catalog once."""
    kept, language = CATALOGS.here(), current_language()
    found: Translations | None = kept.get(language)
    if found is None:
        with force_locale(LOCALES[language]):
            found = kept[language] = get_translations()
    return found


@lru_cache(maxsize=4096)
def _written_moment(local: datetime, language: str) -> str:
    pattern = "d. MMM y, HH:mm 'Uhr'" if language == "de" else "d MMM y, HH:mm"
    return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=LOCALES[language])


@lru_cache(maxsize=4096)
def _written_number(value: int, locale: str) -> str:
    return format_decimal(value, locale=locale)
