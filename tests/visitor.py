"""A client that is a person: it opens pages, presses buttons, and inspects every page it is shown."""

import gzip
import hashlib
import io
import itertools
import json
import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.markup import parsed

# Keys of links and forms, and numbers of requests: all that differs between two answers that are the same page.
_KEYS = re.compile(r"[A-Za-z0-9_-]{43,}|\b[0-9a-f]{12}\b")
_KEPT: set[bytes] = set()
HTML = "{http://www.w3.org/1999/xhtml}"
_HEADING = re.compile(rf"{re.escape(HTML)}h[1-6]")
# Everybody comes from an address of their own, so that nobody uses up another one's limits.
_NUMBERS = itertools.count()


class Visitor:
    """Opens addresses like a browser without script, and fails when a page breaks a rule that holds for all of them."""

    def __init__(self, app: Flask, *, languages: str = "de,en;q=0.5", address: str = "") -> None:
        self._client = app.test_client()
        self._headers = {"Accept": "text/html", "Accept-Language": languages, "Accept-Encoding": "gzip"}
        self._address = address or _next_address()

    def opens(self, url: str, *, inspected: bool = True, **headers: str) -> "Page":
        """The page at an address; redirects are not followed."""
        response = self._client.get(
            url, headers=self._headers | _named(headers), environ_base={"REMOTE_ADDR": self._address}
        )
        return Page(response, url, inspected=inspected)

    def follows(self, url: str) -> "Page":
        """The page an address leads to in the end."""
        page = self.opens(url, inspected=False)
        while page.status in (301, 302, 303, 308):
            page = self.opens(page.location, inspected=False)
        page.inspect()
        return page

    def submits(self, page: "Page", action: str, **typed: str) -> "Page":
        """What comes back after filling in the form with that action and pressing its button, as without script."""
        form = page.find("form", action=action)
        fields = {each.get("name"): each.get("value", "") for each in form.iter(f"{HTML}input") if each.get("name")}
        filled = {name: value for name, value in fields.items() if name not in typed} | typed
        if form.get("method", "get") == "post":
            return self.sends(action, filled)
        return self.opens(f"{action}?{urlencode(filled)}")

    def sends(
        self,
        url: str,
        fields: dict[str, str] | None = None,
        *,
        files: "list[tuple[str, str, bytes]] | None" = None,
        **headers: str,
    ) -> "Page":
        """What comes back after pressing a form's button; `files` are field, name and content of each."""
        data: dict = dict(fields or {})
        for field, name, content in files or ():
            data.setdefault(field, []).append((io.BytesIO(content), name))
        response = self._client.post(
            url,
            data=data,
            headers=self._headers | _named(headers),
            environ_base={"REMOTE_ADDR": self._address},
            content_type="multipart/form-data" if files else None,
        )
        return Page(response, url, inspected=True)

    def sends_raw(self, url: str, body: object, kind: str) -> "Page":
        """What comes back for a body of that kind, sent as it is; the page is not inspected."""
        where = {"REMOTE_ADDR": self._address}
        return Page(
            self._client.post(url, data=body, headers=self._headers, environ_base=where, content_type=kind),
            url,
            inspected=False,
        )

    @property
    def cookies(self) -> list[str]:
        """The names of all cookies this browser was given."""
        return [cookie.key for cookie in self._client._cookies.values()]


class Page:
    """One answer: its status, its text, its links, and whether it keeps the rules."""

    def __init__(self, response: TestResponse, url: str, *, inspected: bool) -> None:
        self.response, self.url, self.status = response, url, response.status_code
        self.location = response.headers.get("Location", "")
        self.html = _unpacked(response)
        self._errors: list[str] = []
        if inspected and self.is_whole:
            self.inspect()

    @cached_property
    def tree(self):
        """What a browser makes of a page; None for anything else."""
        if self.response.mimetype != "text/html":
            return None
        tree, self._errors = parsed(self.html)
        return tree

    @property
    def is_whole(self) -> bool:
        """Whether this is a page, not a fragment of one, a redirect or a file."""
        is_page = self.response.mimetype == "text/html" and self.status not in (301, 302, 303, 304, 308)
        return is_page and "<html" in self.html[:200]

    @property
    def text(self) -> str:
        """What a person reads, without markup."""
        body = self.tree.find(f"{HTML}body")
        return re.sub(r"\s+", " ", "".join(_words(body))).strip()

    @property
    def title(self) -> str:
        return self.tree.find(f".//{HTML}title").text

    @property
    def heading(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.find("h1").itertext())).strip()

    @property
    def links(self) -> dict[str, str]:
        """Address by visible text of every link."""
        return {re.sub(r"\s+", " ", "".join(each.itertext())).strip(): each.get("href") for each in self.all("a")}

    def all(self, tag: str, **attributes: str) -> list:
        """Every element of that name whose attributes have these values."""
        found = self.tree.findall(f".//{HTML}{tag}")
        return [
            each
            for each in found
            if all(each.get(name.rstrip("_").replace("_", "-")) == value for name, value in attributes.items())
        ]

    def find(self, tag: str, **attributes: str):
        """The first such element."""
        found = self.all(tag, **attributes)
        assert found, f"{self.url} has no <{tag}> {attributes}"
        return found[0]

    def json(self):
        """The answer to a program."""
        return json.loads(self.html)

    def meta(self, name: str) -> str | None:
        """What the page says of itself under that name or property; None when it says nothing."""
        found = [*self.all("meta", name=name), *self.all("meta", property=name)]
        return found[0].get("content") if found else None

    @property
    def structured(self) -> list[dict]:
        """What the page tells search engines, by schema.org."""
        scripts = self.all("script", type="application/ld+json")
        return [each for script in scripts for each in _listed(json.loads(script.text))]

    @property
    def alternates(self) -> dict[str, str]:
        """Address by language of every translation."""
        found = self.all("link", rel="alternate")
        return {each.get("hreflang"): each.get("href") for each in found if each.get("hreflang")}

    @property
    def switch(self) -> dict[str, str]:
        """Where the language switch leads, by language."""
        return {each.get("hreflang"): each.get("href") for each in self.all("a") if each.get("hreflang")}

    @property
    def canonical(self) -> str:
        """The one address under which search engines should know the page."""
        return self.find("link", rel="canonical").get("href")

    @property
    def names_an_address(self) -> bool:
        """Whether the page says by which address it should be known."""
        return bool(self.all("link", rel="canonical") or self.alternates or self.meta("og:url"))

    def inspect(self) -> None:
        """The rules for every page of the portal; a page that kept them once keeps them, whatever keys stand in it."""
        assert "default-src 'none'" in self.response.headers["Content-Security-Policy"]
        assert self.response.headers["X-Content-Type-Options"] == "nosniff"
        seen = hashlib.sha256(_KEYS.sub("…", f"{self.url.startswith('/styleguide')} {self.html}").encode()).digest()
        if seen not in _KEPT:
            self._inspect_page()
            _KEPT.add(seen)

    def _inspect_page(self) -> None:
        assert self.tree is not None and not self._errors, f"{self.url}: HTML {self._errors[:3]}"
        assert self.tree.get("lang") in ("de", "en"), f"{self.url}: no language"
        assert self.title and len(self.all("h1")) == 1, f"{self.url}: one title, one h1"
        assert self.find("main") is not None and self.all("meta", name="viewport"), f"{self.url}: no main, no viewport"
        self._inspect_names()
        self._inspect_safety()

    def _inspect_names(self) -> None:
        ids = [each.get("id") for each in self.tree.iter() if each.get("id")]
        assert len(ids) == len(set(ids)), (
            f"{self.url}: an id stands twice: {sorted(i for i in ids if ids.count(i) > 1)[:3]}"
        )
        for image in self.all("img"):
            assert image.get("alt") is not None, f"{self.url}: an image without alt"
        labels = self.all("label")
        labelled, inside = {each.get("for") for each in labels}, {field for each in labels for field in each.iter()}
        for field in [*self.all("input"), *self.all("textarea"), *self.all("select")]:
            is_named = field.get("id") in labelled or field in inside or field.get("aria-label")
            assert is_named or field.get("type") in ("hidden", "submit"), (
                f"{self.url}: {field.get('name')} has no label"
            )
        levels = [int(each.tag[-1]) for each in self.tree.iter() if _HEADING.fullmatch(each.tag)]
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), (
            f"{self.url}: headings skip a level"
        )
        faults = [each.get("href")[1:] for each in self.all("a", class_="summary__link")]
        assert faults == sorted(faults, key=ids.index), f"{self.url}: faults in another order than their fields"
        for form in self.all("form"):
            assert form.get("action"), f"{self.url}: a form without action"
        for link in self.all("a"):
            page, _, anchor = (link.get("href") or "").partition("#")
            # The style guide shows contents lists without the texts they belong to.
            is_sample = self.url.startswith("/styleguide")
            assert page or is_sample or not anchor or anchor in ids, f"{self.url}: #{anchor} leads nowhere"

    def _inspect_safety(self) -> None:
        assert not self.all("style") and not [each for each in self.tree.iter() if each.get("style")], (
            f"{self.url}: inline style"
        )
        for script in self.all("script"):
            assert script.get("src") or script.get("type") == "application/ld+json", f"{self.url}: inline script"
        for foreign in _loaded(self.tree):
            assert not urlsplit(urljoin("http://localhost/", foreign)).netloc.replace("localhost", ""), (
                f"{self.url} loads {foreign}"
            )


def _next_address() -> str:
    """Counted, not made by a generator: people come from several threads, and a generator lets in one at a time."""
    number = next(_NUMBERS)
    return f"198.51.{number // 250 % 250}.{number % 250 + 1}"


def _listed(given: object) -> list[dict]:
    return given if isinstance(given, list) else [given]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _unpacked(response: TestResponse) -> str:
    raw = response.get_data()
    return (gzip.decompress(raw) if response.headers.get("Content-Encoding") == "gzip" else raw).decode(
        errors="replace"
    )


def _words(element) -> Iterator[str]:
    if element.tag in (f"{HTML}script", f"{HTML}template"):
        return
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield " " + (child.tail or "")


def _loaded(tree) -> Iterator[str]:
    for each in tree.iter():
        if each.get("src"):
            yield each.get("src")
        if each.tag == f"{HTML}link" and each.get("rel") in ("stylesheet", "icon", "preload"):
            yield each.get("href")
