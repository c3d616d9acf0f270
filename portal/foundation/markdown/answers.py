"""What staff write to customers: a few marks of Markdown become lists, emphasis, quotes and links."""

import threading

import markdown
from pymdownx.magiclink import MagiclinkExtension

from portal.foundation.markdown.rendering import CONTROLS
from portal.foundation.markdown.sanitising import sanitise

# More marks than any letter has: Python-Markdown takes seconds for thousands of open brackets (SR-25).
_MOST_MARKS = 400
_MARKS = "[*_`<!\\"
# Longer than any address of a page; looking for links in one word takes time by the square of its length.
_LONGEST_WORD = 1000
# Headings, pictures, references and HTML have no place in a letter; typed, they stay what they are.
_NO_BLOCKS = ("hashheader", "setextheader", "hr", "reference")
_NO_INLINES = (
    *("html", "entity", "image_link", "image_reference", "short_image_ref", "reference", "short_reference"),
    *("autolink", "automail"),
)
_parsers = threading.local()


def render_answer(text: str) -> str | None:
    """Safe HTML of an answer; None for a text that is better printed as it was typed, because it is full of marks."""
    if sum(map(text.count, _MARKS)) > _MOST_MARKS or any(len(word) > _LONGEST_WORD for word in text.split()):
        return None
    try:
        return sanitise(_parser().reset().convert(CONTROLS.sub("", text)))
    except RecursionError:
        del _parsers.one  # it keeps half of its state
        return None


def _parser() -> markdown.Markdown:
    if not hasattr(_parsers, "one"):
        _parsers.one = _new_parser()
    parser: markdown.Markdown = _parsers.one
    return parser


def _new_parser() -> markdown.Markdown:
    parser = markdown.Markdown(extensions=["sane_lists", "nl2br", MagiclinkExtension()])
    parser.preprocessors.deregister("html_block")
    for name in _NO_BLOCKS:
        parser.parser.blockprocessors.deregister(name, strict=False)
    for name in _NO_INLINES:
        parser.inlinePatterns.deregister(name, strict=False)
    return parser
