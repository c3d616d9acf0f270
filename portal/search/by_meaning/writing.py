"""Makes the vectors of articles, a piece at a time, and only where a text has changed; what there is may be used."""

import logging
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from portal.foundation import clock
from portal.search.by_meaning.opinion import Model
from portal.search.by_meaning.vectors import ENDING, Vector, Vectors, VectorsUnusable, write_vectors
from portal.search.model import Document

# Title, summary and beginning say what an article is about; more makes vectors alike and takes longer.
LETTERS = 300
# The first piece is published soon, later ones less often, because every process reads all that is published.
FIRST_PIECE_SECONDS, LONGEST_PIECE_SECONDS = 5.0, 60.0
_DIGEST = 16
log = logging.getLogger(__name__)


def write_all(
    documents: Iterable[Document], folder: Path, model: Model, *, fingerprint: str, seconds: float = float("inf")
) -> bool:
    """Brings the vectors of all languages up to date; whether none is missing after about so many seconds.

    `fingerprint` names the index that the documents are those of.
    """
    by_language: dict[str, list[Document]] = {}
    for document in documents:
        by_language.setdefault(document.language, []).append(document)
    _remove_others(folder, set(by_language))
    end = clock.seconds() + seconds
    paths = {folder / f"{language}{ENDING}": group for language, group in by_language.items()}
    return all([_write_language(path, group, model, fingerprint, end) for path, group in paths.items()])


def text_of(document: Document) -> str:
    """What the model reads of an article."""
    return "\n".join((document.title, " ".join(f"{document.summary} {document.body}".split())[:LETTERS]))


def _write_language(path: Path, documents: list[Document], model: Model, fingerprint: str, end: float) -> bool:
    """Whether all are there."""
    texts = {document.key: text_of(document) for document in documents}
    digests = {key: _digest(text) for key, text in texts.items()}
    before, published = _published(path, model.model)
    # What was made of an earlier text is better than nothing until its turn comes.
    found = {key: vector for key, vector in before.items() if key in texts}
    todo = [key for key in texts if key not in found or found[key].made_of != digests[key]]
    if not todo and found.keys() == before.keys() and published == fingerprint:
        return True
    pause, begun = FIRST_PIECE_SECONDS, clock.seconds()
    for done, key in enumerate(todo, 1):
        _take_in(found, key, texts[key], digests[key], model)
        now = clock.seconds()
        if now >= end and done < len(todo):
            break
        if now - begun >= pause:
            write_vectors(path, found, model=model.model, fingerprint="")
            pause, begun = min(LONGEST_PIECE_SECONDS, 2 * pause), clock.seconds()
    else:
        write_vectors(path, found, model=model.model, fingerprint=fingerprint)
        return True
    write_vectors(path, found, model=model.model, fingerprint="")
    return False


def _take_in(found: dict[str, Vector], key: str, text: str, digest: bytes, model: Model) -> None:
    try:
        found[key] = Vector.of(model.passage(text), digest)
    except Exception:  # One text that the model cannot read leaves the others their vectors.
        log.exception("no vector for %s", key)
        found.pop(key, None)


def _published(path: Path, model: str) -> tuple[dict[str, Vector], str]:
    """What is there, if this model made it, and the index that it is whole for."""
    try:
        there = Vectors(path)
    except VectorsUnusable:
        return {}, ""
    return (dict(there.items()), there.fingerprint) if there.model == model else ({}, "")


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=_DIGEST).digest()


def _remove_others(folder: Path, languages: set[str]) -> None:
    """A language without articles has no vectors."""
    for path in folder.glob(f"*{ENDING}"):
        if path.name.removesuffix(ENDING) not in languages:
            path.unlink(missing_ok=True)
