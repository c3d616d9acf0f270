"""Step stoppers: each numbered step of an article carries a quiet way to say "I am stuck here".

The steps are those of the outermost numbered lists, counted through the article; lists inside boxes, tables and
footnotes are none. The link is plain, works without script, and is the same for every reader: pages stay finished.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(r"<(/?)(ol|ul|li|div|blockquote|table|dl|section|aside)\b[^>]*>")
_IN_A_LINE = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|span|strong|sub|sup)\b[^>]*>")
_ANY_TAG = re.compile(r"<[^>]*>")
_MOST_STEPS = 60
_FEWEST = 2
_SHOWN_WORDS = 120


@dataclass(frozen=True)
class Step:
    """One step: its number, its first words, and where its content ends in the HTML."""

    number: int
    text: str
    end: int


def steps_of(body: str) -> list[Step]:
    """The numbered steps of an article's finished HTML; none when there is only one."""
    found = list(_steps(body))[:_MOST_STEPS]
    return found if len(found) >= _FEWEST else []


def with_stoppers(body: str, stopper: Callable[[int], str]) -> str:
    """The HTML with `stopper(number)`, a piece of HTML, at the end of every step."""
    pieces, at = [], 0
    for step in steps_of(body):
        pieces += [body[at : step.end], stopper(step.number)]
        at = step.end
    return "".join([*pieces, body[at:]])


def _steps(body: str) -> Iterator[Step]:
    """Walk through the tags that nest: a step is an item directly in a numbered list that lies in nothing else."""
    opened: list[str] = []
    number = start = 0
    for tag in _TAG.finditer(body):
        is_end, name = bool(tag[1]), tag[2]
        if not is_end:
            opened.append(name)
            start = tag.end() if opened == ["ol", "li"] else start
            continue
        if opened == ["ol", "li"] and name == "li":
            number += 1
            yield Step(number, _words(body[start : tag.start()]), tag.start())
        if opened and opened[-1] == name:
            opened.pop()


def _words(html: str) -> str:
    # Between a bold word and its full stop is no space.
    text = " ".join(unescape(_ANY_TAG.sub(" ", _IN_A_LINE.sub("", html))).split())
    return text if len(text) <= _SHOWN_WORDS else text[:_SHOWN_WORDS].rsplit(" ", 1)[0] + " …"
