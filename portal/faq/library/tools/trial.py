"""Tries a text as if it lay in the content folder: what it would look like, and every fault it would bring.

A child process with the builder's own limits does it, so that no text of an editor can hold up or end a web process.
It reads what the current snapshot remembers and renders only what differs: the rules are those of the builder, and
nothing of it is published.
"""

import argparse
import json
import os
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from portal.faq.library.assets import COPIES
from portal.faq.library.building.assembly import Assembly, assemble
from portal.faq.library.building.build import memory
from portal.faq.library.building.children import START
from portal.faq.library.building.kept import Kept
from portal.faq.library.building.layout import CATEGORY_FILE
from portal.faq.library.building.round import Round
from portal.faq.library.building.scan import Listing, Sign, look
from portal.faq.library.faults import Fault
from portal.faq.library.tools.crosschecks import faults_between

SECONDS = 20.0
_PACKAGE = str(Path(__file__).parents[3])


@dataclass(frozen=True)
class Trial:
    """What came of it: HTML ("" when it cannot be shown), number and title of the article, its faults.

    `elsewhere` are errors that other files would have because of it, such as a link to a heading that is gone.
    """

    html: str = ""
    title: str = ""
    number: int = 0
    faults: tuple[Fault, ...] = ()
    elsewhere: tuple[Fault, ...] = ()

    @property
    def errors(self) -> list[Fault]:
        """What forbids saving: exactly what `flask check-content` calls an error of this file, or of another by it."""
        return [fault for fault in (*self.faults, *self.elsewhere) if fault.is_error]


def try_text(
    text: str, file: str, *, content: Path, derived: Path, languages: tuple[str, ...], default_language: str
) -> Trial:
    """Try the text in the place of that file; a fault, never an exception, when it is too much."""
    paths = ["--content", os.fspath(content), "--derived", os.fspath(derived)]
    said = ["--languages", ",".join(languages), "--default-language", default_language, "--file", file]
    command = [sys.executable, "-c", START, _PACKAGE, "portal.faq.library.tools.trial", *paths, *said]
    given = text.encode("utf-8", "replace")
    try:
        child = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        answer = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError):
        problem = "The text could not be tried."
        return Trial(faults=(Fault(file, 0, problem, "Try it again, or make the text simpler."),))
    own, elsewhere = (tuple(Fault(*fault) for fault in answer[name]) for name in ("faults", "elsewhere"))
    return Trial(answer["html"], answer["title"], answer["number"], own, elsewhere)


def main(arguments: list[str] | None = None) -> int:
    """The child: the text comes by standard input, the answer goes to standard output as JSON."""
    given = _parsed(arguments)
    languages = tuple(given.languages.split(","))
    answer = _tried(given.content, given.derived, languages, given.default_language, given.file)
    sys.stdout.write(json.dumps(answer))
    return 0


def _tried(
    content: Path, derived: Path, languages: tuple[str, ...], default_language: str, file: str
) -> dict[str, object]:
    text = sys.stdin.buffer.read()
    before, listing = memory(derived), look(content, languages=languages, default_language=default_language)
    kept, faults = Round(content, derived / COPIES, before, listing).run()
    known = {(fault.file, fault.problem) for fault in _all_faults(kept, faults, _assembled(kept, listing))}
    # Without its last good version a text that cannot be taken shows nothing.
    kept.files.pop(file, None)
    # No file has this sign: the text is read, whatever lies there.
    listing.files[file] = Sign(len(text), 0, 0, 0)
    kept, faults = Round(content, derived / COPIES, kept, listing, given={file: text}).run()
    assembly = _assembled(kept, listing)
    found = sorted(_all_faults(kept, faults, assembly))
    record = kept.files[file].record if file in kept.files else None
    is_taken = record is not None or file.endswith(CATEGORY_FILE)
    elsewhere = [each for each in found if is_taken and each.file != file and each.is_error]
    return {
        "html": zlib.decompress(record.packed).decode() if record else "",
        "title": record.title if record else "",
        "number": assembly.articles[file].number if file in assembly.articles else 0,
        "faults": [_row(fault) for fault in found if fault.file == file],
        "elsewhere": [_row(fault) for fault in elsewhere if (fault.file, fault.problem) not in known],
    }


def _assembled(kept: Kept, listing: Listing) -> Assembly:
    return assemble(kept.files, kept.shelves, listing.layout)


def _all_faults(kept: Kept, faults: list[Fault], assembly: Assembly) -> set[Fault]:
    return {*assembly.faults, *faults, *faults_between(kept.files)}


def _row(fault: Fault) -> tuple[str, int, str, str, bool]:
    return fault.file, fault.line, fault.problem, fault.remedy, fault.is_error


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="portal.faq.library.tools.trial")
    parser.add_argument("--content", type=Path, required=True)
    parser.add_argument("--derived", type=Path, required=True)
    parser.add_argument("--languages", required=True)
    parser.add_argument("--default-language", required=True)
    parser.add_argument("--file", required=True)
    return parser.parse_args(arguments)
