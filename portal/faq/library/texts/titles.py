"""Title and summary of a text that does not name them itself."""

import html as entities
import re
from pathlib import PurePosixPath

from portal.faq.library.building.layout import tidy_name

FIRST_HEADING = re.compile(
    r"\A\s*+(?:# +(?P<atx>[^\n]+?)(?: +#+)?[ \t]*(?:\n|\Z)|(?P<setext>[^\n]+)\n=+[ \t]*(?:\n|\Z))"
)
ANY_HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?\s*$", re.MULTILINE)
ATTRIBUTES = re.compile(r"\s*\{[^{}]*\}\s*$")
MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`]+|(?<!\w)_+|_+(?!\w)|\\(?=\W)")
FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
# What nobody sees and no XML may hold: one of them in a title would end the feed for everybody.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

MAX_SUMMARY = 180


def title_and_body(title: str, body: str, file: str) -> tuple[str, str, int]:
    """Title, body without the heading that repeats it, and how many lines went."""
    match = FIRST_HEADING.match(body)
    first = _plain((match["atx"] or match["setext"]).strip()) if match else ""
    if match and (not title or title.casefold() == first.casefold()):
        return title or first, body[match.end() :], body.count("\n", 0, match.end())
    if not title:
        heading = ANY_HEADING.search(body)
        title = _plain(heading[1]) if heading else ""
    return title or tidy_name(PurePosixPath(file).stem), body, 0


def _plain(heading: str) -> str:
    """A heading without its markup."""
    return " ".join(MARKUP.sub(r"\1", ATTRIBUTES.sub("", heading[:1000])).split())[:300]


def first_words(html: str) -> str:
    """The first paragraph without markup, cut at a word."""
    match = FIRST_PARAGRAPH.search(html)
    text = " ".join(UNSEEN.sub("", entities.unescape(TAG.sub("", match[1] if match else ""))).split())
    return text if len(text) <= MAX_SUMMARY else text[:MAX_SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"
