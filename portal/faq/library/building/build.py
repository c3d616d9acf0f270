"""The builder: makes a new snapshot of the content folder. One per machine, in a child process.

    python -m portal.faq.library.building.build --content DIR --derived DIR [--languages de,en] [--default-language de]
                                       [--accept-vanished] [--anew]

Ends with 0 when a snapshot of the present content is there, with 3 when another builder is at work, with 1 when the
snapshot could not be written (the old one stays).
"""

import argparse
import fcntl
import hashlib
import json
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.faq.library.assets import COPIES, remove_unused_copies
from portal.faq.library.building.assembly import Assembly, assemble
from portal.faq.library.building.kept import Kept
from portal.faq.library.building.round import Round
from portal.faq.library.building.scan import Listing, look
from portal.faq.library.building.snapshot import Draft, open_snapshot, pointer_of
from portal.faq.library.building.storing import read_kept, write
from portal.faq.library.building.vanishing import vanished
from portal.faq.library.building.workers import MAX_SECONDS
from portal.faq.library.faults import Fault
from portal.faq.library.tools.crosschecks import faults_between
from portal.foundation import clock
from portal.foundation.process.logs import write_logs

LOCK = "builder.lock"
DONE, FAILED, BUSY = 0, 1, 3
COPY_AGE = 86_400
# The first faults of a round stand in the log; all of them are named by `flask check-content`.
_MOST_LOGGED = 20
log = logging.getLogger("portal.faq.library.building.build")


@dataclass(frozen=True, slots=True)
class Job:
    """What to build from where to where; `seconds` limits one file, `is_quiet` is for whoever shows the faults."""

    content: Path
    derived: Path
    languages: tuple[str, ...] = ("de", "en")
    default_language: str = "de"
    accepts_vanished: bool = False
    is_anew: bool = False
    seconds: float = MAX_SECONDS
    is_quiet: bool = False


class BuilderBusy(Exception):
    """Another process is building; its snapshot will do."""


def build(job: Job) -> str:
    """Bring the snapshot up to date and name its generation; BuilderBusy when somebody else is at it."""
    with exclusive(job.derived / LOCK):
        before = memory(job.derived)
        if job.is_anew:
            before.renderer = ""  # every file is read again; last good versions stay
        listing = look(job.content, languages=job.languages, default_language=job.default_language)
        held = frozenset() if job.accepts_vanished else vanished(before, listing, job.content)
        alarm = _alarm(held, listing)
        for fault in alarm:
            log.error("content vanished: %s", fault)
        if alarm and before.layout != repr(listing.layout):
            kept, faults = _frozen(before, listing), list(listing.faults)
        else:
            kept, faults = Round(job.content, job.derived / COPIES, before, listing, held, job.seconds).run()
        return _publish(job, kept, listing, [*alarm, *faults])


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file; the kernel gives it back when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuilderBusy(str(path)) from error
        yield


def memory(derived: Path) -> Kept:
    """What the current snapshot remembers; nothing when there is none or it is damaged."""
    pointer = pointer_of(derived)
    connection = open_snapshot(derived, pointer) if pointer else None
    if connection is None:
        return Kept()
    try:
        return read_kept(connection)
    except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
        log.warning("snapshot unreadable, starting anew: %s", error)
        return Kept()
    finally:
        connection.close()


def _alarm(held: frozenset[str], listing: Listing) -> list[Fault]:
    if not held or listing.unreadable:
        return []
    problem = f"{len(held)} files are gone at once; the site keeps their last version."
    remedy = "Put them back, or accept it with the option --accept-vanished of flask reindex."
    return [Fault(".", 0, problem, remedy)]


def _frozen(before: Kept, listing: Listing) -> Kept:
    """The folder is no longer arranged as it was: nothing is taken over until it is back or accepted."""
    before.signature = listing.signature
    return before


def _publish(job: Job, kept: Kept, listing: Listing, faults: list[Fault]) -> str:
    assembly = assemble(kept.files, kept.shelves, listing.layout)
    assembly.faults = sorted({*assembly.faults, *faults, *faults_between(kept.files)})
    meta = {
        "languages": json.dumps(job.languages),
        "default_language": job.default_language,
        "texts": _texts(kept, assembly),
        "generation": _generation(assembly, kept),
    }
    with Draft(job.derived) as draft:
        write(draft.connection, kept, assembly, meta)
        draft.publish()
    used = {asset.copy_name for asset, _ in kept.assets.values()}
    remove_unused_copies(job.derived / COPIES, used, older_than=clock.now().timestamp() - COPY_AGE)
    if not job.is_quiet:
        _say(meta["generation"], assembly)
    return meta["generation"]


def _say(generation: str, assembly: Assembly) -> None:
    errors = [fault for fault in assembly.faults if fault.is_error]
    for fault in errors[:_MOST_LOGGED]:
        log.warning("content: %s", fault)
    log.info("published %s: %d articles, %d errors", generation, len(assembly.articles), len(errors))


def _generation(assembly: Assembly, kept: Kept) -> str:
    """The same content has the same generation on every machine."""
    assets = sorted((file, asset.digest) for file, (asset, _) in kept.assets.items())
    digest = hashlib.sha256(repr((assets, assembly.folders, assembly.faults)).encode())
    for item in (*sorted(assembly.articles.items()), *sorted(assembly.pages.items())):
        digest.update(repr(item).encode())
    return digest.hexdigest()[:16]


def _texts(kept: Kept, assembly: Assembly) -> str:
    """Names everything the search index reads, and nothing else."""
    digest = hashlib.sha256(repr((sorted(kept.synonyms.items()), assembly.folders)).encode())
    for file, article in sorted(assembly.articles.items()):
        record = kept.files[file].record
        shown = (article.key, article.source, article.title, article.summary, article.keywords, article.status)
        when = (article.publish_from, article.publish_until, article.headings)
        digest.update(repr((shown, when)).encode() + (record.text if record else b""))
    return digest.hexdigest()[:16]


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the module's first lines."""
    write_logs()
    try:
        job = _job(arguments)
        if pointer_of(job.derived) is not None:
            os.nice(5)  # readers have something to read meanwhile: they come first
        build(job)
    except BuilderBusy:
        return BUSY
    except (OSError, sqlite3.Error) as error:
        log.error("snapshot not written, the old one stays: %s", error)
        return FAILED
    return DONE


def _job(arguments: list[str] | None) -> Job:
    parser = argparse.ArgumentParser(prog="portal.faq.library.building.build")
    parser.add_argument("--content", type=Path, required=True)
    parser.add_argument("--derived", type=Path, required=True)
    parser.add_argument("--languages", default="de,en")
    parser.add_argument("--default-language", default="de")
    parser.add_argument("--accept-vanished", action="store_true")
    parser.add_argument("--anew", action="store_true")
    given = parser.parse_args(arguments)
    return Job(
        content=given.content,
        derived=given.derived,
        languages=tuple(given.languages.split(",")),
        default_language=given.default_language,
        accepts_vanished=given.accept_vanished,
        is_anew=given.anew,
    )


if __name__ == "__main__":
    sys.exit(main())
