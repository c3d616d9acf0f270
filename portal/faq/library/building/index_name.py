"""Where the search index lies and what names its content: for those who write it and for those who only read."""

import os
import zlib
from datetime import date
from pathlib import Path

from portal.faq.library.library import Library

INDEX, VECTORS = "index", "vectors"


def fingerprint_of(library: Library, *, on: date, thesaurus: Path | None) -> str:
    """Names what an index of that day holds; with another thesaurus it is another index."""
    return library.index_fingerprint(on) + (f"-{zlib.crc32(os.fsencode(thesaurus)):08x}" if thesaurus else "")
