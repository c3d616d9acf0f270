"""A content folder for the tests of the library: write files, build, look at what customers would see."""

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.faq.library import Edition, Library
from portal.faq.library.building.build import Job, build
from portal.faq.library.building.snapshot import pointer_of
from portal.faq.library.loading import load_library

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 12, 16)


@dataclass
class ContentFolder:
    """`content/` and what is derived from it, both in a temporary folder."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def derived(self) -> Path:
        return self.root / "derived"

    @property
    def command(self) -> list[str | Path]:
        """What starts the builder for this folder as a process of its own."""
        options = ["--content", self.content, "--derived", self.derived]
        return [sys.executable, "-m", "portal.faq.library.building.build", *options]

    def write(self, file: str, text: str | bytes) -> Path:
        """A file with these words, with a new inode as an editor would leave it."""
        path = self.content / file
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.aside")
        aside.write_bytes(text.encode() if isinstance(text, str) else text)
        os.replace(aside, path)
        return path

    def article(self, path: str, body: str = "Eine Antwort.", *, language: str = "de", **head: object) -> Path:
        """An article with a title and whatever else its head should say."""
        head = {"title": path.rpartition("/")[2].capitalize(), **head}
        lines = "".join(f"{key}: {value}\n" for key, value in head.items())
        return self.write(f"faq/{language}/{path}.md", f"---\n{lines}---\n{body}\n")

    def remove(self, file: str) -> None:
        (self.content / file).unlink()

    def build(self, **options: object) -> Library:
        """Build and load, with a clear failure when the snapshot is not whole."""
        build(Job(self.content, self.derived, **options))
        return self.load()

    def load(self) -> Library:
        pointer = pointer_of(self.derived)
        library = load_library(self.derived, pointer) if pointer else None
        assert library is not None, "there is no whole snapshot"
        return library

    def edition(self, language: str = "de", on: date = TODAY, **options: object) -> Edition:
        return self.build(**options).edition(language, on)


def problems(library: Library, file: str = "") -> list[str]:
    """What the library finds wrong with a file, as words."""
    return [fault.problem for fault in library.faults if file in fault.file]
