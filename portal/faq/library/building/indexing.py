"""Writes the search index of the current snapshot, in a child process: every edition as it is public that day.

    python -m portal.faq.library.building.indexing --derived DIR --on 2026-12-01 [--thesaurus DIR]

Ends with 0 when the index fits the snapshot, with 3 when another process writes one, with 1 when it failed.
"""

import argparse
import logging
import os
import sqlite3
import sys
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from portal.faq.library.building.index_name import INDEX, fingerprint_of
from portal.faq.library.building.snapshot import open_snapshot, pointer_of
from portal.faq.library.library import Library
from portal.faq.library.loading import load_library
from portal.foundation.process.logs import write_logs
from portal.search import Document, IndexBusy, SynonymError
from portal.search.index.build import build_index

DONE, FAILED, BUSY = 0, 1, 3
log = logging.getLogger("portal.faq.library.building.indexing")


def write_index(derived: Path, *, on: date, thesaurus: Path | None = None) -> str:
    """Index the current snapshot and name what the index holds; LookupError when there is no snapshot."""
    library, synonyms, texts = read_snapshot(derived)
    fingerprint, found = fingerprint_of(library, on=on, thesaurus=thesaurus), documents(library, texts, on=on)
    build_index(found, derived / INDEX, synonyms=synonyms, fingerprint=fingerprint, thesaurus=thesaurus)
    return fingerprint


def read_snapshot(derived: Path) -> tuple[Library, dict[str, str], dict[str, bytes]]:
    """The current snapshot: library, synonyms by language, packed texts; LookupError when there is none."""
    pointer = pointer_of(derived)
    library = load_library(derived, pointer) if pointer else None
    connection = open_snapshot(derived, pointer) if pointer else None
    if library is None or connection is None:
        raise LookupError("there is no snapshot yet")
    try:
        synonyms = dict(connection.execute("SELECT language, words FROM synonyms"))
        texts = dict(connection.execute("SELECT language || '/' || path, text FROM files WHERE kind = 'faq'"))
    finally:
        connection.close()
    return library, synonyms, texts


def documents(library: Library, texts: Mapping[str, bytes], *, on: date) -> Iterator[Document]:
    """One document for each entry of each edition; untranslated articles are found in the other language as well."""
    for language in library.languages:
        for path, entry in library.edition(language, on).paths().items():
            article = entry.article
            packed = texts.get(article.key)
            yield Document(
                key=f"{language}/{path}",
                language=language,
                title=article.title,
                summary=article.summary,
                headings="\n".join(heading.text for heading in article.headings),
                keywords=article.keywords,
                body=zlib.decompress(packed).decode() if packed else "",
                category=path.partition("/")[0],
                written_in=article.language,
            )


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the module's first lines."""
    write_logs()
    parser = argparse.ArgumentParser(prog="portal.faq.library.building.indexing")
    parser.add_argument("--derived", type=Path, required=True)
    parser.add_argument("--on", type=date.fromisoformat, required=True)
    parser.add_argument("--thesaurus", type=Path)
    given = parser.parse_args(arguments)
    try:
        os.nice(10)
        log.info("indexed %s", write_index(given.derived, on=given.on, thesaurus=given.thesaurus))
    except IndexBusy:
        return BUSY
    except (OSError, sqlite3.Error, LookupError, SynonymError) as error:
        log.error("index not written, the old one stays: %s", error)
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
