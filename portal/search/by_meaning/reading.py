"""Search by meaning in one process: its model, and the vectors that some process of this machine has published."""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from portal.search.by_meaning.engine import EngineUnusable, open_engine, require_engine
from portal.search.by_meaning.opinion import Listener, Model, Opinion
from portal.search.by_meaning.vectors import ENDING, Vectors, VectorsUnusable
from portal.search.index.opened import OpenedLanguage
from portal.search.searcher import Searcher

Stamp = tuple[tuple[str, int, int], ...]
log = logging.getLogger(__name__)


class Meaning:
    """Gives a searcher the model's opinion where there are vectors; the model is loaded when the first are there."""

    def __init__(
        self,
        folder: Path,
        *,
        require: Callable[[], object] = require_engine,
        open_model: Callable[[], Model] = open_engine,
    ) -> None:
        """`problem` is a sentence that says why there is no search by meaning on this machine, or empty."""
        self._folder, self._open_model = folder, open_model
        self._listener: Listener | None = None
        self._vectors: dict[str, Vectors] = {}
        self._heard: tuple[Searcher | None, Stamp] = (None, ())
        self.problem = ""
        try:
            require()
        except EngineUnusable as error:
            self._give_up(error)

    def heeded(self, searcher: Searcher) -> Searcher:
        """The searcher with the newest vectors; the same one if it has them already."""
        stamp = self._stamp()
        if self.problem or self._heard == (searcher, stamp):
            return searcher
        if stamp != self._heard[1]:
            there = ((path.name.removesuffix(ENDING), _opened(path)) for path in self._paths())
            self._vectors = {language: vectors for language, vectors in there if vectors is not None}
        if self._vectors and self._listener is None:
            try:
                self._listener = Listener(self._open_model())
            except EngineUnusable as error:
                self._give_up(error)
                return searcher
        heeding = searcher.heeding(self._opinion, edition=str(stamp or ""))
        self._heard = (heeding, stamp)
        return heeding

    def is_current(self, searcher: Searcher) -> bool:
        """Whether no article of the index lacks its vector, or none can be made here."""
        model = self._listener.model.model if self._listener else ""
        found = {language: (vectors.model, vectors.fingerprint) for language, vectors in self._vectors.items()}
        return bool(self.problem) or found == dict.fromkeys(searcher.languages, (model, searcher.fingerprint))

    def _opinion(self, opened: OpenedLanguage) -> Opinion | None:
        vectors = self._vectors.get(opened.language)
        if vectors is None or self._listener is None or vectors.model != self._listener.model.model:
            return None
        return Opinion(vectors, opened, self._listener.vector)

    def _give_up(self, error: EngineUnusable) -> None:
        self.problem = str(error)
        log.warning("no search by meaning: %s", error)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{ENDING}"))

    def _stamp(self) -> Stamp:
        try:
            stats = [(path.name, path.stat()) for path in self._paths()]
        except OSError:
            return self._heard[1]
        return tuple((name, stat.st_mtime_ns, stat.st_ino) for name, stat in stats)


def _opened(path: Path) -> Vectors | None:
    try:
        return Vectors(path)
    except VectorsUnusable as error:
        log.warning("vectors unusable, they are written again: %s", error)
        with suppress(OSError):
            path.unlink()
        return None
