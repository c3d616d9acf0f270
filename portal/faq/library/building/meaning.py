"""Makes the vectors that search by meaning needs, in a child process, after the index and behind everything else.

    python -m portal.faq.library.building.meaning --derived DIR --on 2026-12-01 [--thesaurus DIR] [--seconds 120]

Ends with 0 when it is done or its time is over, with 3 when another process is at it, with 1 when it failed.
"""

import argparse
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from portal.faq.library.building.index_name import VECTORS, fingerprint_of
from portal.faq.library.building.indexing import BUSY, DONE, FAILED, documents, read_snapshot
from portal.foundation.process.logs import write_logs
from portal.search.by_meaning import EngineUnusable, Model, open_engine
from portal.search.by_meaning.writing import write_all
from portal.search.index.publishing import IndexBusy, sole_builder

# After so long it begins anew with what has been published meanwhile.
SECONDS = 120.0
# Nobody asks again at once whether another process is still at it.
PAUSE_WHEN_BUSY = 10.0
log = logging.getLogger("portal.faq.library.building.meaning")


def write_vectors_of(
    derived: Path, *, on: date, thesaurus: Path | None, seconds: float, open_model: Callable[[], Model] = open_engine
) -> bool:
    """Bring the vectors of the current snapshot up to date; whether none is missing. LookupError without a snapshot."""
    with sole_builder(derived / VECTORS):
        library, _synonyms, texts = read_snapshot(derived)
        found = documents(library, texts, on=on)
        fingerprint = fingerprint_of(library, on=on, thesaurus=thesaurus)
        return write_all(found, derived / VECTORS, open_model(), fingerprint=fingerprint, seconds=seconds)


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the module's first lines."""
    write_logs()
    parser = argparse.ArgumentParser(prog="portal.faq.library.building.meaning")
    parser.add_argument("--derived", type=Path, required=True)
    parser.add_argument("--on", type=date.fromisoformat, required=True)
    parser.add_argument("--thesaurus", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args(arguments)
    try:
        os.nice(19)
        write_vectors_of(given.derived, on=given.on, thesaurus=given.thesaurus, seconds=given.seconds)
    except IndexBusy:
        time.sleep(PAUSE_WHEN_BUSY)
        return BUSY
    except (OSError, sqlite3.Error, LookupError, EngineUnusable) as error:
        log.error("vectors not written, the search goes on without: %s", error)
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
