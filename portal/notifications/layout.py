"""The shape of a mail's text: lines that fit a text client, and the same paragraphs as blocks for HTML."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 72
_SIGNATURE = "-- "
_MARGIN = re.compile(r"(?:> ?)+|- | +")


@dataclass(frozen=True)
class Block:
    """One paragraph of a mail; `kind` is `words`, `link`, `facts`, `list`, `quote` or `frame` (below the signature)."""

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
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = [line.rstrip("\n") for line in paragraph.splitlines()]
        if lines[0] == _SIGNATURE:
            kind_below, lines = "frame", lines[1:]
        if lines:
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
    return textwrap.wrap(
        line[len(first) :],
        WIDTH,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _shaped(lines: list[str], site: str, kind: str) -> Iterator[Block]:
    url = lines[-1].strip()
    if _is_own(url, site) and len(lines) <= 2:
        label = lines[0].strip().rstrip(":") if len(lines) > 1 else url
        yield Block("frame-link" if kind else "link", (label,), url)
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


def _is_own(url: str, site: str) -> bool:
    return url.startswith(f"{site}/") and not re.search(r"\s", url)
