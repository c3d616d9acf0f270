"""An article's text cut into sentences: the unit of ranking by nearness and of snippets."""

import re
from collections.abc import Iterator

SENTENCE_END = re.compile(r"(?<=[.!?:;\u2026])\s+|\n+")
MAX_PASSAGES = 400


def passages(text: str) -> Iterator[tuple[int, str]]:
    """Start and text of each sentence or line, at most 400 of them."""
    start = count = 0
    for end in SENTENCE_END.finditer(text):
        if text[start : end.start()].strip():
            yield start, text[start : end.start()]
            count += 1
            if count == MAX_PASSAGES:
                return
        start = end.end()
    if text[start:].strip():
        yield start, text[start:]
