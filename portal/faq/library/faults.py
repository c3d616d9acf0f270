"""What is wrong with the content, in words for the person who edits it."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One finding: file (below the content folder), line (0 when none), what is wrong, and what to do.

    An error is something readers would miss or see wrongly; a note (`is_error=False`) is for the editor only.
    """

    file: str
    line: int
    problem: str
    remedy: str
    is_error: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem} {self.remedy}"


def toml_line(error: Exception) -> int:
    """The line that the parser of TOML names in its words; 0 when it names none."""
    found = _LINE.search(str(error))
    return int(found[1]) if found else 0


class FileUnusable(Exception):
    """A file that cannot be taken at all: the last good version stays; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
