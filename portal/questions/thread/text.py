"""What people typed: customers' text stays text, escaped, line ends kept, web addresses made links (SR-25).

Staff may write lists, emphasis, quotes and links in Markdown.
"""

import re
from functools import lru_cache

from markupsafe import Markup, escape

from portal.foundation.markdown import render_answer
from portal.foundation.rendering.spoken import escaped

# No part of it can be matched in two ways, so a long line takes no longer than its length.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{}|\x00-\x20]{1,2000}", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_TRAILING = ".,;:!?…)]*_~"
_REL = "nofollow noopener noreferrer ugc"
# Most answers have no mark of Markdown, and printing them as they are costs a hundredth.
_MARKS = re.compile(r"[*_`]|^ {0,3}(?:[-+>]|\d{1,3}\.) |\]\(", re.MULTILINE)


def customer_text(text: str) -> Markup:
    """Typed text as paragraphs; nothing in it becomes markup but http and https addresses."""
    paragraphs = _BLANK_LINE.split(text.strip())
    # Most messages name no address, and a page has fifty of them.
    lines = _lines if "://" in text else _plain_lines
    return Markup("".join([f"<p>{lines(each)}</p>" for each in paragraphs if each]))  # noqa: S704  (escaped by both)


@lru_cache(maxsize=512)
def answer_text(text: str) -> Markup:
    """What staff wrote to a customer, with the Markdown that answers may have; what it makes is sanitised."""
    html = render_answer(text) if _MARKS.search(text) else None
    return customer_text(text) if html is None else Markup(html)  # noqa: S704  (sanitised)


def _plain_lines(paragraph: str) -> str:
    return escaped(paragraph).replace("\n", "<br>")


def _lines(paragraph: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in paragraph.split("\n"))


def _linked(line: str) -> Markup:
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = _without_punctuation(found[0])
        parts += [escape(line[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(line[end:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{}" rel="{}">{}</a>').format(address, _REL, address)


def _without_punctuation(address: str) -> str:
    """The address without what belongs to the sentence around it; a closing bracket stays when it was opened."""
    while address[-1] in _TRAILING and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address
