"""Keeps one process's copy of the content and its search index up to date, without a request ever waiting for it."""

import importlib
import logging
import os
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.faq.library.assets import COPIES
from portal.faq.library.building.children import MAX_SECONDS, Child
from portal.faq.library.building.index_name import INDEX, VECTORS, fingerprint_of
from portal.faq.library.building.snapshot import Pointer, discard, pointer_of
from portal.faq.library.library import EMPTY, Library
from portal.faq.library.loading import load_library
from portal.faq.library.watch import Watch
from portal.foundation import clock
from portal.foundation.web.here import OnePerApp
from portal.search import IndexUnusable, Searcher, pointer_version

if TYPE_CHECKING:
    from portal.search.by_meaning import Meaning

COMPLAINT = "unusable-index"  # names the version of the index that somebody could not open
TICK_SECONDS = 0.5  # how often a newer snapshot or index is noticed
QUIET_SECONDS = 1.0  # a file touched later than this may be half written
PACKAGE = str(Path(__file__).parents[2])
log = logging.getLogger(__name__)


class Keeper:
    """`library` and `searcher` are always whole; a newer one takes the place of the older in one assignment.

    One process of the machine watches the folder (a file lock, given back by the kernel); all others only notice
    what it publishes.
    """

    def __init__(
        self,
        *,
        content: Path,
        derived: Path,
        zone: ZoneInfo,
        languages: tuple[str, ...],
        default_language: str | None = None,
        quiet_seconds: float = QUIET_SECONDS,
        thesaurus: Path | None = None,
        by_meaning: bool = False,
    ) -> None:
        self.content, self.derived, self.zone, self.languages = content, derived, zone, languages
        self.default_language, self.thesaurus = default_language or languages[0], thesaurus
        self.watch = Watch(
            content,
            derived,
            languages=languages,
            default_language=self.default_language,
            quiet_seconds=quiet_seconds,
        )
        self.library: Library = EMPTY
        self.searcher: Searcher | None = None
        self.meaning = _meaning(derived / VECTORS) if by_meaning else None
        self._pointer: Pointer | None = None
        self._index_version: str | None = None
        self._builder = Child("portal.faq.library.building.build", PACKAGE)
        self._indexer = Child("portal.faq.library.building.indexing", PACKAGE)
        self._thinker = Child("portal.faq.library.building.meaning", PACKAGE)
        self._round = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def refresh(self, *, patience: float = 2.5) -> None:
        """One round: take over what is published, look at the folder, build and index when something changed.

        A build that ends within `patience` seconds is taken over in the same round.
        """
        with self._round:
            self._adopt()
            if not self.watch.is_ours():
                return
            if self._needs_build() and self._builder.start(self._build_arguments()):
                self._builder.wait(patience)
                self._adopt()
            self._index_if_needed()

    def adopt(self) -> Library:
        """Take over what other processes published, without ever watching the folder: for the worker."""
        with self._round:
            self._adopt()
        return self.library

    def settle(self, *, seconds: float = MAX_SECONDS) -> bool:
        """Rounds until content and index are up to date, for commands and tests; whether that was reached in time.

        Commands end afterwards: a child that is not ready by then is ended, because nobody would look after it.
        """
        end = clock.seconds() + seconds
        while clock.seconds() < end:
            self.watch.hurry()
            self.refresh(patience=min(30.0, seconds))
            self.watch.hurry()
            is_busy = self._builder.is_running or self._indexer.is_running
            if not is_busy and self.library.is_ready and self._is_index_current() and not self._needs_build():
                return True
            # Whoever looks at the folder again and again meanwhile takes the time from the one who makes the index.
            if self._indexer.wait(0.25):
                time.sleep(0.05)
        self._end_children()
        return False

    def rebuild(self, *, accept_vanished: bool = False) -> bool:
        """Read every file and write the index anew, now and in this call; whether both succeeded."""
        with self._round:
            extra = ["--anew", *(["--accept-vanished"] if accept_vanished else [])]
            is_built = self._builder.run([*self._build_arguments(), *extra])
            self._adopt()
            is_indexed = is_built and self._indexer.run(self._index_arguments())
            self._adopt()
        return is_built and is_indexed

    def rethink(self) -> bool:
        """Make all vectors that are missing for search by meaning, now and in this call; whether none is missing."""
        if self.meaning is None or self.meaning.problem:
            return False
        with self._round:
            is_done = self._thinker.run([*self._index_arguments(), "--seconds", str(0.9 * MAX_SECONDS)])
            self._adopt()
        return is_done and self.searcher is not None and self.meaning.is_current(self.searcher)

    def start(self) -> None:
        """Go round in a thread of this process; a second call does nothing."""
        if self._thread is None or not self._thread.is_alive():
            self._stopped.clear()
            self._thread = threading.Thread(target=self._go_round, name="content", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and the children, and let another process watch."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        with self._round:
            self._end_children()
            self.watch.release()

    def give_up(self, searcher: Searcher, error: IndexUnusable) -> None:
        """Search without this index, whose file somebody has harmed while it was read, until there is a new one."""
        if self.searcher is searcher:
            self._do_without_index(error)

    @property
    def copies(self) -> Path:
        """Where the bytes of images and files lie, under `Asset.copy_name`."""
        return self.derived / COPIES

    def today(self) -> date:
        """The date at the company."""
        return clock.today(self.zone)

    def _end_children(self) -> None:
        for child in (self._builder, self._indexer, self._thinker):
            child.end()

    def _go_round(self) -> None:
        while not self._stopped.is_set():
            try:
                self.refresh()
                self._think_if_needed()
            except Exception:  # Whatever happens in one round, the next one may succeed.
                log.exception("a round of the content keeper failed")
            self._stopped.wait(TICK_SECONDS)

    def _adopt(self) -> None:
        """Take over a newer snapshot and a newer index, and prepare today's editions before anybody asks."""
        pointer = pointer_of(self.derived)
        if pointer is not None and pointer != self._pointer:
            library = load_library(self.derived, pointer)
            if library is None:
                discard(self.derived, pointer)
            else:
                self._warm(library)
                self.library, self._pointer = library, pointer
        self._warm(self.library)
        self._adopt_index()

    def _warm(self, library: Library) -> None:
        for language in library.languages:
            library.edition(language, self.today())

    def _adopt_index(self) -> None:
        self._adopt_words()
        if self.meaning is not None and self.searcher is not None:
            self.searcher = self.meaning.heeded(self.searcher)

    def _adopt_words(self) -> None:
        version = pointer_version(self.derived / INDEX)
        if version is None or version == self._index_version:
            return
        self._index_version = version
        try:
            self.searcher = Searcher.open(self.derived / INDEX)
        except IndexUnusable as error:
            self._do_without_index(error)

    def _do_without_index(self, error: IndexUnusable) -> None:
        log.warning("search index unusable, it is written again: %s", error)
        self.searcher = None
        if self._index_version is not None:
            self._complain(self._index_version)

    def _complain(self, version: str) -> None:
        """Tell the process that watches, which may have opened the index while it was still whole."""
        try:
            (self.derived / COMPLAINT).write_text(version, "utf-8")
        except OSError as error:
            log.warning("the complaint about the index could not be written: %s", error)

    def _needs_build(self) -> bool:
        return not self._builder.is_running and self.watch.finds_change(self.library)

    def _index_if_needed(self) -> None:
        if self.library.is_ready and not self._is_index_current():
            self._indexer.start(self._index_arguments())

    def _think_if_needed(self) -> None:
        """Vectors come after the index, while the portal runs: who waits for an index does not wait for them."""
        with self._round:
            if self.meaning is None or self.searcher is None or not self.watch.is_ours():
                return
            if self._is_index_current() and not self.meaning.is_current(self.searcher):
                self._thinker.start(self._index_arguments())

    def _is_index_current(self) -> bool:
        """Whether the published index fits the library, is there, and nobody complained about it."""
        wanted = fingerprint_of(self.library, on=self.today(), thesaurus=self.thesaurus)
        version = pointer_version(self.derived / INDEX)
        is_whole = version is not None and version != _words_in(self.derived / COMPLAINT)
        return is_whole and self.searcher is not None and self.searcher.fingerprint == wanted

    def _index_arguments(self) -> list[str]:
        thesaurus = ["--thesaurus", os.fspath(self.thesaurus)] if self.thesaurus else []
        return ["--derived", os.fspath(self.derived), "--on", self.today().isoformat(), *thesaurus]

    def _build_arguments(self) -> list[str]:
        paths = ["--content", os.fspath(self.content), "--derived", os.fspath(self.derived)]
        return [*paths, "--languages", ",".join(self.languages), "--default-language", self.default_language]


KEEPER = OnePerApp[Keeper]("faq")


def _meaning(folder: Path) -> "Meaning":
    # By name: whoever searches by words alone needs neither the model nor what calls it.
    made: Meaning = importlib.import_module("portal.search.by_meaning").Meaning(folder)
    return made


def _words_in(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
