"""The shape of a mail's text: lines that fit a text client, and the same paragraphs as blocks for HTML."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

WIDTH = 72
_SIGNATURE = "-- "
_MARGIN = re.compile(r"(?:> ?)+|- | +")
# What no line ends in: numbers of questions and declarations, dates, paragraphs of a law.
WHOLE = re.compile(r"\b[A-Z]{1,3}\d{0,2}(?:-\d+)+\b|\b\d{1,2}\.? [A-Z][^\W\d_]+ \d{4}\b|§ \d+\w*")
_HELD = "\x1f"  # for a space while lines are broken; no keyboard makes it
# Not behind the figure of a date, as in "16. Januar".
_NEXT_SENTENCE = re.compile(r"(?<=[^\d][.?]) ")


@dataclass(frozen=True)
class Block:
    """One paragraph of a mail, of the `kind` title, words, link, way, facts, list or quote; `frame` stands below them.

    A `link` has its label as its only line; a `way` leads on in the text: what is said, and the label of its link.
    """

    kind: str
    lines: tuple[str, ...]
    url: str = ""


def tidy(text: str) -> str:
    """The text in lines of at most 72 columns, without empty lines in a row; addresses are never broken."""
    lines = [line for written in text.strip().splitlines() for line in _wrapped(written)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def blocks(text: str, *, site: str) -> Iterator[Block]:
    """The paragraphs of an untidied text; an address of our own `site` on a line of its own becomes a link."""
    kind_below = ""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:], fillvalue=""):
        lines = [line.rstrip("\n") for line in paragraph.splitlines()]
        if lines[0] == _SIGNATURE:
            kind_below, lines = "frame", lines[1:]
        if _is_title(lines, following):
            yield Block("title", tuple(lines))
        elif lines:
            yield from _shaped(lines, site, kind_below)


def quoted(text: str) -> str:
    """Text of a person, each line behind a `>`, so that it is never taken for ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _wrapped(line: str) -> list[str]:
    if line == _SIGNATURE:
        return [line]
    line = line.rstrip()
    if len(line) <= WIDTH:
        return [line]
    found = _MARGIN.match(line)
    first = found.group() if found else ""
    further = first if first.startswith(">") else " " * len(first)
    held = WHOLE.sub(lambda found: found[0].replace(" ", _HELD), line[len(first) :])
    lines = textwrap.wrap(
        held,
        WIDTH,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [each.replace(_HELD, " ") for each in lines]


def _shaped(lines: list[str], site: str, kind: str) -> Iterator[Block]:
    url = lines[-1].strip()
    if _is_own(url, site) and len(lines) <= 2:
        label = lines[0].strip().rstrip(":") if len(lines) > 1 else url
        yield Block("frame-link", (label,), url) if kind else _way(label, url)
    elif kind:
        yield Block(kind, tuple(lines))
    elif all(line.startswith(">") for line in lines):
        yield Block("quote", tuple(re.sub(r"^> ?", "", line) for line in lines))
    elif all(line.startswith("- ") for line in lines):
        yield Block("list", tuple(line[2:] for line in lines))
    elif all(line.startswith("  ") for line in lines):
        yield Block("facts", tuple(line.strip() for line in lines))
    else:
        yield Block("words", tuple(lines))


def _way(lead: str, url: str) -> Block:
    """One sentence is a button; after several the last one leads on, so that what is said first can be read as text."""
    *said, label = _NEXT_SENTENCE.split(lead)
    return Block("way", (" ".join(said), label), url) if said else Block("link", (label,), url)


def _is_title(lines: list[str], following: str) -> bool:
    """A line of its own without a full stop, right above facts."""
    return following.startswith("  ") and len(lines) == 1 and not lines[0].endswith((",", ".", ":", "?"))


def _is_own(url: str, site: str) -> bool:
    return url.startswith(f"{site}/") and not re.search(r"\s", url)
