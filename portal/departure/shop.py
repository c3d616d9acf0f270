"""Whether the company's own shop carries the links: text to the letter, the right target, and to be seen (leaving 12).

The button belongs on the site where contracts are concluded (§ 312k (2), § 356a BGB), which is not ours: we give the
HTML to be built in, and look once a day whether it is still there. Styles of the shop are not run: what its style
sheets hide, only a person sees.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from portal.foundation.company import Company
from portal.foundation.config import CONFIG
from portal.foundation.outside.fetching import fetch

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# What is inside of these is not seen, or only after a click or without script.
_HIDING = frozenset(["details", "dialog", "template", "noscript", "script", "style", "head", "menu", "select", "svg"])
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(\.0+)?\s*(;|!|$)|font-size\s*:\s*0"
    r"|clip(-path)?\s*:|text-indent\s*:\s*-\d{3,}|(left|right|top)\s*:\s*-\d{3,}|(width|height)\s*:\s*[01](px)?\s*(;|!|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wanted:
    """A link that must be there: its text to the letter, and the path on the portal that it leads to."""

    text: str
    path: str


WANTED = {
    "de": (Wanted("Verträge hier kündigen", "/kuendigen"), Wanted("Vertrag widerrufen", "/widerrufen")),
    "en": (Wanted("Cancel contracts here", "/cancel"), Wanted("Withdraw from contract here", "/withdraw")),
}


def shop_html(site: str, language: str) -> str:
    """What the company pastes into the footer of every page of its shop."""
    links = [f'  <a href="{escape(site + each.path)}">{escape(each.text)}</a>' for each in WANTED[language]]
    return "\n".join(("<p>", *links, "</p>")) + "\n"


def check_shop(url: str, language: str) -> list[str]:
    """Fetch a page of the shop and name every fault; NotFetched when it cannot be read."""
    site = CONFIG.here().url
    return list(shop_faults(fetch(url), page=url, site=site, language=language))


def shop_of(company: Company) -> tuple[str, ...]:
    """The pages of the shop to look at every day: `shop = [...]` of `[leaving]`; ValueError for no addresses."""
    section = company.sections.get("leaving", {})
    written = section.get("shop", []) if isinstance(section, Mapping) else []
    if not isinstance(written, list) or not all(
        isinstance(each, str) and each.startswith("https://") for each in written
    ):
        raise ValueError('shop of leaving must be a list of addresses: shop = ["https://www.example.org/"]')
    return tuple(written)


def shop_faults(html: str, *, page: str, site: str, language: str) -> Iterator[str]:
    """A sentence for each link that is missing, leads elsewhere, says something else, or cannot be seen."""
    reader = _Links(page)
    reader.feed(html)
    reader.close()
    for wanted in WANTED[language]:
        yield from _faults(wanted, reader.found, site + wanted.path)


@dataclass
class _Link:
    target: str
    label: str
    hidden_by: str
    text: str = ""
    has_picture: bool = False

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def _faults(wanted: Wanted, found: list[_Link], target: str) -> Iterator[str]:
    named = [each for each in found if each.words == wanted.text]
    led = [each for each in found if _same(each.target, target)]
    if not named and not led:
        yield f"There is no link “{wanted.text}”."
    elif not named:
        yield f"The link to {target} says “{led[0].words}” instead of “{wanted.text}”."
    elif not [each for each in named if each in led]:
        yield f"The link “{wanted.text}” leads to {named[0].target or 'nothing'} instead of {target}."
    else:
        right = [each for each in named if each in led]
        if not [each for each in right if _is_plain(each, wanted)]:
            yield _why(right[0], wanted)


def _is_plain(link: _Link, wanted: Wanted) -> bool:
    return not link.hidden_by and not link.has_picture and link.label in ("", wanted.text)


def _why(link: _Link, wanted: Wanted) -> str:
    if link.hidden_by:
        return f"The link “{wanted.text}” is hidden by {link.hidden_by}."
    if link.has_picture:
        return f"The link “{wanted.text}” holds a picture beside its words."
    return f"The link “{wanted.text}” is read out as “{link.label}”."


def _same(found: str, wanted: str) -> bool:
    return found.partition("#")[0].rstrip("/") == wanted.rstrip("/")


class _Links(HTMLParser):
    """Every link of a page with its words, and what hides it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Link] = []
        self._page, self._open = page, list[tuple[str, str]]()
        self._link: _Link | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag hides, and begin a link."""
        given = {name: value or "" for name, value in attrs}
        if tag in ("img", "svg", "picture") and self._link is not None:
            self._link.has_picture = True
        if tag not in _VOID:
            self._open.append((tag, _hides(tag, given)))
        if tag == "a" and "href" in given:
            hidden_by = next((why for _, why in self._open if why), "")
            target = urljoin(self._page, given["href"].strip())
            self._link = _Link(
                target if urlsplit(target).scheme == "https" else given["href"], _label(given), hidden_by
            )
            self.found.append(self._link)

    def handle_endtag(self, tag: str) -> None:
        """Close the newest of that name and everything left open in it."""
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        """Words belong to the link they stand in, unless something inside of it hides them."""
        if self._link is not None and not (self._open and self._open[-1][1] and not self._link.hidden_by):
            self._link.text += data


def _hides(tag: str, given: dict[str, str]) -> str:
    if tag in _HIDING and not (tag == "details" and "open" in given):
        return f"<{tag}>"
    if "hidden" in given or given.get("aria-hidden", "").lower() == "true" or "inert" in given:
        return "an attribute (hidden, inert or aria-hidden)"
    return "its style" if _HIDDEN_STYLE.search(given.get("style", "")) else ""


def _label(given: dict[str, str]) -> str:
    return " ".join((given.get("aria-label") or "").split())
