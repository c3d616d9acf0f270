"""From text to finished HTML: one parser per thread, the shaping of the tree, then the sanitiser."""

import re
import threading
from dataclasses import dataclass

import markdown
from markdown.extensions.toc import TocExtension
from pymdownx.tasklist import TasklistExtension
from slugify import slugify

from portal.foundation.markdown.references import Reference, ResolveImage, ResolveLink
from portal.foundation.markdown.sanitising import plain_text, sanitise
from portal.foundation.markdown.shaping import (
    RESERVED_ANCHORS,
    Labels,
    Lowering,
    RenderedHeading,
    Shaping,
)
from portal.foundation.markdown.typography import Ties

VERSION = "3"  # raised when the same text renders differently, so that kept HTML is made again
MAX_CHARACTERS = 1_000_000
UMLAUTS = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss")]
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
CHECKBOX = re.compile(r'<input type="checkbox" disabled( checked)?\s*/>')

_parsers = threading.local()


class MarkdownUnusable(Exception):
    """The text cannot be rendered; the message says why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Finished HTML and what was found on the way; `text` is the same without any markup."""

    html: str
    headings: tuple[RenderedHeading, ...]
    text: str
    links: tuple[Reference, ...]
    images: tuple[Reference, ...]


def render(
    text: str,
    *,
    resolve_link: ResolveLink,
    resolve_image: ResolveImage,
    labels: Labels | None = None,
    sections: bool = False,
) -> Rendered:
    """Safe HTML of a Markdown text; raw HTML is shown as text, `sections` wraps every second-level part."""
    if len(text) > MAX_CHARACTERS:
        raise MarkdownUnusable("the text is longer than a million characters")
    labels = labels or Labels()
    parser, shaping = _parser()
    shaping.begin(resolve_link=resolve_link, resolve_image=resolve_image, labels=labels, sections=sections)
    html = sanitise(_named_checkboxes(_convert(parser, text), labels))
    return Rendered(html, tuple(shaping.headings), plain_text(html), tuple(shaping.links), tuple(shaping.images))


def anchor_for(heading: str, separator: str = "-") -> str:
    """The address of a heading on its page: lower case, no umlauts, never one that the page itself uses."""
    anchor = slugify(heading, separator=separator, replacements=UMLAUTS, max_length=80) or "part"
    return f"{anchor}-1" if anchor in RESERVED_ANCHORS else anchor


def _convert(parser: markdown.Markdown, text: str) -> str:
    try:
        return parser.reset().convert(CONTROLS.sub("", text))
    except BaseException as error:
        del _parsers.pair  # an interrupted parser keeps half of its state
        if isinstance(error, RecursionError):
            raise MarkdownUnusable("lists, quotes or emphasis are nested too deeply") from error
        raise


def _named_checkboxes(html: str, labels: Labels) -> str:
    def named(match: re.Match[str]) -> str:
        label = labels.done if match[1] else labels.to_do
        return f'<input type="checkbox" disabled{match[1] or ""} aria-label="{label}">'

    return CHECKBOX.sub(named, html)


def _parser() -> tuple[markdown.Markdown, Shaping]:
    """The thread's parser: building one takes longer than a short article."""
    if not hasattr(_parsers, "pair"):
        _parsers.pair = _new_parser()
    pair: tuple[markdown.Markdown, Shaping] = _parsers.pair
    return pair


def _new_parser() -> tuple[markdown.Markdown, Shaping]:
    parser = markdown.Markdown(
        extensions=[
            "tables",
            "admonition",
            "footnotes",
            "def_list",
            "fenced_code",
            "attr_list",
            "sane_lists",
            TocExtension(slugify=anchor_for, marker=""),
            TasklistExtension(),
        ],
        extension_configs={"tables": {"use_align_attribute": True}},
    )
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    shaping = Shaping(parser)
    parser.treeprocessors.register(Lowering(parser), "lowering", 6)
    parser.treeprocessors.register(shaping, "shaping", 4)
    parser.treeprocessors.register(Ties(parser), "ties", 2)
    return parser, shaping
