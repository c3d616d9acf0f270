"""The words of a mail that comes as HTML alone: paragraphs, lists, links and quotations as plain text."""

import re
from html.parser import HTMLParser

_BLOCKS = {
    *("address", "article", "blockquote", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "header", "hr", "main", "ol", "p", "pre", "section", "table", "tr", "ul"),
}
_SPACED = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"}
_UNSEEN = {"head", "script", "style", "template", "title", "noscript", "svg", "math"}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_MANY_LINES = re.compile(r"\n{3,}")


class _Line:
    """A line in pieces, so that a long one is joined once; and whether more than marks of quotation stand in it."""

    def __init__(self, mark: str = "") -> None:
        self.pieces = [mark]
        self.has_words = False

    def add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.has_words = self.has_words or bool(text.strip("> "))


class _Reader(HTMLParser):
    """Collects lines; what is quoted has > before each of them, as in plain mails."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [_Line()]
        self._unseen: list[str] = []
        self._quotes = self._pre = 0
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN and tag != "head":
            self._unseen.append(tag)
        elif tag == "body":
            self._unseen.clear()
        elif not self._unseen:
            self._open(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        if tag == "a":
            self._close_link()
        if tag in _BLOCKS:
            self._begin_line(is_spaced=tag in _SPACED)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
            self.lines[-1] = self._begun() if self._is_empty() else self.lines[-1]
            self._begin_line(is_spaced=True)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._pre:
            first, *more = data.split("\n")
            self._add(first)
            for each in more:
                self.lines.append(self._begun())
                self._add(each)
            return
        text = _SPACE.sub(" ", data)
        self._add(text.lstrip(" ") if self._is_empty() or self.lines[-1].pieces[-1].endswith(" ") else text)

    def _open(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "blockquote":
            self._begin_line(is_spaced=True)
            self._quotes += 1
            self.lines[-1] = self._begun()
        elif tag in _BLOCKS:
            self._begin_line(is_spaced=tag in _SPACED)
        if tag == "br":
            self.lines.append(self._begun())
        elif tag == "li":
            self._begin_line(is_spaced=False)
            self._add("- ")
        elif tag in ("td", "th") and not self._is_empty():
            self._add(" ")
        elif tag == "a":
            self._address = given.get("href") or ""
            self._link_at = len(self.lines), len(self.lines[-1].pieces)
        self._pre += tag == "pre"

    def _close_link(self) -> None:
        """The address behind its words, unless they are the address."""
        address, self._address = self._address, ""
        if address.startswith(("http://", "https://")):
            line, at = self._link_at
            later = [piece for each in self.lines[line:] for piece in each.pieces]
            said = "".join(self.lines[line - 1].pieces[at:] + later)
            if address.partition("://")[2].rstrip("/") not in said:
                self._add(f" ({address})")

    def _begin_line(self, *, is_spaced: bool) -> None:
        if not self._is_empty():
            self.lines.append(self._begun())
        if is_spaced and len(self.lines) > 1 and self.lines[-2].has_words:
            self.lines.append(self._begun())

    def _add(self, text: str) -> None:
        self.lines[-1].add(text)

    def _begun(self) -> _Line:
        return _Line("> " * self._quotes)

    def _is_empty(self) -> bool:
        return not self.lines[-1].has_words


def text_of_html(html: str) -> str:
    """What somebody would read of it, line by line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = ["".join(line.pieces).replace("\xa0", " ").rstrip() for line in reader.lines]
    while lines and not lines[-1].strip("> "):
        lines.pop()
    text = "\n".join(lines)
    return _MANY_LINES.sub("\n\n", text).strip("\n")
