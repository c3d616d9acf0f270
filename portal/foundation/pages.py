"""What the frame of every page needs to know: address, languages, structured data."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, has_request_context, request, url_for
from markupsafe import Markup

from portal.foundation import clock
from portal.foundation.company import LANGUAGES, Company
from portal.foundation.here import app_here, request_here
from portal.foundation.i18n import LOCALES, current_language, offered

# An address with a language in front, in which nothing has to be written in another way to stand in a link.
_PLAIN = re.compile(r"/[a-z]{2}(/[A-Za-z0-9/._~-]*)")


@dataclass(frozen=True)
class LanguageLink:
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
    structured: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Tell the frame where this page is translated and what it is.

    `alternates` are its translations (language → path, for `hreflang`), `addresses` where the language switch leads, if
    that is more; `structured` is its schema.org description.
    """
    g.alternates = dict(alternates)
    g.addresses = dict(addresses or alternates)
    g.structured = list(structured)


def set_up_pages(app: Flask) -> None:
    """Give every template what the frame says of this page; what all pages share comes from `portal/frame.py`."""
    # A plain copy instead of Jinja's chain of two dicts: every import of a macro compares all of these names.
    env = app.jinja_env
    env.globals["url_for"] = _url_for
    env.make_globals = lambda given: {**env.globals, **(given or {})}  # type: ignore[method-assign, assignment]

    @app.context_processor
    def frame() -> dict[str, Any]:
        language, site = current_language(), app.extensions["config"].url
        return {
            "lang": language,
            "locale": LOCALES[language],
            "languages": _language_links(),
            "alternates": [Alternate(code, site + url) for code, url in g.get("alternates", {}).items()],
            "canonical_url": site + _canonical_path(),
            "structured_data": _json(g.get("structured", ())),
        }


def known_url(endpoint: str, **values: Any) -> str:
    """The address of one of few places that every page names; made once for each language."""
    if not has_request_context():
        return url_for(endpoint, **values)
    kept: dict[Any, str] = app_here().extensions.setdefault("known_urls", {})
    key = (endpoint, current_language(), request_here().script_root, *values.values())
    found = kept.get(key)
    if found is None:
        found = kept[key] = url_for(endpoint, **values)
    return found


def _url_for(endpoint: str, **values: Any) -> str:
    """What templates call: Flask's own, except for addresses in which nothing changes."""
    return url_for(endpoint, **values) if values or endpoint.startswith(".") else known_url(endpoint)


def render_fragment(template: str, **names: Any) -> str:
    """A piece of a page for a script: without the names of the frame, which it does not have."""
    return app_here().jinja_env.get_template(template).render(names)


class CompanyView:
    """The company in the reader's language."""

    def __init__(self, company: Company) -> None:
        self.name = company.name
        self.legal_name = company.legal_name
        self.address_lines = company.address_lines
        self.tagline = company.taglines[current_language()]
        self.logo_url = current_app.extensions["assets"].url("logo")
        self.logo_dark_url = current_app.extensions["assets"].url("logo_dark")


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
    here, addresses = current_language(), g.get("addresses", {})
    return [
        LanguageLink(code, LANGUAGES[code], addresses.get(code) or _same_page(code), code == here) for code in offered()
    ]


def _same_page(code: str) -> str:
    """The same address in another language where the address allows it, else that language's home."""
    rule = request.url_rule
    if rule is None or "language" not in rule.arguments or request.method != "GET":
        return known_url("home.index", language=code)
    # What was asked for goes behind the address as it came: url_for would read orders in some names.
    asked = urlencode(list(request.args.items(multi=True)))
    plain = _PLAIN.fullmatch(request.path)
    if plain:
        path = f"{request.script_root}/{code}{plain[1]}"
    else:
        path = url_for(rule.endpoint, **{**(request.view_args or {}), "language": code})
    return f"{path}?{asked}" if asked else path


def _json(structured: Sequence[Mapping[str, Any]]) -> Markup | None:
    if not structured:
        return None
    written = json.dumps(structured if len(structured) > 1 else structured[0], ensure_ascii=False)
    # Inside a script element only these could end it.
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
