"""Thousands of articles out of the sixty of the demo company: their paragraphs mixed, some of their words exchanged.

The same seed gives the same content, and nothing from outside the project is needed.
"""

import random
import re
import shutil
from pathlib import Path

from portal.foundation.config import ROOT

DEMO = ROOT / "content"
LANGUAGE = "de"
# Of ten long words this many are exchanged, so that the words of the index grow with the articles.
_EXCHANGED = 0.15
_RARE_WORDS = 12_000
_LONG_WORD = re.compile(r"\b[A-ZÄÖÜ]?[a-zäöüß]{6,}\b")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)(\{[^}]*\})?")


def make_content(folder: Path, count: int, *, seed: int = 7) -> None:
    """A content folder like the demo's with that many German articles."""
    shutil.copytree(DEMO, folder)
    mill = _Mill(folder / "faq" / LANGUAGE, random.Random(seed))
    for number in range(count - len(mill.articles)):
        path, written = mill.article(number)
        path.write_text(written, encoding="utf-8")


def titles(folder: Path) -> list[str]:
    """The titles of all German articles of a content folder."""
    return [_parts(path)[0] for path in _articles(folder / "faq" / LANGUAGE)]


class _Mill:
    """Takes the demo articles apart and puts new ones together."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._chance = chance
        self.articles = _articles(folder)
        parts = [_parts(path) for path in self.articles]
        self._folders = sorted({path.parent for path in self.articles})
        self._titles = [title for title, _ in parts]
        self._paragraphs = [each for _, body in parts for each in _plain_paragraphs(body)]
        known = sorted({word for each in self._paragraphs for word in _LONG_WORD.findall(each)})
        self._rare = [f"{chance.choice(known).capitalize()}{chance.choice(known).lower()}" for _ in range(_RARE_WORDS)]

    def article(self, number: int) -> tuple[Path, str]:
        """A path and what stands there."""
        title = self._mixed(self._chance.choice(self._titles), share=0.4).replace('"', "”")
        paragraphs = [self._mixed(each) for each in self._chance.sample(self._paragraphs, self._chance.randint(4, 9))]
        paragraphs.insert(2, f"## {self._mixed(self._chance.choice(self._titles))}")
        summary = paragraphs[0].split(". ")[0].replace('"', "”").replace("\n", " ")[:200]
        front = f'---\ntitle: "{title} {number}"\nsummary: "{summary}"\nreviewed_on: 2026-10-01\n---\n'
        return self._chance.choice(self._folders) / f"beitrag-{number:05}.md", front + "\n\n".join(paragraphs) + "\n"

    def _mixed(self, text: str, *, share: float = _EXCHANGED) -> str:
        return _LONG_WORD.sub(lambda found: self._word() if self._chance.random() < share else found[0], text)

    def _word(self) -> str:
        """Some rare words come often and most of them seldom, as in any language."""
        return self._rare[int(_RARE_WORDS * self._chance.random() ** 3)]


def _articles(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.md") if "status:" not in path.read_text(encoding="utf-8")[:600])


def _parts(path: Path) -> tuple[str, str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    title = re.search(r"^title: *(.+)$", front, re.MULTILINE)
    return (title[1].strip("\"' ") if title else path.stem), body


def _plain_paragraphs(body: str) -> list[str]:
    blocks = (_LINK.sub(r"\1", block).strip() for block in body.split("\n\n"))
    return [block for block in blocks if len(block) > 60 and block[0].isalpha() and "[^" not in block]
