"""The words of a mail: subject, text and HTML in the recipient's language, from its template and its payload.

`templates/mails/<kind>.txt` holds the blocks `subject` and `body`; the HTML is laid out from the same text, unless
there is a `<kind>.html`. See docs/mail.md.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g
from flask_babel import format_date, format_datetime, get_translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup, escape

from portal.foundation.company import COMPANY, Company
from portal.foundation.config import CONFIG, ROOT
from portal.foundation.errors import PortalError
from portal.foundation.i18n import current_language, local_number
from portal.notifications.layout import WHOLE, blocks, quoted, tidy
from portal.notifications.rules import MailKind, is_greetable

TEMPLATES = ROOT / "templates"
_MOMENT = {"de": "EEEE, d. MMMM y, HH:mm 'Uhr' (z)", "en": "EEEE, d MMMM y, HH:mm (z)"}
_DAY = {"de": "EEEE, d. MMMM y", "en": "EEEE, d MMMM y"}


class UnknownMail(PortalError):
    """There is no kind of mail of that name."""


@dataclass(frozen=True)
class Words:
    """What a person reads of a mail: subject, text, and the same as HTML."""

    subject: str
    text: str
    html: str


class Printer:
    """Prints mails; one for each application, because templates are read once."""

    def __init__(self, app: Flask, kinds: Mapping[str, MailKind]) -> None:
        self._app, self._kinds = app, kinds
        self._env = _environment()
        self._env.globals["link"] = self._address

    def words(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        language: str,
        is_confirmed: bool,
        not_me: str = "",
        takes_answers: bool = False,
    ) -> Words:
        """The mail in that language; `not_me` is the key of its "not me" page, `takes_answers` whether it says so.

        To an address that nobody confirmed only the values are given that its kind declares (SR-41): a template that
        asks for another one fails. UnknownMail, or an error of Jinja, when it cannot be printed.
        """
        if kind not in self._kinds:
            raise UnknownMail(f"There is no mail {kind!r}.")
        allowed = self._kinds[kind].shown_unconfirmed
        shows_all = is_confirmed or bool(self._kinds[kind].statutory_per_day)
        shown = {name: value for name, value in payload.items() if shows_all or name in allowed}
        if not is_greetable(str(shown.get("name", ""))):
            shown["name"] = ""
        company = COMPANY.of(self._app)
        with self._app.app_context():
            g.language = language if language in company.languages else company.default_language
            frame = self._frame(company, is_confirmed=is_confirmed, not_me=not_me)
            return self._print(kind, shown | frame | {"takes_answers": takes_answers})

    def _frame(self, company: Company, *, is_confirmed: bool, not_me: str) -> dict[str, Any]:
        return {
            "company": company,
            "lang": current_language(),
            "site": CONFIG.of(self._app).url,
            "imprint_url": self._address("home.page", slug="impressum" if current_language() == "de" else "imprint"),
            "not_me_url": self._address("notifications.show_not_me", key=not_me) if not_me else "",
            "is_confirmed": is_confirmed,
            "has_readers": bool(company.sections.get("mail", {}).get("reply_to")),
        }

    def _print(self, kind: str, values: dict[str, Any]) -> Words:
        template = self._env.get_template(f"mails/{kind}.txt")
        subject = _subject(template, values)
        text = template.render(values)
        own = f"mails/{kind}.html"
        layout = own if (TEMPLATES / own).exists() else "mails/_layout.html"
        shaped = list(blocks(text, site=values["site"]))
        html = self._env.get_template(layout).render({**values, "subject": subject, "blocks": shaped})
        return Words(subject, tidy(text), html)

    def _address(self, endpoint: str, **values: Any) -> str:
        """An absolute address, from PORTAL_URL alone; values without a place in the path go behind the `?`."""
        self._app.inject_url_defaults(endpoint, values)
        places = {name for rule in self._app.url_map.iter_rules(endpoint) for name in rule.arguments}
        in_path = {name: value for name, value in values.items() if name in places}
        asked = {name: value for name, value in values.items() if name not in places}
        path = self._app.url_map.bind("").build(endpoint, in_path)
        return f"{CONFIG.of(self._app).url}{path}{'?' if asked else ''}{urlencode(asked)}"


def _subject(template: Template, values: dict[str, Any]) -> str:
    return " ".join("".join(template.blocks["subject"](template.new_context(values))).split())


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        moment=_local_moment, day=_local_day, number=local_number, quoted=quoted, whole=_whole, isolated=_isolated
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: get_translations().ugettext(text),
        ngettext=lambda one, many, number: get_translations().ungettext(one, many, number),
        newstyle=True,
    )
    return env


def _isolated(name: str) -> str:
    """The name; one that is written from right to left turns nothing around that stands beside it."""
    is_turned = any(unicodedata.bidirectional(each) in ("R", "AL") for each in name)
    return f"\u2068{name}\u2069" if is_turned else name


def _whole(line: str) -> Markup:
    """The line as HTML in which no number and no date is broken."""
    return Markup(WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(line))))  # noqa: S704  (escaped before)


def _local_moment(written: str) -> str:
    """`Donnerstag, 17. Dezember 2026, 12:00 Uhr (MEZ)` from an ISO moment, in the company's time zone."""
    return str(format_datetime(datetime.fromisoformat(written), _MOMENT[current_language()]))


def _local_day(written: str) -> str:
    """`Donnerstag, 17. Dezember 2026` from an ISO date or moment, in the company's time zone."""
    value = datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    return str(format_date(value, _DAY[current_language()]))
