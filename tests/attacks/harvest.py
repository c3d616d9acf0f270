"""Walks through the portal as one person and brings home every form: where it goes, and what a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask

from tests.house.test_routes import addresses, rules
from tests.visitor import Visitor

ORIGIN = "http://localhost"
# Nobody sees this field; whoever fills it in is a machine.
TRAP = "website"


@dataclass
class Form:
    """A form of a page: its fields with what stands in them, and which of them a person types or chooses."""

    page: str
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    passwords: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """Forms and links of a page; ten times as quick as a whole tree."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms, self.links = url, [], []
        self._form: Form | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.links.append(urljoin(self.url, found["href"]))
        elif tag == "form":
            action = urldefrag(urljoin(self.url, found.get("action") or self.url))[0]
            self._form = Form(self.url, action, (found.get("method") or "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and (found.get("name") or tag == "option"):
            getattr(self, f"_see_{tag}", lambda _found: None)(found)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, text):
        if self._form is not None and self._area:
            self._form.fields[self._area][-1] += text

    def _see_input(self, found):
        name, kind = found["name"], found.get("type") or "text"
        if kind == "file":
            self._form.files.add(name)
        elif kind not in ("radio", "checkbox") or "checked" in found or name not in self._form.fields:
            if kind == "radio" and "checked" in found:
                self._form.fields.pop(name, None)
            self._form.fields.setdefault(name, []).append(found.get("value") or "")
        if kind == "password":
            self._form.passwords.add(name)
        elif kind not in ("hidden", "file", "radio", "checkbox", "submit") and name != TRAP:
            self._form.typed.add(name)

    def _see_button(self, found):
        if (found.get("type") or "submit") == "submit":
            self._form.fields.setdefault(found["name"], []).append(found.get("value") or "")

    def _see_textarea(self, found):
        self._area = found["name"]
        self._form.fields.setdefault(self._area, []).append("")
        self._form.typed.add(self._area)

    def _see_select(self, found):
        self._select = found["name"]
        self._form.fields.setdefault(self._select, [""])

    def _see_option(self, found):
        if self._select and (self._form.fields[self._select] == [""] or "selected" in found):
            self._form.fields[self._select] = [found.get("value") or ""]


def endpoint_of(app: Flask, url: str, method: str = "GET") -> str:
    """Which view answers that address; "" for none."""
    bound = app.url_map.bind("localhost")
    try:
        return bound.match(urlsplit(url).path, method=method)[0]
    except Exception:
        return ""


def walk(
    app: Flask, visitor: Visitor, *, most: int, of_one_kind: int = 2, looks=lambda _url, _page: None
) -> list[Form]:
    """Every form that this person comes across, once for each view and set of fields; `looks` sees every page.

    Of pages that differ in a number alone `of_one_kind` are enough.
    """
    waiting = [*START, *(addresses(rule)[0] for rule in rules(app) if "GET" in rule.methods and not rule.arguments)]
    seen, kinds, found = set(), {}, {}
    while waiting and len(seen) < most:
        url = waiting.pop(0)
        path = urlsplit(url).path + ("?" + urlsplit(url).query if urlsplit(url).query else "")
        endpoint = endpoint_of(app, path)
        if path in seen or kinds.get(endpoint, 0) >= of_one_kind or not endpoint:
            continue
        seen.add(path)
        answer = visitor.opens(path, inspected=False)
        looks(path, answer)
        if answer.status in (301, 302, 303, 308):
            waiting.append(urljoin(ORIGIN + path, answer.location))
        elif answer.status == 200 and answer.response.mimetype == "text/html":
            kinds[endpoint] = kinds.get(endpoint, 0) + 1
            page = Page(ORIGIN + path)
            page.feed(answer.html)
            waiting += [each for each in page.links if each.startswith(ORIGIN + "/")]
            for form in page.forms:
                key = (endpoint_of(app, form.action, form.method.upper()), frozenset(form.fields))
                found.setdefault(key, form)
    return list(found.values())


START = (
    "/de/",
    "/en/",
    "/kuendigen",
    "/cancel",
    "/widerrufen",
    "/withdraw",
    "/de/questions/",
    "/desk/",
    "/de/account/overview",
)
