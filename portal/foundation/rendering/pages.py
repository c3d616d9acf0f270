"""What the frame of every page needs to know: address, languages, structured data."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask, g, has_request_context, request, url_for
from markupsafe import Markup

from portal.foundation import clock
from portal.foundation.company import LANGUAGES, Company
from portal.foundation.config import CONFIG
from portal.foundation.i18n import LOCALES, current_language, offered
from portal.foundation.rendering.assets import ASSETS
from portal.foundation.web.here import OnePerApp, app_here, globals_here, request_here

# An address with a language in front, in which nothing has to be written in another way to stand in a link.
_PLAIN = re.compile(r"/[a-z]{2}(/[A-Za-z0-9/._~-]*)")


class LanguageLink(NamedTuple):
    """One language of the switch; `url` stays on the page where the page exists in it."""

    code: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Alternate:
    """The absolute address of this page in a language, for `hreflang`."""

    code: str
    url: str


@dataclass(frozen=True)
class ShownNotice:
    """A company notice in the reader's language."""

    text: str
    tone: str
    url: str | None


def describe_page(
    *,
    alternates: Mapping[str, str],
    addresses: Mapping[str, str] | None = None,
    chooser: str | None = None,
    structured: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Tell the frame where this page is translated and what it is.

    `alternates` are its translations (language → path, for `hreflang`), `addresses` where the language switch leads, if
    that is more; `chooser` is the path that chooses a language by itself, if there is one; `structured` is its
    schema.org description.
    """
    g.alternates = with_default(alternates, chooser)
    g.addresses = dict(addresses or alternates)
    g.structured = list(structured)


def with_default(translations: Mapping[str, str], chooser: str | None = None) -> dict[str, str]:
    """The translations and, where there are several, the one for readers of any other language (`x-default`).

    That is the address that chooses by itself, else the page in the first language of the company.
    """
    if len(translations) < 2:
        return dict(translations)
    first = next((translations[code] for code in offered() if code in translations), None)
    return {**translations, "x-default": chooser or first or next(iter(translations.values()))}


def set_up_pages(app: Flask) -> None:
    """Give every template what the frame says of this page; what all pages share comes from `portal/frame.py`."""
    # A plain copy instead of Jinja's chain of two dicts: every import of a macro compares all of these names.
    env = app.jinja_env
    env.globals["url_for"] = _url_for
    env.make_globals = lambda given: {**env.globals, **(given or {})}  # type: ignore[method-assign, assignment]

    @app.context_processor
    def frame() -> dict[str, Any]:
        language, site = current_language(), CONFIG.of(app).url
        return {
            "lang": language,
            "locale": LOCALES[language],
            "languages": _language_links(),
            "alternates": [Alternate(code, site + url) for code, url in g.get("alternates", {}).items()],
            "canonical_url": site + _canonical_path(),
            "structured_data": _json(g.get("structured", ())),
        }


_KNOWN_URLS = OnePerApp[dict[Any, str]]("known_urls", dict)


def known_url(endpoint: str, **values: Any) -> str:
    """The address of one of few places that every page names; made once for each language."""
    if not has_request_context():
        return url_for(endpoint, **values)
    kept = _KNOWN_URLS.here()
    key = (endpoint, current_language(), request_here().script_root, *values.values())
    found = kept.get(key)
    if found is None:
        found = kept[key] = url_for(endpoint, **values)
    return found


def _url_for(endpoint: str, **values: Any) -> str:
    """What templates call: Flask's own, except for addresses in which nothing changes."""
    return url_for(endpoint, **values) if values or endpoint.startswith(".") else known_url(endpoint)


def render_fragment(template: str, **names: Any) -> Markup:
    """A piece of a page, printed by a template that escapes: without the names of the frame, which it does not have."""
    return Markup(app_here().jinja_env.get_template(template).render(names))  # noqa: S704


class CompanyView:
    """The company in the reader's language."""

    def __init__(self, company: Company) -> None:
        self.name = company.name
        self.legal_name = company.legal_name
        self.address_lines = company.address_lines
        self.tagline = company.taglines[current_language()]
        assets = ASSETS.here()
        self.logo_url, self.logo_dark_url = assets.url("logo"), assets.url("logo_dark")
        picture = assets.url("picture")
        self.picture_url = CONFIG.here().url + picture if picture else None


def shown_notices(company: Company) -> list[ShownNotice]:
    """The company's notices of today, in the reader's language."""
    today = clock.today(company.zone)
    return [
        ShownNotice(each.texts[current_language()], each.tone, each.url)
        for each in company.notices
        if each.is_shown(today)
    ]


def _canonical_path() -> str:
    """The page in this language; of one that is not translated, the page whose text is shown instead."""
    alternates = g.get("alternates", {})
    return str(alternates.get(current_language()) or next(iter(alternates.values()), request.path))


def _language_links() -> list[LanguageLink]:
    here, codes = current_language(), offered()
    addresses = globals_here().get("addresses", {})
    if any(code not in addresses for code in codes):
        addresses = _same_page(codes) | addresses
    return [LanguageLink(code, LANGUAGES[code], addresses[code], code == here) for code in codes]


def _same_page(codes: Sequence[str]) -> dict[str, str]:
    """The same address in each language where the address allows it, else that language's home."""
    here = request_here()
    rule = here.url_rule
    if rule is None or "language" not in rule.arguments or here.method != "GET":
        return {code: known_url("home.index", language=code) for code in codes}
    # What was asked for goes behind the address as it came: url_for would read orders in some names.
    behind = f"?{urlencode(list(here.args.items(multi=True)))}" if here.args else ""
    plain = _PLAIN.fullmatch(here.path)
    if plain:
        return {code: f"{here.script_root}/{code}{plain[1]}{behind}" for code in codes}
    return {code: url_for(rule.endpoint, **{**(here.view_args or {}), "language": code}) + behind for code in codes}


def _json(structured: Sequence[Mapping[str, Any]]) -> Markup | None:
    if not structured:
        return None
    written = json.dumps(structured if len(structured) > 1 else structured[0], ensure_ascii=False)
    # Inside a script element only these could end it.
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
